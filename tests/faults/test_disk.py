"""Disks that are full, or become full, and places that nobody may write to or read from."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ampglow_plugin.hosts.folder import MANIFEST, read_manifest
from tests.faults.conftest import ampglow, cut_short, ended, fill, here, start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="tmpfs, setuid")

#: words of each command that writes; {night}, {plan} and {out} are filled in
WRITING = {
    "scan": ("scan", "{night}", "--index", "{out}/index.sqlite"),
    "plan": ("plan", "{night}", "--no-pixels", "-o", "{out}/plan.yaml"),
    "emit": ("emit", "{plan}", "-o", "{out}/script"),
    "emit for PixInsight": ("emit", "{plan}", "--host", "pixinsight", "-o", "{out}/script"),
    "run": ("run", "{plan}", "--engine", "builtin", "--no-pixels", "-o", "{out}/run"),
    "library build": (
        *("library", "build", "{night}", "--engine", "builtin", "--no-pixels"),
        *("--index", "{out}/index.sqlite", "-o", "{out}/masters"),
    ),
    "report": ("report", "{night}", "--no-pictures", "-o", "{out}/page.html"),
}


def words_of(name, night, out):
    return [word.format(night=night.folder, plan=night.plan, out=out) for word in WRITING[name]]


def named(folder):
    """Files of a final name, but for the database of the index and the mark of an unfinished folder."""
    paths = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith((".", "filler")))
    return [path for path in paths if "sqlite" not in path.name and path.name != MANIFEST]


@pytest.mark.parametrize("name", WRITING)
def test_a_full_disk_is_said_and_once_there_is_room_the_same_words_do(name, night, disk):
    out = disk(24_000_000)
    filler = fill(out)
    code, said = here(*words_of(name, night, out))
    assert code in (1, 2)
    assert any(word in said.lower() for word in ("no space left", "is full", "are free", "disk i/o")), said
    assert str(out) in said
    assert not named(out)
    filler.unlink()
    code, said = here(*words_of(name, night, out))
    assert code in (0, 1), said
    assert "no space" not in said.lower()
    assert named(out) or (out / "index.sqlite").exists()


@pytest.mark.parametrize("engine", ["builtin", "siril-cli"])
def test_a_disk_that_becomes_full_in_the_middle_leaves_no_half_written_frame(engine, night, disk, siril):
    out = disk(16_000_000) / "run"
    program = ("--siril", siril("1.4")) if engine == "siril-cli" else ()
    running = start("run", night.plan, "--engine", engine, *program, "--no-pixels", "-o", out)
    while running.poll() is None and not any(p.suffix == ".fit" and not p.is_symlink() for p in out.rglob("*.fit")):
        time.sleep(0.002)
    filler = fill(out.parent)
    code, said = ended(running)
    assert code == 2, said
    assert not cut_short(out)
    assert read_manifest(out).status in ("failed", "unfinished")
    filler.unlink()
    assert ampglow("run", night.plan, "--engine", engine, *program, "-o", out, "--force")[0] == 0


def test_an_index_on_a_disk_that_becomes_full_is_not_harmed(night, disk):
    out = disk(1_000_000)
    words = ("scan", night.folder, "--index", out / "index.sqlite")
    assert here(*words)[0] == 0
    fill(out)
    for number in range(300):
        shutil.copy(night.lights[0], night.folder / f"again_{number:04d}_{'x' * 200}.fits")
    code, said = here(*words)
    assert code == 2
    assert "has room" in said
    (out / "filler.bin").unlink()
    check = sqlite3.connect(out / "index.sqlite")
    assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    check.close()
    assert here(*words)[0] in (0, 1)


# ------------------------------------------------------------------------------------- nobody's


@pytest.fixture
def nobody(night):
    """Options that run a command as somebody whom modes stop, and a folder for it."""
    options = {}
    if os.geteuid() == 0:  # whom no mode stops, unless these rights are given up
        options["under"] = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
        if shutil.which("setpriv") is None:
            pytest.skip("root cannot give up its rights without setpriv (util-linux)")
    with tempfile.TemporaryDirectory(prefix="ampglow-faults-") as name:
        place = Path(name)
        place.chmod(0o755)
        (place / "home").mkdir()
        (place / "home").chmod(0o777)
        shutil.copytree(night.folder, place / "night")
        shutil.copy(night.plan, place / "plan.yaml")
        text = (place / "plan.yaml").read_text().replace(str(night.folder), str(place / "night"))
        (place / "plan.yaml").write_text(text)
        options["env"] = {
            "HOME": str(place / "home"),
            "XDG_CACHE_HOME": str(place / "home"),
            "TMPDIR": str(place / "home"),
        }
        options["cwd"] = place / "home"
        yield place, options
        for path in place.rglob("*"):
            with contextlib.suppress(OSError):
                path.chmod(0o755)


@pytest.mark.parametrize("name", WRITING)
def test_a_folder_that_may_not_be_written_to_is_named(name, nobody):
    place, options = nobody
    out = place / "locked"
    out.mkdir()
    out.chmod(0o555)
    words = [word.format(night=place / "night", plan=place / "plan.yaml", out=out) for word in WRITING[name]]
    code, said = ampglow(*words, **options)
    assert code == 2, said
    assert str(out) in said
    assert any(text in said.lower() for text in ("permission denied", "unable to open", "readonly")), said
    assert not list(out.iterdir())


@pytest.mark.parametrize("words", [("check",), ("headers",), ("glow",), ("scan", "--index", "i.sqlite")])
def test_a_frame_that_may_not_be_read_is_named(words, nobody):
    place, options = nobody
    dark = min((place / "night" / "darks").iterdir())
    dark.chmod(0o000)
    files = [place / "night"] if words[0] in ("check", "scan") else sorted((place / "night" / "darks").iterdir())[:2]
    code, said = ampglow(words[0], *files, *words[1:], "--json", **options)
    assert code in (0, 1, 2)
    assert dark.name in said
    assert "permission denied" in said.lower() or "is not readable" in said


def test_a_folder_that_may_not_be_listed_is_named(nobody):
    place, options = nobody
    (place / "night" / "darks").chmod(0o000)
    code, said = ampglow("scan", place / "night", "--index", "i.sqlite", **options)
    assert code in (0, 1)
    assert "darks" in said
    assert "permission denied" in said.lower()
