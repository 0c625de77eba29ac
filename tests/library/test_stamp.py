"""``ampglow stamp``: settings that a poor master lost, in a copy of it; marked, never guessed."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.headers import read_cards, read_frame
from ampglow_plugin.pixels import read_pixels

#: as PixInsight's batch script leaves a master: no gain, no temperature, no offset
POOR = {
    "IMAGETYP": "Master Dark",
    "GAIN": None,
    "OFFSET": None,
    "SET_TEMP": None,
    "CCD_TEMP": None,
    "SWCREATE": None,
    "STACKCNT": 4,
}
RNG = np.random.default_rng(5)


@pytest.fixture
def poor(put_frame, tmp_path):
    """A master beside the four darks it was made from; alone it knows neither gain nor temperature."""
    for number in range(4):
        data = RNG.integers(400, 600, (6, 8)).astype(np.uint16)
        put_frame(tmp_path / "darks" / f"d{number}.fits", data=data, IMAGETYP="DARK", CCD_TEMP=-10.0 + number / 10)
    data = RNG.random((6, 8)).astype(np.float32) / 100
    return put_frame(tmp_path / "darks" / "x.fits", data=data, bits=-32, **POOR)


def findings(ampglow, dark, light):
    said = ampglow("check", light, "--darks", dark, "--no-pixels", "--json")
    return {r["rule"]: r for r in said.records if r["record"] == "finding"}, said


def test_a_copy_knows_what_the_frames_beside_the_master_know(poor, ampglow, put_frame, tmp_path):
    light = put_frame(tmp_path / "l.fits", IMAGETYP="LIGHT")
    before, _ = findings(ampglow, poor, light)
    assert before["AG109"]["outcome"] == "failed"
    assert "does not say its temperature and its gain" in before["AG109"]["message"]
    original = poor.read_bytes()

    said = ampglow("stamp", poor, "-o", tmp_path / "good", "--json")
    assert said.code == 0, said
    [record] = said.records
    copy = tmp_path / "good" / "x.fit"
    assert (record["output"], record["refused"], record["missing"]) == (str(copy), None, [])
    assert record["fields"]["gain"] == 120.0
    assert record["sources"]["gain"] == "4 frames beside it"
    assert poor.read_bytes() == original

    frame = read_frame(copy)
    assert (frame.gain, frame.offset, frame.setpoint_c, frame.temperature_c) == (
        120.0,
        30.0,
        -10.0,
        pytest.approx(-9.85),
    )
    for field in ("gain", "offset", "setpoint_c", "temperature_c"):
        assert frame.sources[field].how == "recovered"
        assert "4 frames beside it" in frame.sources[field].keyword
    assert frame.sources["exposure_s"].how == "read"
    assert any("gain was recovered: 4 frames beside it" in str(card.value) for card in read_cards(copy))
    np.testing.assert_array_equal(fits.getdata(copy), fits.getdata(poor))
    with fits.open(copy, checksum=True):  # a wrong sum is a warning, and so an error here
        pass
    after, _ = findings(ampglow, copy, light)
    assert after["AG109"]["outcome"] == "passed"
    assert "partly from the" in after["AG109"]["message"]


def test_what_a_name_says_outlives_the_name(put_frame, ampglow, tmp_path):
    name = "MasterDark_300.0s_-10.0C_gain120_2600MC_20250721-054720.fit"
    named = put_frame(
        tmp_path / name, **{**POOR, "IMAGETYP": None, "EXPTIME": None, "STACKCNT": None, "INSTRUME": None}
    )
    assert ampglow("stamp", named, "-o", tmp_path / "plain.fit").code == 0
    frame = read_frame(tmp_path / "plain.fit")
    told = (frame.kind, frame.master, frame.exposure_s, frame.temperature_c, frame.gain)
    assert told == ("dark", True, 300.0, -10.0, 120.0)
    assert {frame.sources[f].how for f in ("kind", "master", "exposure_s", "temperature_c", "gain")} == {"recovered"}
    assert frame.setpoint_c is None


def refusal(ampglow, path, target):
    said = ampglow("stamp", path, "-o", target, "--json")
    assert said.code == 1
    [record] = said.records
    assert record["output"] is None
    return record["refused"]


@pytest.mark.parametrize(
    ("cards", "name", "why"),
    [
        ({}, "x.fit", "nothing is known of it that its header does not say"),
        (
            {"EXPTIME": 180.0},
            "MasterDark_300.0s_-10.0C_gain120_2600MC_20250721-054720.fit",
            "exposure_s is 180, or 300",
        ),
        (
            {"GAIN": 0, "EXPTIME": 300.0},
            "MasterDark_300.0s_-10.0C_gain120_2600MC_20250721-054720.fit",
            "gain is 0, or 120",
        ),
        (
            {"EXPTIME": 300.0, "CCD_TEMP": -5.0},
            "MasterDark_300.0s_-10.0C_gain120_2600MC_20250721-054720.fit",
            "temperature_c is -5, or -10",
        ),
        (
            {"IMAGETYP": "Master Flat", "EXPTIME": 300.0},
            "MasterDark_300.0s_-10.0C_gain120_2600MC_20250721-054720.fit",
            "says flat",
        ),
        ({"IMAGETYP": None, "STACKCNT": None}, "x.fit", "what kind of frame"),
    ],
)
def test_nothing_known_or_a_doubt_is_a_refusal(put_frame, ampglow, tmp_path, cards, name, why):
    path = put_frame(tmp_path / "poor" / name, **{**POOR, **cards})
    assert why in refusal(ampglow, path, tmp_path / "out")
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


def test_a_temperature_near_the_set_point_is_no_contradiction(put_frame, ampglow, tmp_path):
    name = "MasterDark_300.0s_-10.0C_gain120_2600MC_20250721-054720.fit"
    path = put_frame(tmp_path / name, **{**POOR, "EXPTIME": 300.0, "CCD_TEMP": -8.5, "SET_TEMP": -10.0})
    assert ampglow("stamp", path, "-o", tmp_path / "out").code == 0
    assert read_frame(tmp_path / "out" / name).temperature_c == -8.5


def test_frames_of_another_number_are_not_those_it_was_made_from(poor, ampglow, tmp_path):
    (poor.parent / "d3.fits").unlink()
    assert "nothing is known" in refusal(ampglow, poor, tmp_path / "out")


def test_no_file_is_written_over(poor, ampglow, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "x.fit").write_bytes(b"mine")
    assert "exists already" in refusal(ampglow, poor, tmp_path / "out")
    assert (tmp_path / "out" / "x.fit").read_bytes() == b"mine"
    moved = poor.rename(poor.with_suffix(".fit"))
    assert "place of the original" in refusal(ampglow, moved, moved.parent)


def test_a_damaged_master_is_refused(poor, ampglow, tmp_path):
    poor.write_bytes(poor.read_bytes()[:-2880])
    assert "cut short" in refusal(ampglow, poor, tmp_path / "out")


def test_two_originals_of_one_name_are_an_error(poor, ampglow, tmp_path):
    other = tmp_path / "other" / "x.fits"
    other.parent.mkdir()
    other.write_bytes(poor.read_bytes())
    said = ampglow("stamp", poor, other, "-o", tmp_path / "out")
    assert said.code == 2
    assert "the same name" in said.err


@pytest.mark.parametrize("samples", ["float32", "uint16"])
def test_xisf_becomes_fits_with_the_same_pixels(ampglow, put_frame, tmp_path, samples):
    from xisf import XISF

    rng = np.random.default_rng(8)
    data = rng.integers(400, 600, (6, 8, 1)).astype(np.uint16)
    data = data if samples == "uint16" else (data / np.float32(65535)).astype(np.float32)
    cards = {"IMAGETYP": "Master Dark", "EXPTIME": "180.0", "INSTRUME": "ZWO ASI294MC Pro", "XBINNING": "1"}
    known = {key: [{"value": value, "comment": ""}] for key, value in cards.items()}
    path = tmp_path / "MasterDark_180.0s_-10.0C_gain120_294MC_20250721-054720.xisf"
    XISF.write(str(path), data, image_metadata={"FITSKeywords": known})
    said = ampglow("stamp", path, "-o", tmp_path / "out", "--json")
    assert said.code == 0, said.out
    copy = tmp_path / "out" / f"{path.stem}.fit"
    np.testing.assert_array_equal(read_pixels(copy).data, read_pixels(path).data)
    frame = read_frame(copy, recover=False)
    assert (frame.kind, frame.master, frame.exposure_s, frame.camera) == ("dark", True, 180.0, "ZWO ASI294MC Pro")
    assert (frame.gain, frame.temperature_c, frame.sources["gain"].how) == (120.0, -10.0, "recovered")
    assert hashlib.sha256(path.read_bytes()).hexdigest()[:32] in str(fits.getheader(copy)["HISTORY"])


@pytest.mark.parametrize("ending", [".fits.gz", ".fits.fz"])
def test_packed_masters_are_unpacked(poor, ampglow, tmp_path, ending):
    with fits.open(poor) as units:
        data, header = units[0].data, units[0].header
        packed = poor.with_name(f"x{ending}")
        if ending == ".fits.gz":
            units.writeto(packed)
        else:
            fits.CompImageHDU(data, header, compression_type="GZIP_1", quantize_level=0).writeto(packed)
    poor.unlink()
    said = ampglow("stamp", packed, "-o", tmp_path / "out", "--json")
    assert said.code == 0, said.out
    np.testing.assert_array_equal(fits.getdata(tmp_path / "out" / "x.fit"), data)
    assert read_frame(tmp_path / "out" / "x.fit").gain == 120.0


@pytest.mark.siril("1.4")
def test_siril_reads_a_stamped_copy_on_the_same_scale(poor, ampglow, siril, tmp_path):
    import subprocess

    ampglow("stamp", poor, "-o", tmp_path / "out")
    script = tmp_path / "out" / "s.ssf"
    script.write_text("requires 1.2.0\nload x.fit\nsave y\n")
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    subprocess.run(
        [siril("1.4"), "-d", tmp_path / "out", "-s", script], env=home, check=True, capture_output=True, timeout=120
    )
    np.testing.assert_allclose(read_pixels(tmp_path / "out" / "y.fit").data, read_pixels(poor).data, atol=0.01)


def test_words(poor, ampglow, tmp_path):
    said = ampglow("stamp", poor, "-o", tmp_path / "out")
    assert "gain 120.0 (recovered: 4 frames beside it)" in said.out
    again = ampglow("stamp", poor, "-o", tmp_path / "out")
    assert (again.code, "exists already" in again.out) == (1, True)
