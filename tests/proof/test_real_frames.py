"""Real frames of a CCD: two flats of 24 s given as lights, calibrated by a real Siril with the two 24 s darks."""

from __future__ import annotations

import os
import subprocess

import pytest

from ampglow_plugin import api
from ampglow_plugin.proof import verify


@pytest.fixture(scope="module")
def calibrated(siril, real_data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("qsi")
    for kind, names in (("light", ("flat_1", "flat_2")), ("dk", ("flat_dark_1", "flat_dark_2"))):
        for number, name in enumerate(names, start=1):
            (folder / f"{kind}_{number:05d}.fit").symlink_to(real_data / "qsi683" / f"{name}.fit")
    lines = ["requires 1.4.0", "stack dk mean none -nonorm -32b -out=master", "calibrate light -dark=master"]
    (folder / "run.ssf").write_text("\n".join(lines) + "\n")
    (folder / "ini").touch()
    command = [siril("1.4"), "-s", folder / "run.ssf", "-d", folder, "-i", folder / "ini"]
    environment = os.environ | {"LC_ALL": "C", "TMPDIR": str(folder)}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert answer.returncode == 0, answer.stdout[-2000:]
    return folder


@pytest.mark.parametrize("number", [1, 2])
def test_the_dark_of_the_same_exposure_was_applied_in_full(calibrated, real_data, number):
    proof = verify(
        calibrated / f"pp_light_{number:05d}.fit",
        light=real_data / "qsi683" / f"flat_{number}.fit",
        dark=calibrated / "master.fit",
        dark_frames=sorted((real_data / "qsi683").glob("flat_dark_?.fit")),
    )
    assert proof.evidence.pixels.factor == pytest.approx(1.0, abs=0.005)
    assert proof.evidence.pixels.factor_sigma < 0.001
    assert proof.evidence.pixels.exact
    assert (proof.verdict.done, proof.verdict.success) == ("applied", "clean"), proof.verdict.reasons


def test_settings_that_the_master_has_lost_stay_unknown(calibrated, real_data):
    """Siril drops the card of the readout mode, which the light has: factor 1, but nobody knows whether it fits."""
    light, master = real_data / "qsi683" / "flat_1.fit", calibrated / "master.fit"
    proof = verify(calibrated / "pp_light_00001.fit", light=light, dark=master)
    assert (proof.verdict.done, proof.verdict.success) == ("applied", "undecided")
    assert proof.evidence.conditions.unknown == ("readout_mode",)
    assert any("--dark-frames" in r for r in proof.verdict.reasons)


def test_against_a_long_dark_it_is_not(calibrated, real_data):
    """The 2400 s dark, which was not used: factor far from 1, and the conditions differ."""
    proof = verify(
        calibrated / "pp_light_00001.fit",
        light=real_data / "qsi683" / "flat_1.fit",
        dark=real_data / "qsi683" / "dark_1.fit",
    )
    assert (proof.verdict.done, proof.verdict.success) != ("applied", "clean")
    assert "exposure_s" in proof.evidence.conditions.differs
    assert abs(proof.evidence.pixels.factor) < 0.5


def test_the_lights_are_paired_by_their_moment(calibrated, real_data):
    lights = sorted((real_data / "qsi683").glob("flat_?.fit"))
    outputs = sorted(calibrated.glob("pp_light_*.fit"))
    singles = sorted((real_data / "qsi683").glob("flat_dark_?.fit"))
    found = api.verify(outputs, lights=lights, dark=calibrated / "master.fit", dark_frames=singles)
    assert found.clean
    assert [p.inputs["light"] for p in found.proofs] == [str(p) for p in lights]
