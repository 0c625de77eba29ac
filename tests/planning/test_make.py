"""What is built, from what, and in which order."""

from __future__ import annotations

import dataclasses

import pytest

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Integrate, Plan
from tests.planning.builders import FLAT, Night, full_night


def steps(plan: Plan, group: int = 0) -> list[str]:
    return [step.step for step in plan.groups[group].steps]


def calibration(plan: Plan, group: int = 0) -> Calibrate:
    (step,) = [s for s in plan.groups[group].steps if isinstance(s, Calibrate)]
    return step


def test_a_colour_night() -> None:
    plan = full_night().plan(stack=True)
    assert [m.id for m in plan.masters] == [
        "dark-180s-m10C-g120-o30",
        "flatdark-2p5s-m10C-g120-o30",
        "flat-L-2p5s-m10C-g120-o30",
    ]
    dark, flatdark, flat = plan.masters
    assert dark.steps == (Integrate(rejection="winsorized", low_sigma=3, high_sigma=3, normalization="none"),)
    assert flatdark.steps == (Integrate(rejection="winsorized", low_sigma=3, high_sigma=3, normalization="none"),)
    assert flat.steps == (
        Calibrate(dark=flatdark.id),
        Integrate(rejection="winsorized", low_sigma=3, high_sigma=3, normalization="multiplicative"),
    )
    assert (dark.holds_bias, flatdark.holds_bias, flat.holds_bias) == (True, True, None)
    (group,) = plan.groups
    assert group.id == "light-L-180s-m10C-g120-o30"
    assert (group.cfa, group.bayer_pattern, group.width, group.height) == (True, "RGGB", 4144, 2822)
    assert group.steps == (
        Calibrate(dark=dark.id, flat=flat.id, equalize_cfa=True),
        CosmeticCorrect(dark=dark.id, hot_sigma=3.0, cold_sigma=None, cfa=True),
        Debayer(),
        Align(),
        Integrate(rejection="percentile", low_sigma=0.3, high_sigma=0.3, normalization="additive_scaling"),
    )
    assert plan.tool.startswith("ampglow ")


@pytest.mark.parametrize("pattern", [None, "none"])
def test_a_mono_night(pattern: str | None) -> None:
    plan = full_night(bayer_pattern=pattern, planes=1).plan()
    assert steps(plan) == ["calibrate", "cosmetic", "align"]
    cosmetic = plan.groups[0].steps[1]
    assert isinstance(cosmetic, CosmeticCorrect)
    assert not cosmetic.cfa
    assert not calibration(plan).equalize_cfa


@pytest.mark.parametrize(
    ("count", "rejection"),
    [(1, "none"), (2, "none"), (3, "percentile"), (6, "percentile"), (7, "winsorized"), (50, "winsorized")],
)
def test_rejection_fits_the_count(count: int, rejection: str) -> None:
    night = Night()
    night.match("dark", night.shoot("light", 2), night.shoot("dark", count))
    (step,) = night.plan().masters[0].steps
    assert isinstance(step, Integrate)
    assert step.rejection == rejection
    assert (step.normalization, step.output_normalized, step.combination) == ("none", False, "mean")


def test_a_master_file_is_reused_and_not_presumed_to_hold_its_bias() -> None:
    night = Night()
    lights = night.shoot("light", 3)
    night.match("dark", lights, night.master("dark", stack_count=30))
    (dark,) = night.plan().masters
    assert (dark.file, dark.frames, dark.steps, dark.holds_bias) == ("/library/master_dark.fit", (), (), None)


@pytest.mark.parametrize(
    ("calstat", "holds"), [("B", False), (" bd ", False), ("BD", False), ("D", None), ("", None), (None, None)]
)
def test_a_master_that_says_its_bias_was_subtracted(calstat: str | None, holds: bool | None) -> None:
    night = Night()
    lights = night.shoot("light", 3)
    night.match("dark", lights, night.master("dark", calibration_status=calstat))
    night.match("bias", lights, night.shoot("bias", 20, exposure_s=0.001))
    plan = night.plan()
    assert plan.masters[0].holds_bias is holds
    assert (calibration(plan).bias is not None) is (holds is False)


def test_bias_never_comes_beside_an_undivided_dark() -> None:
    night = full_night()
    lights = night.matches[0].lights
    night.match("bias", lights, night.shoot("bias", 20, exposure_s=0.001))
    plan = night.plan()
    assert calibration(plan).bias is None
    assert not [m for m in plan.masters if m.role == "bias"]


def without(night: Night, role: str) -> Night:
    night.matches = [m for m in night.matches if m.role != role]
    return night


def test_flats_take_a_bias_where_there_is_no_flat_dark() -> None:
    night = without(full_night(), "flatdark")
    flats = night.matches[1].darks
    night.match("bias", flats, night.shoot("bias", 20, exposure_s=0.001))
    plan = night.plan()
    bias = next(m for m in plan.masters if m.role == "bias")
    flat = next(m for m in plan.masters if m.role == "flat")
    assert bias.id == "bias-m10C-g120-o30"
    assert flat.steps[0] == Calibrate(bias=bias.id)


@pytest.mark.parametrize(
    ("flatdark", "taken"), [("exact", "dark"), ("tolerated", "dark"), ("unknown", "bias"), ("none", "bias")]
)
def test_flats_prefer_what_is_sure(flatdark: str, taken: str) -> None:
    night = without(full_night(), "flatdark")
    flats = night.matches[1].darks
    night.match("bias", flats, night.shoot("bias", 20, exposure_s=0.001))
    darks = night.shoot("darkflat", 5, exposure_s=2.5) if flatdark != "none" else ()
    night.match("flatdark", flats, darks, status=flatdark)
    flat = next(m for m in night.plan().masters if m.role == "flat")
    step = flat.steps[0]
    assert isinstance(step, Calibrate)
    assert getattr(step, taken) is not None
    assert [step.dark, step.bias].count(None) == 1


def test_doubtful_flat_darks_are_better_than_none() -> None:
    night = full_night()
    night.matches[2] = dataclasses.replace(night.matches[2], status="unknown")
    flat = next(m for m in night.plan().masters if m.role == "flat")
    assert flat.steps[0] == Calibrate(dark="flatdark-2p5s-m10C-g120-o30")


def test_of_two_doubtful_levels_the_flat_dark_is_taken() -> None:
    night = full_night()
    night.matches[2] = dataclasses.replace(night.matches[2], status="unknown")
    flats = night.matches[1].darks
    night.match("bias", flats, night.shoot("bias", 20, exposure_s=0.001), status="unknown")
    flat = next(m for m in night.plan().masters if m.role == "flat")
    assert flat.steps[0] == Calibrate(dark="flatdark-2p5s-m10C-g120-o30")


def test_flats_without_any_level_are_only_integrated() -> None:
    plan = without(full_night(), "flatdark").plan()
    flat = next(m for m in plan.masters if m.role == "flat")
    assert [s.step for s in flat.steps] == ["integrate"]


def test_flats_of_several_exposures_fall_back_to_the_bias() -> None:
    night = without(full_night(), "flatdark")
    flats = night.matches[1].darks
    night.match("flatdark", flats[:5], night.shoot("darkflat", 5, "fd1", exposure_s=2.5))
    night.match("flatdark", flats[5:], night.shoot("darkflat", 5, "fd2", exposure_s=3.5))
    night.match("bias", flats, night.shoot("bias", 5, exposure_s=0.001))
    plan = night.plan()
    flat = next(m for m in plan.masters if m.role == "flat")
    assert flat.steps[0] == Calibrate(bias="bias-m10C-g120-o30")
    assert [m.role for m in plan.masters] == ["dark", "bias", "flat"]


def test_a_reused_flat_is_not_calibrated_again() -> None:
    night = full_night()
    lights = night.matches[0].lights
    without(night, "flat").match("flat", lights, night.master("flat", **FLAT))
    plan = night.plan()
    flat = plan.master(calibration(plan).flat)
    assert flat is not None
    assert (flat.file, flat.steps) == ("/library/master_flat.fit", ())
    assert [m.role for m in plan.masters] == ["dark", "flat"]


def test_lights_without_flats_are_planned_without() -> None:
    night = full_night()
    night.matches = night.matches[:1]
    plan = night.plan()
    assert calibration(plan).flat is None
    assert not calibration(plan).equalize_cfa
    night.match("flat", night.matches[0].lights, ())
    assert night.plan() == plan


def test_masters_are_shared_and_built_once() -> None:
    night = Night()
    red, blue = night.shoot("light", 3, "red", filter="R"), night.shoot("light", 3, "blue", filter="B")
    flat_r, flat_b = (
        night.shoot("flat", 5, "flat_r", exposure_s=2.5, filter="R"),
        night.shoot("flat", 5, "flat_b", exposure_s=2.5, filter="B"),
    )
    darks, flat_darks = night.shoot("dark", 10), night.shoot("darkflat", 10, exposure_s=2.5)
    night.match("dark", (*red, *blue), darks)
    night.match("flat", red, flat_r)
    night.match("flat", blue, flat_b)
    night.match("flatdark", flat_r, flat_darks)
    night.match("flatdark", flat_b, flat_darks)
    plan = night.plan()
    assert [m.role for m in plan.masters] == ["dark", "flatdark", "flat", "flat"]
    assert [g.id for g in plan.groups] == ["light-R-180s-m10C-g120-o30", "light-B-180s-m10C-g120-o30"]
    assert [g.frames for g in plan.groups] == [red, blue]
    assert calibration(plan, 0).dark == calibration(plan, 1).dark
    assert [calibration(plan, i).flat for i in (0, 1)] == ["flat-R-2p5s-m10C-g120-o30", "flat-B-2p5s-m10C-g120-o30"]


def test_darks_that_also_fit_the_flats_are_one_master() -> None:
    night = Night()
    lights, flats, darks = (
        night.shoot("light", 3, exposure_s=2.5),
        night.shoot("flat", 5, exposure_s=2.5),
        night.shoot("dark", 9, exposure_s=2.5),
    )
    night.match("dark", lights, darks)
    night.match("flat", lights, flats)
    night.match("flatdark", flats, darks)
    plan = night.plan()
    assert [m.role for m in plan.masters] == ["dark", "flat"]
    assert plan.masters[1].steps[0] == Calibrate(dark=plan.masters[0].id)


def test_one_sequence_per_match_group() -> None:
    night = Night()
    long, short = night.shoot("light", 3, "long"), night.shoot("light", 2, "short", exposure_s=60.0)
    night.match("dark", long, night.shoot("dark", 10, "d180"))
    night.match("dark", short, night.shoot("dark", 10, "d60", exposure_s=60.0))
    plan = night.plan()
    assert [g.id for g in plan.groups] == ["light-180s-m10C-g120-o30", "light-60s-m10C-g120-o30"]
    assert [calibration(plan, i).dark for i in (0, 1)] == ["dark-180s-m10C-g120-o30", "dark-60s-m10C-g120-o30"]


def test_equal_settings_get_numbers() -> None:
    night = Night()
    for n in (1, 2):
        night.match("dark", night.shoot("light", 2, f"l{n}"), night.shoot("dark", 5, f"d{n}"))
    plan = night.plan()
    assert [g.id for g in plan.groups] == ["light-180s-m10C-g120-o30", "light-180s-m10C-g120-o30-2"]
    assert [m.id for m in plan.masters] == ["dark-180s-m10C-g120-o30", "dark-180s-m10C-g120-o30-2"]


def test_a_single_light_is_not_aligned() -> None:
    night = Night()
    night.match("dark", night.shoot("light", 1), night.shoot("dark", 5))
    assert steps(night.plan(stack=True)) == ["calibrate", "cosmetic", "debayer"]


def test_flats_named_as_lights_are_not_aligned() -> None:
    """They hold no stars, and a host would fail on them; a stack can be made all the same."""
    night = Night()
    night.match("dark", night.shoot("flat", 2), night.shoot("dark", 5))
    assert steps(night.plan()) == ["calibrate", "cosmetic", "debayer"]
    assert steps(night.plan(stack=True)) == ["calibrate", "cosmetic", "debayer", "integrate"]


def test_frames_without_a_type_are_aligned() -> None:
    night = Night()
    night.match("dark", night.shoot("unknown", 2), night.shoot("dark", 5))
    assert steps(night.plan()) == ["calibrate", "cosmetic", "debayer", "align"]


def test_options() -> None:
    night = full_night()
    assert "cosmetic" not in steps(night.plan(cosmetic=False))
    assert "cosmetic" not in steps(night.plan(hot_sigma=None))
    plan = night.plan(hot_sigma=5.0, cold_sigma=4.0, equalize_cfa=False, debayer_method="vng")
    assert plan.groups[0].steps[1] == CosmeticCorrect(
        dark="dark-180s-m10C-g120-o30", hot_sigma=5, cold_sigma=4, cfa=True
    )
    assert plan.groups[0].steps[2] == Debayer(method="vng")
    assert not calibration(plan).equalize_cfa
    assert steps(plan) == ["calibrate", "cosmetic", "debayer", "align"]


def test_the_same_night_gives_the_same_plan() -> None:
    night = full_night()
    again = full_night()
    again.frames = dict(reversed(again.frames.items()))
    again.matches[0] = dataclasses.replace(again.matches[0], darks=again.matches[0].darks[::-1])
    assert night.plan() == again.plan()


def test_settings_are_what_all_frames_share() -> None:
    night = Night()
    lights = night.shoot("light", 2)
    darks = night.shoot("dark", 3)
    for path, degrees in zip(darks, (-10.0, -9.8, -10.3), strict=True):
        night.frames[path] = dataclasses.replace(night.frames[path], temperature_c=degrees, offset=None)
    night.match("dark", lights, darks)
    (dark,) = night.plan().masters
    assert dark.settings["temperature_c"] == -10.0
    assert "offset" not in dark.settings
    assert dark.id == "dark-180s-m10C-g120"


def test_without_lights_there_is_no_plan() -> None:
    with pytest.raises(InputError, match="no lights"):
        Night().plan()
