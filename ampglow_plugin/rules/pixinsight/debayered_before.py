"""Frames are calibrated before they are debayered.

What it checks
    No ImageCalibration works on what a Debayer of the same file wrote (error), by the files that go from one
    to the other or by the order of a script. File names that end in ``_d`` or ``_debayered`` are a warning.

Why it matters
    Debayering mixes neighbouring pixels. A hot pixel is spread, glow takes on the colour of the
    interpolation, and a raw dark does not fit any more.

How to fix it
    ImageCalibration, then CosmeticCorrection, then Debayer, then StarAlignment.

Source
    Debayer writes its output with ``_d``; see AG302.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Calibrate, Debayer
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.pixinsight.look import CALIBRATION, fine, of, say, targets

_NAME = re.compile(r"_(d|debayered)(_[a-z]{1,3})?\.[A-Za-z]+$")


def check(context: Context) -> Iterator[Finding]:
    """One finding per calibration whose files are known, or whose place in the order is."""
    late = _late(context)
    for instance in of(context, CALIBRATION):
        files = targets(instance) or ()
        if (instance.line, instance.column) in late:
            message = "works on frames that are debayered before"
            yield say(RULE, context, instance, "targetFrames", message, fix="calibrate first, then debayer")
        elif any(_NAME.search(path) for path in files):
            name = next(path for path in files if _NAME.search(path)).rpartition("/")[2]
            message = f"the name of {name} says that it is debayered"
            fix = "give ImageCalibration the raw frames"
            yield say(RULE, context, instance, "targetFrames", message, severity="warning", fix=fix)
        elif files:
            yield fine(RULE, context, instance, "works on frames that are not debayered")


def _late(context: Context) -> set[tuple[int | None, int | None]]:
    """Places of calibrations that stand behind a debayering of the same frames."""
    found = set()
    for i, group in enumerate(context.plan.groups if context.plan else ()):
        debayered = False
        for k, step in enumerate(group.steps):
            place = context.places.get(f"groups[{i}].steps[{k}]")
            if isinstance(step, Calibrate) and debayered and place is not None:
                found.add((place.line, place.column))
            debayered = debayered or isinstance(step, Debayer)
    return found


RULE = Rule(code="AG609", name="pixinsight-debayered", severity="error", needs=("listing",), check=check)
