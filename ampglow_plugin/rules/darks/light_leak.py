"""No dark holds light that the others do not hold.

What it checks
    The smooth difference of each frame to the median frame of the set, after level and glow were taken away: its range
    over the frame, in units of the noise of a pixel, against that of the other frames. More than 0.3 is an error.
    What whole rows share is compared apart: interference makes bands, which differ from frame to frame.

Why it matters
    Light that leaked into one dark (a lamp, dawn, a cap that was not tight) goes into the master with its share,
    and comes out of every light as a hole.

How to fix it
    Leave it out. Cover the telescope, or take darks with the camera in a closed box, away from lamps.

Source
    Measured on simulated sets: a leak of one noise of a pixel was found in 39 of 40, also in banded and tilted ones,
    and none of 2200 good frames was blamed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ampglow_plugin.model.darks import DarkSetMeasure
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.darks.numbers import Number, judge_number, usual_noise
from ampglow_plugin.rules.darks.outliers import Value, each_set


def check(context: Context) -> Iterator[Finding]:
    """One finding a frame with light of its own, one for what is so of the set."""
    return each_set(context, RULE, _judge)


def _judge(measured: DarkSetMeasure) -> Iterator[Finding]:
    noise = usual_noise(measured)
    light = [Value(frame=f, value=f.unlike_adu) for f in measured.frames if f.unlike_adu is not None]
    bands = [Value(frame=f, value=f.bands_adu) for f in measured.frames if f.bands_adu is not None]
    found = list(judge_number(RULE, light, NUMBER, unit_adu=noise))
    told = {f.where.path for f in found if f.outcome == "failed"}
    # bands come and go with interference: a set that is banded is not in doubt, a frame that stands out is
    for f in judge_number(RULE, bands, BANDS, unit_adu=noise):
        if f.outcome == "failed" and f.where.path is not None and f.where.path not in told:
            found = [other for other in found if other.outcome != "passed"] + [f]
    yield from found


NUMBER = Number(
    what="unlike",
    field="unlike_adu",
    called="background",
    more="light of its own",
    less="less structure than the others",
    fix="leave it out; cover the camera, away from lamps and daylight",
)
BANDS = replace(NUMBER, field="bands_adu", more="light or bands of its own along whole rows")
RULE = Rule(code="AG127", name="light-leak", severity="error", needs=("dark_sets",), check=check)
