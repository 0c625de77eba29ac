"""``ampglow run``: emit the plan for the program that is there, run it, and prove the result."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.places import Given


@click.command("run")
@click.argument("plan", type=Given(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path),
    help="A new or empty folder (default: PLAN's name with -run behind it).",
)
@click.option(
    "--engine",
    metavar="NAME",
    help=(
        "What carries out the plan: siril-cli; pysiril, which gives Siril one command after the other through its "
        "pipes; or builtin, the embedded engine (default: Siril where it is found)."
    ),
)
@click.option(
    "--siril",
    "program",
    type=click.Path(),
    help="The siril-cli to use (default: ampglow.yaml, AMPGLOW_SIRIL, PATH ...).",
)
@click.option(
    "--pixels/--no-pixels",
    default=True,
    help="Look at each dark master once it is built: does it hold the glow of the lights? (default: yes)",
)
@click.option("--force", is_flag=True, help="Write a folder anew that an earlier emit or run wrote, results included.")
@output_options
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    plan: Path,
    folder: Path | None,
    engine: str | None,
    program: str | None,
    pixels: bool,
    force: bool,
    as_json: bool,
    strict: bool,
) -> int:
    """Run PLAN and prove the result. Exit code 0 only if every frame is calibrated and clean.

    Without a Siril the embedded engine does the work. Siril runs with settings of its own, so yours are neither
    used nor changed.
    """
    from ampglow_plugin import api
    from ampglow_plugin.hosts.engines import EMBEDDED, choose
    from ampglow_plugin.hosts.folder import alone_in
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.plan import show_findings
    from ampglow_plugin.report.proof import proof_record, show_proofs
    from ampglow_plugin.report.run import announce, run_record, show_run

    folder = folder or plan.with_name(f"{plan.stem}-run")
    checked = api.recheck(api.read_plan(plan))
    if engine != EMBEDDED:
        program = program or api.load_config([plan]).hosts.get("siril")
    used = choose(engine, program)
    announce(used)
    output = Output(as_json=as_json, strict=strict)
    with alone_in(folder):  # nobody writes it anew while it is proved
        with progress_bar("calibrating", quiet=as_json) as progress:
            manifest = api.run(
                checked, folder, engine=used, program=program, force=force, pixels=pixels, progress=progress
            )
        output.record("run", run_record(folder, manifest))
        output.count(f for f in checked.findings if f.outcome in ("failed", "crashed"))
        if not as_json:
            show_run(folder, manifest)
            show_findings(checked.findings)
        output.unknown = True  # until it is proved
        if manifest.outputs:
            with progress_bar("proving", quiet=as_json) as progress:
                result = api.verify(folder, progress=progress)
            for proof in result.proofs:
                output.record("proof", proof_record(proof))
            output.count(result.findings)
            output.unknown = not result.clean
            if not as_json:
                show_proofs(result.proofs, result.unpaired)
        elif checked.plan.levels_only:
            output.unknown = False  # the proof stands in the plan, which was judged by it
            if not as_json:
                click.echo("look at the difference to the input: no nebula may be in it")
        elif not as_json:
            click.echo("nothing was calibrated, so there is nothing to prove")
    return output.finish()
