"""Metadata from file and folder names: fills what the cards leave open, marked as recovered."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from ampglow_plugin.headers import dates, values
from ampglow_plugin.headers.fields import Reading, kind_of
from ampglow_plugin.knowledge.keywords import NameRow, keywords

Groups: TypeAlias = tuple[tuple[str, str], ...]


def recover_from_path(reading: Reading, path: str | Path) -> None:
    """Fill open fields of ``reading`` from the forms of names in the table; a card is never overridden."""
    folder, name = os.path.split(path)
    for row, groups in _said(name, folder):
        _fill(reading, row, dict(groups))


def _said(name: str, folder: str) -> Iterator[tuple[NameRow, Groups]]:
    """The rows that the names fit, in the order of the table, with what their groups hold."""
    by_folder = _said_by_folder(folder)
    for row in keywords().names:
        groups = _groups(row, name) if row.part == "file" else by_folder.get(row.match)
        if groups is not None:
            yield row, groups


@functools.lru_cache(maxsize=256)
def _said_by_folder(folder: str) -> Mapping[str, Groups]:
    """Of each row for folders: what the nearest folder that fits says."""
    found: dict[str, Groups] = {}
    for row in keywords().names:
        names = reversed(Path(folder).parts) if row.part == "folder" else ()
        groups = next((g for g in (_groups(row, name) for name in names) if g is not None), None)
        if groups is not None:
            found[row.match] = groups
    return found


def _groups(row: NameRow, name: str) -> Groups | None:
    match = row.pattern.search(name)
    return None if match is None else tuple((k, v) for k, v in match.groupdict().items() if v)


def _fill(reading: Reading, row: NameRow, groups: dict[str, str]) -> None:
    source = "file name" if row.part == "file" else "folder"

    def put(field: str, value: object) -> None:
        reading.set(field, value, source, "recovered")

    for field, value in row.sets.items():
        put(field, value)
    if "kind" in groups:
        put("kind", kind_of(groups["kind"], reading.table))
    put("exposure_s", _seconds(groups.get("exposure")))
    put("temperature_c", _degrees(groups.get("temperature")))
    put("gain", values.gain(groups.get("gain")))
    for axis, field in enumerate(("xbinning", "ybinning")):
        put(field, values.binning(groups.get("binning"), axis))
    put("stack_count", values.whole(groups.get("stack_count")) or None)
    for field in ("camera", "object", "filter"):
        text = groups.get(field, "").strip()
        put(field, text if text and text.lower() not in (*reading.table.placeholders, "none") else None)
    clock = _clock(groups.get("date"), groups.get("time"))
    if clock is not None:
        put("night", dates.night_of(clock))


def _seconds(text: str | None) -> float | None:
    """``60.0s``, ``1.0ms`` or ``300``."""
    if text is None:
        return None
    milliseconds = text.lower().endswith("ms")
    value = values.number(text.lower().removesuffix("s").removesuffix("m"))
    return value / 1000 if value is not None and milliseconds else value


def _degrees(text: str | None) -> float | None:
    """``-10.0``, or ``m10p0`` with letters for minus and point."""
    return None if text is None else values.temperature_c(re.sub("^[mM]", "-", text).lower().replace("p", "."))


def _clock(day: str | None, time: str | None) -> datetime | None:
    if not day or not time:
        return None
    digits = re.sub(r"\D", "", day + time)[:14]
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
