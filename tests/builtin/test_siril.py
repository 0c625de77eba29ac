"""The engine against the real Siril, with the same masters and with masters built by each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from ampglow_plugin.headers import history
from ampglow_plugin.model.plan import (
    Align,
    Allowance,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    Master,
    Plan,
)
from ampglow_plugin.simulate import Truth, make_night, scene
from ampglow_plugin.simulate.night import header

from .conftest import build, pixels, save

FULL_SCALE_TOLERANCE = 1e-5
NOISE_SHARE = 0.1
#: plans that are not right, but tell whether both do the same
ALLOWED = tuple(Allowance(rule=rule, reason="test") for rule in ("AG303", "AG305", "AG306", "AG312"))
SERIES = ("1.0", "1.2", "1.4")


def given_masters(folder, truth, steps, *, odd_pixels=True, lights=2):
    """Files of two lights and of their masters, floats as hosts write them, and a plan that uses them."""
    dark = scene.bias_level(truth) + scene.dark_signal(truth, truth.exposure_s, truth.temperature_c)
    flat = truth.flat_level_adu * scene.response(truth)
    if odd_pixels:  # dead, negative and nearly dead pixels of the flat, saturated and empty ones of the light
        flat[30, 40], flat[50, 60], flat[truth.height // 2, truth.width // 2], flat[9, 9] = 0, -3, 0, 900
    cards = {"ROWORDER": truth.row_order, "EXPTIME": truth.exposure_s, "INSTRUME": truth.camera}
    if truth.bayer_pattern:
        cards["BAYERPAT"] = header(truth, "LIGHT", truth.exposure_s, datetime(2026, 1, 1, tzinfo=UTC))["BAYERPAT"]
    frames = []
    for i in range(lights):
        raw = scene.light(truth, i).copy()
        if odd_pixels:
            raw[20, 20], raw[21:23, 21:23] = 0, 65535
        frames.append(save(folder / "lights" / f"light_{i}.fits", raw, IMAGETYP="LIGHT", **cards))
    made = {
        "dark": save(folder / "dark.fits", (dark / 65535).astype(np.float32), IMAGETYP="DARK", **cards),
        "flat": save(folder / "flat.fits", (flat / 65535).astype(np.float32), IMAGETYP="FLAT", **cards),
    }
    masters = tuple(
        Master(id=role, role=role, file=path, holds_bias=True if role == "dark" else None)
        for role, path in made.items()
    )
    group = Group(
        id="light",
        frames=tuple(frames),
        steps=steps,
        cfa=truth.bayer_pattern is not None,
        width=truth.width,
        height=truth.height,
    )
    return Plan(tool="test", masters=masters, groups=(group,), allowed=ALLOWED)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(
    ("pattern", "equalize", "rows", "size"),
    [
        ("RGGB", True, "TOP-DOWN", (240, 180)),
        ("RGGB", False, "TOP-DOWN", (242, 181)),
        ("GRBG", True, "BOTTOM-UP", (244, 182)),
        ("BGGR", True, "BOTTOM-UP", (241, 181)),
        ("GBRG", False, "BOTTOM-UP", (240, 180)),
        (None, False, "TOP-DOWN", (243, 181)),
        (None, False, "BOTTOM-UP", (241, 182)),
    ],
)
def test_calibrated_frames_equal_siril(tmp_path, siril_build, series, pattern, equalize, rows, size):
    truth = Truth(width=size[0], height=size[1], bayer_pattern=pattern, row_order=rows, seed=5)
    plan = given_masters(tmp_path / "in", truth, (Calibrate(dark="dark", flat="flat", equalize_cfa=equalize),))
    ours, theirs = build(tmp_path / "ours", plan), siril_build(series, plan, tmp_path / "theirs")
    for number in (1, 2):
        name = f"process/pp_light_{number:05d}.fit"
        difference = np.abs(pixels(ours / name) - pixels(theirs / name))
        assert difference.max() < FULL_SCALE_TOLERANCE
    assert pixels(ours / name).max() == 1  # the saturated pixels: cut where Siril cuts
    assert pixels(ours / name)[30, 40] == 0  # the dead pixel of the flat


BIAS_AND_DIVIDED_DARK = Calibrate(bias="bias", dark="divided", flat="flat")


@pytest.mark.parametrize(
    ("series", "step"),
    [
        ("1.2", BIAS_AND_DIVIDED_DARK),
        ("1.4", BIAS_AND_DIVIDED_DARK),
        ("1.4", Calibrate(bias_level_adu=1920.0, flat="flat")),
        ("1.4", Calibrate(bias="bias")),
        ("1.4", replace(BIAS_AND_DIVIDED_DARK, dark_scaling="exposure")),
    ],
)
def test_bias_and_scaled_darks_equal_siril(tmp_path, siril_build, series, step):
    """A dark without the bias, of twice the exposure; only 1.4 scales by exposure."""
    truth = Truth(width=240, height=180, seed=15)
    plan = given_masters(tmp_path / "in", truth, (step,))
    seconds = 2 * truth.exposure_s
    made = {
        "bias": (scene.bias_level(truth), 0.0),
        "divided": (scene.dark_signal(truth, seconds, truth.temperature_c), seconds),
    }
    masters = tuple(
        Master(
            id=name,
            role="bias" if name == "bias" else "dark",
            file=save(tmp_path / f"{name}.fits", (data / 65535).astype(np.float32), EXPTIME=exposure_s),
            holds_bias=None if name == "bias" else False,
        )
        for name, (data, exposure_s) in made.items()
    )
    plan = replace(plan, masters=(*plan.masters, *masters))
    ours, theirs = build(tmp_path / "ours", plan), siril_build(series, plan, tmp_path / "theirs")
    mine, his = (pixels(folder / "process/pp_light_00001.fit") for folder in (ours, theirs))
    assert np.abs(mine - his).max() < FULL_SCALE_TOLERANCE
    assert np.abs(mine - pixels(plan.groups[0].frames[0]) / 65535).max() > 0.01  # something was done


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(
    ("rows", "height", "pattern"),
    [("TOP-DOWN", 180, "GRBG"), ("BOTTOM-UP", 180, "GRBG"), ("BOTTOM-UP", 180, "RGGB"), ("BOTTOM-UP", 181, "GBRG")],
)
def test_debayered_colours_are_those_of_truth_and_of_siril(tmp_path, siril_build, series, rows, height, pattern):
    colours = (0.3, 1.0, 0.6)
    truth = Truth(width=240, height=height, bayer_pattern=pattern, row_order=rows, colours=colours, seed=6)
    plan = given_masters(tmp_path / "in", truth, (Calibrate(dark="dark"), Debayer()), odd_pixels=False)
    ours, theirs = build(tmp_path / "ours", plan), siril_build(series, plan, tmp_path / "theirs")
    mine, his = (pixels(folder / "process/pp_light_00001.fit") for folder in (ours, theirs))
    medians = [[np.median(plane) for plane in frame] for frame in (mine, his)]
    np.testing.assert_allclose(medians[0], medians[1], rtol=0.01)
    for found in medians:
        np.testing.assert_allclose(np.divide(found, found[1]), colours, atol=0.02)
    # whatever is native in one is native in the other; only what was interpolated differs
    inner = np.s_[:, 20:-20, 20:-20]
    native = np.sum(np.abs(mine[inner] - his[inner]) < FULL_SCALE_TOLERANCE, axis=0)
    assert native.min() >= 1


@pytest.mark.parametrize(
    ("rejection", "low", "high"), [("winsorized", 3.0, 3.0), ("sigma", 3.0, 3.0), ("sigma", 2.0, 2.5)]
)
def test_darks_with_outliers_agree_with_siril(tmp_path, siril_build, rejection, low, high):
    rng = np.random.default_rng(8)
    truth = Truth(width=120, height=100, seed=9)
    stack = np.array([scene.dark(truth, i) for i in range(12)])
    hits = rng.random(stack.shape) < 0.01  # cosmic rays
    stack = np.where(hits, np.minimum(stack + 20000, 65535), stack).astype(np.uint16)
    frames = [save(tmp_path / f"dark_{i:02d}.fits", f, EXPTIME=180.0, IMAGETYP="DARK") for i, f in enumerate(stack)]
    step = Integrate(rejection=rejection, low_sigma=low, high_sigma=high)
    plan = plan_of_master("dark", frames, (step,))
    ours = pixels(build(tmp_path / "ours", plan) / "masters/built.fit")
    theirs = pixels(siril_build("1.4", plan, tmp_path / "theirs") / "masters/built.fit")
    noise = truth.read_noise_adu / np.sqrt(12) / 65535
    assert abs(np.median(ours - theirs)) < NOISE_SHARE * noise
    assert np.mean(np.abs(ours - theirs) < 3 * noise) > 0.99
    expected = (scene.bias_level(truth) + scene.dark_signal(truth, 180.0, truth.temperature_c)) / 65535
    assert np.median(np.abs(ours - expected)) < 3 * noise  # and both are right: a plain mean would not be
    assert np.mean(np.abs(np.mean(stack, axis=0) / 65535 - expected) > 20 * noise) > 0.1


def test_flats_of_different_brightness_agree_with_siril(tmp_path, siril_build):
    truth = Truth(width=120, height=100, seed=10)
    flats = []
    for i, brightness in enumerate((1.0, 0.7, 1.2, 0.9, 1.1, 0.8, 1.05, 0.95)):
        lit = scene.flat(truth, i).astype(np.float64) * brightness
        flats.append(save(tmp_path / f"flat_{i}.fits", lit.astype(np.uint16), EXPTIME=2.0, IMAGETYP="FLAT"))
    step = Integrate(normalization="multiplicative")
    plan = plan_of_master("flat", flats, (step,))
    ours = pixels(build(tmp_path / "ours", plan) / "masters/built.fit")
    theirs = pixels(siril_build("1.4", plan, tmp_path / "theirs") / "masters/built.fit")
    noise = np.std(pixels(flats[0]) / 65535 / ours - 1) / np.sqrt(8)
    assert abs(np.median(ours / theirs) - 1) < NOISE_SHARE * noise
    assert np.std(ours / theirs) < 0.5 * noise


def test_hot_pixels_without_glow_are_those_of_siril(tmp_path, siril_build):
    truth = Truth(width=240, height=180, glows=(), seed=12)
    steps = (Calibrate(dark="dark"), CosmeticCorrect(dark="dark", hot_sigma=3.0, cfa=True))
    plan = given_masters(tmp_path / "in", truth, steps, odd_pixels=False)
    ours, theirs = build(tmp_path / "ours", plan), siril_build("1.4", plan, tmp_path / "theirs")
    name = "process/pp_light_00001.fit"
    mine, his = (count(history(folder / name)) for folder in (ours, theirs))
    assert his > 20
    assert abs(mine - his) <= 0.1 * his + 2


def test_aligned_and_stacked_level_agrees_with_siril(tmp_path, siril_build):
    truth = Truth(width=400, height=360, bayer_pattern=None, glows=(), star_count=60, seed=14)
    night = make_night(tmp_path / "night", truth, lights=4, darks=0, flats=0, flatdarks=0)
    steps = (Calibrate(dark="dark", flat="flat"), Align(), Integrate(normalization="additive_scaling"))
    plan = given_masters(tmp_path / "in", truth, steps, odd_pixels=False)
    group = plan.groups[0]
    plan = Plan(
        tool="test",
        masters=plan.masters,
        groups=(Group(id="light", frames=tuple(map(str, night.lights)), steps=steps, cfa=False, width=group.width),),
    )
    ours = pixels(build(tmp_path / "ours", plan) / "results/light.fit")
    theirs = pixels(siril_build("1.4", plan, tmp_path / "theirs") / "results/light.fit")
    noise = np.std(ours[ours < np.quantile(ours, 0.9)])
    assert abs(np.median(ours) - np.median(theirs)) < NOISE_SHARE * noise


def count(lines):
    words = next(line for line in lines if "hot" in line).split()
    return int(words[words.index("hot") - 1])


def plan_of_master(role, frames, steps):
    light = frames[0]
    use = Calibrate(flat="built") if role == "flat" else Calibrate(dark="built")
    return Plan(
        tool="test",
        masters=(Master(id="built", role=role, frames=tuple(frames), steps=steps, holds_bias=True),),
        groups=(Group(id="light", frames=(light,), steps=(use,), cfa=False),),
        allowed=tuple(Allowance(rule=rule, reason="one step alone is tested") for rule in ("AG306", "AG314", "AG317")),
    )
