"""A Siril that is killed, hangs, is missing, of the wrong version or without a display: told with what to do."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from ampglow_plugin import api
from ampglow_plugin.errors import HostFailed
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.hosts.siril.program import SILENCE_VARIABLE, VARIABLE
from ampglow_plugin.hosts.siril.runner import run
from tests.faults.conftest import ampglow, cut_short, ended, start
from tests.injection.hostile import put_card
from tests.safety.every_command import call

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")


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


@pytest.mark.siril
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_a_siril_that_hangs_is_ended_and_leaves_no_half_written_frame(night, tmp_path, siril):
    """The real one, stopped in the middle of its work."""
    out = tmp_path / "out"
    running = start("run", night.plan, "--no-pixels", "--siril", siril("1.4"), "-o", out, env={SILENCE_VARIABLE: "4"})
    while running.poll() is None and not (out.exists() and list(out.glob(".ampglow-work/process/*.fit"))):
        time.sleep(0.002)
    stopped = sirils(out)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    code, said = ended(running)
    assert stopped
    assert code == 2, said
    assert "Siril said nothing for 4 s and was ended" in said
    assert SILENCE_VARIABLE in said
    assert not cut_short(out)
    assert not list(out.glob(".ampglow-*"))
    assert not sirils(out)
    assert read_manifest(out).status == "failed"


#: what a program does that is to be the siril-cli, and what must be said of it
UNFIT = {
    "hangs": ("exec /bin/sleep 600", "did not answer within 1 s"),
    "wrong version": ("echo siril 0.9.12", "is Siril 0.9.12; ampglow works with 1.0, 1.2, 1.4"),
    "newer version": ("echo siril 2.0.0", "is Siril 2.0.0; ampglow works with 1.0, 1.2, 1.4"),
    "no display": ("echo 'cannot open display: ' >&2; exit 1", "needs a display"),
    "ends at once": ("exit 3", "does not start"),
    "no program": (None, "is not a program that can be started"),
}


@pytest.mark.parametrize("how", UNFIT)
@pytest.mark.parametrize("named_by", ["option", "environment"])
def test_a_siril_that_cannot_be_used_is_named_with_what_to_do(how, named_by, night, tmp_path, monkeypatch):
    body, says = UNFIT[how]
    path = tmp_path / "siril-cli"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755 if body else 0o644)
    monkeypatch.setenv(SILENCE_VARIABLE, "1")
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))  # no xvfb-run, no Siril
    monkeypatch.delenv(VARIABLE, raising=False)
    if named_by == "environment":
        monkeypatch.setenv(VARIABLE, str(path))
    words = [*(("--siril", str(path)) if named_by == "option" else ()), "-o", str(tmp_path / "out")]
    began = time.monotonic()
    code, said = call(["run", str(night.plan), *words])
    assert time.monotonic() - began < 20
    said = " ".join(said.split())
    assert code == 2, said
    assert says in said
    assert str(path) in said.replace(" ", "")
    assert "-> install" in said
    assert "--siril PATH" in said or "xvfb" in said
    assert not (tmp_path / "out").exists()


def test_without_any_siril_the_way_to_one_is_told(night, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    monkeypatch.delenv(VARIABLE, raising=False)
    words = ["run", str(night.plan), "--no-pixels", "-o", str(tmp_path / "out")]
    code, said = call([*words, "--engine", "siril-cli"])
    assert code == 2
    assert "Siril is not installed" in said
    assert "apt install siril" in " ".join(said.split())
    code, said = call(words)  # what needs none does the work
    assert code == 0, said
    assert "embedded engine" in said


@pytest.mark.parametrize("text", ["soon", "-5"])
def test_a_time_that_is_none_is_refused(text, night, tmp_path, monkeypatch):
    monkeypatch.setenv(SILENCE_VARIABLE, text)
    code, said = call(["run", str(night.plan), "--siril", sys.executable, "-o", str(tmp_path / "out")])
    assert code == 2
    assert f"{SILENCE_VARIABLE} must be a number of seconds" in " ".join(said.split())


@pytest.mark.siril
def test_a_header_over_which_siril_hangs_is_told_in_time_where_it_came_after_the_emission(night, tmp_path, siril):
    """Two bytes 0x80 in a row, which 1.4 never gets over: refused at the emission, but a header may be edited later."""
    emission = api.emit(api.recheck(api.read_plan(night.plan)), tmp_path / "out", version="1.4")
    put_card(night.lights[1], "OBJECT", "M\u3000 31")
    with pytest.raises(HostFailed, match="said nothing for 3 s") as caught:
        run(emission, engine="siril-cli", program=str(siril("1.4")), progress=lambda *_: None, silence_timeout_s=3)
    assert SILENCE_VARIABLE in caught.value.fix
    assert not cut_short(emission.folder)
    assert not sirils(emission.folder)
    code, said = call(["emit", str(night.plan), "--host-version", "1.4", "-o", str(tmp_path / "again")])
    assert code == 2
    assert "over which Siril 1.4 hangs" in " ".join(said.split())
    assert not (tmp_path / "again").exists()
