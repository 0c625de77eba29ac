"""A command that is run on trouble: a program and its words, never a line for a shell."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from typing import Final

from ampglow_plugin.errors import InputError

#: how long the last command may go on after the watch has ended (s)
LAST_WAIT_S: Final = 10.0
#: interpreted by a shell on Windows, which would read the name of a file as its own words
_SHELL_SCRIPTS: Final = (".bat", ".cmd")


class Command:
    """Runs a command with the path of the frame as its last argument, and does not wait for it.

    The environment holds ``AMPGLOW_PATH``, ``AMPGLOW_STATE``, ``AMPGLOW_RULES`` and ``AMPGLOW_MESSAGE``. While one run
    goes on no other is started.

    Raises
    ------
    InputError
        Where the line cannot be split into words, or there is no such program.
    """

    def __init__(self, line: str) -> None:
        try:
            words = shlex.split(line, posix=os.name != "nt")
        except ValueError as error:
            raise InputError(f"--on-fail cannot be read: {error}", where=line, fix="close every quote") from None
        program = shutil.which(words[0]) if words else None
        if program is None:
            what = f"--on-fail: there is no program {words[0]!r}" if words else "--on-fail names no program"
            raise InputError(what, fix="name a program that is in PATH, or its path; what it is given follows as words")
        if os.name == "nt" and program.lower().endswith(_SHELL_SCRIPTS):
            what = "--on-fail: a batch file would read names of frames as commands"
            raise InputError(what, where=program, fix="name the program that the batch file runs")
        self._words: Sequence[str] = [program, *words[1:]]
        self._running: subprocess.Popen[bytes] | None = None

    def run(self, path: str, *, state: str, rules: Sequence[str], message: str) -> str | None:
        """Start it; why not, where it could not be started."""
        if self._running is not None and self._running.poll() is None:
            return "the command of the last alarm is still running"
        told = {"PATH": path, "STATE": state, "RULES": " ".join(rules), "MESSAGE": message}
        environment = {**os.environ, **{f"AMPGLOW_{name}": text for name, text in told.items()}}
        try:
            self._running = subprocess.Popen(  # noqa: S603 - the user's own program; no shell
                [*self._words, os.path.abspath(path)],  # noqa: PTH100 - never begins with a hyphen
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=2,
            )
        except (OSError, ValueError) as error:
            return f"the command could not be started: {error}"
        return None

    def failed(self) -> Iterator[str]:
        """What went wrong with the last run, once."""
        if self._running is None:
            return
        code = self._running.poll()
        if code is not None:
            self._running = None
            if code:
                yield f"the command of the last alarm ended with exit code {code}"

    def finish(self) -> None:
        """Wait for the last run, not for ever."""
        if self._running is None:
            return
        try:
            self._running.wait(LAST_WAIT_S)
        except subprocess.TimeoutExpired:
            self._running.terminate()
            self._running.wait()
