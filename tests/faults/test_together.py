"""Two commands at once in one place: one works, the other says so."""

from __future__ import annotations

import os

import pytest

from ampglow_plugin.hosts.folder import read_manifest
from tests.faults.conftest import ampglow, cut_short, ended, start

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_two_runs_in_one_folder_do_not_meet(force, night, tmp_path):
    words = ("run", night.plan, "--engine", "builtin", "-o", tmp_path / "out", *force)
    runs = [start(*words), start(*words)]
    found = sorted(ended(run) for run in runs)
    assert found[0][0] == 0, found
    if not force:
        assert found[1][0] == 2
        assert "another ampglow works in this folder" in found[1][1] or "a finished run of this plan" in found[1][1]
    assert found[1][0] in (0, 2)  # with --force a second that waited long enough runs it again
    assert not cut_short(tmp_path / "out")
    assert read_manifest(tmp_path / "out").status == "succeeded"
    assert ampglow("verify", tmp_path / "out")[0] == 0


def test_two_builds_of_one_library_do_not_meet(night, tmp_path):
    words = ("library", "build", night.folder, "--engine", "builtin", "--no-pixels", "-o", tmp_path / "masters")
    runs = [start(*words, "--index", tmp_path / f"{number}.sqlite") for number in range(2)]
    found = sorted(ended(run) for run in runs)
    assert found[0][0] == 0, found
    assert found[1][0] == 0 or "another build writes into this folder" in found[1][1]
    assert not cut_short(tmp_path / "masters")
    assert len(list((tmp_path / "masters").glob("*.fit"))) == 3
