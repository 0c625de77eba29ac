"""A command on trouble: words for a program, never for a shell."""

from __future__ import annotations

import json
import shlex
import sys
import time

import pytest

from ampglow_plugin.errors import InputError
from ampglow_plugin.watch.alarm import Command

WRITE = "import json, os, sys; json.dump([sys.argv[2:], {k: v for k, v in os.environ.items() if k.startswith('AMPGLOW_')}], open(sys.argv[1], 'w'))"


def line(*words):
    return shlex.join([sys.executable, "-c", *map(str, words)])


@pytest.mark.parametrize(
    "name",
    [
        "a b.fits",
        "$(touch owned).fits",
        "`touch owned`; touch owned #.fits",
        "-rf.fits",
        "'\"&|>owned.fits",
        "\u202e\U0001f52d.fits",
    ],
)
def test_a_name_of_a_frame_is_one_word(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    command = Command(line(WRITE, tmp_path / "said.json", "first word"))
    assert command.run(name, state="error", rules=["AG209", "AG201"], message="no dark; $(touch owned)") is None
    command.finish()
    words, environment = json.loads((tmp_path / "said.json").read_text())
    assert words == ["first word", str(tmp_path / name)]
    assert environment["AMPGLOW_PATH"] == name
    assert environment["AMPGLOW_STATE"] == "error"
    assert environment["AMPGLOW_RULES"] == "AG209 AG201"
    assert environment["AMPGLOW_MESSAGE"] == "no dark; $(touch owned)"
    assert [p.name for p in tmp_path.iterdir()] == ["said.json"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("", "names no program"),
        ("'open", "No closing quotation"),
        ("no-such-program-here x", "no program 'no-such-program-here'"),
    ],
)
def test_a_wrong_command_is_refused_before_the_night(wrong, says):
    with pytest.raises(InputError, match=says):
        Command(wrong)


def test_one_at_a_time(tmp_path):
    """The second alarm does not start another run while the first goes on."""
    go = tmp_path / "go"
    wait = "import os, sys, time\nwhile not os.path.exists(sys.argv[1]): time.sleep(0.01)"
    command = Command(line(wait, go))
    assert command.run("1.fits", state="error", rules=[], message="") is None
    assert (
        command.run("2.fits", state="error", rules=[], message="") == "the command of the last alarm is still running"
    )
    assert list(command.failed()) == []
    go.touch()
    command.finish()
    assert command.run("3.fits", state="error", rules=[], message="") is None
    command.finish()


def test_a_command_that_fails_is_told_of_once():
    command = Command(line("import sys; sys.exit(3)"))
    command.run("1.fits", state="error", rules=[], message="")
    said = []
    while not said:  # the run ends by itself
        said = list(command.failed())
        time.sleep(0.01)
    assert said == ["the command of the last alarm ended with exit code 3"]
    assert list(command.failed()) == []
