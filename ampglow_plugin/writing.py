"""How ampglow writes a file: all of it under a temporary name, on the disk, then renamed; never through a link.

A reader sees the old file or the whole new one, whenever the power fails. A link at the final name is replaced
itself: what it points at is somebody else's. The temporary name is drawn at random and must not exist, so nothing
can wait there either.
"""

from __future__ import annotations

import contextlib
import io
import os
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from ampglow_plugin.errors import InputError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

#: begins the names of all that is there only while we work: hidden from scans, and taken away where it was left
HIDDEN: Final = ".ampglow-"
#: how the temporary names begin and end: of fixed length, and no name of a frame
TEMPORARY: Final = (HIDDEN, ".part")
#: flags of a file that must not exist, not even as a link
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
#: first bytes of files that hold pixels: FITS, XISF, and either compressed by gzip
_FRAMES: Final = (b"SIMPLE  =", b"XISF0100", b"\x1f\x8b")
#: categories of Unicode that steer a terminal or a reader's eye, end a line, or mean nothing (yet)
_NOT_PLAIN: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


@contextlib.contextmanager
def new_file(path: Path, *, replace: bool = True, mode: int | None = None) -> Iterator[IO[bytes]]:
    """A binary file that is called ``path`` once the block has ended well, and is gone where it has not.

    ``replace`` allows to take the place of a file of that name; ``mode`` are its permissions (default: as the user's
    mask has it).

    Raises
    ------
    InputError
        The name is taken, and ``replace`` is false.
    OSError
        The folder cannot be written to, or its disk is full: with ``path`` for its file name, for that names none.
        What the block itself cannot read keeps its own name.
    """
    path = Path(path)
    temporary = path.with_name(secrets.token_hex(8).join(TEMPORARY))
    with _naming(path):
        file = _Named(os.open(temporary, _NEW, 0o666), path)
    try:
        with file:
            yield file
            file.flush()
            with _naming(path):
                _sync(file.fileno())
        with _naming(path):
            if mode is not None:
                temporary.chmod(mode)
            if replace:
                temporary.replace(path)
            else:
                into_place(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):  # of what the disk still holds back
            file.close()
        temporary.unlink(missing_ok=True)
        raise
    _settle(path.parent)


class _Named(io.BufferedWriter):
    """A new file whose errors name ``path``, and not the temporary name or none."""

    def __init__(self, descriptor: int, path: Path) -> None:
        super().__init__(io.FileIO(descriptor, "wb"))
        self._path = path

    def write(self, data: ReadableBuffer, /) -> int:
        with _naming(self._path):
            return super().write(data)

    def flush(self) -> None:
        with _naming(self._path):
            super().flush()


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def write_bytes(path: Path, data: bytes, *, replace: bool = True, mode: int | None = None) -> None:
    """Write a file whole; see :func:`new_file`."""
    with new_file(path, replace=replace, mode=mode) as file:
        file.write(data)


def write_text(path: Path, text: str, *, replace: bool = True) -> None:
    """Write text (UTF-8, LF) whole; see :func:`new_file`."""
    write_bytes(path, text.encode("utf-8"), replace=replace)


def new_log(path: Path) -> IO[str]:
    """A text file that grows under its own name, to be read while it does; an old one, or a link, is taken away."""
    path.unlink(missing_ok=True)
    return path.open("x", encoding="utf-8", errors="backslashreplace", newline="\n")


def into_place(temporary: Path, final: Path) -> None:
    """Rename, but never over a file: a hard link fails where there is one; not all file systems have them.

    Raises
    ------
    InputError
        The name is taken; ``temporary`` is left.
    """
    try:
        os.link(temporary, final)
    except FileExistsError:
        raise taken(final) from None
    except (OSError, NotImplementedError):
        if os.path.lexists(final):
            raise taken(final) from None
        temporary.rename(final)
    else:
        with contextlib.suppress(OSError):
            temporary.unlink()
    _settle(final.parent)


def taken(path: Path) -> InputError:
    """The error for a name that is taken."""
    return InputError("exists already; nothing was changed", where=str(path), fix="add --force to overwrite it")


def refuse_overwriting(path: Path, *, force: bool) -> None:
    """Refuse to write over ``path`` unless ``force`` says so; over a frame nothing is written whatever it says.

    Raises
    ------
    InputError
        Where the file exists (as a link to nothing, too), or its folder does not.
    """
    if path.is_dir():
        raise InputError("is a folder, not a file", where=str(path), fix="name a file, such as plan.yaml")
    if os.path.lexists(path) and not force:
        raise taken(path)
    if is_frame(path):
        raise InputError("is a frame; not even --force overwrites one", where=str(path), fix="name another file")
    if not path.parent.is_dir():
        raise InputError("there is no such folder", where=str(path.parent), fix="make it first, or name another")


def is_frame(path: Path) -> bool:
    """Whether a file begins as frames do; a link is no frame, since it is replaced itself."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(16).startswith(_FRAMES)
    except OSError:
        return True  # nobody knows


def ascii_text(text: str) -> str:
    r"""``text`` in the printable ASCII that a card of FITS can hold; any other character by its number.

    >>> ascii_text("M\x1b[31m caf\xe9")
    'M\\x1b[31m caf\\xe9'
    """
    return plain_text(text).encode("ascii", "backslashreplace").decode()


def one_line(text: str) -> str:
    """``text`` for a comment: blanks in place of what is not plain, whatever may end a line included."""
    return "".join(c if is_plain(c) else " " for c in text)


def plain_text(text: str) -> str:
    r"""``text`` without control characters, marks of direction and half characters: they are shown by their number.

    >>> plain_text("M\x1b[31m \u202e caf\xe9\u3000")
    'M\\x1b[31m \\u202e caf\xe9\u3000'
    """
    if text.isprintable():
        return text
    return "".join(c if is_plain(c) else repr(c)[1:-1] for c in text)


def is_plain(character: str) -> bool:
    """Whether a character is shown and does nothing else: it steers no terminal, and turns, hides or ends no line."""
    return unicodedata.category(character) not in _NOT_PLAIN


def is_utf8(name: str) -> bool:
    """Whether a name is text; on Linux it may be any bytes, which Python shows as half characters."""
    return not any("\ud800" <= c <= "\udfff" for c in name)


def storable(path: str) -> str:
    """An absolute path as a key of a database; one that is no UTF-8 gets a form that no other path has."""
    return path if is_utf8(path) else f"bytes:{os.fsencode(path).hex()}"


def _sync(descriptor: int) -> None:
    """Wait until what was written is on the disk."""
    os.fsync(descriptor)


def _settle(folder: Path) -> None:
    """Have the folder's new entry on the disk, too, where the system can be asked for that."""
    with contextlib.suppress(OSError, AttributeError):  # Windows opens no folders
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _sync(descriptor)
        finally:
            os.close(descriptor)
