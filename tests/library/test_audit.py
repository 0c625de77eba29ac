"""``ampglow verify ARCHIVE``: which of thousands of old outputs are badly calibrated?"""

from __future__ import annotations

import gc
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.simulate import GlowSource, Truth, make_night
from tests.library.conftest import named

TRUTH = Truth(width=360, height=320, seed=41, glows=(GlowSource(amplitude_adu=500.0, decay_px=90.0),))


def processed(source, target, pixels, **cards):
    """An output of another program: 32-bit floats, 0..1."""
    header = fits.getheader(source)
    for keyword in ("BZERO", "BSCALE", "SWCREATE"):
        header.remove(keyword, ignore_missing=True)
    header["PROGRAM"] = "Siril 1.4.2"
    for keyword, value in cards.items():
        header[keyword] = value
    target.parent.mkdir(parents=True, exist_ok=True)
    fits.PrimaryHDU((pixels / 65535).astype(np.float32), header).writeto(target)
    return target


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A library with its index, and an archive: raw lights, outputs good and bad, a run, junk."""
    place = tmp_path_factory.mktemp("audit")
    night = make_night(place / "night", TRUTH, lights=4, darks=8, flats=0, flatdarks=0)
    shutil.move(night.folder / "darks", place / "library" / "darks")
    index = place / "index.sqlite"
    options = api_options(place / "library" / "masters")
    [master, *_] = api.build_masters([place / "library"], options, index=index, engine="builtin").masters
    dark = fits.getdata(master.path).astype(np.float64) * 65535
    archive = place / "archive"
    lights = sorted((night.folder / "lights").iterdir())
    raw = [fits.getdata(path).astype(np.float64) for path in lights]
    processed(lights[0], archive / "2024" / "pp_good.fit", raw[0] - dark)
    processed(lights[1], archive / "2024" / "pp_none.fit", raw[1])
    processed(
        lights[2],
        archive / "2025" / "process" / "pp_half.fit",
        raw[2] - 0.5 * (dark - np.median(dark)) - np.median(dark),
    )
    processed(lights[3], archive / "2025" / "other.fit", raw[3] - dark, GAIN=0)
    shutil.copytree(night.folder / "lights", archive / "raw")
    shutil.copy(master.path, archive / "dark.fit")
    (archive / "broken.fit").write_bytes(b"SIMPLE  = nothing")
    (archive / "._pp_good.fit").write_bytes(b"junk of macOS")
    plan = api.plan(api.check([night.folder / "lights"], darks=[master.path], pixels=False))
    api.run(plan, archive / "deep" / "er" / "and" / "run", engine="builtin")
    api.update_index([place / "library"], index=index)
    return place


def api_options(output):
    from ampglow_plugin.library.build import BuildOptions

    return BuildOptions(output=output)


@pytest.fixture
def verify(ampglow, world, tmp_path):
    def call(*words, root=None):
        said = ampglow(
            *("verify", root or world / "archive", "--index", world / "index.sqlite"),
            *("--journal", tmp_path / "journal.sqlite", *words),
        )
        assert "Traceback" not in said.err
        return said

    return call


def found(said, world):
    proofs = [r for r in said.records if r["record"] == "proof"]
    return {Path(p["path"]).relative_to(world / "archive").as_posix(): (p["verdict"], p["success"]) for p in proofs}


def test_every_output_is_judged_the_worst_first(verify, world):
    said = verify("--json")
    judged = found(said, world)
    run = [
        f"deep/er/and/run/process/{p.name}" for p in sorted((world / "archive/deep/er/and/run/process").glob("pp_*"))
    ]
    assert set(judged) == {"2024/pp_good.fit", "2024/pp_none.fit", "2025/process/pp_half.fit", "2025/other.fit", *run}
    assert len(run) == 4
    assert judged["2024/pp_good.fit"] == ("applied", "clean")
    assert judged["2024/pp_none.fit"] == ("not_applied", "residual")
    assert judged["2025/process/pp_half.fit"][1] == "residual"
    assert judged["2025/other.fit"][1] == "undecided"
    assert {judged[name] for name in run} == {("applied", "clean")}
    assert list(judged)[:3] == ["2024/pp_none.fit", "2025/process/pp_half.fit", "2025/other.fit"]
    summary = json.loads(said.out.splitlines()[-1])
    assert (said.code, summary["verdict"], summary["bad"], summary["open"], summary["clean"]) == (1, "no_go", 2, 1, 5)
    assert summary["passed_over"]["raw frames"] == 4
    assert summary["passed_over"]["masters and intermediate frames of a run"] == 4
    assert summary["passed_over"]["calibration frames"] == 1
    assert [Path(r["path"]).name for r in said.records if r["record"] == "problem"] == ["broken.fit"]


def test_a_dark_that_was_found_is_said_to_be_found(verify, world):
    proofs = {Path(r["path"]).name: r for r in verify("--json").records if r["record"] == "proof"}
    good = proofs["pp_good.fit"]
    assert any("need not be the one that was used" in reason for reason in good["reasons"])
    assert Path(good["inputs"]["dark"]).name.startswith("MasterDark")
    assert any("no dark of the library fits" in reason for reason in proofs["other.fit"]["reasons"])
    assert "dark" not in proofs["other.fit"]["inputs"]


def test_a_second_audit_proves_nothing_anew_until_a_file_changes(verify, world, monkeypatch, tmp_path):
    archive = shutil.copytree(world / "archive" / "2024", tmp_path / "archive")
    first = json.loads(verify("--json", root=archive).out.splitlines()[-1])
    assert first["proved"] == 2
    again = verify("--json", root=archive)
    assert json.loads(again.out.splitlines()[-1])["proved"] == 0
    assert len([r for r in again.records if r["record"] == "proof"]) == 2
    os.utime(archive / "pp_good.fit", (1, 1))
    assert json.loads(verify("--json", root=archive).out.splitlines()[-1])["proved"] == 1
    (archive / "pp_none.fit").unlink()
    last = verify("--json", root=archive)
    assert (last.code, json.loads(last.out.splitlines()[-1])["proved"]) == (0, 0)
    assert [Path(r["path"]).name for r in last.records] == ["pp_good.fit"]


def test_headers_alone_are_asked_where_pixels_are_not(verify, world):
    judged = found(verify("--json", "--no-pixels"), world)
    assert {success for _, success in judged.values()} == {"undecided"}
    assert {done for name, (done, _) in judged.items() if name.startswith("deep")} == {"applied"}


def test_lines_go_into_a_file_with_the_journal_beside_it(ampglow, world, tmp_path):
    target = tmp_path / "audit.jsonl"
    said = ampglow("verify", world / "archive" / "2024", "--index", world / "index.sqlite", "-o", target)
    assert said.code == 1
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [Path(line["path"]).name for line in lines] == ["pp_none.fit", "pp_good.fit"]
    assert (tmp_path / "audit.jsonl.journal").exists()
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.endswith(".part")) == []


def test_words(verify, world):
    said = verify()
    first, *_ = said.out.splitlines()
    assert first.startswith("2024/pp_none.fit: NO dark applied, NOT clean")
    assert "2 badly calibrated, 1 not decided, 5 clean; 8 proved now, 0 known from before" in said.out
    assert "not readable: " in said.out
    assert "passed over: 4 raw frames" in said.out


def test_an_archive_without_outputs_has_no_verdict(verify, world):
    said = verify("--json", root=world / "archive" / "raw")
    assert (said.code, json.loads(said.out)["verdict"]) == (0, "unknown")


def test_a_wrong_journal_is_told(ampglow, world, tmp_path):
    (tmp_path / "j").write_text("my diary")
    said = ampglow("verify", world / "archive" / "2024", "--journal", tmp_path / "j", "--index", world / "index.sqlite")
    assert said.code == 2
    assert "the journal cannot be used" in said.err
    assert (tmp_path / "j").read_text() == "my diary"


def test_options_of_an_audit_are_for_an_audit_alone(ampglow, world):
    run = world / "archive" / "deep" / "er" / "and" / "run"
    assert ampglow("verify", run, "--no-pixels").code == 2
    assert ampglow("verify", world / "archive", "--audit", "--sample", "3").code == 2
    assert ampglow("verify", run).code == 0


@pytest.mark.parametrize("ending", ["SIGINT", "SIGKILL"])
def test_what_was_proved_stays_proved_whatever_ends_it(world, tmp_path, verify, ending):
    archive = tmp_path / "many"
    for number in range(8):
        place = archive / f"{number:02d}"
        place.mkdir(parents=True)
        shutil.copy(world / "archive" / "2024" / "pp_good.fit", place / "pp_a.fit")
    words = ["verify", archive, "--index", world / "index.sqlite", "--journal", tmp_path / "journal.sqlite"]
    running = subprocess.Popen([sys.executable, "-m", "ampglow_plugin", *map(str, words)], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 90
    while _kept(tmp_path / "journal.sqlite") < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(getattr(signal, ending))
    code = running.wait(timeout=60)
    kept = _kept(tmp_path / "journal.sqlite")
    assert kept >= 2
    said = verify("--json", root=archive)
    summary = json.loads(said.out.splitlines()[-1])
    assert summary["proved"] == 8 - kept
    assert summary["clean"] == 8
    assert code != 0 or kept == 8


def _kept(journal):
    try:
        with sqlite3.connect(f"file:{journal}?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM proofs").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_memory_does_not_grow_with_the_number_of_outputs(tmp_path, monkeypatch):
    """Proofs are stood in for by a small one: what is measured is what the audit itself keeps."""
    from ampglow_plugin.library import audit as module
    from ampglow_plugin.library.audit import audit
    from ampglow_plugin.library.journal import Journal
    from ampglow_plugin.model.evidence import Evidence, Proof, Verdict
    from ampglow_plugin.proof.pairing import Job

    def proof(job, _masters):
        verdict = Verdict(done="undecided", success="undecided", decided_by=None, reasons=("x" * 200,))
        return Proof(path=str(job.output), inputs={}, evidence=Evidence(path=str(job.output)), verdict=verdict)

    class NoLibrary:
        def jobs(self, frames):
            return {frame.path: Job(output=Path(frame.path)) for frame in frames}

    monkeypatch.setattr(module, "prove_what_is_there", proof)
    fits.PrimaryHDU(np.zeros((4, 4), np.float32)).writeto(tmp_path / "one.fit")
    kept = []
    for run, count in enumerate((100, 300, 900, 900)):  # the first loads modules and tables
        root = tmp_path / f"a{run}"
        for number in range(count):
            place = root / str(number // 200)
            place.mkdir(parents=True, exist_ok=True)
            os.link(tmp_path / "one.fit", place / f"r_pp_{number}.fit")
        with Journal(root, tmp_path / f"j{run}") as journal:
            tracemalloc.start()
            made = audit(root, journal, NoLibrary(), progress=lambda *_: None)
            assert sum(1 for _ in journal.proofs()) == count
            gc.collect()
            kept.append(tracemalloc.get_traced_memory()[0])
            tracemalloc.stop()
        assert made.counts.open == count
    # 20 bytes an output; threads of other tests may add to one of the two, not to both
    assert min(kept[2:]) - kept[1] < 20 * 600


@pytest.mark.siril("1.4")
def test_real_stacks_of_siril_with_and_without_a_dark(ampglow, siril, tmp_path):
    """Siril's stacks tell nothing of the dark in their headers; their pixels do."""
    night = make_night(tmp_path / "night", TRUTH, lights=4, darks=8, flats=0, flatdarks=0).folder
    shutil.move(night / "darks", tmp_path / "library")
    index, place = tmp_path / "index.sqlite", tmp_path / "work"
    api.update_index([night], index=index)
    words = ("library", "build", tmp_path / "library", "-o", tmp_path / "masters", "--index", index, "--json")
    [dark] = named(ampglow(*words, "--siril", siril("1.4")).records, "dark")
    place.mkdir()
    shutil.copy(dark["path"], place / "dark.fit")
    for name, options in (("with", "-dark=../dark "), ("without", "")):
        home = place / name
        home.mkdir()
        for number, path in enumerate(sorted((night / "lights").iterdir()), start=1):
            shutil.copy(path, home / f"light_{number:05d}.fit")
        script = home / "s.ssf"
        calibrate = f"calibrate light {options}-cfa -debayer" if options else "calibrate light -debayer"
        stack = f"stack r_pp_light rej 3 3 -norm=none -nonorm -out=../../archive/{name}"
        script.write_text(f"requires 1.4.0\n{calibrate}\nregister pp_light\n{stack}\n".replace("-norm=none ", ""))
        (tmp_path / "archive").mkdir(exist_ok=True)
        env = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
        ran = subprocess.run(
            [siril("1.4"), "-d", home, "-s", script], env=env, capture_output=True, text=True, timeout=300, check=False
        )
        assert ran.returncode == 0, ran.stdout[-3000:]
    said = ampglow(
        *("verify", tmp_path / "archive", "--index", index, "--library", tmp_path / "masters"),
        *("--journal", tmp_path / "j", "--json"),
    )
    judged = {Path(r["path"]).stem: (r["verdict"], r["success"]) for r in said.records if r["record"] == "proof"}
    assert judged["without"][1] == "residual", said.out
    assert judged["with"][1] in ("clean", "undecided"), said.out
    assert next(iter(judged)) == "without"


def test_where_there_are_single_darks_alone_the_newest_serves(verify, world):
    """The index of the folder of singles knows no master."""
    said = verify("--json", "--library", world / "library" / "darks", root=world / "archive" / "2024")
    proofs = {Path(r["path"]).name: r for r in said.records if r["record"] == "proof"}
    assert {Path(p["inputs"]["dark"]).parent.name for p in proofs.values()} == {"darks"}
    assert any("it is a single frame, no master" in reason for reason in proofs["pp_good.fit"]["reasons"])
    assert proofs["pp_none.fit"]["success"] == "residual"
    assert proofs["pp_good.fit"]["success"] in ("clean", "undecided")


@pytest.mark.parametrize("done", ["scaled", "wrong_dark", "applied_twice", "applied", "not_applied"])
def test_by_a_dark_that_was_found_no_factor_is_claimed(done):
    from ampglow_plugin.library.found_inputs import of_found_dark
    from ampglow_plugin.library.journal import BAD, OPEN, rank
    from ampglow_plugin.model.evidence import Evidence, PixelEvidence, Proof, Verdict

    for success, is_bad in (("residual", True), ("undecided", done == "not_applied")):
        verdict = Verdict(done=done, success=success, decided_by="pixels")
        proof = of_found_dark(
            Proof(path="x", inputs={}, evidence=Evidence(path="x", pixels=PixelEvidence(rung=2)), verdict=verdict)
        )
        claimed = done in ("applied", "not_applied")
        assert proof.verdict.done == (done if claimed else "undecided")
        assert proof.verdict.success == success
        assert bool(proof.verdict.hypotheses) is not claimed
        assert rank(proof) == (BAD if is_bad else OPEN)
