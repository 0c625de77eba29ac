"""Frames of the index as a table for other programs: CSV, or what astropy writes (ECSV, VOTable, FITS)."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.writing import ascii_text, new_file, plain_text

if TYPE_CHECKING:
    from astropy.table import Table

#: columns, in the order of the frame record; what is no number or text is JSON
COLUMNS: Final = ("role", *(f.name for f in dataclasses.fields(Frame)))
#: what a formula begins with in Excel, LibreOffice or Google Sheets (OWASP, CSV injection)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: ending -> astropy's name of the format
FORMATS: Final = {".ecsv": "ascii.ecsv", ".vot": "votable", ".fits": "fits"}


def export(path: Path, frames: Iterable[tuple[Frame, str | None]]) -> None:
    """Write ``frames`` with their roles to ``path``; CSV line by line, the others from memory.

    Raises
    ------
    InputError
        The ending is none of .csv, .ecsv, .vot, .fits.
    """
    if path.suffix not in (".csv", *FORMATS):
        raise InputError(
            f"no table can be written with the ending {path.suffix or '(none)'}",
            where=str(path),
            fix=f"use one of .csv, {', '.join(FORMATS)}",
        )
    with new_file(path) as file:
        if path.suffix == ".csv":
            text = io.TextIOWrapper(file, newline="", encoding="utf-8")
            writer = csv.writer(text)
            writer.writerow(COLUMNS)
            writer.writerows(map(_as_data, _row(frame, role)) for frame, role in frames)
            text.detach()  # writes what it holds
        else:
            name = FORMATS[path.suffix]
            safe = ascii_text if name == "fits" else plain_text  # FITS columns are ASCII, XML holds no controls
            file.write(_written(astropy_table(frames, safe), name))


def _as_data(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula, which could run a program: an apostrophe goes before it.

    Bytes of a name that are no UTF-8 are shown by their number.
    """
    if not isinstance(cell, str):
        return cell
    text = cell.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"'{text}" if text.startswith(_FORMULA) else text


def _written(table: Table, name: str) -> bytes:
    if name.startswith("ascii"):
        lines = io.StringIO()
        table.write(lines, format=name)
        return lines.getvalue().encode("utf-8")
    data = io.BytesIO()
    table.write(data, format=name)
    return data.getvalue()


def astropy_table(frames: Iterable[tuple[Frame, str | None]], text: Callable[[str], str] = str) -> Table:
    """The frames as an astropy Table, one column a field; what is unknown is masked. ``text`` is done to all texts."""
    from astropy.table import MaskedColumn, Table

    rows = [[text(cell) if isinstance(cell, str) else cell for cell in _row(frame, role)] for frame, role in frames]
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
