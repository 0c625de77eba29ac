"""All darks of a set have one level.

What it checks
    The clipped mean of each frame against the median of the set, in units of the noise of a pixel. A frame farther
    away than 0.5 is an error where it stands out of the scatter of the set, or where the set drifts from its first
    frame to its last. Where no majority agrees, the set is in doubt. Two frames that differ cannot tell which is wrong.

Why it matters
    Darks are combined without normalisation, or the glow would be scaled. A frame of another level then loses one
    side of its pixels to the rejection, or lifts the master.

How to fix it
    Leave these frames out. A drift says that the sensor had not settled: wait five minutes before the first dark.

Source
    Measured on simulated sets: a frame that is 0.9 noises off was found in all but those whose level wanders as far by
    itself, and none of 2200 good ones was blamed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.darks import DarkSetMeasure
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.darks.numbers import Number, judge_number, usual_noise
from ampglow_plugin.rules.darks.outliers import Value, each_set


def check(context: Context) -> Iterator[Finding]:
    """One finding a frame of another level, one for what is so of the set."""
    return each_set(context, RULE, _judge)


def _judge(measured: DarkSetMeasure) -> Iterator[Finding]:
    noise = usual_noise(measured)
    values = [Value(frame=f, value=f.level_adu) for f in measured.frames if f.level_adu is not None and f.usable]
    return judge_number(RULE, values, NUMBER, unit_adu=noise)


NUMBER = Number(
    what="level",
    field="level_adu",
    called="level",
    more="above",
    less="below",
    fix="leave it out; where the first frames are concerned, wait for the sensor to settle",
)
RULE = Rule(code="AG125", name="dark-level", severity="error", needs=("dark_sets",), check=check)
