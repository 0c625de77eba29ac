"""What is refused, and what an allowance lifts."""

from __future__ import annotations

import pytest

from ampglow_plugin.errors import InputError, PlanRefused
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Allowance
from ampglow_plugin.rules.check_plan import check_plan
from tests.planning.builders import Night, full_night


def allow(rule: str, reason: str = "I know", where: str | None = None) -> tuple[Allowance, ...]:
    return (Allowance(rule=rule, reason=reason, where=where),)


def two_groups(first: str = "none", second: str = "none") -> Night:
    night = Night()
    for name, status, exposure in (("a", first, 180.0), ("b", second, 60.0)):
        darks = night.shoot("dark", 5, f"d{name}", exposure_s=exposure) if status != "none" else ()
        night.match("dark", night.shoot("light", 3, name, exposure_s=exposure), darks, status=status, id=name)
    return night


@pytest.mark.parametrize("status", ["none", "unknown"])
def test_a_group_without_a_sure_dark_is_refused_although_no_rule_spoke(status: str) -> None:
    with pytest.raises(PlanRefused) as refused:
        two_groups("exact", status).plan()
    (found,) = refused.value.findings
    assert (found.where.group, found.severity, found.outcome) == ("b", "error", "failed")
    assert found.fix


def test_all_groups_are_named_at_once() -> None:
    with pytest.raises(PlanRefused) as refused:
        two_groups("none", "unknown").plan()
    assert [f.where.group for f in refused.value.findings] == ["a", "b"]


def test_the_pre_flight_is_quoted_and_not_repeated() -> None:
    night = two_groups("exact", "none")
    spoken = night.find("AG201", "b")
    with pytest.raises(PlanRefused) as refused:
        night.plan()
    assert refused.value.findings == (spoken,)


def test_an_error_about_other_things_does_not_stand_for_the_missing_dark() -> None:
    night = two_groups("exact", "none")
    night.find("AG109", "b")
    with pytest.raises(PlanRefused) as refused:
        night.plan(allow=allow("AG109"))
    assert [f.where.group for f in refused.value.findings] == ["b"]


@pytest.mark.parametrize("severity", ["warning", "info"])
def test_warnings_do_not_refuse(severity: str) -> None:
    night = full_night()
    night.find("AG211", night.matches[0].id, severity=severity)
    assert night.plan().groups


def test_a_failed_rule_refuses_even_with_an_exact_dark() -> None:
    night = full_night()
    night.find("AG205", night.matches[0].id)
    with pytest.raises(PlanRefused):
        night.plan()


def test_a_crashed_rule_refuses_and_cannot_be_allowed() -> None:
    night = full_night()
    night.findings.append(Finding(rule="AG205", name="x", outcome="crashed", severity="error", message="broke"))
    night.find("AG205", night.matches[0].id)
    with pytest.raises(PlanRefused) as refused:
        night.plan(allow=allow("AG205"))
    assert [f.outcome for f in refused.value.findings] == ["crashed"]


def test_an_error_on_a_light_refuses() -> None:
    night = full_night()
    night.find("AG104", None, path=night.matches[0].lights[0])
    with pytest.raises(PlanRefused):
        night.plan()


def test_an_error_on_a_frame_that_is_not_used_does_not() -> None:
    night = full_night()
    (stray,) = night.shoot("dark", 1, "stray")
    night.find("AG104", None, path=stray)
    night.find("AG205", "some-other-match")
    assert night.plan().groups


def test_an_allowance_lets_a_group_pass_and_is_recorded() -> None:
    night = full_night()
    night.find("AG205", night.matches[0].id)
    plan = night.plan(allow=allow("AG205", "library of last month", night.matches[0].id))
    assert plan.allowed == allow("AG205", "library of last month", night.matches[0].id)
    assert plan.groups[0].steps == full_night().plan().groups[0].steps


def test_an_allowance_at_one_group_does_not_help_the_other() -> None:
    night = two_groups("none", "none")
    night.find("AG201", "a")
    night.find("AG201", "b")
    with pytest.raises(PlanRefused) as refused:
        night.plan(allow=allow("AG201", where="a"))
    assert [f.where.group for f in refused.value.findings] == ["b"]


def test_an_allowed_group_without_dark_passes_the_order_rules_too() -> None:
    night = full_night()
    night.matches[0] = night.match("dark", night.matches[0].lights, (), id="dark-1")
    night.matches.pop()
    night.find("AG209", "dark-1")
    plan = night.plan(allow=allow("AG209", "uncooled, no darks yet"))
    assert [s.step for s in plan.groups[0].steps] == ["calibrate", "debayer", "align"]
    assert plan.allowed[1] == Allowance(rule="AG306", reason="uncooled, no darks yet", where=plan.groups[0].id)
    (ignored,) = [f for f in check_plan(plan).findings if f.rule == "AG306"]
    assert ignored.ignored == "uncooled, no darks yet"


def test_an_allowed_group_without_dark_takes_the_bias() -> None:
    night = Night()
    lights = night.shoot("light", 3)
    night.match("dark", lights, (), id="a")
    night.match("bias", lights, night.shoot("bias", 9))
    plan = night.plan(allow=allow("AG209"))
    assert plan.groups[0].steps[0].bias == "bias-m10C-g120-o30"  # type: ignore[union-attr]


def test_an_unknown_dark_is_used_once_it_is_allowed() -> None:
    night = two_groups("exact", "unknown")
    rule = "AG210"
    plan = night.plan(allow=allow(rule, where="b"))
    assert plan.groups[1].steps[0].dark == "dark-60s-m10C-g120-o30"  # type: ignore[union-attr]


@pytest.mark.parametrize("reason", ["", "  "])
def test_an_allowance_needs_a_reason(reason: str) -> None:
    night = full_night()
    night.find("AG205", night.matches[0].id)
    with pytest.raises(InputError, match="AG205 is allowed without a reason"):
        night.plan(allow=allow("AG205", reason))


def test_an_allowance_for_what_did_not_fail_is_an_error() -> None:
    night = full_night()
    night.find("AG205", night.matches[0].id)
    wrong = (*allow("AG205", where="elsewhere"), *allow("AG208"), *allow("AG205"))
    with pytest.raises(InputError) as error:
        night.plan(allow=wrong)
    assert (
        error.value.what
        == "AG205 did not fail at elsewhere, so there is nothing to allow; AG208 did not fail, so there is nothing to allow"
    )


def test_order_rules_are_allowed_ahead_and_judged_later() -> None:
    night = full_night()
    assert night.plan(allow=allow("AG318")).allowed == allow("AG318")


@pytest.mark.parametrize("number", [1, 2])
def test_an_error_about_a_file_of_a_master_refuses(number: int) -> None:
    """Of the lights' dark and of the flat-dark, which only the flats need."""
    night = full_night()
    found = night.find("AG203", None, path=night.matches[(0, 2)[number - 1]].darks[0])
    with pytest.raises(PlanRefused) as refused:
        night.plan()
    assert refused.value.findings == (found,)


def test_an_error_about_a_file_that_the_plan_does_not_use_does_not_refuse() -> None:
    night = full_night()
    night.find("AG203", None, path=night.shoot("dark", 1, "unused")[0])
    assert night.plan()


def test_an_error_about_the_file_of_a_reused_master_refuses() -> None:
    night = full_night()
    lights = night.matches[0].lights
    night.matches = night.matches[1:]
    path = night.master("dark", stack_count=30)
    night.match("dark", lights, path)
    found = night.find("AG203", None, path=path[0])
    with pytest.raises(PlanRefused) as refused:
        night.plan()
    assert refused.value.findings == (found,)
