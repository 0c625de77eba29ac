"""``ampglow library``: what is done with a library of darks, one command for each job.

``ampglow library FOLDER...`` is short for ``ampglow library show FOLDER...``. A folder that has the name of a
command is written with a dot: ``ampglow library ./build``.
"""

from __future__ import annotations

import click

from ampglow_plugin.cli.lazy import LazyGroup

#: command -> (module below ampglow_plugin.cli, one line of help). Explicit: nothing registers itself.
COMMANDS: dict[str, tuple[str, str]] = {
    "show": ("library_show", "The darks you have, how old they are, and those you lack."),
    "compare": ("library_compare", "Has the sensor aged? A new master against an old one."),
    "darks": ("library_darks", "Which single darks are better left out of a master, and why."),
    "build": ("library_build", "Build masters from single frames, and keep them up to date."),
}
#: what is meant where none of them is named
DEFAULT = "show"


class LibraryCommands(LazyGroup):
    """Words that name no command go to the default."""

    table = COMMANDS

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in COMMANDS and args[0] not in self.get_help_option_names(ctx)):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


@click.group("library", cls=LibraryCommands)
def command() -> None:
    """What is done with a library of darks.

    Without a command it is `show`: `ampglow library FOLDER --for LIGHTS`. A folder that has the name of a command
    is written ./build.
    """
