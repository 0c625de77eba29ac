"""A script of commands as its program splits it into lines and words: what dialect rules judge."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ampglow_plugin.model.plan import MasterRole

#: ssf: Siril reads the file itself. python: calls in a program that send commands to Siril.
Language = Literal["ssf", "python"]


class Word(NamedTuple):
    """One word without its quotes, from ``column`` (1 is the first) up to ``end``, both quotes included.

    ``closed`` is False for a quoted word whose second quote is missing. ``known`` is False where a part of the
    text is worked out by a program: that part stands in braces. (A tuple, as there are many: a frozen dataclass takes
    a third of the linter's time to make.)
    """

    text: str
    column: int
    end: int
    quoted: bool = False
    closed: bool = True
    known: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One command line: its number (from 1) and its words, the command first; ``text`` is the line as Siril gets it.

    ``complete`` is False where a program adds words that cannot be read from it. ``command`` is the first word in
    lower case: Siril does not tell them apart.
    """

    number: int
    words: tuple[Word, ...]
    text: str = ""
    complete: bool = True
    command: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "command", self.words[0].text.lower())

    @property
    def arguments(self) -> tuple[Word, ...]:
        """All words after the command."""
        return self.words[1:]


@dataclass(frozen=True, kw_only=True, slots=True)
class MasterUse:
    """A file that a command calibrates with, by its path below the folder in which the script starts."""

    option: Literal["bias", "dark", "flat"]
    path: str
    line: int
    column: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FileWrite:
    """A file that the script makes by stacking or saving; ``role`` is what uses and names say it holds."""

    path: str
    line: int
    role: MasterRole | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RawStack:
    """A stack of raw frames that line ``calibrated`` above it calibrates, without a stack of the calibrated ones."""

    name: str
    calibrated: int
    line: int
    column: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """The lines of a script in order, and facts about it that lines do not show.

    ``requires`` is the version it asks for, as written; ``chosen`` the series that the user wants it judged
    for. ``comments`` counts comment lines. ``bad_byte`` is (line, column) of the first byte that is not UTF-8.
    ``straight`` is False where branches, loops or functions decide what runs, and when. ``unread`` are (line, column)
    of commands that cannot be read from the source.
    """

    path: str
    lines: tuple[Line, ...]
    language: Language = "ssf"
    straight: bool = True
    requires: str | None = None
    chosen: str | None = None
    comments: int = 0
    byte_order_mark: bool = False
    bad_byte: tuple[int, int] | None = None
    unread: tuple[tuple[int, int], ...] = ()
    uses: tuple[MasterUse, ...] = ()
    writes: tuple[FileWrite, ...] = ()
    raw_stacks: tuple[RawStack, ...] = ()
