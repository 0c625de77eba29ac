"""The dark is not too far in time from the lights.

What it checks
    Days between the night of the lights (the one farthest away) and the newest frame of the dark set, either way.
    Above 30 days an information, above 180 days a warning, above 365 days a strong warning. Age alone never rejects.

Why it matters
    Hot pixels come and go, sensors age, and an update of driver or firmware can change level and glow while every
    header field stays the same.

How to fix it
    Redo the darks every 6 to 12 months, and after each update of driver or firmware. Until then compare a new dark with
    the old master.

Source
    Intervals of one dark library (30 days) and of advice on public pages (6 to 12 months).
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.knowledge.tolerances import age_limits
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import label, name, recipe


def check(context: Context) -> Iterator[Finding]:
    """One finding a match of a dark or flat-dark."""
    steps = age_limits()
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
        step = passed[-1]
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
