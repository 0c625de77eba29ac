"""Small files that stand for huge ones: refused in bounded memory and time. Each is read by a process of its own."""

from __future__ import annotations

import base64
import gzip
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

#: address space of the reader; astropy and numpy alone take about a quarter of it
MEMORY_BYTES = 2 << 30
BOUND_S = 30
_PROGRAM = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
from tests.fuzz.readers import READERS
from ampglow_plugin.errors import AmpglowError
try:
    READERS[sys.argv[1]].read(Path(sys.argv[2]))
except AmpglowError as error:
    print("refused:", str(error).encode("ascii", "backslashreplace").decode()[-200:])
else:
    print("taken")
"""


def card(keyword: str, value: object) -> bytes:
    return f"{keyword:8}= {value!s:>20}".ljust(80).encode()


def fits_header(*cards: bytes) -> bytes:
    head = b"".join((card("SIMPLE", "T"), *cards, b"END".ljust(80)))
    return head.ljust(-(-len(head) // 2880) * 2880)


def huge_axes() -> bytes:
    axes = (card("BITPIX", 16), card("NAXIS", 2), card("NAXIS1", 2**31), card("NAXIS2", 2**31))
    return fits_header(*axes) + bytes(2880)


def many_axes() -> bytes:
    return fits_header(card("BITPIX", 8), card("NAXIS", 999), *(card(f"NAXIS{i}", 999) for i in range(1, 1000)))


def million_cards() -> bytes:
    return fits_header(card("BITPIX", 16), card("NAXIS", 0), *[b"HISTORY x".ljust(80)] * 1_000_000)


def endless_header() -> bytes:
    return card("SIMPLE", "T") + b"COMMENT".ljust(80) * 2_000_000


def zeros_in_gzip() -> bytes:
    """Pixels without end in a quarter of a megabyte, behind a good header."""
    axes = (card("BITPIX", 8), card("NAXIS", 2), card("NAXIS1", 65536), card("NAXIS2", 65536))
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(fits_header(*axes))]
    block = bytes(1 << 24)
    parts += [packer.compress(block) for _ in range(16)]
    return b"".join((*parts, packer.flush()))


def blanks_in_gzip() -> bytes:
    """A header without an end."""
    return gzip.compress(card("SIMPLE", "T") + b" " * (1 << 26), mtime=0)


def tiles() -> bytes:
    """A compressed image of 2^31 x 2^31 pixels in an empty table."""
    table = (
        ("XTENSION", "'BINTABLE'"), ("BITPIX", 8), ("NAXIS", 2), ("NAXIS1", 8), ("NAXIS2", 1), ("PCOUNT", 0), ("GCOUNT", 1),
        ("TFIELDS", 1), ("TTYPE1", "'COMPRESSED_DATA'"), ("TFORM1", "'1PB(0)'"), ("ZIMAGE", "T"), ("ZBITPIX", 16),
        ("ZNAXIS", 2), ("ZNAXIS1", 2**31), ("ZNAXIS2", 2**31), ("ZTILE1", 2**31), ("ZTILE2", 2**31), ("ZCMPTYPE", "'RICE_1'"),
    )  # fmt: skip
    head = b"".join(card(k, v) for k, v in table) + b"END".ljust(80)
    return fits_header(card("BITPIX", 8), card("NAXIS", 0)) + head.ljust(5760) + bytes(2880)


def xisf(inside: str, head: str = "") -> bytes:
    text = f'<?xml version="1.0"?>{head}<xisf version="1.0" xmlns="http://www.pixinsight.com/xisf">{inside}</xisf>'.encode()
    return struct.pack("<8sII", b"XISF0100", len(text), 0) + text


def deep_xml() -> bytes:
    return xisf("<a>" * 500_000 + "</a>" * 500_000)


def entities() -> bytes:
    lol = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    return xisf("<a>&e11;</a>", f'<!DOCTYPE x [<!ENTITY e0 "lol">{lol}]>')


def xisf_image(extra: str, geometry: str = "65536:65536:4") -> bytes:
    return xisf(f'<Image geometry="{geometry}" sampleFormat="Float64" colorSpace="Gray" {extra}/>')


def huge_xisf() -> bytes:
    return xisf_image('location="attachment:4096:137438953472"')


def packed_xisf() -> bytes:
    data = base64.b64encode(zlib.compress(bytes(1 << 28), 9)).decode()
    inside = (
        f'<Image geometry="16:16:1" sampleFormat="Float32" colorSpace="Gray" location="embedded">'
        f'<Data encoding="base64" compression="zlib:1024">{data}</Data></Image>'
    )
    return xisf(inside)


def packed_xisf_that_says_so() -> bytes:
    data = base64.b64encode(zlib.compress(bytes(1 << 24), 9)).decode()
    inside = (
        f'<Image geometry="65536:65536:1" sampleFormat="Float32" colorSpace="Gray" location="embedded">'
        f'<Data encoding="base64" compression="zlib:17179869184">{data}</Data></Image>'
    )
    return xisf(inside)


def deep_icons() -> bytes:
    return b'<xpsm version="1.0">' + b"<instance>" * 300_000 + b"</instance>" * 300_000 + b"</xpsm>"


def deep_script() -> bytes:
    return b"var a = " + b"(" * 200_000 + b"1" + b")" * 200_000 + b"; new ImageCalibration;"


def long_line() -> bytes:
    return b"calibrate light " + b"-dark=x " * 100_000


def sequence() -> bytes:
    return b"S 'a' 1 2000000000 2000000000 5 0 6 1 0 0\nL 1\nI 1 1\n"


def laughs() -> bytes:
    lines = ["a0: &a0 [lol]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    return "\n".join(lines).encode()


def deep_yaml() -> bytes:
    return b"plan: " + b"[" * 100_000


BOMBS: tuple[tuple[str, Callable[[], bytes]], ...] = (
    ("fits", huge_axes),
    ("pixels", huge_axes),
    ("fits", many_axes),
    ("pixels", many_axes),
    ("fits", million_cards),
    ("fits", endless_header),
    ("fits", zeros_in_gzip),
    ("pixels", zeros_in_gzip),
    ("fits", blanks_in_gzip),
    ("pixels", blanks_in_gzip),
    ("fits", tiles),
    ("pixels", tiles),
    ("xisf", deep_xml),
    ("xisf", entities),
    ("xisf", huge_xisf),
    ("xisf", packed_xisf),
    ("xisf", packed_xisf_that_says_so),
    ("xpsm", deep_icons),
    ("js", deep_script),
    ("ssf", long_line),
    ("seq", sequence),
    ("plan", laughs),
    ("config", laughs),
    ("plan", deep_yaml),
    ("config", deep_yaml),
)


@pytest.mark.skipif(sys.platform != "linux", reason="limits of a process are set as on Linux")
@pytest.mark.parametrize(("reader", "make"), BOMBS, ids=[f"{reader}-{make.__name__}" for reader, make in BOMBS])
def test_bomb(reader: str, make: Callable[[], bytes], tmp_path: Path) -> None:
    from tests.fuzz.readers import READERS

    ending = READERS[reader].ending
    path = tmp_path / (ending.lstrip("/") if ending.startswith("/") else f"bomb{ending}")
    path.write_bytes(make())
    words = [sys.executable, "-c", _PROGRAM.format(memory=MEMORY_BYTES), reader, str(path)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(words, cwd=root, capture_output=True, text=True, timeout=BOUND_S, check=False)
    assert done.returncode == 0, done.stderr[-1500:]
    assert done.stdout.startswith(("refused:", "taken"))


def test_a_size_that_no_frame_has_is_said(tmp_path: Path) -> None:
    from ampglow_plugin.errors import UnreadableFrame
    from ampglow_plugin.pixels.read import read_pixels

    for name, data in (("a.fits", zeros_in_gzip()), ("b.xisf", huge_xisf())):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(UnreadableFrame, match=r"samples, which no frame has"):
            read_pixels(path)
