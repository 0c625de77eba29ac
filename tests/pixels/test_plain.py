"""The straight way to read a FITS file, against astropy: the same samples, or none."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest
from astropy.io import fits
from hypothesis import given, settings
from hypothesis import strategies as st

from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.pixels.plain import plain_image

KINDS = ("uint8", "int16", "uint16", "int32", "uint32", "int64", "float32", "float64")
STRAIGHT = ("uint8", "int16", "uint16", "float32", "float64")


def of_astropy(path):
    with warnings.catch_warnings(), fits.open(path, memmap=False) as units:
        warnings.simplefilter("ignore")
        return units[0].data


def samples(kind, shape, seed=0):
    """Any bits that the type can hold, no numbers and infinities among them."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    return np.frombuffer(np.random.default_rng(seed).bytes(size), kind).reshape(shape)


@settings(deadline=None, max_examples=60)
@given(
    kind=st.sampled_from(KINDS),
    shape=st.lists(st.integers(1, 40), min_size=1, max_size=4).map(tuple),
    cards=st.dictionaries(
        st.sampled_from(("BZERO", "BSCALE", "BLANK", "PROGRAM", "OBJECT")),
        st.sampled_from((0, 1, 0.0, 1.0, 2.5, 32768, 32768.0, -128, "Siril 1.4.2", "a ' quote")),
        max_size=3,
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_law_it_gives_what_astropy_gives_or_nothing(tmp_path_factory, kind, shape, cards, seed):
    path = tmp_path_factory.mktemp("plain") / "a.fits"
    fits.PrimaryHDU(samples(kind, shape, seed)).writeto(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cards that no sound program writes together
        for name, value in cards.items():
            fits.setval(path, name, value=value, ignore_missing_end=True, do_not_scale_image_data=True)
    found = plain_image(path)
    if not cards:
        assert (found is not None) == (kind in STRAIGHT and len(shape) in (2, 3))
    if found is not None:
        try:
            expected = of_astropy(path)
        except (ValueError, TypeError, fits.VerifyError):
            pytest.fail(f"astropy refuses {kind} {shape} {cards}")
        assert found[0].dtype == expected.dtype.newbyteorder("=")
        assert found[0].tobytes() == expected.astype(found[0].dtype).tobytes()


@pytest.mark.parametrize("kind", STRAIGHT)
def test_usual_files_are_read_straight(tmp_path, kind):
    written = samples(kind, (2, 30, 41))
    fits.PrimaryHDU(written, fits.Header({"PROGRAM": "Siril 1.4.2"})).writeto(tmp_path / "a.fits")
    found = plain_image(tmp_path / "a.fits")
    assert found is not None
    assert found[0].dtype.isnative
    assert found[0].tobytes() == written.tobytes()
    assert found[1]["PROGRAM"] == "Siril 1.4.2"


def broken(name):
    """What is not a usual file, by name: the bytes of one, changed."""

    def changed(whole: bytes) -> bytes:
        card = {
            "no end": (b"END     ", b"ENDE    "),
            "not simple": (b"SIMPLE  =                    T", b"SIMPLE  =                    F"),
            "no FITS": (b"SIMPLE  =", b"SAMPLE  ="),
            "no number": (b"BITPIX  =                  -32", b"BITPIX  =                 -3 2"),
            "no value": (b"BITPIX  =", b"BITPIX   "),
            "twice": (b"EXTEND  =                    T", b"BITPIX  =                   16"),
            "more axes": (b"NAXIS   =                    2", b"NAXIS   =                    3"),
            "huge": (b"NAXIS1  =                   41", b"NAXIS1  =           4000000000"),
            "negative": (b"NAXIS1  =                   41", b"NAXIS1  =                  -41"),
            "a row more": (b"NAXIS2  =                   30", b"NAXIS2  =                  300"),
            "blank": (b"EXTEND  =                    T", b"BLANK   =                    0"),
        }[name]
        assert card[0] in whole
        return whole.replace(*card, 1)

    return changed


@pytest.mark.parametrize(
    "name",
    [
        "no end", "not simple", "no FITS", "no number", "no value", "twice", "more axes", "huge", "negative",
        "a row more", "blank",
    ],
)  # fmt: skip
def test_what_is_not_usual_is_left_to_astropy(tmp_path, name):
    fits.PrimaryHDU(samples("float32", (30, 41))).writeto(tmp_path / "a.fits")
    whole = (tmp_path / "a.fits").read_bytes()
    assert plain_image(tmp_path / "a.fits") is not None
    (tmp_path / "a.fits").write_bytes(broken(name)(whole))
    assert plain_image(tmp_path / "a.fits") is None
    (tmp_path / "a.fits").write_bytes(whole[:-2000])
    assert plain_image(tmp_path / "a.fits") is None


@pytest.mark.parametrize(("kind", "frames"), [("float32", 1.0), ("uint16", 1.5)])
def test_a_usual_frame_needs_no_astropy_and_no_second_copy(tmp_path, kind, frames):
    fits.PrimaryHDU(np.full((1000, 1000), 1234, kind)).writeto(tmp_path / "a.fits")
    code = (
        "import sys, tracemalloc, numpy\n"
        "from ampglow_plugin.pixels import read_pixels\n"
        "from ampglow_plugin.pixels.plain import plain_image\n"
        "assert read_pixels(sys.argv[1]).mono[5, 5] == 1234\n"
        "tracemalloc.start()\n"
        "as_used = plain_image(sys.argv[1])[0].astype(numpy.float32, copy=False)\n"
        "print('astropy' in sys.modules, tracemalloc.get_traced_memory()[1])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a.fits"], capture_output=True, text=True, check=True
    )
    imported, peak = answer.stdout.split()
    assert imported == "False"
    assert int(peak) < frames * 4e6 + 100_000


def test_parts_do_not_keep_the_whole_in_memory(tmp_path):
    fits.PrimaryHDU(np.full((400, 300), 77.0, np.float32)).writeto(tmp_path / "a.fits")
    part = read_pixels(tmp_path / "a.fits", section=(slice(0, 4), slice(0, 5))).data
    assert part.base is None
    assert part.shape == (1, 4, 5)
