"""``ampglow library build``: masters from single frames, kept up to date."""

from __future__ import annotations

from pathlib import Path

import click

from ampglow_plugin.cli.common import Output, output_options
from ampglow_plugin.cli.places import Given

_FOLDER = Given(exists=True, file_okay=False, path_type=Path)


@click.command("build")
@click.argument("folders", nargs=-1, required=True, type=_FOLDER, metavar="FOLDER...")
@click.option("-o", "--output", "target", type=click.Path(file_okay=False, path_type=Path), required=True,
              help="The folder that the masters go into.")  # fmt: skip
@click.option("--template", help="File names, such as {kind}_{exposure}_{temperature}_{gain}; / makes folders.")
@click.option("--least", type=click.IntRange(min=2), help="Frames that make a master (default: 5).")
@click.option("--within", type=click.FloatRange(min=0), help="Days within which sessions share a master (default: 30).")
@click.option("--dry-run", is_flag=True, help="Say what would be built and how long it takes; write nothing.")
@click.option("--rebuild", is_flag=True, help="Build what is up to date, too.")
@click.option("--prune", is_flag=True, help="Remove masters of ours that newer ones have replaced.")
@click.option("--reread", is_flag=True, help="Trust no remembered hash: read every frame again.")
@click.option("--pixels/--no-pixels", default=True, help="Look at every single dark: is it fit? (default: yes)")
@click.option("--engine", metavar="NAME", help="siril-cli, pysiril or builtin (default: Siril where it is found).")
@click.option("--siril", "program", type=click.Path(), help="The siril-cli to use.")
@click.option("--index", type=click.Path(dir_okay=False, path_type=Path), help="The index, instead of your own.")
@output_options
def command(  # noqa: PLR0913 - one parameter an option
    *,
    folders: tuple[Path, ...],
    target: Path,
    template: str | None,
    least: int | None,
    within: float | None,
    dry_run: bool,
    rebuild: bool,
    prune: bool,
    reread: bool,
    pixels: bool,
    engine: str | None,
    program: str | None,
    index: Path | None,
    as_json: bool,
    strict: bool,
) -> int:
    """Build masters from the single darks, flat-darks, flats and biases below FOLDER...

    Frames of equal settings that were taken within some days make one master, without normalisation, with the
    rejection that fits their number. What is up to date is not built again. The header of each master says what it
    was made from. Exit code 1: a master could not be built.
    """
    from ampglow_plugin import api
    from ampglow_plugin.hosts.engines import EMBEDDED, choose
    from ampglow_plugin.library.build import BuildOptions
    from ampglow_plugin.report.build import show_build
    from ampglow_plugin.report.console import progress_bar
    from ampglow_plugin.report.run import announce

    given = {"template": template, "least": least, "within_d": within}
    options = BuildOptions(
        output=target,
        rebuild=rebuild,
        prune=prune,
        reread=reread,
        dry_run=dry_run,
        **{name: value for name, value in given.items() if value is not None},  # type: ignore[arg-type]
    )
    if engine != EMBEDDED:
        program = program or api.load_config(folders).hosts.get("siril")
    used = choose(engine, program)
    announce(used)
    output = Output(as_json=as_json, strict=strict)
    with progress_bar("looking for frames", quiet=as_json) as progress:
        made = api.build_masters(
            folders, options, index=index, engine=used, program=program, pixels=pixels, progress=progress
        )
    for master in made.masters:
        output.record("master", master)
    for frame in made.left_out:
        output.record("left_out", frame)
    output.errors += sum(master.state == "failed" for master in made.masters)
    output.warnings += len(made.left_out)
    if not as_json:
        show_build(made, target)
    return output.finish()
