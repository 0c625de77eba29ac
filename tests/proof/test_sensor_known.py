"""Glow in the output of a sensor that hardly glows: the proof knows the camera, and says what it most likely means."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampglow_plugin import verify
from ampglow_plugin.headers import read_frame
from ampglow_plugin.proof.glow import examine_frame
from ampglow_plugin.report.look import sentences
from ampglow_plugin.simulate import GlowSource, Truth, make_night

GLOWS = (GlowSource(amplitude_adu=200.0, decay_px=60.0),)


@pytest.fixture(scope="module")
def nights(tmp_path_factory):
    """One light and a dark of each camera; the light is its own output: nothing was subtracted."""

    def night(camera):
        truth = Truth(width=320, height=300, camera=camera, glows=GLOWS)
        return make_night(tmp_path_factory.mktemp("night"), truth, lights=1, darks=1, flats=1, flatdarks=1)

    return {camera: night(camera) for camera in ("ZWO ASI2600MC Pro", "ZWO ASI294MC Pro")}


@pytest.mark.parametrize(("camera", "told"), [("ZWO ASI2600MC Pro", True), ("ZWO ASI294MC Pro", False)])
@pytest.mark.parametrize("with_light", [True, False])
def test_verify_names_the_likely_cause(nights, camera, told, with_light):
    night = nights[camera]
    lights = [night.lights[0]] if with_light else []
    result = verify([night.lights[0]], dark=night.darks[0], lights=lights)
    assert result.proofs[0].evidence.camera == camera
    (found,) = [f for f in result.findings if f.rule == "AG411"]
    assert (found.outcome == "failed") is told
    assert ("most likely no dark, or a wrong one" in found.message) is told


@pytest.mark.parametrize(
    ("camera", "calibrated", "told"),
    [("ZWO ASI2600MC Pro", True, True), ("ZWO ASI2600MC Pro", None, False), ("ZWO ASI294MC Pro", True, False)],
)
def test_look_says_it_of_a_calibrated_frame(nights, camera, calibrated, told):
    night = nights[camera]
    frame = replace(read_frame(night.lights[0]), calibrated=calibrated)
    said = " ".join(sentences(examine_frame(night.lights[0]), frame))
    assert "at the border" in said
    assert ("IMX571 is known for little glow or none" in said) is told
