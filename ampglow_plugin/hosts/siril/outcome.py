"""Did Siril do what the script says? Status, log, files and headers must all agree that it did."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import history, program, read_header
from ampglow_plugin.hosts.siril.dialects import DIALECTS
from ampglow_plugin.hosts.siril.evidence import PROGRAM, header_evidence, log_evidence
from ampglow_plugin.hosts.siril.log import Log, read_log
from ampglow_plugin.hosts.siril.process import Finished
from ampglow_plugin.hosts.siril.program import Program
from ampglow_plugin.model.evidence import HeaderEvidence, LogEvidence
from ampglow_plugin.model.manifest import MasterFile, OutputFile, RunManifest

QUOTED_LINES = 8
#: share of pixels above which a cosmetic correction replaces glow, not hot pixels; sensors have 0.02 % (IMX455 at
#: -10 C) to about 0.2 %, and Siril's limit of 3 sigma of the dark took 1.2 % where the glow was strong
MOST_CORRECTED = 0.01
_CORRECTED = re.compile(r"^(\d+) corrected pixels \(\d+ \+ \d+\)")
_SIZE = re.compile(r"(\d+)x(\d+) pixels")


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """``problems`` is empty for a full success. ``quotes`` are Siril's own lines about them.

    ``calibrated``: all calibrated frames are there and good, whatever failed after them.
    """

    problems: tuple[str, ...]
    quotes: tuple[str, ...]
    warnings: tuple[str, ...]
    calibrated: bool


def judge(manifest: RunManifest, folder: Path, program_used: Program, finished: Finished) -> Outcome:
    """Compare what ``manifest`` expects with what the run left; of earlier runs nothing is there any more.

    No time of change is asked: clocks are set back, and that of a network disk is another one.
    """
    log = read_log(finished.output)
    problems = [*_of_status(finished, log), *_of_commands(manifest, log)]
    problems += [f"Siril said: {line}" for line in log.bad]
    masters = {master.id: master for master in manifest.masters}
    for path in (*(m.path for m in manifest.masters if m.built), *manifest.products):
        problems += _of_file(folder / path, path)
    good = len(problems)
    for output in manifest.outputs:
        missing = list(_of_file(folder / output.path, output.path))
        problems += missing or _of_output(output, folder, masters, program_used, finished.output)
    return Outcome(
        problems=tuple(problems),
        quotes=_quotes(log) if problems else (),
        warnings=(*log.doubtful, *_of_cosmetics(log)),
        calibrated=bool(manifest.outputs) and len(problems) == good,
    )


def judge_files(manifest: RunManifest, folder: Path) -> Iterator[str]:
    """What is wrong with the files of a run whose log nobody can read; HISTORY is looked at where it is written."""
    for path in (*(m.path for m in manifest.masters if m.built), *manifest.products):
        yield from _of_file(folder / path, path)
    for output in manifest.outputs:
        missing = list(_of_file(folder / output.path, output.path))
        yield from missing
        if missing:
            continue
        try:
            cards, software = history(folder / output.path), program(folder / output.path)
            raw = history(Path(output.light.path))
        except InputError as error:
            yield f"{output.path} cannot be read back: {error.what}"
            continue
        yield from _of_header(output, header_evidence(cards, raw, software), LogEvidence())


def _quotes(log: Log) -> tuple[str, ...]:
    """Lines that mean failure; where the script broke off, also the last ones of the command that did it."""
    bad = log.bad[:QUOTED_LINES]
    if log.finished and bad:
        return bad
    last = [line for line in log.blocks[-1].lines if not line.startswith("Setting CWD")]
    return tuple(dict.fromkeys((*(line for line in bad if line not in last), *last[-QUOTED_LINES:])))


def _of_cosmetics(log: Log) -> Iterator[str]:
    """Corrections that replaced so many pixels that glow must be among them."""
    for block in log.blocks:
        sizes = [int(m[1]) * int(m[2]) for line in block.lines if (m := _SIZE.search(line))]
        for line in block.lines:
            found = _CORRECTED.search(line)
            if found and sizes and int(found[1]) > MOST_CORRECTED * max(sizes):
                share = 100 * int(found[1]) / max(sizes)
                yield f"{line}: {share:.1f} % of the frame, so glow was smoothed as hot pixels; plan with --hot-sigma 5"


def _of_status(finished: Finished, log: Log) -> Iterator[str]:
    if finished.status < 0:
        try:
            name = signal.Signals(-finished.status).name
        except ValueError:
            name = f"signal {-finished.status}"
        yield f"Siril crashed ({name})"
    elif finished.status:
        yield f"Siril ended with status {finished.status}"
    if not log.finished:
        yield "Siril did not reach the end of the script"


def _of_commands(manifest: RunManifest, log: Log) -> Iterator[str]:
    """One message at the first command that was not run: all after it were not, either."""
    for number, expected in enumerate(manifest.commands, start=1):
        ran = log.commands[number - 1] if number <= len(log.commands) else None
        if ran is None and number > 1 and not log.finished:
            yield f"Siril stopped at command {number - 1} of {len(manifest.commands)} ({log.commands[-1]})"
            return
        if ran != expected:
            yield f"command {number} of {len(manifest.commands)} ({expected}) was not run" + (
                f"; {ran} was" if ran else ""
            )
            return
    if len(log.commands) > len(manifest.commands):
        yield f"Siril ran {len(log.commands)} commands, the script has {len(manifest.commands)}"


def _of_file(path: Path, shown: str) -> Iterator[str]:
    if not path.exists():
        yield f"{shown} was not written"
        return
    try:
        missing = read_header(path).missing_bytes
    except InputError as error:
        yield f"{shown}: {error.what}"
    else:
        if missing:
            yield f"{shown} was not written to its end: {missing:,} bytes are missing"


def _of_output(
    output: OutputFile, folder: Path, masters: dict[str, MasterFile], program_used: Program, text: str
) -> Iterator[str]:
    path = folder / output.path
    try:
        cards, software = history(path), program(path)
        raw = history(Path(output.light.path))
    except InputError as error:
        yield f"{output.path} cannot be read back: {error.what}"
        return
    written_by = PROGRAM.search(software or "")
    if written_by is None or written_by[1] != program_used.version:
        yield f"{output.path} was written by {software or 'an unknown program'}, not by Siril {program_used.version}"
    dark = masters[output.dark].path if output.dark is not None else None
    said = log_evidence(text, output.path, dark)
    if dark is not None and said.claim not in ("applied", "scaled"):
        yield f"{output.path}: the log does not show that the dark was applied ({said.why})"
    if DIALECTS[program_used.series].writes_history:
        yield from _of_header(output, header_evidence(cards, raw, software), said)


def _of_header(output: OutputFile, header: HeaderEvidence, log: LogEvidence) -> Iterator[str]:
    # a dark scaled by -opt with nothing beside it leaves no line; then the log must name the factor
    traceless = header.claim == "silent" and log.factor is not None
    if output.dark is not None and not traceless and header.dark_lines != 1:
        yield f"{output.path}: HISTORY has {header.dark_lines} dark lines, not 1"
    if output.dark is None and header.dark_lines:
        yield f"{output.path}: HISTORY names a dark that the plan does not"
    if output.flat is not None and not header.flat:
        yield f"{output.path}: HISTORY does not name the flat"


def summary(problems: Sequence[str]) -> str:
    """The first problems in one line."""
    shown = "; ".join(problems[:3])
    more = len(problems) - 3
    return f"{shown}; and {more} more" if more > 0 else shown
