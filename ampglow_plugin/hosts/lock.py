"""One process at a time in a folder; a lock falls with its process, however that ends."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from ampglow_plugin.errors import InputError

#: a process that was just killed, or what ends its Siril, leaves within this (s)
WAIT_S: Final = 4.0
_LOOK_S: Final = 0.05
#: what a system says where another process has the lock; anything else means that this disk knows no locks
_TAKEN: Final = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
#: by file and thread: the descriptor
_held: dict[tuple[Path, int], int] = {}
#: lock files on disks that know no locks: who else has them is not known
_without_locks: set[Path] = set()


def held() -> tuple[int, ...]:
    """Descriptors of the locks that this process has: a child that inherits one keeps the lock with us."""
    return tuple(_held.values())


def inherited(path: Path) -> bool:
    """Whether the lock ``path``, which we have, was left by a process that was killed: it has its mark beside ours."""
    return path.absolute() not in _without_locks and path.is_file() and path.stat().st_size > 1


@contextlib.contextmanager
def locked(path: Path, *, taken: InputError, wait_s: float = 0.0, keep: bool = False) -> Iterator[None]:
    """Within it no other process has the lock file ``path``; ``keep`` leaves the file there afterwards.

    A thread that has it already goes on with it.

    A disk without locks (some network shares) refuses nobody.

    Raises
    ------
    InputError
        ``taken``: another process has had it for ``wait_s``.
    """
    key = (path.absolute(), threading.get_ident())
    if key in _held:
        yield
        return
    deadline = time.monotonic() + wait_s
    while (file := _obtained(path)) is None:
        if time.monotonic() >= deadline:
            raise taken
        time.sleep(_LOOK_S)
    with file:
        if not keep:
            with contextlib.suppress(OSError):  # a full disk
                os.write(file.fileno(), b"x")
        _held[key] = file.fileno()
        try:
            yield
        finally:
            del _held[key]
            if not keep and os.name == "posix":  # still ours: whoever waits finds that it is gone, and makes it anew
                path.unlink(missing_ok=True)
    if not keep and os.name != "posix":
        with contextlib.suppress(OSError):  # another process has opened it
            path.unlink(missing_ok=True)


def _obtained(path: Path) -> IO[bytes] | None:
    """The file, locked and still the one of this name; None where it is not to be had now."""
    if path.is_symlink():
        raise InputError("is a link, and not the lock of a run or a build", where=str(path), fix="remove it")
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
    file = os.fdopen(os.open(path, flags, 0o666), "a+b")
    with contextlib.ExitStack() as closing:
        closing.callback(file.close)
        with contextlib.suppress(FileNotFoundError):  # removed in between by the process that had it
            if _lock(path, file) and os.path.samestat(path.stat(), os.fstat(file.fileno())):
                closing.pop_all()
                return file
    return None


def _lock(path: Path, file: IO[bytes]) -> bool:
    try:
        _take(file)
    except OSError as error:
        if error.errno in _TAKEN:
            return False
        _without_locks.add(path.absolute())
    return True


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[Any]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
