"""PixInsight's drizzle data (``NAME_r.xdrz``), which StarAlignment leaves beside a registered frame: how it was moved.

Of its XML two elements count: ``AlignmentMatrix``, nine numbers with commas, row by row, and ``AlignmentOrigin``, where
the centre of the first pixel lies (0.5 in present versions; 0 where it is not said). Splines of a distortion model are
left out: they move nothing by more than some pixels. Whether the matrix leads to the reference or back is nowhere
stated, so who uses it has to allow for both.

Source: the elements that the class library of PixInsight 1.8.8 (2020, License 1.0) writes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ampglow_plugin.errors import InputError, UnreadableFrame

ENDING: Final = ".xdrz"
_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class DrizzleData:
    """``matrix``: nine numbers, row by row, between the pixels of frame and reference; ``origin`` of these (x, y)."""

    path: str
    matrix: tuple[float, ...]
    origin: tuple[float, float] = (0.0, 0.0)


def find_drizzle_data(output: Path) -> Path | None:
    """The drizzle data beside a registered frame."""
    path = output.with_suffix(ENDING)
    return path if path.is_file() else None


def read_drizzle_data(path: Path) -> DrizzleData:
    """Read drizzle data.

    Raises
    ------
    InputError
        Where they cannot be read.
    UnreadableFrame
        Where they are none, are damaged, or do not say how the frame was moved.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError("is larger than any drizzle data", where=str(path))
        root = fromstring(path.read_bytes(), forbid_dtd=True)
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableFrame(f"is no drizzle data of PixInsight: {error}", where=str(path)) from error
    found = {element.tag.rpartition("}")[2]: element for element in root.iter()}
    if "AlignmentMatrix" not in found:
        raise UnreadableFrame("does not say how the frame was moved", where=str(path))
    try:
        matrix = tuple(float(word) for word in (found["AlignmentMatrix"].text or "").split(","))
        place = found["AlignmentOrigin"].attrib if "AlignmentOrigin" in found else {}
        origin = (float(place.get("x", 0.0)), float(place.get("y", 0.0)))
    except ValueError as error:
        raise UnreadableFrame(f"is damaged: {error}", where=str(path)) from error
    if len(matrix) != 9 or not all(math.isfinite(value) for value in (*matrix, *origin)):
        raise UnreadableFrame("is damaged: its matrix has not nine numbers", where=str(path))
    return DrizzleData(path=str(path), matrix=matrix, origin=origin)
