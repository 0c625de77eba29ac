"""Every frame that was found is used.

What it checks
    Files below the folders that look like frames but cannot be read or are cut short: they are left out, and the
    others go on (a warning). Files that are not used (an information), or whose header and folder disagree about what
    they are (a warning). Files named one by one are judged only where they cannot be read.

Why it matters
    A light that is left out costs signal; a dark in the wrong folder, or one that its program called Light, spoils a
    master. A half-written file of a crashed night goes unnoticed otherwise.

How to fix it
    Copy the file again from the camera or delete it; move it to the right folder; correct its IMAGETYP.

Source
    Own judgement; a capture program labelled darks and flats Light until December 2024.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.model.finding import Finding, Severity, Where
from ampglow_plugin.rules.base import Context, Rule, finding


def check(context: Context) -> Iterator[Finding]:
    """One finding a file that is not used as it is, or one for all."""
    if context.problems is None:
        return
    for problem in context.problems:
        severity: Severity = "info" if problem.kind == "left_out" else "warning"
        where = Where(path=problem.path)
        yield finding(
            RULE,
            "failed",
            f"{PurePath(problem.path).name} {_SAID[problem.kind]}: {_clause(problem.what)}",
            severity=severity,
            where=where,
            fix=problem.fix,
        )
    if not context.problems:
        yield finding(RULE, "passed", f"all {len(context.frames)} files are used", measured=len(context.frames))


def _clause(what: str) -> str:
    """Errors begin with what the file is or does: a clause needs a subject."""
    return f"it {what}" if what.startswith(("is ", "cannot ", "has ")) else what


_SAID = {
    "unreadable": "is left out, it cannot be used",
    "left_out": "is not used",
    "contradiction": "is doubtful",
}

RULE = Rule(code="AG101", name="unused-file", severity="warning", needs=(), check=check)
