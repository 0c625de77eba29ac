"""``ampglow schema``: the machine interface, described for machines."""

from __future__ import annotations

import json

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of all records and of the files ampglow writes."""
    from ampglow_plugin.report.schema import schema

    click.echo(json.dumps(schema(), indent=2))
