"""BAYERPAT names the pattern as shown; the pixels lie as stored."""

from __future__ import annotations

import pytest

from ampglow_plugin.catalog.mosaic import pattern_of
from ampglow_plugin.simulate import Truth, make_night


@pytest.mark.parametrize(
    ("cards", "height", "stored"),
    [
        ({"ROWORDER": "TOP-DOWN"}, 6, "RGGB"),
        ({"ROWORDER": None}, 6, "RGGB"),
        ({"ROWORDER": "BOTTOM-UP"}, 6, "GBRG"),
        ({"ROWORDER": "BOTTOM-UP"}, 7, "RGGB"),
        ({"ROWORDER": "BOTTOM-UP", "YBAYROFF": 1}, 6, "RGGB"),
        ({"XBAYROFF": 1, "YBAYROFF": 2}, 6, "GRBG"),
        ({"XBAYROFF": "no number"}, 6, "RGGB"),
        ({"BAYERPAT": None}, 6, None),
    ],
)
def test_pattern_of_the_stored_rows(tmp_path, put_frame, cards, height, stored):
    path = put_frame(tmp_path / "light.fits", size=(8, height), **cards)
    assert pattern_of(str(path)) == stored


def test_a_pattern_that_is_named_takes_the_place_of_the_header_s(tmp_path, put_frame):
    path = put_frame(tmp_path / "light.fits", size=(8, 6), BAYERPAT=None, ROWORDER="BOTTOM-UP")
    assert pattern_of(str(path), named="GRBG") == "BGGR"


@pytest.mark.parametrize("rows", ["TOP-DOWN", "BOTTOM-UP"])
@pytest.mark.parametrize("height", [40, 41])
def test_headers_of_the_simulator_name_what_is_shown(tmp_path, rows, height):
    truth = Truth(width=48, height=height, bayer_pattern="GRBG", row_order=rows, star_count=0)
    night = make_night(tmp_path, truth, lights=1, darks=0, flats=0, flatdarks=0)
    assert pattern_of(str(night.lights[0])) == "GRBG"
