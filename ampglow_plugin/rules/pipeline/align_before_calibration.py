"""Frames are calibrated before they are aligned.

What it checks
    No alignment stands before a calibration that uses a master.

Why it matters
    Glow, hot pixels, dust and vignetting stay with the sensor, stars do not. Once a frame has been shifted,
    rotated or resampled to the stars, dark and flat no longer lie over the pixels they were made for.

How to fix it
    Calibrate the raw frames, then align them.

Source
    Arithmetic; the order of Siril's official scripts and of PixInsight's batch processing.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Align
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, chains, uses_masters


def check(context: Context) -> Iterator[Finding]:
    """One finding per chain that both calibrates and aligns."""
    assert context.plan is not None
    for chain in chains(context.plan):
        aligned = next((i for i, step in enumerate(chain.steps) if isinstance(step, Align)), None)
        calibrated = [i for i, step in chain.calibrations() if uses_masters(step)]
        if aligned is None or not calibrated:
            continue
        where = at(context, chain, aligned)
        if aligned < calibrated[-1]:
            message = "the frames are aligned before they are calibrated"
            yield finding(RULE, "failed", message, where=where, fix="move the alignment behind the calibration")
        else:
            yield finding(RULE, "passed", "aligned after calibration", where=where)


RULE = Rule(code="AG308", name="align-before-calibration", severity="error", needs=("plan",), check=check)
