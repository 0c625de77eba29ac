"""Siril's pipe protocol on Windows: what :mod:`.pipe` does elsewhere, with the pipes of that system.

There Siril itself makes both pipes, under names that no option changes, and serves one client each (its pipe.c:
CreateNamedPipe, message type, one direction each). The names are shared by every Siril of the computer, and any program
may serve them. So the process at the other end must be the Siril that we have started.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ampglow_plugin.errors import HostFailed, InputError
from ampglow_plugin.hosts import lock
from ampglow_plugin.hosts.siril import ending, process
from ampglow_plugin.hosts.siril.dialects import ENGINE
from ampglow_plugin.hosts.siril.piped import CHUNK_BYTES, LOOK_S, WAIT_S, Piped
from ampglow_plugin.hosts.siril.program import Program, environment
from ampglow_plugin.hosts.siril.talk import Event

#: what Siril reads, and what it writes
COMMANDS: Final = r"\\.\pipe\siril_command.in"
ANSWERS: Final = r"\\.\pipe\siril_command.out"
_LOCK: Final = "ampglow-siril-pipes.lock"
_BINARY: Final = getattr(os, "O_BINARY", 0)

#: (name, flags) -> descriptor of a pipe that is served; OSError where none is
Connect = Callable[[str, int], int]
#: descriptor -> the process that serves it; None where the system does not tell
Server = Callable[[int], "int | None"]


def _connect(name: str, flags: int) -> int:
    return os.open(name, flags | _BINARY)  # not open(): only this leaves it to the server to make the pipe


if sys.platform == "win32":
    import ctypes
    import msvcrt

    def _server(descriptor: int) -> int | None:
        number = ctypes.c_ulong()
        handle = ctypes.c_void_p(msvcrt.get_osfhandle(descriptor))
        told = ctypes.windll.kernel32.GetNamedPipeServerProcessId(handle, ctypes.byref(number))
        return number.value if told else None

else:

    def _server(descriptor: int) -> int | None:
        raise AssertionError(descriptor)


class WindowsPipes(Piped):
    """A Siril that is spoken to through its pipes of Windows (a :class:`~.talk.Channel`)."""

    gone = OSError

    def __init__(
        self, program: Program, folder: Path, temporary: Path, connect: Connect = _connect, server: Server = _server
    ) -> None:
        super().__init__(program, folder, temporary)
        self._connect, self._server = connect, server

    def start(self) -> None:
        """Start Siril, and open its pipes as soon as they are there.

        Raises
        ------
        HostFailed
            Where the pipes are those of another program.
        """
        self._clean_up.enter_context(_one_at_a_time())
        settings = self._temporary / "settings"
        settings.touch()
        words = [*self._program.command, "-p", "-d", str(self._folder), "-i", str(settings)]
        child = self._child = process.start(words, environment(self._temporary), self._folder)
        pumps = [
            threading.Thread(target=process.pump, args=(stream, self._overhear), daemon=True)
            for stream in (child.stdout, child.stderr)
        ]
        for pump in pumps:
            pump.start()
        deadline = time.monotonic() + self.start_timeout_s
        answers = self._opened(ANSWERS, os.O_RDONLY, child, deadline)
        self._input = self._opened(COMMANDS, os.O_WRONLY, child, deadline)
        reader = None
        if answers is not None:
            reader = threading.Thread(target=self._listen, args=(answers,), daemon=True)
            reader.start()
        threading.Thread(target=self._see_end, args=(pumps, reader), daemon=True).start()
        if answers is not None and self._input is not None:
            self.events.put(Event(kind="ready"))

    def close(self) -> None:
        """End Siril; its pipes go with it."""
        self._close_input()
        if self._child is not None:
            ending.end(self._child)
        self._clean_up.close()

    def _opened(self, name: str, flags: int, child: subprocess.Popen[str], deadline: float) -> int | None:
        """The pipe once it is served by ``child``; None where that has ended or takes too long."""
        while child.poll() is None and time.monotonic() < deadline:
            try:
                descriptor = self._connect(name, flags)
            except OSError:  # not made yet, or it serves somebody else
                time.sleep(LOOK_S)
                continue
            if self._server(descriptor) == child.pid:
                return descriptor
            os.close(descriptor)
            raise HostFailed(
                "another program serves the pipes that every Siril of this computer shares",
                where=name,
                fix=f"end the other Siril first, or use --engine {ENGINE}",
            )
        return None

    def _listen(self, descriptor: int) -> None:
        rest = b""
        with os.fdopen(descriptor, "rb", buffering=0):
            while chunk := _read(descriptor):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._hear(line.decode("utf-8", errors="replace").rstrip("\r"))
        if rest:
            self._hear(rest.decode("utf-8", errors="replace"))

    def _see_end(self, pumps: list[threading.Thread], reader: threading.Thread | None) -> None:
        for each in (*pumps, *([reader] if reader else [])):
            each.join()
        self.events.put(Event(kind="ended"))


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, CHUNK_BYTES)
    except OSError:  # Windows may say so where the other end closes
        return b""


def _one_at_a_time() -> contextlib.AbstractContextManager[None]:
    """Runs of ours do not meet at the shared pipes: the second waits a while for the first."""
    taken = InputError(
        "another run of ampglow uses the pipes that every Siril of this computer shares",
        where=COMMANDS,
        fix=f"wait for it to end, or use --engine {ENGINE}",
    )
    return lock.locked(Path(tempfile.gettempdir()) / _LOCK, taken=taken, wait_s=WAIT_S, keep=True)
