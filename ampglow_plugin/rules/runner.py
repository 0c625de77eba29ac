"""Runs rules over a Context: four outcomes, never folded into a bool, and no crash gets lost."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Literal

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule, finding

#: parts of a Context as people call them, where that is another word
CALLED = {"raw_states": "pixels", "held": "pixels", "proofs": "outputs", "dark_sets": "darks", "compared": "two darks"}


def run_rules(context: Context, rules: Iterable[Rule]) -> tuple[Finding, ...]:
    """Every finding of ``rules``, in the order of the rules.

    A rule whose needs are absent, or that finds nothing to look at, is ``skipped`` with the
    reason; one that raises is ``crashed`` with the error, and the others go on.
    """
    findings: list[Finding] = []
    for rule in rules:
        found = _found(rule, context)
        findings.extend([_skipped(rule, found)] if isinstance(found, str) else found)
    return tuple(findings)


def _found(rule: Rule, context: Context) -> list[Finding] | str:
    """What a rule finds, or why it is skipped."""
    missing = [need for need in rule.needs if not getattr(context, need)]
    if missing:
        words = dict.fromkeys(CALLED.get(need, need) for need in missing)
        return f"no {' and no '.join(words)} to look at"
    try:
        return list(rule.check(context)) or "nothing here that it applies to"
    except Exception as error:  # noqa: BLE001 - a rule that crashes is reported, the others still count
        message = f"the rule itself failed: {type(error).__name__}: {error}"
        return [finding(rule, "crashed", message, severity="error", fix="please report this")]


class RulesInParts:
    """Rules over contexts that come one after another, none of which is kept.

    For rules whose findings are about one thing each. A rule counts as skipped where no part had anything for it.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._skipped: dict[Rule, str | None] = dict.fromkeys(rules, "nothing to look at")

    def over(self, context: Context) -> tuple[Finding, ...]:
        """What the rules find in the next part."""
        findings: list[Finding] = []
        for rule, skipped in self._skipped.items():
            found = _found(rule, context)
            if not isinstance(found, str):
                findings.extend(found)
                self._skipped[rule] = None
            elif skipped is not None:
                self._skipped[rule] = found
        return tuple(findings)

    def skipped(self) -> tuple[Finding, ...]:
        """After the last part: the rules that were skipped in all of them."""
        return tuple(_skipped(rule, why) for rule, why in self._skipped.items() if why is not None)


@functools.cache
def _skipped(rule: Rule, message: str) -> Finding:
    """Most findings about a script are of this kind, and all alike."""
    return finding(rule, "skipped", message)


def verdict(findings: Iterable[Finding], *, vital_unknown: bool = False) -> Literal["go", "no_go", "unknown"]:
    """``no_go`` with an error, ``unknown`` where a rule crashed or a vital field could not be compared, else ``go``."""
    live = [f for f in findings if f.ignored is None]
    if any(f.outcome == "failed" and f.severity == "error" for f in live):
        return "no_go"
    return "unknown" if vital_unknown or any(f.outcome == "crashed" for f in live) else "go"
