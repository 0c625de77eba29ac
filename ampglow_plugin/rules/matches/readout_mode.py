"""The dark was read out in the mode of the lights.

What it checks
    The name of the readout mode, without case. Default, Normal and silence are one: they say nothing. A named mode
    against silence cannot be judged, and the match is unknown.

Why it matters
    A mode changes noise, full well, black level, often the conversion gain, and with them the glow. High-gain mode and
    extended full well of one camera are two cameras as far as darks go.

How to fix it
    Shoot darks in the mode of the lights. Where a program does not write the mode, take lights and darks with the same
    program and say so with an allowance.

Source
    Vendor documentation of QHY, ToupTek and Player One cameras; two INDI drivers are known to lose the mode.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(context, RULE, ("readout_mode",), called="readout mode")


RULE = Rule(code="AG205", name="readout-mode", severity="error", needs=("matches",), check=check)
