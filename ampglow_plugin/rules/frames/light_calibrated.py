"""The lights are raw: no dark, bias or flat was applied before.

What it checks
    Signs of calibration in the header of each light: CALSTAT, HISTORY, flags of capture programs. A calibrated light is
    an error; where a header cannot tell, the rule is skipped. The absence of signs is no proof: devices that subtract a
    dark themselves write nothing.

Why it matters
    A second dark subtracts glow and hot pixels twice: the bright corner turns into a dark one, pixels turn black.

How to fix it
    Use the raw lights. Switch off calibration in the capture program.

Source
    CALSTAT letters and HISTORY lines of real headers.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.frames.lights import lights
from ampglow_plugin.rules.frames.summary import together


def check(context: Context) -> Iterator[Finding]:
    """One finding a calibrated light, one for all raw ones, one for all that cannot be told."""
    found = list(lights(context))
    for frame in (f for f in found if f.calibrated):
        steps = frame.calibration_status
        told = f" ({steps}: B bias, D dark, F flat)" if steps and steps != "?" else ""
        where = Where(path=frame.path, field="calibrated")
        text = f"this light was calibrated before{told}"
        yield finding(RULE, "failed", text, where=where, measured=steps, fix="use the raw light instead")
    yield from together(RULE, "passed", [f for f in found if f.calibrated is False], "no sign of calibration")
    yield from together(RULE, "skipped", [f for f in found if f.calibrated is None], "the header cannot tell")


RULE = Rule(code="AG103", name="light-calibrated", severity="error", needs=("frames",), check=check)
