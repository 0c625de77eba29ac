"""The lights still are the sensor's mosaic, not colour images.

What it checks
    The number of planes of each light. More than one is an error.

Why it matters
    Debayering mixes each pixel with its neighbours. A dark subtracted afterwards no longer lies on the hot pixels,
    which have become coloured blots, and the glow of the mosaic's colours is mixed.

How to fix it
    Use the raw mosaic: calibrate, repair, then debayer. In Siril convert without ``-debayer``; in PixInsight run
    ImageCalibration before Debayer.

Source
    Arithmetic: dark subtraction is exact only on the samples that were read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.frames.lights import lights
from ampglow_plugin.rules.frames.summary import together


def check(context: Context) -> Iterator[Finding]:
    """One finding a debayered light, one for all others."""
    found = list(lights(context))
    for frame in found:
        if frame.planes is not None and frame.planes > 1:
            where = Where(path=frame.path, field="planes")
            text = f"{PurePath(frame.path).name} has {frame.planes} planes: it was debayered"
            yield finding(RULE, "failed", text, where=where, measured=frame.planes, limit=1, fix="use the raw mosaic")
    yield from together(RULE, "passed", [f for f in found if f.planes == 1], "one plane, as read")
    yield from together(RULE, "skipped", [f for f in found if f.planes is None], "the header gives no size")


RULE = Rule(code="AG105", name="light-debayered", severity="error", needs=("frames",), check=check)
