"""No command changes a file of the user's: each runs on a night that cannot be written to, and the night is compared."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

from ampglow_plugin.simulate import GlowSource, Truth, make_night
from tests.conftest import REPOSITORY
from tests.safety.every_command import NOT_PERMITTED, cases, leaves

#: 1 where there is something to be found: lights of a second exposure without darks, wrong darks in the night
EXPECTED = {"check": 1, "report": 1, "library show": 1}


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    folder = tmp_path_factory.mktemp("user") / "night"
    truth = Truth(width=320, height=240, bayer_pattern=None, glows=(GlowSource(amplitude_adu=600.0),))
    files = make_night(folder, truth, lights=2, darks=3, flats=3, flatdarks=3, wrong_darks=2)
    (folder / "script.ssf").write_text("requires 1.2.0\ncd lights\nconvert light -out=../process\n")
    alone = folder / "alone"
    alone.mkdir()
    other = make_night(folder.parent / "other", Truth(width=320, height=240, exposure_s=77.0), lights=1, darks=0, flats=0,
                       flatdarks=0)  # fmt: skip
    shutil.copyfile(other.lights[0], alone / "light.fits")
    _poor(files.darks[0], folder / "poor" / "master_dark_180s_-10C_gain120.fit")
    return folder


def _poor(dark, path):
    """A master that says nothing but its pixels."""
    from astropy.io import fits

    path.parent.mkdir()
    fits.PrimaryHDU(fits.getdata(dark)).writeto(path)


@pytest.fixture(scope="module")
def told(night, tmp_path_factory):
    """What every command did, from a process with a mount namespace of its own."""
    work = tmp_path_factory.mktemp("work")
    if shutil.which("unshare") is None:
        pytest.skip("needs Linux: unshare and mount")
    words = ["unshare", "-m", sys.executable, "-m", "tests.safety.every_command", str(night), str(work)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "XDG_CACHE_HOME": str(work / "cache"),
                   "XDG_CONFIG_HOME": str(work / "config"), "XDG_DATA_HOME": str(work / "data")}  # fmt: skip
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=600, env=environment, cwd=REPOSITORY, check=False
    )
    if done.returncode == NOT_PERMITTED or "unshare failed" in done.stderr:
        pytest.skip(f"a read-only mount is not permitted here: {done.stderr.strip() or 'mount refused'}")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_command_has_a_case(tmp_path, night):
    assert set(cases(night, tmp_path)) == set(leaves())


@pytest.mark.parametrize("command", [" ".join(words) for words in leaves()])
def test_a_command_reads_and_changes_nothing(told, command):
    done = told[command]
    assert done["exit"] == EXPECTED.get(command, 0), done["said"]  # it did its work
    assert done["changed"] == []
