"""Outputs whose debayering averaged the greens (VNG): a hot pixel is then half there, and must not count as half gone."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.proof.leftover import LeftFrames, measure_left
from ampglow_plugin.proof.measure import Frames, measure
from tests.sigma.cases import case, greens_averaged

#: nights of tests/sigma by the factor of their dark, without a cosmetic correction
NIGHTS = {0.0: 6, 0.8: 1, 1.0: 9, 2.0: 5}


@pytest.fixture(scope="module", params=NIGHTS)
def night(request):
    one = case(NIGHTS[request.param])
    assert one.factor == request.param
    return one, greens_averaged(bilinear(one.output[0], one.truth.bayer_pattern), one.truth.bayer_pattern)


@pytest.mark.parametrize("view", [np.s_[:, :, :], np.s_[:, ::-1, :]], ids=["as stored", "upside down"])
def test_with_the_raw_light_red_and_blue_decide(night, view):
    one, rgb = night
    frames = Frames(
        raw=one.raw, output=np.ascontiguousarray(rgb[view]), dark=one.dark, flat=one.flat,
        pattern=one.truth.bayer_pattern, holds_bias=True, whole=one.whole,
    )  # fmt: skip
    found = measure(frames)
    assert found.exact
    assert found.factor == pytest.approx(one.factor, abs=2e-3)
    assert {plane.plane for plane in found.planes} == {"R", "B"}
    assert "averaged the greens" in found.why


def test_without_it_hot_pixels_are_left_whole(night):
    one, rgb = night
    pattern = one.truth.bayer_pattern
    found = measure_left(
        LeftFrames(output=rgb, dark=one.dark, flat=one.flat, pattern=pattern, host="siril", flat_claimed=True)
    )
    assert found.flat_used is True
    assert found.residual_hot == pytest.approx(1 - one.factor, abs=0.04)
    assert abs(found.residual_glow - (1 - one.factor)) < 4 * found.residual_glow_sigma
