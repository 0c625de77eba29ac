"""No dark is saturated but for a few hot pixels.

What it checks
    The share of pixels that crowd at the brightest value of the frame. More than 1 percent is an error.

Why it matters
    A saturated pixel has lost what it held above the limit: a dark that is saturated was exposed to light, or far
    too long and warm, and cannot be subtracted from anything.

How to fix it
    Leave it out. Cover the telescope or the camera, and shoot it again in the dark.

Source
    In darks of 2400 s of a CCD without antiblooming one pixel in two millions is saturated.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import dark_limit
from ampglow_plugin.model.darks import DarkSetMeasure
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.darks.outliers import at, each_set, name


def check(context: Context) -> Iterator[Finding]:
    """One finding a saturated frame, one for a set without any."""
    return each_set(context, RULE, _judge)


def _judge(measured: DarkSetMeasure) -> Iterator[Finding]:
    row = dark_limit("saturated")
    read = [(f, f.saturated_share) for f in measured.frames if f.saturated_share is not None]
    bad = [(f, share) for f, share in read if share > row.limit]
    for frame, share in bad:
        yield finding(
            RULE,
            "failed",
            f"{name(frame)}: {100 * share:.0f} % of its pixels are saturated",
            where=at(frame, "saturated_share"),
            measured=round(share, 4),
            limit=row.limit,
            unit=row.unit,
            source=row.source,
            fix="leave it out, and shoot it again in the dark",
        )
    if not bad:
        yield finding(RULE, "passed", f"{len(read)} darks: not saturated", limit=row.limit, source=row.source)


RULE = Rule(code="AG122", name="saturated-dark", severity="error", needs=("dark_sets",), check=check)
