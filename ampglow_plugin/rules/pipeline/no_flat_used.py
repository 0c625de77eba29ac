"""Lights are divided by a flat.

What it checks
    In a plan, every group of lights that is calibrated has a flat. Scripts are not judged: many do without.

Why it matters
    Without a flat, vignetting and dust stay. Vignetting makes the corners dark, and what is left of a glow there
    harder to see and to judge.

How to fix it
    Take flats with the same optics, focus, rotation and filter, or go on without them, knowingly.

Source
    Practice; the dark does its work without a flat.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, from_script, groups


def check(context: Context) -> Iterator[Finding]:
    """One finding per group of a plan that is calibrated."""
    assert context.plan is not None
    if from_script(context):
        return
    for chain in groups(context.plan):
        steps = list(chain.calibrations())
        if not steps:
            continue
        if any(step.flat is not None for _, step in steps):
            yield finding(RULE, "passed", "a flat is applied", where=at(context, chain))
        else:
            where = at(context, chain, steps[0][0], "flat")
            message = "no flat: vignetting and dust stay in these lights"
            yield finding(RULE, "failed", message, where=where, fix="take flats with the same optics and filter")


RULE = Rule(code="AG318", name="no-flat-used", severity="warning", needs=("plan",), check=check)
