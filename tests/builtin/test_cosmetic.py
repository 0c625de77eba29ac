"""Hot pixels go; glow and stars stay."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.hosts.builtin.combine import combine
from ampglow_plugin.hosts.builtin.cosmetic import Defects, find_defects, replace_defects
from ampglow_plugin.model.plan import Integrate
from ampglow_plugin.simulate import GlowSource, Truth, scene

#: warm and hot pixels that stand out by more than this must be found: over three standard deviations of the dark
PLAIN_ADU = 450.0


def night(amplitude_adu, pattern, *, hot_fraction=0.002):
    glow = GlowSource(x=1.0, y=1.0, amplitude_adu=amplitude_adu, decay_px=60.0)
    return Truth(width=400, height=320, glows=(glow,), bayer_pattern=pattern, hot_fraction=hot_fraction, seed=51)


def master(truth, count=10):
    stack = np.array([scene.dark(truth, i) for i in range(count)], dtype=np.float32) / 65535
    return combine(stack, Integrate(rejection="none"))


def places(defects, shape):
    found = np.zeros(shape, dtype=bool)
    found[defects.rows, defects.columns] = True
    return found


@pytest.mark.parametrize("pattern", ["RGGB", None])
@pytest.mark.parametrize("amplitude_adu", [0.0, 300.0, 4000.0, 20000.0])
def test_hot_pixels_are_found_and_glow_is_none(amplitude_adu, pattern):
    truth = night(amplitude_adu, pattern)
    glow = scene.glow(truth, truth.exposure_s)
    hot = scene.dark_signal(truth, truth.exposure_s, truth.temperature_c) - glow
    dark = master(truth)
    defects = find_defects(dark, hot_sigma=3.0, cold_sigma=None, cfa=pattern is not None)
    found = places(defects, dark.shape)
    calm = glow < 0.3 * max(amplitude_adu, 1.0)  # in the brightest part the noise hides some
    assert defects.hot == found.sum()
    assert np.mean(found[(hot > PLAIN_ADU) & calm]) > 0.95
    assert np.mean(found[hot < 100]) < 5e-4
    if amplitude_adu >= 4000:  # what the glow would have lost by a limit over the median of the frame
        assert np.mean(dark > np.median(dark) + 3 * dark.std()) > 0.02


def test_glow_alone_is_no_defect_where_its_noise_is_large():
    truth = night(20000.0, None, hot_fraction=0.0)
    dark = master(truth)
    found = places(find_defects(dark, hot_sigma=3.0, cold_sigma=None, cfa=False), dark.shape)
    assert np.mean(found[scene.glow(truth, truth.exposure_s) > 5000]) < 0.01


@pytest.mark.parametrize("pattern", ["GRBG", None])
def test_stars_and_the_edge_of_the_glow_stay(pattern):
    truth = night(8000.0, pattern)
    dark = master(truth)
    defects = find_defects(dark, hot_sigma=3.0, cold_sigma=None, cfa=pattern is not None)
    light = scene.light(truth, 0).astype(np.float32)[None] / 65535 - dark
    corrected = light.copy()
    replace_defects(corrected, defects, cfa=pattern is not None)
    changed = corrected != light
    assert not np.any(changed[0] & ~places(defects, dark.shape))
    assert changed.mean() < 0.01
    # the noiseless sky at the replaced pixels, stars included
    sky = (scene.sky(truth, 0) * scene.response(truth) / 65535).astype(np.float32)
    off = np.abs(corrected[0] - sky)[changed[0]] * 65535
    assert np.median(off) < 60
    before = np.abs(light[0] - sky)[changed[0]] * 65535
    assert np.median(off) < np.median(before)


def test_cold_pixels_and_neighbours_of_one_colour():
    dark = np.full((20, 30), 0.2, dtype=np.float32)
    dark += np.random.default_rng(2).normal(0, 1e-5, dark.shape).astype(np.float32)
    dark[10, 10], dark[5, 7], dark[0, 0] = 0.5, 0.0, 0.45
    defects = find_defects(dark, hot_sigma=3.0, cold_sigma=3.0, cfa=True)
    assert sorted(zip(defects.rows.tolist(), defects.columns.tolist(), strict=True)) == [(0, 0), (5, 7), (10, 10)]
    assert (defects.hot, defects.cold) == (2, 1)
    assert find_defects(dark, hot_sigma=None, cold_sigma=3.0, cfa=True).hot == 0
    colours = np.zeros((1, 20, 30), dtype=np.float32)
    colours[0, ::2, ::2], colours[0, 1::2, 1::2] = 0.3, 0.7
    frame = colours.copy()
    frame[0, 10, 10] = frame[0, 0, 0] = frame[0, 5, 7] = 1.0
    three = Defects(rows=np.array([10, 0, 5]), columns=np.array([10, 0, 7]), hot=3, cold=0)
    replace_defects(frame, three, cfa=True)
    np.testing.assert_allclose(frame, colours, atol=1e-6)


def test_a_cluster_is_filled_from_its_rim_and_its_middle_from_two_steps_away():
    frame = np.full((1, 12, 12), 0.1, dtype=np.float32)
    rows, columns = (a.ravel() for a in np.mgrid[4:7, 4:7])
    frame[0, rows, columns] = 0.9
    replace_defects(frame, Defects(rows=rows, columns=columns, hot=9, cold=0), cfa=False)
    np.testing.assert_allclose(frame, 0.1)


def test_an_even_dark_has_no_defects():
    defects = find_defects(np.full((30, 40), 0.1, np.float32), hot_sigma=3.0, cold_sigma=3.0, cfa=True)
    assert (defects.hot, defects.cold, len(defects.rows)) == (0, 0, 0)
