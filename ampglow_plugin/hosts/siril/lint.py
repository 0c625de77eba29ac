"""A .ssf script judged by the rules of its dialect, and by the same order rules as our own plans."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts.siril.dialects import DIALECTS, series_of
from ampglow_plugin.hosts.siril.grammar import Bytes, lines, read_bytes
from ampglow_plugin.hosts.siril.reader import required, walk
from ampglow_plugin.hosts.siril.resolver import resolve, role_by_name
from ampglow_plugin.hosts.siril.trace import Trace
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import MasterRole
from ampglow_plugin.model.script import FileWrite, Script
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.pipeline import RULES as PIPELINE_RULES
from ampglow_plugin.rules.runner import run_rules
from ampglow_plugin.rules.siril import RULES

#: names that say the script is meant to do without darks: WithoutDark, WithoutDBF
_NO_DARK = re.compile(r"without[-_ ]?(?:darks?|dbf)", re.IGNORECASE)
_NO_DARK_USED = "AG306"


def context_of(path: Path, version: str | None = None) -> Context:
    """The script's lines, and the plan that it amounts to; ``plan`` is None where it has no calibration and no master.

    Raises
    ------
    InputError
        The file cannot be read, or there is no series ``version``.
    """
    return _context(read_bytes(path), path, version)


def _context(seen: Bytes, path: Path, version: str | None) -> Context:
    if version is not None and version not in DIALECTS:
        raise InputError(f"Siril {version} is not a series that is known", fix=f"choose one of {', '.join(DIALECTS)}")
    commands = tuple(lines(seen.text))
    requires = required(commands)
    walked = walk(commands, version or (series_of(requires) if requires else None))
    plan, places = resolve(walked, str(path))
    script = Script(
        path=str(path),
        lines=commands,
        requires=requires,
        chosen=version,
        comments=sum(text.startswith("#") for text in seen.text.split("\n")),
        byte_order_mark=seen.byte_order_mark,
        bad_byte=seen.bad_byte,
        uses=tuple(walked.uses),
        writes=tuple(_writes(walked)),
    )
    return Context(plan=plan if plan.groups or plan.masters else None, places=places, script=script)


def lint(path: Path, version: str | None = None) -> tuple[Finding, ...]:
    """Every finding about the script, judged for the series ``version``, else for the one it requires.

    Of a script that neither calibrates nor builds masters only what would stop it is told.

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
        return tuple(f for f in found if f.outcome == "crashed" or (f.outcome == "failed" and f.severity == "error"))
    found += run_rules(context, PIPELINE_RULES)
    if _NO_DARK.search(path.name):
        found = tuple(replace(f, severity="info") if f.rule == _NO_DARK_USED else f for f in found)
    return tuple(_once(found))


def _once(found: Iterable[Finding]) -> Iterable[Finding]:
    """Chains that share a command (two channels of the same lights) say the same of the same place: once is enough."""
    told: set[tuple[object, ...]] = set()
    for f in found:
        what = (f.rule, f.outcome, f.severity, f.message, f.where.path, f.where.line, f.where.column)
        if what not in told:
            told.add(what)
            yield f


def _writes(walked: Trace) -> Iterable[FileWrite]:
    used: dict[str, MasterRole] = {}
    for use in walked.uses:
        named = role_by_name(PurePosixPath(use.path).name)
        used[use.path] = "flatdark" if use.option == "bias" and named in ("dark", "flatdark") else use.option
    for write in walked.writes:
        chain = walked.stacks.get(write.path)
        named = role_by_name(PurePosixPath(write.path).name, chain.root if chain else "")
        yield replace(write, role=used.get(write.path, named))
