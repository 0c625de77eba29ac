"""One number of each frame, judged against those of the others: what level, noise and light leaks share."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ampglow_plugin.knowledge.tolerances import DarkLimit, dark_limit
from ampglow_plugin.model.darks import DarkSetMeasure
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Rule, finding
from ampglow_plugin.rules.darks.outliers import LEAST, Apart, Value, apart, at, name


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """How one number (a row ``what`` of the limits, a ``field`` of the measure in ADU) is called, and what to do."""

    what: str
    field: str
    called: str
    more: str
    less: str
    fix: str


def usual_noise(measured: DarkSetMeasure) -> float:
    """Median noise of a pixel (ADU) of the frames that can be used; 0 where there are none."""
    known = [f.noise_adu for f in measured.frames if f.noise_adu is not None and f.usable]
    return statistics.median(known) if known else 0.0


def judge_number(rule: Rule, values: Sequence[Value], number: Number, *, unit_adu: float) -> Iterator[Finding]:
    """Findings about ``values`` in ADU, whose limit is in units of ``unit_adu``."""
    row = dark_limit(number.what)
    where = Where(field=number.field)
    if len(values) < 2 or unit_adu <= 0:
        yield finding(rule, "skipped", f"too few darks to compare their {number.called}", where=where)
        return
    found = apart([Value(frame=v.frame, value=v.value / unit_adu) for v in values], row.limit)
    for frame, away in found.blamed:
        text = f"{name(frame)}: {_said(number, away, row, unit_adu)}"
        if found.drift is not None:
            text += f", in a set that drifts by {found.drift * unit_adu:+.1f} ADU"
        yield finding(
            rule,
            "failed",
            text,
            where=at(frame, number.field),
            measured=round(away, 3),
            limit=row.limit,
            unit=row.unit,
            source=row.source,
            fix=number.fix,
        )
    if found.unclear:
        yield _doubt(rule, found, number, row, unit_adu)
    elif not found.blamed and len(values) < LEAST:
        text = f"two darks alone: their {number.called} agrees"
        yield finding(rule, "passed", text, where=where, limit=row.limit, unit=row.unit, source=row.source)
    elif not found.blamed:
        text = f"{len(values)} darks: {number.called} within {found.widest * unit_adu:.2g} ADU"
        widest = round(found.widest, 3)
        yield finding(
            rule, "passed", text, where=where, measured=widest, limit=row.limit, unit=row.unit, source=row.source
        )


def _said(number: Number, away: float, row: DarkLimit, unit_adu: float) -> str:
    word = number.more if away > 0 else number.less
    if number.what == "unlike":
        return f"{word}, {abs(away) * unit_adu:.1f} ADU from its darkest part to its brightest"
    share = f" ({100 * abs(away):.0f} %)" if row.unit == "share" else ""
    return f"its {number.called} is {abs(away) * unit_adu:.1f} ADU{share} {word} that of the other darks"


def _doubt(rule: Rule, found: Apart, number: Number, row: DarkLimit, unit_adu: float) -> Finding:
    text = (
        f"the {number.called} of these darks differs by up to {found.widest * unit_adu:.1f} ADU from its middle, and "
    )
    text += f"too few agree to say which are right: {', '.join(name(f) for f, _ in found.unclear[:3])}"
    if len(found.unclear) > 3:
        text += f" and {len(found.unclear) - 3} more"
    if found.drift is not None:
        text += f"; the set drifts by {found.drift * unit_adu:+.1f} ADU"
    return finding(
        rule,
        "failed",
        text,
        severity="warning",
        where=Where(field=number.field),
        measured=round(found.widest, 3),
        limit=row.limit,
        unit=row.unit,
        source=row.source,
        fix="look at these frames, or shoot more of them: of five or more, the majority tells",
    )
