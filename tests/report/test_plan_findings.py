"""Findings about a plan as lines on stderr."""

from __future__ import annotations

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.report.plan import show_findings


def found(rule: str, group: str, place: str, message: str = "no flat") -> Finding:
    where = Where(group=group, path=place)
    return Finding(rule=rule, name="x", outcome="failed", severity="warning", message=message, where=where)


def test_what_reads_the_same_is_said_once(capsys):
    show_findings([found("AG318", "a", "1"), found("AG318", "a", "2"), found("AG318", "b", "1")])
    assert capsys.readouterr().err.splitlines() == ["warning AG318 a: no flat", "warning AG318 b: no flat"]
