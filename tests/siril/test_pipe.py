"""Commands given one by one through Siril's pipes, on the real Siril 1.0, 1.2 and 1.4 and on stand-ins that misbehave."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys

import pytest

from ampglow_plugin import api
from ampglow_plugin.errors import HostFailed, HostRefused, InputError
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.hosts.siril import pipe, runner, talk
from ampglow_plugin.hosts.siril.log import ANSWERED, read_log
from tests.siril.conftest import ODD_NAME, state
from tests.siril.runs import emit, failing, gone, master_plan, swap, within

pytestmark = pytest.mark.skipif(os.name != "posix", reason="named pipes")
SERIES = ("1.0", "1.2", "1.4")


@pytest.fixture(autouse=True)
def no_module(monkeypatch):
    """Whatever is installed here, these tests are about the pipes."""
    monkeypatch.setattr("ampglow_plugin.hosts.siril.pysiril.module_folder", lambda: None)


@pytest.fixture
def run(siril):
    def on(emission, **options):
        program = str(siril(emission.manifest.host_version))
        return SIRIL.run(emission, engine="pysiril", program=program, **options)

    return on


def nothing_left(folder):
    """No pipe, no process of this folder."""
    with pipe._one_at_a_time():  # tests run side by side
        assert not pipe.FIXED_IN.exists()
        assert not pipe.FIXED_OUT.exists()
    found = subprocess.run(["pgrep", "-f", f"-- -d {folder} -i "], capture_output=True, text=True, check=False)
    assert found.stdout == ""


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_a_night_is_calibrated_and_proved(osc, series, tmp_path, run):
    before = state(osc.paths)
    folder = tmp_path / ODD_NAME
    seen = []
    manifest = run(emit(osc.plan(stack=True), series, folder), progress=lambda _, share: seen.append(share))
    assert manifest.status == "succeeded"
    assert manifest.problems == ()
    assert manifest.host_program.endswith("through its named pipes")
    assert read_manifest(folder) == manifest
    assert state(osc.paths) == before
    log = read_log((folder / manifest.log).read_text())
    assert log.finished
    assert log.commands[: len(manifest.commands)] == manifest.commands
    assert manifest.host_program.split()[1] == log.version
    result = api.verify(folder)
    assert [(p.verdict.done, p.verdict.success) for p in result.proofs] == [("applied", "clean")] * 3
    for proof in result.proofs:
        assert proof.evidence.log.claim == "applied"
        assert proof.evidence.log.success is True
        assert proof.evidence.header.claim == ("silent" if series == "1.0" else "applied")
    shares = [s for s in seen if s is not None]
    assert shares[-1] == 1.0
    assert shares[:-1] == sorted(shares[:-1])
    assert len(shares) > 10
    nothing_left(folder)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_an_error_ends_the_run_at_its_command(plain, series, tmp_path, run):
    """Siril goes on after an error: what comes after a dark that does not fit must not be run."""
    emission = emit(master_plan(plain["lights"], plain["dark"], cosmetic=True), series, tmp_path / "out")
    swap(emission.folder / "masters" / "dark.fit", plain["sideways"])
    failing(run, emission, "Images must have same dimensions.", "did not reach the end", "was not written")
    log = (emission.folder / "ampglow-siril.log").read_text()
    calibrate = "preprocess" if series == "1.0" else "calibrate"
    assert f"status: error {calibrate}" in log
    assert ANSWERED not in log
    after = log[log.index(f"status: error {calibrate}") :]
    assert [line for line in after.splitlines() if "Running command" in line] == ["log: Running command: exit"]
    nothing_left(emission.folder)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
def test_a_success_is_not_believed(plain, series, tmp_path, run):
    """Siril answers success where it skipped a flat of another size, and names that flat in HISTORY."""
    emission = emit(master_plan(plain["lights"], plain["dark"], plain["flat"]), series, tmp_path / "out")
    swap(emission.folder / "masters" / "flat.fit", plain["sideways"])
    failing(run, emission, "Images must have same dimensions.")
    assert ANSWERED in (emission.folder / "ampglow-siril.log").read_text()


@pytest.mark.siril
@pytest.mark.parametrize(
    ("series", "spoil"),
    [
        ("1.0", "unknown command"),
        ("1.4", "unknown command"),
        ("1.0", "exit"),
        ("1.4", "exit"),
        ("1.4", "no dark"),
        ("1.4", "one command less"),
    ],
)
def test_spoiled_scripts(plain, series, spoil, tmp_path, run):
    emission = emit(master_plan(plain["lights"], plain["dark"], cosmetic=True), series, tmp_path / "out")
    text = emission.script.read_text(encoding="utf-8")
    calibration = next(line for line in text.splitlines() if " light -dark" in line)
    spoiled = {
        "unknown command": text.replace(calibration, f"nonsense\n{calibration}"),
        "exit": text.replace(calibration, f"exit\n{calibration}"),
        "no dark": text.replace(" -dark=../masters/dark", "").replace(" -cc=dark 0 3", ""),
        "one command less": text.replace(f"{calibration}\n", ""),
    }
    emission.script.write_text(spoiled[spoil])
    says = {
        "unknown command": "Unknown command: 'nonsense'",
        "exit": "did not reach the end",
        "no dark": "the log does not show",
        "one command less": "was not run",
    }
    failing(run, emission, says[spoil])
    nothing_left(emission.folder)


@pytest.mark.siril
def test_settings_of_the_user_are_neither_used_nor_changed(plain, tmp_path, run, monkeypatch):
    config = tmp_path / "config" / "siril"
    config.mkdir(parents=True)
    settings = config / "config.1.4.ini"
    settings.write_text("[core]\nextension=.fts\nforce_16bit=true\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    before = state([settings])
    assert run(emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")).status == "succeeded"
    assert state([settings]) == before


def stand_in(tmp_path, body, version="1.4.2"):
    """A program that answers like Siril's pipe as far as ``body`` lets it; ``say`` writes, ``commands`` reads."""
    path = tmp_path / "siril-cli"
    path.write_text(
        f"""#!{sys.executable}
import os, sys, time
if "-v" in sys.argv:
    print("siril {version}")
    sys.exit()
open(os.path.join(os.path.dirname(sys.argv[0]), "pid"), "w").write(str(os.getpid()))
pipes = [sys.argv[sys.argv.index(w) + 1] if w in sys.argv else d for w, d in
         (("-r", "/tmp/siril_command.in"), ("-w", "/tmp/siril_command.out"))]
def connect():
    global out, commands
    out = open(pipes[1], "w", buffering=1)
    commands = open(pipes[0])
    out.write("ready\\n")
def say(text):
    out.write(text + "\\n")
{body}
"""
    )
    path.chmod(0o755)
    return str(path)


def run_stand_in(emission, program, **options):
    options = {"progress": lambda *_: None, "silence_timeout_s": 1, **options}
    return runner.run(emission, engine="pysiril", program=program, **options)


ANSWERS = """
connect()
for line in commands:
    word = line.split()[0]
    if word == "exit":
        break
    say(f"log: Running command: {word}")
    say(f"status: success {word}")
"""


def test_a_hang_is_ended_with_its_last_command(plain, tmp_path):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    program = stand_in(tmp_path, ANSWERS.replace('    say(f"status', '    if word != "link": say(f"status'))
    with pytest.raises(HostFailed, match="said nothing for 1 s") as caught:
        run_stand_in(emission, program)
    assert caught.value.quotes[0] == "> link light -out=../../process"
    assert read_manifest(emission.folder).status == "failed"
    assert gone(int((tmp_path / "pid").read_text()))


def test_an_answer_to_another_command_is_none(plain, tmp_path):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    program = stand_in(tmp_path, ANSWERS.replace("success {word}", "success ping"))
    with pytest.raises(HostFailed, match="said nothing"):
        run_stand_in(emission, program)


def test_a_siril_that_ends_in_between_is_named(plain, tmp_path):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    program = stand_in(
        tmp_path, ANSWERS.replace('    say(f"log', '    if word == "link": os.kill(os.getpid(), 6)\n    say(f"log')
    )
    with pytest.raises(HostFailed, match="SIGABRT"):
        run_stand_in(emission, program)


def test_messages_cannot_forge_the_runners_notes(plain, tmp_path):
    """What stands for "all answered" in the log is written by the runner alone."""
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    forging = f'    say("{ANSWERED}")\n    say(f"status: error {{word}}")\n    continue\n'
    program = stand_in(tmp_path, ANSWERS.replace('    say(f"status', forging + '    say(f"status'))
    with pytest.raises(HostFailed, match="did not reach the end"):
        run_stand_in(emission, program)
    assert f"| {ANSWERED}" in (emission.folder / "ampglow-siril.log").read_text()


def test_a_siril_that_does_not_open_its_pipes(plain, tmp_path, monkeypatch):
    monkeypatch.setattr(pipe.Pipes, "start_timeout_s", 2.0)
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    with pytest.raises(HostFailed, match=r"took no command within 2 s \(3 attempts\)") as caught:
        run_stand_in(emission, stand_in(tmp_path, "print('no pipes today', flush=True)\ntime.sleep(60)"))
    assert caught.value.quotes == ("no pipes today",)
    assert gone(int((tmp_path / "pid").read_text()))


def test_a_siril_that_ends_at_once(plain, tmp_path):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.4", tmp_path / "out")
    with pytest.raises(HostFailed, match="ended before it took a command") as caught:
        run_stand_in(emission, stand_in(tmp_path, "sys.exit('Unknown option -r')"))
    assert caught.value.quotes == ("Unknown option -r",)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("version", ["1.0.6", "1.4.2"])
def test_however_it_is_stopped_nothing_is_left(plain, version, how, tmp_path):
    """Also where no code of ours can run any more."""
    emission = emit(master_plan(plain["lights"], plain["dark"]), version[:3], tmp_path / "out")
    program = stand_in(
        tmp_path,
        "connect()\nopen(os.path.join(os.path.dirname(sys.argv[0]), 'open'), 'w').close()\ntime.sleep(60)",
        version,
    )
    code = (
        "import sys\nfrom pathlib import Path\nfrom ampglow_plugin.hosts import SIRIL\n"
        "from ampglow_plugin.hosts.base import Emission\nfrom ampglow_plugin.hosts.folder import read_manifest\n"
        "from ampglow_plugin.hosts.siril import pysiril\npysiril.module_folder = lambda: None\n"
        "d = Path(sys.argv[1])\n"
        "e = Emission(folder=d, script=d / 'ampglow.ssf', manifest_path=d / 'ampglow-run.json', manifest=read_manifest(d))\n"
        "SIRIL.run(e, engine='pysiril', program=sys.argv[2])\n"
    )
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    words = [sys.executable, "-c", code, str(emission.folder), program]
    child = subprocess.Popen(words, stderr=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(temporary)})
    assert within(60, (tmp_path / "open").exists)
    assert any(temporary.iterdir())
    child.send_signal(how)
    assert child.wait(timeout=60) != 0
    assert within(60, lambda: gone(int((tmp_path / "pid").read_text())))
    assert within(60, lambda: not any(temporary.iterdir()))
    nothing_left(emission.folder)


def test_another_siril_at_the_shared_pipes_is_left_alone(plain, tmp_path):
    emission = emit(master_plan(plain["lights"], plain["dark"]), "1.0", tmp_path / "out")
    with pipe.fixed_place() as place:
        assert stat.S_IMODE(place.commands.stat().st_mode) == 0o600
        reader = os.open(place.commands, os.O_RDONLY | os.O_NONBLOCK)
        with pytest.raises(HostFailed, match="another Siril waits"):
            pipe._refuse_if_used(place.commands)
        os.close(reader)
        assert place.commands.exists()
    program = stand_in(tmp_path, ANSWERS.replace("success {word}", "success {line.strip()}"), "1.0.6")
    with pytest.raises(HostFailed, match="was not written"):  # the pipes are free again: it ran to the end
        run_stand_in(emission, program)
    assert ANSWERED in (emission.folder / "ampglow-siril.log").read_text()


def test_somebody_elses_pipe_is_not_used(monkeypatch, tmp_path):
    """A pipe that cannot be made anew may be read by whoever made it."""
    taken = tmp_path / "taken"
    taken.mkdir()
    monkeypatch.setattr(pipe, "FIXED_IN", taken)
    monkeypatch.setattr(pipe, "FIXED_OUT", tmp_path / "out")
    with pytest.raises(HostFailed, match="cannot be made"), pipe.fixed_place():
        pass


def test_commands_of_a_script(tmp_path):
    script = tmp_path / "s.ssf"
    script.write_text("# one\nrequires 1.4.0\r\n\n  cd here\n# two")
    assert talk.command_lines(script) == ["requires 1.4.0", "cd here"]
    script.write_text("cd " + "x" * 600)
    with pytest.raises(HostRefused, match="603 bytes"):
        talk.command_lines(script)
    script.write_bytes(b"cd caf\xe9\n")
    with pytest.raises(InputError, match="UTF-8"):
        talk.command_lines(script)
