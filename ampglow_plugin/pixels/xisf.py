"""Monolithic XISF 1.0 files: properties and pixels, from blocks of any kind.

The format is public (XISF 1.0 specification). Blocks may be inline, embedded or attached, compressed by zlib (standard
library), lz4 or zstd (the extra ``xisf``), byte-shuffled, and checksummed. Sizes are checked before
anything is unpacked.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.errors import UnreadableFrame, UnsupportedFile
from ampglow_plugin.waiting import open_to_read

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SIGNATURE = b"XISF0100"
PREFIX = struct.Struct("<8sII")  # signature, header length, reserved
MAX_HEADER_BYTES = 64 * 1024 * 1024
#: samples of one image; the largest cameras have a seventh of it. More is damage, or meant to fill the memory
MAX_SAMPLES = 2**30
#: a property of this size is no text
MAX_TEXT_BYTES = 64 * 1024 * 1024
FORMATS = {
    "UInt8": "u1",
    "UInt16": "u2",
    "UInt32": "u4",
    "Float32": "f4",
    "Float64": "f8",
}
EXTRA = "install the extra: pip install 'ampglow-plugin[xisf]', or save the file without compression"
PROCESSING_HISTORY = "PixInsight:ProcessingHistory"
#: short properties that testify of single steps
MARKS = (
    "XISF:CreatorApplication",
    "PCL:Signature:Calibration",
    "PCL:Signature:CosmeticCorrection",
    "PCL:Signature:Demosaicing",
    "PCL:CFASourceInterpolation",
    "PCL:OutputPedestal",
)


def is_xisf(path: str | Path) -> bool:
    """Whether the file starts like a monolithic XISF file."""
    try:
        with open_to_read(path) as file:
            return file.read(len(SIGNATURE)) == SIGNATURE
    except OSError:
        return False


def provenance(path: str | Path) -> tuple[str, ...]:
    """What properties of an XISF file say of its making: the document of processes, then marks as ``ID: text``.

    Empty for a file of another format. The document is XML; nothing in it has been judged.
    """
    if not is_xisf(path):
        return ()
    file = Xisf.open(path)
    document = file.property(PROCESSING_HISTORY)
    marks = [f"{name}: {text}" for name in MARKS if (text := file.property(name)) is not None]
    return (*((document,) if document else ()), *marks)


@dataclass(frozen=True, slots=True)
class Xisf:
    """One file: its path and the root of its XML header."""

    path: Path
    root: Any

    @classmethod
    def open(cls, path: str | Path) -> Xisf:
        """Read the header.

        Raises
        ------
        UnreadableFrame
            Where it is missing, cut short, not well-formed, or has a document type or entities.
        """
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring

        path = Path(path)
        try:
            with open_to_read(path) as file:
                prefix = file.read(PREFIX.size)
                if len(prefix) < PREFIX.size or not prefix.startswith(SIGNATURE):
                    raise UnreadableFrame("is no XISF file, or cut short", where=str(path))
                length = PREFIX.unpack(prefix)[1]
                text = file.read(length) if 0 < length <= MAX_HEADER_BYTES else b""
        except OSError as error:
            raise UnreadableFrame(f"cannot be read ({error.strerror or error})", where=str(path)) from error
        if not text or len(text) < length:
            raise UnreadableFrame("its header is cut short or has no sensible length", where=str(path))
        try:
            root = fromstring(text.rstrip(b"\0"), forbid_dtd=True, forbid_entities=True, forbid_external=True)
        except (DefusedXmlException, ParseError, ValueError, LookupError) as error:
            raise UnreadableFrame(f"its XML header is damaged ({error})", where=str(path)) from error
        return cls(path, root)

    def image(self) -> Element:
        """The first Image element."""
        found: Element | None = next((e for e in self.root.iter() if _tag(e) == "Image"), None)
        if found is None:
            raise UnreadableFrame("holds no image", where=str(self.path))
        return found

    def property(self, id: str) -> str | None:
        """Text of a property of the first image, or of the file's metadata; None without it."""
        by_uid = {e.get("uid"): e for e in self.root if e.get("uid")}
        places = [self.image(), *(e for e in self.root if _tag(e) == "Metadata")]
        for parent in places:
            for child in parent:
                element = by_uid.get(child.get("ref")) if _tag(child) == "Reference" else child
                if element is not None and _tag(element) == "Property" and element.get("id") == id:
                    return self._text(element)
        return None

    def _text(self, element: Element) -> str:
        if element.get("value") is not None:
            return str(element.get("value"))
        if element.get("location"):
            return self._block(element, MAX_TEXT_BYTES).decode("utf-8", "replace")
        return element.text or ""

    def pixels(self) -> NDArray[Any]:
        """Samples of the first image, ``(planes, height, width)``, as stored.

        Raises
        ------
        UnreadableFrame
            Where geometry, block or checksum do not fit.
        UnsupportedFile
            For a sample format or compression that is not at hand.
        """
        image = self.image()
        parts = (image.get("geometry") or "").split(":")
        if len(parts) != 3 or not all(p.isascii() and p.isdigit() and 0 < int(p) < 1_000_000 for p in parts):
            raise self._bad(f"has an image of unknown size ({image.get('geometry')})")
        width, height, planes = (int(p) for p in parts)
        code = FORMATS.get(image.get("sampleFormat") or "")
        if code is None:
            raise UnsupportedFile(f"holds samples of {image.get('sampleFormat')}", where=str(self.path))
        order = ">" if image.get("byteOrder") == "big" else "<"
        kind = np.dtype(f"{order}{code}")
        if width * height * planes > MAX_SAMPLES:
            raise self._bad(f"says it has {width * height * planes:,} samples, which no frame has")
        size = width * height * planes * kind.itemsize
        data = self._block(image, size)
        if len(data) != size:
            raise self._bad(f"its image has {len(data)} bytes where {size} are needed")
        samples = np.frombuffer(data, kind).astype(kind.newbyteorder("="), copy=False)
        if image.get("pixelStorage") == "Normal":
            return np.moveaxis(samples.reshape(height, width, planes), 2, 0)
        return samples.reshape(planes, height, width)

    def _bad(self, what: str) -> UnreadableFrame:
        return UnreadableFrame(what, where=str(self.path), fix="save or copy it again")

    def _block(self, element: Element, limit: int) -> bytes:
        """Bytes of a data block, unpacked; never more than ``limit``."""
        kind, _, rest = (element.get("location") or "").partition(":")
        holder = element
        if kind == "inline":
            raw = self._decoded(element.text or "", rest)
        elif kind == "embedded":
            data = next((e for e in element if _tag(e) == "Data"), None)
            if data is None:
                raise self._bad("has an embedded block without data")
            holder = data
            raw = self._decoded(data.text or "", data.get("encoding") or "")
        elif kind == "attachment":
            raw = self._attached(rest)
        else:
            raise UnsupportedFile(
                f"keeps a block elsewhere ({kind or 'nowhere'})", where=str(self.path), fix="save it as one .xisf file"
            )
        self._verify(raw, holder.get("checksum") or element.get("checksum"))
        packed = holder.get("compression") or element.get("compression")
        subblocks = holder.get("subblocks") or element.get("subblocks")
        return self._unpacked(raw, packed, subblocks, limit) if packed else raw

    def _decoded(self, text: str, encoding: str) -> bytes:
        plain = "".join(text.split())
        try:
            return bytes.fromhex(plain) if encoding == "hex" else base64.b64decode(plain, validate=True)
        except (ValueError, binascii.Error) as error:
            raise self._bad(f"has a block that is no {encoding or 'base64'}") from error

    def _attached(self, place: str) -> bytes:
        position, _, size = place.partition(":")
        if not (position.isascii() and position.isdigit() and size.isascii() and size.isdigit()):
            raise self._bad(f"has a block at an unknown place ({place})")
        with open_to_read(self.path) as file:
            file.seek(int(position))
            raw = file.read(min(int(size), self.path.stat().st_size))
        if len(raw) != int(size):
            raise self._bad("is cut short within a block")
        return raw

    def _verify(self, raw: bytes, checksum: str | None) -> None:
        name, _, digest = (checksum or "").partition(":")
        algorithm = name.lower().replace("sha-", "sha", 1).replace("sha3-", "sha3_")
        if digest and algorithm in hashlib.algorithms_available:
            found = hashlib.new(algorithm, raw, usedforsecurity=False).hexdigest()
            if found != digest.lower():
                raise self._bad("has a block that does not match its checksum: the file is damaged")

    def _unpacked(self, raw: bytes, compression: str, subblocks: str | None, limit: int) -> bytes:
        codec, *numbers = compression.split(":")
        if not numbers or not all(n.isascii() and n.isdigit() for n in numbers):
            raise self._bad(f"has a block of unknown compression ({compression})")
        size = int(numbers[0])
        if size > limit:
            raise self._bad(f"has a block of {size} bytes where at most {limit} are expected")
        name, _, shuffled = codec.partition("+")
        parts = [(len(raw), size)]
        if subblocks:
            pairs = [part.split(",") for part in subblocks.split(":")]
            if not all(len(p) == 2 and p[0].isdigit() and p[1].isdigit() for p in pairs):
                raise self._bad(f"has a block of unknown parts ({subblocks})")
            parts = [(int(p[0]), int(p[1])) for p in pairs]
        if sum(unpacked for _, unpacked in parts) != size:
            raise self._bad("has a block whose parts do not add up")
        pieces, start = [], 0
        for packed, unpacked in parts:
            pieces.append(self._inflate(name, raw[start : start + packed], unpacked))
            start += packed
        data = b"".join(pieces)
        if len(data) != size:
            raise self._bad("has a block that unpacks to another size")
        item = int(numbers[1]) if len(numbers) > 1 else 1
        return _unshuffled(data, item) if shuffled == "sh" and item > 1 else data

    def _inflate(self, codec: str, raw: bytes, size: int) -> bytes:
        try:
            if codec == "zlib":
                return zlib.decompressobj().decompress(raw, size)
            if codec in ("lz4", "lz4hc"):
                import lz4.block

                return bytes(lz4.block.decompress(raw, uncompressed_size=size))
            if codec == "zstd":
                import zstandard

                return zstandard.ZstdDecompressor().decompress(raw, max_output_size=size)
        except ImportError as error:
            raise UnsupportedFile(f"is compressed with {codec}", where=str(self.path), fix=EXTRA) from error
        except Exception as error:  # each library has errors of its own
            raise self._bad(f"has a {codec} block that cannot be unpacked ({error})") from error
        raise UnsupportedFile(f"is compressed with {codec}", where=str(self.path), fix="save it without compression")


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _unshuffled(data: bytes, item: int) -> bytes:
    """Undo the byte shuffling: first bytes of all items stand first, then the second ones; a rest stays at the end."""
    count = len(data) // item
    whole = np.frombuffer(data, np.uint8, count * item).reshape(item, count)
    return whole.T.tobytes() + data[count * item :]
