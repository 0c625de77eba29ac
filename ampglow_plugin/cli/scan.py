"""``ampglow scan``: folders into the index."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, force_option, output_options
from ampglow_plugin.cli.places import Place


@click.command("scan")
@click.argument("folders", nargs=-1, required=True, type=Place(), metavar="FOLDER...")
@click.option("--index", type=click.Path(dir_okay=False, path_type=Path), help="The index, instead of your own.")
@click.option("--reread", is_flag=True, help="Read unchanged files too.")
@click.option("--prune", is_flag=True, help="Forget frames that are gone.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the frames below FOLDER... to this file (.csv, .ecsv, .vot or .fits).",
)
@click.option("--workers", type=click.IntRange(min=1), help="Processes that read headers (default: one a core).")
@click.option("--scheduler", metavar="ADDRESS", help="Read headers on this Dask cluster.")
@force_option
@output_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    folders: tuple[Path | str, ...],
    index: Path | None,
    reread: bool,
    prune: bool,
    export: Path | None,
    workers: int | None,
    scheduler: str | None,
    force: bool,
    as_json: bool,
    strict: bool,
) -> int:
    """Read the headers of all frames below FOLDER... into the index; unchanged files are not read again.

    A folder may be an address, such as s3://bucket/darks: only headers are fetched, by ranges.

    Ctrl-C keeps what was done, and the next scan goes on. Frames that are gone stay in the index,
    marked, until --prune: an unplugged disk loses nothing.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.writing import refuse_overwriting

    if export is not None:
        refuse_overwriting(export, force=force)
    output = Output(as_json=as_json, strict=strict)
    with progress_bar("looking for frames", quiet=as_json) as progress:
        scanned = api.update_index(
            folders,
            index=index,
            reread=reread,
            prune=prune,
            workers=workers,
            scheduler=scheduler,
            progress=progress,
        )
    for problem in scanned.problems:
        output.record("problem", problem)
    output.record("scan", scanned.summary)
    output.warnings += scanned.summary.unreadable + sum(p.kind == "left_out" for p in scanned.problems)
    if export is not None:
        api.export_index(export, folders, index=index)
    if not as_json:
        from ampglow_plugin.report.scan import show_scan

        show_scan(scanned, export)
    return output.finish()
