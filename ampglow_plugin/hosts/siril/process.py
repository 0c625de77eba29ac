"""One run of siril-cli: started so that it cannot touch the user's settings, watched, and always ended."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ampglow_plugin.errors import HostFailed, HostMissing
from ampglow_plugin.hosts.base import Progress
from ampglow_plugin.hosts.siril import log as logs
from ampglow_plugin.hosts.siril.ending import end
from ampglow_plugin.hosts.siril.program import SILENCE_VARIABLE, Program, environment
from ampglow_plugin.writing import new_log

#: Siril reports every frame; the longest silence is the reading of one stack's block from a slow disk
SILENCE_TIMEOUT_S = 900.0
#: last messages that are quoted
TAIL_LINES = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished:
    """Exit status (negative for a signal), the whole output, and what stood between us and Siril."""

    status: int
    output: str
    through: str | None = None

    @property
    def by_itself(self) -> bool:
        """Whether no signal ended it; what stands between us and Siril tells one by 128 more."""
        return 0 <= self.status < 128


#: what to do about a Siril that said nothing
AFTER_SILENCE = (
    "look at the disk and the memory of this computer, then run it again "
    f"({SILENCE_VARIABLE}=3600 waits longer, 0 for ever)"
)


def run_script(  # noqa: PLR0913 - what a run consists of
    program: Program,
    script: Path,
    folder: Path,
    log_path: Path,
    *,
    commands: Sequence[str],
    progress: Progress,
    silence_timeout_s: float = SILENCE_TIMEOUT_S,
) -> Finished:
    """Run ``script`` in ``folder`` and keep what it says in ``log_path``.

    Settings come from an empty file of our own: ``siril-cli -i`` then neither reads nor writes the
    user's. (1.0 silently falls back to the user's file where it cannot read the given one; an empty
    one it can.) Interrupting this call ends Siril.

    Raises
    ------
    HostMissing
        Where it cannot be started.
    HostFailed
        Where it said nothing for ``silence_timeout_s`` and was ended.
    """
    with tempfile.TemporaryDirectory(prefix="ampglow-siril-") as temporary:
        settings = Path(temporary) / "settings"
        settings.touch()
        words = [*program.command, "-s", str(script), "-d", str(folder), "-i", str(settings)]
        child = start(words, environment(Path(temporary)), folder)
        guard = None
        if os.name == "posix":
            from ampglow_plugin.hosts.siril.guard import Guard

            guard = Guard(child.pid, [Path(temporary)])
        try:
            with new_log(log_path) as log_file:
                return _watch(child, log_file, commands, progress, silence_timeout_s)
        finally:
            end(child)
            if guard is not None:
                guard.release()


def start(
    words: Sequence[str], environ: dict[str, str], folder: Path, *, spoken_to: bool = False
) -> subprocess.Popen[str]:
    """Start a program in ``folder``, in a process group of its own. ``spoken_to``: it reads from a pipe of ours.

    Raises
    ------
    HostMissing
        Where it cannot be started.
    """
    try:
        return subprocess.Popen(  # noqa: S603 - a list of words, no shell
            words,
            stdin=subprocess.PIPE if spoken_to else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,  # in one pipe, lines of one would be cut by lines of the other
            text=True,
            encoding="utf-8",
            errors="replace",
            cwd=folder,
            env=environ,
            # a group of its own: Ctrl-C reaches us first, and what Siril itself started ends with it
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise HostMissing(f"cannot be started: {error.strerror}", where=words[0]) from error


def _watch(
    child: subprocess.Popen[str], log_file: IO[str], commands: Sequence[str], progress: Progress, timeout_s: float
) -> Finished:
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    pumps = [threading.Thread(target=pump, args=(s, lines.put), daemon=True) for s in (child.stdout, child.stderr)]
    for each in pumps:
        each.start()
    ended = 0
    kept: list[str] = []
    meter = Meter(commands, progress)
    while True:
        try:
            line = lines.get(timeout=timeout_s)
        except queue.Empty:
            said = [text for text in map(logs.message, kept) if text]
            raise HostFailed(
                f"Siril said nothing for {timeout_s:g} s and was ended",
                quotes=said[-TAIL_LINES:],
                fix=AFTER_SILENCE,
            ) from None
        if line is None:
            ended += 1
            if ended == len(pumps):
                break
            continue
        kept.append(line)
        log_file.write(line)
        log_file.flush()
        meter.see(line)
    return Finished(status=child.wait(), output="".join(kept))


def pump(stream: IO[str] | None, put: Callable[[str | None], object]) -> None:
    """Hand on each line of ``stream``, and None at its end; for a thread of its own."""
    assert stream is not None
    with contextlib.suppress(ValueError):  # the pipe was closed while reading: Siril was ended
        for line in stream:
            put(line)
    put(None)


class Meter:
    """Turns messages into one share of the whole: each command counts the same."""

    def __init__(self, commands: Sequence[str], progress: Progress) -> None:
        self._total = max(len(commands), 1)
        self._progress = progress
        self._started = 0
        self._command = ""
        self._share = 0.0

    def see(self, line: str) -> None:
        """Report where this line moves the bar."""
        said = logs.message(line)
        if said is not None and said.startswith("Running command: "):
            self._command = said.removeprefix("Running command: ").split()[0]
            self._started += 1
            self._report(self._command, 0.0)
        elif (part := logs.share(line)) is not None and part[1] is not None:
            self._report(part[0] or self._command, part[1])

    def _report(self, what: str, part: float) -> None:
        done = (self._started - 1 + part) / self._total
        self._share = min(max(done, self._share), 1.0)  # Siril sets its bar back to 0 within a command
        self._progress(what, self._share)
