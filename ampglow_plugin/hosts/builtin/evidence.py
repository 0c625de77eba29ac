"""What the engine's own HISTORY cards and its log testify; written and read back in one place."""

from __future__ import annotations

import functools
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ampglow_plugin.model.evidence import Claim, HeaderEvidence, LogEvidence

NAME = "ampglow"
#: first word of each HISTORY line of ours
MARK = "ampglow:"
#: a factor this near to 1 is an unscaled dark
FACTOR_ROUNDING = 0.0005

_PROGRAM = re.compile(rf"^{NAME} (\S+)")
_DARK = re.compile(rf"^{MARK} dark subtracted, factor ([-+.\deE]+)$")
_BIAS = re.compile(rf"^{MARK} bias (?:frame|level of [-+.\deE]+ ADU) subtracted$")
_FLAT = re.compile(rf"^{MARK} divided by flat, scale ([-+.\deE]+)(?:, colours equalised)?$")


def dark_line(factor: float) -> str:
    """HISTORY of a dark that was subtracted ``factor`` times."""
    return f"{MARK} dark subtracted, factor {factor:.6f}"


def bias_line(level_adu: float | None) -> str:
    """HISTORY of a bias: a frame, or a level."""
    return f"{MARK} bias {'frame' if level_adu is None else f'level of {level_adu:g} ADU'} subtracted"


def flat_line(scale: float, *, equalized: bool) -> str:
    """HISTORY of a flat; ``scale`` is its mean, as a share of full scale."""
    return f"{MARK} divided by flat, scale {scale:.6f}{', colours equalised' if equalized else ''}"


def header_evidence(cards: Sequence[str], raw_cards: Sequence[str] | None, software: str | None) -> HeaderEvidence:
    """Testimony of HISTORY texts ``cards`` of a frame whose PROGRAM is ``software``.

    Lines that the raw light had already (``raw_cards``; None where it is not at hand) do not count.
    """
    found = _PROGRAM.match((software or "").strip())
    if found is None:
        return HeaderEvidence(why="not written by the embedded engine")
    before = Counter(line.strip() for line in raw_cards or ())
    said = []
    for line in (card.strip() for card in cards):
        if before[line] > 0:
            before[line] -= 1
        elif line.startswith(MARK):
            said.append(line)
    factors = [float(m[1]) for m in map(_DARK.match, said) if m]
    flats = [float(m[1]) for m in map(_FLAT.match, said) if m]
    claim, why = _claim(factors, said)
    if raw_cards is None and said:
        why += "; the raw light was not at hand, so the lines may have been there before"
    return HeaderEvidence(
        host=NAME,
        host_version=found[1],
        claim=claim,
        dark_lines=len(factors),
        factor=factors[0] if len(factors) == 1 else None,
        bias=any(_BIAS.match(line) for line in said) if said else None,
        flat=bool(flats) if said else None,
        flat_scale=flats[0] if len(flats) == 1 else None,
        lines=tuple(said),
        why=why,
    )


def _claim(factors: Sequence[float], said: Sequence[str]) -> tuple[Claim, str]:
    if len(factors) > 1:
        return "applied_twice", f"{len(factors)} dark lines"
    if factors and abs(factors[0] - 1) <= FACTOR_ROUNDING:
        return "applied", "one dark line"
    if factors:
        return "scaled", f"a dark scaled by {factors[0]:.3f}"
    if said:
        return "not_applied", "lines of the engine, and none about a dark"
    return "silent", "no line of the engine"


def log_line(did: str, **facts: Any) -> str:
    """One line of the log: JSON, so that no file name can break it."""
    return json.dumps({"did": did, **facts}, ensure_ascii=True)


def log_evidence(log: str, output_name: str, dark_name: str | None) -> LogEvidence:
    """Testimony of the engine's log about the calibration that led to ``output_name`` (``r_pp_...`` too)."""
    told = _told(log)
    if told is None:
        return LogEvidence(why="not a log of the embedded engine")
    version, success = told.version, told.success
    names = dict.fromkeys((output_name, output_name.removeprefix("r_")))
    made = [entry for name in names for entry in told.made.get(name, ())]
    lines = tuple(json.dumps(e, ensure_ascii=True) for e in made)
    if not made:
        return LogEvidence(host_version=version, success=success, why="the log says nothing about this frame")
    if dark_name is None:
        return LogEvidence(
            host_version=version, success=success, lines=lines, why="which file is the dark is not known"
        )
    used = [e for e in made if e.get("dark") is not None and PurePosixPath(str(e["dark"])).name == dark_name]
    said = used[0].get("factor", 1.0) if len(used) == 1 else None
    factor = float(said) if isinstance(said, (int, float)) else None
    claim: Claim
    if len(used) > 1:
        claim, why = "applied_twice", f"{len(used)} calibrations subtracted {dark_name}"
    elif not used:
        claim, why = "not_applied", f"no calibration of this frame subtracted {dark_name}"
    elif factor is not None and abs(factor - 1) > FACTOR_ROUNDING:
        claim, why = "scaled", f"{dark_name} was subtracted {factor:.3f} times"
    else:
        claim, why = "applied", f"{dark_name} was subtracted from this frame"
    return LogEvidence(
        host_version=version,
        claim=claim,
        dark=dark_name if used else None,
        factor=factor,
        success=success,
        lines=lines,
        why=why,
    )


def _entries(log: str) -> list[dict[str, Any]]:
    """The log's lines; none where any of them is not ours."""
    try:
        entries = [json.loads(line) for line in log.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return []
    return entries if all(isinstance(e, dict) for e in entries) else []


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """A log, looked up by the names of the frames it calibrated: a night of thousands asks it once a frame."""

    version: str
    success: bool
    made: Mapping[str, Sequence[dict[str, Any]]]


@functools.lru_cache(maxsize=2)
def _told(log: str) -> _Told | None:
    entries = _entries(log)
    if not entries or entries[0].get("engine") != NAME:
        return None
    made: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry.get("did") == "calibrated":
            made.setdefault(PurePosixPath(str(entry.get("output"))).name, []).append(entry)
    success = entries[-1].get("did") == "finished"
    return _Told(version=str(entries[0].get("version")), success=success, made=made)
