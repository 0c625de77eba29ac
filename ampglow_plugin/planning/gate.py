"""Which groups may be planned: refusals, and the allowances that lift them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ampglow_plugin.errors import InputError, PlanRefused
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Allowance

#: judged over the finished plan, where an allowance for them is looked at again
ORDER_RULES = "AG3"


def check_allowances(allow: Sequence[Allowance], findings: Iterable[Finding]) -> None:
    """An allowance needs a reason and a rule that failed there; order rules (AG3xx) are judged later.

    Raises
    ------
    InputError
        Naming every allowance that has no reason, or whose rule did not fail.
    """
    failed = [f for f in findings if f.outcome == "failed"]
    wrong = []
    for allowance in allow:
        if not allowance.reason.strip():
            wrong.append(f"{allowance.rule} is allowed without a reason")
        elif not allowance.rule.startswith(ORDER_RULES) and not any(allows(allowance, f) for f in failed):
            place = f" at {allowance.where}" if allowance.where else ""
            wrong.append(f"{allowance.rule} did not fail{place}, so there is nothing to allow")
    if wrong:
        raise InputError("; ".join(wrong), fix="`ampglow check` shows what failed, and where")


def allows(allowance: Allowance, found: Finding) -> bool:
    """Does the allowance cover this finding?"""
    return allowance.rule == found.rule and allowance.where in (None, found.where.group, found.where.path)


def blocking(findings: Iterable[Finding], allow: Sequence[Allowance]) -> list[Finding]:
    """Errors that no allowance covers, and crashes, which none can."""
    return [
        f
        for f in findings
        if f.ignored is None
        and (
            f.outcome == "crashed"
            or (f.outcome == "failed" and f.severity == "error" and not any(allows(a, f) for a in allow))
        )
    ]


def concerns(found: Finding, groups: Collection[str], paths: Collection[str]) -> bool:
    """Is the finding about one of these groups or files (or about everything)?"""
    where = found.where
    if where.group is None and where.path is None:
        return True
    return where.group in groups or where.path in paths


def refuse(stops: Sequence[Finding]) -> None:
    """Raise PlanRefused with all of ``stops``, if there are any."""
    if not stops:
        return
    places = {f.where.group or f.where.path for f in stops}
    count = f"{len(stops)} error{'s' if len(stops) > 1 else ''}"
    raise PlanRefused(
        f"no plan was made: {count} in {len(places)} place{'s' if len(places) > 1 else ''}; nothing was written",
        stops,
        fix='mend what is named above, or accept it knowingly: --allow CODE="reason"',
    )
