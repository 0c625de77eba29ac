"""What outputs of PixInsight testify about their dark: HISTORY lines, processing history, result files, logs."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from ampglow_plugin.hosts.pixinsight.flow import outputs
from ampglow_plugin.hosts.pixinsight.icon_reader import parse
from ampglow_plugin.hosts.pixinsight.log_reader import parse as parse_log
from ampglow_plugin.hosts.pixinsight.paths import stem
from ampglow_plugin.model.evidence import Claim, HeaderEvidence, LogEvidence
from ampglow_plugin.model.process import Listing, Mark, ProcessInstance
from ampglow_plugin.rules.pixinsight.log_factors import NO_EFFECT

BLOCK = "Calibration with ImageCalibration process"
#: a card is cut after 72 characters; a text that starts like this begins a new line
_STARTS = re.compile(r"\w+\.[\w.]+:|\w+ with \w+|CosmeticCorrection:|PCL|Processed|Integration|Demosaic|TimeGPS")
_CARD = 72
_DOCUMENT = re.compile(r"\s*(<\?xml|<ProcessingHistory)")
_VERSION = re.compile(r"PixInsight\D{0,24}(\d+\.\d+\.\d+(?:-\d+)?)")
Did = Literal["dark", "bias", "flat"]


@dataclass(kw_only=True, slots=True)
class _Block:
    """One calibration, from either kind of record. ``factors`` is None where the dark was not scaled."""

    enabled: dict[Did, bool] = field(default_factory=dict)
    dark_file: str = ""
    factors: tuple[float, ...] | None = None
    optimized: bool = False
    debayered_before: bool = False
    lines: list[str] = field(default_factory=list)


def header_evidence(cards: Sequence[str], raw_cards: Sequence[str] | None, software: str | None) -> HeaderEvidence:
    """Evidence from HISTORY texts in order, and from what properties of an XISF file say, given as further texts.

    Texts that the raw light already had are left out. Files of PixInsight up to 1.9.1 have HISTORY, those from
    1.9.3 on a document of processes (see :func:`ampglow_plugin.pixels.xisf.provenance`); both are looked at always.
    """
    texts = [*_own(cards, raw_cards)]
    document = next((t for t in texts if _DOCUMENT.match(t)), None)
    lines = _whole(t for t in texts if t is not document)
    steps = _steps(document)
    blocks = [*_from_history(lines), *_from_steps(steps)]
    named = any("PixInsight" in t or t.startswith("PCL:") for t in (*lines, software or "")) or bool(blocks or steps)
    host, version = ("pixinsight" if named else None), _version(lines, software)
    if not blocks:
        return HeaderEvidence(host=host, host_version=version, claim="silent", why=_why_silent(lines, steps))
    claim, factor, why = _claim(blocks)
    return HeaderEvidence(
        host=host,
        host_version=version,
        claim=claim,
        dark_lines=sum(b.enabled.get("dark", False) for b in blocks),
        factor=factor,
        bias=any(b.enabled.get("bias", False) for b in blocks),
        flat=any(b.enabled.get("flat", False) for b in blocks),
        lines=tuple(line for b in blocks for line in b.lines),
        why=why,
    )


def file_evidence(path: str | Path, raw: str | Path | None = None) -> HeaderEvidence:
    """The same for a file, FITS or XISF, with everything its header holds.

    Raises
    ------
    UnreadableFrame, UnsupportedFile
        As :func:`ampglow_plugin.headers.history`.
    """
    from ampglow_plugin.headers import history, program
    from ampglow_plugin.pixels.xisf import provenance

    before = history(raw) if raw else None
    return header_evidence((*history(path), *provenance(path)), before, program(path))


def dark_names(evidence: HeaderEvidence) -> tuple[str, ...]:
    """File names of the darks in an evidence's lines, as PixInsight wrote them."""
    texts = (re.search(r"masterDark(?:\.fileName: |Path: )(.+)", line) for line in evidence.lines)
    return tuple(stem(match[1]) for match in texts if match)


def same_name(said: str, path: str) -> bool:
    """A name in HISTORY is folded to 7-bit ASCII and has no folder."""
    folded = "".join(c if ord(c) < 128 else "?" for c in stem(path))
    return re.sub(r"[^\x20-\x7e]|\?", "", stem(said)) == re.sub(r"\?", "", folded)


# ----------------------------------------------------------------------------------------- history


def _own(cards: Sequence[str], raw_cards: Sequence[str] | None) -> Iterator[str]:
    before = list(raw_cards or ())
    for card in cards:
        if card in before:
            before.remove(card)
        else:
            yield card


def _whole(cards: Iterable[str]) -> list[str]:
    """Cards joined to the lines that were cut into them."""
    lines: list[str] = []
    cut = False
    for card in cards:
        if cut and lines and not _STARTS.match(card):
            lines[-1] += card
        else:
            lines.append(card)
        cut = len(card) >= _CARD
    return lines


def _from_history(lines: Sequence[str]) -> Iterator[_Block]:
    block: _Block | None = None
    debayered = False
    for line in lines:
        if line.startswith("Demosaicing with"):
            debayered = True
        if line.strip() == BLOCK:
            if block is not None:
                yield block
            block = _Block(debayered_before=debayered, lines=[line])
        elif block is not None and line.startswith("ImageCalibration."):
            _note(block, line)
    if block is not None:
        yield block


def _note(block: _Block, line: str) -> None:
    key, _, value = line.removeprefix("ImageCalibration.").partition(":")
    value = value.strip()
    for role, word in (("dark", "masterDark"), ("bias", "masterBias"), ("flat", "masterFlat")):
        if key == f"{word}.enabled":
            block.enabled[role] = value == "true"  # type: ignore[index]
            block.lines.append(line)
    if key == "masterDark.fileName":
        block.dark_file = value
        block.lines.append(line)
    elif key == "masterDark.scalingFactors":
        block.optimized = True
        block.factors = tuple(_numbers(value))
        block.lines.append(line)


def _numbers(text: str) -> list[float]:
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", text)]


# ---------------------------------------------------------------------------------------- document


def _steps(document: str | None) -> tuple[ProcessInstance, ...]:
    """Steps of a processing history; none where it cannot be read."""
    if not document:
        return ()
    from ampglow_plugin.errors import FormatError

    inner = re.sub(r"^\s*<\?xml[^>]*\?>", "", document)
    try:
        # its root is not that of an icon file, its instances are the same
        return parse(f"<xpsm>{inner}</xpsm>".encode(), "processing history").instances
    except FormatError:
        return ()


def _from_steps(steps: Sequence[ProcessInstance]) -> Iterator[_Block]:
    debayered = False
    for step in steps:
        if step.process == "Debayer":
            debayered = True
        if step.process != "ImageCalibration":
            continue
        enabled: dict[Did, bool] = {}
        lines = []
        roles: tuple[tuple[Did, str], ...] = (("dark", "Dark"), ("bias", "Bias"), ("flat", "Flat"))
        for role, word in roles:
            stated = _plain(step, f"master{word}Enabled", default=True)
            path = str(_plain(step, f"master{word}Path", default=""))
            enabled[role] = bool(stated) and bool(path)
            lines.append(f"ImageCalibration master{word}Enabled: {str(stated).lower()}")
            if path:  # the folder is that of the machine that calibrated, and nobody's business
                lines.append(f"ImageCalibration master{word}Path: {path.replace(chr(92), '/').rpartition('/')[2]}")
        optimized = bool(_plain(step, "optimizeDarks", default=True))
        lines.append(f"ImageCalibration optimizeDarks: {str(optimized).lower()}")
        path = str(_plain(step, "masterDarkPath", default=""))
        yield _Block(enabled=enabled, dark_file=path, optimized=optimized, debayered_before=debayered, lines=lines)


def _plain(step: ProcessInstance, key: str, *, default: Any) -> Any:
    listed = step.values.get(key)
    return default if listed is None or listed.value is None else listed.value


# ------------------------------------------------------------------------------------------ claims


def _claim(blocks: Sequence[_Block]) -> tuple[Claim, float | None, str]:
    """The claim of all calibrations together, the factor of the dark where it is recorded, and why."""
    for role in ("dark", "bias", "flat"):
        if sum(b.enabled.get(role, False) for b in blocks) > 1:
            return "applied_twice", None, f"{len(blocks)} calibrations are recorded, and the {role} is in two of them"
    dark = next((b for b in blocks if b.enabled.get("dark")), None)
    if dark is None:
        return "not_applied", None, "the calibration ran with the master dark disabled"
    if dark.debayered_before:
        return "not_applied", None, "the frame was debayered before: the dark does not fit its pixels any more"
    more = f"; {len(blocks)} calibrations are recorded" if len(blocks) > 1 else ""
    if not dark.optimized:
        return "applied", 1.0, f"the dark was subtracted as it is{more}"
    if dark.factors is None:
        return "scaled", None, f"the dark was optimised (scaled); its factor is not in the header{more}"
    if all(f <= NO_EFFECT for f in dark.factors):
        return "not_applied", dark.factors[0], "the dark was scaled to nothing: light and dark do not correlate"
    worst = max(dark.factors, key=lambda f: abs(f - 1))
    if worst == 1.0:
        return "applied", 1.0, f"the dark was optimised, and its factor came out as 1.000{more}"
    return "scaled", worst, f"the dark was optimised: scaled by {worst:.3f}{more}"


def _why_silent(lines: Sequence[str], steps: Sequence[ProcessInstance]) -> str:
    def any_line(start: str) -> bool:
        return any(line.startswith(start) for line in lines)

    ran = {step.process for step in steps}
    if any_line("PCL:Signature:Calibration"):
        return "ImageCalibration ran, but how is not recorded (its history was switched off)"
    if any_line("Integration with ImageIntegration") or "ImageIntegration" in ran:
        return "an integration does not carry the history of its frames: verify the calibrated frames"
    if any_line("Demosaicing with") or any_line("PCL:CFASource") or "Debayer" in ran:
        return "debayered by PixInsight without a record of a calibration before it"
    if any_line("CosmeticCorrection") or any_line("PCL:Signature:Cosmetic") or "CosmeticCorrection" in ran:
        return "only a cosmetic correction is recorded, which says nothing about the dark"
    return "no calibration is recorded, which does not mean that there was none"


def _version(lines: Sequence[str], software: str | None) -> str | None:
    found = (_VERSION.search(text) for text in (software or "", *lines))
    return next((match[1] for match in found if match), None)


# -------------------------------------------------------------------------------------- result, log


def log_evidence(log: str, output_name: str, dark_name: str | None) -> LogEvidence:
    """What ``result.json`` (as text), or a console log with dark scaling factors, says of one output."""
    result = _result(log)
    if result is None:
        return _console(log, output_name, dark_name)
    if not isinstance(result, dict) or not isinstance(result.get("steps"), list):
        return LogEvidence(why="this is no result of an ampglow script")
    version = str(result.get("version") or "") or None
    for step in result["steps"]:
        if not isinstance(step, dict) or not isinstance(step.get("outputs"), list):
            continue
        names = [stem(str(path)) for path in step["outputs"]]
        if step.get("process") != "ImageCalibration" or stem(output_name) not in names:
            continue
        source = str(step.get("source", ""))
        enabled = re.search(r"masterDarkEnabled\s*=\s*(true|false)", source)
        path = re.search(r"masterDarkPath\s*=\s*\"((?:[^\"\\]|\\.)*)\"", source)
        lines = tuple(m[0] for m in (enabled, path) if m)
        if enabled and enabled[1] == "false":
            claim: Claim = "not_applied"
            factor: float | None = None
        elif step.get("optimizeDarks"):
            rows = [r for r in step.get("darkFactors", ()) if stem(str(r.get("output"))) == stem(output_name)]
            factors = [float(k) for r in rows for k in r.get("k", ()) if k]
            factor = max(factors, key=lambda k: abs(k - 1)) if factors else None
            claim = _scaled(factor)
        else:
            claim, factor = "applied", 1.0
        return LogEvidence(
            host_version=version,
            claim=claim,
            dark=stem(path[1]) if path else dark_name,
            factor=factor,
            success=bool(step.get("ok")),
            lines=lines,
            why="the script's own result file",
        )
    return LogEvidence(host_version=version, why=f"no calibration in it wrote {output_name}")


@functools.lru_cache(maxsize=2)
def _result(log: str) -> Any:
    """What a result file holds, parsed once for all its frames; None where it is none."""
    try:
        return json.loads(log)
    except (ValueError, RecursionError):
        return None


@functools.lru_cache(maxsize=2)
def _listed(log: str) -> Listing:
    return parse_log(log, "log")


def _console(log: str, output_name: str, dark_name: str | None) -> LogEvidence:
    """A console log: the ImageCalibration that it lists for this output, and the dark factors below it."""
    listing = _listed(log)
    runs = [i for i in listing.instances if i.process == "ImageCalibration"]
    mine = [i for i in runs if stem(output_name) in {path.rpartition("/")[2] for path in outputs(i)}]
    if not mine:
        return _factors_alone(listing.dark_factors, dark_name)
    run = mine[-1]
    after = min((i.line or 0 for i in runs if (i.line or 0) > (run.line or 0)), default=None)
    marks = [m for m in listing.dark_factors if m.line > (run.line or 0) and (after is None or m.line < after)]
    factor = max((float(m.word) for m in marks), key=lambda k: abs(k - 1), default=None)
    path = str(_plain(run, "masterDarkPath", default=""))
    claim: Claim
    if not _plain(run, "masterDarkEnabled", default=True) or not path:
        claim, factor = "not_applied", None
    elif not _plain(run, "optimizeDarks", default=True):
        claim, factor = "applied", 1.0
    else:
        claim = _scaled(factor)
    return LogEvidence(
        claim=claim,
        dark=stem(path) or dark_name,
        factor=factor,
        lines=tuple(f"{key} = {listed.value}" for key in _TOLD if (listed := run.values.get(key)) is not None),
        why="the log lists the ImageCalibration that wrote this file",
    )


#: parameters that decide what was done with the dark
_TOLD = ("masterDarkEnabled", "optimizeDarks", "calibrateDark", "masterBiasEnabled")


def _scaled(factor: float | None) -> Claim:
    if factor is None or (factor != 1.0 and factor > NO_EFFECT):
        return "scaled"
    return "applied" if factor == 1.0 else "not_applied"


def _factors_alone(marks: Sequence[Mark], dark_name: str | None) -> LogEvidence:
    if not marks:
        return LogEvidence(why="no dark scaling factors in the log, which is so whenever the dark is not scaled")
    factors = [float(m.word) for m in marks]
    worst = max(factors, key=lambda k: abs(k - 1))
    claim: Claim = "applied" if worst == 1.0 else "not_applied" if max(factors) <= NO_EFFECT else "scaled"
    why = f"the log lists {len(factors)} dark scaling factors; the one farthest from 1 is meant"
    return LogEvidence(claim=claim, dark=dark_name, factor=worst, why=why)
