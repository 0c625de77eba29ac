"""``ampglow lint``: the order rules on scripts that exist already."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options


@click.command("lint")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@output_options
def command(files: tuple[Path, ...], as_json: bool, strict: bool) -> int:
    """Judge Siril scripts (.ssf) and PixInsight icons or scripts (.xpsm, .js).

    A script that does not calibrate gives nothing.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.lint import show_lint

    output = Output(as_json=as_json, strict=strict)
    for file in files:
        findings = api.lint(file)
        output.count(findings)
        if not as_json:
            show_lint(file, findings)
    return output.finish()
