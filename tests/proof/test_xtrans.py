"""Frames of an X-Trans sensor: debayered they cannot be put back into their mosaic, and nothing is called clean."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.hosts.builtin.arithmetic import flat_scale
from ampglow_plugin.simulate import GlowSource, Truth, scene

TRUTH = Truth(seed=8, width=240, height=180, glows=(GlowSource(x=1.0, y=0.7, amplitude_adu=250.0, decay_px=40.0),))
PATTERN = "GGRGGBGGBGGRBRGRBGGGBGGRGGRGGBRBGBRG"


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    folder = tmp_path_factory.mktemp("xtrans")
    light = scene.light(TRUTH).astype(np.float32)
    dark = np.mean([scene.dark(TRUTH, i) for i in range(6)], axis=0)
    flat = np.mean([scene.flat(TRUTH, i) for i in range(4)], axis=0).astype(np.float32) - TRUTH.pedestal_adu
    output = (light - dark) / flat * flat_scale(flat[None])
    smooth = (output + np.roll(output, 1, axis=0) + np.roll(output, 1, axis=1)) / 3  # each colour from its neighbours
    arrays = {"light": light, "dark": dark, "flat": flat, "debayered": np.stack([smooth] * 3) / 65535}
    for name, array in arrays.items():
        unit = fits.PrimaryHDU(array.astype(np.float32))
        unit.header.update({"BAYERPAT": PATTERN, "ROWORDER": "TOP-DOWN", "EXPTIME": 180.0, "GAIN": 0})
        unit.header["PROGRAM"] = "Siril 1.4.2" if name == "debayered" else "capture"
        unit.writeto(folder / f"{name}.fits")
    return folder


@pytest.mark.parametrize("light", [True, False])
def test_debayered_frames_are_undecided(night, light):
    lights = [night / "light.fits"] if light else ()
    given = {"dark": night / "dark.fits", "flat": night / "flat.fits"}
    (proof,) = api.verify(night / "debayered.fits", lights=lights, **given).proofs
    assert (proof.verdict.done, proof.verdict.success) == ("undecided", "undecided")
    assert proof.evidence.pixels.factor is None
    said = "no Bayer pattern (X-Trans)" if light else "the Bayer pattern is not known"
    assert said in " ".join(proof.verdict.reasons)
