"""Frames in and out: shares of full scale, headers that keep what the raw frame said, temporary names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ampglow_plugin import __version__
from ampglow_plugin.errors import HostFailed
from ampglow_plugin.headers import Card, read_cards
from ampglow_plugin.hosts.builtin.arithmetic import FULL_SCALE_ADU
from ampglow_plugin.pixels import Image, read_pixels
from ampglow_plugin.writing import ascii_text, new_file

if TYPE_CHECKING:
    from astropy.io import fits

#: what PROGRAM says of frames of the engine
PROGRAM = f"ampglow {__version__}"
#: a HISTORY card holds no more
HISTORY_WIDTH = 72
#: a keyword is no longer, unless it is one of the HIERARCH convention
KEYWORD_WIDTH = 8

#: cards that say how the pixels of the input were stored, or sum up its bytes
_STORAGE = re.compile(
    r"SIMPLE|BITPIX|NAXIS\d*|EXTEND|BZERO|BSCALE|BLANK|XTENSION|PCOUNT|GCOUNT|GROUPS|TFIELDS|EXTNAME|EXTVER|INHERIT|"
    r"CHECKSUM|DATASUM|DATAMIN|DATAMAX|MIPS-(?:HI|LO)|CBLACK|CWHITE|PROGRAM|END|"
    r"Z(?:IMAGE|SIMPLE|TENSION|EXTEND|BITPIX|NAXIS\d*|TILE\d+|CMPTYPE|NAME\d+|VAL\d+|QUANTIZ|DITHER0|PCOUNT|GCOUNT|"
    r"BLANK|SCALE|ZERO|HECKSUM|DATASUM|MASKCMP|BLOCKED)|T(?:TYPE|FORM|UNIT|DIM)\d+"
)
#: cards of a mosaic; a debayered frame is none
_MOSAIC = re.compile(r"BAYERPAT|XBAYROFF|YBAYROFF|COLORTYP|CFATYPE|CFAIMAGE|BAYOFFX|BAYOFFY")
_COMMENTARY = ("HISTORY", "COMMENT", "")


def load(path: str | Path) -> Image:
    """Pixels as shares of full scale, float32 ``(planes, height, width)``, rows as stored."""
    data = read_pixels(path).data
    data *= np.float32(1 / FULL_SCALE_ADU)
    return data


def load_like(path: str | Path, shape: tuple[int, ...], what: str) -> Image:
    """As :func:`load`; refuses a frame whose shape is not that of ``what``.

    Raises
    ------
    HostFailed
        Naming both sizes.
    """
    data = load(path)
    if data.shape != shape:
        theirs, ours = (" x ".join(str(n) for n in reversed(s)) for s in (data.shape, shape))
        raise HostFailed(
            f"is {theirs} (width x height x planes), and {what} is {ours}",
            where=str(path),
            fix="take the frame that differs out of the plan",
        )
    return data


def header_of(path: str | Path, *, mosaic: bool = True) -> fits.Header:
    """The cards of a frame without those about its storage, and without those of a mosaic if it is none any more."""
    from astropy.io import fits

    header = fits.Header()
    for card in read_cards(path):
        keyword = card.keyword.upper()
        if about_storage(keyword) or (not mosaic and _MOSAIC.fullmatch(keyword)):
            continue
        append_card(header, card)
    header["PROGRAM"] = (PROGRAM, "what wrote this file")
    return header


def about_storage(keyword: str) -> bool:
    """Whether a card says how the pixels of its own file are stored, or sums up its bytes."""
    return _STORAGE.fullmatch(keyword) is not None


def append_card(header: fits.Header, card: Card) -> None:
    """Append a card; one that FITS cannot hold (odd keyword, control characters) is left out."""
    import warnings

    from astropy.io import fits

    keyword = card.keyword.upper()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            if keyword in _COMMENTARY:
                header.add_history(str(card.value)) if keyword == "HISTORY" else header.add_comment(str(card.value))
            else:
                word = f"HIERARCH {keyword}" if len(keyword) > KEYWORD_WIDTH and ":" not in keyword else keyword
                made = fits.Card(word, card.value, card.comment)
                str(made)  # raises where FITS cannot say it
                header.append(made, end=True)
    except (ValueError, TypeError, Warning):
        return  # no reason to lose the frame


def say(header: fits.Header, lines: Iterable[str]) -> None:
    """Append HISTORY cards, each line on one."""
    for line in lines:
        header.add_history(ascii_text(line)[:HISTORY_WIDTH])


def add_letters(header: fits.Header, letters: str) -> None:
    """Add to CALSTAT what was taken off: B(ias), D(ark), F(lat)."""
    had = str(header.get("CALSTAT", "")).strip()
    header["CALSTAT"] = (had + "".join(letter for letter in letters if letter not in had), "corrections made")


def write(path: Path, data: Image, header: fits.Header) -> None:
    """Write 32-bit floats under a temporary name, then rename; an existing file of ours is replaced."""
    from astropy.io import fits

    path.parent.mkdir(parents=True, exist_ok=True)
    unit = fits.PrimaryHDU(data[0] if len(data) == 1 else data, header=header)
    with new_file(path) as file:
        unit.writeto(file, output_verify="silentfix+ignore")
