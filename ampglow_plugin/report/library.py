"""The library as text: one table a camera, and the list of what to shoot."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ampglow_plugin.planning.shooting import AMBIENT_C, COOLING_C_PER_MIN, SETTLING_S
from ampglow_plugin.report.console import clean, console
from ampglow_plugin.report.plan import count

if TYPE_CHECKING:
    from ampglow_plugin.model.library import LibraryCell, SequenceFile, ToShoot
    from ampglow_plugin.planning.shooting import ShootingList

_AGE_STYLES = {"fresh": "green", "noted": "", "old": "yellow", "very old": "bold red", "unknown": "magenta"}
_NOUNS = {"dark": "darks", "flatdark": "flat-darks", "flat": "flats", "bias": "bias frames"}
_WHY = {
    "missing": "there are none",
    "old": "those there are old",
    "few": "only {have} there",
    "unknown settings": "those there do not say whether they fit",
}


def show_cells(cells: Sequence[LibraryCell], *, everything: bool) -> None:
    """Print what there is; darks and flat-darks only, unless ``everything``."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    out = console()
    shown = [c for c in cells if everything or c.kind in ("dark", "flatdark")]
    if not shown:
        out.print("there are no darks in the index")
        out.print("  -> scan the folders of your library first: ampglow scan FOLDER")
        return
    for (camera, serial), rows in itertools.groupby(shown, key=lambda c: (c.camera, c.camera_serial)):
        title = clean(camera or "camera not named") + (f", serial {clean(serial)}" if serial else "")
        table = Table(
            box=box.SIMPLE_HEAD, padding=0, pad_edge=False, header_style="bold", title=title, title_justify="left"
        )
        for heading in ("What", "At", "Gain", "Offset", "Mode", "Single", "Master", "Newest", "Age"):
            table.add_column(heading, justify="right" if heading in ("Single", "Master") else "left", no_wrap=True)
        for c in rows:
            table.add_row(
                f"{_seconds(c.exposure_s)} {_NOUNS[c.kind]}",
                _degrees(c.setpoint_c, c.temperature_c),
                _number(c.gain),
                _number(c.offset),
                clean(_mode(c)),
                str(c.singles),
                str(c.masters),
                c.newest or "not known",
                Text(_age(c), style=_AGE_STYLES[c.age]),
            )
        out.print(table)


def show_shooting(lacking: ShootingList) -> None:
    """Print what to shoot, in the order in which it is best shot, and how long it takes."""
    from rich.text import Text

    out = console()
    if not lacking.entries:
        out.print("the library has darks for all of them", style="bold green")
        return
    total = lacking.exposing_s + lacking.cooling_s
    out.print(Text(f"to shoot, about {duration(total)} in all:", style="bold"))
    for entry in lacking.entries:
        out.print(f"  {clean(recipe(entry))}")
        owners = count(entry.frames, "flat" if entry.role == "flatdark" else "light")
        why = _WHY[entry.why].format(have=entry.at_hand)
        groups = "" if entry.groups == 1 else f" in {entry.groups} groups"
        time = "" if entry.seconds is None else f"; {duration(entry.seconds)}"
        out.print(f"      for {owners}{groups}: {why}{time}", style="dim")
    if lacking.cooling_s:
        out.print(
            f"{duration(lacking.cooling_s)} of it for cooling: from {AMBIENT_C:g} C at {COOLING_C_PER_MIN:g} C "
            f"a minute (assumed), and {SETTLING_S / 60:g} minutes at each set point before the first dark",
            style="dim",
        )


def show_sequence(written: SequenceFile) -> None:
    """Print what was written, and what the user has to see to."""
    out = console()
    out.print(f"written: {clean(written.path)} ({written.program}, {written.jobs} jobs, {written.frames} frames)")
    for text in written.not_held:
        out.print(f"  not in it: {clean(text)}", style="yellow")


def recipe(entry: ToShoot) -> str:
    """What to set: ``20 x 180 s darks, -10 C, gain 120, offset 30, HCG, bin 1 (ZWO ASI294MC Pro)``."""
    parts = [f"{entry.count} x {_seconds(entry.exposure_s)} {_NOUNS[entry.role]}"]
    parts.append(_degrees(entry.setpoint_c, entry.temperature_c) or "at the temperature of the lights")
    parts += [f"{name} {_number(v)}" for name, v in (("gain", entry.gain), ("offset", entry.offset)) if v is not None]
    parts += [text for text in (entry.readout_mode, entry.conversion_gain) if text]
    if entry.xbinning is not None:
        parts.append(f"bin {entry.xbinning}")
    camera = f" ({entry.camera}{f', serial {entry.camera_serial}' if entry.camera_serial else ''})"
    return ", ".join(parts) + (camera if entry.camera else "")


def _mode(cell: LibraryCell) -> str:
    binning = f"bin {cell.xbinning}" if (cell.xbinning or 1) > 1 else None
    return ", ".join(text for text in (cell.readout_mode, cell.conversion_gain, binning) if text)


def _age(cell: LibraryCell) -> str:
    return "" if cell.age_days is None else f"{cell.age_days:.0f} d{'' if cell.age == 'fresh' else f', {cell.age}'}"


def _seconds(value: float | None) -> str:
    return "?" if value is None else f"{value:g} s"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _degrees(setpoint_c: float | None, temperature_c: float | None) -> str:
    if setpoint_c is not None:
        return f"{setpoint_c:g} C"
    return "" if temperature_c is None else f"about {temperature_c:g} C"


def duration(seconds: float) -> str:
    """``40 s``, ``12 min`` or ``2 h 05 min``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"
