"""How many bytes of the pixels are missing, told from the header and the size of the file alone."""

from __future__ import annotations

import gzip
import os

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.headers import read_header

PIXELS = np.arange(50 * 70, dtype=np.int16).reshape(50, 70)  # 7000 bytes, in three blocks of 2880


def cut(path, size):
    os.truncate(path, size)
    return read_header(path).missing_bytes


@pytest.mark.parametrize(("left", "missing"), [(3 * 2880, 0), (7000, 0), (6999, 1), (0, 7000)])
def test_an_image_of_a_primary_header(tmp_path, left, missing):
    path = tmp_path / "frame.fits"
    fits.PrimaryHDU(PIXELS).writeto(path)
    assert cut(path, path.stat().st_size - 3 * 2880 + left) == missing


def test_an_image_behind_a_table(tmp_path):
    path = tmp_path / "frame.fits"
    table = fits.BinTableHDU.from_columns([fits.Column(name="x", format="1000J", array=np.zeros((9, 1000)))])
    fits.HDUList([fits.PrimaryHDU(), table, fits.ImageHDU(PIXELS)]).writeto(path)
    whole = path.stat().st_size
    assert read_header(path).missing_bytes == 0
    assert cut(path, whole - 2880) == 7000 - 2 * 2880


def test_a_compressed_image_with_its_heap(tmp_path):
    path = tmp_path / "frame.fits.fz"
    noise = np.random.default_rng(1).integers(0, 30000, (300, 300)).astype(np.int16)
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(noise)]).writeto(path)
    assert read_header(path).missing_bytes == 0
    assert cut(path, path.stat().st_size - 2 * 2880) > 2880


def test_what_is_gzipped_cannot_be_told(tmp_path):
    plain, path = tmp_path / "frame.fits", tmp_path / "frame.fits.gz"
    fits.PrimaryHDU(PIXELS).writeto(plain)
    path.write_bytes(gzip.compress(plain.read_bytes()[:-2880]))
    assert read_header(path).missing_bytes == 0


@pytest.mark.parametrize(
    ("location", "missing"), [("attachment:4096:8", 4), ("attachment:4096:4", 0), ("inline:base64", 0)]
)
def test_an_attached_block_of_xisf(xisf_file, location, missing):
    path = xisf_file([], image=f'geometry="2:2:1" sampleFormat="UInt16" location="{location}"')
    os.truncate(path, 4100)
    assert read_header(path).missing_bytes == missing
