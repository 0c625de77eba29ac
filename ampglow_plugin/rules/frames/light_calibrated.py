"""The lights are raw: no dark, bias or flat was applied before.

What it checks
    Signs of calibration in the header of each light: CALSTAT, HISTORY, flags of capture programs. A calibrated light is
    an error, and so is one that a processing program wrote as 32-bit samples, or under the name it gives to calibrated
    frames (pp_): no camera does that. 16-bit frames that Siril converted from camera RAW are raw. Where a header
    cannot tell, the rule is skipped. The absence of signs is no proof: devices that subtract a dark write nothing.

Why it matters
    A second dark subtracts glow and hot pixels twice: the bright corner turns into a dark one, pixels turn black.

How to fix it
    Use the raw lights. Switch off calibration in the capture program.

Source
    CALSTAT letters and HISTORY lines of real headers. Siril 1.0.6, run: its calibrated frames carry PROGRAM and no
    HISTORY at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.frames.lights import lights
from ampglow_plugin.rules.frames.summary import together

#: cameras write whole numbers of at most this many bits
RAW_BITS = 16
#: what Siril puts before the names of calibrated frames, in every version
CALIBRATED_PREFIX = "pp_"
_USE_RAW = "use the raw light instead"


def processed(frame: Frame) -> bool:
    """Whether a processing program wrote this frame in a form that raw frames do not have; says nothing of why."""
    if frame.calibrated or frame.software is None:
        return False
    name = frame.software.lower().replace(" ", "")
    if not name.startswith(tuple(table("cameras.yaml")["processing_programs"])):
        return False
    return (frame.bits or 0) > RAW_BITS or PurePath(frame.path).name.lower().startswith(CALIBRATED_PREFIX)


def check(context: Context) -> Iterator[Finding]:
    """One finding a calibrated light, one for all raw ones, one for all that cannot be told."""
    found = list(lights(context))
    for frame in (f for f in found if f.calibrated):
        steps = frame.calibration_status
        told = f" ({steps}: B bias, D dark, F flat)" if steps and steps != "?" else ""
        where = Where(path=frame.path, field="calibrated")
        text = f"{PurePath(frame.path).name} was calibrated before{told}"
        yield finding(RULE, "failed", text, where=where, measured=steps, fix=_USE_RAW)
    for frame in (f for f in found if processed(f)):
        where = Where(path=frame.path, field="software")
        name = PurePath(frame.path).name
        text = f"{name} was written by {frame.software}, not by a camera: a dark may be subtracted already"
        yield finding(RULE, "failed", text, where=where, measured=frame.bits, limit=RAW_BITS, unit="bits", fix=_USE_RAW)
    raw = [f for f in found if f.calibrated is False and not processed(f)]
    yield from together(RULE, "passed", raw, "no sign of calibration")
    yield from together(RULE, "skipped", [f for f in found if f.calibrated is None], "the header cannot tell")


RULE = Rule(code="AG103", name="light-calibrated", severity="error", needs=("frames",), check=check)
