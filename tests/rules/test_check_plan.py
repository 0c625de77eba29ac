"""check_plan: all errors at once, allowances with their reasons, and nothing else makes a CheckedPlan."""

from __future__ import annotations

import pytest

from ampglow_plugin.errors import PlanRefused
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.plan import Align, Allowance, Calibrate, CosmeticCorrect, Debayer, Group, Master, Plan
from ampglow_plugin.rules import check_plan as module
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.rules.checked import CheckedPlan

DARK = Master(id="dark", role="dark", file="dark.fit", holds_bias=True)
BIAS = Master(id="bias", role="bias", file="bias.fit")


def plan(*steps: object, allowed: tuple[Allowance, ...] = (), frames: tuple[str, ...] = ("a.fit", "b.fit")) -> Plan:
    group = Group(id="lights", frames=frames, steps=steps)  # type: ignore[arg-type]
    return Plan(tool="test", masters=(DARK, BIAS), groups=(group,), allowed=allowed)


def test_a_good_plan_is_checked_with_its_warnings() -> None:
    checked = check_plan(plan(Calibrate(dark="dark"), Align()))
    assert isinstance(checked, CheckedPlan)
    assert [(f.rule, f.severity) for f in checked.findings if f.outcome == "failed"] == [("AG318", "warning")]


def test_all_errors_come_at_once() -> None:
    wrong = plan(Debayer(), CosmeticCorrect(dark="dark"), Calibrate(dark="dark", bias="bias", dark_scaling="optimize"))
    with pytest.raises(PlanRefused) as refused:
        check_plan(wrong)
    assert [f.rule for f in refused.value.findings] == ["AG302", "AG303", "AG304", "AG307"]
    assert "4 errors" in refused.value.what
    assert refused.value.exit_code == 1


@pytest.mark.parametrize("where", [None, "lights"])
def test_an_allowed_error_is_set_aside_with_its_reason(where: str | None) -> None:
    allowed = (Allowance(rule="AG304", reason="measured: divided", where=where),)
    checked = check_plan(plan(Calibrate(dark="dark", bias="bias"), allowed=allowed))
    (found,) = [f for f in checked.findings if f.rule == "AG304"]
    assert (found.outcome, found.severity, found.ignored) == ("failed", "error", "measured: divided")


@pytest.mark.parametrize(("rule", "where"), [("AG304", "other"), ("AG305", None)])
def test_an_allowance_for_something_else_does_not_help(rule: str, where: str | None) -> None:
    with pytest.raises(PlanRefused):
        check_plan(plan(Calibrate(dark="dark", bias="bias"), allowed=(Allowance(rule=rule, reason="x", where=where),)))


def test_a_rule_that_crashes_lets_nothing_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_context: Context) -> list[object]:
        raise ZeroDivisionError

    rule = Rule(code="AG399", name="broken", severity="info", needs=("plan",), check=broken)  # type: ignore[arg-type]
    monkeypatch.setattr(module, "RULES", (rule,))
    with pytest.raises(PlanRefused) as refused:
        check_plan(plan(Calibrate(dark="dark"), allowed=(Allowance(rule="AG399", reason="x"),)))
    assert refused.value.findings[0].outcome == "crashed"


def test_frames_tell_what_the_plan_does_not() -> None:
    mono = {path: Frame(path=path, bayer_pattern="none") for path in ("a.fit", "b.fit")}
    steps = (Calibrate(dark="dark"), Debayer())
    assert check_plan(plan(*steps))
    with pytest.raises(PlanRefused) as refused:
        check_plan(plan(*steps), mono)
    assert [f.rule for f in refused.value.findings] == ["AG314"]


def test_nobody_else_makes_one() -> None:
    with pytest.raises(TypeError):
        CheckedPlan(plan(), (), object())
