"""``ampglow glow``: where does a frame glow, and how much?"""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.errors import InputError


@click.command("glow")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option(
    "--bias",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A bias or short dark: structure that is in it as well is no glow.",
)
@click.option(
    "--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw one frame's glow into this file (PNG)."
)
@output_options
def command(files: tuple[Path, ...], bias: Path | None, plot: Path | None, as_json: bool, strict: bool) -> int:
    """Measure the amp glow of darks or master darks.

    Exit code 0 whether there is glow or not: a dark is meant to hold it. 2 if a file cannot be measured.
    """
    from ampglow_plugin.proof.glow import examine_frame, read_reference
    from ampglow_plugin.report.console import show_error
    from ampglow_plugin.report.glow import show_glow
    from ampglow_plugin.report.glow_plot import glow_picture
    from ampglow_plugin.report.plots import need_matplotlib

    if plot is not None:
        if len(files) > 1:
            raise click.UsageError("--plot draws one frame: name one file.")
        need_matplotlib()
    output = Output(as_json=as_json, strict=strict)
    reference = read_reference(bias) if bias else None
    for file in files:
        try:
            found = examine_frame(file, bias=reference)
        except InputError as error:
            show_error(error)
            output.errors += 1
            output.stopped = error.exit_code
            continue
        output.record("glow", found.glow)
        if not as_json:
            show_glow(found.glow)
        if plot is not None:
            glow_picture(found, plot)
            if not as_json:
                click.echo(f"  drawn: {plot}")
    return output.finish()
