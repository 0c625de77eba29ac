"""Cosmetic correction from a dark is not dark subtraction.

What it checks
    Lights that are calibrated and cosmetically corrected from a master dark (or a map made of one) also have a
    dark subtracted. Frames that are only corrected, without any calibration beside it, are not judged.

Why it matters
    Cosmetic correction looks for hot pixels in the dark and replaces those pixels in the light. It subtracts
    nothing: the hot pixels vanish, which looks like a calibrated frame, and all of the glow stays.

How to fix it
    Give the dark to the calibration as well: Siril ``-dark=...``; PixInsight the master dark of
    ImageCalibration, not only that of CosmeticCorrection.

Source
    Siril 1.2.6 and 1.4.2, run: ``-cc=bpm`` without ``-dark`` repaired 553 hot pixels and removed 0.0 of the dark.
    PixInsight's CosmeticCorrection uses its master dark as a map of defects only.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import CosmeticCorrect
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, groups


def check(context: Context) -> Iterator[Finding]:
    """One finding per cosmetic correction from a dark or a map in a group that is calibrated."""
    assert context.plan is not None
    for chain in groups(context.plan):
        if next(chain.calibrations(), None) is None:
            continue
        darkened = next(chain.darks(), None) is not None
        for index, step in enumerate(chain.steps):
            if not isinstance(step, CosmeticCorrect) or step.method == "auto":
                continue
            where = at(context, chain, index, "dark")
            if darkened:
                yield finding(RULE, "passed", "a dark is subtracted as well", where=where)
            else:
                message = "the dark only serves to find hot pixels: nothing is subtracted, and the glow stays"
                fix = "give the dark to the calibration as well"
                yield finding(RULE, "failed", message, where=where, fix=fix)


RULE = Rule(code="AG313", name="cosmetic-is-no-dark", severity="error", needs=("plan",), check=check)
