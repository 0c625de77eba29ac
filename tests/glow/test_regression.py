"""Every test names the truth, builds raw light and output from it, and recovers it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ampglow_plugin.glow.regression import regress
from ampglow_plugin.glow.unflat import regress_without_flat
from ampglow_plugin.simulate import Truth, scene

TRUTH = Truth(seed=5, width=320, height=300, star_count=40)
SITES = ((0, 0), (0, 1), (1, 0), (1, 1))


def planes(array):
    return [array[y::2, x::2].astype(np.float32) for y, x in SITES]


@dataclasses.dataclass
class Night:
    raw: np.ndarray
    dark: np.ndarray
    bias: np.ndarray
    flat: np.ndarray

    def calibrated(self, *, k=1.0, b=0.0, constant=0.0, equalised=False, flat=True):
        out = self.raw - k * self.dark - b * self.bias - constant
        if not flat:
            return out
        scale = np.full_like(out, self.flat.mean())
        if equalised:
            for y, x in SITES:
                scale[y::2, x::2] = self.flat[y::2, x::2].mean()
        return out / self.flat * scale


@pytest.fixture(scope="module", params=[1, 4, 16], ids=lambda step: f"step{step}")
def night(request):
    truth = dataclasses.replace(TRUTH, sample_step=request.param)
    mean = lambda make, n: np.mean([make(truth, i).astype(np.float64) for i in range(n)], axis=0)  # noqa: E731
    bias = mean(scene.bias, 6)
    flat = mean(scene.flat, 4) - mean(scene.flatdark, 4)
    return Night(scene.light(truth).astype(np.float64), mean(scene.dark, 6), bias, flat)


@pytest.mark.parametrize("equalised", [False, True])
@pytest.mark.parametrize("k", [0.0, 0.333, 0.926, 1.0, 1.2, 2.0])
def test_the_factor_is_recovered_whatever_the_scale_of_the_flat(night, k, equalised):
    output = night.calibrated(k=k, equalised=equalised)
    fit = regress(planes(night.raw), planes(output), planes(night.dark), flat=planes(night.flat))
    assert fit.factor == pytest.approx(k, abs=1e-4)
    assert fit.level_adu == pytest.approx(0.0, abs=0.5)
    assert fit.used > 0.98
    assert all(p.factor == pytest.approx(k, abs=1e-3) for p in fit.planes)


def test_one_scale_for_the_whole_mosaic_would_be_wrong(night):
    """Why each plane has its own scale: the same frames as one plane miss the truth by far."""
    output = night.calibrated(k=1.0, equalised=True)
    one = [a.astype(np.float32) for a in (night.raw, output, night.dark, night.flat)]
    fit = regress([one[0]], [one[1]], [one[2]], flat=[one[3]])
    assert fit.residual_adu > 10
    assert abs(fit.factor - 1) > 0.005


@pytest.mark.parametrize(("b", "constant"), [(1.0, 0.0), (0.0, 1920.0), (0.5, 300.0)])
def test_bias_and_constant_are_told_apart(night, b, constant):
    output = night.calibrated(k=1.0, b=b, constant=constant)
    bias = planes(night.bias)
    fit = regress(planes(night.raw), planes(output), planes(night.dark), flat=planes(night.flat), bias=bias)
    assert fit.factor == pytest.approx(1.0, abs=1e-3)
    assert fit.bias == pytest.approx(b, abs=1e-3)
    assert fit.level_adu == pytest.approx(constant, abs=2.0)


def test_replaced_hot_pixels_do_not_count(night):
    output = night.calibrated(k=1.0)
    hot = night.dark > np.median(night.dark) + 200
    output[hot] = np.median(output)
    assert 0.002 < hot.mean() < 0.2
    fit = regress(planes(night.raw), planes(output), planes(night.dark), flat=planes(night.flat))
    assert fit.factor == pytest.approx(1.0, abs=1e-3)
    assert 1 - fit.used == pytest.approx(hot.mean(), abs=0.01)


def test_samples_clipped_at_zero_or_saturated_do_not_count(night):
    raw = np.minimum(night.raw, np.quantile(night.raw, 0.995))
    truth = Night(raw, night.dark, night.bias, night.flat)
    output = np.maximum(truth.calibrated(k=1.0, constant=350.0), 0)
    assert np.mean(output == 0) > 0.02
    fit = regress(planes(raw), planes(output), planes(night.dark), flat=planes(night.flat))
    assert fit.factor == pytest.approx(1.0, abs=1e-3)
    assert fit.level_adu == pytest.approx(350, abs=1)


def test_sigma_covers_what_a_missing_bias_does_to_the_factor(night):
    divided = night.dark - night.bias
    output = Night(night.raw, divided, night.bias, night.flat).calibrated(k=0.9, b=1.0)
    fit = regress(planes(night.raw), planes(output), planes(divided), flat=planes(night.flat))
    assert abs(fit.factor - 0.9) < 2 * fit.factor_sigma
    assert fit.residual_adu > 1.0


@pytest.mark.parametrize("constant", ["dark", "output"])
def test_without_a_pattern_nothing_is_decided(night, constant):
    frames = {"dark": night.dark, "output": night.calibrated()}
    frames[constant] = np.full_like(night.raw, 500.0)
    assert regress(planes(night.raw), planes(frames["output"]), planes(frames["dark"])) is None
    assert regress_without_flat(planes(night.raw), planes(frames["output"]), planes(frames["dark"])) is None


def test_a_foreign_dark_is_not_mistaken_for_the_one_that_was_used(night):
    noise = np.random.default_rng(3).normal(1920, 8, night.dark.shape)
    fit = regress(planes(night.raw), planes(night.calibrated(k=1.0)), planes(noise), flat=planes(night.flat))
    assert abs(fit.factor) < 0.1
    assert fit.residual_adu > 5


@pytest.mark.parametrize("k", [0.0, 0.5, 0.926, 1.0, 1.2])
@pytest.mark.parametrize("cosmetic", [False, True])
def test_without_the_flat_the_factor_is_good_to_two_hundredths(night, k, cosmetic):
    output = night.calibrated(k=k, equalised=True)
    if cosmetic:
        # as a host does it: same-colour neighbours, by the level of the dark
        hot = night.dark > np.median(night.dark) + 150
        neighbours = np.mean([np.roll(output, s, a) for a in (0, 1) for s in (-2, 2)], axis=0)
        output = np.where(hot, neighbours, output)
    fit = regress_without_flat(planes(night.raw), planes(output), planes(night.dark))
    assert fit.factor == pytest.approx(k, abs=0.02)
    assert abs(fit.factor - k) < 4 * fit.factor_sigma
    assert fit.factor_sigma < 0.02


def test_a_dark_of_few_levels_is_measured_without_the_flat_and_without_a_warning():
    """The mean of two darks in steps of 16 holds many pixels of exactly one level."""
    truth = dataclasses.replace(TRUTH, sample_step=16, dark_current_adu=0.0, read_noise_adu=2.0)
    dark = (scene.dark(truth, 0).astype(np.float64) + scene.dark(truth, 1)) / 2
    raw = scene.light(truth).astype(np.float64)
    output = (raw - dark) / scene.response(truth)
    fit = regress_without_flat(planes(raw), planes(output), planes(dark))
    assert fit.factor == pytest.approx(1.0, abs=0.02)
