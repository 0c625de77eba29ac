"""The dark has the offset of the lights.

What it checks
    Offset (black level) in the units of the driver. Any difference is an error; where a program does not record it, the
    rule is skipped.

Why it matters
    Offset is the pedestal under every pixel: ten to sixty ADU a step. With another one the calibrated lights keep a
    constant, or are clipped at zero, and the flat then turns it into a vignette.

How to fix it
    Shoot darks with the offset of the lights, and leave it unchanged for a whole season.

Source
    Bias level measured at several offsets: 10 ADU a step for the IMX571, 64 for the IMX492 in bin 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(context, RULE, ("offset",), called="offset")


RULE = Rule(code="AG204", name="offset", severity="error", needs=("matches",), check=check)
