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
        missing = [need for need in rule.needs if not getattr(context, need)]
        if missing:
            words = dict.fromkeys(CALLED.get(need, need) for need in missing)
            findings.append(_skipped(rule, f"no {' and no '.join(words)} to look at"))
            continue
        try:
            found = list(rule.check(context))
        except Exception as error:  # noqa: BLE001 - a rule that crashes is reported, the others still count
            message = f"the rule itself failed: {type(error).__name__}: {error}"
            findings.append(finding(rule, "crashed", message, severity="error", fix="please report this"))
            continue
        findings.extend(found or [_skipped(rule, "nothing here that it applies to")])
    return tuple(findings)


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
