"""Masters that lost their cards, beside the frames they were made from."""

from __future__ import annotations

from ampglow_plugin.catalog import scan
from ampglow_plugin.model.frame import Source

LOST = {"GAIN": None, "OFFSET": None, "SET_TEMP": None, "CCD_TEMP": None, "DATE_OBS": None}


def master_of(folder, put_frame, temperatures=(-10.0, -10.2, -9.9), **cards):
    for i, degrees in enumerate(temperatures):
        put_frame(folder / f"d{i}.fits", IMAGETYP="DARK", CCD_TEMP=degrees)
    put_frame(folder / "m.fits", IMAGETYP="Master Dark", STACKCNT=3, **{**LOST, **cards})
    return next(f for f in scan([folder]).frames if f.master)


def test_what_all_agree_in_is_recovered_and_marked(tmp_path, put_frame):
    master = master_of(tmp_path, put_frame)
    assert (master.gain, master.offset, master.setpoint_c, master.temperature_c) == (120, 30, -10.0, -10.0)
    assert master.sources["gain"] == Source(keyword="3 frames beside it", how="recovered")
    assert master.date_obs is None


def test_a_temperature_that_spreads_is_not_one(tmp_path, put_frame):
    master = master_of(tmp_path, put_frame, temperatures=(-10.0, -11.1, -9.9))
    assert (master.temperature_c, master.setpoint_c) == (None, -10.0)


def test_a_card_that_contradicts_ends_it(tmp_path, put_frame):
    master = master_of(tmp_path, put_frame, OFFSET=10)
    assert (master.gain, master.offset) == (None, 10)


def test_a_card_is_never_overridden(tmp_path, put_frame):
    master = master_of(tmp_path, put_frame, CCD_TEMP=-10.4)
    assert master.temperature_c == -10.4
    assert master.sources["temperature_c"].how == "read"
