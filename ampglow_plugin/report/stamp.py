"""Stamped copies as text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ampglow_plugin.report.console import clean, console

if TYPE_CHECKING:
    from ampglow_plugin.model.library import Stamp


def show_stamps(stamps: Iterable[Stamp]) -> None:
    """Print for each file what was written into its copy, or why there is none."""
    out = console()
    for stamp in stamps:
        if stamp.refused is not None:
            out.print(f"refused: {clean(stamp.path)}: {clean(stamp.refused)}", style="bold red", soft_wrap=True)
            continue
        out.print(f"written: {clean(stamp.output)}", style="green", soft_wrap=True)
        for name, value in stamp.fields.items():
            out.print(f"    {name} {clean(value)} (recovered: {clean(stamp.sources[name])})", soft_wrap=True)
        if stamp.missing:
            out.print(f"    still not known: {', '.join(stamp.missing)}", style="yellow")
