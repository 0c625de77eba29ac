"""Siril's log as blocks, one a command, and the lines in it that mean failure."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ampglow_plugin.hosts.siril.dialects import Series, series_of

FINISHED = "Script execution finished successfully."

#: what a runner of ours adds to a log; Siril is not let say a line that begins like this
NOTE = "ampglow: "
#: the note where commands were given one by one: each was answered, and with a success
ANSWERED = f"{NOTE}every command was answered with success"

#: What fails without ending the script, or is said where the status is 0: a skipped flat, a sequence with
#: failed images, a script that was not run, masters that were guessed.
BAD = (
    re.compile(r"Images must have same dimensions"),
    re.compile(r"Sequence processing (?:partially succeeded|failed)"),
    re.compile(r"^Error in line \d+"),
    re.compile(r"Script execution failed"),
    re.compile(r'The "requires" command is missing'),
    re.compile(r"^(?:Warning|Error) code: -?\d+"),
    re.compile(r"Unknown (?:command|parameter)"),
    re.compile(r"Conversion (?:failed|partially)"),
    re.compile(r"not enough (?:free )?(?:disk|memory)", re.IGNORECASE),
    re.compile(r"Not enough (?:free )?space"),
)

#: Worth telling, and no failure: under a dark sky half of the pixels are negative in a right calibration, and
#: a clouded frame cannot be aligned.
DOUBTFUL = re.compile(r"contains many negative pixels|Not enough stars")
_PARTLY = "Sequence processing partially succeeded"
_ALIGNS = ("register", "seqapplyreg")

#: messages that repeat what others chose: comments of the script, names of folders
_ECHO = re.compile(r"^(?:#|Setting CWD |Reading configuration file |Loading init file)")
_NOISE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_RUNNING = re.compile(r"^Running command: (\S+)")
_VERSION = re.compile(r"Siril v?(\d+\.\d+(?:\.\d+)?)", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """Messages of one command, in the order of the log. Lines of single frames vary, since threads write them."""

    command: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Log:
    """A whole log: its commands, and whether Siril says it reached the end of the script."""

    blocks: tuple[Block, ...]
    finished: bool
    version: str | None

    @property
    def series(self) -> Series | None:
        """The series of the Siril that wrote it, where it says so."""
        return series_of(self.version) if self.version else None

    @property
    def commands(self) -> tuple[str, ...]:
        """The commands that Siril says it ran, in order."""
        return tuple(b.command for b in self.blocks if b.command)

    @property
    def bad(self) -> tuple[str, ...]:
        """Lines that mean failure, each once."""
        lines = (line for block in self.blocks for line in block.lines if is_bad(line) and not _left_out(block, line))
        return tuple(dict.fromkeys(lines))

    @property
    def doubtful(self) -> tuple[str, ...]:
        """Warnings that a right calibration can give, too, each once."""
        lines = (
            line for block in self.blocks for line in block.lines if DOUBTFUL.search(line) or _left_out(block, line)
        )
        return tuple(dict.fromkeys(lines))


def _left_out(block: Block, line: str) -> bool:
    """Is this about frames that could not be aligned? They are calibrated all the same."""
    return block.command in _ALIGNS and line.startswith(_PARTLY)


def is_bad(line: str) -> bool:
    """Does this message mean that something was not done?"""
    return not _ECHO.match(line) and any(pattern.search(line) for pattern in BAD)


def message(line: str) -> str | None:
    """The text of a ``log:`` line, or None for other output (progress, remarks for developers)."""
    text = _NOISE.sub("", line).strip()
    _, mark, rest = text.partition("log: ")
    return rest.strip() if mark else None


def share(line: str) -> tuple[str, float | None] | None:
    """(what, share done 0..1) of a ``progress:`` line, or None."""
    found = re.search(r"progress: (.*?),?\s*(\d+(?:\.\d+)?)%", line)
    if found is None:
        return None
    return found[1].strip(), min(float(found[2]) / 100, 1.0)


@functools.lru_cache(maxsize=2)
def read_log(text: str) -> Log:
    """Parse a log as kept by ``run``, or as a terminal showed it."""
    blocks: list[Block] = []
    command, lines = "", list[str]()
    lines_of_text = text.splitlines()
    noted = next((found for line in lines_of_text if line.startswith(NOTE) and (found := _VERSION.search(line))), None)
    version: str | None = noted[1] if noted else None
    for said in _messages(lines_of_text):
        running = _RUNNING.match(said)
        if running:
            blocks.append(Block(command=command, lines=tuple(lines)))
            command, lines = running[1], []
            continue
        lines.append(said)
        found = _VERSION.search(said) if version is None else None
        version = found[1] if found else version
    blocks.append(Block(command=command, lines=tuple(lines)))
    finished = ANSWERED in lines_of_text or any(FINISHED in b.lines for b in blocks)
    return Log(blocks=tuple(blocks), finished=finished, version=version)


def _messages(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        said = message(line)
        if said:
            yield said
