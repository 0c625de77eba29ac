"""Frames of the index as a table for other programs: CSV, or what astropy writes (ECSV, VOTable, FITS)."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.frame import Frame

if TYPE_CHECKING:
    from astropy.table import Table

#: columns, in the order of the frame record; what is no number or text is JSON
COLUMNS: Final = ("role", *(f.name for f in dataclasses.fields(Frame)))
#: ending -> astropy's name of the format
FORMATS: Final = {".ecsv": "ascii.ecsv", ".vot": "votable", ".fits": "fits"}


def export(path: Path, frames: Iterable[tuple[Frame, str | None]]) -> None:
    """Write ``frames`` with their roles to ``path``; CSV line by line, the others from memory.

    Raises
    ------
    InputError
        The ending is none of .csv, .ecsv, .vot, .fits.
    """
    part = path.with_name(path.name + ".part")
    if path.suffix == ".csv":
        with part.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            writer.writerows(_row(frame, role) for frame, role in frames)
    elif path.suffix in FORMATS:
        astropy_table(frames).write(part, format=FORMATS[path.suffix], overwrite=True)
    else:
        raise InputError(
            f"no table can be written with the ending {path.suffix or '(none)'}",
            where=str(path),
            fix=f"use one of .csv, {', '.join(FORMATS)}",
        )
    part.replace(path)


def astropy_table(frames: Iterable[tuple[Frame, str | None]]) -> Table:
    """The frames as an astropy Table, one column a field; what is unknown is masked."""
    from astropy.table import MaskedColumn, Table

    rows = [_row(frame, role) for frame, role in frames]
    columns = {name: [row[i] for row in rows] for i, name in enumerate(COLUMNS)}
    return Table([MaskedColumn(**_column(values), name=name) for name, values in columns.items()])


def _column(values: list[Any]) -> dict[str, Any]:
    known = [value for value in values if value is not None]
    blank: Any = type(known[0])() if known else ""
    if any(isinstance(value, float) for value in known):
        blank = 0.0
    return {"data": [blank if v is None else v for v in values], "mask": [v is None for v in values]}


def _row(frame: Frame, role: str | None) -> list[Any]:
    return [role, *_cells(to_dict(frame))]


def _cells(record: dict[str, Any]) -> Iterator[Any]:
    for name in COLUMNS[1:]:
        value = record[name]
        yield json.dumps(value, separators=(",", ":")) if isinstance(value, (dict, list)) else value
