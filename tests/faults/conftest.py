"""A small night with its plan, commands as processes of their own, and disks that end."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from astropy.io import fits

from ampglow_plugin.simulate import Truth, make_night
from tests.safety.every_command import call

ROOT = Path(__file__).resolve().parents[2]


def start(*words, env=None, under=(), **options):
    """A command as a user starts it, or ``under`` another program."""
    command = [*under, sys.executable, "-m", "ampglow_plugin", *map(str, words)]
    values = {**os.environ, "COLUMNS": "400", "PYTHONPATH": str(ROOT), **(env or {})}
    values.pop("AMPGLOW_SIRIL", None)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, env=values | (env or {}), **pipes, **options)


def ended(running, *, within_s=120):
    """Exit code and what was said; never a trace."""
    out, err = running.communicate(timeout=within_s)
    assert "Traceback" not in err, err
    return running.returncode, out + err


def ampglow(*words, env=None, within_s=120, **options):
    return ended(start(*words, env=env, **options), within_s=within_s)


def here(*words):
    """The command in this process, which saves the start of one: exit code, and what it said."""
    code, said = call([*map(str, words)])
    assert code in (0, 1, 2), said
    return code, said


def cut_short(folder):
    """Frames of a final name below ``folder`` that are not whole."""
    found = []
    for path in folder.rglob("*.fit"):
        if path.is_symlink() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        with fits.open(path, memmap=False) as units:
            if units[0].data is None or path.stat().st_size % 2880:
                found.append(path)
    return found


@dataclass(frozen=True)
class Night:
    folder: Path
    plan: Path

    @property
    def lights(self):
        return sorted((self.folder / "lights").glob("*.fits"))


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "400")


@pytest.fixture(scope="session")
def made_night(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    truth = Truth(width=240, height=160, star_count=20, seed=5)
    make_night(folder / "night", truth, lights=3, darks=5, flats=5, flatdarks=5)
    code, said = ampglow("plan", folder / "night", "--no-pixels", "-o", folder / "plan.yaml")
    assert code == 0, said
    return folder


@pytest.fixture
def night(made_night, tmp_path):
    """The test's own copy, and the plan of it: calibration alone."""
    shutil.copytree(made_night / "night", tmp_path / "night")
    plan = tmp_path / "plan.yaml"
    text = (made_night / "plan.yaml").read_text(encoding="utf-8")
    plan.write_text(text.replace(str(made_night), str(tmp_path)), encoding="utf-8")
    return Night(tmp_path / "night", plan)


@pytest.fixture
def disk(tmp_path):
    """``disk(bytes)`` is a folder on a disk of this size, which ends with the test."""
    with contextlib.ExitStack() as stack:

        def make(size):
            if sys.platform != "linux" or os.geteuid() != 0:
                pytest.skip("only root may mount a small disk")
            place = Path(tempfile.mkdtemp(dir=tmp_path))
            words = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "none", place]
            mounted = subprocess.run(words, capture_output=True, text=True, check=False)
            if mounted.returncode:
                pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
            stack.callback(subprocess.run, ["umount", "-l", place], check=True)
            return place

        yield make


@pytest.fixture
def hanging(tmp_path):
    """``hanging(folder)`` is a disk that shows it, and hangs where it is told to."""
    if sys.platform != "linux" or os.geteuid() != 0 or not Path("/dev/fuse").exists():
        pytest.skip("only root may mount a disk, and FUSE must be there")
    from tests.faults.hanging_disk import HangingDisk

    with contextlib.ExitStack() as stack:

        def make(folder):
            place = Path(tempfile.mkdtemp(dir=tmp_path))
            try:
                disk = HangingDisk(folder, place)
            except OSError as error:
                pytest.skip(f"no such disk can be mounted here: {error}")
            stack.callback(disk.close)
            return disk

        yield make


def fill(folder):
    """Take all the room that is left; the file that does."""
    filler = folder / "filler.bin"
    with filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        for size in (1 << 16, 4096):
            with contextlib.suppress(OSError):
                while file.write(b"\0" * size) == size:
                    pass
    return filler
