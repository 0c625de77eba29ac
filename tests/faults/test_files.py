"""Files that stall, vanish, change or come from another time, between being found and being used."""

from __future__ import annotations

import os
import socket
import sys
import time

import pytest

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.headers import read_frame
from ampglow_plugin.headers.many import FrameReader
from tests.faults.conftest import here

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pipes and leases of Linux")


@pytest.mark.parametrize("read", [read_frame, FrameReader().read], ids=["one", "many"])
def test_what_never_comes_to_its_end_is_refused_at_once(read, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket may have 107 bytes
    os.mkfifo("pipe.fits")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket.fits")
        (tmp_path / "folder.fits").mkdir()
        (tmp_path / "zero.fits").symlink_to("/dev/zero")
        began = time.monotonic()
        for name, says in {
            "pipe": "no file but a pipe or a device",
            "zero": "no file but a pipe or a device",
            "socket": "cannot be read",
            "folder": "is a folder",
        }.items():
            with pytest.raises(UnreadableFrame, match=says):
                read(f"{name}.fits")
        assert time.monotonic() - began < 5


def test_a_file_that_another_program_holds_is_said_and_not_waited_for(tmp_path, put_frame):
    """A lease stalls whoever opens the file, by up to 45 s."""
    import fcntl
    import signal

    path = put_frame(tmp_path / "held.fits")
    handler = signal.signal(signal.SIGIO, signal.SIG_IGN)  # how the holder is asked to let it go
    with path.open("rb+") as held:
        try:
            fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
        except OSError:
            pytest.skip("this file system has no leases")
        with pytest.raises(UnreadableFrame, match="another program holds it"):
            read_frame(path)
    signal.signal(signal.SIGIO, handler)
    assert read_frame(path).kind == "light"


@pytest.mark.parametrize("command", ["emit", "run"])
@pytest.mark.parametrize("harm", ["gone", "a folder", "cut short"])
def test_a_frame_that_is_lost_after_the_plan_is_named_and_nothing_is_done(command, harm, night, tmp_path):
    light = night.lights[1]
    whole = light.read_bytes()
    light.unlink()
    if harm == "a folder":
        light.mkdir()
    elif harm == "cut short":
        light.write_bytes(whole[:-9000])
    words = ("run", night.plan, "--engine", "builtin", "--no-pixels") if command == "run" else ("emit", night.plan)
    code, said = here(*words, "-o", tmp_path / "out")
    assert code == 2, said
    assert light.name in said
    assert not (tmp_path / "out").exists()
    if harm != "gone":  # how it was lost makes no difference to what comes then
        return
    light.write_bytes(whole)
    assert here(*words, "-o", tmp_path / "out")[0] == 0


def test_a_clock_that_was_set_back_hides_no_change(night, tmp_path):
    """A frame that is replaced by one of an older, or a far later, time is read again; nothing rests on now."""
    words = ("scan", night.folder, "--index", tmp_path / "index.sqlite", "--json")
    first, second = night.lights[:2]
    frames = len(list(night.folder.rglob("*.fits")))
    assert f'"read":{frames},' in here(*words)[1]
    first.write_bytes(second.read_bytes())
    os.utime(first, (0, 0))
    os.utime(second, (4e9, 4e9))
    code, said = here(*words)
    assert code == 0
    assert '"read":2,' in said
    assert '"read":0,' in here(*words)[1]
