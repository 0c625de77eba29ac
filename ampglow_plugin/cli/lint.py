"""``ampglow lint``: the rules of order and dialect on scripts that exist already."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.places import Given
from ampglow_plugin.errors import InputError
from ampglow_plugin.model.finding import Finding

#: series of Siril that scripts can be judged for
SERIES = ("0.9", "1.0", "1.2", "1.4")
Format = Literal["text", "json", "sarif"]


@click.command("lint")
@click.argument(
    "files", nargs=-1, required=True, type=Given(exists=True, dir_okay=False, path_type=Path), metavar="FILE..."
)
@click.option("--siril", type=click.Choice(SERIES), help="Judge Siril scripts for this series, not the one required.")
@click.option("--fix", is_flag=True, help="Show as a diff what can be put right safely; nothing is written.")
@click.option("--write", is_flag=True, help="With --fix: write it, too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="json is the same as --json.",
)
@output_options
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    files: tuple[Path, ...], siril: str | None, fix: bool, write: bool, form: Format, as_json: bool, strict: bool
) -> int:
    """Judge Siril scripts (.ssf, .py), PixInsight icons, scripts or logs (.xpsm, .js, .log), plans (.yaml).

    Of a Siril script that does not calibrate only what would stop it is told. A file that cannot be read does not
    stop the others. After --fix --write it is the new file that is judged.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import show_error
    from ampglow_plugin.report.lint import calibrates, show_lint, show_rewrite

    if write and not fix:
        raise click.UsageError("--write goes with --fix")
    form = "json" if as_json else form
    output = Output(as_json=form == "json", strict=strict)
    judged: dict[Path, tuple[Finding, ...]] = {}
    unread: dict[str, str] = {}
    for file in files:
        try:
            if fix:
                rewrite = api.fix(file, siril=siril, write=write)
                if rewrite.changed:
                    output.record("fix", {"path": str(file), "diff": rewrite.diff(), "written": write})
                    show_rewrite(rewrite, written=write, stderr=form != "text")
            judged[file] = findings = api.lint(file, siril=siril)
        except InputError as error:
            show_error(error)
            unread[str(file)] = error.what
            output.errors += 1
            output.stopped = error.exit_code
            continue
        output.count(findings)
        if form == "text":
            show_lint(file, findings)
    output.unjudged = not any(map(calibrates, judged.values()))
    if form == "sarif":
        from ampglow_plugin.report.sarif import sarif
        from ampglow_plugin.rules import RULES

        click.echo(sarif(judged, unread, RULES))
    return output.finish()
