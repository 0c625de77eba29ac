"""The master has darks enough.

What it checks
    How many darks the set holds, or how many the header of a master says were combined. Fewer than 5 are a warning,
    fewer than 10 an information. A master that does not say it is skipped.

Why it matters
    The noise of the master goes into every light: n darks add about 1/(2n) to the noise of a light that is dark
    itself, 10 percent with 5, 2.5 percent with 20. Below 5, outlier rejection cannot tell a cosmic ray from a hot
    pixel, and its trace stays in every frame as a dark spot.

How to fix it
    Shoot more darks at the same settings; 20 are enough for most.

Source
    Propagation of independent noise: sqrt(1 + 1/n) - 1.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import FRAMES_TO_SHOOT
from ampglow_plugin.model.finding import Finding, Severity, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import label, recipe

#: adds 10 percent of noise, and the least that outlier rejection works with
WARN_BELOW = 5
#: adds 5 percent of noise
NOTE_BELOW = 10


def check(context: Context) -> Iterator[Finding]:
    """One finding a match of darks."""
    for match in context.matches or ():
        dark = context.frames.get(match.dark or "")
        if match.role != "dark" or dark is None:
            continue
        where = Where(group=match.id, path=match.dark, field="stack_count")
        count = dark.stack_count if dark.master else len(match.darks)
        if count is None:
            text = f"{label(match)}: the master does not say how many darks it was made from"
            yield finding(RULE, "skipped", text, where=where)
            continue
        more = math.sqrt(1 + 1 / max(count, 1)) - 1
        darks = "1 dark adds" if count == 1 else f"{count} darks add"
        text = f"{label(match)}: {darks} up to {more:.0%} noise"
        if count >= NOTE_BELOW:
            yield finding(RULE, "passed", text, where=where, measured=count, limit=NOTE_BELOW)
            continue
        severity: Severity = "warning" if count < WARN_BELOW else "info"
        if count < WARN_BELOW:
            text += ", and too few to reject cosmic rays"
        yield finding(
            RULE,
            "failed",
            text,
            severity=severity,
            where=where,
            measured=count,
            limit=WARN_BELOW if severity == "warning" else NOTE_BELOW,
            unit="frames",
            fix=f"better: {recipe(match)}" if severity == "warning" else f"{FRAMES_TO_SHOOT} would be better",
        )


RULE = Rule(code="AG220", name="few-darks", severity="warning", needs=("matches",), check=check)
