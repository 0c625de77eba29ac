"""Siril's sequence files (``pp_light_.seq``): which frames belong to it, and how each was aligned.

A line ``I`` a frame says whether it is selected, a line ``R`` how it was registered. From 1.2 on (format 4) it
ends in ``H`` and nine numbers: the homography, row by row, that takes a pixel of the frame to one of the reference.
Siril counts y from the last stored row on. 1.0 writes shifts alone, and zeros where it turned the frame as well: then
nothing is known. The sequence of the aligned frames (``r_pp_light_.seq``) holds identities; those that count are in the
one that was aligned.

Source: files written by Siril 1.0.6, 1.2.6 and 1.4.2 for frames of known shifts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from ampglow_plugin.errors import InputError, UnreadableFrame

#: nine numbers, row by row
Homography: TypeAlias = tuple[float, ...]
ENDING: Final = "_.seq"
IDENTITY: Final[Homography] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

_NUMBERED = re.compile(r"^(?P<name>.+?)_?(?P<number>\d+)\.(?:fits?|fts)(?:\.fz|\.gz)?$", re.IGNORECASE)
_HEAD = re.compile(r"^S\s+(?P<quote>['\"])(?P<name>.*)(?P=quote)\s+(?P<rest>[-\d\s]+)$")
_LAYER = re.compile(r"^R(?P<layer>\d*)\s+(?P<rest>.*)$")
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class SequenceFrame:
    """One frame: the number in its file name, whether it is selected, and how it is brought to the reference."""

    number: int
    selected: bool
    to_reference: Homography | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SirilSequence:
    """A sequence file. ``reference`` is an index of ``frames``, None where Siril had chosen none."""

    path: str
    name: str
    frames: tuple[SequenceFrame, ...]
    reference: int | None = None

    @property
    def aligned(self) -> bool:
        """Whether it says how its frames were aligned: an identity for all of them says nothing."""
        known = [f.to_reference for f in self.frames if f.to_reference is not None]
        return len(known) > 1 and any(h != IDENTITY for h in known)

    def frame(self, number: int) -> SequenceFrame | None:
        """The frame whose file has this number."""
        return next((f for f in self.frames if f.number == number), None)


def number_of(path: Path) -> int | None:
    """The number in the name of a frame of a sequence: ``r_pp_light_00003.fit`` is 3."""
    found = _NUMBERED.match(path.name)
    return int(found["number"]) if found else None


def find_sequences(output: Path) -> Iterator[Path]:
    """Sequence files beside ``output`` from which it may have been aligned: its name, prefix by prefix taken away."""
    found = _NUMBERED.match(output.name)
    name = found["name"] if found else ""
    while "_" in name:
        name = name.partition("_")[2]
        path = output.with_name(f"{name}{ENDING}")
        if name and path.is_file():
            yield path


def read_sequence(path: str | Path) -> SirilSequence:
    """Read a sequence file.

    Raises
    ------
    InputError
        Where it cannot be read.
    UnreadableFrame
        Where it is none, or damaged.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("is larger than any sequence file", where=str(path))
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from error
    head = next((m for m in map(_HEAD.match, lines) if m), None)
    if head is None:
        raise UnreadableFrame("is no sequence file of Siril: it has no line S", where=str(path))
    listed = [words for line in lines if line.startswith("I ") and len(words := line.split()) >= 3]
    try:
        numbers = [int(word) for word in head["rest"].split()]
        frames = [(int(words[1]), words[2] != "0") for words in listed]
        aligned = _homographies(lines, len(frames))
    except ValueError as error:
        raise UnreadableFrame(f"is damaged: {error}", where=str(path)) from error
    if not frames or (len(numbers) > 1 and len(frames) != numbers[1]):
        raise UnreadableFrame(f"is damaged: it lists {len(frames)} frames", where=str(path))
    reference = numbers[4] if len(numbers) > 4 and 0 <= numbers[4] < len(frames) else None
    return SirilSequence(
        path=str(path),
        name=head["name"],
        frames=tuple(
            SequenceFrame(number=number, selected=selected, to_reference=aligned.get(i))
            for i, (number, selected) in enumerate(frames)
        ),
        reference=reference,
    )


def _homographies(lines: list[str], count: int) -> dict[int, Homography]:
    """By index of the frame, from the layer whose stars were used; empty where there are none."""
    layers: dict[str, list[str]] = {}
    for line in lines:
        found = _LAYER.match(line)
        if found:
            layers.setdefault(found["layer"], []).append(found["rest"])
    for rows in layers.values():
        if len(rows) != count:
            continue
        known: dict[int, Homography] = {}
        for i, row in enumerate(rows):
            words = row.partition(" H ")[2].split()
            values = tuple(float(word) for word in words)
            if len(values) == 9 and any(values):  # a frame that could not be aligned has nine zeros
                known[i] = values
        if known:
            return known
    return {}
