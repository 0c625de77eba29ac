"""Writes monolithic XISF files as PixInsight does, in every kind of block; only what the specification says."""

from __future__ import annotations

import base64
import hashlib
import zlib
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import numpy as np

SAMPLES = {"u1": "UInt8", "u2": "UInt16", "u4": "UInt32", "f4": "Float32", "f8": "Float64"}


def shuffled(data: bytes, item: int) -> bytes:
    count = len(data) // item
    return np.frombuffer(data, np.uint8, count * item).reshape(count, item).T.tobytes() + data[count * item :]


def packed(data: bytes, codec: str, item: int) -> tuple[bytes, str]:
    """Compressed bytes and the compression attribute."""
    name, _, shuffle = codec.partition("+")
    source = shuffled(data, item) if shuffle else data
    if name == "zlib":
        raw = zlib.compress(source)
    elif name.startswith("lz4"):
        import lz4.block

        raw = lz4.block.compress(source, store_size=False, mode="high_compression" if name == "lz4hc" else "default")
    else:
        import zstandard

        raw = zstandard.ZstdCompressor().compress(source)
    return raw, f"{codec}:{len(data)}" + (f":{item}" if shuffle else "")


def write(
    path: Path,
    image: np.ndarray,
    *,
    keywords: tuple[tuple[str, str, str], ...] = (),
    properties: dict[str, str] | None = None,
    codec: str | None = None,
    location: str = "attachment",
    checksum: str | None = None,
    big_endian: bool = False,
    normal: bool = False,
    creator: str = "PixInsight 1.9.3",
    packed_properties: bool = False,
    extra: str = "",
) -> Path:
    """``image`` is (planes, height, width)."""
    planes, height, width = image.shape
    kind = image.dtype.newbyteorder(">" if big_endian else "<")
    stored = np.moveaxis(image, 0, 2) if normal else image
    data = np.ascontiguousarray(stored, kind).tobytes()
    attributes = f'geometry="{width}:{height}:{planes}" sampleFormat="{SAMPLES[image.dtype.str[1:]]}" colorSpace="Gray"'
    attributes += ' byteOrder="big"' if big_endian else ""
    attributes += ' pixelStorage="Normal"' if normal else ""
    if codec:
        data, how = packed(data, codec, image.dtype.itemsize)
        attributes += f' compression="{how}"'
    if checksum:
        attributes += f' checksum="{checksum}:{hashlib.new(checksum.replace("-", ""), data).hexdigest()}"'
    inner = "".join(
        f"<FITSKeyword name={quoteattr(n)} value={quoteattr(v)} comment={quoteattr(c)}/>" for n, v, c in keywords
    )
    for name, text in (properties or {}).items():
        inner += _property(name, text, packed_properties)
    inner += extra
    position = 8192 + 4 * len(inner)
    if location == "attachment":
        attributes += f' location="attachment:{position}:{len(data)}"'
    elif location == "embedded":
        attributes += ' location="embedded"'
        how = f' compression="{attributes.split("compression=")[1].split(chr(34))[1]}"' if codec else ""
        inner += f'<Data encoding="base64"{how}>\n{base64.encodebytes(data).decode()}</Data>'
    else:
        attributes += f' location="inline:{location}"'
        inner = (data.hex() if location == "hex" else base64.b64encode(data).decode()) + inner
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<xisf version="1.0" xmlns="http://www.pixinsight.com/xisf">'
        f'<Image {attributes}>{inner}</Image><Metadata><Property id="XISF:CreatorApplication" type="String">{creator}'
        "</Property></Metadata></xisf>"
    ).encode()
    head = b"XISF0100" + len(xml).to_bytes(4, "little") + b"\0\0\0\0" + xml
    body = head.ljust(position, b"\0") + data if location == "attachment" else head
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    return path


def _property(name: str, text: str, compressed: bool) -> str:
    if not compressed:
        return f'<Property id="{name}" type="String">{escape(text)}</Property>'
    raw, how = packed(text.encode(), "zlib", 1)
    data = base64.b64encode(raw).decode()
    return f'<Property id="{name}" type="String" location="inline:base64" compression="{how}">{data}</Property>'


def history_keywords(lines: list[str]) -> tuple[tuple[str, str, str], ...]:
    """HISTORY as PixInsight writes it into XISF: the text in the comment."""
    return tuple(("HISTORY", "", line) for line in lines)
