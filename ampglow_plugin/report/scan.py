"""A scan as text: what is there now, what changed, what was left out and why."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

from ampglow_plugin.report.console import clean, console

if TYPE_CHECKING:
    from ampglow_plugin.catalog.index import Scanned

#: files with a problem that are told one by one
FEW = 10


def show_scan(scanned: Scanned, export: Path | None) -> None:
    """Print it; nothing is said of what is zero."""
    out = console()
    say = functools.partial(out.print, soft_wrap=not out.is_terminal)  # in a file or a pipe, a path stays in one piece
    s = scanned.summary
    rate = f", {s.read / s.seconds:.0f} a second" if s.read and s.seconds else ""
    say(f"{s.files} frames: {s.read} read, {s.unchanged} unchanged ({s.seconds:.1f} s{rate})", style="bold")
    for count, text in (
        (s.moved, "were moved, and are known by their content"),
        (s.copies, "are copies of frames that are elsewhere too; they count once"),
        (s.missing, "are gone since the last scan; they stay in the index until --prune"),
        (s.pruned, "that were gone are forgotten"),
    ):
        if count:
            say(f"{count} {text}")
    for reason, count in sorted(s.left_out.items(), key=lambda item: -item[1]):
        say(f"left out: {count} ({reason}; {clean(scanned.examples[reason])})", style="dim")
    for problem in scanned.problems[:FEW]:
        say(f"{clean(problem.path)}: {clean(problem.what)}", style="yellow")
        if problem.fix:
            say(f"  -> {clean(problem.fix)}")
    if len(scanned.problems) > FEW:
        say(f"and {len(scanned.problems) - FEW} more that cannot be read; --json lists them", style="yellow")
    if export is not None:
        say(f"written: {clean(str(export))}")
    say(f"index: {clean(s.index)}", style="dim")
