"""``ampglow library show``: what there is, what it covers, what is old, what to shoot next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, force_option, output_options
from ampglow_plugin.cli.inputs import ManyCommand, many_option
from ampglow_plugin.cli.places import Given


@click.command("show", cls=ManyCommand)
@click.argument("folders", nargs=-1, type=Given(exists=True, file_okay=False, path_type=Path), metavar="[FOLDER...]")
@many_option("--for", help="Lights (and flats) to be calibrated: what is missing for them?")
@click.option("--index", type=click.Path(dir_okay=False, path_type=Path), help="The index, instead of your own.")
@click.option("--count", type=click.IntRange(min=1), help="Frames a set should have (default: 20).")
@click.option(
    "--sequence",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --for: write them for a capture program (.esq for Ekos, .json for N.I.N.A.).",
)
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="The date ages are counted to (default: today).")
@click.option("-v", "--verbose", is_flag=True, help="Every cell, flats and bias frames too.")
@force_option
@output_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    folders: tuple[Path, ...],
    index: Path | None,
    count: int | None,
    sequence: Path | None,
    today: datetime | None,
    verbose: bool,
    force: bool,
    as_json: bool,
    strict: bool,
    **options: tuple[Path, ...],
) -> int:
    """The darks you have, by camera, temperature, gain, offset, mode and exposure; and with --for, those you lack.

    With FOLDER... these are scanned first, and the report is about them; without, about all that
    the index knows (see `ampglow scan`). With --for, exit code 1 says that something is to be shot.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.library import show_cells, show_sequence, show_shooting
    from ampglow_plugin.writing import refuse_overwriting

    lights = options["for"]
    if sequence is not None and not lights:
        raise click.UsageError("--sequence needs --for: a sequence is made for lights.")
    if sequence is not None:
        refuse_overwriting(sequence, force=force)
    day = (today or datetime.now(UTC)).date()
    output = Output(as_json=as_json, strict=strict)
    with progress_bar("looking for frames", quiet=as_json) as progress:
        if folders:
            api.update_index(folders, index=index, progress=progress)
        found = api.library(folders, index=index, today=day)
        lacking = api.to_shoot(lights, folders, index=index, count=count, progress=progress) if lights else None
    for cell in found:
        output.record("cell", cell)
    for entry in lacking.entries if lacking else ():
        output.record("to_shoot", entry)
    output.errors += len(lacking.entries) if lacking else 0
    written = api.write_sequence(lacking, sequence) if sequence is not None and lacking and lacking.entries else None
    if written is not None:
        output.record("sequence", written)
    if not as_json:
        if lacking is None:
            show_cells(found, everything=verbose)
        else:
            show_shooting(lacking)
        if written is not None:
            show_sequence(written)
    return output.finish()
