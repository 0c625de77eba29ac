"""A night in folders, and the real Siril 1.4 with a Python environment of its own that holds this package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from ampglow_plugin.simulate import Truth, make_night
from tests.siril.conftest import plain  # noqa: F401 - a fixture

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPTS = REPOSITORY / "siril_scripts"
TIMEOUT_S = 180


def missing(why):
    """A skip; a failure where the real Siril is required."""
    if os.environ.get("AMPGLOW_REQUIRE_SIRIL") == "1":
        pytest.fail(why)
    pytest.skip(why)


@dataclass(frozen=True)
class Inside:
    """siril-cli 1.4 and the folder that holds its data (Python environment)."""

    program: Path
    data: Path
    scripts: Path

    def run(self, folder, *lines, settings="", **environ):
        """Run commands in ``folder``; the log."""
        (folder / ".s.ssf").write_text("\n".join(("requires 1.4.0", *lines)) + "\n")
        (folder / ".ini").write_text(settings)
        words = [self.program, "-s", folder / ".s.ssf", "-d", folder, "-i", folder / ".ini"]
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
            env={**os.environ, "XDG_DATA_HOME": str(self.data), **environ},
        )
        return done.stdout + done.stderr

    def script(self, job, *words):
        """The line that runs a script."""
        quoted = " ".join(f'"{word}"' for word in words)
        return f'pyscript "{self.scripts / f"AmpGlow_{job.capitalize()}.py"}" {quoted}'.rstrip()


def result(folder, job):
    """The result file of a job."""
    return json.loads((folder / f"ampglow-{job}.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """The wheel of this tree."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", folder, REPOSITORY]
    subprocess.run(words, check=True, timeout=TIMEOUT_S)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="session")
def environment(siril, tmp_path_factory):
    """Makes a Siril with a copy of the root's Python environment, which tests may change."""
    program = siril("1.4")
    made = program.resolve().parents[1] / "root-1.4" / "var/lib/siril-home/.local/share/siril"
    if not (made / "venv/bin/python").is_symlink() or not any(made.glob("venv/lib/*/site-packages/PyQt6")):
        missing(f"no Python environment with PyQt6 beside {program} (make siril-roots)")

    def make():
        data = tmp_path_factory.mktemp("data")
        try:
            shutil.copytree(made, data / "siril", symlinks=True, copy_function=os.link)
        except (OSError, shutil.Error):  # another file system
            shutil.rmtree(data / "siril", ignore_errors=True)
            shutil.copytree(made, data / "siril", symlinks=True)
        scripts = tmp_path_factory.mktemp("scripts")
        for script in SCRIPTS.glob("*.py"):
            shutil.copy(script, scripts)
        return Inside(program, data, scripts)

    return make


@pytest.fixture(scope="session")
def inside(environment, wheel):
    """A Siril whose Python has this package."""
    made = environment()
    python = made.data / "siril/venv/bin/python"
    words = [made.program, python, "-m", "pip", "install", "-q", "--no-deps", "--disable-pip-version-check", wheel]
    subprocess.run(words, check=True, timeout=TIMEOUT_S, env={**os.environ, "SIRIL_ROOTS_EXEC": "1"})
    return made


@pytest.fixture(scope="session")
def original(tmp_path_factory):
    """A small night in folders, as people have it."""
    folder = tmp_path_factory.mktemp("night") / "M31 & friends"
    truth = Truth(width=320, height=240, bayer_pattern="RGGB", camera="ZWO ASI294MC Pro")
    make_night(folder, truth, lights=2, darks=3, flats=3, flatdarks=2)
    return folder


@pytest.fixture
def night(original, tmp_path):
    """A copy to work in."""
    return Path(shutil.copytree(original, tmp_path / "it's M31 & friends"))
