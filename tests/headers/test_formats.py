"""Formats without a usable header get an answer that names the file to use instead."""

from __future__ import annotations

import pytest

from ampglow_plugin.errors import UnreadableFrame, UnsupportedFile
from ampglow_plugin.headers import read_frame

JPEG, PNG, TIFF, SER = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\0", b"LUCAM-RECORDER"


@pytest.mark.parametrize(
    ("name", "start", "words"),
    [
        ("a.jpg", JPEG, "JPEG"),
        ("a.JPEG", JPEG, "JPEG"),
        ("a.tif", TIFF, "TIFF"),
        ("a.png", PNG, "PNG"),
        ("a.ser", SER, "SER"),
        ("a.CR2", TIFF, "RAW"),
        ("a.nef", b"MM\0*", "RAW"),
        ("a.dng", TIFF, "RAW"),
        ("a.xish", b"<?xml", "XISF"),
        ("a.zip", b"PK\x03\x04", "archive"),
        ("renamed.fit", JPEG, "JPEG"),
        ("renamed.fits", SER, "SER"),
    ],
)
def test_unsupported(tmp_path, name, start, words):
    path = tmp_path / name
    path.write_bytes(start + b"\0" * 4000)
    with pytest.raises(UnsupportedFile) as caught:
        read_frame(path)
    assert words in caught.value.what
    assert caught.value.where == str(path)
    assert caught.value.fix


def test_siril_is_named_for_camera_raw_and_ser(tmp_path):
    for name in ("a.cr3", "a.ser"):
        (tmp_path / name).write_bytes(b"\0" * 100)
        with pytest.raises(UnsupportedFile, match=r"\.fit that Siril made"):
            read_frame(tmp_path / name)


def test_a_fits_file_under_a_picture_name_is_read(fits_file):
    assert read_frame(fits_file([["GAIN", 5, None]], "frame.tif")).gain == 5.0


def test_text_file(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("clear night")
    with pytest.raises(UnreadableFrame, match="not a FITS file"):
        read_frame(path)
