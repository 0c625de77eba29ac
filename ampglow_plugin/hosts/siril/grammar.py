"""The .ssf grammar as Siril reads it: lines, comments, words and quotes.

* A comment has ``#`` as its very first character; an indented one is an unknown command.
* Words are parted by blanks and tabs. A quote counts at the start of a word only and runs to its twin, or to the
  end of the line.
* No continuation, no variables, no loops. CRLF is fine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.script import Line, Word

__all__ = [
    "BYTE_ORDER_MARK",
    "Bytes",
    "Line",
    "Word",
    "from_bytes",
    "lines",
    "read_bytes",
    "read_file",
    "read_text",
    "words",
]

_WORD = re.compile(r"""[^ \t"'][^ \t]*|"([^"]*)("?)|'([^']*)('?)""")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NO_MARK = "save it as UTF-8 without BOM"


@dataclass(frozen=True, kw_only=True, slots=True)
class Bytes:
    """A script's text, and what Siril stumbles over in its bytes.

    ``bad_byte`` is (line, column) of the first byte that is not UTF-8; each such byte is a lone surrogate in
    ``text`` (Python's ``surrogateescape``).
    """

    text: str
    byte_order_mark: bool = False
    bad_byte: tuple[int, int] | None = None


def read_text(path: Path) -> str:
    """The text of a script.

    Raises
    ------
    InputError
        Where Siril itself would stop reading without a word: a byte that is not UTF-8, a byte order mark.
    """
    seen = read_bytes(path)
    if seen.byte_order_mark:
        what = "begins with a byte order mark; Siril then runs nothing, and calls that a success"
        raise InputError(what, where=str(path), fix=_NO_MARK)
    if seen.bad_byte is not None:
        what = f"line {seen.bad_byte[0]} holds a byte that is not UTF-8; Siril stops there, and calls that a success"
        raise InputError(what, where=str(path), fix="save it as UTF-8")
    return seen.text


def read_bytes(path: Path) -> Bytes:
    """The text of a script to its end, also where Siril itself would stop reading.

    Raises
    ------
    InputError
        The file cannot be read, or is UTF-16.
    """
    return from_bytes(read_file(path))


def read_file(path: Path) -> bytes:
    """The bytes of a script; errors as :func:`read_bytes`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError("is UTF-16 text, of which Siril reads nothing", where=str(path), fix=_NO_MARK)
    return data


def from_bytes(data: bytes) -> Bytes:
    """The text in the bytes of a script."""
    marked = data.startswith(BYTE_ORDER_MARK)
    data = data.removeprefix(BYTE_ORDER_MARK)
    try:
        return Bytes(text=data.decode("utf-8"), byte_order_mark=marked)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        start = data.rfind(b"\n", 0, error.start) + 1
        column = len(data[start : error.start].decode("utf-8")) + 1
        text = data.decode("utf-8", "surrogateescape")
        return Bytes(text=text, byte_order_mark=marked, bad_byte=(line, column))


def lines(text: str) -> Iterator[Line]:
    """Command lines of ``text``; comments and empty lines are left out."""
    for number, raw in enumerate(text.split("\n"), start=1):
        if raw.startswith("#"):
            continue
        line = raw.removesuffix("\r")
        found = tuple(words(line))
        if found:
            yield Line(number=number, words=found, text=line)


def words(line: str) -> Iterator[Word]:
    """The words of one line."""
    for match in _WORD.finditer(line):
        start, end = match.span()
        double, twin, single, other = match.groups()
        if double is None and single is None:
            yield Word(text=match[0], column=start + 1, end=end + 1)
        else:
            text, closed = (single, other) if double is None else (double, twin)
            yield Word(text=text, column=start + 1, end=end + 1, quoted=True, closed=bool(closed))
