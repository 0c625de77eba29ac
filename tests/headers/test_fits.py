"""FITS as programs and accidents leave it: containers, odd cards, damage. A damaged file is an error, never a trace."""

from __future__ import annotations

import gzip
import os
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.headers import history, program, read_cards, read_frame, read_header

MONO = [b"SIMPLE  =                    T", b"BITPIX  =                   16", b"NAXIS   =                    0"]


def cards_of(path):
    return {card.keyword: card.value for card in read_cards(path)}


# ------------------------------------------------------------------------------------- containers


def test_gzipped_and_plain_give_the_same_frame(fits_file, tmp_path):
    plain = fits_file([["EXPTIME", 60.0, None], ["INSTRUME", "ZWO ASI294MC Pro", None]])
    packed = tmp_path / "frame.fit.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    one, two = read_frame(plain), read_frame(packed)
    assert (one.width, one.exposure_s, one.camera) == (40, 60.0, "ZWO ASI294MC Pro")
    assert {f: getattr(one, f) for f in one.__slots__ if f != "path"} == {
        f: getattr(two, f) for f in two.__slots__ if f != "path"
    }


def test_compressed_image_has_the_size_of_the_image_and_not_of_its_table(tmp_path):
    pixels = np.arange(70 * 50, dtype=np.uint16).reshape(70, 50)
    header = fits.Header([("EXPTIME", 12.5), ("INSTRUME", "ZWO ASI294MC Pro")])
    path = tmp_path / "frame.fits.fz"
    fits.HDUList([fits.PrimaryHDU(), fits.CompImageHDU(pixels, header)]).writeto(path)
    frame = read_frame(path)
    assert (frame.width, frame.height, frame.planes, frame.bits) == (50, 70, 1, 16)
    assert frame.sources["width"].keyword == "ZNAXIS1"
    assert (frame.exposure_s, frame.sensor) == (12.5, "IMX294")


def test_image_extension_is_found_behind_a_table_and_its_cards_come_before_the_primary_ones(tmp_path):
    table = fits.BinTableHDU.from_columns([fits.Column(name="x", format="1000J", array=np.zeros((9, 1000)))])
    primary = fits.PrimaryHDU(header=fits.Header([("EXPTIME", 1.0), ("OBJECT", "M 31")]))
    image = fits.ImageHDU(np.zeros((30, 40), dtype=np.int16), fits.Header([("EXPTIME", 99.0)]))
    path = tmp_path / "frame.fits"
    fits.HDUList([primary, table, image]).writeto(path)
    frame = read_frame(path)
    assert (frame.width, frame.exposure_s, frame.object) == (40, 99.0, "M 31")
    header = read_header(path)
    assert header.cards[0].keyword == "SIMPLE"
    assert header.cards[header.image_from].keyword == "XTENSION"


def test_a_file_without_any_image_still_has_its_cards(raw_fits):
    frame = read_frame(raw_fits([*MONO, b"EXPTIME =                 60.0"]))
    assert (frame.width, frame.planes, frame.bits, frame.exposure_s) == (None, None, None, 60.0)


@pytest.mark.parametrize(("bitpix", "bits"), [(8, 8), (16, 16), (32, 32), (-32, 32), (-64, 64)])
def test_bits_are_those_of_the_stored_samples(fits_file, bitpix, bits):
    assert read_frame(fits_file([], bitpix=bitpix)).bits == bits


def test_pixels_are_not_read(fits_file):
    path = fits_file([["EXPTIME", 1.0, None]], size=(40000, 40000))  # 3.2 GB, a hole in the file
    assert path.stat().st_size > 3e9
    assert read_frame(path).width == 40000


def test_the_file_is_left_as_it_was(fits_file):
    path = fits_file([])
    before = path.read_bytes()
    path.chmod(0o444)
    read_frame(path)
    assert path.read_bytes() == before


# ------------------------------------------------------------------------------------- odd cards


def test_text_without_quotes(raw_fits):
    path = raw_fits([*MONO, b"DATE-OBS= 2020-01-21T20:29:08.357 / Time of observation (UTC)"])
    assert read_frame(path).date_obs == "2020-01-21T20:29:08.357"
    assert read_cards(path)[-1].comment == "Time of observation (UTC)"


def test_continued_text_becomes_one_value(raw_fits):
    path = raw_fits([*MONO, b"OBJECT  = 'one &'", b"CONTINUE  'two &'", b"CONTINUE  'three' / names", b"GAIN    = 5"])
    found = cards_of(path)
    assert found["OBJECT"] == "one two three"
    assert found["GAIN"] == 5
    assert "CONTINUE" not in found


def test_continue_without_a_beginning_is_no_crash(raw_fits):
    assert read_frame(raw_fits([*MONO, b"CONTINUE  'two &'", b"GAIN    =    5"])).gain == 5.0


def test_hierarch_and_orphan_cards(raw_fits):
    path = raw_fits([*MONO, b"HIERARCH CAMERA-DATE-OBS = '2018-09-17T21:04:46'", b"         the image", b"the image"])
    found = cards_of(path)
    assert found["CAMERA-DATE-OBS"] == "2018-09-17T21:04:46"
    assert found[""].strip() == "the image"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("OBJECT  = 'Größe'".encode(), "Größe"),
        ("OBJECT  = 'Größe'".encode("latin-1"), "Größe"),
        (b"OBJECT  = 'a\xff\xfeb'", "a\xff\xfeb"),
    ],
)
def test_bytes_outside_ascii(raw_fits, raw, expected):
    assert read_frame(raw_fits([*MONO, raw])).object == expected


@pytest.mark.parametrize(
    "raw", [b"EXPTIME = 060.00", b"EXPTIME = +6.0000E+001", b"EXPTIME =6.0D1", b"EXPTIME = '60,0'"]
)
def test_numbers_in_every_dress(raw_fits, raw):
    assert read_frame(raw_fits([*MONO, raw])).exposure_s == 60.0


def test_first_usable_of_two_cards_with_one_keyword(raw_fits):
    path = raw_fits([*MONO, b"GAIN    =                   -1", b"GAIN    =                  120"])
    assert read_frame(path).gain == 120.0


def test_value_that_is_not_there(raw_fits):
    assert read_frame(raw_fits([*MONO, b"GAIN    =                      / not set"])).gain is None


def test_history_and_program(raw_fits):
    lines = [b"HISTORY Calibrated with a master dark", b"PROGRAM = 'Siril v1.2.6'", b"HISTORY second"]
    path = raw_fits([*MONO, *lines])
    assert history(path) == ("Calibrated with a master dark", "second")
    assert program(path) == "Siril v1.2.6"
    assert program(raw_fits(MONO)) is None


def test_odd_cards_warn_nobody_in_any_thread(raw_fits):
    """Frames are read in thread pools, where warnings cannot be silenced for one thread; so none may arise."""
    odd = [b"HIERARCH a b = 5", b"lower   = 5", b"TOO LONG= 5", b"A=5", b"= 5", b"HIERARCH nothing", b"BAD     = 'x"]
    path = raw_fits([*MONO, *odd, b"GAIN    =                    5"])
    with warnings.catch_warnings(record=True) as seen, ThreadPoolExecutor(4) as pool:
        warnings.simplefilter("always")
        frames = list(pool.map(read_frame, [path] * 40))
    assert {frame.gain for frame in frames} == {5.0}
    assert not seen


# ------------------------------------------------------------------------------------- damage


def broken(path):
    with pytest.raises(UnreadableFrame) as caught:
        read_frame(path)
    assert caught.value.where == str(path)
    return caught.value


def test_missing_end(raw_fits):
    assert "END" in broken(raw_fits([*MONO, b"GAIN    =    5"], end=False)).what


def test_header_cut_in_the_middle_of_a_block(fits_file):
    path = fits_file([["GAIN", 5, None]])
    os.truncate(path, 300)
    assert "cut short" in broken(path).what


def test_endless_header(tmp_path):
    path = tmp_path / "frame.fit"
    with path.open("wb") as stream:
        stream.write(b"SIMPLE  =                    T".ljust(2880))
        for _ in range(5000):
            stream.write(b" " * 2880)
    assert "END" in broken(path).what


def test_empty_file(tmp_path):
    path = tmp_path / "frame.fit"
    path.touch()
    assert "empty" in broken(path).what


def test_not_fits(tmp_path):
    path = tmp_path / "frame.fit"
    path.write_text("hello\n" * 1000)
    assert broken(path).fix


def test_broken_gzip(fits_file, tmp_path):
    data = gzip.compress(fits_file([["GAIN", 5, None]]).read_bytes())
    path = tmp_path / "frame.fit.gz"
    path.write_bytes(data[: len(data) // 2])
    broken(path)
    path.write_bytes(b"\x1f\x8b" + b"\0" * 100)
    broken(path)


def test_no_such_file_and_folder(tmp_path):
    assert "no such file" in broken(tmp_path / "none.fit").what
    assert "folder" in broken(tmp_path).what


def test_size_that_no_disk_holds(raw_fits):
    images = [b"SIMPLE  =                    T", b"BITPIX  =                   16", b"NAXIS   =                    1"]
    assert "more data" in broken(raw_fits([*images, b"NAXIS1  = 99999999999999999999999999"])).what


def test_axes_of_nonsense_are_no_size(raw_fits):
    images = [b"SIMPLE  =                    T", b"BITPIX  =                   16", b"NAXIS   =                    2"]
    assert read_frame(raw_fits([*images, b"NAXIS1  =                   -5", b"NAXIS2  = 'many'"])).width is None
