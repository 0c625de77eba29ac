"""The whole path on the command line: check, plan, run on a real Siril, verify."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import jsonschema
import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.cli.main import main
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.report.schema import schema
from ampglow_plugin.simulate import Truth, make_night
from tests.siril.conftest import state
from tests.siril.test_run import HANGS, gone, stand_in

#: of the exposure of the lights, the others are of 2400 s
RIGHT, WRONG = "flat_dark", "dark"


@pytest.fixture
def ampglow(capsys, monkeypatch):
    """Exit code, stdout and stderr of one command; no Siril is found but the one that is named."""
    monkeypatch.delenv("AMPGLOW_SIRIL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words):
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        return ended.value.code, *capsys.readouterr()

    return call


@pytest.fixture
def records(ampglow):
    """Exit code and records of one command, each valid against the schema."""
    check = jsonschema.Draft202012Validator(schema())

    def call(*words):
        code, out, _ = ampglow(*words, "--json")
        found = [json.loads(line) for line in out.splitlines()]
        for record in found:
            check.validate(record)
        assert found[-1]["record"] == "summary"
        assert found[-1]["exit"] == code
        return code, found

    return call


def of(found, kind):
    return [r for r in found if r["record"] == kind]


@pytest.mark.siril
def test_ccd_frames_whose_darks_are_named_flat_darks(real_data, siril, tmp_path, records):
    """Flats given as lights: the darks of their exposure are found and used, those of 2400 s are not."""
    folder = real_data / "qsi683"
    lights = sorted(folder.glob("flat_[12].fit"))
    right, wrong = (sorted(folder.glob(f"{name}_[12].fit")) for name in (RIGHT, WRONG))
    before = state((*lights, *right, *wrong))
    code, found = records("check", *lights, "--darks", *right, *wrong)
    assert code == 0
    (match,) = of(found, "match")
    assert match["darks"] == [str(p) for p in right]
    assert match["age_days"] == pytest.approx(190, abs=1)
    assert {r["field"] for r in match["rejections"]} == {"exposure_s"}
    assert [r["severity"] for r in of(found, "finding") if r["rule"] == "AG211" and r["outcome"] == "failed"] == [
        "warning"
    ]
    assert records("plan", *lights, "--darks", *right, *wrong, "-o", tmp_path / "plan.yaml")[0] == 0
    out = tmp_path / "out"
    code, found = records("run", tmp_path / "plan.yaml", "-o", out, "--siril", siril("1.4"))
    assert code == 0
    assert of(found, "run")[0]["status"] == "succeeded"
    _, again = records("verify", out)
    for proofs in (of(found, "proof"), of(again, "proof")):
        assert len(proofs) == 2
        for proof in proofs:
            assert (proof["verdict"], proof["success"]) == ("applied", "clean")
            assert proof["factor"] == pytest.approx(1.0, abs=0.005)
            assert proof["decided_by"] == "pixels"
            assert proof["header"]["claim"] == proof["log"]["claim"] == "applied"
    assert state((*lights, *right, *wrong)) == before


def test_ccd_frames_with_darks_of_another_exposure_are_refused(real_data, tmp_path, ampglow):
    folder = real_data / "qsi683"
    target = tmp_path / "plan.yaml"
    words = (*folder.glob("flat_[12].fit"), "--darks", *folder.glob("dark_[12].fit"))
    code, _, err = ampglow("plan", *words, "-o", target)
    assert code == 1
    assert "2400 s" in err
    assert not target.exists()


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.2", "1.4"])
def test_every_record_of_emit_and_run_is_in_the_schema(mono, siril, series, tmp_path, records):
    f = mono.files
    words = (*f.lights, "--darks", *f.darks, "--flats", *f.flats, "--flat-darks", *f.flatdarks)
    assert records("plan", *words, "-o", tmp_path / "plan.yaml")[0] == 0
    code, found = records(
        "emit", tmp_path / "plan.yaml", "--host", "siril", "--host-version", series, "-o", tmp_path / "out"
    )
    assert (code, len(of(found, "emission"))) == (0, 1)
    code, found = records("run", tmp_path / "plan.yaml", "-o", tmp_path / "ran", "--siril", siril(series))
    assert (code, len(of(found, "run")), len(of(found, "proof"))) == (0, 1, 3)


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.4"])
def test_nothing_that_the_run_made_is_a_stranger(osc, siril, series, tmp_path, ampglow):
    """Frames of masters, aligned frames and the twin of a lone light are the run's own; a copied frame is not."""
    f = osc.files
    for name, lights in (("three", f.lights), ("one", f.lights[:1])):
        words = (*lights, "--darks", *f.darks, "--flats", *f.flats, "--flat-darks", *f.flatdarks)
        assert ampglow("plan", *words, "-o", tmp_path / f"{name}.yaml")[0] == 0
        code, out, _ = ampglow("run", tmp_path / f"{name}.yaml", "-o", tmp_path / name, "--siril", siril(series))
        assert code == 0
        assert "Not judged" not in out
        copied = tmp_path / name / "process" / "pp_other_00001.fit"
        copied.write_bytes(next((tmp_path / name / "process").glob("pp_light*_00001.fit")).read_bytes())
        assert copied.name in ampglow("verify", tmp_path / name)[1]


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.2", "1.4"])
def test_frames_of_an_earlier_longer_night_are_not_taken_in(mono, siril, series, tmp_path, ampglow):
    """Siril itself takes what an earlier sequence of the name left for part of the new one."""
    f = mono.files
    for count in (3, 2):
        plan = tmp_path / "plan.yaml"
        assert ampglow("plan", *f.lights[:count], "--darks", *f.darks, "-o", plan, "--force")[0] == 0
        assert ampglow("run", plan, "-o", tmp_path / "out", "--siril", siril(series), "--force")[0] == 0
    manifest = read_manifest(tmp_path / "out")
    assert len(manifest.outputs) == 2
    assert len(list((tmp_path / "out" / "process").glob("pp_light*.fit"))) == 2


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.2", "1.4"])
def test_lights_that_cannot_be_aligned(mono, siril, series, tmp_path, ampglow):
    """A run that breaks off after calibration: an error with Siril's words, and the frames can be proved."""
    lights = []
    for i, light in enumerate(mono.files.lights):
        with fits.open(light) as file:
            noise = np.random.default_rng(i).normal(1500, 20, file[0].data.shape)
            lights.append(tmp_path / f"clouds_{i}.fits")
            fits.PrimaryHDU(noise.astype(np.uint16), file[0].header).writeto(lights[-1])
    plan, out = tmp_path / "plan.yaml", tmp_path / "out"
    assert ampglow("plan", *lights, "--darks", *mono.files.darks, "--no-pixels", "-o", plan)[0] == 0
    code, _, err = ampglow("run", plan, "-o", out, "--no-pixels", "--siril", siril(series))
    assert code == 2
    assert "(register)" in err
    assert "star" in err.split("(register)")[1]
    assert f"ampglow verify {out}" in err
    assert read_manifest(out).status == "failed"
    assert "dark applied" in ampglow("verify", out)[1]


@pytest.mark.siril
def test_a_dark_swapped_after_the_plan_was_made(mono, siril, tmp_path, records, ampglow):
    """The file of the master is another one by the time of the run: what was used is what is judged."""
    with fits.open(mono.files.darks[0]) as file:
        master, header = tmp_path / "dark.fits", file[0].header
        fits.PrimaryHDU(file[0].data, header).writeto(master)
        plan = tmp_path / "plan.yaml"
        assert ampglow("plan", *mono.files.lights, "--darks", master, "-o", plan)[0] == 0
        fits.PrimaryHDU(file[0].data[::2, ::2].copy(), header).writeto(master, overwrite=True)
    code, found = records("run", plan, "-o", tmp_path / "out", "--siril", siril("1.4"))
    assert code == 1
    assert [f["rule"] for f in of(found, "finding") if f["severity"] == "error"] == ["AG207", "AG209"]
    assert of(found, "run") == []
    assert not (tmp_path / "out").exists()


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.4"])
def test_a_run_that_works_with_a_dark_that_does_not_fit(siril, series, tmp_path, records):
    """All that was asked for was done, and the glow is still there: the exit code says so."""
    night = make_night(
        tmp_path / "night", Truth(width=320, height=240), lights=2, darks=0, flats=0, flatdarks=0, wrong_darks=3
    )
    plan = tmp_path / "plan.yaml"
    words = ("plan", *night.lights, "--darks", *night.wrong_darks, "-o", plan)
    assert records(*words)[0] == 1
    assert records(*words, "--allow", "AG201=the only darks")[0] == 0
    code, found = records("run", plan, "-o", tmp_path / "out", "--siril", siril(series))
    (ran,) = of(found, "run")
    assert ran["status"] == "succeeded"
    assert ran["allowed"][0]["reason"] == "the only darks"
    proofs = of(found, "proof")
    assert len(proofs) == 2
    assert all(p["success"] != "clean" for p in proofs)
    assert code == 1


@pytest.mark.siril
@pytest.mark.parametrize("flats", [True, False])
def test_a_run_without_a_dark_proves_nothing(mono, siril, tmp_path, records, flats):
    """1.0 leaves no HISTORY: nobody can say more than that nothing is known, which is no success."""
    f = mono.files
    plan = tmp_path / "plan.yaml"
    words = ("--flats", *f.flats, "--flat-darks", *f.flatdarks) if flats else ()
    assert records("plan", *f.lights, *words, "--allow", "AG209=a try", "-o", plan)[0] == 0
    code, found = records("run", plan, "-o", tmp_path / "out", "--siril", siril("1.0"))
    assert of(found, "run")[0]["status"] == "succeeded"
    assert len(of(found, "proof")) == (3 if flats else 0)
    assert found[-1]["errors"] == 0
    assert (code, found[-1]["verdict"]) == (1, "unknown")


@pytest.mark.skipif(os.name != "posix", reason="process groups")
@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_being_stopped_ends_siril_and_is_told_by_the_exit_code(mono, tmp_path, ampglow, number, exit_code):
    plan = tmp_path / "plan.yaml"
    assert ampglow("plan", *mono.files.lights, "--darks", *mono.files.darks, "-o", plan)[0] == 0
    words = [sys.executable, "-m", "ampglow_plugin", "run", plan, "--siril", stand_in(tmp_path, HANGS)]
    child = subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    pids = tmp_path / "pids"
    for _ in range(400):
        if pids.exists() and len(pids.read_text().split()) == 2:
            break
        time.sleep(0.05)
    child.send_signal(number)
    _, err = child.communicate(timeout=120)
    assert child.returncode == exit_code
    assert "stopped" in err
    assert "Traceback" not in err
    assert all(gone(int(pid)) for pid in pids.read_text().split())
    assert read_manifest(tmp_path / "plan-run").problems == ("the run was stopped",)


def test_json_ends_with_a_summary_where_nothing_could_be_run(mono, tmp_path, records):
    plan = tmp_path / "plan.yaml"
    assert records("plan", *mono.files.lights, "--darks", *mono.files.darks, "-o", plan)[0] == 0
    code, found = records("run", plan, "--siril", tmp_path / "nothing")
    assert code == 2
    assert found == [
        {"record": "summary", "v": 1, "verdict": "unknown", "errors": 1, "warnings": 0, "skipped": 0, "exit": 2}
    ]


def test_json_of_a_refused_plan_names_the_rules(mono, tmp_path, records):
    plan = tmp_path / "plan.yaml"
    assert records("plan", *mono.files.lights, "--darks", *mono.files.darks, "-o", plan)[0] == 0
    text = plan.read_text(encoding="utf-8")
    groups = text.index("groups:")
    plan.write_text(text[:groups] + text[groups:].replace("dark_scaling: none", "dark_scaling: optimize"))
    code, found = records("emit", plan, "-o", tmp_path / "out")
    assert code == 1
    assert [r["rule"] for r in of(found, "finding") if r["outcome"] == "failed"] == ["AG303"]
    assert found[-1]["verdict"] == "no_go"
