"""Darks that are offered beside the expected one: the one that was subtracted is named, with what is wrong with it."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.cli.main import main
from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts.builtin.arithmetic import equalize, flat_scale
from ampglow_plugin.model.evidence import DarkFit, Evidence, PixelEvidence
from ampglow_plugin.model.match import Deviation
from ampglow_plugin.rules.verdict import judge
from ampglow_plugin.rules.verdict_dark import offered_texts, subtracted
from ampglow_plugin.simulate import GlowSource, Truth, scene

TRUTH = Truth(
    seed=8,
    width=360,
    height=280,
    bayer_pattern="RGGB",
    glows=(GlowSource(x=1.0, y=0.7, amplitude_adu=250.0, decay_px=45.0, stretch_y=1.2),),
    hot_fraction=2e-3,
    sky_adu=600.0,
    star_count=20,
)
LIGHT = {"EXPTIME": 180.0, "GAIN": 120, "OFFSET": 30, "CCD-TEMP": -10.0, "SET-TEMP": -10.0, "INSTRUME": "Test 533MC"}
#: what is in the library: share of the light's signal, and the cards in which it differs
LIBRARY = {
    "dark_120s": (2 / 3, {"EXPTIME": 120.0}),
    "dark_60s": (1 / 3, {"EXPTIME": 60.0}),
    "dark_0C": (2.6, {"CCD-TEMP": 0.0, "SET-TEMP": 0.0}),
    "dark_gain0": (0.3, {"GAIN": 0}),
}
TOLD = {
    "dark_120s": "exposure 120 s, the light has 180 s",
    "dark_60s": "exposure 60 s, the light has 180 s",
    "dark_0C": "temperature 0 C, the light has -10 C",
    "dark_gain0": "gain 0, the light has 120",
}


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """A library of masters, and a light that was calibrated with each of them; ``rgb`` ones were debayered."""
    folder = tmp_path_factory.mktemp("offered")
    (folder / "library" / "old").mkdir(parents=True)
    rng = np.random.default_rng(4)
    light = scene.light(TRUTH).astype(np.float64)
    flat = np.mean([scene.flat(TRUTH, i) for i in range(6)], axis=0).astype(np.float64) - TRUTH.pedestal_adu
    bias = np.mean([scene.bias(TRUTH, i) for i in range(10)], axis=0)
    frames = [scene.dark(TRUTH, i).astype(np.float64) for i in range(12)]
    signal = np.mean([scene.dark(TRUTH, i) for i in range(100, 140)], axis=0) - bias  # frames of no master

    def write(name, array, **cards):
        unit = fits.PrimaryHDU(array.astype(np.float32))
        unit.header.update(LIGHT | {"BAYERPAT": "RGGB", "ROWORDER": "TOP-DOWN"} | cards)
        unit.writeto(folder / f"{name}.fits")

    write("light", light, IMAGETYP="Light", **{"DATE-OBS": "2026-01-01T22:00:00"})
    write("flat", flat, IMAGETYP="Flat")
    darks = {"dark": np.mean(frames, axis=0)}
    for name, (share, cards) in LIBRARY.items():
        darks[name] = bias + share * signal + rng.normal(0, 2.5, light.shape)
        place = "library/old" if name == "dark_0C" else "library"
        write(f"{place}/{name}", darks[name], IMAGETYP="Dark", STACKCNT=12, **cards)
    write("library/dark", darks["dark"], IMAGETYP="Dark", STACKCNT=12)
    divisor = equalize(flat[None].astype(np.float32))
    for name, dark in darks.items():
        output = (light - dark) / divisor[0] * flat_scale(divisor)
        rgb = np.empty((3, *output.shape))
        for plane, colour in zip(rgb, "RGB", strict=True):
            plane[:] = output
            for site, letter in zip(((0, 0), (0, 1), (1, 0), (1, 1)), "RGGB", strict=True):
                if letter != colour:  # what stands at the other sites is interpolated, and does not count
                    plane[site[0] :: 2, site[1] :: 2] = np.median(output)
        for kind, array in (("mono", output), ("rgb", rgb)):
            write(f"{kind}_{name}", array / 65535, IMAGETYP="Light", PROGRAM="Siril 1.4.2")
    return folder


def proved(night, name, *, kind="mono", light=False, **given):
    masters = {"dark": night / "library/dark.fits", "flat": night / "flat.fits", "library": [night / "library"]}
    lights = [night / "light.fits"] if light else ()
    (proof,) = api.verify(night / f"{kind}_{name}.fits", lights=lights, **(masters | given)).proofs
    return proof


@pytest.mark.parametrize("name", LIBRARY)
@pytest.mark.parametrize("kind", ["mono", "rgb"])
@pytest.mark.parametrize("light", [False, True])
def test_what_was_subtracted_is_told(night, name, kind, light):
    proof = proved(night, name, kind=kind, light=light)
    assert proof.evidence.pixels.rung == (1 if light else 2)
    assert proof.verdict.done == "wrong_dark"
    assert proof.verdict.success == ("oversubtracted" if name == "dark_0C" else "residual")
    (told,) = proof.verdict.hypotheses
    assert told.startswith(f"{name}.fits was subtracted (")
    assert TOLD[name] in told
    assert any(reason.startswith(f"darks: {name}.fits was subtracted") for reason in proof.verdict.reasons)
    best = proof.evidence.darks[0]
    assert (best.name, best.behind_sigma, best.expected) == (f"{name}.fits", 0.0, False)
    if light:
        assert best.exact
        assert best.factor == pytest.approx(1.0, abs=0.001)


def test_where_the_frame_is_clean_no_other_dark_is_looked_for(night):
    proof = proved(night, "dark", light=True, bias=None)
    assert proof.verdict.done == "applied"
    assert subtracted(proof.evidence.darks) in (None, *[d for d in proof.evidence.darks if d.expected])


@pytest.mark.parametrize("light", [False, True])
def test_the_dark_that_was_meant_is_found_by_its_header(night, light):
    proof = proved(night, "dark_60s", light=light, dark=None)
    assert proof.inputs["dark"] == str(night / "library/dark.fits")
    assert proof.verdict.hypotheses[0].startswith("dark_60s.fits was subtracted")


def test_a_library_in_which_nothing_fits_says_so(night, tmp_path):
    shutil.copy(night / "library/dark_60s.fits", tmp_path)
    proof = proved(night, "dark_60s", dark=None, library=[tmp_path])
    assert proof.evidence.pixels is None
    assert proof.verdict.reasons[0].startswith("none of the darks offered fits the light by its header")


def test_what_is_not_in_the_library_is_not_guessed(night, tmp_path):
    for name in ("dark", "dark_60s"):
        shutil.copy(night / f"library/{name}.fits", tmp_path)
    proof = proved(night, "dark_120s", library=[tmp_path])
    assert subtracted(proof.evidence.darks) is None
    assert proof.verdict.hypotheses[0].startswith("dark.fits scaled by 0.6")
    assert "or a dark not offered" in proof.verdict.hypotheses[0]


def test_files_of_a_folder_that_are_no_darks_do_not_count(night, tmp_path):
    library = tmp_path / "library"
    shutil.copytree(night / "library", library)
    (library / "broken.fits").write_bytes(b"no frame")
    shutil.copy(night / "light.fits", library)
    fits.PrimaryHDU(np.zeros((64, 64), np.float32)).writeto(library / "small.fits")
    proof = proved(night, "dark_60s", library=[library])
    assert {d.name for d in proof.evidence.darks if d.path} == {f"{n}.fits" for n in LIBRARY} | {"dark.fits"}
    with pytest.raises(InputError):
        proved(night, "dark_60s", library=[library / "broken.fits"])


def test_the_command(night, capsys):
    words = ["verify", night / "mono_dark_60s.fits", "--flat", night / "flat.fits", "--library", night / "library"]
    for more in ([], ["--json"]):
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in (*words, *more)])
        assert ended.value.code == 1
    text, _, lines = capsys.readouterr().out.partition("{")
    assert "dark_60s.fits was subtracted (exposure 60 s, the light has 180 s)" in " ".join(text.split())
    record = json.loads("{" + lines.splitlines()[0])
    assert record["darks"][0]["name"] == "dark_60s.fits"
    assert record["darks"][0]["differs"][0] == {
        "field": "exposure_s", "light": 180.0, "dark": 60.0, "limit": 0.9, "unit": "s",
    }  # fmt: skip


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.2", "1.4"])
@pytest.mark.parametrize("light", [False, True])
def test_the_dark_that_a_real_siril_took(bench, siril_run, series, light):
    run = siril_run(series)
    given = {"dark": bench.master("dark"), "flat": bench.master("flat"), "bias": bench.master("bias")}
    given["library"] = [bench.master(name) for name in ("dark60", "dark", "bias")]
    lights = [bench.night.lights[0]] if light else ()
    (proof,) = api.verify(run.output("short_"), lights=lights, **given).proofs
    assert proof.verdict.success == "residual"
    assert proof.verdict.hypotheses == ("dark60.fit was subtracted (exposure 60 s, the light has 180 s)",)
    # a bias in the place of the dark
    (proof,) = api.verify(run.output("biasdark_"), lights=lights, **given).proofs
    assert proof.verdict.hypotheses == ("bias.fit was subtracted, a bias, and no dark",)
    assert proof.verdict.success == "residual"


SURE = DarkFit(name="b.fit", path="b.fit", kind="dark", own_noise=True)
EXPOSURE = Deviation(field="exposure_s", light=180.0, dark=60.0)


def test_only_one_dark_can_be_the_one():
    other = DarkFit(name="c.fit", path="c.fit", kind="dark", own_noise=True, behind_sigma=2.0)
    assert subtracted([SURE]) is SURE
    assert subtracted([SURE, other]) is None
    assert subtracted([DarkFit(name="b.fit", path="b.fit")]) is None
    assert subtracted([DarkFit(name="no dark")]) is None
    texts = offered_texts([DarkFit(name=f"{i}.fit", path=f"{i}.fit", kind="dark") for i in range(7)])
    assert texts[0] == "0.fit, or a dark like it, was subtracted"
    assert texts[-1] == "3 more of the darks offered explain it as well"


@pytest.mark.parametrize(
    ("best", "left", "done"),
    [
        (SURE, 0.5, "wrong_dark"),  # another file than the one that was meant, and it does not do
        (DarkFit(**{f: getattr(SURE, f) for f in ("name", "path", "kind", "own_noise")}, differs=(EXPOSURE,)), 0.0, "wrong_dark"),
        (SURE, 0.0, "applied"),  # another master of the same settings
        (DarkFit(name="bias.fit", path="bias.fit", kind="bias", own_noise=True), 1.0, "not_applied"),
        (DarkFit(name="a.fit", path="a.fit", kind="dark", own_noise=True, expected=True), 0.0, "applied"),
        (DarkFit(name="no dark"), 1.0, "not_applied"),
    ],
)  # fmt: skip
def test_the_verdict_follows_the_dark_that_was_taken(best, left, done):
    pixels = PixelEvidence(
        rung=2, residual_glow=left, residual_glow_sigma=0.005, residual_glow_adu=left * 300, glow_peak_adu=300.0
    )
    assert judge(Evidence(path="a", pixels=pixels, darks=(best,))).done == done
