"""Lights are calibrated with a dark.

What it checks
    Every group of lights that is calibrated has a dark subtracted. A script that does not calibrate at
    all is not judged, but for an info where it debayers; it may be for frames that are calibrated already.
    If it builds a master dark and then goes on with lights that it converts itself, it is. A plan without
    any calibration is warned of, as a plan is meant to say all that is done; unless it removes a gradient from frames
    of which it brings the proofs (AG319).

Why it matters
    Nothing but a dark of the same exposure, gain, temperature and mode removes amp glow. A bias or a flat
    does not, cosmetic correction only hides hot pixels, and a gradient tool bends the sky to hide it.

How to fix it
    Add a matching master dark to the calibration.

Source
    Siril 1.0 to 1.4, run: ``calibrate`` without any master succeeds, names its output pp_ and copies the
    light. PixInsight runs with the master dark disabled without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Debayer, RemoveGradient
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import Chain, at, from_script, groups, masters

FIX = "add a dark of the same exposure, gain, offset, temperature and readout mode"


def check(context: Context) -> Iterator[Finding]:
    """One finding per group of lights; none for a group of a script that neither calibrates nor debayers."""
    assert context.plan is not None
    for chain in groups(context.plan):
        calibrations = [i for i, _ in chain.calibrations()]
        if next(chain.darks(), None) is not None:
            yield finding(RULE, "passed", "a dark is subtracted", where=at(context, chain))
        elif calibrations:
            where = at(context, chain, calibrations[0], "dark")
            message = "these lights are calibrated without a dark: their glow stays"
            yield finding(RULE, "failed", message, where=where, fix=FIX)
        else:
            yield from _uncalibrated(context, chain)


def _uncalibrated(context: Context, chain: Chain) -> Iterator[Finding]:
    assert context.plan is not None
    if any(isinstance(step, RemoveGradient) and step.evidence for step in chain.steps):
        yield finding(RULE, "passed", "these frames are proved to be calibrated", where=at(context, chain))
        return
    message = "nothing calibrates these frames: right only if they are calibrated already"
    if not from_script(context):
        yield finding(RULE, "failed", message, severity="warning", where=at(context, chain), fix=FIX)
        return
    built = [master.master.id for master in masters(context.plan) if master.master and master.master.role == "dark"]
    if built and not any(True for group in groups(context.plan) for _ in group.calibrations()):
        where = at(context, chain, 0)
        forgotten = f"{', '.join(built)} is built and never used: nothing calibrates these frames, their glow stays"
        yield finding(RULE, "failed", forgotten, where=where, fix="calibrate these frames with it, before all else")
        return
    debayer = next((i for i, step in enumerate(chain.steps) if isinstance(step, Debayer)), None)
    if debayer is not None:
        yield finding(RULE, "failed", message, severity="info", where=at(context, chain, debayer), fix=FIX)


RULE = Rule(code="AG306", name="no-dark-used", severity="error", needs=("plan",), check=check)
