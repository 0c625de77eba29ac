"""The audit of an archive, which ``ampglow verify ARCHIVE`` does."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ampglow_plugin.cli.common import Output
from ampglow_plugin.writing import new_file, refuse_overwriting

if TYPE_CHECKING:
    from ampglow_plugin.model.evidence import Proof


def run_audit(  # noqa: PLR0913 - the options of verify that concern it
    root: Path,
    *,
    library: tuple[Path, ...],
    index: Path | None,
    journal: Path | None,
    target: Path | None,
    force: bool,
    pixels: bool,
    as_json: bool,
    strict: bool,
) -> int:
    """Prove all outputs below ``root`` and print them, the worst first; JSON lines also into the file ``target``."""
    from ampglow_plugin import api
    from ampglow_plugin.report.audit import show_audit
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.proof import proof_record

    if target is not None:
        refuse_overwriting(target, force=force)
    kept = journal or (target.with_name(f"{target.name}.journal") if target else None)
    with api.open_journal(root, kept) as opened:
        with progress_bar("looking for frames", quiet=as_json) as progress:
            found = api.audit(root, opened, library=library, index=index, pixels=pixels, progress=progress)
        output = Output(as_json=as_json, strict=strict)
        for problem in found.problems:
            output.record("problem", problem)
        if as_json:
            for proof in opened.proofs():
                output.record("proof", proof_record(proof))
        else:
            show_audit(found, opened.proofs(), root)
        if target is not None:
            _write(target, opened.proofs(), force=force)
    output.errors, output.unknown = found.counts.bad, bool(found.counts.open)
    output.warnings = len(found.problems)
    output.unjudged = not (found.counts.bad or found.counts.open or found.counts.good)
    output.more = {"bad": found.counts.bad, "open": found.counts.open, "clean": found.counts.good}
    output.more |= {"proved": found.proved, "files": found.files, "passed_over": dict(found.passed_over)}
    return output.finish()


def _write(target: Path, proofs: Iterable[Proof], *, force: bool) -> None:
    """JSON lines; one proof in memory at a time."""
    from ampglow_plugin.report.proof import proof_record
    from ampglow_plugin.report.records import line, record

    with new_file(target, replace=force) as file:
        for proof in proofs:
            file.write(f"{line(record('proof', proof_record(proof)))}\n".encode("ascii"))
