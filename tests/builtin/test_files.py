"""Headers that keep what the raw frame said, and files that are there as a whole or not at all."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.headers import history
from ampglow_plugin.hosts.builtin.files import HISTORY_WIDTH, PROGRAM, add_letters, header_of, load, say, write

DATA = np.linspace(0, 1, 48, dtype=np.float32).reshape(1, 6, 8)


@pytest.mark.parametrize("stopped", [KeyboardInterrupt, OSError])
def test_a_write_that_is_stopped_leaves_nothing_half_written(tmp_path, monkeypatch, stopped):
    path = tmp_path / "pp_light_00001.fit"
    write(path, DATA, fits.Header())
    before = path.read_bytes()

    def cut_short(self, target, **_options):
        target.write(b"SIMPLE  =")
        raise stopped

    monkeypatch.setattr(fits.PrimaryHDU, "writeto", cut_short)
    with pytest.raises(stopped):
        write(path, DATA, fits.Header())
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_what_was_written_is_read_back(tmp_path):
    for data in (DATA, np.array([DATA[0], DATA[0] / 2, DATA[0] / 4])):
        write(tmp_path / "frame.fit", data, fits.Header())
        np.testing.assert_allclose(load(tmp_path / "frame.fit"), data, atol=1e-7)


def test_cards_of_the_raw_frame_are_kept_and_those_of_its_storage_are_not(tmp_path, put_frame):
    raw = put_frame(tmp_path / "raw.fits", OBJECT="M 31", HISTORY=["a note"], PROGRAM="N.I.N.A.", CALSTAT="B")
    header = header_of(raw)
    assert (header["OBJECT"], header["BAYERPAT"], header["PROGRAM"]) == ("M 31", "RGGB", PROGRAM)
    assert not {"BZERO", "BSCALE", "NAXIS1", "BITPIX"} & set(header)
    assert "BAYERPAT" not in header_of(raw, mosaic=False)
    say(header, ["x" * 100])
    add_letters(header, "BD")
    write(tmp_path / "out.fit", DATA, header)
    assert history(tmp_path / "out.fit") == ("a note", "x" * HISTORY_WIDTH)
    assert fits.getheader(tmp_path / "out.fit")["CALSTAT"] == "BD"
    assert fits.getheader(tmp_path / "out.fit")["BITPIX"] == -32


def test_a_card_that_fits_cannot_hold_does_not_lose_the_frame(tmp_path, put_frame):
    raw = put_frame(tmp_path / "raw.fits")
    content = raw.read_bytes().replace(b"OFFSET  =", b"OFF\x01ET  =")
    raw.write_bytes(content)
    assert header_of(raw)["GAIN"] == 120
