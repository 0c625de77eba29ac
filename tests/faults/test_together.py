"""Two commands at once in one place: one works, the other says so; a Siril that is killed or stops answering."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from ampglow_plugin.hosts.folder import read_manifest
from tests.faults.conftest import ampglow, cut_short, ended, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_two_runs_in_one_folder_do_not_meet(force, night, tmp_path):
    words = ("run", night.plan, "--engine", "builtin", "-o", tmp_path / "out", *force)
    runs = [start(*words), start(*words)]
    found = sorted(ended(run) for run in runs)
    assert found[0][0] == 0, found
    if not force:
        assert found[1][0] == 2
        assert "another ampglow works in this folder" in found[1][1] or "a finished run of this plan" in found[1][1]
    assert found[1][0] in (0, 2)  # with --force a second that waited long enough runs it again
    assert not cut_short(tmp_path / "out")
    assert read_manifest(tmp_path / "out").status == "succeeded"
    assert ampglow("verify", tmp_path / "out")[0] == 0


def test_two_builds_of_one_library_do_not_meet(night, tmp_path):
    words = ("library", "build", night.folder, "--engine", "builtin", "--no-pixels", "-o", tmp_path / "masters")
    runs = [start(*words, "--index", tmp_path / f"{number}.sqlite") for number in range(2)]
    found = sorted(ended(run) for run in runs)
    assert found[0][0] == 0, found
    assert found[1][0] == 0 or "another build writes into this folder" in found[1][1]
    assert not cut_short(tmp_path / "masters")
    assert len(list((tmp_path / "masters").glob("*.fit"))) == 3


def sirils(folder):
    """Processes of Siril that work below ``folder``."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
        except OSError:
            continue
        if words and b"siril" in Path(os.fsdecode(words[0])).name.encode() and os.fsencode(folder) in b" ".join(words):
            found.append(int(entry.name))
    return found


@pytest.mark.siril
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_siril_that_is_killed_is_named_and_leaves_no_half_written_frame(night, tmp_path, siril):
    out = tmp_path / "out"
    running = start("run", night.plan, "--siril", siril("1.4"), "-o", out)
    while running.poll() is None and not (out.exists() and list(out.glob(".ampglow-work/process/*.fit"))):
        time.sleep(0.002)
    killed = sirils(out)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    code, said = ended(running)
    assert killed
    assert code == 2, said
    assert "SIGKILL" in said
    assert "the whole log is" in said.replace("\n", " ")
    assert not cut_short(out)
    assert not list(out.glob(".ampglow-*"))
    assert not sirils(out)
    assert ampglow("run", night.plan, "--siril", siril("1.4"), "-o", out, "--force")[0] == 0


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("sleep 600", "did not answer within 1 s"),
        ("echo siril 0.9.12", "is Siril 0.9.12"),
        ("echo 'cannot open display: ' >&2; exit 1", "display"),
        ("exit 3", "does not start"),
    ],
    ids=["hangs", "wrong version", "no display", "ends at once"],
)
def test_a_siril_that_cannot_be_used_is_named_with_what_to_do(body, says, tmp_path, monkeypatch):
    from ampglow_plugin.errors import HostMissing
    from ampglow_plugin.hosts.siril import program

    monkeypatch.setattr(program, "ASK_TIMEOUT_S", 1.0)
    monkeypatch.setattr(program.shutil, "which", lambda name: name if name.startswith("/") else None)
    path = tmp_path / "siril-cli"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    began = time.monotonic()
    with pytest.raises(HostMissing, match=says) as caught:
        program.find(str(path))
    assert time.monotonic() - began < 20
    assert caught.value.fix
    assert caught.value.exit_code == 2
