"""Every dark holds the glow that the others hold.

What it checks
    How many times the glow of the set's median frame is in each frame. A frame that holds clearly (by 3 of its own
    errors) more than 10 percent too much or too little is an error. Where no majority agrees, the set is in doubt;
    where the median frame shows no clear glow (25 of its errors, 3 ADU), nothing is compared.

Why it matters
    Such a frame was exposed longer or shorter than its header says, or with another gain, mode or USB speed. The glow
    of the master would be that of no light.

How to fix it
    Leave it out, and find out which frames were renamed or mixed up. Where all differ, shoot the set again.

Source
    Measured on simulated sets with 60 ADU of glow: a frame of two thirds of the exposure was told in all, in small or
    warm ones now and then for its temperature, or as a doubt about the set.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import dark_limit
from ampglow_plugin.model.darks import DarkMeasure, DarkSetMeasure
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.darks.outliers import Value, apart, at, each_set, name


def check(context: Context) -> Iterator[Finding]:
    """One finding a frame of another glow, one for what is so of the set."""
    return each_set(context, RULE, _judge)


def _judge(measured: DarkSetMeasure) -> Iterator[Finding]:
    row = dark_limit("glow_ratio")
    where = Where(field="glow_ratio")
    glow = measured.glow_adu
    values = [
        Value(frame=f, value=f.glow_ratio, sigma=f.glow_sigma or 0.0)
        for f in measured.frames
        if f.glow_ratio is not None
    ]
    if glow is None or len(values) < 2:
        text = "too few darks to compare their glow" if glow else "no clear glow to compare"
        yield finding(RULE, "skipped", text, where=where)
        return
    found = apart(values, row.limit, middle=1.0)
    usual = statistics.median(v.frame.unlike_adu or 0.0 for v in values)
    blamed = [(f, away) for f, away in found.blamed if not _leaks(f, away, glow, usual)]
    for frame, away in blamed:
        text = f"{name(frame)} holds {1 + away:.2f} times the glow of the other darks ({glow:.0f} ADU): another "
        text += "exposure, gain or mode than its header says"
        yield finding(
            RULE,
            "failed",
            text,
            where=at(frame, "glow_ratio"),
            measured=round(away, 3),
            limit=row.limit,
            unit=row.unit,
            source=row.source,
            fix="leave it out, and look for frames that were renamed or mixed up",
        )
    if found.unclear:
        text = f"the glow of these darks differs by up to {100 * found.widest:.0f} %, and too few agree to say which "
        text += "are right"
        yield finding(
            RULE,
            "failed",
            text,
            severity="warning",
            where=where,
            measured=round(found.widest, 3),
            limit=row.limit,
            unit=row.unit,
            source=row.source,
            fix="frames of several exposures, gains or modes seem to be mixed: shoot the set again",
        )
    elif not blamed:
        text = f"{len(values)} darks: their glow of {glow:.0f} ADU agrees within {100 * found.widest:.0f} %"
        yield finding(
            RULE,
            "passed",
            text,
            where=where,
            measured=round(found.widest, 3),
            limit=row.limit,
            unit=row.unit,
            source=row.source,
        )


def _leaks(frame: DarkMeasure, away: float, glow: float, usual: float) -> bool:
    """Whether light that is not shaped like the glow is the larger part of the difference: another rule tells it."""
    return (frame.unlike_adu or 0.0) - usual > abs(away) * glow


RULE = Rule(code="AG128", name="wrong-glow", severity="error", needs=("dark_sets",), check=check)
