"""The channel of Windows, over pipes of POSIX: the real Siril makes them itself here, too, where they are not there.

What is Windows' own (the names, and who serves a pipe) is put in from outside; nothing here ran on Windows.
"""

from __future__ import annotations

import os
import shlex
import time
from functools import partial

import pytest

from ampglow_plugin import api
from ampglow_plugin.errors import HostFailed, InputError
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.hosts.siril import runner, windows_pipe
from ampglow_plugin.hosts.siril.log import ANSWERED
from ampglow_plugin.hosts.siril.windows_pipe import ANSWERS, COMMANDS, WindowsPipes
from tests.siril.runs import emit, failing, master_plan, swap

pytestmark = pytest.mark.skipif(os.name != "posix", reason="stands for Windows elsewhere")


@pytest.fixture(autouse=True)
def own_lock(tmp_path, monkeypatch):
    monkeypatch.setattr(windows_pipe.tempfile, "gettempdir", lambda: str(tmp_path))


@pytest.fixture
def as_windows(tmp_path, monkeypatch):
    """Runs go through the channel of Windows; ``program(words)`` is a Siril that makes its pipes where it is told to."""
    places = {COMMANDS: tmp_path / "commands", ANSWERS: tmp_path / "answers"}
    made = []

    class Channel(WindowsPipes):
        def __init__(self, *words, serves=lambda child: child.pid):
            super().__init__(*words, connect=lambda name, flags: os.open(places[name], flags), server=self._asked)
            self.serves = serves
            made.append(self)

        def _asked(self, _descriptor):
            return self.serves(self._child)

    def program(siril):
        path = tmp_path / "siril-cli"
        pipes = ["-r", str(places[COMMANDS]), "-w", str(places[ANSWERS])]
        path.write_text(f'#!/bin/sh\ncase "$1" in -v) exec {siril} -v;; esac\nexec {siril} "$@" {shlex.join(pipes)}\n')
        path.chmod(0o755)
        return str(path)

    def use(**options):
        monkeypatch.setattr(runner, "_opener", lambda _program: partial(Channel, **options))

    use()
    program.use, program.made = use, made
    return program


def run(emission, program, **options):
    return runner.run(emission, engine="pysiril", program=program, progress=lambda *_: None, **options)


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.2", "1.4"])
def test_a_night_is_calibrated_and_proved(osc, series, as_windows, siril, tmp_path):
    folder = tmp_path / "out"
    manifest = run(emit(osc.plan(), series, folder), as_windows(siril(series)))
    assert manifest.status == "succeeded"
    assert manifest.host_program.endswith("through its named pipes")
    assert ANSWERED in (folder / manifest.log).read_text()
    assert [(p.verdict.done, p.verdict.success) for p in api.verify(folder).proofs] == [("applied", "clean")] * 3
    assert all(channel._child.poll() is not None for channel in as_windows.made)


@pytest.mark.siril
def test_an_error_ends_the_run_at_its_command(plain, as_windows, siril, tmp_path):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    swap(emission.folder / "masters" / "dark.fit", plain["sideways"])
    failing(partial(run, program=as_windows(siril("1.4"))), emission, "Images must have same dimensions.")
    assert ANSWERED not in (emission.folder / "ampglow-siril.log").read_text()


@pytest.mark.siril
def test_pipes_of_another_program_are_not_spoken_to(plain, as_windows, siril, tmp_path):
    """It could have made them first, to read the commands and to answer as it likes."""
    as_windows.use(serves=lambda child: child.pid + 1)
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    with pytest.raises(HostFailed, match="another program serves the pipes") as caught:
        run(emission, as_windows(siril("1.4")))
    assert caught.value.where == ANSWERS
    assert "--engine siril-cli" in caught.value.fix
    assert read_manifest(emission.folder).status == "failed"
    assert all(channel._child.poll() is not None for channel in as_windows.made)


def test_a_siril_that_makes_no_pipes_is_told(plain, as_windows, tmp_path, monkeypatch):
    monkeypatch.setattr(WindowsPipes, "start_timeout_s", 0.5)
    silent = tmp_path / "silent"
    silent.write_text('#!/bin/sh\ncase "$1" in -v) echo siril 1.4.2; exit;; esac\nexec sleep 600\n')
    silent.chmod(0o755)
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    began = time.monotonic()
    with pytest.raises(HostFailed, match=r"took no command within 0\.5 s \(3 attempts\)") as caught:
        run(emission, str(silent))
    assert time.monotonic() - began < 30
    assert "--engine siril-cli" in caught.value.fix


def test_two_runs_do_not_meet_at_the_shared_pipes(tmp_path, monkeypatch):
    import threading

    monkeypatch.setattr(windows_pipe, "WAIT_S", 0.2)
    found = []

    def second():
        try:
            with windows_pipe._one_at_a_time():
                found.append("met")
        except InputError as error:
            found.append(error)

    with windows_pipe._one_at_a_time():
        other = threading.Thread(target=second)
        other.start()
        other.join()
    assert "another run of ampglow uses the pipes" in str(found[0])
    assert "--engine siril-cli" in found[0].fix
