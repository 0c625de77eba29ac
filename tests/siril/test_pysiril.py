"""The same commands through pysiril: a double of it that fails on demand, and the real module where it is found.

AMPGLOW_PYSIRIL names the folder that holds the real package ``pysiril``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from itertools import dropwhile
from pathlib import Path

import pytest

from ampglow_plugin import api
from ampglow_plugin.errors import HostFailed
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.hosts.siril import pipe, pysiril, pysiril_child, runner
from ampglow_plugin.hosts.siril.log import ANSWERED, read_log
from tests.siril.conftest import state
from tests.siril.runs import emit, failing, gone, master_plan, swap, within

pytestmark = pytest.mark.skipif(os.name != "posix", reason="named pipes")
SERIES = ("1.2", "1.4")
DOUBLE = Path(__file__).with_name("pysiril_double.py")


def double(tmp_path, mode="works"):
    """A folder that holds the double."""
    package = tmp_path / "modules" / "pysiril"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    shutil.copy(DOUBLE, package / "siril.py")
    (package / "mode").write_text(mode)
    return package.parent


@pytest.fixture(params=["double", "real"])
def module(request, tmp_path, monkeypatch):
    """The folder of a pysiril, found by the package as if it were installed."""
    if request.param == "double":
        folder = double(tmp_path)
    else:
        named = os.environ.get("AMPGLOW_PYSIRIL")
        if not named:
            pytest.skip("no real pysiril (set AMPGLOW_PYSIRIL to the folder that holds it)")
        folder = Path(named)
    monkeypatch.syspath_prepend(folder)
    assert pysiril.module_folder() == folder
    return folder


def run_on(siril, emission, **options):
    program = str(siril(emission.manifest.host_version))
    return SIRIL.run(emission, engine="pysiril", program=program, **options)


def nothing_left():
    with pipe._one_at_a_time():  # tests run side by side
        assert not pipe.FIXED_IN.exists()
        assert not pipe.FIXED_OUT.exists()


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_a_night_is_calibrated_and_proved(osc, module, series, tmp_path, siril):
    before = state(osc.paths)
    folder = tmp_path / "out"
    manifest = run_on(siril, emit(osc.plan(), series, folder))
    assert manifest.status == "succeeded"
    assert manifest.problems == ()
    assert " through pysiril" in manifest.host_program
    assert read_manifest(folder) == manifest
    assert state(osc.paths) == before
    log = read_log((folder / manifest.log).read_text())
    assert log.finished
    assert log.version == manifest.host_program.split()[1]
    asked, told = (
        list(dropwhile(lambda name: name == "requires", names)) for names in (manifest.commands, log.commands)
    )
    assert (
        told[: len(asked)] == asked
    )  # pysiril gives a `requires` of its own, two where a busy machine lets it open twice
    result = api.verify(folder)
    assert [(p.verdict.done, p.verdict.success) for p in result.proofs] == [("applied", "clean")] * 3
    assert all(p.evidence.log.claim == "applied" and p.evidence.log.success for p in result.proofs)
    nothing_left()


@pytest.mark.siril
def test_an_error_ends_the_run_at_its_command(plain, module, tmp_path, siril):
    emission = emit(master_plan(plain["lights"], plain["dark"], cosmetic=True), "1.4", tmp_path / "out")
    swap(emission.folder / "masters" / "dark.fit", plain["sideways"])
    failing(lambda e: run_on(siril, e), emission, "Images must have same dimensions.", "did not reach the end")
    log = (emission.folder / "ampglow-siril.log").read_text()
    assert "(calibrate): status: error calibrate" in log
    assert ANSWERED not in log
    nothing_left()


@pytest.mark.siril
def test_settings_of_the_user_are_neither_used_nor_changed(plain, module, tmp_path, siril, monkeypatch):
    """pysiril itself would start Siril with them."""
    config = tmp_path / "config" / "siril"
    config.mkdir(parents=True)
    settings = config / "config.1.4.ini"
    settings.write_text("[core]\nextension=.fts\nforce_16bit=true\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    before = state([settings])
    assert run_on(siril, emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")).problems == ()
    assert state([settings]) == before


@pytest.mark.siril
def test_siril_1_0_is_spoken_to_without_it(plain, module, tmp_path, siril):
    """pysiril refuses it."""
    manifest = run_on(siril, emit(master_plan(plain["lights"], plain["dark"]), "1.0", tmp_path / "out"))
    assert manifest.host_program.endswith("through its named pipes")


def bad_run(tmp_path, monkeypatch, siril, plain, mode, **options):
    monkeypatch.setattr(pysiril, "module_folder", lambda: double(tmp_path, mode))
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    options = {"progress": lambda *_: None, **options}
    return lambda: runner.run(emission, engine="pysiril", program=str(siril("1.4")), **options)


@pytest.mark.siril
def test_an_open_that_hangs_is_tried_again(plain, tmp_path, monkeypatch, siril):
    monkeypatch.setattr(pysiril.Pysiril, "start_timeout_s", 10.0)
    manifest = bad_run(tmp_path, monkeypatch, siril, plain, "open hangs once")()
    assert manifest.status == "succeeded"
    assert "took no command within 10 s" in (tmp_path / "out" / manifest.log).read_text()


@pytest.mark.siril
@pytest.mark.parametrize(
    ("mode", "says"),
    [
        ("open hangs", r"took no command within 1 s \(3 attempts\)"),
        ("open fails", r"ended before it took a command \(pysiril's Open\(\) gave False\)"),
        ("exits", r"ended before it took a command \(SystemExit"),
        ("raises", "did not reach the end"),
        ("answers get lost", "said nothing for 1.5 s"),
        ("answers come late", "did not reach the end"),
    ],
)
def test_failures_of_pysiril(plain, tmp_path, monkeypatch, siril, mode, says):
    if mode == "open hangs":
        monkeypatch.setattr(pysiril.Pysiril, "start_timeout_s", 1.0)
    patience = {"silence_timeout_s": 1.5} if mode == "answers get lost" else {}
    with pytest.raises(HostFailed, match=says):
        bad_run(tmp_path, monkeypatch, siril, plain, mode, **patience)()
    assert read_manifest(tmp_path / "out").status == "failed"
    nothing_left()
    found = subprocess.run(["pgrep", "-f", f"-d {tmp_path}/out/"], capture_output=True, text=True, check=False)
    assert found.stdout == ""


@pytest.mark.parametrize("how", [2, 9])
def test_however_it_is_stopped_nothing_is_left(plain, tmp_path, how):
    """pysiril's process, the Siril that it started, the shared pipes."""
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    program = tmp_path / "siril-cli"
    program.write_text(
        f"#!{sys.executable}\nimport os, sys, time\n"
        'if sys.argv[1] != "-p":\n    print("siril 1.4.2")\n    sys.exit()\n'
        'open(os.path.join(os.path.dirname(sys.argv[0]), "pid"), "w").write(str(os.getpid()))\ntime.sleep(60)\n'
    )
    program.chmod(0o755)
    code = (
        "import sys\nfrom pathlib import Path\nfrom ampglow_plugin.hosts import SIRIL\n"
        "from ampglow_plugin.hosts.base import Emission\nfrom ampglow_plugin.hosts.folder import read_manifest\n"
        "d = Path(sys.argv[1])\nsys.path.insert(0, sys.argv[3])\n"
        "e = Emission(folder=d, script=d / 'ampglow.ssf', manifest_path=d / 'ampglow-run.json', manifest=read_manifest(d))\n"
        "SIRIL.run(e, engine='pysiril', program=sys.argv[2])\n"
    )
    words = [sys.executable, "-c", code, str(emission.folder), str(program), str(double(tmp_path))]
    child = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    assert within(60, lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    child.send_signal(how)
    assert child.wait(timeout=60) != 0
    assert within(60, lambda: gone(int((tmp_path / "pid").read_text())))
    nothing_left()


class Answering:
    """pysiril's answers, given one by one."""

    def __init__(self, said, lines):
        self.said, self.lines = said, lines

    def Execute(self, command):
        return self.said

    def GetData(self):
        return self.lines


@pytest.mark.parametrize(
    ("said", "lines", "good"),
    [
        (True, ["log: Running command: cd", "status: success cd"], True),
        (True, ["status: success link"], False),
        (True, ["log: Running command: cd"], False),
        (True, ["status: error cd"], False),
        (False, ["status: success cd"], False),
        ((False,), ["status: success cd"], False),
        ((True,), ["status: success cd"], False),
        (None, [], False),
    ],
)
def test_an_answer_is_true_only_beside_its_status(said, lines, good):
    """A tuple is true whatever it holds, and a late status belongs to another command."""
    assert pysiril_child.execute(Answering(said, lines), "cd process")["good"] is good


def test_without_the_module_there_is_no_folder(monkeypatch):
    monkeypatch.setattr(sys, "path", [])
    assert pysiril.module_folder() is None
