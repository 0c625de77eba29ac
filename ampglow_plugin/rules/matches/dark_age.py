"""The dark is not too far in time from the lights.

What it checks
    Days between the night of the lights (the one farthest away) and the newest frame of the dark set, either way.
    Above 30 days an information, above 180 days a warning, above 365 days a strong warning. Age alone never rejects.
    Where pixels were looked at, they decide about a dark of more than 30 days: it still fits where the lights' own hot
    pixels are those of the dark (less than 20 percent came or went), stand as high (20 percent), and the lights hold
    its glow (10 percent; or it has none), or where a dark of equal settings that is nearer in time shows the same
    glow, hot pixels and level. It has aged, a warning, where one of these has clearly changed. Between, age counts.

Why it matters
    Hot pixels come and go, sensors age, and an update of driver or firmware can change level and glow while every
    header field stays the same. But a dark that is proved to fit need not be shot again.

How to fix it
    Redo the darks every 6 to 12 months, and after each update of driver or firmware; at once where the dark has aged.
    Until then compare a new dark with the old master: `ampglow library compare OLD NEW`.

Source
    Intervals of one dark library (30 days) and of advice on public pages (6 to 12 months). The limits of change are
    those of single darks, each to be met by two errors, or missed by three.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import age_limits
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.age_evidence import evidence
from ampglow_plugin.rules.matches.words import label, name, recipe


def check(context: Context) -> Iterator[Finding]:
    """One finding a match of a dark or flat-dark."""
    steps = age_limits()
    helds = {held.group: held for held in context.held or () if not held.built}
    for match in context.matches or ():
        if match.role not in ("dark", "flatdark") or match.status == "none":
            continue
        where = Where(group=match.id, path=match.dark, field="age_days")
        age = match.age_days
        if age is None:
            yield finding(RULE, "skipped", f"{label(match)}: no date to tell the age of the dark by", where=where)
            continue
        passed = [step for step in steps if age > step.above_d]
        if not passed:
            text = f"{label(match)}: {name(match.dark)} is {age:.0f} days away"
            yield finding(
                RULE, "passed", text, where=where, measured=age, limit=steps[0].above_d, unit="d", severity="info"
            )
            continue
        seen = evidence(helds.get(match.id))
        if seen is not None and seen.answer == "unchanged":
            text = f"{label(match)}: {name(match.dark)} is {age:.0f} days away and still fits: {seen.text}"
            yield finding(
                RULE,
                "passed",
                text,
                where=where,
                measured=age,
                limit=passed[-1].above_d,
                unit="d",
                severity="info",
                source="measured on pixels",
            )
            continue
        step = passed[-1]
        if seen is not None and seen.answer == "changed":
            text = f"{label(match)}: the sensor has changed since {name(match.dark)} was taken, {age:.0f} days away: "
            yield finding(
                RULE,
                "failed",
                text + seen.text,
                where=where,
                measured=age,
                limit=step.above_d,
                unit="d",
                source="measured on pixels",
                fix=f"use {name(seen.newer)} and its like" if seen.newer else f"new darks now: {recipe(match)}",
            )
            continue
        old = "much too old to be trusted" if step.strong else "old" if step.severity == "warning" else "not new"
        yield finding(
            RULE,
            "failed",
            f"{label(match)}: the dark {name(match.dark)} is {old}: {age:.0f} days from the {_what(match.role)}",
            severity=step.severity,
            where=where,
            measured=age,
            limit=step.above_d,
            unit="d",
            source=step.reason,
            fix=f"new darks soon: {recipe(match)}" if step.severity == "warning" else None,
        )


def _what(role: str) -> str:
    return "flats" if role == "flatdark" else "lights"


RULE = Rule(code="AG211", name="dark-age", severity="warning", needs=("matches",), check=check)
