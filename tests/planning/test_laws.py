"""What holds for every plan that is made, whatever night it is made from."""

from __future__ import annotations

import dataclasses
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ampglow_plugin.errors import PlanRefused
from ampglow_plugin.model.plan import Calibrate, Group, Master, Plan, Step
from ampglow_plugin.planning import from_yaml, to_yaml
from ampglow_plugin.rules.check_plan import check_plan
from tests.planning.builders import FLAT, Night

STATUSES = st.sampled_from(["exact", "tolerated", "none"])
COUNTS = st.integers(1, 12)


@st.composite
def nights(draw: st.DrawFn) -> Night:
    """One to three groups of lights, with or without flats, flat-darks and biases, singles or masters."""
    night = Night(settings={"bayer_pattern": draw(st.sampled_from(["RGGB", None]))})
    for n in range(draw(st.integers(1, 3))):
        name = f"l{n}"
        exposure = draw(st.sampled_from([30.0, 60.0, 180.0]))
        lights = night.shoot("light", draw(COUNTS), name, exposure_s=exposure)
        divided = {"calibration_status": draw(st.sampled_from([None, "B"]))}
        if draw(st.booleans()):
            darks = night.master("dark", f"dark{n}", exposure_s=exposure, **divided)
        else:
            darks = night.shoot("dark", draw(COUNTS), f"dark{n}", exposure_s=exposure)
        night.match("dark", lights, darks, status=draw(st.sampled_from(["exact", "tolerated"])))
        biases = night.shoot("bias", draw(COUNTS), f"bias{n}", exposure_s=0.001)
        if night.frames[darks[0]].calibration_status == "B" or draw(st.booleans()):
            night.match("bias", lights, biases)
        if draw(st.booleans()):
            flats = (
                night.master("flat", f"flat{n}", **FLAT)
                if draw(st.booleans())
                else night.shoot("flat", draw(COUNTS), f"flat{n}", **FLAT)
            )
            night.match("flat", lights, flats, status=draw(STATUSES))
            if draw(st.booleans()):
                night.match(
                    "flatdark",
                    flats,
                    night.shoot("darkflat", draw(COUNTS), f"fd{n}", exposure_s=2.5),
                    status=draw(STATUSES),
                )
            if draw(st.booleans()):
                night.match("bias", flats, biases, status=draw(STATUSES))
    return night


def owners(plan: Plan) -> tuple[Master | Group, ...]:
    return (*plan.masters, *plan.groups)


def calibrations(steps: tuple[Step, ...]) -> list[Calibrate]:
    return [step for step in steps if isinstance(step, Calibrate)]


@given(nights(), st.booleans())
@settings(max_examples=150, deadline=None)
def test_every_plan_keeps_the_laws(night: Night, stack: bool) -> None:
    plan = night.plan(stack=stack)
    checked = check_plan(plan)
    assert checked.plan is plan
    assert not plan.allowed
    ids = [owner.id for owner in owners(plan)]
    assert len({i.lower() for i in ids}) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-]+", i) for i in ids)
    for owner in owners(plan):
        for step in calibrations(owner.steps):
            assert step.dark_scaling == "none"
            assert step != Calibrate()
            if step.dark is not None and (step.bias is not None or step.bias_level_adu is not None):
                dark = plan.master(step.dark)
                assert dark is not None
                assert dark.holds_bias is False
    for master in plan.masters:
        assert bool(master.file) != bool(master.frames)
    lights = [path for match in night.matches if match.role == "dark" for path in match.lights]
    assert sorted(path for group in plan.groups for path in group.frames) == sorted(lights)
    assert all(calibrations(group.steps)[0].dark for group in plan.groups)
    used = {u for o in owners(plan) for s in calibrations(o.steps) for u in (s.dark, s.bias, s.flat) if u}
    assert used == {master.id for master in plan.masters}
    assert from_yaml(to_yaml(plan)) == plan
    shuffled = dataclasses.replace(night, frames=dict(sorted(night.frames.items(), reverse=True)))
    assert shuffled.plan(stack=stack) == plan


def test_a_divided_dark_without_bias_is_not_let_through() -> None:
    night = Night()
    night.match("dark", night.shoot("light", 3), night.master("dark", calibration_status="B"))
    with pytest.raises(PlanRefused) as refused:
        check_plan(night.plan())
    assert [f.rule for f in refused.value.findings] == ["AG305"]
