"""The flat divides what was in the light only: dark or bias come off first.

What it checks
    Where lights are divided by a flat, a dark, a bias or a constant level is subtracted in the same step or
    before. Fails where it is subtracted after the flat; warns where it is not subtracted at all.

Why it matters
    The flat corrects what came through the optics. Bias level and glow did not: divided by the flat they grow
    toward the corners, and a dark subtracted afterwards no longer has their shape.

How to fix it
    Give the dark in the same calibration as the flat.

Source
    Arithmetic: (light - dark) / flat, the order inside Siril's calibrate and PixInsight's ImageCalibration.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, groups, subtracts_bias


def check(context: Context) -> Iterator[Finding]:
    """One finding per division of lights by a flat."""
    assert context.plan is not None
    for chain in groups(context.plan):
        steps = list(chain.calibrations())
        levels = [i for i, step in steps if step.dark is not None or subtracts_bias(step)]
        for index, step in steps:
            if step.flat is None:
                continue
            where = at(context, chain, index, "flat")
            late = [i for i in levels if i > index]
            if late:
                message = "the flat is applied before the dark or bias is subtracted"
                yield finding(RULE, "failed", message, where=where, fix="subtract the dark in the same step")
            elif not levels:
                message = "the flat divides the bias level and the glow too: neither dark nor bias is subtracted"
                fix = "add a dark of the lights' settings"
                yield finding(RULE, "failed", message, severity="warning", where=where, fix=fix)
            else:
                yield finding(RULE, "passed", "the flat is applied to what came through the optics", where=where)


RULE = Rule(code="AG312", name="flat-on-pedestal", severity="error", needs=("plan",), check=check)
