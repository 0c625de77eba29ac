"""``check_plan``: the only way from a Plan to a CheckedPlan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ampglow_plugin.errors import PlanRefused
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.plan import Allowance, Plan
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.checked import CheckedPlan, seal
from ampglow_plugin.rules.pipeline import RULES
from ampglow_plugin.rules.runner import run_rules


def check_plan(plan: Plan, frames: Mapping[str, Frame] | None = None) -> CheckedPlan:
    """Judge ``plan`` by every AG3xx rule; the value is what hosts accept.

    ``frames`` (by path) lets rules look at headers where the plan itself is silent. Findings that the
    plan allows carry the reason in ``ignored``; a rule that crashed cannot be allowed.

    Raises
    ------
    PlanRefused
        With all findings that stand in the way.
    """
    findings = set_aside(run_rules(Context(plan=plan, frames=frames or {}), RULES), plan.allowed)
    errors = tuple(f for f in findings if blocks(f))
    if errors:
        count = f"{len(errors)} error{'s' if len(errors) > 1 else ''}"
        raise PlanRefused(
            f"the plan breaks rules of calibration ({count}); nothing was written",
            errors,
            fix="`ampglow rule CODE` explains a rule; an entry under `allowed` in the plan accepts one, with a reason",
        )
    return seal(plan, findings)


def blocks(found: Finding) -> bool:
    """Does the finding stand in the way: an error or a crash that nobody allowed?"""
    if found.ignored is not None:
        return False
    return found.outcome == "crashed" or (found.outcome == "failed" and found.severity == "error")


def set_aside(findings: Iterable[Finding], allowed: Iterable[Allowance]) -> tuple[Finding, ...]:
    """``findings``, where those that failed and are allowed carry the reason.

    An allowance without a place holds everywhere.
    """
    reasons = tuple(allowed)

    def judge(found: Finding) -> Finding:
        if found.outcome != "failed":
            return found
        for allowance in reasons:
            if allowance.rule == found.rule and allowance.where in (None, found.where.group, found.where.path):
                return replace(found, ignored=allowance.reason)
        return found

    return tuple(judge(f) for f in findings)
