"""The embedded engine as a user meets it: `ampglow run` and `ampglow demo`, with and without a Siril."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

import jsonschema
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.cli.main import main
from ampglow_plugin.errors import HostMissing, InputError
from ampglow_plugin.hosts import engines
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.model.plan import Calibrate
from ampglow_plugin.planning import PlanOptions, from_yaml, to_yaml
from ampglow_plugin.report.schema import schema
from ampglow_plugin.simulate import Truth, make_night
from tests.siril.conftest import state

FACTOR_TOLERANCE = 0.005
LIBRARIES = ("sep", "astroalign", "scipy")


@dataclass(frozen=True)
class Result:
    """What one command said."""

    code: int
    out: str
    err: str

    @property
    def records(self):
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def ampglow(capsys, monkeypatch):
    """One command where no Siril is on the PATH, nor named."""
    monkeypatch.delenv("AMPGLOW_SIRIL", raising=False)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words):
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        return Result(ended.value.code, *capsys.readouterr())

    return call


@pytest.fixture
def plain_install(monkeypatch):
    """As on a computer where `pip install` was not asked for the extra."""
    for name in LIBRARIES:
        monkeypatch.setitem(sys.modules, name, None)


def night(folder, truth, **options):
    files = make_night(folder / "night", truth, lights=4, darks=3, flats=3, flatdarks=2)
    check = api.check(files.lights, darks=files.darks, flats=files.flats, flat_darks=files.flatdarks)
    plan = folder / "plan.yaml"
    plan.write_text(to_yaml(api.plan(check, PlanOptions(**options)).plan), encoding="utf-8")
    return files, plan


@pytest.mark.parametrize(
    ("pattern", "rows", "height", "flip"),
    [("RGGB", "TOP-DOWN", 320, None), ("GRBG", "BOTTOM-UP", 320, 2), (None, "BOTTOM-UP", 321, 2)],
)
def test_named_engine_calibrates_and_its_outputs_are_proved(
    tmp_path, ampglow, monkeypatch, pattern, rows, height, flip
):
    truth = Truth(width=360, height=height, bayer_pattern=pattern, row_order=rows, flip_from=flip, seed=41)
    files, plan = night(tmp_path, truth, stack=True)
    before = state((*files.lights, *files.darks, *files.flats, *files.flatdarks))
    monkeypatch.setenv("AMPGLOW_SIRIL", "/nowhere/siril-cli")  # not asked for
    result = ampglow("run", plan, "--engine", "builtin", "--json")
    assert result.code == 0, result.err
    found = result.records
    for record in found:
        jsonschema.Draft202012Validator(schema()).validate(record)
    (ran,) = [r for r in found if r["record"] == "run"]
    assert (ran["status"], ran["host"], ran["engine"], ran["engine_why"]) == ("succeeded", "builtin", "builtin", None)
    proofs = [r for r in found if r["record"] == "proof"]
    assert [(p["verdict"], p["success"], p["decided_by"]) for p in proofs] == [("applied", "clean", "pixels")] * 4
    for proof in proofs:
        assert pattern is None or proof["pixels"]["mosaic"] == pattern
        assert abs(proof["factor"] - 1) < FACTOR_TOLERANCE
        assert (proof["header"]["host"], proof["header"]["claim"], proof["header"]["flat"]) == (
            "ampglow",
            "applied",
            True,
        )
        assert (proof["log"]["claim"], proof["log"]["success"]) == ("applied", True)
    assert state(before) == before
    assert Path(ran["folder"], *ran["products"]).is_file()
    again = ampglow("verify", ran["folder"])
    assert again.code == 0
    assert again.out.count("dark applied") == 4
    assert "has changed" not in again.out


def test_a_master_that_changed_after_the_run_is_said(tmp_path, ampglow):
    _, plan = night(tmp_path, Truth(width=360, height=320, seed=43), cosmetic=False)
    assert ampglow("run", plan, "--engine", "builtin", "-o", tmp_path / "out").code == 0
    masters = read_manifest(tmp_path / "out").masters
    for master in masters:
        assert master.sha256 == hashlib.sha256((tmp_path / "out" / master.path).read_bytes()).hexdigest()
    dark = next(tmp_path / "out" / m.path for m in masters if m.role == "dark")
    with fits.open(dark, mode="update") as units:
        units[0].header["OBJECT"] = "touched"
    result = ampglow("verify", tmp_path / "out")
    assert f"{dark.name} has changed since the run used it (4 of 4 proofs" in result.out
    found = [json.loads(line) for line in ampglow("verify", tmp_path / "out", "--json").out.splitlines()]
    assert [r["changed"] for r in found if r["record"] == "proof"] == [
        [f"{dark.name} has changed since the run used it"]
    ] * 4
    # a file that was reused, not built: its hash is that of the plan
    reuse = from_yaml(plan.read_text(encoding="utf-8"))
    reused = replace(next(m for m in reuse.masters if m.role == "dark"), file=str(dark), frames=(), steps=())
    groups = tuple(replace(g, steps=(Calibrate(dark=reused.id),)) for g in reuse.groups)
    plan.write_text(to_yaml(replace(reuse, masters=(reused,), groups=groups)), encoding="utf-8")
    assert ampglow("run", plan, "--engine", "builtin", "-o", tmp_path / "second").code == 0
    assert "has changed" not in ampglow("verify", tmp_path / "second").out
    with fits.open(dark, mode="update") as units:
        units[0].header["OBJECT"] = "again"
    assert f"{dark.name} has changed since the run used it" in ampglow("verify", tmp_path / "second").out


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_being_stopped_leaves_no_half_written_frame(tmp_path, ampglow, number, exit_code):
    truth = Truth(width=1000, height=800, seed=44, star_count=30)
    files = make_night(tmp_path / "night", truth, lights=12, darks=3, flats=0, flatdarks=0)
    check = api.check(files.lights, darks=files.darks)
    plan, out = tmp_path / "plan.yaml", tmp_path / "plan-run"
    plan.write_text(to_yaml(api.plan(check, PlanOptions(stack=True)).plan), encoding="utf-8")
    words = [sys.executable, "-m", "ampglow_plugin", "run", str(plan), "--engine", "builtin", "--no-pixels"]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for _ in range(1200):
        if len(list(out.glob("process/pp_*.fit"))) >= 2 or child.poll() is not None:
            break
        time.sleep(0.01)
    child.send_signal(number)
    _, err = child.communicate(timeout=120)
    assert child.returncode == exit_code, err
    assert "ampglow: stopped" in err
    assert "Traceback" not in err
    written = sorted(out.glob("*/*"))
    assert 2 <= len(list(out.glob("process/pp_*.fit"))) < 12
    assert not [p for p in out.rglob("*") if p.name.startswith(".")]
    for path in written:
        with fits.open(path) as units:
            units.verify("exception")
            assert units[0].data.shape[-2:] == (800, 1000)
    manifest = read_manifest(out)
    assert (manifest.status, manifest.problems) == ("unfinished", ("the run was stopped",))
    assert ampglow("verify", out).code == 1
    assert ampglow("run", plan, "--engine", "builtin").code == 0  # nothing of it was finished
    assert ampglow("run", plan, "--engine", "builtin").code == 2  # holds an earlier run


def test_without_a_siril_the_embedded_engine_is_used_and_the_reason_said(tmp_path, ampglow):
    _, plan = night(tmp_path, Truth(width=360, height=320, seed=42))
    result = ampglow("run", plan)
    assert result.code == 0, result.err
    assert "Siril is not installed" in result.err
    assert "embedded engine" in result.err
    assert "embedded engine" in result.out
    assert "because no Siril can be used: Siril is not installed" in result.out


def test_a_siril_that_was_named_is_not_replaced(tmp_path, ampglow, monkeypatch):
    _, plan = night(tmp_path, Truth(width=360, height=320, seed=42))
    with monkeypatch.context() as named_by:
        named_by.setenv("AMPGLOW_SIRIL", "/nowhere/siril-cli")
        named = ampglow("run", plan)
    assert named.code == 2
    assert "/nowhere/siril-cli" in named.err
    both = ampglow("run", plan, "--engine", "builtin", "--siril", "/usr/bin/siril-cli")
    assert both.code == 2
    assert "starts no program" in both.err
    assert not (tmp_path / "plan-run").exists()


def test_a_siril_that_cannot_be_used_is_named_in_the_reason(tmp_path, monkeypatch):
    old = tmp_path / "siril-cli"
    old.write_text("#!/bin/sh\necho 'siril 0.9.12'\n")
    old.chmod(0o755)
    monkeypatch.delenv("AMPGLOW_SIRIL", raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    used = engines.choose()
    assert used.name == engines.EMBEDDED
    assert f"{old}: is Siril 0.9.12" in used.why
    with pytest.raises(HostMissing, match=r"0\.9\.12"):
        engines.choose(engines.SIRIL_CLI)
    with pytest.raises(HostMissing, match=r"0\.9\.12"):
        engines.choose(program=str(old))
    with pytest.raises(InputError, match="starts no program"):
        engines.choose(engines.EMBEDDED, str(old))


def test_aligning_without_its_libraries_names_the_extra_and_writes_nothing(tmp_path, ampglow, plain_install):
    _, plan = night(tmp_path, Truth(width=360, height=320, seed=42))
    result = ampglow("run", plan)
    assert result.code == 2
    assert "astroalign, scipy, sep" in result.err
    assert "[engine]" in result.err
    assert not (tmp_path / "plan-run").exists()


def test_demo_of_a_plain_install_aligns_nothing_and_proves_the_calibration(tmp_path, ampglow, plain_install):
    result = ampglow("demo", "-o", tmp_path / "demo")
    assert result.code == 0, result.out + result.err
    assert "Frames are not aligned: aligning needs astroalign, scipy, sep" in result.out
    assert result.out.count("dark applied  clean") == 6
    assert not list((tmp_path / "demo/run/process").glob("r_*.fit"))


def test_demo_without_siril_proves_a_calibration(tmp_path):
    """In a process of its own, as a user without Siril starts it, from any folder."""
    environ = {k: v for k, v in os.environ.items() if k != "AMPGLOW_SIRIL"}
    environ |= {"PATH": str(tmp_path), "COLUMNS": "200"}
    command = [sys.executable, "-m", "ampglow_plugin", "demo"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environ, cwd=tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "because no Siril can be used" in result.stdout
    assert "AG201" in result.stdout  # the wrong darks were refused before
    assert result.stdout.count("dark applied  clean") == 6
    assert len(list((tmp_path / "ampglow-demo/run/process").glob("r_*.fit"))) == 6
    assert (tmp_path / "ampglow-demo/before-after.png").is_file()
    assert '<h1 id="verdict">PROVED</h1>' in (tmp_path / "ampglow-demo/report.html").read_text("utf-8")
