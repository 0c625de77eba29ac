"""What people see in a terminal: results on stdout, progress and errors on stderr.

Every string from a header or a file name passes :func:`clean`, so that no escape sequence in it
reaches the terminal.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ampglow_plugin.errors import AmpglowError, FormatError, HostFailed, PlanRefused
from ampglow_plugin.writing import plain_text

if TYPE_CHECKING:
    from rich.console import Console

Progress = Callable[[str, float | None], None]


def clean(text: object) -> str:
    """``text`` with control and format characters (escapes, direction marks) made visible."""
    return plain_text(str(text))


def console(*, stderr: bool = False) -> Console:
    """A rich console without markup surprises: header values are never read as markup."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=False)


def show_error(error: AmpglowError) -> None:
    """What, where and the next action, on stderr."""
    out = console(stderr=True)
    say = functools.partial(out.print, soft_wrap=not out.is_terminal)  # in a file or a pipe, a path stays in one piece
    where = f"{clean(error.where)}: " if error.where else ""
    if isinstance(error, FormatError):
        say(f"ampglow: {where}{len(error.problems)} problem(s)", style="bold red")
        for problem in error.problems:
            say(f"  {clean(problem.place or 'document')}: {clean(problem.what)}")
    else:
        say(f"ampglow: {where}{clean(error.what)}", style="bold red")
    if isinstance(error, HostFailed):
        for quote in error.quotes:
            say(f"  | {clean(quote)}")
    if isinstance(error, PlanRefused):
        for f in error.findings:
            say(f"  {f.rule} {clean(f.message)}")
            if f.fix:
                say(f"        -> {clean(f.fix)}")
    if error.fix:
        say(f"  -> {clean(error.fix)}")


@contextlib.contextmanager
def progress_bar(title: str, *, quiet: bool = False) -> Iterator[Progress]:
    """A progress bar on stderr, shown only on a terminal; yields the callback that moves it."""
    if quiet or not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0)

        def move(what: str, share: float | None) -> None:
            bar.update(task, description=clean(what)[:60], completed=share if share is not None else None)

        yield move
