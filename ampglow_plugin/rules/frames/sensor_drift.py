"""The sensor kept its temperature through each set.

What it checks
    Measured temperatures of the lights and darks of one session against time. Frames of the first five minutes that
    are warmer than the set point (or than the rest) by more than 1 degree; a drift from the first frame to the last
    of more than 1 degree; jumps of more than 2 degrees without a trend. Limits for darks of an uncooled camera are
    twice as wide; its lights drift with the night, which is said elsewhere. Fewer than three frames with time and
    temperature are not judged.

Why it matters
    A master is the mean of its frames: if the first were warm, its hot pixels are too bright for lights taken at the
    set point, and each light comes out with black spots. A cooler at its limit drifts with the night.

How to fix it
    Leave the first frames out. Next time: cool down, wait five minutes, then start. Choose a set point that the
    cooler holds at 80 percent of its power.

Source
    Measured temperatures of real headers: those beyond 1 degree were still cooling. The five minutes are common
    advice.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import NamedTuple

from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.knowledge.tolerances import Limit, limit
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding

#: time in which a sensor settles after its cooler has started
SETTLING = timedelta(minutes=5)
#: a longer pause: the cooler may have been off, another session begins
PAUSE = timedelta(hours=1)
#: fewer frames tell nothing about a trend
LEAST = 3
#: jumps without a trend may be this many times the limit: one frame on either side of the set point
JUMPS = 2.0
ROLES = ("light", "dark")


class _Moment(NamedTuple):
    time: datetime
    temperature_c: float
    frame: Frame


def check(context: Context) -> Iterator[Finding]:
    """One finding a session of lights or darks; one skipped finding for those that cannot be judged."""
    used = frozenset(path for match in context.matches for path in match.darks) if context.matches else None
    for role in ROLES:
        frames = [f for path, f in context.frames.items() if context.roles.get(path) == role and not f.master]
        for session in _sessions(frames):
            first = session[0].frame
            uncooled = _uncooled(session)
            where = Where(path=first.path, field="temperature_c")
            if uncooled and role == "light":
                yield finding(RULE, "skipped", "an uncooled camera drifts with the night", where=where)
            elif len(session) < LEAST:
                yield finding(RULE, "skipped", f"{_count(len(session), role)}: too few to see a drift", where=where)
            else:
                row = limit("temperature_c", "uncooled" if uncooled else "cooled")
                yield _session(session, role, row, where, used if role == "dark" else None)


def _sessions(frames: Sequence[Frame]) -> Iterator[list[_Moment]]:
    known: dict[tuple[str | None, float | None, float | None], list[_Moment]] = {}
    for frame in frames:
        time = _time(frame)
        if time is not None and frame.temperature_c is not None:
            key = (frame.camera, frame.setpoint_c, frame.exposure_s)
            known.setdefault(key, []).append(_Moment(time, frame.temperature_c, frame))
    for (_, _, exposure), moments in known.items():
        pause = PAUSE + timedelta(seconds=exposure or 0.0)
        moments.sort(key=lambda m: (m.time, m.frame.path))
        session: list[_Moment] = []
        for moment in moments:
            if session and moment.time - session[-1].time > pause:
                yield session
                session = []
            session.append(moment)
        yield session


def _time(frame: Frame) -> datetime | None:
    try:
        return datetime.fromisoformat(frame.date_obs[:26]) if frame.date_obs and len(frame.date_obs) > 10 else None
    except ValueError:
        return None


def _uncooled(session: Sequence[_Moment]) -> bool:
    frames = [moment.frame for moment in session]
    if any(f.setpoint_c is not None or f.cooler_power_pct is not None for f in frames):
        return False
    sensor = sensor_of(frames[0].camera)
    return sensor is not None and sensor.cooled is False


def _session(session: Sequence[_Moment], role: str, row: Limit, where: Where, used: frozenset[str] | None) -> Finding:
    """``used``: the darks that some group of lights uses, or None where that does not count."""
    setpoint = session[0].frame.setpoint_c
    warm = _warm_start(session, setpoint, row.exact)
    rest = session[len(warm) :]
    if warm:
        hottest = max(moment.temperature_c for moment in warm)
        target = setpoint if setpoint is not None else statistics.median(m.temperature_c for m in rest)
        names = ", ".join(PurePath(moment.frame.path).name for moment in warm[:3])
        more = f" and {len(warm) - 3} more" if len(warm) > 3 else ""
        verb = "was" if len(warm) == 1 else "were"
        text = (
            f"the first {len(warm)} of {_count(len(session), role)} {verb} taken while the sensor was still cooling, "
        )
        text += f"up to {hottest - target:.1f} C too warm: {names}{more}"
        where = Where(path=warm[0].frame.path, field="temperature_c")
        if used is not None and not any(moment.frame.path in used for moment in warm):
            left_out = _failed(f"{text}; they are left out", hottest - target, row, where, FIX)
            return replace(left_out, severity="info", fix=None)
        return _failed(text, hottest - target, row, where, FIX)
    drift, scatter = _trend(rest)
    lowest, highest = (f(m.temperature_c for m in rest) for f in (min, max))
    if abs(drift) > row.exact + 1e-6:
        text = f"the sensor drifted by {drift:+.1f} C through {_count(len(session), role)} "
        text += f"({rest[0].temperature_c:.1f} to {rest[-1].temperature_c:.1f} C)"
        return _failed(text, abs(drift), row, where, FIX_DRIFT)
    if scatter > JUMPS * row.exact + 1e-6:
        text = (
            f"the sensor temperature is unstable through {_count(len(session), role)}: {lowest:.1f} to {highest:.1f} C"
        )
        return _failed(text, scatter, row, where, FIX_DRIFT)
    text = f"{_count(len(session), role)}: {lowest:.1f} to {highest:.1f} C, no drift"
    return finding(RULE, "passed", text, where=where, measured=round(abs(drift), 3), limit=row.exact, unit=row.unit)


def _warm_start(session: Sequence[_Moment], setpoint: float | None, most: float) -> list[_Moment]:
    """Leading frames within the settling time that are too warm, where the frame after them is not."""
    target = setpoint
    if target is None:
        settled = [m.temperature_c for m in session if m.time - session[0].time > SETTLING]
        if not settled:
            return []
        target = statistics.median(settled)
    warm: list[_Moment] = []
    for moment in session:
        if moment.time - session[0].time > SETTLING or moment.temperature_c - target <= most + 1e-6:
            break
        warm.append(moment)
    after = session[len(warm)].temperature_c - target if len(warm) < len(session) else most + 1
    return warm if after <= most + 1e-6 else []  # a sensor that never settles is no slow start


def _trend(session: Sequence[_Moment]) -> tuple[float, float]:
    """Drift from the first to the last frame by a straight line, and the range of what is left (degC)."""
    hours = [(moment.time - session[0].time).total_seconds() / 3600 for moment in session]
    values = [moment.temperature_c for moment in session]
    if len(session) < LEAST or hours[-1] == 0:
        return 0.0, max(values) - min(values)
    slope, start = statistics.linear_regression(hours, values)
    left = [value - start - slope * hour for hour, value in zip(hours, values, strict=True)]
    return slope * hours[-1], max(left) - min(left)


def _failed(text: str, measured: float, row: Limit, where: Where, fix: str) -> Finding:
    return finding(
        RULE,
        "failed",
        text,
        where=where,
        measured=round(measured, 3),
        limit=row.exact,
        unit=row.unit,
        source=row.source,
        fix=fix,
    )


def _count(number: int, role: str) -> str:
    return f"{number} {role}{'s' if number != 1 else ''}"


FIX = "leave these frames out, or shoot them again: cool down, wait five minutes, then start"
FIX_DRIFT = "choose a set point that the cooler holds at 80 percent of its power, and shoot these frames again"
RULE = Rule(code="AG108", name="sensor-drift", severity="warning", needs=("frames",), check=check)
