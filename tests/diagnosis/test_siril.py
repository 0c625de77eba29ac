"""Diagnosis of what real Siril leaves behind: calibrated frames and stacks."""

import subprocess
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

import ampglow_plugin
from ampglow_plugin.diagnosis.advice import SIRIL_FRAMES, SIRIL_STACK
from ampglow_plugin.simulate import GlowSource, Truth, header, make_lights, scene
from tests.diagnosis.scenes import _put

SENSOR = Truth(
    width=320,
    height=240,
    glows=(GlowSource(x=1.0, y=0.0, amplitude_adu=150.0, decay_px=45.0, stretch_y=1.0),),
    vignetting=0.02,
    sky_adu=500.0,
    star_count=30,
    dither_px=3.0,
    gain_e_per_adu=1.0,
)
TARGETS = (
    SENSOR,
    replace(
        SENSOR, object="M 33", ra_deg=23.4, dec_deg=30.6, gradient_adu=(100.0, -50.0), date_obs="2025-10-18T23:30:00"
    ),
)


def run(program, folder, script):
    (folder / "run.ssf").write_text(script, encoding="utf-8")
    ini = folder / "own.ini"
    ini.touch()
    command = [str(program), "-d", str(folder), "-i", str(ini), "-s", str(folder / "run.ssf")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


@pytest.fixture(scope="module")
def outputs(siril, tmp_path_factory):
    """``outputs(target, dark)``: calibrated frames and their stack, by Siril 1.4."""
    made = {}
    root = tmp_path_factory.mktemp("siril")
    dark = np.mean([scene.dark(SENSOR, i) for i in range(6)], axis=0).astype(np.float32)
    master = root / "master_dark.fits"
    from datetime import datetime

    _put(master, dark, header(SENSOR, "DARK", SENSOR.exposure_s, datetime.fromisoformat(SENSOR.dark_date_obs)))

    def get(number, with_dark):
        key = (number, with_dark)
        if key not in made:
            folder = root / f"{number}{with_dark}"
            make_lights(folder / "lights", TARGETS[number], count=4, first=10 * number)
            word = f"-dark={master}" if with_dark else "-cc=dark"
            command = f"calibrate light {word} -cfa" if with_dark else "calibrate light -bias==1900 -cfa"
            run(
                siril("1.4"),
                folder,
                f"requires 1.4.0\ncd lights\nconvert light -out=..\ncd ..\n{command}\n"
                "stack pp_light rej 3 3 -nonorm -out=stack\n",
            )
            made[key] = (sorted(folder.glob("pp_light_0*.fit")), next(iter(folder.glob("stack.fit*"))))
        return (*made[key], master)

    return get


def causes(diagnosis):
    return {c.cause for c in diagnosis.causes}


@pytest.mark.siril("1.4")
@pytest.mark.parametrize("stacked", [False, True], ids=["frames", "stacks"])
def test_glow_that_siril_left_is_told_from_two_targets_and_by_the_dark(outputs, stacked):
    kinds = [outputs(number, with_dark=False) for number in (0, 1)]
    files = [path for frames, stack, _ in kinds for path in ([stack] if stacked else frames)]
    without = ampglow_plugin.diagnose(files)
    assert causes(without) == {"amp_glow", "light_pollution_gradient"}
    assert without.basis == "views"
    assert without.found("amp_glow").where == "top-right"
    decided = ampglow_plugin.diagnose(files[:2], dark=kinds[0][2])
    assert causes(decided) >= {"amp_glow"}
    assert decided.found("amp_glow").peak_adu == pytest.approx(150.0, rel=0.2)
    wanted = {a.action for a in ampglow_plugin.advise(diagnosis=decided)}
    assert {"calibrate_again", "no_gradient_removal"} <= wanted
    assert ("synthetic_background" in wanted) == stacked


@pytest.mark.siril("1.4")
@pytest.mark.parametrize("stacked", [False, True], ids=["frames", "stacks"])
def test_nothing_is_left_of_glow_where_siril_subtracted_the_dark(outputs, stacked):
    frames, stack, master = outputs(0, with_dark=True)
    found = ampglow_plugin.diagnose([stack] if stacked else frames, dark=master)
    assert "amp_glow" not in causes(found)
    glow = next(one for one in found.likelihoods if one.cause == "amp_glow")
    assert glow.decided is False
    (share,) = [s for s in found.evidence if s.name == "share_of_dark"]
    assert share.value == pytest.approx(0.0, abs=0.1)


@pytest.mark.siril("1.4")
def test_the_gradient_commands_of_the_advice_run(outputs):
    frames, stack, _ = outputs(1, with_dark=True)
    first = SIRIL_STACK.split(", then ")
    assert first[0] == "load STACK"
    on_stack = f"requires 1.4.0\nload {stack.name}\n{first[1]}\nsave bent\n"
    run_in = stack.parent
    program = find("1.4")
    run(program, run_in, on_stack)
    assert fits.getdata(run_in / "bent.fit").shape == fits.getdata(stack).shape
    on_frames = SIRIL_FRAMES.partition(" before ")[0].replace("pp_light_", "pp_light")
    run(program, run_in, f"requires 1.4.0\n{on_frames}\n")
    assert len(list(run_in.glob("bkg_pp_light_0*.fit"))) == len(frames)


def find(series):
    from tests.conftest import find_siril

    return find_siril(series)
