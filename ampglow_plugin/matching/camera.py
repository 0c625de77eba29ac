"""Texts that name a camera, its readout mode or a program, brought to a form that can be compared."""

from __future__ import annotations

import functools
import re

from ampglow_plugin.knowledge import table


@functools.cache
def _noise() -> tuple[tuple[re.Pattern[str], str], ...]:
    rows = table("cameras.yaml")["noise"]
    return tuple((re.compile(row["pattern"]), row.get("with", "")) for row in rows)


@functools.cache
def _words(name: str) -> frozenset[str]:
    return frozenset(row["value"] if isinstance(row, dict) else row for row in table("cameras.yaml")[name])


@functools.lru_cache(maxsize=4096)
def model(text: str | None) -> str | None:
    """The camera model that ``text`` names, or None for silence and generic driver names.

    >>> model("ZWO CCD ASI294MC Pro") == model("ASI294MC Pro (ASCOM)") == "ASI294MC"
    True
    >>> model("ASI Camera (1)") is None
    True
    """
    if text is None:
        return None
    name = text.upper()
    for pattern, replacement in _noise():
        name = pattern.sub(replacement, name)
    return None if name in _words("generic") else name


def serial(text: str | None) -> str | None:
    """The serial where it is a real one: not a blank, not only zeros."""
    if text is None or not text.strip(" 0"):
        return None
    return text.strip().upper()


def readout(text: str | None) -> str | None:
    """The readout mode in lower case; a placeholder such as Default equals silence."""
    if text is None:
        return None
    name = " ".join(text.split()).lower()
    return None if not name or name in _words("readout_placeholders") else name


@functools.lru_cache(maxsize=4096)
def program(text: str | None) -> str | None:
    """The capture program without its version; None for programs that process frames, and for bare versions.

    >>> program("N.I.N.A. 2.3.2.9001 (x64)") == program("N.I.N.A. 3.1")
    True
    """
    if text is None:
        return None
    head = re.split(r"\bversion\b|\bv?\d", text.lower(), maxsplit=1)[0]
    name = re.sub(r"[^a-z]", "", head)
    return None if not name or name in _words("processing_programs") else name
