"""Scripts run on the real Siril 1.0, 1.2 and 1.4: what succeeds, and above all what must not pass for a success."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.errors import HostFailed, HostMissing, InputError
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.engines import ENGINES
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.hosts.siril.program import find
from ampglow_plugin.model.plan import Calibrate, Group, Integrate, Master, Plan
from ampglow_plugin.rules.check_plan import check_plan
from tests.siril.conftest import ODD_NAME, state
from tests.siril.runs import emit, failing, gone, master_plan, swap, write

SERIES = ("1.0", "1.2", "1.4")
ADU = 65535.0


def pixels(path):
    return fits.getdata(path).astype(float)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_osc_night_from_singles_to_stack(osc, series, tmp_path, run):
    before = state(osc.paths)
    folder = tmp_path / ODD_NAME
    manifest = run(emit(osc.plan(stack=True), series, folder))
    assert manifest.status == "succeeded"
    assert manifest.problems == ()
    assert read_manifest(folder) == manifest
    assert state(osc.paths) == before
    assert len(manifest.outputs) == 3
    for output in manifest.outputs:
        assert pixels(folder / output.path).shape == (3, 240, 320)
    assert pixels(folder / manifest.products[0]).shape == (3, 240, 320)
    result = api.verify(folder)
    assert [(p.verdict.done, p.verdict.success) for p in result.proofs] == [("applied", "clean")] * 3
    for proof in result.proofs:
        assert proof.evidence.pixels.factor == pytest.approx(1.0, abs=0.005)
        assert proof.evidence.log.claim == "applied"
        assert proof.evidence.header.claim == ("silent" if series == "1.0" else "applied")


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_a_clouded_light_does_not_spoil_the_night(osc, series, tmp_path, run):
    """It cannot be aligned, which is told; all lights are calibrated, and the others are stacked."""
    clouded = tmp_path / "clouded.fits"
    with fits.open(osc.files.lights[0]) as file:
        noise = np.random.default_rng(1).normal(0, 12, file[0].data.shape)
        write(clouded, (2300 + noise).astype(np.uint16), BAYERPAT="RGGB", EXPTIME=180.0)
    planned = osc.plan(stack=True)
    (group,) = planned.plan.groups
    frames = (*group.frames, str(clouded))
    planned = check_plan(replace(planned.plan, groups=(replace(group, frames=frames),)))
    manifest = run(emit(planned, series, tmp_path / "out"))
    assert manifest.status == "succeeded"
    assert any("Image 4 skipped" in line for line in manifest.problems)
    assert len(manifest.outputs) == 4


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_mono_night(mono, series, tmp_path, run):
    folder = tmp_path / "out"
    manifest = run(emit(mono.plan(), series, folder))
    for output in manifest.outputs:
        assert pixels(folder / output.path).shape == (240, 320)
    assert all(p.verdict.success == "clean" for p in api.verify(folder).proofs)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_arithmetic_is_exact_without_cosmetic_correction(plain, series, tmp_path, run):
    """1.0 replaces hot pixels as soon as -dark= is given; here none may be touched."""
    folder = tmp_path / "out"
    manifest = run(emit(master_plan(plain["lights"], plain["dark"]), series, folder))
    dark = pixels(plain["dark"])
    for light, output in zip(plain["lights"], manifest.outputs, strict=True):
        found = pixels(folder / output.path) * ADU
        np.testing.assert_allclose(found, pixels(light) - dark, atol=0.02)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_hot_pixel_is_replaced_with_cosmetic_correction(plain, series, tmp_path, run):
    folder = tmp_path / "out"
    lights = []
    for i, light in enumerate(plain["lights"]):
        data = pixels(light)
        data[30, 40] += 5000
        lights.append(write(tmp_path / f"hot{i}.fits", data.astype(np.uint16), EXPTIME=10.0))
    manifest = run(emit(master_plan(lights, plain["dark"], cosmetic=True), series, folder))
    assert pixels(folder / manifest.outputs[0].path)[30, 40] * ADU < 1000


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_frames(plain, series, count, tmp_path, run):
    """One frame is no sequence for Siril, whether it is a dark, a flat or a light."""
    masters = (
        Master(id="dark", role="dark", frames=(str(plain["dark"]),) * count, steps=(Integrate(rejection="none"),)),
        Master(id="flatdark", role="flatdark", frames=(str(plain["dark"]),), steps=(Integrate(rejection="none"),)),
        Master(
            id="flat",
            role="flat",
            frames=(str(plain["flat"]),) * count,
            steps=(Calibrate(dark="flatdark"), Integrate(rejection="none", normalization="multiplicative")),
        ),
    )
    lights = tuple(map(str, plain["lights"][:count]))
    group = Group(id="light", frames=lights, steps=(Calibrate(dark="dark", flat="flat"),))
    folder = tmp_path / "out"
    manifest = run(emit(check_plan(Plan(tool="test", masters=masters, groups=(group,))), series, folder))
    assert len(manifest.outputs) == count
    dark, flat = pixels(plain["dark"]), pixels(plain["flat"]) - pixels(plain["dark"])
    found = pixels(folder / manifest.outputs[-1].path) * flat
    wanted = pixels(lights[-1]) - dark
    scale = np.sum(found * wanted) / np.sum(found * found)
    assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.9999
    np.testing.assert_allclose(found * scale, wanted, atol=3.0)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_compressed_frames_of_every_ending(plain, series, tmp_path, run):
    first, second, third = plain["lights"]
    packed = tmp_path / "first.fits.fz"
    with fits.open(first) as file:
        image = fits.CompImageHDU(file[0].data, file[0].header, compression_type="RICE_1")
        fits.HDUList([fits.PrimaryHDU(), image]).writeto(packed)
    zipped = tmp_path / "second.fit.gz"
    zipped.write_bytes(gzip.compress(second.read_bytes()))
    third = third.rename(tmp_path / "third.FTS")
    dark = tmp_path / "dark.fits.gz"
    dark.write_bytes(gzip.compress(plain["dark"].read_bytes()))
    folder = tmp_path / "out"
    manifest = run(emit(master_plan((packed, zipped, third), dark), series, folder))
    for light, output in zip((first, second, third), manifest.outputs, strict=True):
        wanted = pixels(light) - pixels(plain["dark"])
        np.testing.assert_allclose(pixels(folder / output.path) * ADU, wanted, atol=0.02)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_flat_of_another_size_is_an_error_although_siril_says_success(plain, series, tmp_path, run):
    """Siril ends with status 0 and, from 1.2 on, names the flat in HISTORY although it skipped it."""
    emission = emit(master_plan(plain["lights"], plain["dark"], plain["flat"]), series, tmp_path / "out")
    swap(emission.folder / "masters" / "flat.fit", plain["sideways"])
    failing(run, emission, "Images must have same dimensions.")
    assert "finished successfully" in (emission.folder / "ampglow-siril.log").read_text()


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_dark_of_another_size_fails_with_sirils_words(plain, series, tmp_path, run):
    emission = emit(master_plan(plain["lights"], plain["dark"]), series, tmp_path / "out")
    swap(emission.folder / "masters" / "dark.fit", plain["sideways"])
    failing(run, emission, "status 1", "Images must have same dimensions.", "was not written")


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("spoil", ["no requires", "not UTF-8", "empty", "exit", "no dark", "one command less"])
def test_scripts_that_siril_calls_a_success(plain, series, spoil, tmp_path, run):
    """Each of these leaves status 0 (or the final line) on some series with the work not done."""
    emission = emit(master_plan(plain["lights"], plain["dark"], cosmetic=True), series, tmp_path / "out")
    text = emission.script.read_text(encoding="utf-8")
    calibration = next(line for line in text.splitlines() if " light -dark" in line)
    spoiled = {
        "no requires": text.replace("requires", "# requires").encode(),
        "not UTF-8": text.replace("\n\n", "\n# caf\xe9\n", 1).encode("latin-1"),
        "empty": b"",
        "exit": text.replace(calibration, f"exit\n{calibration}").encode(),
        "no dark": text.replace(" -dark=../masters/dark", "").replace(" -cc=dark 0 3", "").encode(),
        "one command less": text.replace(f"{calibration}\n", "").encode(),
    }
    emission.script.write_bytes(spoiled[spoil])
    failing(run, emission, "the log does not show" if spoil == "no dark" else "was not run")


@pytest.mark.siril
def test_first_run_without_a_package_index_is_a_crash_and_proves_nothing(plain, tmp_path, siril, run, monkeypatch):
    """Siril makes a Python environment for a new user; where pip cannot fill it, 1.4.2 frees the error twice."""
    version = find(str(siril("1.4"))).version
    if not version.startswith("1.4.2"):
        pytest.skip(f"Siril 1.4.2 crashes there, {version} says that Python is not ready")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "new user"))
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "hello.py").write_text("print('hello')\n")
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    text = emission.script.read_text(encoding="utf-8")
    calibration = next(line for line in text.splitlines() if " light -dark" in line)
    emission.script.write_text(text.replace(calibration, f"pyscript {tmp_path}/hello.py\n{calibration}"))
    failing(run, emission, "Siril crashed (SIGABRT)", "did not reach the end of the script", "was not written")
    log = (emission.folder / "ampglow-siril.log").read_text()
    assert "unable to install or update the Siril python module" in log
    found = api.verify(emission.folder)
    assert not found.clean
    for proof in found.proofs:
        assert (proof.verdict.done, proof.verdict.success) == ("undecided", "undecided")
        assert proof.evidence.log.success is False
        assert proof.path in proof.verdict.reasons[0]


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_outputs_of_an_earlier_run_do_not_count(plain, series, tmp_path, run):
    emission = emit(master_plan(plain["lights"], plain["dark"]), series, tmp_path / "out")
    run(emission)
    assert (emission.folder / emission.manifest.outputs[0].path).exists()
    emission.script.write_text("# nothing\n")
    failing(run, emission, "was not written")
    assert not (emission.folder / emission.manifest.outputs[0].path).exists()


@pytest.mark.siril
def test_frame_that_is_gone_or_changed_stops_the_run_before_it_starts(plain, tmp_path, run):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    with plain["lights"][1].open("ab") as file:
        file.write(b"\0")
    with pytest.raises(InputError, match="has changed"):
        run(emission)
    plain["lights"][1].unlink()
    with pytest.raises(InputError, match="is gone"):
        run(emission)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_truncated_frame_fails(plain, series, tmp_path, run):
    """The other frames are written, with a header that names the dark."""
    emission = emit(master_plan(plain["lights"], plain["dark"]), series, tmp_path / "out")
    cut = tmp_path / "cut.fits"
    cut.write_bytes(plain["lights"][1].read_bytes()[:4000])
    swap(emission.folder / "frames" / "light" / "light_00002.fit", cut)
    failing(run, emission, "Siril")


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_settings_of_the_user_are_neither_used_nor_changed(plain, series, tmp_path, run, monkeypatch):
    """A user who saves as .fts in 16 bit would break the run, and a run that saves would change them."""
    names = {"1.0": "siril.config", "1.2": "config.ini", "1.4": "config.1.4.ini"}
    config = tmp_path / "config" / "siril"
    config.mkdir(parents=True)
    settings = config / names[series]
    body = 'extension = ".fts";\n' if series == "1.0" else "[core]\nextension=.fts\nforce_16bit=true\n"
    settings.write_text(body)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    before = state([settings])
    manifest = run(emit(master_plan(plain["lights"], plain["dark"]), series, tmp_path / "out"))
    assert manifest.status == "succeeded"
    assert state([settings]) == before
    assert [p.name for p in config.iterdir()] == [settings.name]


@pytest.mark.siril
def test_speaks_english_whatever_the_users_language(plain, tmp_path, run, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "fr")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert run(emit(master_plan(plain["lights"], plain["dark"]), "1.0", tmp_path / "out")).status == "succeeded"


@pytest.mark.siril
def test_script_for_another_series_is_not_run(plain, tmp_path, siril):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.2", tmp_path / "out")
    with pytest.raises(HostMissing, match=r"the script is for 1\.2"):
        SIRIL.run(emission, engine="siril-cli", program=str(siril("1.0")))


@pytest.mark.siril
def test_progress_runs_from_0_to_1(plain, tmp_path, run):
    seen = []
    run(
        emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out"), progress=lambda _, s: seen.append(s)
    )
    shares = [s for s in seen if s is not None]
    assert len(shares) > 5
    assert shares[-1] == 1.0
    assert all(0 <= s <= 1 for s in shares)
    assert shares[:-1] == sorted(shares[:-1])


def test_too_little_room_is_said_before(plain, tmp_path, monkeypatch, run):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    needed = int(emission.manifest.settings["disk_bytes"])
    assert needed == 3 * 60 * 80 * 4
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=needed - 1))
    with pytest.raises(HostFailed, match=r"writes about .* GB"):
        run(emission)


def test_engines_that_do_not_exist_are_said_so(plain, tmp_path):
    plan = master_plan(plain["lights"], plain["dark"])
    with pytest.raises(HostMissing, match="no engine 'x'") as missing:
        api.run(plan, tmp_path / "out", engine="x")
    assert all(name in missing.value.fix for name in ENGINES)
    assert not (tmp_path / "out").exists()
    emission = emit(plan, "1.4", tmp_path / "out")
    with pytest.raises(HostMissing, match="no engine 'builtin'"):
        SIRIL.run(emission, engine="builtin")


def stand_in(tmp_path, body):
    """A program that answers like Siril 1.4.2 and then does ``body``: for what no real Siril does on demand."""
    path = tmp_path / "siril-cli"
    path.write_text(
        f'#!{sys.executable}\nimport sys, time, os, subprocess\nif "-v" in sys.argv:\n    print("siril 1.4.2")\n    sys.exit()\n{body}\n'
    )
    path.chmod(0o755)
    return str(path)


HANGS = """
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print("log: Running command: requires", flush=True)
open(os.path.join(os.path.dirname(sys.argv[0]), "pids"), "w").write(f"{os.getpid()} {child.pid}")
time.sleep(600)
"""


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_a_hang_is_ended_with_all_it_started(plain, tmp_path):
    from ampglow_plugin.hosts.siril.runner import run as run_directly

    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    program = stand_in(tmp_path, HANGS)
    with pytest.raises(HostFailed, match="said nothing for 3 s") as caught:
        run_directly(emission, engine="siril-cli", program=program, progress=lambda *_: None, silence_timeout_s=3)
    assert caught.value.quotes == ("Running command: requires",)
    assert read_manifest(emission.folder).status == "failed"
    assert all(gone(int(pid)) for pid in (tmp_path / "pids").read_text().split())


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_interrupting_ends_siril(plain, tmp_path):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    program = stand_in(tmp_path, HANGS)
    code = (
        "import sys\nfrom pathlib import Path\nfrom ampglow_plugin.hosts import SIRIL\n"
        "from ampglow_plugin.hosts.base import Emission\nfrom ampglow_plugin.hosts.folder import read_manifest\n"
        "d = Path(sys.argv[1])\n"
        "e = Emission(folder=d, script=d / 'ampglow.ssf', manifest_path=d / 'ampglow-run.json', manifest=read_manifest(d))\n"
        "SIRIL.run(e, engine='siril-cli', program=sys.argv[2])\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, str(emission.folder), program], stderr=subprocess.DEVNULL)
    pids = tmp_path / "pids"
    for _ in range(1200):
        if pids.exists() and len(pids.read_text().split()) == 2:
            break
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    assert child.wait(timeout=60) != 0
    assert all(gone(int(pid)) for pid in pids.read_text().split())
    assert read_manifest(emission.folder).problems == ("the run was stopped",)


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_crash_is_named(plain, tmp_path):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    program = stand_in(tmp_path, "os.kill(os.getpid(), 6)")
    with pytest.raises(HostFailed, match="SIGABRT"):
        SIRIL.run(emission, engine="siril-cli", program=program)


def test_a_run_judged_again_with_a_line_missing_is_no_success(plain, tmp_path):
    """Outputs alone do not make a success: each part of the judgement stands for itself."""
    from ampglow_plugin.hosts.siril.outcome import judge
    from ampglow_plugin.hosts.siril.process import Finished
    from ampglow_plugin.hosts.siril.program import Program

    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    manifest = replace(emission.manifest, outputs=(), masters=())
    good = "".join(f"log: Running command: {c}\n" for c in manifest.commands)
    good += "log: Script execution finished successfully.\n"
    used = Program(command=("siril-cli",), version="1.4.2", series="1.4")

    def problems(text, status=0):
        return judge(manifest, emission.folder, used, Finished(status=status, output=text)).problems

    assert problems(good) == ()
    assert problems(good, status=1)
    assert problems(good.replace("finished successfully", "failed"))
    assert problems(good.replace("log: Script execution finished successfully.\n", ""))
    assert problems(good.replace("log: Running command: cd\n", "", 1))
    assert problems(good + "log: Running command: cd\n")
    assert problems(good + "log: Images must have same dimensions.\n")
    assert problems(good + "log: Warning code: -10 - More than one match\n")
    assert problems(good + "log: # Images must have same dimensions.\n") == ()
    assert problems(good + "log: Setting CWD (Current Working Directory) to '/Unknown command'\n") == ()
