"""``ampglow check``: do these darks match these lights?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.inputs import Inputs, ManyCommand, input_options

if TYPE_CHECKING:
    from ampglow_plugin.api import Check
    from ampglow_plugin.model.config import Config


@click.command("check", cls=ManyCommand)
@input_options
@click.option("-v", "--verbose", is_flag=True, help="Every group, every finding, also what passed.")
@output_options
def command(inputs: Inputs, verbose: bool, as_json: bool, strict: bool) -> int:
    """Pre-flight: do these darks match these lights, and do they hold their glow?

    One FOLDER is sorted by header and folder name. Or name the LIGHTs, then their calibration frames.
    Headers are read of all frames, pixels of a few of each group.
    """
    from ampglow_plugin import api

    config = api.load_config(inputs.places, file=inputs.config)
    result = checked(inputs, config, quiet=as_json)
    output = Output(as_json=as_json, strict=strict)
    for found in result.matches:
        output.record("match", found)
    for measured in result.held:
        output.record("held", measured)
    output.count(result.findings)
    output.unknown = result.unknown
    if not as_json:
        from ampglow_plugin.report.check import show_check
        from ampglow_plugin.report.config import show_config

        show_check(result.matches, result.findings, output.verdict, verbose=verbose)
        if verbose:
            show_config(config)
    return output.finish()


def checked(inputs: Inputs, config: Config, *, quiet: bool) -> Check:
    """The pre-flight of what the user pointed at, with a progress bar unless ``quiet``."""
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar

    given = inputs.given
    with progress_bar("reading headers", quiet=quiet) as progress:
        return api.check(
            given.get("light", ()) if inputs.folder is None else (inputs.folder,),
            darks=given.get("dark", ()),
            flats=given.get("flat", ()),
            flat_darks=given.get("darkflat", ()),
            bias=given.get("bias", ()),
            pixels=inputs.pixels,
            config=config,
            progress=progress,
        )
