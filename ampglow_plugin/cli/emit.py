"""``ampglow emit``: the plan as a script, with its inputs linked beside it."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.places import Given

HOST_NAMES = ("siril", "pixinsight")


class _HostName(click.Choice[str]):
    """A host that reads scripts; the embedded engine, which reads the plan itself, is named a way out."""

    def __init__(self) -> None:
        super().__init__(HOST_NAMES)

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value == "builtin":
            self.fail(
                "the embedded engine needs no script: `ampglow run PLAN --engine builtin` runs the plan", param, ctx
            )
        return super().convert(value, param, ctx)


VERSIONS = (
    "Its series (siril: 1.0, 1.2, 1.4; pixinsight: 1.8.9, 1.9.3, 1.9.4; default: for pixinsight that of ampglow.yaml, "
    "else the newest)."
)


@click.command("emit")
@click.argument("plan", type=Given(exists=True, dir_okay=False, path_type=Path))
@click.option("--host", type=_HostName(), default="siril", show_default=True, help="The program to use.")
@click.option("--host-version", metavar="X.Y", help=VERSIONS)
@click.option("-o", "--output", "folder", type=click.Path(path_type=Path), required=True, help="A new or empty folder.")
@click.option("--force", is_flag=True, help="Write a folder anew that an earlier emit or run wrote, results included.")
@output_options
def command(  # noqa: PLR0913, PLR0917 - one parameter an option
    plan: Path, host: str, host_version: str | None, folder: Path, force: bool, as_json: bool, strict: bool
) -> int:
    """Write PLAN as a script for a host, with ampglow-run.json beside it.

    Your frames are linked into the folder, and stay as they are.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.plan import show_findings
    from ampglow_plugin.report.run import emission_record, show_emission

    checked = api.recheck(api.read_plan(plan))
    if host == "pixinsight":  # ampglow.yaml names a program for siril, and a version for this host
        host_version = host_version or api.load_config([plan]).hosts.get(host)
    with progress_bar("writing", quiet=as_json) as progress:
        emission = api.emit(checked, folder, host=host, version=host_version, force=force, progress=progress)
    output = Output(as_json=as_json, strict=strict)
    output.record("emission", emission_record(emission))
    output.count(f for f in checked.findings if f.outcome in ("failed", "crashed"))
    if not as_json:
        show_emission(emission)
        show_findings(checked.findings)
    return output.finish()
