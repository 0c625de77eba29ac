"""The .ssf grammar as Siril reads it: lines, comments, words and quotes.

* A comment has ``#`` as its very first character; an indented one is an unknown command.
* Words are parted by blanks and tabs. A quote counts at the start of a word only and runs to its twin.
* No continuation, no variables, no loops. CRLF is fine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import InputError

_BLANKS = " \t"
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One word without its quotes; ``column`` (from 1) is where it begins, quote included."""

    text: str
    column: int
    quoted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One command line: its number (from 1) and its words, the command first."""

    number: int
    words: tuple[Word, ...]

    @property
    def command(self) -> str:
        """The command in lower case: Siril does not tell them apart."""
        return self.words[0].text.lower()

    @property
    def arguments(self) -> tuple[Word, ...]:
        """All words after the command."""
        return self.words[1:]


def read_text(path: Path) -> str:
    """The text of a script.

    Raises
    ------
    InputError
        Where Siril itself would stop reading without a word: a byte that is not UTF-8, a byte order mark.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from error
    if data.startswith(_BOM):
        what = "begins with a byte order mark; Siril then runs nothing, and calls that a success"
        raise InputError(what, where=str(path), fix="save it as UTF-8 without BOM")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        number = data.count(b"\n", 0, error.start) + 1
        what = f"line {number} holds a byte that is not UTF-8; Siril stops there, and calls that a success"
        raise InputError(what, where=str(path), fix="save it as UTF-8") from None


def lines(text: str) -> Iterator[Line]:
    """Command lines of ``text``; comments and empty lines are left out."""
    for number, raw in enumerate(text.split("\n"), start=1):
        if raw.startswith("#"):
            continue
        words = tuple(_words(raw.rstrip("\r")))
        if words:
            yield Line(number=number, words=words)


def _words(line: str) -> Iterator[Word]:
    at = 0
    while at < len(line):
        if line[at] in _BLANKS:
            at += 1
            continue
        start = at
        if line[at] in "\"'":
            end = line.find(line[at], at + 1)
            end = len(line) if end < 0 else end
            yield Word(text=line[at + 1 : end], column=start + 1, quoted=True)
            at = end + 1
            continue
        while at < len(line) and line[at] not in _BLANKS:
            at += 1
        yield Word(text=line[start:at], column=start + 1)
