"""Whatever bytes a header holds: a frame or an error of the project, nothing else."""

from __future__ import annotations

import contextlib
import struct
from datetime import datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ampglow_plugin.errors import AmpglowError
from ampglow_plugin.headers import dates, frame_of, read_frame, values
from ampglow_plugin.headers.cards import Card, Header, Shape
from ampglow_plugin.knowledge.keywords import keywords
from ampglow_plugin.model.codec import from_dict, to_dict
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.report.records import line, record

KEYS = sorted({row.key for field in keywords().fields for row in field.rows} | {"HISTORY", "COMMENT", "CALSTAT", "X"})
WORDS = ["light", "Master Dark", "-10.5 C", "ISO800", "2x2", "RGGB", "12 30 00", "-00 00 01", "Default", "N/A", "1e400"]
WORDS += ["2024-01-10T19:40:01.396", "0000-00-00T99:99:99", "9999-12-31T23:59:60", "31/12/99", "8/14/2023 07:40:00 PM"]
cell = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.sampled_from(WORDS),
    st.text(max_size=40),
)
cards = st.lists(st.builds(Card, st.sampled_from(KEYS), cell, st.text(max_size=20)), max_size=40)
shapes = st.builds(
    Shape,
    width=st.none() | st.integers(1, 20000),
    height=st.none() | st.integers(1, 20000),
    planes=st.none() | st.integers(1, 4),
    floating=st.booleans(),
    keywords=st.just({"width": "NAXIS1", "height": "NAXIS2", "planes": "NAXIS3"}),
)
fast = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fast
@given(cards, shapes, st.text(max_size=30))
def test_any_cards_make_a_frame_that_survives_its_record(found, shape, name):
    frame = frame_of(Header(cards=tuple(found), shape=shape), name)
    assert from_dict(Frame, to_dict(frame)) == frame
    line(record("frame", frame))  # JSON without NaN, with any text escaped
    for field in frame.sources:
        assert getattr(frame, field) is not None


@fast
@given(st.lists(st.binary(min_size=80, max_size=80), max_size=30))
def test_any_bytes_as_cards(raw_fits, images):
    with contextlib.suppress(AmpglowError):
        read_frame(raw_fits([b"SIMPLE  =                    T", *images]))


@fast
@given(st.lists(st.text("ABCDEFGHIJ=/'&.-+0123456789 ", min_size=1, max_size=80), max_size=30))
def test_any_text_as_cards(raw_fits, texts):
    with contextlib.suppress(AmpglowError):
        read_frame(raw_fits([b"SIMPLE  =                    T", *(text.encode() for text in texts)]))


@fast
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"SIMPLE  =", b"\x1f\x8b\x08", b"XISF0100"]),
    st.sampled_from([".fit", ".xisf"]),
)
def test_any_file(tmp_path: Path, data, start, suffix):
    path = tmp_path / f"frame{suffix}"
    path.write_bytes(start + data)
    with contextlib.suppress(AmpglowError):
        read_frame(path)


@fast
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_any_attributes_in_xisf(tmp_path: Path, name, value, geometry):
    from xml.sax.saxutils import quoteattr

    keyword = f"<FITSKeyword name={quoteattr(name)} value={quoteattr(value)} comment=''/>"
    text = f"<xisf><Image geometry={quoteattr(geometry)}>{keyword}</Image></xisf>".encode("utf-8", "surrogatepass")
    path = tmp_path / "frame.xisf"
    path.write_bytes(struct.pack("<8sII", b"XISF0100", len(text), 0) + text)
    with contextlib.suppress(AmpglowError):
        read_frame(path)


@fast
@given(st.floats(-89.99, 89.99))
def test_sexagesimal_text_is_read_back(angle):
    size = abs(angle)
    degrees, minutes = int(size), int(size * 60 % 60)
    seconds = round((size * 3600) % 60, 3)
    text = f"{'-' if angle < 0 else '+'}{degrees:02d} {minutes:02d} {seconds:06.3f}"
    found = values.sexagesimal(text)
    expected = (degrees + minutes / 60 + seconds / 3600) * (-1 if angle < 0 else 1)
    assert found is not None
    assert abs(found - expected) < 1e-9


@fast
@given(
    st.datetimes(
        min_value=datetime(1981, 1, 1)  # noqa: DTZ001 - hypothesis wants it naive
    )
)
def test_iso_text_is_read_back_as_it_is(when):
    assert dates.iso_utc(when.isoformat()) == when.isoformat()
