"""FITS headers without their pixels: plain, gzipped, tile-compressed, with odd and broken cards.

Cards of the usual form are sliced here, all others are parsed by astropy; what astropy cannot parse (text
without quotes) is kept as the text it is, because programs that write such cards are in daily use.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.headers.cards import Card, CardValue, Header, Shape
from ampglow_plugin.headers.places import Opened
from ampglow_plugin.headers.slices import usual_card

BLOCK = 2880  # bytes; FITS standard 4.0, section 3.1
CARD = 80  # bytes; FITS standard 4.0, section 3.3
MAX_HEADER_BYTES = 4096 * BLOCK  # about 147 000 cards: far beyond any real header, small enough to read at once
MAX_DATA_BYTES = 2**50  # a pebibyte: larger numbers are damage, and would overflow a seek
MAX_HDUS = 64  # headers looked through for an image
MAX_AXES = 999  # FITS standard 4.0, section 4.4.1
GZIP_MAGIC = b"\x1f\x8b"
COMMENTARY = ("COMMENT", "HISTORY", "")


def read(file: Opened) -> Header:
    """Header of the first image in a FITS file, plain or gzipped.

    A primary HDU without image is kept and the search goes on, to an image extension or to a
    compressed image in a binary table. Where there is none, the primary cards are all there is.

    Raises
    ------
    UnreadableFrame
        Not FITS, cut short, no END card, or the gzip stream is broken.
    """
    try:
        if file.first(2) != GZIP_MAGIC:
            return _read(file.stream, file.name, file.size)
        with gzip.open(file.stream, "rb") as stream:
            return _read(cast(BinaryIO, stream), file.name, None)  # packed: its size says nothing
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFrame(f"cannot be read: {_reason(error)}", where=file.name) from error


def _reason(error: Exception) -> str:
    strerror: str | None = getattr(error, "strerror", None)
    return (strerror or str(error) or type(error).__name__).lower()


def _read(stream: BinaryIO, path: str, size: int | None) -> Header:
    primary = _cards(stream, path, first=True)
    if primary is None:
        raise UnreadableFrame("the file is empty", where=path, fix="copy it again from the camera's disk")
    shape = _shape(primary)
    if shape.width is not None:
        return Header(cards=tuple(primary), shape=shape, missing_bytes=_missing(stream, primary, path, size))
    cards = primary
    for _ in range(MAX_HDUS):
        _skip_data(stream, cards, path)
        following = _cards(stream, path, first=False)
        if following is None:
            break
        cards = following
        shape = _shape(cards)
        if shape.width is not None or _first(cards, "ZIMAGE") is True:
            missing = _missing(stream, cards, path, size)
            return Header(cards=(*primary, *cards), shape=shape, image_from=len(primary), missing_bytes=missing)
    if cards is not primary and _first(cards, "XTENSION") is not None:  # a lone table still describes the frame
        return Header(cards=(*primary, *cards), shape=Shape(), image_from=len(primary))
    return Header(cards=tuple(primary), shape=Shape())


# ------------------------------------------------------------------------------------- cards


def _cards(stream: BinaryIO, path: str, *, first: bool) -> list[Card] | None:
    """Cards up to END; None where the file ends before a header begins."""
    start = b"SIMPLE  =" if first else b"XTENSION="
    raw: list[bytes] = []
    while len(raw) * CARD < MAX_HEADER_BYTES:
        block = stream.read(BLOCK)
        if not raw:
            if first and block and not block.startswith(start):
                raise UnreadableFrame(
                    "is not a FITS file: it does not begin with SIMPLE",
                    where=path,
                    fix="use the .fit file that the camera program wrote",
                )
            if not block.startswith(start):
                return None  # end of the file, or padding after the last HDU
        images = [block[i : i + CARD] for i in range(0, len(block), CARD)]
        for i, image in enumerate(images):
            if image[:8] == b"END     " and not image[8:].strip(b" \0"):
                return list(_parse([*raw, *images[:i]]))
        if len(block) < BLOCK:
            break
        raw.extend(images)
    raise UnreadableFrame(
        "the header has no END card: the file is cut short or damaged",
        where=path,
        fix="copy it again from the camera's disk, or leave it out",
    )


def _parse(images: list[bytes]) -> Iterator[Card]:
    """Cards of 80-byte images; a value that goes on in CONTINUE cards becomes one card."""
    i = 0
    while i < len(images):
        group = [_text(images[i])]
        i += 1
        while i < len(images) and images[i].startswith(b"CONTINUE"):
            group.append(_text(images[i]))
            i += 1
        yield _card(group)


def _text(image: bytes) -> str:
    """UTF-8 where it is (Siril writes object names so), else Latin-1, which takes every byte."""
    try:
        text = image.decode("utf-8")
    except UnicodeDecodeError:
        text = image.decode("latin-1")
    return text.ljust(CARD)[:CARD]


def _card(group: list[str]) -> Card:
    usual = usual_card(group[0]) if len(group) == 1 else None
    return usual or astropy_card(group)


def astropy_card(group: list[str]) -> Card:
    """The card of an image of 80 characters and its CONTINUE cards, as astropy reads it; else its text as it stands."""
    head = group[0]
    keyword = head[:8].rstrip()
    has_value = head[8] == "=" or (keyword == "HIERARCH" and "=" in head)
    if keyword in COMMENTARY or not has_value:  # astropy would warn of a keyword without a value
        return Card(keyword, head[8:].rstrip() if keyword in COMMENTARY else head.rstrip())
    from astropy.io.fits.card import Card as AstropyCard  # not for commentary, which every calibrated frame has
    from astropy.io.fits.verify import VerifyError

    if head[8] == "=" and head[9] != " ":  # the blank that the standard asks for is missing
        group = [f"{head[:9]} {head[9:]}"[:CARD], *group[1:]]
    try:
        parsed = AstropyCard.fromstring("".join(group))
        return Card(parsed.keyword, _value(parsed.value), parsed.comment.strip())
    except (VerifyError, ValueError):  # not FITS, such as text without quotes: the text is what we have
        name, _, rest = head.removeprefix("HIERARCH").partition("=")
        value, _, comment = rest.partition(" /")
        return Card(name.strip(), value.strip().strip("'").strip(), comment.strip())


def _value(value: Any) -> CardValue:
    if isinstance(value, (str, bool, int, float)):
        return value
    return None if value.__class__.__name__ == "Undefined" else str(value)


# ------------------------------------------------------------------------------------- shape


def _first(cards: list[Card], keyword: str) -> CardValue:
    return next((card.value for card in cards if card.keyword == keyword), None)


def _whole(cards: list[Card], keyword: str) -> int:
    """A whole number that is not negative; 0 where the card is absent or says something else."""
    value = _first(cards, keyword)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _shape(cards: list[Card]) -> Shape:
    """Shape of the image these cards describe; a shape without size where they describe none."""
    extension = str(_first(cards, "XTENSION") or "IMAGE").strip()
    z = "Z" if extension in ("BINTABLE", "A3DTABLE") else ""
    if z and _first(cards, "ZIMAGE") is not True:
        return Shape()
    if not z and extension not in ("IMAGE", "IUEIMAGE"):
        return Shape()
    axes = [_whole(cards, f"{z}NAXIS{i}") for i in range(1, min(_whole(cards, f"{z}NAXIS"), MAX_AXES) + 1)]
    while len(axes) > 3 and axes[-1] == 1:  # a fourth axis of length 1 says nothing
        axes.pop()
    if not 2 <= len(axes) <= 3 or 0 in axes:
        return Shape()
    bitpix = _first(cards, f"{z}BITPIX")
    keywords = {"width": f"{z}NAXIS1", "height": f"{z}NAXIS2", "planes": f"{z}NAXIS{min(len(axes), 3)}"}
    if len(axes) == 2:
        keywords["planes"] = f"{z}NAXIS"
    return Shape(
        width=axes[0],
        height=axes[1],
        planes=axes[2] if len(axes) == 3 else 1,
        bits=abs(bitpix) if isinstance(bitpix, int) and abs(bitpix) in (8, 16, 32, 64) else None,
        floating=isinstance(bitpix, int) and bitpix < 0,
        keywords={**keywords, "bits": f"{z}BITPIX"},
    )


def _skip_data(stream: BinaryIO, cards: list[Card], path: str) -> None:
    """Move past the data of an HDU, which fill whole blocks."""
    stream.seek(-(-data_bytes(cards, path) // BLOCK) * BLOCK, 1)


def _missing(stream: BinaryIO, cards: list[Card], path: str, size: int | None) -> int:
    """Bytes of the data after these cards that are not in the file; what only fills the last block may be absent."""
    return 0 if size is None else max(0, stream.tell() + data_bytes(cards, path) - size)


def data_bytes(cards: list[Card], path: str) -> int:
    """Size of the data of an HDU (FITS standard 4.0, section 4.4.1.2, equation 2)."""
    axes = [_whole(cards, f"NAXIS{i}") for i in range(1, min(_whole(cards, "NAXIS"), MAX_AXES) + 1)]
    if not axes:
        return 0
    elements = 1
    for length in axes:
        elements *= length
    bitpix = _first(cards, "BITPIX")
    bits = abs(bitpix) if isinstance(bitpix, int) else 0
    size = bits // 8 * (_whole(cards, "GCOUNT") or 1) * (_whole(cards, "PCOUNT") + elements)
    if size > MAX_DATA_BYTES:
        raise UnreadableFrame("its header announces more data than any disk holds: it is damaged", where=path)
    return size
