"""Some of the kills that ``make soak`` does by hundreds."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ampglow_plugin.hosts.folder import LOCK
from tests.soak import kills

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


def kill(tasks, folder, shares):
    for task in tasks:
        kills._undisturbed(task, folder)
        for number, share in enumerate(shares):
            home = folder / f"{task.name} {number}"
            home.mkdir()
            kills._kill(task, home, share, 0.0)
    return sum(task.kills for task in tasks)


def test_whatever_is_killed_harms_nothing_and_is_done_by_the_same_words(tmp_path):
    tasks = {task.name: task for task in kills.make_tasks(tmp_path)}
    done = kill([tasks["scan"]], tmp_path, (0.3, 0.9))
    done += kill([tasks["emit"]], tmp_path, (0.3, 0.9))
    done += kill([tasks["library build"]], tmp_path, (0.3, 0.7))
    done += kill([tasks["run, embedded"]], tmp_path, (0.5,))
    assert done >= 5  # on a fast machine a command may come to its end before


@pytest.mark.siril
def test_siril_is_not_left_behind_and_leaves_no_half_written_frame(tmp_path, siril):
    (task,) = [t for t in kills.make_tasks(tmp_path, str(siril("1.4"))) if t.name == "run, Siril"]
    assert kill([task], tmp_path, (0.4,)) == 1


def test_a_run_that_is_killed_before_its_script_is_started_is_done_by_the_same_words(tmp_path):
    """Between the end of the emission and the first word of the run; an emission that came to its end is kept."""
    (task,) = [t for t in kills.make_tasks(tmp_path) if t.name == "emit"]
    kills._undisturbed(task, tmp_path)
    out = task.grows(tmp_path / "whole emit")
    again = [sys.executable, "-m", "ampglow_plugin", *task.words(tmp_path / "whole emit")]
    assert subprocess.run(again, capture_output=True, check=False).returncode == 2
    (out / LOCK).write_bytes(b"x")  # what a kill leaves
    assert subprocess.run(again, capture_output=True, check=False).returncode == 0
    assert not (out / LOCK).exists()
