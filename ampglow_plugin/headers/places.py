"""Where a file lies: on a disk, or behind an address (``s3://bucket/frame.fits``)."""

from __future__ import annotations

import contextlib
import io
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.headers.remote import RANGE_BYTES, Ranges, checked, size_of
from ampglow_plugin.waiting import asked, open_to_read

#: MAX_PATH of Windows without the zero at its end: characters of a path that a program opens unless both agree on more
LONGEST_ON_WINDOWS: Final = 259
_MARK: Final = "://"
_OF_WINDOWS: Final = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]+(::[a-z][a-z0-9+.-]+)*://.+", re.IGNORECASE)


def of_other_system(path: str, *, windows: bool = os.name == "nt") -> bool:
    """Whether ``path`` is whole on the other kind of system: one of Windows elsewhere, or one of POSIX there.

    >>> of_other_system("D:/astro/light.fit", windows=False), of_other_system("/data/light.fit", windows=True)
    (True, True)
    """
    if windows:
        return path.startswith("/") and not path.startswith("//")
    return _OF_WINDOWS.match(path) is not None


def written_here(path: str, folder: Path, *, windows: bool = os.name == "nt") -> str:
    r"""A relative path below ``folder`` that may have been written on Windows, as it is called here.

    A backslash parts folders there; elsewhere it may be part of a name, which then is there.
    """
    if windows or "\\" not in path or of_other_system(path, windows=windows) or (folder / path).exists():
        return path
    return path.replace("\\", "/")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is open: ``name`` for messages, and its size in bytes (None where the storage does not tell)."""

    stream: io.BufferedReader[Any]
    name: str
    size: int | None

    def first(self, count: int) -> bytes:
        """The first bytes, before anything was read; they stay to be read.

        Raises
        ------
        UnreadableFrame
            They cannot be read.
        """
        try:
            return self.stream.peek(count)[:count]
        except OSError as error:
            raise _unreadable(error, self.name) from error


def is_address(place: str | Path) -> bool:
    """Whether this is an address and no path.

    >>> is_address("s3://bucket/darks"), is_address("C:/darks"), is_address("/darks")
    (True, False, False)
    """
    return _MARK in str(place) and _ADDRESS.fullmatch(str(place)) is not None


def joined(folder: str, name: str) -> str:
    """The path or address of a file in a folder."""
    return f"{folder}/{name}" if _MARK in folder else os.path.join(folder, name)  # noqa: PTH118 - of a million files


def inside(folder: str) -> str:
    """What the paths or addresses of all in a folder begin with."""
    separator = "/" if _MARK in folder else os.sep
    return folder.rstrip(separator) + separator


def absolute(place: str | Path) -> str:
    """The place under its full name, as it is kept.

    Raises
    ------
    InputError
        It is an address that holds a secret.
    """
    return checked(str(place)) if is_address(place) else str(Path(place).absolute())


@contextlib.contextmanager
def opened(place: str | Path) -> Iterator[Opened]:
    """The file at a path or an address, read-only.

    Raises
    ------
    UnreadableFrame
        It is not there or cannot be read; while it is read, too.
    InputError
        The address cannot be used, or the package that reads it is not installed.
    """
    if is_address(place):
        address = checked(str(place))
        size = size_of(address)
        stream = io.BufferedReader(Ranges(address, size), RANGE_BYTES)
        with stream:
            yield Opened(stream, address, size)
        return
    path = Path(place)
    try:
        if asked(path, path.is_dir):
            raise UnreadableFrame("is a folder, not a frame", where=str(path), fix="name the frames in it")
        file = open_to_read(path, opener=open_now)
    except FileNotFoundError as error:
        raise _missing(str(path)) from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _unreadable(error, str(path)) from error
    with file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            what = "is no file but a pipe or a device, which may never come to its end"
            raise UnreadableFrame(what, where=str(path), fix="write it to a file, and name that")
        yield Opened(file, str(path), status.st_size)


def open_now(path: str, flags: int) -> int:
    """For ``opener`` of :func:`open`: neither a pipe that nobody writes to stalls it, nor a file that a program holds.

    Whether it is a regular file is for the caller to look at; the descriptor of one is as any other.
    """
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _missing(name: str, *, windows: bool = os.name == "nt") -> UnreadableFrame:
    if windows and len(name) > LONGEST_ON_WINDOWS and not name.startswith("\\\\?\\"):
        what = f"cannot be opened: its path has {len(name)} characters, and Windows opens {LONGEST_ON_WINDOWS}"
        fix = "move the frames into a folder nearer to the root, or let Windows take long paths (LongPathsEnabled)"
        return UnreadableFrame(what, where=name, fix=fix)
    return UnreadableFrame("there is no such file", where=name, fix="check the name")


def _unreadable(error: OSError | ValueError, name: str) -> UnreadableFrame:
    if isinstance(error, BlockingIOError):
        return UnreadableFrame(
            "cannot be read: another program holds it", where=name, fix="end that program, then try again"
        )
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return UnreadableFrame(f"cannot be read: {reason}", where=name)
