"""The lights are single exposures, not stacks.

What it checks
    Stack counts, the word master and live-stack cards in the header of each light. A stack is an error. Where the
    header says nothing of a stack the light is taken as single; where not even the exposure is known, the rule is
    skipped.

Why it matters
    A stack has been aligned: the glow is smeared along the drift, and no dark lies on it any more. Its exposure and
    noise are not those of the darks.

How to fix it
    Calibrate the single lights. Keep them on the device (smart telescopes: switch on saving of single frames).

Source
    Stack cards of live-stacking programs and devices in real headers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.frames.lights import lights, stacked
from ampglow_plugin.rules.frames.summary import together


def check(context: Context) -> Iterator[Finding]:
    """One finding a stack, one for all single frames, one for all that cannot be told."""
    found = list(lights(context))
    for frame in filter(stacked, found):
        count = f"of {frame.stack_count} frames" if frame.stack_count else "of several frames"
        where = Where(path=frame.path, field="stack_count")
        fix = "calibrate the single lights, before they are aligned and stacked"
        text = f"{PurePath(frame.path).name} is a stack {count}"
        yield finding(RULE, "failed", text, where=where, measured=frame.stack_count, limit=1, fix=fix)
    single = [f for f in found if not stacked(f)]
    yield from together(RULE, "passed", [f for f in single if f.exposure_s is not None], "single exposures")
    yield from together(RULE, "skipped", [f for f in single if f.exposure_s is None], "no exposure, no stack count")


RULE = Rule(code="AG104", name="light-stacked", severity="error", needs=("frames",), check=check)
