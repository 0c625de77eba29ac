"""Findings that the user's settings set aside: they stay visible, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import PurePath

from ampglow_plugin.model.config import Ignore
from ampglow_plugin.model.finding import Finding


def ignore(findings: Iterable[Finding], entries: Sequence[Ignore]) -> tuple[Finding, ...]:
    """``findings``; one that failed and that an entry covers has its reason in ``ignored``. The first entry counts."""
    return tuple(_judged(found, entries) for found in findings)


def _judged(found: Finding, entries: Sequence[Ignore]) -> Finding:
    if found.outcome != "failed":
        return found
    entry = next((e for e in entries if covers(e, found)), None)
    return found if entry is None else replace(found, ignored=entry.reason)


def covers(entry: Ignore, found: Finding) -> bool:
    """Whether the entry speaks of this finding: its rule, and its group, its file, or a folder of that file."""
    if entry.rule != found.rule:
        return False
    if entry.where is None or entry.where == found.where.group:
        return True
    if found.where.path is None:
        return False
    path = PurePath(found.where.path)
    return any(fnmatch(name, entry.where) for name in (path.as_posix(), path.name)) or path.match(entry.where)
