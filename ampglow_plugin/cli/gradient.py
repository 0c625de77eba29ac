"""``ampglow gradient``: the optional last step, for a marginal rest of glow that is proved."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ampglow_plugin.cli.common import Output, output_options, tell
from ampglow_plugin.cli.inputs import ManyCommand, many_option, proof_options
from ampglow_plugin.cli.places import Given
from ampglow_plugin.errors import InputError

if TYPE_CHECKING:
    from ampglow_plugin.api import ProofFiles
    from ampglow_plugin.model.evidence import Proof
    from ampglow_plugin.rules.checked import CheckedPlan

_PATH = Given(exists=True, path_type=Path)
_FILE = Given(exists=True, dir_okay=False, path_type=Path)


@click.command("gradient", cls=ManyCommand)
@click.argument("outputs", nargs=-1, required=True, type=_PATH, metavar="RUN | OUTPUT...")
@proof_options
@click.option("--proof", type=_FILE, help="The proofs, made before: what `ampglow verify --json` printed.")
@many_option("--stack", help="Linear stacks of the outputs: these are worked on.")
@click.option(
    "--last-resort", metavar="REASON", help="OUTPUT is a stack whose raw frames are gone: paint over the glow."
)
@click.option(
    "--host",
    type=click.Choice(["siril", "pixinsight", "graxpert"]),
    default="siril",
    show_default=True,
    help="The program to use.",
)
@click.option("--host-version", metavar="X.Y", help="Its series (siril: 1.2, 1.4; default: the newest).")
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    help="A new folder for the script, or a plan (.yaml) for `ampglow run`. Without it, how to do it is told.",
)
@click.option("--force", is_flag=True, help="Write over what an earlier call wrote there.")
@output_options
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    outputs: tuple[Path, ...],
    named: ProofFiles,
    proof: Path | None,
    stack: tuple[Path, ...],
    last_resort: str | None,
    host: str,
    host_version: str | None,
    target: Path | None,
    force: bool,
    as_json: bool,
    strict: bool,
) -> int:
    """Subtract a smooth background where a marginal rest of glow is all that a proof has found.

    OUTPUT are calibrated frames, or RUN the folder of a run. They are proved (`ampglow verify`) and looked at
    (`ampglow diagnose`): the dark was applied, its factor is within 0.05 of 1, and what is left sits in one corner or
    at one edge, with at most 5 ADU or a tenth of the dark's glow. Anything else is refused, exit code 1: a gradient
    removal is no substitute for a dark.

    Samples are kept off what is bright; faint nebulae no program tells from a background. Look at the difference.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar

    if proof is not None and named:
        raise click.UsageError("Either --proof, or the files that a proof is made with.")
    if last_resort is not None and (proof is not None or named):
        raise click.UsageError("The last resort takes no proof: with a dark, calibrate again.")
    with progress_bar("proving", quiet=as_json) as progress:
        checked = api.remove_gradient(
            outputs,
            stacks=stack,
            proofs=None if proof is None else _proofs(proof),
            last_resort=last_resort,
            progress=progress,
            **named,
        )
    output = Output(as_json=as_json, strict=strict)
    if checked is None:
        if not as_json:
            click.echo("Every frame is clean, and no glow of the dark is found in them: there is nothing to take away.")
        return output.finish()
    output.record("plan", checked.plan)
    output.count(f for f in checked.findings if f.outcome in ("failed", "crashed"))
    if not as_json:
        _tell(checked)
    if target is not None:
        _write(checked, target, host=host, version=host_version, force=force, output=output)
    elif not as_json:
        _how(last_resort is not None)
    return output.finish()


def _proofs(file: Path) -> tuple[Proof, ...]:
    """Proofs that were saved, of files that are still the same.

    Raises
    ------
    InputError
        Where the file holds none, or an output is another file by now.
    """
    from ampglow_plugin.catalog.hashes import sha256_of
    from ampglow_plugin.report.results import read_saved

    found = tuple(p for r in read_saved(file.read_bytes(), file.name, file.absolute().parent) for p in r.proofs)
    if not found:
        raise InputError("holds no proof", where=str(file), fix="save one: ampglow verify RUN --json > proof.jsonl")
    for proof in found:
        output = Path(proof.path)
        if not output.is_file():
            raise InputError("is gone", where=str(output), fix="prove it anew: leave --proof out")
        if sha256_of(output) != proof.sha256.get("output"):
            what = "is not the file that was proved" if "output" in proof.sha256 else "has no hash in its proof"
            raise InputError(what, where=str(output), fix="prove it anew: leave --proof out")
    return found


def _tell(checked: CheckedPlan) -> None:
    """On stdout: what is left, and on what the step works; on stderr what was allowed."""
    from ampglow_plugin.model.plan import RemoveGradient
    from ampglow_plugin.report.console import clean
    from ampglow_plugin.report.plan import show_findings, show_plan

    step = next(s for group in checked.plan.groups for s in group.steps if isinstance(s, RemoveGradient))
    worst = step.worst
    if worst is not None:
        factor = "" if worst.factor is None else f", factor {worst.factor:.3f}"
        click.echo(
            f"The dark was applied{factor}. Of its glow {abs(worst.residual_glow_adu or 0):.1f} ADU "
            f"({abs(worst.residual_glow or 0):.1%}) are left, at the {clean(worst.where or 'edge')}: marginal. "
            "A smooth background may take it away."
        )
    for text in step.unchecked:
        tell(text, err=True)
    show_plan(checked.plan)
    show_findings(checked.findings)


def _write(  # noqa: PLR0913 - the options of the command
    checked: CheckedPlan, target: Path, *, host: str, version: str | None, force: bool, output: Output
) -> None:
    from ampglow_plugin import api
    from ampglow_plugin.report.run import emission_record, show_emission

    if target.suffix.lower() in (".yaml", ".yml"):
        from ampglow_plugin.planning import to_yaml
        from ampglow_plugin.writing import refuse_overwriting, write_text

        refuse_overwriting(target, force=force)
        write_text(target, to_yaml(checked.plan), replace=force)
        if not output.as_json:
            tell(f"written to {target}; next: ampglow run {shlex.quote(str(target))}")
        return
    if host == "graxpert":
        from ampglow_plugin.hosts.graxpert import emit

        scripts = emit(checked, target, force=force)
        if not output.as_json:
            for script in scripts:
                tell(str(script))
        return
    emission = api.emit(checked, target, host=host, version=version, force=force)
    output.record("emission", emission_record(emission))
    if not output.as_json:
        show_emission(emission)


def _how(last_resort: bool) -> None:
    from ampglow_plugin.diagnosis.advice import ways
    from ampglow_plugin.report.diagnosis import show_advice

    show_advice(ways("synthetic_background" if last_resort else "remove_gradient"))
