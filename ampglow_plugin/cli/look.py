"""``ampglow look``: what does one frame alone show?"""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, force_option, output_options, tell
from ampglow_plugin.cli.places import Given


@click.command("look")
@click.argument("file", type=Given(exists=True, dir_okay=False, path_type=Path), metavar="FILE")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw it into this file (PNG).")
@force_option
@output_options
def command(file: Path, plot: Path | None, force: bool, as_json: bool, strict: bool) -> int:
    """Look at one dark, light or stack: a map of what is bright, and plain words.

    Exit code 0 whatever is seen: one frame alone proves nothing.
    """
    from ampglow_plugin.headers import read_frame
    from ampglow_plugin.proof.glow import examine_frame
    from ampglow_plugin.report.glow_plot import glow_picture
    from ampglow_plugin.report.look import show_look
    from ampglow_plugin.report.plots import need_matplotlib
    from ampglow_plugin.writing import refuse_overwriting

    if plot is not None:
        refuse_overwriting(plot, force=force)
        need_matplotlib()
    output = Output(as_json=as_json, strict=strict)
    found = examine_frame(file)
    output.record("glow", found.glow)
    if not as_json:
        show_look(found, read_frame(file))
    if plot is not None:
        glow_picture(found, plot)
        if not as_json:
            tell(f"  drawn: {plot}")
    return output.finish()
