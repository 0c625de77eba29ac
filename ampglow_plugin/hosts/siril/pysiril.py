"""The same commands through the pysiril module, where it is installed.

pysiril (LGPL, from its makers' pages; no package index has it) starts ``siril-cli -p`` itself, with neither a folder
nor settings, over pipes that all Sirils of a computer share; its ``Open`` can wait for ever. So it lives in a process
of its own, which can be ended, and what it takes for Siril is a short script of ours that starts Siril as we want it
and keeps its output.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import json
import os
import queue
import shlex
import subprocess
import sys
import threading
from pathlib import Path

from ampglow_plugin.hosts.siril import ending, process, pysiril_child
from ampglow_plugin.hosts.siril.guard import Guard
from ampglow_plugin.hosts.siril.pipe import fixed_place, listen
from ampglow_plugin.hosts.siril.program import Program, environment
from ampglow_plugin.hosts.siril.talk import Event

MODULE = "pysiril"
#: its Open takes two seconds where it works, and three to ten times as long where Siril starts slowly
START_TIMEOUT_S = 20.0

_LAUNCHER = """#!/bin/sh
if [ "$1" = -p ]; then
  exec {program} -p -d {folder} -i {settings} >{output}
fi
exec {program} "$@"
"""


def module_folder() -> Path | None:
    """The folder that holds the pysiril of this Python; None where there is none."""
    with contextlib.suppress(ImportError, ValueError):
        spec = importlib.util.find_spec(MODULE)
        if spec is not None and spec.origin is not None:
            return Path(spec.origin).parent.parent
    return None


class Pysiril:
    """A Siril that is spoken to through pysiril (a :class:`~ampglow_plugin.hosts.siril.talk.Channel`)."""

    preamble = 1  # pysiril gives a `requires` of its own
    start_timeout_s = START_TIMEOUT_S

    def __init__(self, program: Program, folder: Path, temporary: Path, *, module: Path) -> None:
        self.name = " ".join((MODULE, *_version(module)))
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._program, self._folder, self._temporary, self._module = program, folder, temporary, module
        self._clean_up = contextlib.ExitStack()
        self._done = threading.Event()
        self._child: subprocess.Popen[str] | None = None
        self._guard: Guard | None = None
        self._why = ""

    def start(self) -> None:
        """Start the process that holds pysiril, which starts Siril."""
        place = self._clean_up.enter_context(fixed_place())
        # pysiril sends its first command as soon as Siril takes one. Where Siril has not yet opened its pipe of answers
        # (it waits for a reader), the answer is lost and pysiril waits for ever; with a reader there it opens at once.
        self._clean_up.callback(os.close, os.open(place.answers, os.O_RDONLY | os.O_NONBLOCK))
        settings, output = self._temporary / "settings", self._temporary / "output"
        settings.touch()
        os.mkfifo(output, 0o600)
        launcher = self._launcher(settings, output)
        descriptor = os.open(output, os.O_RDONLY | os.O_NONBLOCK)
        reader = threading.Thread(target=listen, args=(descriptor, self._done, bool, self._hear), daemon=True)
        reader.start()
        words = [sys.executable, "-I", pysiril_child.__file__, str(self._module), str(launcher)]
        child = self._child = process.start(words, environment(self._temporary), self._folder, spoken_to=True)
        self._guard = place.guard(child.pid, self._temporary)
        pumps = [
            threading.Thread(target=process.pump, args=(child.stdout, self._told), daemon=True),
            threading.Thread(target=process.pump, args=(child.stderr, self._overhear), daemon=True),
        ]
        threading.Thread(target=self._see_end, args=(pumps, reader), daemon=True).start()

    def send(self, command: str) -> None:
        """Give one command to pysiril."""
        assert self._child is not None
        assert self._child.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._child.stdin.write(json.dumps(command) + "\n")
            self._child.stdin.flush()

    def leave(self) -> None:
        """``exit``; pysiril sees Siril end, and then its process ends, too."""
        assert self._child is not None
        assert self._child.stdin is not None
        self.send("exit")
        with contextlib.suppress(BrokenPipeError):
            self._child.stdin.close()

    def status(self) -> int:
        """0 where the process that holds pysiril ended as it should; Siril's own status is not known."""
        assert self._child is not None
        return self._child.wait()

    def close(self) -> None:
        """End pysiril and Siril, and remove the pipes."""
        self._done.set()
        if self._child is not None:
            ending.end(self._child)
        if self._guard is not None:
            self._guard.release()
        self._clean_up.close()

    def _launcher(self, settings: Path, output: Path) -> Path:
        path = self._temporary / "siril-cli"
        quoted = {"folder": self._folder, "settings": settings, "output": output}
        text = _LAUNCHER.format(
            program=shlex.join(self._program.command),
            **{name: shlex.quote(str(value)) for name, value in quoted.items()},
        )
        path.write_text(text, encoding="utf-8")
        path.chmod(0o700)
        return path

    def _told(self, line: str | None) -> None:
        if line is None:
            return
        answer = json.loads(line)
        if "opened" in answer:
            self._why = answer["why"]
            if answer["opened"]:
                self.events.put(Event(kind="ready"))
        else:
            self.events.put(Event(kind="good" if answer["good"] else "bad", text=answer["status"]))

    def _hear(self, line: str) -> None:
        self.events.put(Event(kind="said", text=line))

    def _overhear(self, line: str | None) -> None:
        if line is not None:
            self.events.put(Event(kind="heard", text=line))

    def _see_end(self, pumps: list[threading.Thread], reader: threading.Thread) -> None:
        for pump in pumps:
            pump.start()
        for pump in pumps:
            pump.join()
        self._done.set()
        reader.join()
        self.events.put(Event(kind="ended", text=self._why))


def _version(module: Path) -> tuple[str, ...]:
    """The version beside the module, where its installation says one."""
    found = next(iter(importlib.metadata.distributions(name=MODULE, path=[str(module)])), None)
    return (found.version,) if found is not None else ()
