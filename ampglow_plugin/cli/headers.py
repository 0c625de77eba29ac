"""``ampglow headers``: what the headers of frames say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.places import Place
from ampglow_plugin.errors import InputError
from ampglow_plugin.model.frame import Frame

FEW = 1  # so many frames are shown in full; more in a table


@click.command("headers")
@click.argument("paths", nargs=-1, required=True, type=Place(), metavar="FILE | FOLDER...")
@click.option("--full", is_flag=True, help="Every field of every frame, with the card it came from.")
@click.option("--no-recover", is_flag=True, help="Believe the cards alone, not file and folder names.")
@output_options
def command(paths: tuple[Path | str, ...], full: bool, no_recover: bool, as_json: bool, strict: bool) -> int:
    """Show what the headers of frames say (FITS, also .fz and .gz, and XISF); pixels are not read.

    A folder stands for all frames in it and below. Either may be an address (s3://bucket/darks): only headers are
    fetched, by ranges. Files that cannot be read are named on
    stderr, the others are shown all the same, and the exit code is 2.
    """
    from ampglow_plugin.headers import read_frame
    from ampglow_plugin.report.console import show_error

    output = Output(as_json=as_json, strict=strict)
    frames: list[Frame] = []
    for path in _files(paths):
        try:
            frame = read_frame(path, recover=not no_recover)
        except InputError as error:
            show_error(error)
            output.crashed += 1
            continue
        output.record("frame", frame)
        frames.append(frame)
    if not as_json and frames:
        _show(frames, full=full or len(frames) <= FEW)
    if not frames and not output.crashed:
        raise InputError(
            "no frames there",
            where=", ".join(str(path) for path in paths),
            fix="name .fit, .fits or .xisf files, or a folder that holds some",
        )
    return output.finish()


def _files(paths: tuple[Path | str, ...]) -> Iterator[Path | str]:
    """Files as named; of a folder all frames in it and below, in order of their names."""
    from ampglow_plugin.headers.formats import is_frame_name

    for path in paths:
        if isinstance(path, str):
            yield from _behind(path)
        elif path.is_dir():
            yield from sorted(p for p in path.rglob("*") if is_frame_name(p) and p.is_file())
        else:
            yield path


def _behind(address: str) -> Iterator[str]:
    """The file at an address, or all frames in the folder there and below."""
    from ampglow_plugin.catalog.walk import walk
    from ampglow_plugin.headers.formats import is_frame_name
    from ampglow_plugin.headers.remote import checked

    address = checked(address)
    if is_frame_name(Path(address)):
        yield address
        return
    for place in walk(address):
        if place.unreadable is not None:
            raise InputError(f"this folder cannot be listed: {place.unreadable}", where=place.path)
        yield from (entry.path for entry in place.files)


def _show(frames: list[Frame], *, full: bool) -> None:
    from ampglow_plugin.report.console import clean, console
    from ampglow_plugin.report.frames import LEGEND, frame_details, frame_table

    out = console()
    if not full:
        out.print(frame_table(frames, width=out.width))
        out.print(LEGEND, style="dim")
        return
    for frame in frames:
        out.print(clean(frame.path), style="bold")
        out.print(frame_details(frame))
