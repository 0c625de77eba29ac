"""An audit as text: one line an output, the worst first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ampglow_plugin.report.console import clean, console
from ampglow_plugin.report.proof import words

if TYPE_CHECKING:
    from ampglow_plugin.library.audit import Audit
    from ampglow_plugin.model.evidence import Proof

_STYLES = {"clean": "green", "residual": "red", "oversubtracted": "red", "undecided": "yellow"}
#: unreadable files that are shown one by one
_MOST = 20


def show_audit(audit: Audit, proofs: Iterable[Proof], root: Path) -> None:
    """Print every output, then the sums."""
    out = console()
    for proof in proofs:
        path = Path(proof.path)
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else proof.path
        by = f", by the {proof.verdict.decided_by}" if proof.verdict.decided_by else ""
        dark = f" [{Path(proof.inputs['dark']).name}]" if "dark" in proof.inputs else ""
        style = "red" if proof.verdict.done == "contradiction" else _STYLES[proof.verdict.success]
        out.print(f"{clean(name)}: {clean(words(proof))}{by}{clean(dark)}", style=style, soft_wrap=True)
    for problem in audit.problems[:_MOST]:
        out.print(f"not readable: {clean(problem.path)}: {clean(problem.what)}", style="yellow", soft_wrap=True)
    if len(audit.problems) > _MOST:
        out.print(f"  and {len(audit.problems) - _MOST} more", style="yellow")
    counts = audit.counts
    out.print(
        f"{counts.bad} badly calibrated, {counts.open} not decided, {counts.good} clean; "
        f"{audit.proved} proved now, {counts.bad + counts.open + counts.good - audit.proved} known from before",
        style="bold",
    )
    for reason, number in sorted(audit.passed_over.items()):
        out.print(f"passed over: {number} {reason}", style="dim")
