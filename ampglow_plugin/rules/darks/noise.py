"""All darks of a set are equally noisy.

What it checks
    The noise of a pixel in each frame (of differences to the next pixel of the same colour, clipped) against the median
    of the set. A frame that is 15 percent noisier or quieter is an error where it stands out of the scatter of the set.

Why it matters
    More noise is interference, another gain or another mode; less noise is a frame that was averaged, smoothed or made
    by a program. Neither belongs into a mean of equals.

How to fix it
    Leave it out. Noise that comes and goes is often a bad power supply or USB hub.

Source
    Measured on simulated sets: within 2 percent from frame to frame. A third more noise was found in 38 of 40 sets, and
    one of 2200 good frames was blamed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.darks import DarkSetMeasure
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.darks.numbers import Number, judge_number, usual_noise
from ampglow_plugin.rules.darks.outliers import Value, each_set


def check(context: Context) -> Iterator[Finding]:
    """One finding a frame of another noise, one for what is so of the set."""
    return each_set(context, RULE, _judge)


def _judge(measured: DarkSetMeasure) -> Iterator[Finding]:
    values = [Value(frame=f, value=f.noise_adu) for f in measured.frames if f.noise_adu is not None and f.usable]
    return judge_number(RULE, values, NUMBER, unit_adu=usual_noise(measured))


NUMBER = Number(
    what="noise",
    field="noise_adu",
    called="noise",
    more="above",
    less="below",
    fix="leave it out; look at power supply, USB hub, gain and mode",
)
RULE = Rule(code="AG126", name="dark-noise", severity="error", needs=("dark_sets",), check=check)
