"""The picture of a proof: the maps and numbers behind it, what it says first, and that it is drawn."""

from __future__ import annotations

import functools
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits
from matplotlib import image

from ampglow_plugin import api
from ampglow_plugin.cli.main import main
from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts.builtin.arithmetic import flat_scale
from ampglow_plugin.proof.seen import seen
from ampglow_plugin.report import plots
from ampglow_plugin.report.proof_plot import colour_of, headline, proof_picture, rows, worst
from ampglow_plugin.simulate import GlowSource, Nebula, Truth, scene

GLOW = GlowSource(x=1.0, y=0.7, amplitude_adu=300.0, decay_px=45.0, stretch_y=1.2)
TRUTH = Truth(
    seed=3,
    width=360,
    height=280,
    bayer_pattern="RGGB",
    glows=(GLOW,),
    hot_fraction=2e-3,
    sky_adu=600.0,
    gradient_adu=(60.0, -40.0),
    nebulae=(Nebula(x=110.0, y=140.0, sigma_px=25.0, peak_adu=60.0),),
    star_count=20,
)


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """Files of one light calibrated with 1, 0.4, 0 and 1.5 times its dark, and its masters."""
    folder = tmp_path_factory.mktemp("plots")
    cards = {"EXPTIME": 180.0, "GAIN": 120, "CCD-TEMP": -10.0, "SET-TEMP": -10.0, "DATE-OBS": "2026-01-01T22:00:00"}
    light = scene.light(TRUTH)
    dark = np.mean([scene.dark(TRUTH, i) for i in range(12)], axis=0).astype(np.float32)
    flat = np.mean([scene.flat(TRUTH, i) for i in range(6)], axis=0).astype(np.float64) - TRUTH.pedestal_adu
    bias = np.mean([scene.bias(TRUTH, i) for i in range(6)], axis=0).astype(np.float32)

    def write(name, array, **more):
        unit = fits.PrimaryHDU(array)
        unit.header.update(cards | {"BAYERPAT": "RGGB", "ROWORDER": "TOP-DOWN"} | more)
        unit.writeto(folder / f"{name}.fits")

    write("light", light, IMAGETYP="Light")
    write("dark", dark, IMAGETYP="Dark")
    write("flat", flat.astype(np.float32), IMAGETYP="Flat")
    write("bias", bias, IMAGETYP="Bias")
    for factor in (1.0, 0.4, 0.0, 1.5):
        level = (1 - factor) * np.median(bias)
        output = (light - factor * dark.astype(np.float64) - level) / flat * flat_scale(flat[None])
        write(f"done_{factor:g}", (output / 65535).astype(np.float32), IMAGETYP="Light", PROGRAM="Siril 1.4.2")
    return folder


@functools.lru_cache
def proved(night, factor, *, light):
    given = {"dark": night / "dark.fits", "flat": night / "flat.fits", "bias": night / "bias.fits"}
    lights = [night / "light.fits"] if light else ()
    (proof,) = api.verify(night / f"done_{factor:g}.fits", lights=lights, **given).proofs
    return proof


@pytest.mark.parametrize("light", [True, False])
@pytest.mark.parametrize("factor", [1.0, 0.4, 0.0, 1.5])
def test_the_maps_show_what_is_left(night, factor, light):
    shown = seen(proved(night, factor, light=light))
    assert not shown.moved
    whole = shown.template.values
    bright = whole > 0.4 * whole.max()
    assert whole.max() == pytest.approx(GLOW.amplitude_adu, rel=0.25)  # divided by the flat, which is dark at the edge
    assert np.mean(shown.left.values[bright] / whole[bright]) == pytest.approx(1 - factor, abs=0.08)
    # the sky, with its gradient, is not in the map, but the nebula is, which no glow explains
    y, x = (
        np.abs(axis + size / 2 - at) < 25
        for axis, size, at in zip((shown.left.y, shown.left.x), shown.left.tile, (140, 110), strict=True)
    )
    assert shown.left.values[np.ix_(y, x)].mean() > 12
    empty = whole < 0.02 * whole.max()
    assert abs(np.median(shown.left.values[empty])) < 5


@pytest.mark.parametrize("light", [True, False])
def test_a_frame_that_was_turned_is_laid_back_on_the_dark(night, tmp_path, light):
    name = tmp_path / "turned.fits"
    with fits.open(night / "done_0.4.fits") as units:
        fits.PrimaryHDU(units[0].data[::-1].copy(), units[0].header).writeto(name)
    given = {"dark": night / "dark.fits", "flat": night / "flat.fits", "bias": night / "bias.fits"}
    (proof,) = api.verify(name, lights=[night / "light.fits"] if light else (), **given).proofs
    assert proof.evidence.pixels.mosaic == "mosaic upside down"
    shown, straight = seen(proof), seen(proved(night, 0.4, light=light))
    np.testing.assert_allclose(shown.left.values, straight.left.values, atol=0.5 if light else 12)


@pytest.mark.parametrize(
    ("factor", "text"),
    [
        (1.0, "ADU of glow may be left (dark applied)"),
        (0.4, "Glow is still there: "),
        (0.0, "(NO dark applied)"),
        (1.5, "Too much was taken away: "),
    ],
)
def test_the_answer_stands_on_top(night, factor, text):
    assert text in headline(proved(night, factor, light=False))
    if factor == 1.0:
        assert headline(proved(night, factor, light=True)) == "The glow is gone (dark applied)"


def test_uncertainty_is_no_all_clear(night):
    proof = proved(night, 1.0, light=True)
    unsure = replace(proof, verdict=replace(proof.verdict, success="undecided"))
    assert headline(unsure) == "Not proved: nobody can say that the glow is gone (dark applied)"
    # something else than the glow: bias levels, say
    other = replace(proof, verdict=replace(proof.verdict, success="oversubtracted"))
    assert headline(other) == "Too much was taken away (dark applied)"
    scaled = replace(other.evidence.pixels, factor=0.985, factor_sigma=1e-4)
    known = replace(proof, verdict=replace(proof.verdict, done="scaled", success="residual"))
    known = replace(known, evidence=replace(proof.evidence, pixels=scaled))
    assert headline(known).startswith("Glow is still there: about 4 of 2")
    stranger = replace(proof.evidence.pixels, same_light=False)
    assert headline(replace(proof, evidence=replace(proof.evidence, pixels=stranger))).startswith("NOT of this light")


def test_what_is_too_uncertain_is_not_green(night):
    pixels = replace(proved(night, 1.0, light=False).evidence.pixels, residual_glow=0.0, residual_glow_adu=0.0)
    sure, unsure = (replace(pixels, residual_glow_sigma=sigma) for sigma in (0.01, 0.1))
    assert colour_of("glow left", 0.0, 0.02, 0.03, sure) == plots.GOOD
    assert colour_of("glow left", 0.0, 0.2, 0.3, unsure) == plots.OPEN
    assert colour_of("dark subtracted", 0.15, 0.57, 0.0, sure) == plots.OPEN
    assert colour_of("dark subtracted", 0.15, 0.05, 0.0, sure) == plots.BAD


def test_the_headline_names_the_hot_pixels_where_they_are_what_is_wrong(night):
    proof = proved(night, 1.0, light=True)
    for hot, success, text in ((0.5, "residual", "Hot pixels are still there: 0.50"), (-2.2, "oversubtracted", "2.20")):
        pixels = replace(proof.evidence.pixels, residual_hot=hot)
        wrong = replace(proof, evidence=replace(proof.evidence, pixels=pixels))
        assert text in headline(replace(wrong, verdict=replace(proof.verdict, success=success)))


def test_the_intervals_are_those_of_the_proof(night):
    pixels = proved(night, 0.4, light=True).evidence.pixels
    found = {name: row for name, *row in rows(pixels)}
    assert found["dark subtracted"][:3] == [pixels.factor, pixels.factor_sigma, 1.0]
    assert found["glow left"][:3] == [pixels.residual_glow, pixels.residual_glow_sigma, 0.0]
    assert found["hot pixels left"][:3] == [pixels.residual_hot, pixels.residual_hot_sigma, 0.0]
    assert found["glow left"][3] >= 1.0 / pixels.glow_peak_adu


def test_the_worst_is_drawn(night):
    good, part, none = (proved(night, factor, light=True) for factor in (1.0, 0.4, 0.0))
    assert worst([good, none, part]) is none
    assert worst([good, part]) is part
    assert worst([]) is None
    assert worst([replace(good, inputs={})]) is None


def command(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return ended.value.code, *capsys.readouterr()


def test_the_command_draws(night, tmp_path, capsys):
    png = tmp_path / "proof.png"
    frames = [night / f"done_{factor:g}.fits" for factor in (1.0, 0.0)]
    masters = ["--dark", night / "dark.fits", "--flat", night / "flat.fits", "--bias", night / "bias.fits"]
    code, out, _ = command(capsys, "verify", *frames, *masters, "--plot", png)
    assert code == 1
    assert f"drawn: {png}, done_0.fits (the worst of 2 frames)" in " ".join(out.split())
    picture = image.imread(png)
    assert picture.shape[1] == 1540
    assert not list(tmp_path.glob("*.part"))
    code, _, err = command(capsys, "verify", frames[0], "--plot", png, "--force")
    assert code == 2
    assert "--dark" in err


def brightness(picture, left, right, top, bottom):
    height, width = picture.shape[:2]
    return picture[int(top * height) : int(bottom * height), int(left * width) : int(right * width), :3].mean()


def test_glow_that_is_left_looks_like_the_glow_of_the_dark(night, tmp_path):
    """Equal colour means equal ADU: at the place of the glow both maps are dark red, or the right one is white."""
    for factor, same in ((1.0, False), (0.0, True)):
        picture = image.imread(proof_picture(proved(night, factor, light=True), tmp_path / f"{factor:g}.png"))
        before, after = (brightness(picture, *x, 0.34, 0.40) for x in ((0.42, 0.44), (0.90, 0.92)))
        assert before < 0.6
        assert bool(abs(before - after) < 0.1) is same


def test_what_cannot_be_drawn_is_said(night):
    proof = proved(night, 1.0, light=True)
    with pytest.raises(InputError, match="without its dark"):
        seen(replace(proof, inputs={}))
