"""A .ssf script judged by the rules of its dialect, and by the same order rules as our own plans."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ampglow_plugin import __version__
from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts.base import Reading
from ampglow_plugin.hosts.siril.calls import read_calls
from ampglow_plugin.hosts.siril.dialects import series_of
from ampglow_plugin.hosts.siril.grammar import Bytes, lines, read_bytes
from ampglow_plugin.hosts.siril.reader import required, walk
from ampglow_plugin.hosts.siril.resolver import resolve, role_by_name
from ampglow_plugin.hosts.siril.trace import Chain, Trace
from ampglow_plugin.knowledge.siril import SERIES
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import Calibrate, Integrate, MasterRole, Plan
from ampglow_plugin.model.script import FileWrite, RawStack, Script
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.pipeline import RULES as PIPELINE_RULES
from ampglow_plugin.rules.pipeline.chains import uses_masters
from ampglow_plugin.rules.runner import run_rules
from ampglow_plugin.rules.siril import RULES

#: names that say the script is meant to do without darks: WithoutDark, WithoutDBF
_NO_DARK = re.compile(r"without[-_ ]?(?:darks?|dbf)", re.IGNORECASE)
_NO_DARK_USED = "AG306"
#: commands that cannot be read, and may calibrate
_UNREAD = "AG517"
#: programs that send commands
PROGRAM_ENDING = ".py"
#: rules that ask for something more: a bias, a dark, a flat
_OF_ABSENCE = ("AG305", "AG306", "AG312", "AG317", "AG318")
#: rules for which one more option may put things right
_OF_PAIRS = ("AG303", "AG304")


def context_of(path: Path, version: str | None = None) -> Context:
    """The script's lines, and the plan that it amounts to; ``plan`` is None where it has no calibration and no master.

    Raises
    ------
    InputError
        The file cannot be read, or there is no series ``version``.
    """
    return _context(read_bytes(path), path, version)


def _context(seen: Bytes, path: Path, version: str | None) -> Context:
    if version is not None and version not in SERIES:
        raise InputError(f"Siril {version} is not a series that is known", fix=f"choose one of {', '.join(SERIES)}")
    if path.name.lower().endswith(PROGRAM_ENDING):
        script = _program(seen.text, path)
    else:
        commands = tuple(lines(seen.text))
        script = Script(
            path=str(path),
            lines=commands,
            requires=required(commands),
            comments=sum(text.startswith("#") for text in seen.text.split("\n")),
            byte_order_mark=seen.byte_order_mark,
            bad_byte=seen.bad_byte,
        )
    requires = script.requires
    asked = version or requires
    walked = walk(script.lines, series_of(asked) if asked else None)
    plan, places = resolve(walked, str(path))
    script = replace(
        script,
        chosen=version,
        uses=tuple(walked.uses),
        writes=tuple(_writes(walked)),
        raw_stacks=tuple(_raw_stacks(walked)),
    )
    return Context(plan=plan if plan.groups or plan.masters else None, places=places, script=script)


def program_reading(path: Path) -> Reading:
    """What a program's commands amount to, as far as they can be read; errors as :func:`context_of`."""
    context = context_of(path)
    assert context.script is not None
    plan = context.plan or Plan(tool=f"ampglow {__version__}")
    return Reading(plan=plan, places=context.places, host_version=context.script.requires)


def _program(text: str, path: Path) -> Script:
    calls = read_calls(text, str(path))
    return Script(
        path=str(path),
        lines=calls.lines,
        language="python",
        straight=calls.straight,
        requires=required(calls.lines) or calls.requires,
        unread=calls.unread,
    )


def lint(path: Path, version: str | None = None) -> tuple[Finding, ...]:
    """Every finding about the script, judged for the series ``version``, else for the one it requires.

    Of a script that neither calibrates nor builds masters only what would stop it is told, and which commands
    cannot be read.

    Raises
    ------
    InputError
        The file cannot be read, or there is no such series.
    """
    return judge(read_bytes(path), path, version)


def judge(seen: Bytes, path: Path, version: str | None = None) -> tuple[Finding, ...]:
    """As :func:`lint`, for what was read of the script at ``path``."""
    context = _context(seen, path, version)
    found = run_rules(context, RULES)
    if context.plan is None:
        told = (f for f in found if f.outcome == "failed" and (f.severity == "error" or f.rule == _UNREAD))
        return (*(f for f in found if f.outcome == "crashed"), *told)
    assert context.script is not None
    pipeline = run_rules(context, PIPELINE_RULES)
    found += pipeline if context.script.language == "ssf" else tuple(_certain(context.script, pipeline))
    if _NO_DARK.search(path.name):
        found = tuple(replace(f, severity="info") if f.rule == _NO_DARK_USED else f for f in found)
    return tuple(_once(found))


def _certain(script: Script, found: Iterable[Finding]) -> Iterator[Finding]:
    """What holds for a program: not what may be missing because it cannot be read, no error where order is open."""
    partly = {line.number for line in script.lines if not line.complete}
    unnamed = {line.number for line in script.lines if len(line.words) > 1 and not line.words[1].known}
    for f in found:
        if f.outcome == "failed" and f.where.line in partly and f.rule in (*_OF_ABSENCE, *_OF_PAIRS):
            continue
        if f.outcome == "failed" and f.where.line in unnamed and f.rule in _OF_ABSENCE:
            continue
        open_order = f.outcome == "failed" and f.severity == "error" and not script.straight
        yield replace(f, severity="warning") if open_order else f


def _once(found: Iterable[Finding]) -> Iterable[Finding]:
    """Chains that share a command (two channels of the same lights) say the same of the same place: once is enough."""
    told: set[tuple[object, ...]] = set()
    for f in found:
        what = (f.rule, f.outcome, f.severity, f.message, f.where.path, f.where.line, f.where.column)
        if what not in told:
            told.add(what)
            yield f


def _raw_stacks(walked: Trace) -> Iterator[RawStack]:
    """Stacks of raw frames below their calibration, where no calibrated ones of them are stacked."""

    def is_calibrated(chain: Chain) -> bool:
        return any(isinstance(p.step, Calibrate) and uses_masters(p.step) for p in chain.steps)

    stacked = {frames for chain in walked.stacks.values() if is_calibrated(chain) for frames in chain.frames}
    for chain in walked.stacks.values():
        lines = [walked.calibrated[frames] for frames in chain.frames if frames in walked.calibrated]
        last = chain.steps[-1] if chain.steps else None
        if last is None or not isinstance(last.step, Integrate) or is_calibrated(chain):
            continue
        if lines and last.line > min(lines) and stacked.isdisjoint(chain.frames):
            yield RawStack(name=chain.root, calibrated=min(lines), line=last.line, column=last.column)


def _writes(walked: Trace) -> Iterable[FileWrite]:
    used: dict[str, MasterRole] = {}
    for use in walked.uses:
        named = role_by_name(PurePosixPath(use.path).name)
        used[use.path] = "flatdark" if use.option == "bias" and named in ("dark", "flatdark") else use.option
    for write in walked.writes:
        chain = walked.stacks.get(write.path)
        named = role_by_name(PurePosixPath(write.path).name, chain.root if chain else "")
        yield replace(write, role=used.get(write.path, named))
