"""``ampglow verify``: was the dark applied, and did it fit?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ampglow_plugin.cli.common import Output, force_option, output_options, tell
from ampglow_plugin.cli.inputs import ManyCommand, many_option, proof_options
from ampglow_plugin.cli.places import Given
from ampglow_plugin.errors import InputError

if TYPE_CHECKING:
    from ampglow_plugin.api import ProofFiles
    from ampglow_plugin.model.evidence import Proof

_PATH = Given(exists=True, path_type=Path)


@click.command("verify", cls=ManyCommand)
@click.argument("outputs", nargs=-1, required=True, type=_PATH, metavar="DIR | OUTPUT...")
@proof_options
@many_option(
    "--library",
    help="Other darks, or folders: tells which one was subtracted where a frame is not clean. "
    "For an audit: folders with your darks (default: all that the index knows).",
)
@click.option(
    "--sample", type=click.IntRange(min=1), metavar="N", help="Prove N of the frames, evenly spread over the night."
)
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw the worst of the frames into this file (PNG)."
)
@click.option(
    "--audit", is_flag=True, help="All outputs below DIR, of any program; meant anyway where DIR holds no run."
)
@click.option("--index", type=click.Path(dir_okay=False, path_type=Path), help="Audit: the index of your darks.")
@click.option("--pixels/--no-pixels", default=True, help="Audit: measure, or ask the headers alone (default: measure).")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Audit: write the proofs into this file (JSON lines), with the journal beside it.",
)
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Audit: where it is kept what was done (default: beside --output, or in your cache folder).",
)
@force_option
@output_options
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    outputs: tuple[Path, ...],
    named: ProofFiles,
    library: tuple[Path, ...],
    sample: int | None,
    plot: Path | None,
    audit: bool,
    index: Path | None,
    pixels: bool,
    target: Path | None,
    force: bool,
    journal: Path | None,
    as_json: bool,
    strict: bool,
) -> int:
    """Prove that the dark was applied, by header, log and pixels.

    DIR is the folder of a run of ampglow. Exit code 0 only if every frame is applied and clean.

    A DIR without a run is an archive: every output of any program below it is proved with a dark of your library that
    fits, and printed in one line, the worst first. What is done is kept: after Ctrl-C the next audit goes on.
    """
    from ampglow_plugin import api
    from ampglow_plugin.cli.audit import run_audit
    from ampglow_plugin.proof.pairing import holds_run
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.plots import need_matplotlib
    from ampglow_plugin.report.proof import proof_record, show_proofs
    from ampglow_plugin.writing import refuse_overwriting

    folders = [p for p in outputs if p.is_dir()]
    if folders and (named or len(folders) < len(outputs)):
        raise click.UsageError("Either folders of runs, or output files with --light, --dark, --flat, --bias, --log.")
    if plot is not None:
        refuse_overwriting(plot, force=force)
        need_matplotlib()
    if audit or (len(folders) == 1 and not holds_run(folders[0])):
        if len(outputs) > 1 or named or sample is not None or plot is not None:
            raise click.UsageError("An audit takes one folder and none of --light ... --sample, --plot.")
        if not folders:
            raise click.UsageError("An audit takes a folder.")
        return run_audit(
            folders[0],
            library=library,
            index=index,
            journal=journal,
            target=target,
            force=force,
            pixels=pixels,
            as_json=as_json,
            strict=strict,
        )
    if index or target or journal or not pixels:
        raise click.UsageError("--index, --output, --journal and --no-pixels are for an audit (--audit).")
    output = Output(as_json=as_json, strict=strict)
    kept: list[Proof] = []  # in JSON mode only the worst: thousands of frames need the memory of a few
    proved = clean = 0
    with progress_bar("proving", quiet=as_json) as progress:
        files: ProofFiles = {**named, "library": library}
        proving = api.verify_each(outputs, sample=sample, progress=progress, **files)
        for proof, findings in proving.judged():
            if proof is not None:
                output.record("proof", proof_record(proof))
                proved += 1
                clean += (proof.verdict.done, proof.verdict.success) == ("applied", "clean")
                kept.append(proof)
                if as_json:
                    kept = [] if plot is None else _worst(kept)
            output.count(findings)
    output.unknown = not proved or clean < proved
    if not as_json:
        show_proofs(kept, proving.unpaired)
    for path in proving.unpaired if as_json else ():
        tell(f"not judged: {path}", err=True)
    if sample is not None:
        output.more = {"proved": proved, "of": proving.outputs}
        if not as_json:
            click.echo(f"\n{proved} of {proving.outputs} frames were proved, evenly spread over the night.")
    if plot is not None:
        _draw(kept, proved, plot, quiet=as_json)
    return output.finish()


def _worst(proofs: Sequence[Proof]) -> list[Proof]:
    from ampglow_plugin.report.proof_plot import worst

    found = worst(proofs)
    return [] if found is None else [found]


def _draw(proofs: Sequence[Proof], proved: int, plot: Path, *, quiet: bool) -> None:
    """The picture of the worst of the proofs that can be drawn."""
    from ampglow_plugin.report.proof_plot import proof_picture, worst

    proof = worst(proofs)
    if proof is None:
        raise InputError("no frame can be drawn: that needs its dark", fix="name it: --dark MASTER")
    more = f" (the worst of {proved} frames)" if proved > 1 else ""
    proof_picture(proof, plot, more=more)
    if not quiet:
        tell(f"drawn: {plot}, {Path(proof.path).name}{more}")
