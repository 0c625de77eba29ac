"""How a program that we started is ended, with all that it has started itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time

#: a program that was asked to end is killed after this (s)
END_TIMEOUT_S = 5.0


def end(child: subprocess.Popen[str]) -> None:
    """End a program and what it started, also where it has ended by itself and left something behind."""
    if child.poll() is None:
        _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + END_TIMEOUT_S
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
    if child.poll() is None or os.name == "posix":
        _signal(child, signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream is not None:
            with contextlib.suppress(BrokenPipeError):
                stream.close()


def _signal(child: subprocess.Popen[str], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        if os.name == "posix":
            os.killpg(child.pid, number)
        else:
            child.terminate()
