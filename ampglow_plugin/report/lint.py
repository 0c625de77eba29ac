"""Findings about a script as compilers print them: path, line, column, rule, then what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.rewrite import Rewrite
from ampglow_plugin.report.console import clean, console

_STYLE = {"error": "bold red", "warning": "yellow", "info": "dim"}
_DIFF = {"+": "green", "-": "red", "@": "cyan"}
#: rules about what happens to frames; those of a dialect also judge scripts that never calibrate
_UNREAD = "AG517"
_OF_CALIBRATION = ("AG3", "AG6")


def calibrates(findings: Iterable[Finding]) -> bool:
    """Whether there was a calibration to judge, or a master that is built."""
    return any(f.rule.startswith(_OF_CALIBRATION) for f in findings)


def show_lint(path: Path, findings: Sequence[Finding]) -> None:
    """One line a finding that failed, in the order of the file, with its fix below it."""
    out = console()
    told = [f for f in findings if f.outcome in ("failed", "crashed")]
    for f in sorted(told, key=lambda f: (f.where.line or 0, f.where.column or 0)):
        place = ":".join(str(part) for part in (path, f.where.line, f.where.column) if part is not None)
        mark = f"allowed ({clean(f.ignored)})" if f.ignored else f.severity
        out.print(f"{clean(place)}: {mark} {f.rule} {clean(f.message)}", style=_STYLE[f.severity], soft_wrap=True)
        if f.fix:
            out.print(f"    -> {clean(f.fix)}", soft_wrap=True)
    if not calibrates(findings):
        what = "calibrates nowhere that can be read" if any(f.rule == _UNREAD for f in told) else "does not calibrate"
        out.print(f"{clean(path)}: {what}; nothing is proved about frames", soft_wrap=True)
    elif not told:
        out.print(f"{clean(path)}: nothing to complain of", soft_wrap=True)


def show_rewrite(rewrite: Rewrite, *, written: bool, stderr: bool = False) -> None:
    """The diff, then whether it was written."""
    out = console(stderr=stderr)
    for line in rewrite.diff().splitlines():
        out.print(clean(line), style=_DIFF.get(line[:1]), soft_wrap=True)
    count = len(rewrite.rules)
    things = "1 thing" if count == 1 else f"{count} things"
    rules = ", ".join(sorted(set(rewrite.rules)))
    end = "put right" if written else "can be put right with --fix --write"
    out.print(f"{clean(rewrite.path)}: {things} {end} ({rules})", soft_wrap=True)
