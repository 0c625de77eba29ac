"""A dark that is not the one that was subtracted, with the raw light at hand: the answer must not be worse than without."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.hosts.builtin.arithmetic import flat_scale
from ampglow_plugin.simulate import GlowSource, Truth, scene

TRUTH = Truth(
    seed=3,
    width=360,
    height=280,
    glows=(GlowSource(x=1.0, y=0.7, amplitude_adu=300.0, decay_px=45.0, stretch_y=1.2),),
    sky_adu=600.0,
    gradient_adu=(30.0, -20.0),
    star_count=20,
)


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    """One light calibrated with other masters than ``dark.fits``, and with its bias subtracted once more."""
    folder = tmp_path_factory.mktemp("other")
    cards = {"EXPTIME": 180.0, "GAIN": 120, "CCD-TEMP": -10.0, "SET-TEMP": -10.0, "DATE-OBS": "2026-01-01T22:00:00"}

    def write(name, array, **more):
        unit = fits.PrimaryHDU(array)
        unit.header.update(cards | {"BAYERPAT": "RGGB", "ROWORDER": "TOP-DOWN"} | more)
        unit.writeto(folder / f"{name}.fits")

    def master(first, **changes):
        return np.mean([scene.dark(TRUTH, i, **changes) for i in range(first, first + 12)], axis=0)

    light = scene.light(TRUTH)
    bias = np.mean([scene.bias(TRUTH, i) for i in range(12)], axis=0)
    flat = np.mean([scene.flat(TRUTH, i) for i in range(6)], axis=0) - TRUTH.pedestal_adu
    write("light", light, IMAGETYP="Light")
    write("dark", master(0).astype(np.float32), IMAGETYP="Dark")
    write("flat", flat.astype(np.float32), IMAGETYP="Flat")
    write("bias", bias.astype(np.float32), IMAGETYP="Bias")
    taken = {"same": master(20), "warm": master(20, temperature_c=0.0), "twobias": master(20) + bias}
    for name, dark in taken.items():
        output = (light - dark) / flat * flat_scale(flat[None])
        write(name, (output / 65535).astype(np.float32), IMAGETYP="Light", PROGRAM="Siril 1.4.2")
    return folder


def proved(night, name, *, light):
    given = {each: night / f"{each}.fits" for each in ("dark", "flat", "bias")}
    (proof,) = api.verify(night / f"{name}.fits", lights=[night / "light.fits"] if light else (), **given).proofs
    return proof


@pytest.mark.parametrize("light", [True, False])
def test_another_master_of_the_same_settings_does_as_well(night, light):
    proof = proved(night, "same", light=light)
    assert (proof.verdict.done, proof.verdict.success) == ("applied", "clean")
    assert any("another dark" in reason for reason in proof.verdict.reasons) is light


@pytest.mark.parametrize("light", [True, False])
def test_a_dark_of_another_temperature_is_told(night, light):
    proof = proved(night, "warm", light=light)
    assert (proof.verdict.done, proof.verdict.success) == ("wrong_dark", "oversubtracted")
    assert "10 degrees warmer" in proof.verdict.hypotheses[0]
    assert not any("too weak" in reason for reason in proof.verdict.reasons)


def test_the_bias_levels_that_the_raw_light_tells_still_count(night):
    proof = proved(night, "twobias", light=True)
    assert proof.evidence.pixels.pedestals == pytest.approx(2.0, abs=0.05)
    assert proof.verdict.success == "oversubtracted"
