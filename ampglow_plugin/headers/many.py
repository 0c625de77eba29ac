"""Headers of many frames of few cameras: what the frames of a set have in common is worked out once.

Of the cards of a frame, nearly all stand byte for byte in the frame taken before. They are the key to the fields
that follow from them; only the cards of :data:`~ampglow_plugin.headers.fields.VARYING` fields are read anew. A file
that is unusual in any way is read as every single file is, so :meth:`FrameReader.read` always equals
:func:`~ampglow_plugin.headers.read_frame` (a test holds both against each other on real and on made-up headers).
"""

from __future__ import annotations

import functools
import hashlib
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from ampglow_plugin.headers import fits
from ampglow_plugin.headers.cards import Card
from ampglow_plugin.headers.fields import VARYING, Reading, read_fields, read_varying
from ampglow_plugin.headers.formats import read_header
from ampglow_plugin.headers.frames import as_frame, frame_of
from ampglow_plugin.headers.infer import infer
from ampglow_plugin.headers.places import is_address, open_now
from ampglow_plugin.headers.recover import recover_from_path
from ampglow_plugin.headers.remote import RANGE_BYTES, read_range, size_of
from ampglow_plugin.headers.slices import usual_card
from ampglow_plugin.knowledge.keywords import keywords
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.waiting import asked

#: bytes read of each file: a header of up to 140 cards, and the first samples behind it
START_BYTES = RANGE_BYTES
#: sets of cards that are remembered
_KNOWN = 1024
_SIGNATURE_BYTES = 16
_END = b"END".ljust(fits.CARD)
#: cards that say what the image is; FITS standard 4.0, section 4.4.1
_STRUCTURE = ("SIMPLE", "XTENSION", "BITPIX", "NAXIS", "ZIMAGE", "ZBITPIX", "ZNAXIS", "GCOUNT", "PCOUNT", "HIERARCH")


@dataclass(frozen=True, slots=True)
class Signed:
    """One file: the signature of its content (size, header, first samples), and what its header says.

    A copy, or a moved file, has the same signature. ``varying`` are the values of
    :data:`~ampglow_plugin.headers.fields.VARYING`. Frames with an equal ``shared`` (not None) of one reader differ
    in path and ``varying`` alone. ``missing_bytes`` as :class:`~ampglow_plugin.headers.cards.Header` has it.
    """

    signature: bytes
    varying: tuple[Any, ...]
    shared: Hashable
    complete: Callable[[], Frame]
    missing_bytes: int = 0

    @property
    def frame(self) -> Frame:
        """The frame, put together when it is asked for."""
        return self.complete()


@dataclass(frozen=True, slots=True)
class _Set:
    """What follows from the cards that the frames of a set have in common, and what is inferred from that alone."""

    reading: Reading
    inferred: Reading
    data_bytes: int
    number: int


class FrameReader:
    """Reads frames one after the other; remembers what the last thousand sets have in common."""

    def __init__(self) -> None:
        self._sets: OrderedDict[bytes, _Set] = OrderedDict()
        self._learnt = 0

    def read(self, path: str) -> Frame:
        """As :func:`~ampglow_plugin.headers.read_frame`, with its errors."""
        return self.read_signed(path).frame

    def read_signed(self, path: str, size: int | None = None) -> Signed:
        """The frame, and the signature of the file's content; ``size`` in bytes, if it is known already.

        Raises
        ------
        UnreadableFrame, UnsupportedFile
            As :func:`~ampglow_plugin.headers.read_frame`.
        """
        if is_address(path):
            size = size_of(path) if size is None else size
            start = read_range(path, 0, START_BYTES if size is None else min(START_BYTES, size))
            size = size or 0
        else:
            start, size = _start(path)
        signature = hashlib.blake2b(start + size.to_bytes(8, "big"), digest_size=_SIGNATURE_BYTES).digest()
        usual = self._usual(path, start, size, signature)
        if usual is not None:
            return usual
        header = read_header(path)
        frame = frame_of(header, path)
        varying = tuple(getattr(frame, name) for name in VARYING)
        return Signed(signature, varying, None, lambda: frame, header.missing_bytes)

    def _usual(self, path: str, start: bytes, size: int, signature: bytes) -> Signed | None:
        """A plain FITS file in which every card is of the usual form; None for any other."""
        end = _end(start)
        if end is None or not start.startswith(b"SIMPLE  ="):
            return None
        common, varying = [], []
        for at in range(0, end, fits.CARD):
            kind = _kind(start[at : at + 8])
            if kind == "common":
                common.append(start[at : at + fits.CARD])
            elif kind == "varying":
                varying.append(start[at : at + fits.CARD])
            elif kind == "other":
                return None
        known = self._known(b"".join(common), path)
        if known is None:
            return None
        reading = known.reading.copy()
        for image in varying:
            card = _varying_card(image)
            if card is None:
                return None
            reading.cards.setdefault(card.keyword, []).append(card)
        read_varying(reading)
        fields = len(reading.values)
        recover_from_path(reading, path)
        recovered = list(reading.values)[fields:]
        told = tuple((name, reading.values[name], reading.sources[name]) for name in recovered if name not in VARYING)
        shared = (known.number, told, tuple([reading.sources.get(name) for name in VARYING]))

        def complete() -> Frame:
            if recovered:
                infer(reading)
            else:
                reading.values.update(known.inferred.values)
                reading.sources.update(known.inferred.sources)
            return as_frame(reading, path)

        header_bytes = (end // fits.BLOCK + 1) * fits.BLOCK
        missing = max(0, header_bytes + known.data_bytes - size)
        return Signed(signature, tuple([reading.values.get(name) for name in VARYING]), shared, complete, missing)

    def _known(self, key: bytes, path: str) -> _Set | None:
        """What is known of the set that has the cards ``key``; learnt from the file at ``path`` if it is new."""
        known = self._sets.get(key)
        if known is not None:
            self._sets.move_to_end(key)
            return known
        header = read_header(path)
        if header.image_from or header.shape.width is None:
            return None
        reading = read_fields(header).copy(without=VARYING)
        reading.cards = {k: cards for k, cards in reading.cards.items() if k not in _keywords()[1]}
        whole = reading.copy()
        infer(whole)
        inferred = whole.copy(without=reading.values)
        self._learnt += 1
        self._sets[key] = _Set(reading, inferred, fits.data_bytes(list(header.cards), path), self._learnt)
        if len(self._sets) > _KNOWN:
            self._sets.popitem(last=False)
        return self._sets[key]


def _start(path: str) -> tuple[bytes, int]:
    """The first bytes of a file on a disk, and its size."""

    def answer() -> tuple[bytes, int]:
        with open(path, "rb", buffering=0, opener=open_now) as stream:
            status = os.fstat(stream.fileno())
            return (stream.read(START_BYTES), status.st_size) if stat.S_ISREG(status.st_mode) else (b"", 0)

    try:
        return asked(path, answer)
    except OSError:
        return b"", 0  # the reader of single files says what is wrong


def _end(start: bytes) -> int | None:
    """Where the END card stands."""
    at = start.find(_END)
    while at >= 0 and at % fits.CARD:
        at = start.find(_END, at + 1)
    return at if at >= 0 else None


@functools.lru_cache(maxsize=4096)
def _varying_card(image: bytes) -> Card | None:
    return usual_card(image.decode("ascii")) if image.isascii() else None


@functools.lru_cache(maxsize=4096)
def _kind(keyword: bytes) -> str:
    """What a card with these first 8 bytes is for: ``common``, ``varying``, ``idle`` (for nothing) or ``other``."""
    name = keyword.rstrip()
    if name == b"CONTINUE" or not keyword.isascii() or name != name.upper():
        return "other"
    text = name.decode("ascii")
    common, varying = _keywords()
    if text in varying:
        return "varying"
    return "common" if text in common or text.rstrip("0123456789") in _STRUCTURE else "idle"


@functools.cache
def _keywords() -> tuple[frozenset[str], frozenset[str]]:
    """Keywords that the table asks for: those whose cards a set has in common, and those that vary."""
    table = keywords()
    varying = {row.key for entry in table.fields if entry.field in VARYING for row in entry.rows}
    varying |= {key for row in table.pointing for key in (row.ra, row.dec)}
    varying |= {*table.time_of_day, *table.local_time}
    rows = [row for entry in table.fields if entry.field not in VARYING for row in entry.rows]
    rows += [*table.master_normalization, *table.master_signs, *table.calibration]
    common = {row.key for row in rows} | {row.beside for row in rows if row.beside}
    common |= {row.beside for entry in table.fields for row in entry.rows if row.beside}
    common |= {row.key for row in table.programs} | {row.key for row in table.readout_options}
    common |= {key for row in table.twins for key in row.keys}
    common = {key.upper() for key in common}
    return frozenset(common), frozenset(key.upper() for key in varying) - common
