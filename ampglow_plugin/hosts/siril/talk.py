"""Commands given to a running Siril one by one: each answer is waited for and checked, and all of it is logged.

How the commands get there is a :class:`Channel`'s business: named pipes, or the pysiril module.
"""

from __future__ import annotations

import queue
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, Protocol

from ampglow_plugin.errors import HostFailed, HostRefused, InputError
from ampglow_plugin.hosts.base import Progress
from ampglow_plugin.hosts.siril import log as logs
from ampglow_plugin.hosts.siril.dialects import ENGINE
from ampglow_plugin.hosts.siril.ending import END_TIMEOUT_S
from ampglow_plugin.hosts.siril.process import AFTER_SILENCE, SILENCE_TIMEOUT_S, TAIL_LINES, Finished, Meter
from ampglow_plugin.hosts.siril.program import Program
from ampglow_plugin.writing import new_log

#: Siril takes lines of less than this from its pipe, line end included, and answers a longer one with an error
COMMAND_BYTES = 512
#: times that a channel is opened anew: nothing has been done before its first command
START_ATTEMPTS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that came through a channel, in its order.

    ``ready``: commands are taken. ``said``: a line of Siril's output. ``heard``: a line of what stands in between,
    which shows life and is no part of the log. ``good`` and ``bad``: the answer to the last command. ``ended``:
    nothing more will come.
    """

    kind: Literal["ready", "said", "heard", "good", "bad", "ended"]
    text: str = ""


class Channel(Protocol):
    """One running Siril. ``preamble`` commands are given by the channel itself before it is ready."""

    name: str
    preamble: int
    start_timeout_s: float
    events: queue.SimpleQueue[Event]

    def start(self) -> None:
        """Start Siril; does not wait."""
        ...

    def send(self, command: str) -> None:
        """Give one command; its answer comes as an event."""
        ...

    def leave(self) -> None:
        """Ask Siril to end; ``ended`` follows."""
        ...

    def status(self) -> int:
        """Siril's exit status (negative for a signal); after ``ended``."""
        ...

    def close(self) -> None:
        """End Siril in whatever state it is, and take away every pipe."""
        ...


def answer_to(command: str, line: str) -> Event | None:
    """The event, where ``line`` answers ``command``: 1.2 and later name its first word, 1.0 the whole line."""
    kind, _, rest = line.removeprefix("status: ").partition(" ")
    if not line.startswith("status: ") or kind not in ("success", "error") or rest.split()[:1] != command.split()[:1]:
        return None
    return Event(kind="good" if kind == "success" else "bad", text=f"{kind} {rest}".strip())


#: (program, working folder, temporary folder) -> the channel to it
Opener = Callable[[Program, Path, Path], Channel]


def run_commands(  # noqa: PLR0913 - what a run consists of
    program: Program,
    script: Path,
    folder: Path,
    log_path: Path,
    *,
    commands: Sequence[str],
    progress: Progress,
    silence_timeout_s: float = SILENCE_TIMEOUT_S,
    opener: Opener,
) -> Finished:
    """Give the commands of ``script`` to a Siril in ``folder``, up to the first that is not answered with success.

    What Siril says is kept in ``log_path``. Interrupting this call ends Siril.

    Raises
    ------
    HostMissing
        Where it cannot be started.
    HostFailed
        Where it did not take commands, or said nothing for ``silence_timeout_s`` and was ended.
    """
    lines = command_lines(script)
    with new_log(log_path) as file:
        for attempt in range(1, START_ATTEMPTS + 1):
            with tempfile.TemporaryDirectory(prefix="ampglow-siril-") as temporary:
                channel = opener(program, folder, Path(temporary))
                record = _Record(file, Meter(commands, progress), channel)
                record.note(f"siril {program.version} through {channel.name}")
                try:
                    channel.start()
                    trouble = _not_ready(channel, record)
                    if trouble is None:
                        return _converse(channel, record, lines, silence_timeout_s)
                    record.note(trouble)
                    if attempt == START_ATTEMPTS:
                        raise HostFailed(
                            f"Siril, reached through {channel.name}, {trouble} ({START_ATTEMPTS} attempts)",
                            quotes=record.tail(),
                            fix=f"use --engine {ENGINE}, which needs no pipes",
                        )
                finally:
                    channel.close()
    raise AssertionError("the last attempt returns or raises")


def command_lines(script: Path) -> list[str]:
    """The commands of a script as Siril's pipe takes them: no comments, which are never answered.

    Raises
    ------
    InputError
        Where the script cannot be read.
    HostRefused
        For a command that is longer than a pipe takes.
    """
    try:
        text = script.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise InputError(f"cannot be read: {what}", where=str(script), fix="emit the plan anew") from error
    lines = [line.strip() for line in text.split("\n") if line.strip() and not line.startswith("#")]
    for line in lines:
        if len(line.encode()) + 1 >= COMMAND_BYTES:
            raise HostRefused(
                f"a command has {len(line.encode())} bytes, and Siril's pipe takes less than {COMMAND_BYTES - 1}",
                where=line.split()[0],
                fix="use shorter names in the plan, or --engine siril-cli",
            )
    return lines


def _not_ready(channel: Channel, record: _Record) -> str | None:
    """Wait until commands are taken; where they are not, what happened."""
    deadline = time.monotonic() + channel.start_timeout_s
    while (left := deadline - time.monotonic()) > 0:
        try:
            event = channel.events.get(timeout=left)
        except queue.Empty:
            break
        record.see(event)
        if event.kind == "ready":
            return None
        if event.kind in ("bad", "ended"):
            return f"ended before it took a command{f' ({event.text})' if event.text else ''}"
    return f"took no command within {channel.start_timeout_s:g} s"


def _converse(channel: Channel, record: _Record, lines: Sequence[str], timeout_s: float) -> Finished:
    for number, line in enumerate(lines, start=1):
        channel.send(line)
        answer = _answer(channel, record, line, timeout_s)
        record.note(f"command {number} of {len(lines)} ({line.split()[0]}): {answer.text or answer.kind}")
        if answer.kind == "ended":
            return Finished(status=channel.status(), output=record.output, through=channel.name)
        if answer.kind == "bad":
            break
    else:
        record.answered()
    record.leaving = True
    channel.leave()
    deadline = time.monotonic() + END_TIMEOUT_S
    while (left := deadline - time.monotonic()) > 0:
        try:
            event = channel.events.get(timeout=left)
        except queue.Empty:
            break
        record.see(event)
        if event.kind == "ended":
            return Finished(status=channel.status(), output=record.output, through=channel.name)
    # it has done all that was asked of it; that it does not end when asked to is no failure of the work
    record.note(f"did not end by itself within {END_TIMEOUT_S:g} s and was ended")
    return Finished(status=0, output=record.output, through=channel.name)


def _answer(channel: Channel, record: _Record, line: str, timeout_s: float) -> Event:
    while True:
        try:
            event = channel.events.get(timeout=timeout_s)
        except queue.Empty:
            record.note(f"no answer to {line!r} and nothing said for {timeout_s:g} s")
            raise HostFailed(
                f"Siril said nothing for {timeout_s:g} s and was ended",
                quotes=(f"> {line}", *record.tail()),
                fix=AFTER_SILENCE,
            ) from None
        record.see(event)
        if event.kind in ("good", "bad", "ended"):
            return event


class _Record:
    """The log as it grows, and the part of it that is about the script's own commands."""

    def __init__(self, file: IO[str], meter: Meter, channel: Channel) -> None:
        self._file, self._meter = file, meter
        self._preamble = channel.preamble
        self._begun = False
        self._kept: list[str] = []
        self._heard: list[str] = []
        self._left = False
        self.leaving = False

    @property
    def output(self) -> str:
        """What Siril said about the script's commands, and the notes that judge them."""
        return "".join(self._kept)

    def see(self, event: Event) -> None:
        """Take in one event."""
        if event.kind == "heard":
            self._heard.append(event.text)
        if event.kind != "said":
            return
        text = event.text if not event.text.startswith(logs.NOTE) else f"| {event.text}"
        self._write(text)
        said = logs.message(text) or ""
        if said.startswith("Running command: "):
            self._begun = self._begun or self._preamble == 0
            self._preamble -= not self._begun
            self._left = self._left or (self.leaving and said.split()[2] == "exit")
        if self._begun and not self._left:
            self._kept.append(f"{text}\n")
            self._meter.see(text)

    def note(self, text: str) -> None:
        """Add a line of our own."""
        self._kept.append(f"{logs.NOTE}{text}\n")
        self._write(f"{logs.NOTE}{text}")

    def answered(self) -> None:
        """Every command was answered with success."""
        self.note(logs.ANSWERED.removeprefix(logs.NOTE))

    def tail(self) -> tuple[str, ...]:
        """The last messages, or the last words of what stands in between."""
        said = [text for text in map(logs.message, self._kept) if text]
        return tuple((said or [line.strip() for line in self._heard if line.strip()])[-TAIL_LINES:])

    def _write(self, text: str) -> None:
        self._file.write(f"{text}\n")
        self._file.flush()
