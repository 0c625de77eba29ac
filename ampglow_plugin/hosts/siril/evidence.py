"""What Siril's HISTORY cards and its log testify about a calibrated frame.

A header is testimony: it follows from the options given, not from what was done, and there are ways
to apply a dark that leave no trace. ``silent`` is claimed wherever silence proves nothing.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, NamedTuple

from ampglow_plugin.hosts.siril.dialects import DIALECTS, series_of
from ampglow_plugin.hosts.siril.log import Block, is_bad, read_log
from ampglow_plugin.model.evidence import Claim, HeaderEvidence, LogEvidence

PROGRAM = re.compile(r"Siril v?(\d+\.\d+(?:\.\d+)?)", re.IGNORECASE)

_DARK = re.compile(r"^Calibrated with a master dark$")
_SCALED = re.compile(r"^Calibrated with an optimized master dark \(factor: ([-+.\deE]+)\)$")
_BIAS = re.compile(r"^Calibrated with a (?:master|synthetic) bias\b")
_FLAT = re.compile(r"^Calibrated with a master flat, normalization of ([-+.\deE]+)$")
_OTHER = re.compile(r"^(?:Fixed X-Trans |Cosmetic correction of )")
_OWN = re.compile(r"^(?:Calibrated with |Fixed X-Trans |Cosmetic correction of )")
#: the line of a stack, which replaces all others (cards of 72 characters, joined)
_STACK = re.compile(r"^(?:mean|median|sum|minimum|maximum)(?:value)? ?stacking|^(?:minimum|maximum) ", re.IGNORECASE)

_CALIBRATES = ("calibrate", "preprocess", "calibrate_single", "preprocess_single")
_READING = re.compile(r"^Reading FITS: file (.+?), \d+ layer")
_SAVING = re.compile(r"^Saving FITS: file (.+?), \d+ layer")
_FACTOR = re.compile(r"^Dark optimization(?: of image (\d+))?: k0=([-+.\deE]+)")
_MISMATCH = "Images must have same dimensions."
#: a factor this near to 1 was written as 1.000
FACTOR_ROUNDING = 0.0005
#: factors quoted of a log that does not say of which frame each is
MOST_FACTORS: Final = 20


def header_evidence(cards: Sequence[str], raw_cards: Sequence[str] | None, software: str | None) -> HeaderEvidence:
    """Testimony of HISTORY texts ``cards`` of a frame whose PROGRAM is ``software``.

    ``raw_cards`` are the HISTORY texts of the raw light. Siril keeps them in front of its own, so
    they are taken away first; None where the raw light is not at hand. CALSTAT is passed through by
    Siril and never updated, and means nothing here.
    """
    found = PROGRAM.search(software or "")
    if found is None:
        return HeaderEvidence(why="not written by Siril")
    version = found[1]
    series = series_of(version)
    if series is None or not DIALECTS[series].writes_history:
        return HeaderEvidence(host="siril", host_version=version, why=f"Siril {version} writes no HISTORY")
    own = _beyond([c.strip() for c in cards], [c.strip() for c in raw_cards or ()])
    said = tuple(line for line in own if _OWN.match(line))
    if any(_STACK.match(line) for line in own):
        why = "a stack: Siril replaces the lines of calibration by that of stacking"
        return HeaderEvidence(host="siril", host_version=version, lines=tuple(own), why=why)
    factors = [float(m[1]) for m in map(_SCALED.match, said) if m]
    plain = sum(1 for line in said if _DARK.match(line))
    flats = [float(m[1]) for m in map(_FLAT.match, said) if m]
    claim, why = _claim(plain, factors, said)
    if raw_cards is None and said:
        why += "; the raw light was not at hand, so the lines may have been there before"
    return HeaderEvidence(
        host="siril",
        host_version=version,
        claim=claim,
        dark_lines=plain + len(factors),
        factor=factors[0] if len(factors) == 1 else None,
        bias=any(_BIAS.match(line) for line in said) if said else None,
        flat=bool(flats) if said else None,
        flat_scale=flats[0] if len(flats) == 1 else None,
        lines=said,
        why=why,
    )


def _beyond(lines: Sequence[str], before: Sequence[str]) -> list[str]:
    """``lines`` without those of ``before``, each as often as it stands there, the first ones first."""
    rest = Counter(before)
    out = []
    for line in lines:
        if rest[line] > 0:
            rest[line] -= 1
        else:
            out.append(line)
    return out


def _claim(plain: int, factors: Sequence[float], said: Sequence[str]) -> tuple[Claim, str]:
    if plain + len(factors) > 1:
        return "applied_twice", f"{plain + len(factors)} dark lines"
    if plain:
        return "applied", "one dark line"
    if factors:
        if abs(factors[0] - 1) <= FACTOR_ROUNDING:
            return "applied", "a scaled dark with factor 1.000"
        return "scaled", f"a scaled dark with factor {factors[0]:.3f}"
    if said and all(any(known.match(line) for known in (_BIAS, _FLAT, _OTHER)) for line in said):
        return "not_applied", "lines of calibration, and none about a dark"
    if said:
        return "silent", "lines of calibration in words that are not known"
    return "silent", "no line of calibration: none was done, or it left no trace (-opt alone, drizzle, arithmetic)"


def log_evidence(text: str, output_name: str, dark_name: str | None) -> LogEvidence:
    """Testimony of Siril's log ``text`` about the calibration that led to ``output_name``.

    Masters are named in the log only where they are read: between the command and the first frame it
    saves. ``dark_name`` is the file name of the dark to look for. Aligned frames (``r_pp_...``) are
    traced back to the calibration of the frame they end with.
    """
    log = _told(text)
    name = _stem(output_name)
    blocks = [c for c in log.calibrations if c.lines_of(name)]
    if not blocks:  # the frame's line may be cut in two by another; masters are read once for all its sequence
        sequence = _sequence(name)
        blocks = [c for c in log.calibrations if any(s in c.sequences for s in _origins(sequence))]
    success = log.success
    if not blocks:
        why = "the log says nothing about this frame"
        return LogEvidence(host_version=log.version, success=success, why=why)
    mismatch = any(c.mismatch for c in blocks)
    lines = tuple(line for c in blocks for line in c.quotes(name))
    if dark_name is None:
        return LogEvidence(
            host_version=log.version,
            flat_mismatch=mismatch,
            success=success,
            lines=lines,
            why="which file is the dark is not known",
        )
    dark = _stem(dark_name)
    reading = [c for c in blocks if dark in c.masters]
    factor = reading[0].factor(name) if len(reading) == 1 else None
    claim: Claim
    if len(reading) > 1:
        claim, why = "applied_twice", f"{len(reading)} calibrations read {dark}"
    elif not reading:
        claim, why = "not_applied", f"no calibration of this frame read {dark}"
    elif factor is not None and abs(factor - 1) > FACTOR_ROUNDING:
        claim, why = "scaled", f"{dark} was read and scaled by {factor:.3f}"
    elif factor is None and reading[0].scales:
        claim, why = "scaled", f"{dark} was read and scaled; the log does not say which factor is that of this frame"
    else:
        claim, why = "applied", f"{dark} was read for the calibration of this frame"
    return LogEvidence(
        host_version=log.version,
        claim=claim,
        dark=dark if reading else None,
        factor=factor,
        flat_mismatch=mismatch,
        success=success,
        lines=lines,
        why=why,
    )


def _stem(name: str) -> str:
    """The base name without FITS endings: the log gives names as they were typed, with or without."""
    base = PurePosixPath(name.replace("\\", "/")).name
    return re.sub(r"\.(?:fits?|fts)(?:\.fz|\.gz)?$", "", base, flags=re.IGNORECASE)


def _origins(name: str) -> Iterator[str]:
    """``name`` and the frames that it can have been made from by adding prefixes, the nearest first."""
    yield name
    for i, letter in enumerate(name):
        if letter == "_":
            yield name[i + 1 :]


def _sequence(name: str) -> str:
    """The name of a frame without its number."""
    return re.sub(r"_?\d+$", "", name)


def _number(name: str) -> int | None:
    """The number a frame's name ends with."""
    found = re.search(r"(\d+)$", name)
    return int(found[1]) if found else None


class _Calibration:
    """What the block of one calibration says, looked up by frame: a night of thousands asks it once a frame.

    ``masters`` are names read before the first frame was saved; frames of the sequence may be among them.
    ``sequences`` are the names of saved frames without their numbers. ``scales``: whether it names a factor.
    """

    def __init__(self, block: Block) -> None:
        self.mismatch = _MISMATCH in block.lines
        self.masters: set[str] = set()
        self.scales = False
        self._command = block.command
        self._saved: dict[str, list[_Line]] = {}
        self._factors: dict[int | None, list[tuple[float, _Line]]] = {}
        self._common: dict[str, _Line] = {}
        for at, text in enumerate(block.lines):
            line = _Line(at, text)
            if saved := _SAVING.match(text):
                self._saved.setdefault(_stem(saved[1]), []).append(line)
            elif not self._saved and (read := _READING.match(text)):
                self.masters.add(_stem(read[1]))
                self._common.setdefault(text, line)
            elif factor := _FACTOR.match(text):
                image = None if factor[1] is None else int(factor[1])
                self._factors.setdefault(image, []).append((float(factor[2]), line))
                self.scales = True
            if is_bad(text):
                self._common.setdefault(text, line)
        self.sequences = {_sequence(name) for name in self._saved}

    def lines_of(self, name: str) -> list[_Line]:
        """The lines of the frames saved from which ``name`` was made, or of itself."""
        return [line for origin in _origins(name) for line in self._saved.get(origin, ())]

    def factor(self, name: str) -> float | None:
        """k0 of this frame: by its number where the log gives one, else only if all frames agree."""
        own = self._own(name)
        if own:
            return own[0][0]
        every = {k for k, _ in self._factors.get(None, ())}
        return every.pop() if len(every) == 1 else None

    def _own(self, name: str) -> list[tuple[float, _Line]]:
        number = _number(name)
        return [] if number is None else self._factors.get(number - 1, [])

    def quotes(self, name: str) -> Iterator[str]:
        """The lines worth quoting: masters, factors of this frame, and what went wrong, each once."""
        yield f"Running command: {self._command}"
        factors = self._own(name) or self._factors.get(None, [])[:MOST_FACTORS]
        found = {*self._common.values(), *self.lines_of(name), *(line for _, line in factors)}
        for line in sorted(found):
            yield line.text


class _Line(NamedTuple):
    """A line and its place in the log."""

    at: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """What a log says beside its calibrations."""

    version: str | None
    success: bool | None
    calibrations: tuple[_Calibration, ...]


@functools.lru_cache(maxsize=2)
def _told(text: str) -> _Told:
    log = read_log(text)
    return _Told(
        version=log.version,
        success=log.finished and not log.bad if log.commands else None,
        calibrations=tuple(_Calibration(block) for block in log.blocks if block.command in _CALIBRATES),
    )
