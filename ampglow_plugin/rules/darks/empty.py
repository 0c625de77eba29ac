"""Every dark holds the noise of a readout in all of its rows.

What it checks
    The share of rows in which all pixels are equal, and of pixels that are no numbers. More than 1 percent is an error.

Why it matters
    A download that broke off leaves rows of zeros in a file of the right size, and a driver that failed a frame of one
    value. In the mean of a master they take light away from a part of every frame.

How to fix it
    Leave the frame out. Where it happens again, look at the cable and the USB speed.

Source
    A readout has noise: no row of real darks is constant.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import dark_limit
from ampglow_plugin.model.darks import DarkSetMeasure
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.darks.outliers import at, each_set, name


def check(context: Context) -> Iterator[Finding]:
    """One finding an empty frame, one for a set without any."""
    return each_set(context, RULE, _judge)


def _judge(measured: DarkSetMeasure) -> Iterator[Finding]:
    row = dark_limit("empty")
    read = [(f, f.empty_share) for f in measured.frames if f.empty_share is not None]
    bad = [(f, share) for f, share in read if share > row.limit]
    for frame, share in bad:
        what = "no pixel differs from another" if share == 1 else f"{100 * share:.0f} % of its rows are empty"
        yield finding(
            RULE,
            "failed",
            f"{name(frame)}: {what}",
            where=at(frame, "empty_share"),
            measured=round(share, 4),
            limit=row.limit,
            unit=row.unit,
            source=row.source,
            fix="leave it out; where it happens again, look at the cable and the USB speed",
        )
    if not bad:
        yield finding(RULE, "passed", f"{len(read)} darks: no rows without noise", limit=row.limit, source=row.source)


RULE = Rule(code="AG121", name="empty-dark", severity="error", needs=("dark_sets",), check=check)
