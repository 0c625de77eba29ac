"""Metadata from file and folder names: fills what the cards leave open, marked as recovered."""

from __future__ import annotations

import functools
import os
import re
from collections.abc import Callable, Iterator, Mapping
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


def _fill(reading: Reading, row: NameRow, groups: Mapping[str, str]) -> None:
    source = "file name" if row.part == "file" else "folder"

    def put(field: str, value: object) -> None:
        reading.set(field, value, source, "recovered")

    for field, fixed in row.sets.items():
        put(field, fixed)
    for group, text in groups.items():
        for field, convert in _GROUPS.get(group, ()):
            if reading.get(field) is None:
                put(field, convert(text))
    if "date" in groups and reading.get("night") is None:
        clock = _clock(groups["date"], groups.get("time"))
        put("night", clock and dates.night_of(clock))


def _word(text: str) -> str | None:
    word = text.strip()
    return word if word and word.lower() not in (*keywords().placeholders, "none") else None


def _seconds(text: str) -> float | None:
    """``60.0s``, ``1.0ms`` or ``300``."""
    milliseconds = text.lower().endswith("ms")
    value = values.number(text.lower().removesuffix("s").removesuffix("m"))
    return value / 1000 if value is not None and milliseconds else value


def _degrees(text: str) -> float | None:
    """``-10.0``, or ``m10p0`` with letters for minus and point."""
    return values.temperature_c(re.sub("^[mM]", "-", text).lower().replace("p", "."))


def _clock(day: str | None, time: str | None) -> datetime | None:
    if not day or not time:
        return None
    digits = re.sub(r"\D", "", day + time)[:14]
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


#: named group of a pattern -> the fields it holds, and how each is read
_GROUPS: Mapping[str, tuple[tuple[str, Callable[[str], object]], ...]] = {
    "kind": (("kind", lambda text: kind_of(text, keywords())),),
    "exposure": (("exposure_s", _seconds),),
    "temperature": (("temperature_c", _degrees),),
    "gain": (("gain", values.gain),),
    "binning": (("xbinning", lambda text: values.binning(text, 0)), ("ybinning", lambda text: values.binning(text, 1))),
    "stack_count": (("stack_count", lambda text: values.whole(text) or None),),
    "camera": (("camera", _word),),
    "object": (("object", _word),),
    "filter": (("filter", _word),),
}
