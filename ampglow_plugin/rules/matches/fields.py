"""What the rules about single fields share: the outcome of a match's fields as findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ampglow_plugin.knowledge.gain_word import gain_word
from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.finding import Finding, Scalar, Where
from ampglow_plugin.model.match import Deviation, Match, Rejection
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import CALLED, label, name, owners, recipe, value

#: a dark that differs is an error; what differs about flat-darks and biases is a warning
ERROR_ROLES = ("dark",)
JUDGED_ROLES = ("dark", "flatdark", "bias")


def judge(context: Context, rule: Rule, fields: Sequence[str], *, called: str, scope: str = "all") -> Iterator[Finding]:
    """One finding a match (of a dark, flat-dark or bias) over ``fields``, ``called`` so in the messages.

    Failed with an error where the nearest set differs and none fits, failed with a warning where
    the chosen set deviates, passed where all are equal, skipped where they cannot be compared.
    """
    for match in context.matches or ():
        if match.role in JUDGED_ROLES and match.outcomes:
            yield _match(rule, match, fields, called, limit(fields[0], scope).source)


def _match(rule: Rule, match: Match, fields: Sequence[str], called: str, source: str) -> Finding:
    called = gain_word(match.group.get("camera")) if called == "gain" else called
    outcomes = {field: (match.outcomes or {}).get(field) for field in fields}
    if "different" in outcomes.values():
        return _different(rule, match, fields, called, source)
    found = [d for d in match.deviations if d.field in fields]
    if found:
        return _deviates(rule, match, found[0], called, source)
    where = Where(group=match.id, path=match.dark, field=fields[0])
    silent = [field for field, outcome in outcomes.items() if outcome in ("unknown", "not_recorded")]
    if silent and not any(outcome == "equal" for outcome in outcomes.values()):
        sides = "neither side records" if outcomes[silent[0]] == "not_recorded" else "one side does not record"
        return finding(rule, "skipped", f"{label(match)}: {sides} the {called}", where=where)
    if all(outcome in ("not_applicable", None) for outcome in outcomes.values()):
        return finding(rule, "skipped", f"{label(match)}: {called} does not apply", where=where)
    return finding(rule, "passed", f"{label(match)}: {called} is the same", where=where, source=source)


def _different(rule: Rule, match: Match, fields: Sequence[str], called: str, source: str) -> Finding:
    nearest = match.rejections[0].dark if match.rejections else None
    found = [r for r in match.rejections if r.dark == nearest and r.field in fields]
    if not found:  # the nearest set was told in a field of another rule only
        return finding(rule, "skipped", f"{label(match)}: no {called} to compare", where=Where(group=match.id))
    first = found[0]
    theirs, ours = (_together(found, side, called if len(fields) > 1 else None) for side in ("dark_value", "light"))
    measured, most = _measured(first.light, first.dark_value, first.limit)
    return finding(
        rule,
        "failed",
        f"{label(match)}: {called} differs: {name(nearest)} has {theirs}, the {owners(match)} have {ours}",
        severity="error" if match.role in ERROR_ROLES else "warning",
        where=Where(group=match.id, path=nearest, field=first.field),
        measured=measured,
        limit=most,
        unit=first.unit,
        source=source,
        fix=recipe(match),
    )


#: fields that one word stands for elsewhere
_APART = {"roi_x": "subframe from x", "roi_y": "y", "xbinning": "binning x", "ybinning": "y"}


def _together(found: Sequence[Rejection], side: str, several: str | None) -> str:
    """The values of one side; for rules over ``several`` fields each with the name of its own."""
    names = {r.field: _APART.get(r.field, CALLED.get(r.field, r.field)) for r in found}
    shown = {field: "" if several in (None, name) else f"{name} " for field, name in names.items()}
    return ", ".join(f"{shown[r.field]}{value(r.field, getattr(r, side))}" for r in found)


def _deviates(rule: Rule, match: Match, found: Deviation, called: str, source: str) -> Finding:
    measured, most = _measured(found.light, found.dark, found.limit)
    theirs, ours = value(found.field, found.dark), value(found.field, found.light)
    return finding(
        rule,
        "failed",
        f"{label(match)}: {called} deviates: {name(match.dark)} has {theirs}, the {owners(match)} have {ours}",
        severity="warning",
        where=Where(group=match.id, path=match.dark, field=found.field),
        measured=measured,
        limit=most,
        unit=found.unit,
        source=source,
        fix=f"usable; better: {recipe(match)}",
    )


def _measured(light: Scalar, dark: Scalar, most: float | None) -> tuple[Scalar, Scalar]:
    """The difference and its limit for numbers; both values for texts."""
    if most is None or not isinstance(light, (int, float)) or not isinstance(dark, (int, float)):
        return dark, light
    return round(abs(float(light) - float(dark)), 4), most
