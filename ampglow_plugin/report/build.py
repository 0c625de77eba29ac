"""A build of masters as text: what was built, what is up to date, what was left out and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ampglow_plugin.report.console import clean, console
from ampglow_plugin.report.library import duration

if TYPE_CHECKING:
    from ampglow_plugin.library.build import Build
    from ampglow_plugin.model.library import LibraryMaster

#: rejected frames that are shown one by one; all are in the records
_MOST = 20
_NOUNS = {"dark": "darks", "flatdark": "flat-darks", "flat": "flats", "bias": "bias frames"}
_STYLES = {"failed": "bold red", "built": "green", "to build": "bold", "left out": "yellow"}


def show_build(made: Build, folder: Path) -> None:
    """Print one line a master, then what went into none."""
    out = console()
    for master in made.masters:
        if master.state not in ("up to date", "left out"):
            _show(master, folder)
    current = [master for master in made.masters if master.state == "up to date"]
    if current:
        out.print(f"up to date: {len(current)} master{'s' if len(current) > 1 else ''}")
    for master in made.masters:
        if master.state == "left out":
            out.print(f"left out: {clean(_settings(master))}: {clean(master.why)}", style="yellow", soft_wrap=True)
    _show_replaced(made.masters, folder)
    for frame in made.left_out[:_MOST]:
        out.print(f"not used: {clean(frame.path)}: {clean(frame.reason)}", style="yellow", soft_wrap=True)
    if len(made.left_out) > _MOST:
        out.print(f"  and {len(made.left_out) - _MOST} more; --json names them all", style="dim")
    waiting = [master.seconds or 0.0 for master in made.masters if master.state == "to build"]
    if waiting:
        out.print(f"{len(waiting)} to build, about {duration(sum(waiting))}; nothing was written", style="bold")
    if not made.masters:
        out.print("there are no single darks, flat-darks, flats or bias frames here")


def _show(master: LibraryMaster, folder: Path) -> None:
    out = console()
    name = _below(master.path or "", folder)
    time = "" if master.seconds is None else f", {master.seconds:g} s"
    measured = ""
    if master.temperature_min_c is not None:
        low, high = master.temperature_min_c, master.temperature_max_c
        measured = f" at {low:g} C" if low == high else f" at {low:g} to {high:g} C"
    text = f"{master.state}: {clean(name)}: {len(master.frames)} {_NOUNS[master.kind]}{measured}{time}"
    out.print(text, style=_STYLES[master.state], soft_wrap=True)
    if master.why:
        out.print(f"    {clean(master.why)}", soft_wrap=True)


def _show_replaced(masters: Sequence[LibraryMaster], folder: Path) -> None:
    out = console()
    removed = [path for master in masters for path in master.removed]
    left = dict.fromkeys(path for master in masters for path in master.replaces if path not in removed)
    for path in removed:
        out.print(f"removed: {clean(_below(path, folder))}", soft_wrap=True)
    for path in left:
        out.print(f"replaced by a newer master: {clean(_below(path, folder))} (--prune removes it)", soft_wrap=True)


def _below(path: str, folder: Path) -> str:
    place = Path(path)
    return place.relative_to(folder).as_posix() if place.is_relative_to(folder) else str(place)


def _settings(master: LibraryMaster) -> str:
    known = master.settings
    parts = [f"{len(master.frames)} {_NOUNS[master.kind]}"]
    parts += [f"{known['exposure_s']:g} s"] if isinstance(known.get("exposure_s"), (int, float)) else []
    if master.temperature_median_c is not None:
        parts.append(f"{master.temperature_median_c:g} C")
    parts += [f"{name} {known[name]:g}" for name in ("gain", "offset") if isinstance(known.get(name), (int, float))]
    camera = known.get("camera")
    return ", ".join(parts) + (f" ({camera})" if camera else "")
