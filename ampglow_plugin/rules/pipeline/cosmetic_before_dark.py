"""Cosmetic correction comes after the dark.

What it checks
    No cosmetic correction stands before a calibration that subtracts a dark.

Why it matters
    Cosmetic correction replaces a hot pixel by its neighbours. When the dark is subtracted afterwards, it
    takes the hot pixel's signal from a pixel that no longer has it: every repaired pixel becomes a hole.

How to fix it
    Subtract the dark first. In Siril both are one command (``-dark=... -cc=dark``), in the right order;
    in PixInsight run ImageCalibration before CosmeticCorrection.

Source
    Arithmetic; order of operations inside Siril's calibration and PixInsight's ImageCalibration.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import CosmeticCorrect
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, chains


def check(context: Context) -> Iterator[Finding]:
    """One finding per cosmetic correction in a chain that subtracts a dark."""
    assert context.plan is not None
    for chain in chains(context.plan):
        darks = [i for i, _ in chain.darks()]
        if not darks:
            continue
        for index, step in enumerate(chain.steps):
            if not isinstance(step, CosmeticCorrect):
                continue
            where = at(context, chain, index)
            if index < darks[-1]:
                message = "pixels are repaired before the dark is subtracted, which leaves a hole in each of them"
                fix = "move the cosmetic correction behind the calibration"
                yield finding(RULE, "failed", message, where=where, fix=fix)
            else:
                yield finding(RULE, "passed", "cosmetic correction after the dark", where=where)


RULE = Rule(code="AG307", name="cosmetic-before-dark", severity="error", needs=("plan",), check=check)
