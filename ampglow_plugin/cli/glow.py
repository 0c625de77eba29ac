"""``ampglow glow``: where does a frame glow, and how much?"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import click

from ampglow_plugin.cli.common import Output, force_option, output_options, tell
from ampglow_plugin.cli.places import Given
from ampglow_plugin.errors import InputError
from ampglow_plugin.model.glow import Glow

#: each holds its frame some ten times, as floats
_MOST_AT_ONCE: Final = 4
#: frames that are measured before processes are started: these take as long to start as a frame takes
_ALONE: Final = 2


@click.command("glow")
@click.argument(
    "files", nargs=-1, required=True, type=Given(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option(
    "--bias",
    type=Given(exists=True, dir_okay=False, path_type=Path),
    help="A bias or short dark: structure that is in it as well is no glow.",
)
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw one frame's glow into this file (PNG)."
)
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Frames that are measured at once (default: one a core, up to 4)."
)
@click.option("--scheduler", metavar="ADDRESS", help="Measure on this Dask cluster.")
@force_option
@output_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    files: tuple[Path, ...],
    bias: Path | None,
    plot: Path | None,
    jobs: int | None,
    scheduler: str | None,
    force: bool,
    as_json: bool,
    strict: bool,
) -> int:
    """Measure the amp glow of darks or master darks.

    Exit code 0 whether there is glow or not: a dark is meant to hold it. 2 if a file cannot be measured.
    """
    from ampglow_plugin.catalog.index.pool import LazyProcesses, dask_executor
    from ampglow_plugin.proof.glow import glow_of_each
    from ampglow_plugin.writing import refuse_overwriting

    output = Output(as_json=as_json, strict=strict)
    if plot is not None:
        refuse_overwriting(plot, force=force)
        _drawn(files, bias, plot, output)
        return output.finish()
    workers = min(os.cpu_count() or 1, _MOST_AT_ONCE) if jobs is None else jobs
    with dask_executor(scheduler) if scheduler is not None else LazyProcesses(workers, alone=_ALONE) as executor:
        for found in glow_of_each(files, bias=bias, executor=executor):
            _told(found, output)
    return output.finish()


def _drawn(files: tuple[Path, ...], bias: Path | None, plot: Path, output: Output) -> None:
    from ampglow_plugin.proof.glow import examine_frame
    from ampglow_plugin.report.glow_plot import glow_picture
    from ampglow_plugin.report.plots import need_matplotlib

    if len(files) > 1:
        raise click.UsageError("--plot draws one frame: name one file.")
    need_matplotlib()
    try:
        found = examine_frame(files[0], bias=bias)
    except InputError as error:
        _told(error, output)
        return
    _told(found.glow, output)
    glow_picture(found, plot)
    if not output.as_json:
        tell(f"  drawn: {plot}")


def _told(found: Glow | InputError, output: Output) -> None:
    from ampglow_plugin.report.console import show_error
    from ampglow_plugin.report.glow import show_glow

    if isinstance(found, InputError):
        show_error(found)
        output.errors += 1
        output.stopped = found.exit_code
        return
    output.record("glow", found)
    if not output.as_json:
        show_glow(found)
