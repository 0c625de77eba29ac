"""``ampglow lint``: the rules of order and dialect on scripts that exist already."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.errors import InputError

#: series of Siril that scripts can be judged for
SERIES = ("1.0", "1.2", "1.4")


@click.command("lint")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option("--siril", type=click.Choice(SERIES), help="Judge Siril scripts for this series, not the one required.")
@output_options
def command(files: tuple[Path, ...], siril: str | None, as_json: bool, strict: bool) -> int:
    """Judge Siril scripts (.ssf), PixInsight icons or scripts (.xpsm, .js), and plans (.yaml).

    Of a Siril script that does not calibrate only what would stop it is told. A file that cannot be read does not
    stop the others.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import show_error
    from ampglow_plugin.report.lint import calibrates, show_lint

    output = Output(as_json=as_json, strict=strict)
    judged = 0
    for file in files:
        try:
            findings = api.lint(file, siril=siril)
        except InputError as error:
            show_error(error)
            output.errors += 1
            output.stopped = error.exit_code
            continue
        output.count(findings)
        judged += calibrates(findings)
        if not as_json:
            show_lint(file, findings)
    output.unjudged = not judged
    return output.finish()
