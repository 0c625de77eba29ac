"""Background maps: robust, right on quantised samples, laid from all four edges."""

import numpy as np
import pytest

from ampglow_plugin.glow.background import background_map, sample_step, unstair

SHAPE = (160, 240)


def one(plane):
    return background_map([plane], spacing=1)[0]


def quantised(level, count, how, step, seed=0):
    rng = np.random.default_rng(seed)
    frames = [np.round((level + rng.normal(0, 10, SHAPE)) / step) * step for _ in range(count)]
    return (np.mean(frames, axis=0) if how == "mean" else np.median(frames, axis=0)).astype(np.float32)


@pytest.mark.parametrize(("count", "how"), [(1, "mean"), (10, "mean"), (11, "median"), (12, "median")])
@pytest.mark.parametrize("phase", [0.0, 4.0, 8.0, 12.0])
def test_a_ramp_keeps_its_slope_through_samples_of_sixteen_adu(count, how, phase):
    """A ramp of 5 ADU, a third of a step; a mean of tiles without more would give 0.4 to 1.6 of it."""
    ramp = np.broadcast_to(np.linspace(0, 5, SHAPE[1]), SHAPE)
    tiles = one(quantised(500 + phase + ramp, count, how, 16))
    slope = np.polyfit(tiles.x, tiles.values.mean(axis=0), 1)[0] * SHAPE[1]
    assert slope == pytest.approx(5.0, abs=0.75)
    expected = 10.0 if count == 1 else 10 / np.sqrt(count) * (1.2 if how == "median" else 1.0)
    assert tiles.noise_adu == pytest.approx(expected, rel=0.2)


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        ([0, 1, 2, 5], (1.0, False)),
        ([512, 528, 560], (16.0, False)),
        ([512, 520, 528, 560], (16.0, True)),  # the median of an even number of frames
        ([500.0, 500.5, 501.0], (1.0, True)),
        ([0.1, 0.7, 3.14], (0.0, False)),
        ([7, 7, 7], (0.0, False)),
        ([np.nan, np.nan], (0.0, False)),
    ],
)
def test_the_step_of_the_samples(samples, expected):
    assert sample_step(np.array([samples], np.float32)) == expected


@pytest.mark.parametrize("sigma", [0.15, 0.23, 0.35])
def test_the_staircase_is_taken_back(sigma):
    rng = np.random.default_rng(1)
    levels = np.linspace(30.1, 31.3, 400)
    samples = np.round(levels[:, None] + rng.normal(0, sigma, (400, 600)))
    found, noise = unstair(samples.mean(axis=1)[None] * 4, samples.var(axis=1)[None] * 16, 4.0)
    assert noise == pytest.approx(4 * sigma, rel=0.07)
    raw, taken_back = (np.abs(v - 4 * levels).mean() for v in (4 * samples.mean(axis=1), found[0]))
    assert taken_back < 0.5 * raw + 0.03


def test_hot_pixels_and_holes_do_not_count():
    rng = np.random.default_rng(2)
    clean = 500 + rng.normal(0, 10, SHAPE).astype(np.float32)
    spoilt = clean.copy()
    spoilt[rng.random(SHAPE) < 0.05] = 40000
    spoilt[rng.random(SHAPE) < 0.02] = np.nan
    spoilt[:20, :20] = np.nan
    assert np.abs(one(spoilt).values - one(clean).values).max() < 6  # 64 samples a tile: 10 / 8 ADU each
    assert np.abs(np.mean(one(spoilt).values - one(clean).values)) < 0.1
    assert one(spoilt).noise_adu == pytest.approx(10, rel=0.05)


@pytest.mark.parametrize("shape", [(160, 240), (167, 251), (4000, 30), (33, 33)])
def test_tiles_touch_all_four_edges(shape):
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    tiles = one(1000 + x + 3 * y)
    assert tiles.shape == shape
    assert (tiles.y[0], tiles.x[0]) == (0, 0)
    assert (tiles.y[-1] + tiles.tile[0], tiles.x[-1] + tiles.tile[1]) == shape
    assert np.all(np.diff(tiles.y) >= tiles.tile[0])
    middles = 1000 + (tiles.x + (tiles.tile[1] - 1) / 2) + 3 * (tiles.y + (tiles.tile[0] - 1) / 2)[:, None]
    assert np.abs(tiles.values - middles).max() < 2


def test_large_tiles_read_every_second_or_third_row_only():
    plane = np.full((2000, 2000), 5.0, np.float32)
    plane[1::2] = 9.0
    assert one(plane).values == pytest.approx(5.0)  # tiles of 50 rows: 0, 2, 4 ...


@pytest.mark.parametrize(("peak_adu", "decay_px"), [(3000.0, 150.0), (400.0, 10.0), (60.0, 10.0), (20.0, 40.0)])
def test_steep_glow_keeps_the_brightness_of_its_tiles(peak_adu, decay_px):
    """Within a tile it rises by many times the noise, so that no level holds most of its samples."""
    y, x = np.mgrid[:320, :400]
    glow = peak_adu * np.exp(-np.hypot(y, x) / decay_px)
    hot = np.random.default_rng(2).random(glow.shape) < 0.01
    frame = 500 + glow + np.where(hot, 2000.0, 0.0) + np.random.default_rng(3).normal(0, 5, glow.shape)
    (found,) = background_map([frame.astype(np.float32)], spacing=1)
    true = glow.reshape(40, 8, 50, 8).mean(axis=(1, 3))
    assert np.abs(found.values - 500 - true).max() < 0.03 * peak_adu + 5


def test_a_star_that_fills_a_tile_is_no_steep_glow():
    y, x = np.mgrid[:320, :400]
    star = 20000 * np.exp(-0.5 * ((y - 163.5) ** 2 + (x - 203.5) ** 2) / 3.0**2)
    frame = 500 + star + np.random.default_rng(3).normal(0, 5, star.shape)
    (found,) = background_map([frame.astype(np.float32)], spacing=1)
    assert found.values[20, 25] == pytest.approx(500, abs=5)
