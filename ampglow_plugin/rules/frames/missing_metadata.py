"""Calibration frames say what they are.

What it checks
    Exposure, temperature (measured or set point) and gain of darks and flat-darks, gain of biases, filter of flats
    where the lights name theirs. A dark that is silent about one of them is a warning, a flat or bias an information.
    What was recovered from a file name or from files beside it counts as known. CCD cameras have no gain to set, and
    of a camera that is not in the sensor table none is asked for where no frame has one.

Why it matters
    A frame that does not say how it was taken cannot be matched, and is taken for a fit by eye. Masters lose these
    cards in processing: PixInsight keeps neither temperature nor gain.

How to fix it
    Best build the master again from its single frames, with ``ampglow library build``. Else put what you know for sure
    into the file name (``MasterDark_300.0s_-10.0C_gain120_2600MC_20250721-054720.fit``), or keep the master in the
    folder of the single frames that it was made from: their cards are then taken for it. ``ampglow stamp`` writes that
    into the header of a copy, which then needs neither name nor folder.

Source
    Headers of masters by PixInsight, Siril, Astro Pixel Processor and capture programs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.knowledge.sensors import sensor_of, sensors
from ampglow_plugin.model.finding import Finding, Severity, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.dark_unknown import rebuild, unrecorded, way_out

NOUNS = {"dark": "dark", "darkflat": "flat-dark", "flat": "flat", "bias": "bias"}


def check(context: Context) -> Iterator[Finding]:
    """One finding for all frames of a role that are silent about the same, one for all that are complete."""
    filtered = any(f.filter for path, f in context.frames.items() if context.roles.get(path) == "light")
    gained = any(f.gain is not None for f in context.frames.values())
    for role in NOUNS:
        groups: dict[tuple[tuple[str, ...], bool], list[Frame]] = {}
        for path, frame in context.frames.items():
            if context.roles.get(path) == role:
                groups.setdefault((_missing(frame, role, filtered=filtered, gained=gained), frame.master), []).append(
                    frame
                )
        for (missing, _), frames in groups.items():
            yield _judged(context, role, missing, frames)


def _missing(frame: Frame, role: str, *, filtered: bool, gained: bool) -> tuple[str, ...]:
    timed = role in ("dark", "darkflat")
    kind = _kind(frame)
    silent = {
        "exposure": timed and frame.exposure_s is None,
        "temperature": timed and frame.temperature_c is None and frame.setpoint_c is None,
        "gain": role != "flat" and frame.gain is None and (kind == "cmos" or (kind is None and gained)),
        "filter": role == "flat" and filtered and frame.filter is None,
    }
    return tuple(name for name, is_silent in silent.items() if is_silent)


def _kind(frame: Frame) -> str | None:
    sensor = sensor_of(frame.camera)
    return sensor.kind if sensor else next((s.kind for s in sensors() if s.id == frame.sensor), None)


def _judged(context: Context, role: str, missing: tuple[str, ...], frames: list[Frame]) -> Finding:
    first = frames[0]
    where = Where(path=first.path)
    noun = f"master {NOUNS[role]}" if first.master else NOUNS[role]
    who = PurePath(first.path).name if len(frames) == 1 else f"{len(frames)} {noun}{'es' if role == 'bias' else 's'}"
    if not missing:
        where_from = sorted({s.keyword for s in first.sources.values() if s.how == "recovered"})
        told = f", partly from the {' and the '.join(where_from)}" if where_from else ""
        return finding(RULE, "passed", f"{who}: complete{told}", where=where, measured=len(frames))
    severity: Severity = "warning" if role in ("dark", "darkflat") else "info"
    verb = "does" if len(frames) == 1 else "do"
    text = f"{who} {verb} not say {_listed(missing, 'its' if len(frames) == 1 else 'their')}"
    return finding(
        RULE,
        "failed",
        text,
        severity=severity,
        where=where,
        measured=", ".join(missing),
        fix=_fix(context, role, first),
    )


def _listed(missing: tuple[str, ...], whose: str) -> str:
    *head, last = (f"{whose} {name}" for name in missing)
    return f"{', '.join(head)} and {last}" if head else last


def _fix(context: Context, role: str, first: Frame) -> str:
    unknown = (m for m in context.matches or () if m.status == "unknown" and first.path in m.darks)
    match = next(unknown, None)
    if match is not None:
        return way_out(match, unrecorded(match), first)  # one action, not two
    if first.master:
        return rebuild("dark" if role == "darkflat" else role, first)
    return "take these frames with the program that takes the lights, and let it write exposure, temperature and gain"


RULE = Rule(code="AG109", name="missing-metadata", severity="warning", needs=("frames",), check=check)
