"""A network disk that hangs: each command ends in time and says which file, and what to do."""

from __future__ import annotations

import json
import sys
import time

import pytest

from ampglow_plugin import waiting
from ampglow_plugin.waiting import VARIABLE
from tests.faults.conftest import ampglow, here

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a file system of Linux")

SOON = {VARIABLE: "0.5"}
SAYS = "gave no answer within"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setenv(VARIABLE, SOON[VARIABLE])
    yield
    waiting._dead.clear()


@pytest.fixture
def disk(made_night, hanging):
    """The night on a disk that hangs where its test wants it to."""
    return hanging(made_night / "night")


def lights(disk):
    return sorted((disk.place / "lights").iterdir())


def test_a_process_ends_although_its_disk_does_not_answer(disk):
    light = lights(disk)[0]
    disk.hangs = lambda asked, path: asked == "read" and path.name == light.name
    began = time.monotonic()
    code, said = ampglow("headers", light, env=SOON, within_s=30)
    assert time.monotonic() - began < 20
    assert code == 2
    assert str(light) in said
    assert SAYS in said
    assert VARIABLE in said


@pytest.mark.parametrize("what", ["open", "read", "status"])
def test_a_file_that_hangs_is_given_up_and_the_scan_goes_on(what, disk, tmp_path):
    light = lights(disk)[1]
    disk.hangs = lambda asked, path: asked == what and path.name == light.name
    words = ("scan", disk.place, "--index", tmp_path / "index.sqlite", "--json")
    code, said = here(*words)
    assert code == 0, said
    assert disk.heard
    scan = next(record for record in map(json.loads, said.splitlines()) if record["record"] == "scan")
    told = [record for record in map(json.loads, said.splitlines()) if record["record"] == "problem"]
    assert len(told) == 1
    assert light.name in said
    assert SAYS in said
    if what != "status":  # which is asked of all in a folder; without it none of them is looked at
        assert told[0]["path"] == str(light)
        assert VARIABLE in told[0]["fix"]
        assert (scan["files"], scan["unreadable"]) == (18, 1)
    assert here(*words, "--strict")[0] == 1
    disk.hangs = lambda _asked, _path: False
    code, said = here(*words, "--strict")
    assert code == 0, said
    assert SAYS not in said
    assert f'"read":{3 if what == "status" else 1},' in said


def test_a_folder_that_hangs_is_given_up_and_the_others_are_read(disk, tmp_path):
    disk.hangs = lambda asked, path: asked == "list" and path.name == "darks"
    code, said = here("scan", disk.place, "--index", tmp_path / "index.sqlite", "--json")
    assert code == 0
    assert str(disk.place / "darks") in said
    assert SAYS in said
    assert '"files":13,' in said


@pytest.mark.parametrize("command", ["glow", "look", "verify", "diagnose"])
@pytest.mark.parametrize("from_bytes", [0, 8192], ids=["at once", "in the pixels"])
def test_a_frame_that_hangs_is_named(command, from_bytes, disk):
    light = lights(disk)[0]
    disk.hangs = lambda asked, path: asked == "read" and path.name == light.name
    disk.from_bytes = from_bytes
    more = ("--dark", min((disk.place / "darks").iterdir())) if command == "verify" else ()
    code, said = here(command, light, *more)
    assert disk.heard
    assert code in (1, 2), said
    assert light.name in said
    assert SAYS in " ".join(said.split())


@pytest.mark.parametrize("command", ["check", "plan", "scan"])
def test_a_disk_that_hangs_from_the_start_is_named(command, disk, tmp_path):
    disk.hangs = lambda _asked, _path: True
    more = (
        ("-o", tmp_path / "plan.yaml")
        if command == "plan"
        else ("--index", tmp_path / "i")
        if command == "scan"
        else ()
    )
    code, said = here(command, disk.place, *more, "--json")
    assert code == 2, said
    assert str(disk.place) in said
    assert SAYS in said
    assert '"record":"summary"' in said


def test_a_run_whose_frames_hang_ends_and_is_done_again(disk, tmp_path):
    plan = tmp_path / "plan.yaml"
    assert here("plan", disk.place, "--no-pixels", "-o", plan)[0] == 0
    light = lights(disk)[2]
    disk.hangs = lambda asked, path: asked == "read" and path.name == light.name
    words = ("run", plan, "--engine", "builtin", "--no-pixels", "-o", tmp_path / "out")
    code, said = here(*words)
    assert code == 2, said
    assert light.name in said
    assert SAYS in " ".join(said.split())
    disk.hangs = lambda _asked, _path: False
    assert here(*words)[0] == 0
