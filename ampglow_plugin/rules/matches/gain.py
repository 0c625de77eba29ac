"""The dark was taken at the gain of the lights.

What it checks
    Gain in the units of the vendor; 120 and 120.0 are one. Any difference is an error. Not applied to a CCD without a
    gain setting.

Why it matters
    Gain multiplies everything in the dark: level, noise, hot pixels, glow. Above a threshold many sensors switch their
    conversion gain and glow differently altogether.

How to fix it
    Shoot darks at the gain of the lights. Gains of two vendors cannot be compared, nor a gain and electrons per ADU.

Source
    Every tool that was looked at and compares gains asks for equality. Darks are never interpolated in gain.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(context, RULE, ("gain",), called="gain")


RULE = Rule(code="AG203", name="gain", severity="error", needs=("matches",), check=check)
