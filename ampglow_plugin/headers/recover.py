"""Metadata from file and folder names: fills what the cards leave open, marked as recovered."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from ampglow_plugin.headers import dates, values
from ampglow_plugin.headers.fields import Reading, kind_of
from ampglow_plugin.knowledge.keywords import NameRow


def recover_from_path(reading: Reading, path: Path) -> None:
    """Fill open fields of ``reading`` from the forms of names in the table; a card is never overridden."""
    for row in reading.table.names:
        names = [path.name] if row.part == "file" else list(reversed(path.parts[:-1]))
        pattern = re.compile(row.match, re.IGNORECASE)
        for name in names:
            match = pattern.search(name)
            if match is not None:
                _fill(reading, row, {k: v for k, v in match.groupdict().items() if v})
                break


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
