"""No command sends what steers a terminal: names and headers of the whole night are hostile, and so is the folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from astropy.io import fits

from ampglow_plugin.simulate import GlowSource, Truth, make_night
from tests.conftest import REPOSITORY
from tests.injection.hostile import TEXTS, as_name, put_card, spoil, steering
from tests.safety.every_command import leaves

#: cards whose values a night may have alike without spoiling its matches
COMMON = ("INSTRUME", "TELESCOP", "FILTER", "SWCREATE")
EVERYWHERE = "\x1b]52;c;eA==\x07\u202e[red]\x9b2J"
#: texts by turns; a frame of each role gets one in its name and its OBJECT
ROLES = ("lights", "darks", "flats", "flatdarks", "wrong_darks")


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    folder = tmp_path_factory.mktemp("user") / as_name("night \x1b[31m\u202e $(x) ", "")
    truth = Truth(width=320, height=240, bayer_pattern=None, glows=(GlowSource(amplitude_adu=600.0),))
    files = make_night(folder, truth, lights=3, darks=3, flats=3, flatdarks=3, wrong_darks=3)
    poor = folder / "poor" / "master_dark_180s_-10C_gain120.fit"
    poor.parent.mkdir()
    fits.PrimaryHDU(fits.getdata(files.darks[0])).writeto(poor)
    texts = [text for text in TEXTS.values() if text not in ("..", TEXTS["long"])]
    texts = [" ".join(texts[i::15]) for i in range(15)]  # a file of the night gets several
    texts = [text.replace("\U00020000", "") for text in texts]  # Siril 1.4 hangs over it: refused
    for i, role in enumerate(ROLES):
        mine = texts[i * 3 : i * 3 + 3]
        for path in spoil(list(getattr(files, role)), mine, ("OBJECT",)):
            for keyword in COMMON:
                put_card(path, keyword, EVERYWHERE)
    (folder / "script.ssf").write_text("requires 1.2.0\ncd lights\x1b[31m\u202e\nconvert light -out=../process\n")
    alone = folder / "alone"
    alone.mkdir()
    other = make_night(folder.parent / "other", Truth(width=320, height=240, exposure_s=77.0), lights=1, darks=0, flats=0,
                       flatdarks=0)  # fmt: skip
    spoil(list(other.lights), [TEXTS["clipboard"]], ("OBJECT",))
    put_card(next((folder.parent / "other" / "lights").iterdir()), "INSTRUME", EVERYWHERE)
    next((folder.parent / "other" / "lights").iterdir()).rename(alone / "light\x1b[2J.fits")
    return folder


@pytest.fixture(scope="module")
def told(night, tmp_path_factory):
    work = tmp_path_factory.mktemp("work")
    words = [sys.executable, "-m", "tests.safety.every_command", "--here", str(night), str(work)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "XDG_CACHE_HOME": str(work / "cache"),
                   "XDG_CONFIG_HOME": str(work / "config"), "XDG_DATA_HOME": str(work / "data")}  # fmt: skip
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=600, env=environment, cwd=REPOSITORY, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("command", [" ".join(words) for words in leaves() if words != ("demo",)])
def test_what_a_command_says_steers_no_terminal(told, command):
    done = told[command]
    assert done["exit"] in (0, 1), done["said"]
    assert steering(done["said"]) == []
