"""EXPTIME and EXPOSURE of one frame agree.

What it checks
    Frames that have both cards. More than 1 percent apart is a warning; an error where lights and darks do not
    disagree in the same way, since then nobody knows which of the two exposures is the real one. Stacks are not
    judged: one of the cards may be their sum.

Why it matters
    Programs read one card or the other. A dark that is matched by the wrong one leaves glow, or subtracts too much.

How to fix it
    Look up the real exposure in the log of the capture program and correct the wrong card; or leave these frames out.

Source
    Own judgement; five programs write both cards (real headers), and they agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import value

PAIRED = {"light": "dark", "dark": "light", "flat": "darkflat", "darkflat": "flat"}
BOTH = ("EXPTIME", "EXPOSURE")


def check(context: Context) -> Iterator[Finding]:
    """One finding a role whose cards conflict, one for all frames that are sound."""
    found: dict[str, list[Frame]] = {}
    sound: list[Frame] = []
    for path, frame in context.frames.items():
        role = context.roles.get(path)
        source = frame.sources.get("exposure_s")
        if role is None or frame.master or source is None or source.keyword not in BOTH:
            continue
        if any(conflict.field == "exposure_s" for conflict in frame.conflicts):
            found.setdefault(role, []).append(frame)
        else:
            sound.append(frame)
    present = set(context.roles.values())
    for role, frames in found.items():
        other = PAIRED.get(role, "")
        alike = {_pair(f) for f in frames} == {_pair(f) for f in found.get(other, ())}
        first = frames[0]
        pair = f"{first.sources['exposure_s'].keyword} {value('exposure_s', first.exposure_s)}, "
        pair += f"{first.conflicts[0].keyword} {value('exposure_s', first.conflicts[0].value)}"
        who = PurePath(first.path).name if len(frames) == 1 else f"{len(frames)} {role}s"
        yield finding(
            RULE,
            "failed",
            f"{who}: two exposures in one header: {pair}",
            severity="warning" if alike or other not in present else "error",
            where=Where(path=first.path, field="exposure_s"),
            measured=first.conflicts[0].value,
            limit=first.exposure_s,
            unit="s",
            fix="find the real exposure in the log of the capture program, and correct the other card",
        )
    if sound:
        text = f"{len(sound)} frames: one exposure each"
        yield finding(RULE, "passed", text, where=Where(path=sound[0].path), measured=len(sound))


def _pair(frame: Frame) -> tuple[float | None, float]:
    return (frame.exposure_s, frame.conflicts[0].value)


RULE = Rule(code="AG113", name="exposure-conflict", severity="warning", needs=("frames",), check=check)
