"""``ampglow library darks``: which single darks are better left out of a master, and why."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.places import Given


@click.command("darks")
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=Given(exists=True, path_type=Path),
    metavar="FOLDER...",
)
@click.option("-v", "--verbose", is_flag=True, help="Every set and frame, also what is good.")
@output_options
def command(folders: tuple[Path, ...], verbose: bool, as_json: bool, strict: bool) -> int:
    """Look at every single dark before it is integrated: each against the others of its set.

    Told are frames of another level, noise, temperature or glow, with light that leaked in, saturated, empty, copies
    of others, and those that cannot be read. Nothing is moved or changed. Exit code 1 says that there are some.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.darks import show_darks

    output = Output(as_json=as_json, strict=strict)
    with progress_bar("looking at darks", quiet=as_json) as progress:
        found = api.inspect_library(folders, progress=progress)
    for each in found:
        for frame in each.measured.frames:
            output.record("dark", frame)
        for reject in each.rejects:
            output.record("reject", reject)
        output.count(each.findings)
    if not as_json:
        show_darks(found, everything=verbose)
    return output.finish()
