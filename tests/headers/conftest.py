"""Writes header fixtures as real files: FITS and XISF, with the odd cards of real programs, without astropy's help."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

BLOCK = 2880
COMMENTARY = ("COMMENT", "HISTORY")


def card_image(card: Any) -> bytes:
    """80 bytes of a fixture's card: [keyword, value, comment], or a mapping whose ``raw`` is the text as it was."""
    if isinstance(card, dict):
        if "raw" in card:
            return card["raw"].encode("latin-1").ljust(80)
        card = [card["keyword"], card["value"], card["comment"]]
    keyword, value, comment = card
    if keyword in COMMENTARY:
        text = f"{keyword:<8}{value or ''}"
        if text.startswith("COMMENT= ") or value is None:
            text = f"{keyword:<8}"
    else:
        text = f"{keyword:<8}= {formatted(value)}"
        if comment:
            text += f" / {comment}"
        assert len(formatted(value)) <= 70, f"{keyword} does not fit into one card"
    return text.encode("latin-1")[:80].ljust(80)


def formatted(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return f"{'T' if value else 'F':>20}"
    if isinstance(value, int):
        return f"{value:>20}"
    if isinstance(value, float):
        return f"{value!r:>20}".upper()
    return "'" + str(value).replace("'", "''").ljust(8) + "'"


def header_bytes(images: Iterable[bytes], *, end: bool = True) -> bytes:
    data = b"".join(images) + (b"END".ljust(80) if end else b"")
    return data + b" " * (-len(data) % BLOCK)


def data_size(cards: list[Any]) -> int:
    """Bytes of pixels that the cards announce."""
    known = {c["keyword"]: c["value"] for c in cards if isinstance(c, dict)}
    known |= {c[0]: c[1] for c in cards if isinstance(c, list)}
    axes = [known.get(f"NAXIS{i}", 0) for i in range(1, known.get("NAXIS", 0) + 1)]
    if not axes:
        return 0
    size = abs(known["BITPIX"]) // 8
    for length in axes:
        size *= length
    return size


def write_fits(path: Path, cards: list[Any], *, blanks: int = 0) -> Path:
    """A FITS file with exactly these cards, and its pixels as a hole in the file."""
    images = [card_image(card) for card in cards] + [b" " * 80] * blanks
    head = b""
    if images[0].startswith(b"XTENSION"):
        primary = [["SIMPLE", True, None], ["BITPIX", 8, None], ["NAXIS", 0, None], ["EXTEND", True, None]]
        head = header_bytes(card_image(card) for card in primary)
    data = head + header_bytes(images)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    size = data_size(cards)
    os.truncate(path, len(data) + size + -size % BLOCK)
    return path


def write_xisf(path: Path, cards: list[Any], *, image: str = "", inside: str = "", metadata: str = "") -> Path:
    """A monolithic XISF file whose Image element carries the cards as FITSKeyword elements."""
    keywords = "".join(
        f"<FITSKeyword name={quoteattr(name)} value={quoteattr(str(value))} comment={quoteattr(comment or '')}/>"
        for name, value, comment in cards
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<xisf version="1.0" xmlns="http://www.pixinsight.com/xisf">'
        f"<Image {image}>{keywords}{inside}</Image><Metadata>{metadata}</Metadata></xisf>"
    )
    return write_xml(path, text)


def write_xml(path: Path, text: str) -> Path:
    data = text.encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<8sII", b"XISF0100", len(data), 0) + data)
    return path


@pytest.fixture
def fits_file(tmp_path: Path) -> Callable[..., Path]:
    """``fits_file(cards, name=...)``: a mono 16-bit frame with these cards after the mandatory ones."""

    def make(cards: list[Any], name: str = "frame.fit", *, bitpix: int = 16, planes: int = 1, size=(40, 30)) -> Path:
        axes = [["NAXIS1", size[0], None], ["NAXIS2", size[1], None]] + (
            [["NAXIS3", planes, None]] if planes > 1 else []
        )
        start = [["SIMPLE", True, None], ["BITPIX", bitpix, None], ["NAXIS", len(axes), None], *axes]
        return write_fits(tmp_path / name, [*start, *cards])

    return make


@pytest.fixture
def raw_fits(tmp_path: Path) -> Callable[..., Path]:
    """``raw_fits(images, end=True)``: a FITS header made of these 80-byte cards, whatever they hold."""

    def make(images: list[bytes], name: str = "frame.fit", *, end: bool = True) -> Path:
        path = tmp_path / name
        path.write_bytes(header_bytes((image.ljust(80)[:80] for image in images), end=end))
        return path

    return make


@pytest.fixture
def xisf_file(tmp_path: Path) -> Callable[..., Path]:
    """``xisf_file(cards, image='geometry="..."', ...)``, see :func:`write_xisf`."""
    return lambda cards, name="frame.xisf", **kwargs: write_xisf(tmp_path / name, cards, **kwargs)


@pytest.fixture
def xml_file(tmp_path: Path) -> Callable[[str], Path]:
    """A monolithic XISF file with this text as its header."""
    return lambda text: write_xml(tmp_path / "frame.xisf", text)


@pytest.fixture
def write_fixture(tmp_path: Path) -> Callable[..., Path]:
    """Write one YAML fixture as the file it describes; ``named`` gives it its own path below a fresh folder."""

    def make(fixture: dict[str, Any], *, named: bool = False) -> Path:
        suffix = "." + {"fits": "fit", "xisf": "xisf"}[fixture["container"]]
        path = tmp_path / (fixture["path"] if named else f"frame{suffix}")
        if fixture["container"] == "xisf":
            return write_xisf(path, fixture["cards"])
        return write_fits(path, fixture["cards"], blanks=fixture.get("blank_cards_at_end", 0))

    return make
