"""``ampglow diagnose``: what is that bright corner, and what to do about it?"""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.places import Given

_FILE = Given(exists=True, dir_okay=False, path_type=Path)


@click.command("diagnose")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@click.option("--dark", type=_FILE, help="A dark or master dark of the frames' settings: it decides about amp glow.")
@output_options
def command(files: tuple[Path, ...], dark: Path | None, as_json: bool, strict: bool) -> int:
    """Tell amp glow from a gradient of the sky, vignetting, reflections and twilight, and say what to do.

    FILES are lights, raw or calibrated, or stacks, of one camera. Several targets, or both sides of the meridian, tell
    what stays on the sensor from what turns with the sky; so does a dark.

    Exit code 0 whatever is found: a diagnosis is no judgement. 1 with --strict if it is undecided.
    """
    from ampglow_plugin import api
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.diagnosis import show_advice, show_diagnosis

    with progress_bar("looking", quiet=as_json) as progress:
        diagnosis = api.diagnose(files, dark=dark, progress=progress)
    advice = api.advise(diagnosis=diagnosis)
    output = Output(as_json=as_json, strict=strict)
    output.record("diagnosis", diagnosis)
    for one in advice:
        output.record("advice", one)
    still_open = diagnosis.found("undecided") is not None
    output.unjudged = still_open
    output.warnings += still_open
    if not as_json:
        show_diagnosis(diagnosis)
        show_advice(advice)
    return output.finish()
