"""What a page for others leaves out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ampglow_plugin.report.html.private import LEFT_OUT, Redactor


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/home/jane/Astro/M 31/light 1.fits is gone", "light 1.fits is gone"),
        ("read /data/Jane Doe/a.fit and /mnt/nas/b.fit", "read a.fit and b.fit"),
        (r"C:\Users\Jane Doe\Pictures\x.fits, y", "x.fits, y"),
        (r"\\NAS\jane\lights\x.fits", "x.fits"),
        ("~/Astro/x.fits", "x.fits"),
        ("file:///home/jane/x.fits", "x.fits"),
        ("working folder is '/home/jane'", "working folder is '~'"),
        ("in /Users/jane and no more", "in ~ and no more"),
        (r"in C:\Users\jane", "in ~"),
        ("dark.fits of demo/night/darks/dark.fits", "dark.fits of dark.fits"),
        ("calibrate - dark / flat", "calibrate - dark / flat"),
        ("3.2 e/ADU, 1/2 of it, and/or", "3.2 e/ADU, 1/2 of it, and/or"),
        ("QHY268M-4f2c1a9be0de", "QHY268M"),
        ("ZWO ASI294MC Pro S/N 12345678", "ZWO ASI294MC Pro"),
        ("MaxIm DL Version 5.18 121206 1A2B3", "MaxIm DL Version 5.18"),
        ("serial 0a1B2c3d of it", f"serial {LEFT_OUT} of it"),
        ("dark-180s-m10C-g120-o30", "dark-180s-m10C-g120-o30"),
    ],
)
def test_text(text, left):
    assert Redactor(["demo/night/darks/dark.fits"], ["0A1B2C3D"]).text(text) == left


def test_the_folder_of_whoever_makes_the_page():
    here, home = Path.cwd(), Path.home()
    assert Redactor([], []).text(f"{here / 'x.fits'} of {home}{os.sep}y.fits") == "x.fits of y.fits"


def test_a_short_serial_is_not_found_in_other_numbers():
    assert Redactor([], ["12"]).text("gain 120, 12 frames") == "gain 120, 12 frames"
