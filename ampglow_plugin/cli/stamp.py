"""``ampglow stamp``: what is known of a poor master, written into a copy of it."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.places import Given


@click.command("stamp")
@click.argument(
    "files", nargs=-1, required=True, type=Given(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option(
    "-o",
    "--output",
    "target",
    type=click.Path(path_type=Path),
    required=True,
    help="The folder that the copies go into, or one new .fit file.",
)
@output_options
def command(files: tuple[Path, ...], target: Path, as_json: bool, strict: bool) -> int:
    """Copy masters whose headers lack settings, and write into the copies what is known of them.

    It is recovered from names, from folders and from the single frames beside a master, and marked as recovered. The
    originals are only read; copies are FITS. Exit code 1: one was refused, since nothing is known of it or since its
    name and its header contradict each other.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.stamp import show_stamps

    output = Output(as_json=as_json, strict=strict)
    made = api.stamp(files, target)
    for each in made:
        output.record("stamp", each)
    output.errors += sum(each.refused is not None for each in made)
    output.warnings += sum(bool(each.missing) for each in made if each.refused is None)
    if not as_json:
        show_stamps(made)
    return output.finish()
