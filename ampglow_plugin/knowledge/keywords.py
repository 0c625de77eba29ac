"""The alias table of header cards (``keywords.yaml``), as values."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.codec import from_dict


@functools.cache
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the table, without regard to case; compiled once."""
    return re.compile(pattern, re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyRow:
    """One card that may hold a field, and the conditions under which it does.

    ``factor`` multiplies the value, ``unbinned`` asks for the binning on top. ``only`` and ``never``
    are program ids, ``beside`` is a card that must be there too, ``kind`` the kind the frame must
    have. ``match`` is a regular expression on the text; its group ``value`` is taken where it has one.
    ``nothing`` lists numbers that stand for no value. ``letters`` are those of a calibration status.
    """

    key: str
    evidence: str
    seen_in: str | None = None
    factor: float = 1.0
    unbinned: bool = False
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    beside: str | None = None
    match: str | None = None
    kind: str | None = None
    nothing: tuple[float, ...] = ()
    letters: str | None = None

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """``match`` compiled, without regard to case."""
        return None if self.match is None else compiled(self.match)


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRows:
    """The rows of one field of the frame record: the first usable card wins. ``reading`` names how it is read."""

    field: str
    reading: str
    unit: str
    rows: tuple[KeyRow, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgramRow:
    """The card by which a program is known; ``colour`` asks for three planes."""

    id: str
    name: str
    key: str
    match: str
    evidence: str
    colour: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PointingRow:
    """A pair of cards with right ascension and declination; ``hours``: plain numbers are hours too."""

    ra: str
    dec: str
    evidence: str
    hours: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NameRow:
    """A form of file or folder names; the named groups of ``match`` are fields of the frame record.

    ``part`` is ``file`` (the name) or ``folder`` (any folder above it); ``sets`` are fixed values.
    """

    program: str
    part: str
    match: str
    evidence: str
    sets: Mapping[str, str | bool]
    example: str

    @property
    def pattern(self) -> re.Pattern[str]:
        """``match`` compiled, without regard to case."""
        return compiled(self.match)


@dataclass(frozen=True, kw_only=True, slots=True)
class OptionRow:
    """A card that names a switch of the driver; ``factory`` is the setting (lower case) that equals silence."""

    key: str
    factory: str
    evidence: str
    seen_in: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TwinRow:
    """Cards that hold one and the same field: they disagree where they differ by more than ``percent``."""

    field: str
    keys: tuple[str, ...]
    percent: float
    evidence: str
    seen_in: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Keywords:
    """The whole table."""

    placeholders: frozenset[str]
    programs: tuple[ProgramRow, ...]
    fields: tuple[FieldRows, ...]
    pointing: tuple[PointingRow, ...]
    readout_options: tuple[OptionRow, ...]
    master_normalization: tuple[KeyRow, ...]
    normalization_none: frozenset[str]
    twins: tuple[TwinRow, ...]
    time_of_day: tuple[str, ...]
    local_time: tuple[str, ...]
    spellings: Mapping[str, str]
    picttype: Mapping[int, str]
    master_signs: tuple[KeyRow, ...]
    master_programs: frozenset[str]
    calibration: tuple[KeyRow, ...]
    names: tuple[NameRow, ...]


@functools.cache
def keywords() -> Keywords:
    """The table, read once.

    Raises
    ------
    FormatError
        Where the table has a wrong or missing key, each with its place.
    """
    data: dict[str, Any] = table("keywords.yaml")
    spellings = {word: kind for kind, words in data["kinds"]["spellings"].items() for word in words}
    return Keywords(
        placeholders=frozenset(data["placeholders"]),
        programs=_rows(ProgramRow, data, "programs"),
        fields=tuple(
            FieldRows(field=name, reading=field["as"], unit=field["unit"], rows=_rows(KeyRow, field, "keywords"))
            for name, field in data["fields"].items()
        ),
        pointing=_rows(PointingRow, data, "pointing"),
        readout_options=_rows(OptionRow, data, "readout_options"),
        master_normalization=_rows(KeyRow, data, "master_normalization"),
        normalization_none=frozenset(data["normalization_none"]),
        twins=_rows(TwinRow, data, "twins"),
        time_of_day=tuple(data["time_of_day"]),
        local_time=tuple(data["local_time"]),
        spellings=spellings,
        picttype=data["kinds"]["picttype"],
        master_signs=_rows(KeyRow, data, "master_signs"),
        master_programs=frozenset(data["master_programs"]),
        calibration=_rows(KeyRow, data, "calibration"),
        names=_rows(NameRow, data, "names"),
    )


def _rows(cls: type[Any], data: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    return tuple(from_dict(cls, row, where=f"keywords.yaml: {name}[{i}]") for i, row in enumerate(data[name]))
