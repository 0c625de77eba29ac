"""``CheckedPlan``: a plan that passed every rule. "Validate, then emit" is a type."""

from __future__ import annotations

from dataclasses import dataclass

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Plan

_SEAL = object()


@dataclass(frozen=True, slots=True)
class CheckedPlan:
    """A plan together with the findings of its check; made by ``rules.check_plan`` alone."""

    plan: Plan
    findings: tuple[Finding, ...]
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("a CheckedPlan is made by rules.check_plan alone")


def seal(plan: Plan, findings: tuple[Finding, ...]) -> CheckedPlan:
    """Wrap a plan that was checked; for ``rules.check_plan`` only."""
    return CheckedPlan(plan, findings, _SEAL)
