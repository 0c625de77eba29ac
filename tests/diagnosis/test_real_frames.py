"""Real lights of a device that subtracts its own dark: nothing is told that is not there."""

import numpy as np
import pytest
from astropy.io import fits

import ampglow_plugin
from ampglow_plugin.diagnosis.signs.twilight import HEADER_WRONG
from ampglow_plugin.errors import InputError


def test_two_targets_of_a_seestar_show_no_glow(real_data):
    files = sorted((real_data / "seestar_s50").glob("Light_M_94*.fit"))[:3]
    files += sorted((real_data / "seestar_s50").glob("Light_NGC*.fit"))
    found = ampglow_plugin.diagnose(files)
    assert found.basis == "views"
    assert [v.object for v in found.views] == ["M 94", "NGC 7023"]
    assert {c.cause for c in found.causes} <= {"none", "undecided"}
    assert next(one for one in found.likelihoods if one.cause == "amp_glow").decided is False
    # one header puts the Sun at the horizon, the frame shows a dark sky
    assert HEADER_WRONG in found.notes
    assert "twilight_gradient" not in {c.cause for c in found.causes}


def test_a_nebula_around_its_star_is_not_told_as_a_reflection(real_data):
    found = ampglow_plugin.diagnose(sorted((real_data / "seestar_s50").glob("Light_NGC*.fit")))
    assert found.basis == "one"
    assert "internal_reflection" not in {c.cause for c in found.causes}
    if found.found("undecided"):
        assert any("nebula" in text for text in found.missing)
        commands = [a.command for a in ampglow_plugin.advise(diagnosis=found)]
        assert not any("--dark" in command for command in commands)  # it would decide nothing that is open


@pytest.fixture
def ccd(real_data, tmp_path):
    """A light whose dark signal is the first of two real darks, under a sky of 900 ADU: raw, and less the second."""
    first, second = (real_data / "qsi683" / f"dark_{number}.fit" for number in (1, 2))
    with fits.open(first) as units:
        samples, header = units[0].data.astype(float), units[0].header.copy()
    rng = np.random.default_rng(3)
    raw = samples + rng.poisson(900.0, samples.shape)
    y, x = np.mgrid[-8:9, -8:9]
    star = np.exp(-(x**2 + y**2) / (2 * 2.2**2))
    for _ in range(200):
        row, column = rng.integers(8, samples.shape[0] - 9), rng.integers(8, samples.shape[1] - 9)
        raw[row - 8 : row + 9, column - 8 : column + 9] += 10 ** rng.uniform(1.5, 3.5) * star
    header["IMAGETYP"], header["OBJECT"] = "Light Frame", "a field"
    header["DATE-OBS"] = "2014-05-10T08:30:00"
    lights = tmp_path / "raw.fit", tmp_path / "calibrated.fit"
    fits.PrimaryHDU(np.clip(raw, 0, 65535).astype(np.uint16), header).writeto(lights[0])
    header["CALSTAT"] = "D"
    fits.PrimaryHDU((raw - fits.getdata(second)).astype(np.float32), header).writeto(lights[1])
    return *lights, second


def test_the_glow_of_a_real_dark_is_in_raw_frames_and_not_in_calibrated_ones(ccd):
    raw, calibrated, dark = ccd
    found = ampglow_plugin.diagnose(raw, dark=dark)
    assert [c.cause for c in found.causes] == ["amp_glow"]
    shares = [s for s in found.evidence if s.name == "share_of_dark"]
    assert all(abs(s.value - 1) < 4 * s.sigma for s in shares)
    # what is even along a whole edge of one dark may be glow or not, and that is said
    assert any("structure of its readout" in note for note in found.notes)
    (known,) = [s for s in found.evidence if s.name == "known_sensor"]
    assert known.speaks == "open"  # some cameras with it glow
    assert "no to severe glow" in known.what
    assert [c.cause for c in ampglow_plugin.diagnose(calibrated, dark=dark).causes] == ["none"]


def test_darks_of_a_ccd_are_no_pictures_of_the_sky(real_data):
    with pytest.raises(InputError, match="not a picture of the sky"):
        ampglow_plugin.diagnose(real_data / "qsi683" / "dark_1.fit")
