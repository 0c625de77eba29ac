"""The reader of many frames says what the reader of one says, whatever it has read before."""

from __future__ import annotations

import contextlib
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ampglow_plugin.errors import AmpglowError
from ampglow_plugin.headers import FrameReader, many, read_frame
from tests.headers.test_fixtures import FIXTURES, load

#: cards that change from frame to frame, odd forms among them
VARYING = [
    "DATE-OBS= '2025-10-18T{0:02d}:30:0{1}.25'",
    "CCD-TEMP=                -{0}.{1}",
    "CCD-TEMP= '-{0}.{1} C'",
    "DATE-LOC= '2025-10-1{1}T0{1}:00:00'",
    "RA      =              1{0}.{1}",
    "DEC     =             -{1}{1}.5",
    "OBJCTRA = '0{1} {0} 00'",
    "COOLPOWR=                 {0}.0",
    "JD_UTC  =       2460967.3{0}{1}",
    "AIRMASS =                 1.{0}",
    "HIERARCH X Y = {0}",
    "DATE-OBS= 2025-10-18",
    "EXPTIME =                  {0}.",
    "GAIN    =                  {0}",
    "OBJECT  = 'M {1}'",
    "ccd-temp=                   {0}",
    "OBJECT  = 'long {0}&'",
    "CONTINUE  'text {1}'",
]


def read(reader, path):
    try:
        return reader(str(path))
    except AmpglowError as error:
        return (type(error), error.what)


def both(reader, path):
    found = read(reader.read, path)
    assert found == read(read_frame, path)
    return found


def test_every_real_header_twice_and_with_other_moments(write_fixture, raw_fits):
    reader, rng = FrameReader(), random.Random(3)
    for name in FIXTURES:
        path = write_fixture(load(name))
        both(reader, path)
        both(reader, path)
        data = bytearray(path.read_bytes())
        at = [i for i in range(0, min(len(data), 20 * 2880), 80) if data[i : i + 8] in (b"DATE-OBS", b"CCD-TEMP")]
        for place in at:
            digits = [i for i in range(place + 10, place + 40) if chr(data[i]).isdigit()]
            data[rng.choice(digits[4:] or digits)] = ord(rng.choice("0123"))
        path.write_bytes(data)
        both(reader, path)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(VARYING), st.integers(0, 29), st.integers(0, 9)), max_size=8),
        min_size=2,
        max_size=5,
    )
)
def test_frames_that_share_some_cards(raw_fits, sets):
    reader = FrameReader()
    start = [
        b"SIMPLE  =                    T", b"BITPIX  =                   16", b"NAXIS   =                    2",
        b"NAXIS1  =                    8", b"NAXIS2  =                    8",
    ]  # fmt: skip
    for cards in sets:
        with contextlib.suppress(AmpglowError):
            both(reader, raw_fits([*start, *(text.format(a, b).encode() for text, a, b in cards)]))


def test_a_set_is_learnt_once_and_forgotten_last(write_fixture, monkeypatch):
    path = write_fixture(load("nina-2.0-qhy268c-light"))
    asked = []
    monkeypatch.setattr(many, "read_header", lambda p, ask=many.read_header: asked.append(p) or ask(p))
    reader = FrameReader()
    for _ in range(3):
        reader.read(str(path))
    assert len(asked) == 1


def test_the_signature_is_that_of_the_content(tmp_path, write_fixture):
    path = write_fixture(load("nina-2.0-qhy268c-light"))
    reader = FrameReader()
    signature = reader.read_signed(str(path)).signature
    copy = tmp_path / "copy.fits"
    copy.write_bytes(path.read_bytes())
    assert reader.read_signed(str(copy)).signature == signature
    copy.write_bytes(path.read_bytes() + bytes(2880))
    assert reader.read_signed(str(copy)).signature != signature


def test_what_cannot_be_read_raises_the_same_error(tmp_path):
    for name, content in {"a.fits": b"", "b.fits": b"SIMPLE  =  T", "c.fits": b"\xff\xd8\xff"}.items():
        (tmp_path / name).write_bytes(content)
        assert isinstance(both(FrameReader(), tmp_path / name), tuple)
    with pytest.raises(AmpglowError, match="no such file"):
        FrameReader().read(str(tmp_path / "missing.fits"))
