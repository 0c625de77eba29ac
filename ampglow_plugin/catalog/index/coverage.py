"""The cells of a library: what the index holds of each kind at each setting."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, cast

from ampglow_plugin.catalog.roles import is_bias_exposure
from ampglow_plugin.knowledge.tolerances import age_limits
from ampglow_plugin.model.library import AgeClass, LibraryCell
from ampglow_plugin.model.match import Role

#: what is counted of each setup and role; one row a setup, whatever the number of frames
QUERY: Final = """
    SELECT record, role, count(DISTINCT coalesce(signature, frames.id)), avg(temperature_c), min(night), max(night)
    FROM frames JOIN setups ON setups.id = setup JOIN folders ON folders.id = folder
    WHERE missing = 0 AND role IN ('dark', 'darkflat', 'flat', 'bias')
"""
GROUPING: Final = " GROUP BY setup, role"

_KINDS: Final[Mapping[str, Role]] = {"dark": "dark", "darkflat": "flatdark", "flat": "flat", "bias": "bias"}
#: what tells cells apart, beside kind and temperature
_SETTINGS: Final = (
    "camera",
    "camera_serial",
    "width",
    "height",
    "xbinning",
    "ybinning",
    "exposure_s",
    "setpoint_c",
    "gain",
    "offset",
    "readout_mode",
    "conversion_gain",
)


@dataclass(kw_only=True, slots=True)
class _Sum:
    singles: int = 0
    masters: int = 0
    nights: list[str] = field(default_factory=list)


def cells(rows: Iterable[Sequence[Any]], today: date) -> tuple[LibraryCell, ...]:
    """Cells of the rows of :data:`QUERY`, ordered by camera, kind, temperature and exposure."""
    sums: dict[tuple[Any, ...], _Sum] = {}
    for record, role, count, temperature_c, oldest, newest in rows:
        setup = json.loads(record)
        kind = _KINDS[role]
        if kind == "dark" and is_bias_exposure(setup.get("exposure_s")):
            kind = "bias"
        measured = None if temperature_c is None or setup.get("setpoint_c") is not None else float(round(temperature_c))
        key = (kind, measured, *(setup.get(name) for name in _SETTINGS))
        total = sums.setdefault(key, _Sum())
        if setup.get("master"):
            total.masters += count
        else:
            total.singles += count
        total.nights += [night for night in (oldest, newest) if night is not None]
    found = (_cell(key, total, today) for key, total in sums.items())
    return tuple(sorted(found, key=_order))


def _cell(key: tuple[Any, ...], total: _Sum, today: date) -> LibraryCell:
    kind, measured, *settings = key
    newest = max(total.nights, default=None)
    age = None if newest is None else float((today - date.fromisoformat(newest)).days)
    return LibraryCell(
        kind=kind,
        temperature_c=measured,
        **dict(zip(_SETTINGS, settings, strict=True)),
        singles=total.singles,
        masters=total.masters,
        newest=newest,
        oldest=min(total.nights, default=None),
        age_days=age,
        age=age_class(age),
    )


def age_class(age_days: float | None) -> AgeClass:
    """The step of the table of ages that an age has passed."""
    if age_days is None:
        return "unknown"
    names = ("fresh", "noted", "old", "very old")
    return cast(AgeClass, names[sum(age_days > step.above_d for step in age_limits())])


def _order(cell: LibraryCell) -> tuple[Any, ...]:
    numbers = (cell.setpoint_c, cell.temperature_c, cell.gain, cell.offset, cell.exposure_s)
    words = (cell.camera, cell.camera_serial, cell.kind, cell.readout_mode, cell.conversion_gain)
    return (*(w or "" for w in words[:3]), *((n is None, n or 0.0) for n in numbers), *(w or "" for w in words[3:]))
