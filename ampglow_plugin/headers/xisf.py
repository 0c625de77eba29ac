"""XISF headers without their pixels: monolithic files of XISF 1.0.

The header is XML written by anyone: its length is bounded, and a document type or an entity is
refused before anything is expanded. FITSKeyword elements become cards; XISF properties and the
attributes of the Image element become cards after them, under their own names (they have a colon,
which no FITS keyword has), so that one alias table serves both formats.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.headers.cards import Card, CardValue, Header, Shape
from ampglow_plugin.headers.places import Opened

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

PREFIX = struct.Struct("<8sII")  # signature, header length, reserved; XISF 1.0, section 9.2
SIGNATURE = b"XISF0100"
MAX_HEADER_BYTES = 64 * 1024 * 1024  # masters of hundreds of frames carry a few MiB of HISTORY

#: sampleFormat -> bits, floating point
FORMATS = {
    "UInt8": (8, False),
    "UInt16": (16, False),
    "UInt32": (32, False),
    "UInt64": (64, False),
    "Float32": (32, True),
    "Float64": (64, True),
    "Complex32": (32, True),
    "Complex64": (64, True),
}


def read(file: Opened) -> Header:
    """Header of the first image in a monolithic XISF file.

    Raises
    ------
    UnreadableFrame
        Cut short, not well-formed, with a document type or entities, or without an image.
    """
    root = _root(_xml(file), file.name)
    image = next((e for e in root.iter() if _name(e) == "Image"), None)
    if image is None:
        raise UnreadableFrame("holds no image", where=file.name)
    return Header(cards=tuple(_cards(root, image)), shape=_shape(image), missing_bytes=_missing(image, file.size))


def _missing(image: Element, size: int | None) -> int:
    """Bytes of an attached block (``location="attachment:position:size"``) that are not in the file."""
    kind, _, rest = image.get("location", "").partition(":")
    numbers = [int(part) for part in rest.split(":") if part.isascii() and part.isdigit()]
    if kind != "attachment" or len(numbers) != 2 or size is None:
        return 0
    return max(0, sum(numbers) - size)


def _xml(file: Opened) -> bytes:
    try:
        prefix = file.stream.read(PREFIX.size)
        if len(prefix) < PREFIX.size or not prefix.startswith(SIGNATURE):
            raise UnreadableFrame("is cut short", where=file.name, fix="save or copy it again")
        _, length, _ = PREFIX.unpack(prefix)
        if not 0 < length <= MAX_HEADER_BYTES:
            raise UnreadableFrame(f"says its header has {length} bytes, which no real file has", where=file.name)
        text = file.stream.read(length)
    except OSError as error:
        raise UnreadableFrame(f"cannot be read: {(error.strerror or str(error)).lower()}", where=file.name) from error
    if len(text) < length:
        raise UnreadableFrame("is cut short within its header", where=file.name, fix="save or copy it again")
    return text.rstrip(b"\0")


def _root(text: bytes, path: str) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: Element = fromstring(text, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise UnreadableFrame(
            "its XML has a document type or entities, which XISF has no use for", where=path
        ) from error
    except (ParseError, ValueError, LookupError) as error:  # LookupError: an unknown encoding
        raise UnreadableFrame(f"its XML header is damaged: {error}", where=path, fix="save it again") from error
    if _name(root) != "xisf":
        raise UnreadableFrame(f"its XML header is no XISF unit but {_name(root)!r}", where=path)
    return root


def _name(element: Element) -> str:
    """Tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def _cards(root: Element, image: Element) -> Iterator[Card]:
    for parent in (image, root):
        for element in parent:
            if _name(element) == "FITSKeyword":
                yield _keyword(element)
    metadata = (e for e in root if _name(e) == "Metadata")
    for parent in (image, *metadata):
        for element in parent:
            if _name(element) == "Property":
                name, text = element.get("id", ""), element.get("value") or element.text or ""
                yield Card(name if ":" in name else f"XISF:{name}", _value(text.strip()), element.get("comment", ""))
    if image.get("imageType"):
        yield Card("XISF:imageType", image.get("imageType"))
    for element in image:
        if _name(element) == "ColorFilterArray":
            yield Card("XISF:ColorFilterArray", element.get("pattern"))


def _keyword(element: Element) -> Card:
    name, value, comment = (element.get(key, "") for key in ("name", "value", "comment"))
    if name.upper() in ("COMMENT", "HISTORY") and not value.strip("' "):
        return Card(name, comment.rstrip())  # their text stands in the comment attribute
    return Card(name, _value(value), comment)


def _value(text: str) -> CardValue:
    """Value of an attribute: quoted text, T or F, else the text, of which the readings make numbers."""
    if len(text) >= 2 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    return {"T": True, "F": False}.get(text, text)


def _shape(image: Element) -> Shape:
    """From ``geometry`` (width:height:channels) and ``sampleFormat``."""
    bits, floating = FORMATS.get(image.get("sampleFormat", ""), (None, False))
    parts = image.get("geometry", "").split(":")
    sizes = [int(p) for p in parts if p.isascii() and p.isdigit() and len(p) < 10]
    if len(sizes) != 3 or len(parts) != 3 or 0 in sizes:
        return Shape(bits=bits, floating=floating, keywords={"bits": "sampleFormat"})
    keywords = dict.fromkeys(("width", "height", "planes"), "geometry")
    return Shape(
        width=sizes[0],
        height=sizes[1],
        planes=sizes[2],
        bits=bits,
        floating=floating,
        keywords={**keywords, "bits": "sampleFormat"},
    )
