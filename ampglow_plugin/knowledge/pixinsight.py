"""Processes of PixInsight: which parameters each version has, in which order, with which default.

The rows are in ``pixinsight_processes.json``, with their evidence. Nothing in them comes from source
under PCL License 2.0.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ampglow_plugin.knowledge import table

TABLE = "pixinsight_processes.json"
#: series that can be written for -> first and last version label of it
SERIES: dict[str, tuple[str, str]] = {
    "1.8.9": ("1.8.9", "1.8.9-3"),
    "1.9.3": ("1.9.3", "1.9.3"),
    "1.9.4": ("1.9.4", "1.9.4"),
}

Plain = bool | int | float | str


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """One writable parameter as it is in one version.

    ``default`` is None where it is not known. ``enum`` maps the elements to their number (None where that
    is not known); ``columns`` are those of a table, ``rows`` its fixed length.
    """

    id: str
    type: str
    default: Plain | None = None
    enum: Mapping[str, int | None] = field(default_factory=dict)
    columns: tuple[Parameter, ...] = ()
    rows: int = 0
    minimum: float | None = None
    maximum: float | None = None
    precision: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """One process. ``aliases`` are older names that PixInsight still takes, by alias."""

    name: str
    row: Mapping[str, Any]

    @property
    def targets(self) -> str:
        """Id of the table of input files."""
        return str(self.row["targets"])

    @property
    def aliases(self) -> dict[str, str]:
        """Old name to today's id."""
        return {old: new for new, olds in self.row.get("aliases", {}).items() for old in olds}

    @property
    def enum_aliases(self) -> dict[str, dict[str, str]]:
        """Parameter id to old and present names of its elements."""
        found: dict[str, dict[str, str]] = self.row.get("enum_aliases", {})
        return found

    @property
    def wrong_names(self) -> dict[str, str]:
        """Names seen in public scripts that never existed, and what was meant."""
        found: dict[str, str] = self.row.get("wrong_names_seen", {})
        return found

    @property
    def outputs(self) -> frozenset[str]:
        """Ids of read-only parameters, of every version."""
        entries = self.row.get("outputs", ())
        return frozenset(e["id"] if isinstance(e, dict) else e[0] for e in entries)

    @property
    def ids(self) -> frozenset[str]:
        """Ids of writable parameters, of every version."""
        extra = self.row.get("ids_only_in_1_8_9_2_listing", ())
        return frozenset(p["id"] for p in self.row["parameters"]) | frozenset(extra)

    def at(self, version: str) -> tuple[Parameter, ...]:
        """Writable parameters in the order in which this version (a series or a label) writes them.

        For a series these are the parameters that every release of it has.
        """
        return _parameters(self.name, version)

    def history_of(self, id: str) -> tuple[str | None, str | None]:
        """First and last version label that has the parameter; None where it is not bounded."""
        row = next(p for p in self.row["parameters"] if p["id"] == id)
        return row.get("since"), row.get("until")

    def elements(self, id: str) -> frozenset[str]:
        """Elements of an enumeration in any version; empty where ``id`` is none."""
        row = next((p for p in self.row["parameters"] if p["id"] == id), None)
        if row is None:
            return frozenset()
        names = {*row.get("enum", {}), *row.get("enum_added_later", {}), *self.enum_aliases.get(id, {})}
        return frozenset(names.union(*(was.get("enum", {}) for was in row.get("was", ()))))

    def defaults(self, id: str) -> frozenset[Plain]:
        """Every default the parameter had in any version."""
        empty: Mapping[str, Any] = {}
        row = next((p for p in self.row["parameters"] if p["id"] == id), empty)
        rows = (row, *row.get("was", ()))
        return frozenset(r["default"] for r in rows if "default" in r)


def versions() -> tuple[str, ...]:
    """Version labels, oldest first."""
    return tuple(table(TABLE)["pi_versions"])


@functools.cache
def processes() -> dict[str, Process]:
    """Every process of the table by its class name."""
    return {name: Process(name=name, row=row) for name, row in table(TABLE)["processes"].items()}


@functools.cache
def _parameters(name: str, version: str) -> tuple[Parameter, ...]:
    order = {label: i for i, label in enumerate(versions())}
    first, last = (order[label] for label in SERIES.get(version, (version, version)))
    found = []
    for row in processes()[name].row["parameters"]:
        since, until = order[row.get("since", versions()[0])], order[row.get("until", versions()[-1])]
        if since > first or until < last or _absent(row, version):
            continue
        was = [w for w in row.get("was", ()) if order[w["until"]] >= first]
        found.append(_parameter({**row, **(was[0] if was else {})}))
    return tuple(found)


def _absent(row: Mapping[str, Any], version: str) -> bool:
    first, last = SERIES.get(version, (version, version))
    order = versions()
    return "not_in" in row and order.index(first) <= order.index(row["not_in"]) <= order.index(last)


def _parameter(row: Mapping[str, Any]) -> Parameter:
    return Parameter(
        id=row["id"],
        type=row["type"],
        default=row.get("default"),
        enum=row.get("enum", {}),
        columns=tuple(_parameter(column) for column in row.get("columns", ())),
        rows=row.get("rows", 0),
        minimum=row.get("min"),
        maximum=row.get("max"),
        precision=row.get("precision"),
    )
