"""Which Siril is found, and what is said where none is usable."""

from __future__ import annotations

import os
import sys

import pytest

from ampglow_plugin.errors import HostMissing
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.siril.program import find

pytestmark = pytest.mark.skipif(os.name != "posix", reason="programs are shell scripts here")


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A PATH with nothing of Siril in it."""
    monkeypatch.delenv("AMPGLOW_SIRIL", raising=False)
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(folder, name, body):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_nothing_is_installed(bare):
    with pytest.raises(HostMissing, match="not installed") as caught:
        find()
    assert "--siril PATH" in caught.value.fix


def test_found_in_the_path(bare):
    path = program(bare, "siril-cli", "echo siril 1.2.3")
    assert find() == find(path)
    assert (find().command, find().version, find().series) == ((path,), "1.2.3", "1.2")


def test_named_wins_over_the_variable_and_that_over_the_path(bare, tmp_path, monkeypatch):
    program(bare, "siril-cli", "echo siril 1.0.6")
    monkeypatch.setenv("AMPGLOW_SIRIL", program(tmp_path, "other", "echo siril 1.2.6"))
    assert find().version == "1.2.6"
    assert find(program(tmp_path, "third", "echo siril 1.4.0")).version == "1.4.0"


def test_a_named_one_that_is_not_there_is_not_replaced(bare):
    program(bare, "siril-cli", "echo siril 1.4.2")
    with pytest.raises(HostMissing, match="not a program"):
        find("/nowhere/siril-cli")


def test_flatpak(bare):
    program(bare, "flatpak", 'case "$1" in info) exit 0;; *) [ "$2" = --command=siril-cli ] && echo siril 1.4.2;; esac')
    assert find().command[1:] == ("run", "--command=siril-cli", "org.siril.Siril")


def test_flatpak_without_siril(bare):
    program(bare, "flatpak", "exit 1")
    with pytest.raises(HostMissing, match="not installed"):
        find()


@pytest.mark.parametrize("version", ["0.9.12", "0.99.8", "1.5.0", "2.0.0", "1.3.3", "1.10.0", "10.4.0"])
def test_versions_out_of_range(bare, version):
    program(bare, "siril-cli", f"echo siril {version}")
    with pytest.raises(HostMissing, match=version):
        find()


@pytest.mark.parametrize("body", ["echo hello", "exit 3", "echo siril 1.4.2; exit 1"])
def test_a_program_that_is_no_siril(bare, body):
    program(bare, "siril-cli", body)
    with pytest.raises(HostMissing, match="does not start"):
        find()


def test_display_is_asked_of_xvfb_run_only_where_it_is_needed(bare, tmp_path):
    """1.2.5 and 1.2.6 want an X display even on the command line."""
    needy = program(
        bare,
        "siril-cli",
        '[ -n "$DISPLAY_HERE" ] && { echo siril 1.2.6; exit; }; echo cannot open display: >&2; exit 1',
    )
    with pytest.raises(HostMissing, match="needs a display") as caught:
        find()
    assert "xvfb" in caught.value.fix
    virtual = program(bare, "xvfb-run", 'shift; DISPLAY_HERE=1 exec "$@"')
    assert find().command == (virtual, "-a", needy)
    program(bare, "siril-cli", "echo siril 1.2.6")
    assert find().command == (needy,)


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.2", "1.4"])
def test_the_real_ones_answer(siril, series):
    assert SIRIL.installed(str(siril(series))) == series


def test_python_is_not_siril():
    with pytest.raises(HostMissing):
        find(sys.executable)
