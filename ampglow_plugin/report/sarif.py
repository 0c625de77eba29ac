"""Findings as SARIF 2.1.0, which editors and code hosts read (OASIS standard, December 2023 with Errata 01)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import quote

from ampglow_plugin import __version__
from ampglow_plugin.model.finding import Edit, Finding
from ampglow_plugin.rules.base import Rule

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
#: severity -> level of a result
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
#: paths below the folder ampglow was started in are given from there
ROOT = "SRCROOT"


def sarif(judged: Mapping[Path, Sequence[Finding]], unread: Mapping[str, str], rules: Iterable[Rule]) -> str:
    """One run as a SARIF log.

    ``judged`` holds the findings of each file (only those that failed or crashed become results), ``unread`` why a
    file could not be read. ``rules`` are described where a result is theirs.
    """
    results = [(path, f) for path, findings in judged.items() for f in findings if f.outcome in ("failed", "crashed")]
    used = {f.rule for _, f in results}
    described = [rule for rule in rules if rule.code in used]
    index = {rule.code: i for i, rule in enumerate(described)}
    notes = [
        {"level": "error", "message": {"text": what}, "locations": [_place(Path(path))]}
        for path, what in unread.items()
    ]
    run: dict[str, Any] = {
        "tool": {"driver": {"name": "ampglow", "version": __version__, "rules": [_rule(rule) for rule in described]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"uri": f"{Path.cwd().as_uri()}/"}},
        "invocations": [{"executionSuccessful": not unread, "toolExecutionNotifications": notes}],
        "results": [_result(path, found, index[found.rule]) for path, found in results],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=True, indent=1)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.page.partition("\n")[0]},
        "fullDescription": {"text": rule.page},
        "help": {"text": rule.page},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
    }


def _result(path: Path, found: Finding, index: int) -> dict[str, Any]:
    message = f"{found.message}. {found.fix[:1].upper()}{found.fix[1:]}" if found.fix else found.message
    result: dict[str, Any] = {
        "ruleId": found.rule,
        "ruleIndex": index,
        "level": LEVELS[found.severity],
        "message": {"text": _text(message)},
        "locations": [_place(path, found.where.line, found.where.column)],
    }
    if found.ignored is not None:
        result["suppressions"] = [{"kind": "external", "justification": _text(found.ignored)}]
    if found.edits:
        changes = {"artifactLocation": _file(path), "replacements": [_replacement(edit) for edit in found.edits]}
        result["fixes"] = [{"description": {"text": _text(found.fix or found.message)}, "artifactChanges": [changes]}]
    return result


def _place(path: Path, line: int | None = None, column: int | None = None) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _file(path)}
    if line is not None:
        place["region"] = {"startLine": line} | ({"startColumn": column} if column is not None else {})
    return {"physicalLocation": place}


def _file(path: Path) -> dict[str, Any]:
    try:
        inside = path.absolute().relative_to(Path.cwd())
    except ValueError:
        return {"uri": path.absolute().as_uri()}
    return {"uri": quote(PurePath(inside).as_posix()), "uriBaseId": ROOT}


def _replacement(edit: Edit) -> dict[str, Any]:
    region = {
        "startLine": edit.line,
        "startColumn": edit.column,
        "endLine": edit.end_line,
        "endColumn": edit.end_column,
    }
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _text(text: str) -> str:
    """Lone surrogates (bytes that are not UTF-8) have no place in JSON text."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
