"""``ampglow match``: lights against darks, field by field."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.inputs import ManyCommand, many_option


@click.command("match", cls=ManyCommand)
@many_option("--lights", required=True, help="Lights, whatever their IMAGETYP says.")
@many_option("--darks", required=True, help="Darks, master darks, or folders of them.")
@click.option("--all", "all_rejections", is_flag=True, help="Every dark that does not fit, not the nearest 20.")
@output_options
def command(
    lights: tuple[Path, ...], darks: tuple[Path, ...], all_rejections: bool, as_json: bool, strict: bool
) -> int:
    """Lights against darks, field by field: which dark belongs to which lights, and why the others do not."""
    from ampglow_plugin import api
    from ampglow_plugin.errors import InputError
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.matches import show_matches, show_problems

    with progress_bar("reading headers", quiet=as_json) as progress:
        found = api.scan_given({"light": lights, "dark": darks}, progress=progress)
    frames = found.by_role()
    if "light" not in frames:
        first = found.problems[0] if found.problems else None
        raise InputError("no light can be read", where=first.path if first else None, fix=first.fix if first else None)
    matches = api.match(frames["light"], frames.get("dark", ()), all_rejections=all_rejections)
    output = Output(as_json=as_json, strict=strict)
    for one in matches:
        output.record("match", one)
    output.errors = sum(one.status == "none" for one in matches)
    output.warnings = sum(one.status == "tolerated" for one in matches) + len(found.problems)
    output.unknown = any(one.status == "unknown" for one in matches)
    if not as_json:
        show_matches(matches, everything=all_rejections)
    show_problems(found.problems)
    return output.finish()
