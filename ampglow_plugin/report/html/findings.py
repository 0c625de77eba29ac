"""Findings for the page: what to do first, then all of them with measure, source and the page of the rule."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from ampglow_plugin.model.finding import Finding, Outcome, Severity
from ampglow_plugin.report.check import actions_of
from ampglow_plugin.report.html.view import Action, Reason, RulePage, Tone

TONES: Final[Mapping[Severity, Tone]] = {"error": "bad", "warning": "mind", "info": "plain"}
WORDS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "info": "note"}
_ORDER: Final = tuple(TONES)
#: a part of a rule's page: its title alone on a line, its text indented below
_PART: Final = re.compile(r"^(\S[^\n]*)\n((?:    [^\n]*\n?|\n)+)", re.MULTILINE)


def actions(found: Sequence[Finding]) -> tuple[Action, ...]:
    """What to do, errors first; notes ask for nothing."""
    live = [f for f in found if f.outcome in ("failed", "crashed") and f.ignored is None and f.severity != "info"]
    return tuple(
        Action(
            text=action[:1].upper() + action[1:],
            tone=TONES[reasons[0].severity],
            reasons=_each_once(reasons),
        )
        for action, reasons in actions_of(live).items()
    )


def failed(found: Iterable[Finding]) -> tuple[Reason, ...]:
    """What failed or crashed and was not set aside, the worst first."""
    live = [f for f in found if f.outcome in ("failed", "crashed") and f.ignored is None]
    return _each_once(sorted(live, key=lambda f: _ORDER.index(f.severity)))


def _each_once(found: Iterable[Finding]) -> tuple[Reason, ...]:
    """What is said of several frames alike, once with their number; and each rule's page once."""
    counts = Counter(reason(f) for f in found)
    shown: set[str] = set()
    reasons = []
    for one, count in counts.items():
        message = one.message if count == 1 else f"{one.message} ({count} times)"
        reasons.append(replace(one, message=message, page=None if one.rule in shown else one.page))
        shown.add(one.rule)
    return tuple(reasons)


def with_outcome(found: Iterable[Finding], outcome: Outcome) -> tuple[Reason, ...]:
    """Findings of one outcome, in the order of the rules; what is said of several frames alike once, with its range."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for f in found:
        if f.outcome == outcome and f.ignored is None:
            alike.setdefault((f.rule, f.message), []).append(f)
    return tuple(_together(several) for several in alike.values())


def _together(several: Sequence[Finding]) -> Reason:
    first = reason(several[0], page=False)
    if len(several) == 1:
        return first
    measured = [
        f.measured for f in several if isinstance(f.measured, (int, float)) and not isinstance(f.measured, bool)
    ]
    limits = {(f.limit, f.unit) for f in several}
    measure = first.measure
    if len(measured) == len(several) and min(measured) < max(measured):
        text = f"{_value(min(measured))} to {_value(max(measured))}"
        measure = _measure(replace(several[0], measured=text, limit=several[0].limit if len(limits) == 1 else None))
    elif len({reason(f, page=False).measure for f in several}) > 1:
        measure = ""
    return replace(first, message=f"{first.message} ({len(several)} times)", measure=measure)


def ignored(found: Iterable[Finding]) -> tuple[tuple[Reason, str], ...]:
    """What the user has set aside, with the reason given."""
    return tuple((reason(f), f.ignored) for f in found if f.ignored is not None)


def reason(f: Finding, *, page: bool = True) -> Reason:
    """A finding in words."""
    failing: dict[str, tuple[str, Tone]] = {
        "crashed": ("a rule failed", "bad"),
        "failed": (WORDS[f.severity], TONES[f.severity]),
    }
    word, tone = failing.get(f.outcome, (f.outcome, "plain"))
    return Reason(
        rule=f.rule,
        name=f.name.replace("-", " "),
        outcome=word,
        tone=tone,
        message=f.message,
        measure=_measure(f),
        source=f.source or "",
        page=_pages().get(f.rule) if page else None,
    )


def _measure(f: Finding) -> str:
    """``measured 180 s, limit 0.9 s``."""
    unit = f" {f.unit}" if f.unit else ""
    sides = (("measured", f.measured), ("limit", f.limit))
    return ", ".join(f"{name} {_value(value)}{unit}" for name, value in sides if value is not None)


def _value(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


@functools.cache
def _pages() -> Mapping[str, RulePage]:
    """The page of every rule, by its code."""
    from ampglow_plugin.rules import RULES

    return {rule.code: _page(rule.page) for rule in RULES}


def _page(text: str) -> RulePage:
    headline, _, rest = text.partition("\n")
    parts = tuple((title.strip(), " ".join(body.split())) for title, body in _PART.findall(rest))
    return RulePage(headline=headline, parts=parts)
