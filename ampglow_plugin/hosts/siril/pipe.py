"""Siril's own pipe protocol (``siril-cli -p``): one pipe for commands, one for log lines, progress and answers.

Siril answers ``status: success WORD`` or ``status: error WORD``; 1.0 repeats the whole line in place of the word. Only
1.2 and later let the pipes be named; 1.0 has fixed ones, which every user of the computer shares.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import HostFailed
from ampglow_plugin.hosts.siril import ending, process
from ampglow_plugin.hosts.siril.guard import Guard
from ampglow_plugin.hosts.siril.piped import CHUNK_BYTES, LOOK_S, WAIT_S, Piped
from ampglow_plugin.hosts.siril.program import Program, environment
from ampglow_plugin.hosts.siril.talk import Event

#: pipes of a Siril that was told no others; not in TMPDIR
FIXED_IN, FIXED_OUT = Path("/tmp/siril_command.in"), Path("/tmp/siril_command.out")  # noqa: S108 - Siril's choice


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where the two pipes are: Siril reads ``commands`` and writes ``answers``.

    ``lock`` is the descriptor that keeps other runs of ours from pipes which are shared.
    """

    commands: Path
    answers: Path
    lock: int | None = None

    def guard(self, group: int, temporary: Path) -> Guard:
        """Against our sudden end; it holds the lock until the shared pipes are gone."""
        if self.lock is None:
            return Guard(group, [temporary])
        return Guard(group, [temporary, self.commands, self.answers], holding=[self.lock])


class Pipes(Piped):
    """A Siril that is spoken to through its pipes (a :class:`~ampglow_plugin.hosts.siril.talk.Channel`)."""

    def __init__(self, program: Program, folder: Path, temporary: Path) -> None:
        super().__init__(program, folder, temporary)
        self._done = threading.Event()
        self._guard: Guard | None = None

    def start(self) -> None:
        """Make the pipes, start Siril and open them."""
        fixed = self._program.series == "1.0"
        place = self._clean_up.enter_context(fixed_place() if fixed else own_place(self._temporary))
        settings = self._temporary / "settings"
        settings.touch()
        named = [] if fixed else ["-r", str(place.commands), "-w", str(place.answers)]
        words = [*self._program.command, "-p", *named, "-d", str(self._folder), "-i", str(settings)]
        child = self._child = process.start(words, environment(self._temporary), self._folder)
        self._guard = place.guard(child.pid, self._temporary)
        answers = os.open(place.answers, os.O_RDONLY | os.O_NONBLOCK)
        reader = threading.Thread(target=listen, args=(answers, self._done, self._connected, self._hear), daemon=True)
        reader.start()
        pumps = [
            threading.Thread(target=process.pump, args=(stream, self._overhear), daemon=True)
            for stream in (child.stdout, child.stderr)
        ]
        threading.Thread(target=self._see_end, args=(pumps, reader), daemon=True).start()
        self._open(place.commands, child)

    def close(self) -> None:
        """End Siril, close and remove the pipes."""
        self._done.set()
        self._close_input()
        if self._child is not None:
            ending.end(self._child)
        if self._guard is not None:
            self._guard.release()
        self._clean_up.close()

    def _open(self, commands: Path, child: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + self.start_timeout_s
        while child.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(OSError):  # ENXIO: Siril has not opened its end
                self._input = os.open(commands, os.O_WRONLY | os.O_NONBLOCK)
                return
            time.sleep(LOOK_S)

    def _connected(self) -> None:
        self.events.put(Event(kind="ready"))

    def _see_end(self, pumps: list[threading.Thread], reader: threading.Thread) -> None:
        for pump in pumps:
            pump.start()
        for pump in pumps:
            pump.join()
        self._done.set()
        reader.join()
        self.events.put(Event(kind="ended"))


def listen(descriptor: int, done: threading.Event, connected: Callable[[], None], put: Callable[[str], None]) -> None:
    """Read lines from a pipe that was opened without waiting, until its other end closes; for a thread.

    Before the other side has opened it, reading such a pipe gives nothing, which is not its end. ``done`` ends the
    waiting for it.
    """
    rest = b""
    open_there = False
    with os.fdopen(descriptor, "rb", buffering=0) as pipe:
        while True:
            try:
                chunk = os.read(descriptor, CHUNK_BYTES)
            except BlockingIOError:
                chunk = None
            if chunk != b"" and not open_there:
                open_there = True
                os.set_blocking(pipe.fileno(), True)
                connected()
            if chunk is None:
                continue
            if not chunk:
                if open_there or done.is_set():
                    break
                time.sleep(LOOK_S)
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                put(line.decode("utf-8", errors="replace").rstrip("\r"))
    if rest:
        put(rest.decode("utf-8", errors="replace"))


@contextlib.contextmanager
def own_place(temporary: Path) -> Iterator[Place]:
    """Two new pipes in a folder of ours."""
    place = Place(commands=temporary / "commands", answers=temporary / "answers")
    os.mkfifo(place.commands, 0o600)
    os.mkfifo(place.answers, 0o600)
    yield place


@contextlib.contextmanager
def fixed_place() -> Iterator[Place]:
    """The pipes that Siril uses where none are named, made anew for this user alone.

    Raises
    ------
    HostFailed
        Where another Siril uses them, or they belong to somebody else.
    """
    with _one_at_a_time() as lock:
        place = Place(commands=FIXED_IN, answers=FIXED_OUT, lock=lock)
        _refuse_if_used(place.commands)
        try:
            for path in (place.commands, place.answers):
                path.unlink(missing_ok=True)
                os.mkfifo(path, 0o600)
        except OSError as error:
            raise HostFailed(
                f"Siril's pipe cannot be made: {error.strerror}",
                where=str(error.filename or place.commands),
                fix="let its owner remove it, or use --engine siril-cli",
            ) from error
        try:
            yield place
        finally:
            for path in (place.commands, place.answers):
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def _one_at_a_time() -> Iterator[int]:
    """Runs of ours do not meet at the shared pipes: the second waits a while for the first."""
    path = FIXED_IN.with_name(f"ampglow-siril-{os.getuid()}.lock")
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        fix = "let its owner remove it, or use --engine siril-cli"
        raise HostFailed(f"cannot be opened: {error.strerror}", where=str(path), fix=fix) from error
    try:
        deadline = time.monotonic() + WAIT_S
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise HostFailed(
                        "another run of ampglow uses the pipes that every Siril of this computer shares",
                        where=str(FIXED_IN),
                        fix="wait for it to end, or use --engine siril-cli",
                    ) from None
                time.sleep(LOOK_S)
        yield descriptor
    finally:
        os.close(descriptor)


def _refuse_if_used(path: Path) -> None:
    """Whoever reads there is a Siril that somebody else speaks to."""
    try:
        if not stat.S_ISFIFO(path.lstat().st_mode):
            return
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW))
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENOENT, errno.EACCES):  # nobody; or not ours, which making it anew says
            return
        raise
    raise HostFailed(
        "another Siril waits at the pipes that every Siril of this computer shares",
        where=str(path),
        fix="end it first, or use --engine siril-cli",
    )
