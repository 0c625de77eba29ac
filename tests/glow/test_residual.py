"""What is left of a dark in an output: every test names the truth, builds the output from it, and recovers it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ampglow_plugin.glow.residual import residual
from ampglow_plugin.simulate import GlowSource, Nebula, Truth, scene

TRUTH = Truth(
    seed=7, width=320, height=300, star_count=40, gradient_adu=(60.0, -30.0), glows=(GlowSource(decay_px=60.0),)
)
SITES = ((0, 0), (0, 1), (1, 0), (1, 1))


def planes(array):
    return [array[y::2, x::2].astype(np.float32) for y, x in SITES]


@dataclasses.dataclass
class Night:
    raw: np.ndarray
    dark: np.ndarray
    flat: np.ndarray

    def residual(self, k, *, change=None, flat=True, scale_sigma=0.0):
        """Both residuals of the light calibrated with ``k`` times the dark; ``change`` spoils the output before."""
        shape = self.flat / self.flat.mean()
        output = (self.raw - k * self.dark) / (shape if flat else 1.0)
        if change:
            output = change(output)
        return residual(
            planes(output), planes(self.dark), flat=planes(shape) if flat else None, scale_sigma=scale_sigma
        )


def make(truth, darks=8):
    dark = np.mean([scene.dark(truth, i).astype(np.float64) for i in range(darks)], axis=0)
    return Night(scene.light(truth).astype(np.float64), dark, scene.response(truth))


@pytest.fixture(scope="module", params=[1, 16], ids=lambda step: f"step{step}")
def night(request):
    return make(dataclasses.replace(TRUTH, sample_step=request.param))


@pytest.mark.parametrize("k", [0.0, 0.8, 1.0, 1.2, 2.0])
def test_both_residuals_are_recovered(night, k):
    found = night.residual(k)
    assert found.glow.residual == pytest.approx(1 - k, abs=min(0.1, 3 * found.glow.sigma))
    assert found.hot.residual == pytest.approx(1 - k, abs=min(0.03, 3 * found.hot.sigma))
    assert found.glow.peak_adu == pytest.approx(350, rel=0.25)
    assert found.hot.replaced < 0.2


def cosmetic(dark, above):
    """As a host does it: hot pixels by the level of the dark, each replaced by the mean of eight of its colour."""
    hot = dark > np.median(dark) + above

    def change(output):
        around = [np.roll(output, (y, x), (0, 1)) for y in (-2, 0, 2) for x in (-2, 0, 2) if (y, x) != (0, 0)]
        return np.where(hot, np.mean(around, axis=0), output)

    return change


@pytest.mark.parametrize("k", [0.0, 1.0])
def test_pixels_that_a_cosmetic_correction_replaced_do_not_count(night, k):
    """They would always say that nothing is left."""
    found = night.residual(k, change=cosmetic(night.dark, 300.0))
    assert found.hot.replaced > 0.3
    assert found.hot.residual is None or found.hot.residual == pytest.approx(1 - k, abs=3 * found.hot.sigma)
    assert found.glow.residual == pytest.approx(1 - k, abs=0.1)


def test_hot_pixels_that_are_all_replaced_are_not_measurable(night):
    found = night.residual(0.0, change=cosmetic(night.dark, 45.0))
    assert found.hot.residual is None or found.hot.residual > 0.5
    assert "cosmetic" in found.hot.why or found.hot.replaced > 0.5


def neighbours_of_other_colours(dark, above):
    """Each hot pixel replaced by the mean of the four beside it, which see other light."""
    hot = dark > np.median(dark) + above

    def change(output):
        around = [np.roll(output, by, (0, 1)) for by in ((1, 0), (-1, 0), (0, 1), (0, -1))]
        return np.where(hot, np.mean(around, axis=0), output)

    return change


@pytest.mark.parametrize("k", [0.0, 0.8, 1.0])
def test_hot_pixels_in_the_place_of_another_colour_were_replaced(night, k):
    found = night.residual(k, change=neighbours_of_other_colours(night.dark, 45.0))
    assert found.hot.residual is None
    assert "a cosmetic correction replaced" in found.hot.why


@pytest.mark.parametrize("k", [0.0, 0.8, 1.0])
def test_colours_of_other_scales_are_no_sign_of_a_replacement(night, k):
    """Without the flat that was divided by the hot pixels of each colour are left on a scale of their own."""
    shape = night.flat / night.flat.mean()
    found = residual(planes((night.raw - k * night.dark) / shape), planes(night.dark)).hot
    assert found.replaced < 0.2
    assert found.residual == pytest.approx(1 - k, abs=0.3 * (1 - k) + 0.03)


def test_borders_without_numbers_do_not_count(night):
    def warped(output):
        output = output.copy()
        output[:, :40] = np.nan
        output[-20:] = 0.0
        return output

    found = night.residual(0.8, change=warped)
    assert found.glow.residual == pytest.approx(0.2, abs=0.1)
    assert found.hot.residual == pytest.approx(0.2, abs=0.03)


def test_a_dark_without_glow_leaves_the_glow_unmeasured():
    found = make(dataclasses.replace(TRUTH, glows=(), column_sigma_adu=0.0)).residual(0.0)
    assert found.glow.residual is None
    assert "no glow" in found.glow.why
    assert found.hot.residual == pytest.approx(1.0, abs=0.03)


def test_a_nebula_makes_the_glow_uncertain():
    plain = make(TRUTH).residual(1.0).glow
    veiled = dataclasses.replace(TRUTH, nebulae=(Nebula(x=250.0, y=180.0, sigma_px=60.0, peak_adu=300.0),))
    found = make(veiled).residual(1.0).glow
    assert found.sigma > 2 * plain.sigma
    assert abs(found.residual) < 3 * found.sigma


def test_an_unknown_scale_of_the_flat_widens_the_sigma_as_far_as_anything_is_left(night):
    for k, more in ((0.0, 0.1), (1.0, 0.0)):
        sharp, wide = night.residual(k), night.residual(k, scale_sigma=0.1)
        expected = np.hypot(sharp.hot.sigma, more)
        assert wide.hot.sigma == pytest.approx(expected, rel=0.05)


def test_small_or_empty_frames_are_not_measured():
    small = [np.ones((6, 6), np.float32)] * 4
    found = residual(small, small)
    assert found.glow.residual is None
    assert found.hot.residual is None
    assert found.glow.why
    assert found.hot.why
    blank = [np.full((100, 100), np.nan, np.float32)]
    assert residual(blank, blank).glow.residual is None


def test_the_noise_of_a_master_is_not_taken_for_a_dark_that_was_subtracted_twice():
    """It is in the output as well, with the sign of what was subtracted: one noisy dark, a faint glow, k = 1."""
    truth = dataclasses.replace(
        TRUTH,
        read_noise_adu=25.0,
        sky_adu=30.0,
        gradient_adu=(0.0, 0.0),
        star_count=0,
        column_sigma_adu=0.0,
        dark_current_adu=2.0,
        glows=(GlowSource(amplitude_adu=25.0, decay_px=25.0),),
    )
    found = make(truth, darks=1).residual(1.0).glow
    assert abs(found.residual) < 3 * found.sigma
    assert found.sigma > 0.1


@pytest.mark.parametrize("k", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_columns_of_the_bias_are_no_glow(k, seed):
    """They are in the dark, and gone from the output whatever was left of the glow: its bias was subtracted."""
    faint = GlowSource(decay_px=80.0, amplitude_adu=25.0)
    truth = dataclasses.replace(
        TRUTH, seed=seed, width=480, height=400, glows=(faint,), sky_adu=200.0, column_sigma_adu=5.0
    )
    night, bias = make(truth), scene.bias_level(truth)
    shape = night.flat / night.flat.mean()
    output = (night.raw - bias - k * (night.dark - bias)) / shape
    found = residual(planes(output), planes(night.dark), flat=planes(shape)).glow
    assert found.residual == pytest.approx(1 - k, abs=3 * found.sigma)
    assert found.sigma < 0.2
