"""Some of the kills that ``make soak`` does by hundreds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from ampglow_plugin.hosts.folder import LOCK
from tests.soak import kills

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


def kill(tasks, folder, shares):
    """One kill for each share; a command that came to its end before is killed earlier."""
    for task in tasks:
        kills._undisturbed(task, folder)
        for number, share in enumerate(shares):
            done, tries = task.kills, 0
            while task.kills == done and tries < 4:
                home = folder / f"{task.name} {number} {tries}"
                home.mkdir()
                kills._kill(task, home, share * 0.5**tries, 0.0)
                tries += 1
    return sum(task.kills for task in tasks)


def test_whatever_is_killed_harms_nothing_and_is_done_by_the_same_words(tmp_path):
    tasks = {task.name: task for task in kills.make_tasks(tmp_path)}
    done = kill([tasks["scan"]], tmp_path, (0.3, 0.6, 0.9))
    done += kill([tasks["emit"]], tmp_path, (0.3, 0.9))
    done += kill([tasks["library build"]], tmp_path, (0.3, 0.7))
    done += kill([tasks["run, embedded"]], tmp_path, (0.05, 0.5))
    assert done == 9  # and one with Siril


def test_a_command_that_stalls_is_named_with_the_place_where_it_waits(tmp_path):
    nothing = lambda home: None  # noqa: E731
    task = kills.Task(name="wait", words=lambda home: [], grows=lambda home: home, holds=nothing, complete=nothing)
    code = "import sys, time\nprint('here', file=sys.stderr, flush=True)\nwhile True:\n    time.sleep(0.1)"
    with (tmp_path / kills._SAID).open("wb") as said:
        words = [sys.executable, "-X", "faulthandler", "-c", code]
        waiting = subprocess.Popen(words, stderr=said, env={**os.environ, kills._MARK: "d6f1c0"})
    until = time.monotonic() + 60.0
    while not kills._said(tmp_path):
        assert time.monotonic() < until
        time.sleep(0.02)
    told = kills._stall(task, tmp_path, "d6f1c0", "started again")
    assert f"process {waiting.pid}: " in told
    assert f"thread {waiting.pid}: " in told
    assert 'File "<string>", line 4 in <module>' in told
    assert waiting.wait(5) == -signal.SIGABRT


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
