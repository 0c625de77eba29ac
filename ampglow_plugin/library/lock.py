"""One build at a time in a folder; the lock falls with its process, however that ends."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from ampglow_plugin.errors import InputError

NAME: Final = ".ampglow-build.lock"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Within it no other build writes into ``folder``.

    Raises
    ------
    InputError
        Another one does.
    """
    with (folder / NAME).open("a+b") as file:
        try:
            _lock(file)
        except OSError as error:
            fix = "wait for it, or name another folder with --output"
            raise InputError("another build writes into this folder", where=str(folder), fix=fix) from error
        yield


if sys.platform == "win32":
    import msvcrt

    def _lock(file: IO[Any]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
