"""The usual FITS file, read straight into one array: an image in the primary unit, samples as they are.

What is stored in any other way (scaled, with BLANK, packed, in an extension, 32-bit and 64-bit integers, broken cards,
cut short) is left to astropy, which has to be imported for it and holds each sample twice while it converts them.
"""

from __future__ import annotations

import math
import os
import re
import sys
from io import BufferedIOBase
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.pixels.xisf import MAX_SAMPLES
from ampglow_plugin.waiting import open_to_read

_BLOCK = 2880  # bytes; FITS standard 4.0, section 3.1
_CARD = 80  # bytes; FITS standard 4.0, section 3.3
#: longer headers are left to astropy (bytes)
_MOST_HEADER: Final = 100 * _BLOCK
#: BITPIX -> stored samples; FITS standard 4.0, section 5
_STORED: Final = {8: ">u1", 16: ">i2", -32: ">f4", -64: ">f8"}
#: BZERO of unsigned 16-bit samples; FITS standard 4.0, section 4.4.2.5
_UNSIGNED: Final = 32768.0
#: keywords that say how samples are stored, and the program, whose floats have a scale of their own
_KNOWN: Final = frozenset(
    (b"SIMPLE", b"BITPIX", b"NAXIS", b"NAXIS1", b"NAXIS2", b"NAXIS3", b"BSCALE", b"BZERO", b"PROGRAM")
)
#: where one of these is, samples mean something else, or others follow
_ODD: Final = frozenset((b"BLANK", b"GROUPS", b"CONTINUE"))
_WHOLE = re.compile(rb" *([+-]?\d{1,10}) *(?:/.*)?", re.DOTALL)
_FLOAT = re.compile(rb" *([+-]?\d{1,20}\.?\d{0,20}(?:[ED][+-]?\d{1,2})?) *(?:/.*)?", re.DOTALL)
_TEXT = re.compile(rb" *'([^'&]*)' *(?:/.*)?", re.DOTALL)
_TRUE = re.compile(rb" *T *(?:/.*)?", re.DOTALL)


def plain_image(path: str | Path) -> tuple[NDArray[Any], dict[str, Any]] | None:
    """Samples ``(height, width)`` or ``(planes, height, width)`` in the machine's byte order, and BITPIX and PROGRAM.

    Integers are uint8, int16 or uint16, as astropy gives them. None where astropy has to read or to refuse the file.

    Raises
    ------
    OSError
        If the file cannot be opened or read.
    """
    with open_to_read(path) as file:
        cards = _cards(file)
        if cards is None:
            return None
        bitpix, axes = _number(cards, b"BITPIX"), _number(cards, b"NAXIS")
        zero, scale = (_float(cards, key, usual) for key, usual in ((b"BZERO", 0.0), (b"BSCALE", 1.0)))
        program = _TEXT.fullmatch(cards.get(b"PROGRAM", b"''"))
        if bitpix not in _STORED or axes not in (2, 3) or program is None or scale != 1.0:
            return None
        if zero != 0.0 and (bitpix, zero) != (16, _UNSIGNED):
            return None
        shape = tuple(_number(cards, b"NAXIS%d" % i) or 0 for i in range(axes, 0, -1))
        count = math.prod(shape)
        kind = np.dtype(_STORED[bitpix])
        there = os.fstat(file.fileno()).st_size - file.tell()
        if min(shape) <= 0 or count > MAX_SAMPLES or count * kind.itemsize > there:
            return None
        stored = read_samples(file, kind, count)
    if stored.size != count:
        return None
    native = _native(stored)
    if zero:
        native = native.view(np.uint16)
        native ^= np.uint16(_UNSIGNED)  # turns the sign bit over: what adding BZERO does
    return native.reshape(shape), {"BITPIX": bitpix, "PROGRAM": program[1].decode("latin-1").rstrip()}


def read_samples(file: BufferedIOBase, kind: np.dtype[Any], count: int) -> NDArray[Any]:
    """``count`` samples from where the file stands, as they are stored; fewer where it ends before.

    Raises
    ------
    Stalled
        The disk does not answer.
    """
    stored = np.empty(count, dtype=kind)
    got = file.readinto(stored.view(np.uint8).data)
    return stored[: got // kind.itemsize]


def _cards(file: BinaryIO) -> dict[bytes, bytes] | None:
    """Fields of the known keywords, the file standing behind the header; None where a card is odd."""
    found: dict[bytes, bytes] = {}
    while file.tell() < _MOST_HEADER:
        block = file.read(_BLOCK)
        if len(block) != _BLOCK:
            return None
        for start in range(0, _BLOCK, _CARD):
            card = block[start : start + _CARD]
            keyword = card[:8].rstrip(b" ")
            if keyword == b"END":
                ended = not card[8:].strip(b" ") and _TRUE.fullmatch(found.get(b"SIMPLE", b""))
                return found if ended else None
            if keyword in _ODD or (keyword in _KNOWN and (keyword in found or card[8:10] != b"= ")):
                return None
            if keyword in _KNOWN:
                found[keyword] = card[10:]
            if b"SIMPLE" not in found:  # no FITS file
                return None
    return None


def _number(cards: dict[bytes, bytes], keyword: bytes) -> int | None:
    match = _WHOLE.fullmatch(cards.get(keyword, b""))
    return None if match is None else int(match[1])


def _float(cards: dict[bytes, bytes], keyword: bytes, usual: float) -> float | None:
    """The number of a card, ``usual`` where there is none; None where it is no number."""
    if keyword not in cards:
        return usual
    match = _FLOAT.fullmatch(cards[keyword])
    return None if match is None else float(match[1].replace(b"D", b"E"))


def _native(stored: NDArray[Any]) -> NDArray[Any]:
    """The same memory in the byte order of this machine."""
    if sys.byteorder == "little":
        stored.byteswap(inplace=True)
    return stored.view(stored.dtype.newbyteorder("="))
