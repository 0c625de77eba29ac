"""The colour mosaic of a file as it is stored."""

from __future__ import annotations

from ampglow_plugin.headers import read_cards, read_frame
from ampglow_plugin.pixels import PATTERNS, stored_pattern

_PATTERN_CARDS = ("BAYERPAT", "CFAPAT", "BAYERPATTERN")
_XTRANS_PIXELS = 36
_OFFSETS = ("XBAYROFF", "YBAYROFF")


def pattern_of(path: str, *, named: str | None = None) -> str | None:
    """The Bayer pattern of a frame's rows as stored, from its header; ``named`` in place of its BAYERPAT.

    None where the header names none that is 2 x 2.
    """
    frame = read_frame(path)
    pattern = named or frame.bayer_pattern
    if pattern not in PATTERNS or frame.height is None:
        return None
    offsets = {c.keyword.upper(): c.text for c in read_cards(path) if c.keyword.upper() in _OFFSETS}
    x, y = (_whole(offsets.get(key, "")) for key in _OFFSETS)
    return stored_pattern(pattern, frame.row_order, frame.height, x_offset=x, y_offset=y)


def is_xtrans(path: str) -> bool:
    """Whether the header names a pattern of 6 x 6 pixels, as Siril writes it: 36 letters, or the name X-Trans."""
    told = [c.text.upper() for c in read_cards(path) if c.keyword.upper() in _PATTERN_CARDS]
    return any("TRANS" in text or len("".join(x for x in text if x in "RGB")) == _XTRANS_PIXELS for text in told)


def _whole(text: str) -> int:
    try:
        return int(float(text))
    except ValueError:
        return 0
