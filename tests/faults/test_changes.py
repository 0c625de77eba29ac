"""Files that vanish or change between being found and being used, and clocks that jump."""

from __future__ import annotations

import json
import random
import re
import time
from pathlib import Path

import pytest
from astropy.io import fits

import ampglow_plugin
from ampglow_plugin.hosts.folder import read_manifest
from tests.faults.conftest import cut_short, here

PACKAGE = Path(ampglow_plugin.__file__).parent


@pytest.fixture
def planned(night, hanging, tmp_path):
    """The night on a disk that can be watched, and the plan of it."""
    disk = hanging(night.folder)
    plan = tmp_path / "watched.yaml"
    code, said = here("plan", disk.place, "--no-pixels", "-o", plan)
    assert code == 0, said
    return disk, plan


def when(disk, begun, then):
    """Do ``then`` as soon as a frame is asked for while ``begun`` holds; the disk answers all the same."""
    done = []

    def watch(asked, path):
        if not done and asked in ("open", "read") and begun():
            done.append(path)
            then()
        return False

    disk.hangs = watch
    return done


def written(folder, pattern="*.fit*"):
    return lambda: any(not path.is_symlink() for path in folder.rglob(pattern))


@pytest.mark.siril
@pytest.mark.parametrize("engine", ["builtin", "siril-cli"])
def test_a_light_that_vanishes_in_the_middle_of_a_run_is_named(engine, night, planned, tmp_path, siril):
    disk, plan = planned
    out, light = tmp_path / "out", night.lights[-1]
    program = ("--siril", siril("1.4")) if engine == "siril-cli" else ()
    vanished = when(disk, written(out), lambda: light.rename(tmp_path / "kept"))
    words = ("run", plan, "--engine", engine, *program, "--no-pixels", "-o", out)
    code, said = here(*words)
    assert vanished
    assert code == 2, said
    assert light.name in said if engine == "builtin" else "3" in said
    assert not cut_short(out)
    assert read_manifest(out).status in ("failed", "unfinished")
    if engine == "builtin":  # Siril's own is shown where it is killed
        (tmp_path / "kept").rename(light)
        assert here(*words, "--force")[0] == 0


def test_a_dark_that_vanishes_in_the_middle_of_a_build_is_named(night, planned, tmp_path):
    disk, _ = planned
    out, index = tmp_path / "masters", tmp_path / "index.sqlite"
    dark = max((night.folder / "darks").iterdir())
    vanished = when(disk, lambda: out.exists() and any(out.iterdir()), lambda: dark.rename(tmp_path / "kept"))
    words = ("library", "build", disk.place, "--engine", "builtin", "--no-pixels", "--index", index, "-o", out)
    code, said = here(*words)
    assert vanished
    assert code in (1, 2), said
    assert dark.name in said
    assert not cut_short(out)
    (tmp_path / "kept").rename(dark)
    assert here(*words)[0] == 0
    assert len(list(out.glob("*.fit"))) == 3


def test_a_light_that_vanishes_while_a_script_is_written_is_named(night, planned, tmp_path):
    disk, plan = planned
    light, opened = night.lights[-1], []
    first = disk.place / "lights" / night.lights[0].name

    def begun():
        opened.append(first)
        return len(opened) > 30  # in the middle of all that is asked of some twenty files

    vanished = when(disk, begun, lambda: light.rename(tmp_path / "kept"))
    code, said = here("emit", plan, "-o", tmp_path / "out")
    assert vanished
    assert code == 2, said
    assert light.name in said
    assert not (tmp_path / "out").exists()


def test_a_light_that_changes_in_the_middle_of_a_run_is_told(night, planned, tmp_path):
    """Its hash was taken before; what it holds now is what was calibrated, and that is what is proved."""
    disk, plan = planned
    out, light = tmp_path / "out", night.lights[-1]

    def change():
        with fits.open(light, mode="update") as units:
            units[0].data = units[0].data[::-1, ::-1].copy()

    changed = when(disk, written(out), change)
    code, said = here("run", plan, "--engine", "builtin", "--no-pixels", "-o", out)
    assert changed
    assert code == 0, said
    assert f"{light.name} has changed since the script was made" in said


@pytest.mark.parametrize("command", ["emit", "run"])
def test_a_light_of_another_exposure_in_place_of_the_planned_one_is_refused(command, night, tmp_path):
    """Its size is the same; the plan was made from another header."""
    light = night.lights[1]
    with fits.open(light, mode="update") as units:
        units[0].header["EXPTIME"] = 60.0
        units[0].header["EXPOSURE"] = 60.0
    words = ("--engine", "builtin") if command == "run" else ()
    code, said = here(command, night.plan, *words, "-o", tmp_path / "out")
    assert code == 1, said
    assert "AG201 1 light of M 31, 60 s: exposure differs" in said
    assert not (tmp_path / "out").exists()


def test_a_dark_that_changes_after_the_scan_is_read_again(night, tmp_path):
    words = ("--index", tmp_path / "index.sqlite")
    assert here("scan", night.folder, *words)[0] == 0
    dark = min((night.folder / "darks").iterdir())
    with fits.open(dark, mode="update") as units:
        units[0].header["GAIN"] = 400
    _, told = here("library", "show", night.folder, *words, "--json")
    gains = {
        cell.get("gain") for cell in map(json.loads, told.splitlines()) if cell.get("kind") == "dark" or "gain" in cell
    }
    assert 400 in gains, told


# ----------------------------------------------------------------------------------------------------- clocks


def test_nothing_is_timed_by_a_clock_that_may_be_set():
    """Waiting and measuring rest on the clock that only goes on; the other one dates what is written."""
    wrong = re.compile(r"\btime\.(time|time_ns|gmtime|localtime|ctime)\b|^from time import", re.MULTILINE)
    found = {path.name for path in PACKAGE.rglob("*.py") if wrong.search(path.read_text(encoding="utf-8"))}
    # against times of files: what seems to be of the future, or of long ago, is looked at again when it changes
    assert found == {"arrivals.py"}


@pytest.mark.siril
def test_a_clock_that_jumps_while_it_runs_changes_nothing(night, tmp_path, siril, monkeypatch):
    clock, dice = time.time, random.Random(3)
    monkeypatch.setattr(time, "time", lambda: clock() + dice.uniform(-1e8, 1e8))
    code, said = here("run", night.plan, "--siril", siril("1.4"), "--no-pixels", "-o", tmp_path / "out")
    assert code == 0, said
