"""``ampglow library compare``: has the sensor aged since the old master was made?"""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, force_option, output_options, tell
from ampglow_plugin.cli.places import Given

_FILE = Given(exists=True, dir_okay=False, path_type=Path)


@click.command("compare")
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="Draw both into this file (PNG).")
@force_option
@output_options
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    old: Path, new: Path, plot: Path | None, force: bool, as_json: bool, strict: bool
) -> int:
    """Compare a NEW dark or master with an OLD one of equal settings: glow, hot pixels, level and noise.

    Each change has its error and its limit. Where settings differ, it says which, and what cannot be told for that.
    Exit code 0 unless a file cannot be read; with --strict, 1 where the sensor has aged.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.aged import show_aged
    from ampglow_plugin.report.plots import need_matplotlib
    from ampglow_plugin.writing import refuse_overwriting

    if plot is not None:
        refuse_overwriting(plot, force=force)
        need_matplotlib()
    output = Output(as_json=as_json, strict=strict)
    found = api.compare_darks(old, new)
    output.record("comparison", found.compared.result)
    output.count(found.findings)
    output.unjudged = found.verdict in ("undecided", "not comparable")
    output.more["aged"] = found.verdict
    if not as_json:
        show_aged(found)
    if plot is not None and found.compared.aging is not None:
        from ampglow_plugin.report.aged_plot import aged_picture

        aged_picture(found, plot)
        if not as_json:
            tell(f"  drawn: {plot}")
    return output.finish()
