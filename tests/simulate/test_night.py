from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.simulate import GlowSource, Nebula, Star, Truth, make_night, scene

TRUTH = Truth(seed=7, width=160, height=120, star_count=10)


def test_a_night_is_what_its_truth_says(tmp_path):
    night = make_night(tmp_path, Truth(), biases=2, wrong_darks=2)
    counts = [len(getattr(night, k)) for k in ("lights", "darks", "flats", "flatdarks", "biases", "wrong_darks")]
    assert counts == [6, 5, 5, 5, 2, 2]
    assert len({p.name for p in night.folder.rglob("*.fits")}) == sum(counts)
    assert not list(tmp_path.rglob("*.part"))
    header = fits.getheader(night.lights[0])
    assert (header["IMAGETYP"], header["EXPTIME"], header["GAIN"], header["OFFSET"]) == ("LIGHT", 180.0, 120, 30)
    assert (header["INSTRUME"], header["BAYERPAT"], header["ROWORDER"]) == ("ZWO ASI294MC Pro", "RGGB", "TOP-DOWN")
    assert fits.getheader(night.wrong_darks[0])["EXPTIME"] == 60.0
    data = fits.getdata(night.lights[1])
    assert data.dtype == np.uint16
    assert np.array_equal(data, scene.light(Truth(), 1))


@pytest.mark.parametrize("step", [1, 4, 16])
def test_samples_come_in_steps_and_the_same_seed_gives_the_same_frame(step):
    truth = dataclasses.replace(TRUTH, sample_step=step)
    frame = scene.dark(truth, 3)
    assert not np.any(frame % step)
    assert np.array_equal(frame, scene.dark(truth, 3))
    assert not np.array_equal(frame, scene.dark(truth, 4))
    assert not np.array_equal(frame, scene.dark(dataclasses.replace(truth, seed=8), 3))


def test_glow_sits_where_a_viewer_shows_it_and_grows_with_its_exponent():
    source = GlowSource(amplitude_adu=400, decay_px=30, exponent=0.8, constant_adu=20)
    truth = dataclasses.replace(TRUTH, glows=(source,))
    full = scene.glow(truth, 180.0)
    assert np.unravel_index(full.argmax(), full.shape) == (pytest.approx(89, abs=1), 159)
    assert full.max() == pytest.approx(420, rel=0.01)
    assert scene.glow(truth, 60.0).max() == pytest.approx(400 * 3**-0.8 + 20, rel=0.01)
    upside_down = scene.glow(dataclasses.replace(truth, row_order="BOTTOM-UP"), 180.0)
    assert np.array_equal(upside_down[::-1], full)


def test_warm_and_hot_pixels_follow_temperature_and_the_glow_does_not():
    truth = dataclasses.replace(TRUTH, glows=())
    assert np.allclose(scene.dark_signal(truth, 180.0, -4.0), 2 * scene.dark_signal(truth, 180.0, -10.0))
    hot = scene.dark_signal(truth, 180.0, -10.0) > 100
    assert hot.mean() == pytest.approx(truth.hot_fraction, rel=0.4)
    with_glow = dataclasses.replace(TRUTH, hot_fraction=0, dark_current_adu=0)
    assert np.array_equal(scene.dark_signal(with_glow, 180.0, 0.0), scene.glow(with_glow, 180.0))


def test_flat_shows_the_colours_and_the_corners():
    truth = dataclasses.replace(TRUTH, vignetting=0.4)
    flat = np.mean([scene.flat(truth, i).astype(float) for i in range(4)], axis=0) - truth.pedestal_adu
    red, green, blue = flat[0::2, 0::2], flat[0::2, 1::2], flat[1::2, 1::2]
    assert red.mean() / green.mean() == pytest.approx(0.5, rel=0.01)
    assert blue.mean() / green.mean() == pytest.approx(0.7, rel=0.01)
    corner, centre = green[:2, -2:].mean(), green[26:34, 36:44].mean()
    assert corner / centre == pytest.approx(0.6, abs=0.03)
    mono = scene.response(dataclasses.replace(truth, bayer_pattern=None, prnu=0.0))
    assert mono.max() == pytest.approx(1.0, abs=1e-3)


def test_the_sky_moves_and_turns_against_the_sensor():
    truth = dataclasses.replace(
        TRUTH, stars=(Star(x=40, y=30, flux_adu=5e5),), dithers=((0, 0), (5, -3), (0, 0)), flip_from=2
    )
    peaks = [np.unravel_index(scene.sky(truth, i).argmax(), (120, 160)) for i in range(3)]
    assert peaks == [(30, 40), (27, 45), (89, 119)]
    assert scene.sky(truth, 0).sum() - truth.sky_adu * 120 * 160 == pytest.approx(5e5, rel=1e-3)


def test_noise_is_shot_and_read_noise():
    truth = dataclasses.replace(TRUTH, star_count=0, vignetting=0, prnu=0, bayer_pattern=None, glows=(), sample_step=1)
    pair = scene.light(truth, 0).astype(float) - scene.light(truth, 1)
    expected = np.sqrt((truth.sky_adu + truth.dark_current_adu / 2) / truth.gain_e_per_adu + truth.read_noise_adu**2)
    spread = np.subtract(*np.percentile(pair, [84.13, 15.87])) / 2
    assert spread / np.sqrt(2) == pytest.approx(expected, rel=0.03)


def test_glow_comes_in_shapes():
    def shaped(**how):
        return scene.glow(dataclasses.replace(TRUTH, glows=(GlowSource(amplitude_adu=100, decay_px=20, **how),)), 180.0)

    side = shaped(shape="columns", x=0.0)
    assert np.ptp(side[:, 5]) == 0
    assert side[0, 20] == pytest.approx(100 / np.e)
    band = shaped(shape="rows", y=1.0, stretch_y=1.0)
    assert np.ptp(band[100]) == 0
    assert band[99, 0] == pytest.approx(100 / np.e)
    assert shaped(shape="gaussian", x=0.0, y=0.0, stretch_y=1.0)[0, 20] == pytest.approx(100 * np.exp(-0.5))
    burst = shaped(shape="starburst", x=0.5, y=0.5, stretch_y=1.0, rays=4)
    assert burst[60, 120] > 1.5 * burst[60 + 28, 80 + 28 + 1]
    assert burst[60, 120] > shaped(x=0.5, y=0.5, stretch_y=1.0)[60, 120]


def test_nebulae_and_the_gradient_turn_with_the_sky():
    truth = dataclasses.replace(
        TRUTH,
        stars=(),
        gradient_adu=(80.0, -40.0),
        nebulae=(Nebula(x=30, y=40, sigma_px=9, peak_adu=300),),
        dithers=((0, 0), (0, 0), (6, 4)),
        flip_from=1,
    )
    before, after, shifted = (scene.sky(truth, i) for i in range(3))
    assert np.allclose(after, before[::-1, ::-1])
    assert np.unravel_index(before.argmax(), before.shape) == (pytest.approx(40, abs=1), pytest.approx(30, abs=1))
    assert before[119, 159] - before[0, 0] == pytest.approx(40, abs=1)
    assert np.unravel_index(shifted.argmax(), shifted.shape) == (119 - 44, 159 - 36)
