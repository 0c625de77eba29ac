"""One file to one Frame: the only code that knows FITS cards or XISF XML. No pixels."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin.headers.cards import Card, Header
from ampglow_plugin.headers.formats import read_header
from ampglow_plugin.headers.frames import frame_of
from ampglow_plugin.headers.many import FrameReader, Signed
from ampglow_plugin.model.frame import Frame

__all__ = [
    "Card",
    "FrameReader",
    "Header",
    "Signed",
    "frame_of",
    "history",
    "program",
    "read_cards",
    "read_frame",
    "read_header",
]


def read_frame(path: str | Path, *, recover: bool = True) -> Frame:
    """Header record of one file (FITS, also .fz and .gz, or XISF); the pixels are not touched.

    ``recover`` lets file and folder names fill what the header leaves open; such a field is marked
    as recovered and never overrides a card.

    Raises
    ------
    UnreadableFrame
        The file cannot be read, or is not what it seems.
    UnsupportedFile
        A format without a usable header; the error names the file to use instead.
    """
    return frame_of(read_header(path), path, recover=recover)


def read_cards(path: str | Path) -> tuple[Card, ...]:
    """Every card in order, those of the primary header first, then those of the image's own."""
    return read_header(path).cards


def history(path: str | Path) -> tuple[str, ...]:
    """HISTORY texts in order."""
    return tuple(read_header(path).texts("HISTORY"))


def program(path: str | Path) -> str | None:
    """Text of the PROGRAM card (``Siril v1.2.6``), or None."""
    return next(read_header(path).texts("PROGRAM"), None) or None
