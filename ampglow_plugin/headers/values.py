"""Readings of single card values: text as programs really write it, to numbers and words. All pure."""

from __future__ import annotations

import math
import re

from ampglow_plugin.headers.cards import CardValue
from ampglow_plugin.model.frame import PierSide, RowOrder

KELVIN = 273.15  # 0 degC in kelvin
KELVIN_ABOVE = 100.0  # a sensor is never hotter than this in degC: such a value is kelvin
ABSOLUTE_ZERO_C = -273.15

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eEdD][+-]?\d+)?")
_SEXAGESIMAL = re.compile(r"([+-]?)\s*(\d+)[\s:hd°]+(\d+)(?:[\s:m']+(\d+(?:[.,]\d*)?))?[\s:s\"]*")


def number(value: CardValue, *, unit: str = "") -> float | None:
    """A finite number, also from text such as ``060.00``, ``+1.0E+001``, ``120,5`` or ``-10 C`` (``unit`` allowed)."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        match = _NUMBER.match(value.strip())
        if match is None or value.strip()[match.end() :].strip().lower() not in ("", unit.lower()):
            return None
        value = match.group().replace(",", ".").upper().replace("D", "E")
    try:
        result = float(value)
    except (OverflowError, ValueError):
        return None
    return result if math.isfinite(result) else None


def whole(value: CardValue) -> int | None:
    """A whole number; None for a fraction."""
    result = number(value)
    return int(result) if result is not None and result.is_integer() else None


def temperature_c(value: CardValue) -> float | None:
    """Degrees Celsius of a card in Celsius or kelvin.

    Placeholders (-999, 999, -273.15) are impossible temperatures in either unit, and None like these.
    """
    text = value.replace("°", "").strip() if isinstance(value, str) else value
    result = number(text, unit="C")
    if result is None and isinstance(text, str):
        result = number(text, unit="K")
    if result is None:
        return None
    if result > KELVIN_ABOVE:
        result = round(result - KELVIN, 6)
    return result if ABSOLUTE_ZERO_C < result <= KELVIN_ABOVE else None


def gain(value: CardValue) -> float | None:
    """Gain in vendor units; ``ISO800`` is 800, words and negative numbers are no gain."""
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, str) and text.upper().startswith("ISO"):
        text = text[3:].strip()
    result = number(text)
    return result if result is not None and result >= 0 else None


def binning(value: CardValue, axis: int) -> int | None:
    """Binning along ``axis`` (0 x, 1 y) of ``2``, ``2x2``, ``2*2`` or ``(2 x 2)``."""
    if isinstance(value, str):
        parts = re.findall(r"\d+", value)
        value = parts[min(axis, len(parts) - 1)] if 1 <= len(parts) <= 2 else value
    result = whole(value)
    return result if result is not None and result > 0 else None


def sexagesimal(value: CardValue) -> float | None:
    """``-00 27 29.3``, ``41:24:57``, ``8h 11m``: the sign belongs to the whole, also of -00."""
    if not isinstance(value, str):
        return None
    match = _SEXAGESIMAL.fullmatch(value.strip())
    if match is None:
        return None
    sign, whole_part, minutes, seconds = match.groups()
    size = int(whole_part) + int(minutes) / 60 + float((seconds or "0").replace(",", ".")) / 3600
    return -size if sign == "-" else size


def angle_deg(value: CardValue, limit: float) -> float | None:
    """Degrees from a number, text with a number, or sexagesimal text; None beyond +-``limit``."""
    result = number(value)
    if result is None:
        result = sexagesimal(value)
    return result if result is not None and abs(result) <= limit else None


def pier_side(value: CardValue) -> PierSide | None:
    """``East``, ``WEST``, ``pierEast``, and the numbers of PHD2 (0 east, 1 west)."""
    text = str(value).strip().lower()
    if isinstance(value, bool):
        return None
    if text in ("0", "east", "e", "piereast"):
        return "east"
    return "west" if text in ("1", "west", "w", "pierwest") else None


def row_order(value: CardValue) -> RowOrder | None:
    """``TOP-DOWN`` or ``BOTTOM-UP``."""
    text = str(value).strip().upper()
    if text == "TOP-DOWN":
        return "TOP-DOWN"
    return "BOTTOM-UP" if text == "BOTTOM-UP" else None


def bayer_pattern(value: CardValue) -> str | None:
    """Four letters as written, or ``none`` where the card denies a mosaic."""
    text = str(value).strip().upper()
    if text in ("NO", "NONE", "INVALID"):
        return "none"
    return text if re.fullmatch(r"[RGB]{4}|[CMYG]{4}", text) else None


_USB_PATH = re.compile(r"[/\\]|^USB\b", re.IGNORECASE)


def serial(text: str) -> str | None:
    """A serial of one body; None for driver ids: ASCOM ProgIDs, ids that end in an underscore, USB paths, zeros."""
    prog_id = re.fullmatch(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+", text) is not None
    if not text or prog_id or text.endswith("_") or _USB_PATH.search(text) or not text.strip("0-. "):
        return None
    return text
