"""What it takes to speak to a Siril through its two pipes, whatever the system they are of."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
from pathlib import Path
from typing import ClassVar

from ampglow_plugin.hosts.siril.program import Program
from ampglow_plugin.hosts.siril.talk import Event, answer_to

#: a flatpak's first start, or that of a 1.4 that looks after its Python environment (s)
START_TIMEOUT_S = 60.0
#: how often to look whether the other side has opened its end (s)
LOOK_S = 0.02
#: how long to wait for another run of ours to leave shared pipes (s)
WAIT_S = 60.0
CHUNK_BYTES = 65536


class Piped:
    """The half of a :class:`~ampglow_plugin.hosts.siril.talk.Channel` that is alike on all systems."""

    name = "its named pipes"
    preamble = 0
    start_timeout_s = START_TIMEOUT_S
    #: by which a write shows that Siril is gone
    gone: ClassVar[type[OSError]] = BrokenPipeError

    def __init__(self, program: Program, folder: Path, temporary: Path) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._program, self._folder, self._temporary = program, folder, temporary
        self._clean_up = contextlib.ExitStack()
        self._command = ""
        self._input: int | None = None
        self._child: subprocess.Popen[str] | None = None

    def send(self, command: str) -> None:
        """Write one line, which is one message; a Siril that is gone says so by ``ended``."""
        self._command = command
        if self._input is not None:
            with contextlib.suppress(self.gone):
                os.write(self._input, f"{command}\n".encode())

    def leave(self) -> None:
        """``exit``, which is never answered."""
        self.send("exit")

    def status(self) -> int:
        """Siril's exit status."""
        assert self._child is not None
        return self._child.wait()

    def _hear(self, line: str) -> None:
        self.events.put(Event(kind="said", text=line))
        answer = answer_to(self._command, line)
        if answer is not None:
            self.events.put(answer)

    def _overhear(self, line: str | None) -> None:
        # standard output repeats what comes through the pipe
        if line is not None:
            self.events.put(Event(kind="heard", text=line))

    def _close_input(self) -> None:
        if self._input is not None:
            os.close(self._input)
            self._input = None
