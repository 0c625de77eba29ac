"""``ampglow watch`` as a process of its own, while others write files; what it says is waited for, never timed."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import jsonschema
import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.report.schema import schema

SCHEMA = jsonschema.Draft202012Validator(schema())
#: so long is waited for what must come; a test that needs it has failed
PATIENCE_S = 40.0

#: writes a file piece by piece, told by its standard input when to go on
SLOW_WRITER = """
import sys
source, target, pieces = sys.argv[1], sys.argv[2], int(sys.argv[3])
data = open(source, "rb").read()
step = -(-len(data) // pieces)
with open(target, "wb", buffering=0) as out:
    for i in range(pieces):
        out.write(data[i * step : (i + 1) * step])
        print(i, flush=True)
        sys.stdin.readline()
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@dataclass
class Watch:
    """A running watch with its lines as they come."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self):
        self._came = threading.Condition()
        for stream, kept in ((self.process.stdout, self.lines), (self.process.stderr, self.errors)):
            threading.Thread(target=self._read, args=(stream, kept), daemon=True).start()

    def _read(self, stream, kept):
        for line in stream:
            with self._came:
                kept.append(line.rstrip("\n"))
                self._came.notify_all()

    def wait(self, condition):
        """Until ``condition()`` holds over what was said."""
        with self._came:
            assert self._came.wait_for(condition, PATIENCE_S), (self.lines, self.errors)

    @property
    def records(self):
        return [json.loads(line) for line in self.lines]

    def landed(self, count):
        """The first ``count`` records of frames, once they are there."""
        self.wait(lambda: sum('"record":"watched"' in line for line in self.lines) >= count)
        return [r for r in self.records if r["record"] == "watched"][:count]

    def said(self, text):
        self.wait(lambda: any(text in line for line in (*self.lines, *self.errors)))

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.end()

    def end(self):
        """Exit code and summary; every line was whole."""
        code = self.process.wait(PATIENCE_S)
        self.wait(lambda: any('"record":"summary"' in line for line in self.lines))
        for record in self.records:
            SCHEMA.validate(record)
        return code, self.records[-1]


@pytest.fixture
def watch(tmp_path):
    started = []

    def start(*words, poll=True):
        command = [
            sys.executable,
            "-m",
            "ampglow_plugin",
            "watch",
            *map(str, words),
            *(["--poll", "0.2"] if poll else []),
        ]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path)},
        )
        started.append(process)
        running = Watch(process)
        running.said("watching")
        return running

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.fixture
def folders(tmp_path, put_frame):
    """``night`` (empty), ``library`` with twenty darks, and ``elsewhere`` with lights to be put into the night."""
    (tmp_path / "night").mkdir()
    for i in range(20):
        put_frame(tmp_path / "library" / f"dark{i:02}.fits", IMAGETYP="DARK", DATE_OBS=f"2024-01-09T10:{i:02}:00")
    for i in range(4):
        cards = {"DATE_OBS": f"2024-01-10T22:{3 * i:02}:00", "GAIN": 120 if i < 3 else 200}
        put_frame(tmp_path / "elsewhere" / f"light{i}.fits", size=(64, 48), **cards)
        put_frame(tmp_path / "elsewhere" / f"small{i}.fits", **cards)
    return tmp_path


def place(source: Path, target: Path) -> None:
    """As capture programs do: under another name, then renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.write_bytes(source.read_bytes())
    part.rename(target)


@pytest.mark.parametrize("poll", [True, False], ids=["polling", "told by the system"])
def test_a_light_that_is_written_slowly(watch, folders, poll):
    """Nothing is said until its last byte is there; then it is judged against the library."""
    running = watch(folders / "night", "--darks", folders / "library", "--json", poll=poll)
    target = folders / "night" / "2024-01-10" / "LIGHT" / "1.fits"
    target.parent.mkdir(parents=True)
    source = folders / "elsewhere" / "small0.fits"
    words = [sys.executable, "-c", SLOW_WRITER, str(source), str(target), "6"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        for i in range(6):
            assert writer.stdout.readline().strip() == str(i)
            assert len(running.lines) == 1 or i == 5
            writer.stdin.write("\n")
            writer.stdin.flush()
    (record,) = running.landed(1)
    assert (record["state"], record["status"], Path(record["path"]).name) == ("ok", "exact", "1.fits")
    assert record["dark"].endswith("dark19.fits")
    code, summary = running.stop()
    assert code == 0
    assert (summary["verdict"], summary["lights"], summary["ended_by"]) == ("go", 1, "stopped")


def test_trouble_is_told_rung_and_summed_up(watch, folders):
    said = folders / "said.txt"
    note = f"import sys; open({str(said)!r}, 'a').write(sys.argv[1] + chr(10))"
    command = shlex.join([sys.executable, "-c", note])
    running = watch(folders / "night", "--darks", folders / "library", "--json", "--on-fail", command)
    for i, name in enumerate(("small0", "small3", "small1")):
        place(folders / "elsewhere" / f"{name}.fits", folders / "night" / f"{i} $(touch owned).fits")
        running.landed(i + 1)
    states = [(r["state"], r["alarm"]) for r in running.landed(3)]
    assert states == [("ok", False), ("error", True), ("ok", False)]
    assert running.landed(3)[1]["findings"][0]["rule"] == "AG203"
    code, summary = running.stop()
    assert (code, summary["verdict"], summary["errors"]) == (1, "no_go", 1)
    lacking = [r for r in running.records if r["record"] == "to_shoot"]
    assert [(r["gain"], r["why"], r["count"]) for r in lacking] == [(200.0, "missing", 20)]
    assert said.read_text() == f"{folders / 'night' / '1 $(touch owned).fits'}\n"
    assert not (folders / "owned").exists()


def test_a_folder_that_goes_and_returns(watch, folders):
    night = folders / "night"
    place(folders / "elsewhere" / "small0.fits", night / "0.fits")
    running = watch(night, "--darks", folders / "library", "--json", poll=False)
    place(folders / "elsewhere" / "small1.fits", night / "1.fits")
    running.landed(1)
    night.rename(folders / "unplugged")
    running.said("is gone; waiting for it")
    (folders / "unplugged").rename(night)
    running.said("is back")
    place(folders / "elsewhere" / "small2.fits", night / "later" / "2.fits")
    names = [Path(r["path"]).name for r in running.landed(2)]
    assert names == ["1.fits", "2.fits"]
    code, summary = running.stop()
    assert (code, summary["lights"], summary["before"]) == (0, 2, 1)


def test_thousands_that_are_there_are_counted_and_not_told(watch, folders):
    data = (folders / "elsewhere" / "small3.fits").read_bytes()  # of a gain without a dark: each would be an alarm
    for i in range(1000):
        file = folders / "night" / f"{i:04}.fits"
        file.write_bytes(data)
        os.utime(file, (1e9, 1e9))
    running = watch(folders / "night", "--darks", folders / "library")
    running.said("1000 frames here already, 1000 lights among them; 20 darks known")
    place(folders / "elsewhere" / "small0.fits", folders / "night" / "new.fits")
    running.said("new.fits")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(PATIENCE_S) == 0
    running.said("stopped: 1 light, 1 with a dark that fits")
    assert not any("0001.fits" in line for line in running.lines)


def test_a_file_that_stays_half_is_told_of(watch, folders):
    running = watch(folders / "night", "--darks", folders / "library", "--json", "--stall", "0.5")
    half = (folders / "elsewhere" / "light0.fits").read_bytes()[:-6000]
    (folders / "night" / "half.fits").write_bytes(half)
    (record,) = running.landed(1)
    assert record["state"] == "unread"
    assert "bytes are missing at its end; it has not grown for 0.5 s" in record["why"]
    code, summary = running.stop()
    assert (code, summary["errors"], summary["lights"]) == (1, 1, 0)


def test_sigterm_ends_it_in_order_too(watch, folders):
    running = watch(folders / "night", "--darks", folders / "library", "--json")
    place(folders / "elsewhere" / "small0.fits", folders / "night" / "1.fits")
    running.landed(1)
    code, summary = running.stop(signal.SIGTERM)
    assert (code, summary["lights"]) == (0, 1)


def test_it_ends_when_nothing_lands_any_more(watch, folders):
    running = watch(folders / "night", "--darks", folders / "library", "--json", "--idle", "0.02")
    code, summary = running.end()
    assert (code, summary["ended_by"], summary["verdict"]) == (0, "idle", "unknown")


def test_it_ends_at_dawn(watch, folders, put_frame, monkeypatch):
    """In this process, with a Sun of ours: down at the first look, up at the second."""
    from ampglow_plugin.watch import sky, wake

    heights = iter([-40.0, -5.9])
    asked = []

    def height(when, latitude, longitude):
        asked.append((latitude, longitude))
        return next(heights)

    monkeypatch.setattr(sky, "sun_altitude_deg", height)
    monkeypatch.setattr("ampglow_plugin.cli.watch._SUN_S", 0.0)
    monkeypatch.setattr(wake, "polling", lambda _: iter(lambda: True, None))
    put_frame(folders / "night" / "1.fits", SITELAT=48.5, SITELONG=11.25)
    with pytest.raises(SystemExit) as left:
        main(["watch", str(folders / "night"), "--json", "--poll", "1"])
    assert left.value.code == 0
    assert asked == [(48.5, 11.25), (48.5, 11.25)]


def test_the_time_of_an_end_is_the_next_such_time(capsys, folders):
    from ampglow_plugin.cli.watch import _clock_time

    end = _clock_time("06:30")
    now = time.time()
    assert 0 < end.timestamp() - now <= 25 * 3600
    assert (end.hour, end.minute) == (6, 30)
    with pytest.raises(SystemExit) as left:
        main(["watch", str(folders / "night"), "--until", "25:00"])
    assert left.value.code == 2
    assert "no time of the form HH:MM" in capsys.readouterr().err


def test_a_wrong_command_stops_before_the_night(capsys, folders):
    with pytest.raises(SystemExit) as left:
        main(["watch", str(folders / "night"), "--on-fail", "no-such-program-here"])
    assert left.value.code == 2
    assert "there is no program" in capsys.readouterr().err


def test_a_signal_during_a_look_waits_for_its_end_and_a_second_does_not():
    from ampglow_plugin.cli.watch import _undisturbed

    steps = []

    def look(signals):
        with _undisturbed():
            for number in range(signals):
                signal.raise_signal(signal.SIGINT)
                steps.append(number)

    with pytest.raises(KeyboardInterrupt):
        look(1)
    assert steps == [0]
    with pytest.raises(KeyboardInterrupt):
        look(2)
    assert steps == [0, 0]
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)  # as before
