"""Frames are calibrated before they are debayered.

What it checks
    No debayer step stands before a calibration that uses a master. Taking single colours out of the mosaic
    (Siril's ``seqextract_Ha`` and the like) counts as debayering where the dark is a mosaic still.

Why it matters
    Debayering interpolates each missing colour from its neighbours. Afterwards the glow, the hot pixels
    and the flat of one pixel have leaked into others, and no dark can take them out. Siril refuses a
    mosaic dark on three planes, and PixInsight subtracts something that no longer fits.

How to fix it
    Calibrate the mosaic, then debayer: ``calibrate light -dark=... -flat=... -cfa -debayer`` in Siril;
    ImageCalibration before Debayer in PixInsight. Convert without ``-debayer``.

Source
    Siril 1.0 to 1.4, run: three-plane lights with a mosaic dark end with "Images must have same
    dimensions"; with a mosaic flat the flat is skipped without an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Debayer
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import at, chains, uses_masters


def check(context: Context) -> Iterator[Finding]:
    """One finding per chain that debayers."""
    assert context.plan is not None
    for chain in chains(context.plan):
        debayers = [i for i, step in enumerate(chain.steps) if isinstance(step, Debayer)]
        if not debayers:
            continue
        late = [i for i, step in chain.calibrations() if i > debayers[0] and uses_masters(step)]
        if late:
            yield finding(
                RULE,
                "failed",
                "the frames are debayered before they are calibrated",
                where=at(context, chain, debayers[0]),
                fix="move the debayering behind the calibration",
            )
        else:
            yield finding(RULE, "passed", "debayered after calibration", where=at(context, chain, debayers[0]))


RULE = Rule(code="AG302", name="debayer-before-calibration", severity="error", needs=("plan",), check=check)
