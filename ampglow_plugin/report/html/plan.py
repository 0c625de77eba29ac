"""Plans in words."""

from __future__ import annotations

from ampglow_plugin.model.plan import Plan
from ampglow_plugin.report.html.view import PlanPart
from ampglow_plugin.report.plan import ROLES, count, headline, made, step_words


def part(plan: Plan) -> PlanPart:
    """A plan in words."""
    return PlanPart(
        headline=headline(plan),
        masters=tuple((ROLES[m.role], m.id, "; ".join(made(m))) for m in plan.masters),
        groups=tuple(
            (count(len(g.frames), "light"), g.id, tuple(step_words(step) for step in g.steps)) for g in plan.groups
        ),
        allowed=tuple(f"{a.rule}{f' at {a.where}' if a.where else ''}: {a.reason}" for a in plan.allowed),
    )
