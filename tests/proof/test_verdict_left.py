"""The verdict over what is left, where the raw light is gone: every limit, from both sides."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from ampglow_plugin.model.evidence import Conditions, Evidence, HeaderEvidence, LogEvidence, PixelEvidence
from ampglow_plugin.proof.leftover import with_factor
from ampglow_plugin.rules.verdict import FACTOR_TOLERANCE, FACTOR_TOLERANCE_NO_FLAT, factor_tolerance, judge
from ampglow_plugin.rules.verdict_left import SHARE_TOLERANCE, glow_left

AGREE = Conditions(agree=True, exposure_ratio=1.0)
UNKNOWN = Conditions(agree=None, unknown=("temperature_c",))
OTHER = Conditions(agree=False, differs=("exposure_s",), exposure_ratio=3.0)


def left(glow, hot=None, *, sigma=0.01, hot_sigma=0.005, peak=300.0, **more):
    return PixelEvidence(
        rung=2,
        residual_glow=glow,
        residual_glow_sigma=None if glow is None else sigma,
        residual_glow_adu=None if glow is None else glow * peak,
        glow_peak_adu=peak,
        residual_hot=hot,
        residual_hot_sigma=None if hot is None else hot_sigma,
        **more,
    )


def verdict(pixels, *, conditions=AGREE, claim="silent", factor=None, **more):
    header = HeaderEvidence(host="siril", claim=claim, factor=factor)
    evidence = Evidence(path="x", header=header, pixels=with_factor(pixels, conditions), conditions=conditions, **more)
    return judge(evidence)


@pytest.mark.parametrize(
    ("glow", "hot", "more", "done", "success"),
    [
        (0.0, 0.0, {}, "applied", "clean"),
        (0.0, None, {}, "applied", "clean"),
        (0.029, 0.0, {}, "applied", "clean"),  # just below three sigma
        (0.031, None, {}, "scaled", "residual"),  # just beyond
        (1.0, 1.0, {}, "not_applied", "residual"),
        (-1.0, -1.0, {}, "applied_twice", "oversubtracted"),
        (0.2, 0.2, {}, "scaled", "residual"),
        (-0.2, -0.2, {}, "scaled", "oversubtracted"),
        # one ADU is always allowed, a sharp measurement or not
        (0.025, None, {"sigma": 0.001, "peak": 39.0}, "applied", "clean"),
        (0.029, None, {"sigma": 0.001, "peak": 39.0}, "applied", "residual"),
        # a twentieth of the glow that could be left unseen (two sigma), of a glow of 30 ADU and more
        (0.0, None, {"sigma": 0.0245}, "applied", "clean"),
        (0.0, None, {"sigma": 0.0255}, "applied", "undecided"),
        (0.0, None, {"sigma": 0.034}, "undecided", "undecided"),
        (0.0, None, {"sigma": 0.06, "peak": 11.0}, "applied", "clean"),
        (0.0, None, {"sigma": 0.06, "peak": 12.0}, "undecided", "undecided"),
        # too uncertain to say what was done, certain enough to see that something is left
        (0.8, None, {"sigma": 0.2}, "undecided", "residual"),
        (1.0, None, {"sigma": 0.08}, "not_applied", "residual"),
        # hot pixels that are left are no clean frame, whatever of a faint glow is left
        (0.01, 0.99, {"sigma": 0.06, "peak": 40.0}, "undecided", "residual"),
        (0.01, -0.99, {"sigma": 0.06, "peak": 40.0}, "undecided", "oversubtracted"),
        (0.01, 0.02, {"sigma": 0.06, "peak": 40.0}, "applied", "undecided"),
        # another temperature: the glow is gone and the hot pixels are not
        (0.0, 0.30, {}, "applied", "clean"),
        (0.0, 0.40, {}, "wrong_dark", "residual"),
        (0.0, -0.40, {}, "wrong_dark", "oversubtracted"),
        # a dark without glow: its hot pixels decide
        (None, 0.02, {"peak": 0.0}, "applied", "clean"),
        (None, 0.5, {"peak": 0.0}, "scaled", "residual"),
        (None, None, {"peak": 0.0}, "undecided", "undecided"),
        # a glow that was not found in the output says nothing about it
        (None, 0.0, {"peak": 300.0}, "applied", "undecided"),
        # mirrored
        (0.0, 0.0, {"mirrored": {"upside down": -1.0}}, "wrong_dark", "residual"),
        (0.0, 0.0, {"mirrored": {"upside down": 1.0}}, "undecided", "undecided"),
        # lost backgrounds
        (None, None, {"zero_share": 1.0}, "undecided", "oversubtracted"),
        # a flat that was expected and not used
        (0.0, 0.0, {"flat_used": False}, "applied", "residual"),
    ],
)  # fmt: skip
def test_limits(glow, hot, more, done, success):
    found = verdict(left(glow, hot, **more), expected_flat=True)
    assert (found.done, found.success) == (done, success), found.reasons


@pytest.mark.parametrize(
    ("claim", "share", "conditions", "done", "success"),
    [
        ("applied", 0.0, AGREE, "applied", "clean"),
        ("applied", 1.0, AGREE, "contradiction", "residual"),
        ("not_applied", 0.0, AGREE, "contradiction", "undecided"),
        ("scaled", 0.074, AGREE, "scaled", "residual"),
        ("scaled", 0.4, AGREE, "contradiction", "residual"),
        # the header says that the dark was not scaled: then it was another one
        ("applied", 0.4, AGREE, "wrong_dark", "residual"),
        ("applied_twice", -1.0, AGREE, "applied_twice", "oversubtracted"),
        ("silent", 0.4, UNKNOWN, "undecided", "residual"),
        ("silent", 0.4, OTHER, "wrong_dark", "residual"),
        # nothing left of a dark that does not fit: the one that was used is another
        ("applied", 0.0, OTHER, "applied", "undecided"),
        ("applied", 0.0, UNKNOWN, "applied", "clean"),
    ],
)
def test_against_testimony_and_conditions(claim, share, conditions, done, success):
    found = verdict(left(share, share), conditions=conditions, claim=claim, factor=0.926 if claim == "scaled" else None)
    assert (found.done, found.success) == (done, success), found.reasons


def test_a_factor_from_what_is_left_is_a_share_and_one_from_the_raw_light_is_sharper():
    sharp = {"factor": 1.0, "factor_sigma": 0.0001}
    assert factor_tolerance(replace(left(0.0), **sharp)) == SHARE_TOLERANCE
    assert factor_tolerance(PixelEvidence(rung=1, flat_used=True, **sharp)) == FACTOR_TOLERANCE
    assert factor_tolerance(PixelEvidence(rung=1, flat_used=None, **sharp)) == FACTOR_TOLERANCE_NO_FLAT


def test_several_times_the_glow_is_no_glow_where_the_raw_light_is_there_to_tell():
    assert glow_left(left(3.1)) == "residual"
    assert glow_left(left(-3.1)) == "oversubtracted"
    assert glow_left(replace(left(2.9), rung=1)) == "residual"
    assert glow_left(replace(left(3.1), rung=1)) is None


def test_a_factor_needs_equal_conditions_and_residuals_that_agree():
    assert with_factor(left(0.2, 0.21), AGREE).factor == pytest.approx(0.799, abs=0.001)
    assert with_factor(left(0.2, 0.21), AGREE).factor_sigma < 0.01
    assert with_factor(left(0.2, 0.21), UNKNOWN).factor is None
    assert with_factor(left(0.2, 0.21), OTHER).factor is None
    assert with_factor(left(0.2, 0.5), AGREE).factor is None
    assert with_factor(replace(left(None, 0.0)), AGREE).factor is None


@pytest.mark.parametrize(
    ("glow", "hot", "first", "never"),
    [
        (0.2, 0.2, "scaled by about 0.80", "temperature"),
        (0.0, 0.5, "about 6 degrees colder", "scaled"),
        (0.0, -1.0, "about 6 degrees warmer", "scaled"),
        (0.35, 0.5, "other exposure", "temperature"),
        (0.3, -0.5, "other exposure and other temperature", "scaled"),
        (1.0, 1.0, "no dark was subtracted", "scaled"),
    ],
)
def test_what_explains_the_residuals_best_comes_first(glow, hot, first, never):
    found = verdict(left(glow, hot), conditions=UNKNOWN).hypotheses
    assert first in found[0], found
    assert not any(never in text for text in found), found


def test_the_exposure_is_told_by_the_hot_pixels_for_glow_is_not_linear():
    found = verdict(left(0.60, 0.671, hot_sigma=0.003), conditions=UNKNOWN).hypotheses
    assert "other exposure was subtracted, about 0.33 of the light's" in found[0]


def test_a_dark_that_was_subtracted_twice_is_told_first():
    assert verdict(left(-1.0, -1.0)).hypotheses[0] == "the dark was subtracted twice"


def test_what_is_wrong_with_the_hot_pixels_is_said_with_its_sign():
    texts = {hot: " ".join(verdict(left(0.0, hot)).reasons) for hot in (0.5, -2.17)}
    assert "the glow is gone, and 0.50 of the hot pixels are left, limit 0.3" in texts[0.5]
    assert "the glow is gone, and 2.17 of the hot pixels were taken too much, limit 0.3" in texts[-2.17]


def test_nothing_needs_no_explanation():
    assert verdict(left(0.01, 0.0)).hypotheses == ()


def test_every_number_is_said_with_its_limit():
    reasons = verdict(left(0.2, 0.2)).reasons
    assert any("0.200 +- 0.010 of the dark's glow" in r and "300 ADU" in r for r in reasons)
    assert any("60.0 ADU of the glow is left, limit 9.0 ADU" in r for r in reasons)
    assert any("up to 31 ADU of a glow of 300 ADU" in r for r in verdict(left(0.0, sigma=0.034)).reasons)


def test_another_light_ends_the_matter():
    pixels = PixelEvidence(rung=1, same_light=False, why="output and light do not belong together")
    found = judge(Evidence(path="x", pixels=pixels, log=LogEvidence(claim="applied"), conditions=AGREE))
    assert (found.done, found.success, found.decided_by) == ("undecided", "undecided", None)
    assert "do not belong together" in found.reasons[0]


@pytest.mark.parametrize(
    ("glow", "sigma", "success"),
    [(0.09, 0.01, "clean"), (0.2, 0.01, "residual"), (0.2, 0.05, "clean"), (-0.2, 0.01, "oversubtracted")],
)
def test_with_the_light_at_hand_the_residual_is_a_second_opinion(glow, sigma, success):
    pixels = replace(
        left(glow, sigma=sigma), rung=1, factor=1.0, factor_sigma=1e-6, pedestals=1.0, flat_used=True, exact=True
    )
    found = judge(Evidence(path="x", pixels=pixels, conditions=AGREE))
    assert (found.done, found.success) == ("applied", success)


@pytest.mark.parametrize(
    ("glow", "hot", "noise", "success"),
    [
        (0.2, None, 0.06, "residual"),
        (-0.2, None, 0.06, "oversubtracted"),
        (0.2, None, 0.07, "undecided"),
        (0.0, None, 0.01, "clean"),
        # the limit of the hot pixels may itself be as much too low
        (0.0, 0.60, 0.06, "residual"),
        (0.0, 0.55, 0.01, "clean"),
    ],
)
def test_a_scale_that_is_known_within_a_third_does_not_hide_that_something_is_left(glow, hot, noise, success):
    third = 0.3
    pixels = left(
        glow,
        hot,
        sigma=math.hypot(noise if hot is None else 0.01, third * glow),
        hot_sigma=math.hypot(0.005, third * (hot or 0.0)),
        scale_sigma=third,
    )
    assert verdict(pixels).success == success, verdict(pixels).reasons
    if success != "clean":  # the same sigma, all of it noise
        assert verdict(replace(pixels, scale_sigma=None)).success != "residual"
