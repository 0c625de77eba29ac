"""Exact zeros and hot pixels, found in frames of which they are known."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.glow.raw_state import hot_mask, measure, zero_share
from ampglow_plugin.simulate import GlowSource, Truth, scene

TRUTH = Truth(width=300, height=260, star_count=60, hot_fraction=0.003, hot_mean_adu=6000.0)


def hot_pixels(truth, above=3000):
    clean = scene.dark_signal(truth, truth.exposure_s, truth.temperature_c) - scene.glow(truth, truth.exposure_s)
    return clean > above


def test_hot_pixels_are_found_and_stars_are_not():
    found = hot_mask(scene.light(TRUTH, 0))
    truth = hot_pixels(TRUTH)[3:-3, 3:-3]
    assert np.mean(found[truth]) > 0.8
    without = Truth(width=300, height=260, star_count=60, hot_fraction=0.0, dark_current_adu=0.0)
    assert hot_mask(scene.light(without, 0)).sum() <= 1


def test_only_what_stays_counts_over_several_lights():
    zeros, hot = measure([scene.light(TRUTH, i) for i in range(3)])
    assert zeros == 0
    assert hot == pytest.approx(hot_pixels(TRUTH, above=1200).mean(), rel=0.3)
    wandering = [scene.light(Truth(width=300, height=260, seed=s, hot_fraction=0.003), 0) for s in range(3)]
    assert measure(wandering)[1] < 1e-5


def test_a_dark_subtracted_and_clipped():
    truth = Truth(width=300, height=260, sky_adu=40.0, glows=(GlowSource(amplitude_adu=300.0),), hot_mean_adu=6000.0)
    master = np.mean([scene.dark(truth, i) for i in range(8)], axis=0)
    lights = [np.clip(scene.light(truth, i) - master, 0, None).round().astype(np.uint16) for i in range(3)]
    zeros, hot = measure(lights)
    assert zeros > 0.02
    assert hot < 2e-5
    raw = measure([scene.light(truth, i) for i in range(3)])
    assert raw[0] == 0
    assert raw[1] > 1e-4


def test_empty_borders_are_no_clipping():
    data = np.full((64, 64), 500.0)
    data[:10] = 0
    data[:, 50:] = 0
    border = zero_share(data)
    assert border < 1e-3  # its corners alone
    data[30, 30] = 0
    assert zero_share(data) - border == pytest.approx(1 / 60**2)


def test_what_cannot_be_told_is_none():
    assert measure([]) is None
    assert measure([np.zeros((8, 8))]) is None
    assert measure([np.full((64, 64), 7.0)]) is None
    noise = np.random.default_rng(1).normal(500, 10, (64, 64))
    assert measure([noise, noise[:32, :32]]) is None
