"""Asks disks so that nobody waits for an answer for ever.

A network disk that hangs answers neither a read nor a signal, and whoever asked it sleeps with it. So what may hang is
asked by a thread that can be left behind: the file is given up by its name, and the program goes on, or ends in order.
What is only slow is waited for: the time is that of one answer (a status, a piece of a file), never that of a file.
"""

from __future__ import annotations

import _thread
import io
import math
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from ampglow_plugin.errors import InputError, Stalled

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

T = TypeVar("T")

#: environment variable: how long to wait for one answer (s); 0 for ever
VARIABLE: Final = "AMPGLOW_STALL_S"
#: a disk that has to start takes 10 s, and a bad network tries for half a minute before it gives up by itself (s)
STALL_S: Final = 60.0
#: after so many in a row the disk is taken for dead: the next files get this long each, until one answers (s)
_IN_A_ROW: Final = 3
_AGAIN_S: Final = 1.0
#: what is read at once: a piece that even a slow network brings long before the time is over (bytes)
_PIECE_BYTES: Final = 4 << 20
#: read ahead of what is asked for (bytes)
_BUFFER_BYTES: Final = 16 << 10


class _Watch:
    """On one thread: what it asks now, since when, and whether it was left behind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.place, self._since, self._left = "", math.inf, False

    def ask(self, place: str, question: Callable[[], T]) -> T:
        with self._lock:
            if self._left:
                raise _LeftBehind
            self.place, self._since = place, time.monotonic()
        try:
            return question()
        finally:
            with self._lock:
                if self._left:  # nobody waits for the answer any more
                    raise _LeftBehind
                self._since = math.inf
            _dead.clear()

    def leave(self, limit_s: float = 0.0) -> float:
        """Leave the thread where its answer is due for ``limit_s``; the time until then, 0 where it was left (s)."""
        with self._lock:
            due = 0.0 if limit_s == 0 else max(0.0, min(self._since + limit_s - time.monotonic(), limit_s))
            self._left = self._left or due == 0
            return due

    def stalled(self, limit_s: float) -> Stalled:
        what = f"its disk gave no answer within {limit_s:g} s"
        fix = f"see whether the disk or its network hangs, then do this again ({VARIABLE}=600 waits longer, 0 for ever)"
        return Stalled(what, where=self.place, fix=fix)


class _LeftBehind(BaseException):
    """Ends a thread that was left behind, as soon as its disk answers."""


class _Here(threading.local):
    watch: _Watch | None = None


_here = _Here()
#: what was given up since a disk answered
_dead: list[str] = []


def seconds_of(variable: str, usual: float) -> float:
    """The time that the user's environment sets, ``usual`` where it does not; 0 stands for the longest there is (s).

    Raises
    ------
    InputError
        The variable holds no such number.
    """
    text = os.environ.get(variable, "")
    if not text:
        return usual
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value >= 0:
        raise InputError(f"{variable} must be a number of seconds, not {text!r}", fix=f"unset it: {usual:g} s is usual")
    return min(value or math.inf, threading.TIMEOUT_MAX)


def asked(place: str | Path, question: Callable[[], T]) -> T:
    """The answer to one ``question`` about a file or folder: what a single call of the system tells.

    Raises
    ------
    Stalled
        There was none in time.
    """
    watch = _here.watch
    if watch is None:
        return leaving(lambda: asked(place, question))
    return watch.ask(str(place), question)


def leaving(work: Callable[[], T]) -> T:
    """The result of ``work``, whose questions (:func:`asked`) are put by one thread: cheaper than by one each.

    Where one stalls, that thread is left behind; when its disk answers after all, it ends before its next step.

    Raises
    ------
    Stalled
        A question had no answer in time.
    """
    if _here.watch is not None:
        return work()
    limit = seconds_of(VARIABLE, STALL_S)
    if len(_dead) >= _IN_A_ROW:
        limit = min(limit, _AGAIN_S)
    watch, done = _Watch(), _thread.allocate_lock()
    results: list[tuple[Any, BaseException | None]] = []

    def run() -> None:
        _here.watch = watch
        try:
            results.append((work(), None))
        except _LeftBehind:
            pass
        except BaseException as error:  # noqa: BLE001 - it is handed on
            results.append((None, error))
        finally:
            done.release()

    done.acquire()
    _thread.start_new_thread(run, ())
    try:
        due = limit
        while due and not done.acquire(timeout=due):
            due = watch.leave(limit)
    except BaseException:  # Ctrl-C, too
        watch.leave()
        raise
    if not due:
        _dead.append(watch.place)
        raise watch.stalled(limit)
    value, error = results.pop()
    if error is not None:
        try:
            raise error
        finally:
            del error
    return cast(T, value)


def open_to_read(place: str | Path, *, opener: Callable[[str, int], int] | None = None) -> io.BufferedReader[Any]:
    """As :func:`open` for reading bytes; what is read may raise :class:`~ampglow_plugin.errors.Stalled`."""
    raw = asked(place, lambda: io.FileIO(place, opener=opener))
    return io.BufferedReader(_Pieces(raw, str(place)), _BUFFER_BYTES)


class _Pieces(io.RawIOBase):
    """A file that is read piece by piece, each a question."""

    def __init__(self, raw: io.FileIO, name: str) -> None:
        self._raw, self.name = raw, name

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        piece = memoryview(buffer).cast("B")[:_PIECE_BYTES]
        return asked(self.name, lambda: self._raw.readinto(piece))

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._raw.seekable()

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._raw.seek(offset, whence)

    def tell(self) -> int:
        return self._raw.tell()

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()
