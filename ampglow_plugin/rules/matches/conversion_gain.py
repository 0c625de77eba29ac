"""The dark lies on the lights' side of the conversion-gain step.

What it checks
    High, low or HDR conversion gain of both sides, read from the mode or inferred from gain and sensor table. A
    difference is an error. A threshold that is not verified is said to be so.

Why it matters
    At the step a sensor changes its read noise and its glow by a factor of two or more: gains of 110 and 120 may be
    two different cameras. Nothing in most headers says on which side a frame lies.

How to fix it
    Shoot darks at the lights' own gain and mode; never take the nearest gain.

Source
    Steps in vendor data sheets and measurements: read noise of an IMX571 is 3.6 electrons at gain 80 and 1.6 at gain
    100. See the sensor table for each camera family.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    doubtful = {m.id for m in context.matches or () if any(_unverified(context, path) for path in m.lights)}
    for found in judge(context, RULE, ("conversion_gain",), called="conversion gain"):
        if found.outcome == "failed" and (found.where.group in doubtful or _unverified(context, found.where.path)):
            yield replace(found, message=f"{found.message} (the threshold of this camera is not verified)")
        else:
            yield found


def _unverified(context: Context, path: str | None) -> bool:
    frame = context.frames.get(path) if path else None
    source = frame.sources.get("conversion_gain") if frame else None
    return source is not None and "unverified" in source.keyword


RULE = Rule(code="AG206", name="conversion-gain", severity="error", needs=("matches",), check=check)
