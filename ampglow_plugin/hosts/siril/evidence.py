"""What Siril's HISTORY cards and its log testify about a calibrated frame.

A header is testimony: it follows from the options given, not from what was done, and there are ways
to apply a dark that leave no trace. ``silent`` is claimed wherever silence proves nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

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
    log = read_log(text)
    name = _stem(output_name)
    calibrations = [b for b in log.blocks if b.command in _CALIBRATES]
    blocks = [b for b in calibrations if any(_made_from(s, name) for s in _saved(b))]
    if not blocks:  # the frame's line may be cut in two by another; masters are read once for all its sequence
        sequence = _sequence(name)
        blocks = [b for b in calibrations if any(_made_from(_sequence(s), sequence) for s in _saved(b))]
    success = log.finished and not log.bad if log.commands else None
    if not blocks:
        why = "the log says nothing about this frame"
        return LogEvidence(host_version=log.version, success=success, why=why)
    mismatch = any(_MISMATCH in b.lines for b in blocks)
    lines = tuple(line for b in blocks for line in _quotes(b, name))
    if dark_name is None:
        return LogEvidence(
            host_version=log.version,
            flat_mismatch=mismatch,
            success=success,
            lines=lines,
            why="which file is the dark is not known",
        )
    dark = _stem(dark_name)
    reading = [b for b in blocks if dark in _masters_read(b)]
    factor = _factor(reading[0], name) if len(reading) == 1 else None
    claim: Claim
    if len(reading) > 1:
        claim, why = "applied_twice", f"{len(reading)} calibrations read {dark}"
    elif not reading:
        claim, why = "not_applied", f"no calibration of this frame read {dark}"
    elif factor is not None and abs(factor - 1) > FACTOR_ROUNDING:
        claim, why = "scaled", f"{dark} was read and scaled by {factor:.3f}"
    elif factor is None and any(_FACTOR.match(line) for line in reading[0].lines):
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


def _made_from(saved: str, name: str) -> bool:
    """Is ``saved`` the frame ``name`` itself, or one it was made from by adding prefixes?"""
    return name == saved or name.endswith(f"_{saved}")


def _sequence(name: str) -> str:
    """The name of a frame without its number."""
    return re.sub(r"_?\d+$", "", name)


def _saved(block: Block) -> Iterator[str]:
    return (_stem(m[1]) for m in map(_SAVING.match, block.lines) if m)


def _masters_read(block: Block) -> set[str]:
    """Names read before the first frame was saved; frames of the sequence may be among them."""
    names = set()
    for line in block.lines:
        if _SAVING.match(line):
            break
        reading = _READING.match(line)
        if reading:
            names.add(_stem(reading[1]))
    return names


def _factor(block: Block, name: str) -> float | None:
    """k0 of this frame: by its number where the log gives one, else only if all frames agree."""
    found = [(m[1], float(m[2])) for m in map(_FACTOR.match, block.lines) if m]
    number = re.search(r"(\d+)$", name)
    own = [k for image, k in found if image is not None and number is not None and int(image) == int(number[1]) - 1]
    if own:
        return own[0]
    every = {k for image, k in found if image is None}
    return every.pop() if len(every) == 1 else None


def _quotes(block: Block, name: str) -> Iterator[str]:
    """The lines worth quoting: masters, factors of this frame, and what went wrong."""
    yield f"Running command: {block.command}"
    saving = False
    for line in block.lines:
        saved = _SAVING.match(line)
        saving = saving or saved is not None
        if (
            (not saving and _READING.match(line))
            or (saved and _made_from(_stem(saved[1]), name))
            or _FACTOR.match(line)
            or is_bad(line)
        ):
            yield line
