"""``ampglow lint``: the order rules on scripts that exist already."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.errors import InputError


@click.command("lint")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@output_options
def command(files: tuple[Path, ...], as_json: bool, strict: bool) -> int:
    """Judge Siril scripts (.ssf), PixInsight icons or scripts (.xpsm, .js), and plans (.yaml).

    A script that does not calibrate gives nothing. A file that cannot be read does not stop the others.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import show_error
    from ampglow_plugin.report.lint import show_lint

    output = Output(as_json=as_json, strict=strict)
    for file in files:
        try:
            findings = api.lint(file)
        except InputError as error:
            show_error(error)
            output.errors += 1
            output.stopped = error.exit_code
            continue
        output.count(findings)
        if not as_json:
            show_lint(file, findings)
    return output.finish()
