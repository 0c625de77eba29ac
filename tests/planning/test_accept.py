"""A dark that does not fit is used where all that differs is allowed, and only there."""

from __future__ import annotations

from typing import Any

import pytest

from ampglow_plugin.errors import PlanRefused
from ampglow_plugin.matching import match_all
from ampglow_plugin.model.plan import Allowance, Calibrate, Plan
from ampglow_plugin.planning import PlanOptions, make_plan
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.rules.matches import RULES
from tests.planning.builders import Night

DATE = "2026-11-24T20:00:00"


def plan(allow: tuple[str, ...], where: str | None = None, *, far: int = 5, **differs: Any) -> Plan:
    """A plan for 180 s lights with darks that differ so, by the real matching and the real rules."""
    night = Night(settings={"date_obs": DATE})
    lights = night.shoot("light", 3)
    night.shoot("dark", far, "far", exposure_s=20.0, gain=0.0, offset=10.0)
    night.shoot("dark", 5, "near", **differs)
    night.shoot("flat", 2, "like", **differs)  # of the settings of the darks, and no dark
    roles = {path: frame.kind for path, frame in night.frames.items()}
    matches = match_all({kind: [f for f in night.frames.values() if f.kind == kind] for kind in ("light", "dark")})
    assert matches[0].lights == lights
    findings = run_rules(Context(frames=night.frames, roles=roles, matches=matches), RULES)
    allowed = tuple(Allowance(rule=rule, reason="I know", where=where) for rule in allow)
    return make_plan(night.frames, matches, findings, PlanOptions(allow=allowed))


def dark_frames(made: Plan) -> tuple[str, ...]:
    step = made.groups[0].steps[0]
    master = made.master(step.dark) if isinstance(step, Calibrate) else None
    return master.frames if master else ()


NEAR = tuple(f"/night/near_{i:04d}.fit" for i in range(1, 6))


@pytest.mark.parametrize("where", [None, "dark-1"])
def test_the_nearest_set_is_used_whole(where: str | None) -> None:
    made = plan(("AG201",), where, exposure_s=170.0)
    assert dark_frames(made) == NEAR
    assert made.allowed == (
        Allowance(rule="AG201", reason="I know", where=where),
        Allowance(rule="AG209", reason="I know", where="dark-1"),
    )
    assert check_plan(made)


def test_without_an_allowance_all_reasons_are_named() -> None:
    with pytest.raises(PlanRefused) as refused:
        plan((), exposure_s=170.0, gain=100.0)
    assert [f.rule for f in refused.value.findings] == ["AG201", "AG203", "AG209"]


def test_all_that_differs_must_be_allowed() -> None:
    with pytest.raises(PlanRefused) as refused:
        plan(("AG201",), exposure_s=170.0, gain=100.0)
    assert [f.rule for f in refused.value.findings] == ["AG203", "AG209"]
    assert dark_frames(plan(("AG201", "AG203"), exposure_s=170.0, gain=100.0)) == NEAR


def test_an_allowed_missing_dark_means_none() -> None:
    made = plan(("AG201", "AG209"), exposure_s=170.0)
    assert [s.step for s in made.groups[0].steps] == ["debayer", "align"]
    assert not made.masters


def test_another_size_can_never_be_used() -> None:
    with pytest.raises(PlanRefused) as refused:
        plan(("AG207",), far=0, width=2072, height=1411)
    assert [f.rule for f in refused.value.findings] == ["AG209"]


def test_an_unknown_dark_is_refused_in_the_words_of_the_pre_flight() -> None:
    with pytest.raises(PlanRefused) as refused:
        plan((), gain=None)
    (found,) = refused.value.findings
    assert (found.rule, found.severity) == ("AG210", "error")
    assert "gain not recorded by the dark" in found.message
    made = plan(("AG210",), gain=None)
    assert dark_frames(made) == NEAR
    assert [a.rule for a in made.allowed] == ["AG210"]
