"""Sun, Moon and airmass from headers, against ephemerides, with the network cut."""

import socket

import pytest

from ampglow_plugin.diagnosis.sky import above
from ampglow_plugin.model.frame import Frame

GREENWICH = {"site_lat_deg": 51.4779, "site_long_deg": 0.0}


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def at(date, **fields):
    return Frame(path="a.fits", date_obs=date, **{**GREENWICH, **fields})


@pytest.mark.parametrize(
    ("date", "altitude"),
    [
        ("2025-03-20T12:07:30", 90 - 51.4779),  # noon of the equinox: the equation of time is 7.5 minutes
        ("2025-06-21T12:02:00", 90 - 51.4779 + 23.44),
        ("2025-12-21T23:58:00", -(90 - 51.4779 + 23.44)),
    ],
)
def test_the_sun_stands_where_the_year_puts_it(date, altitude):
    (found,) = above([at(date)])
    assert found.sun_altitude_deg == pytest.approx(altitude, abs=0.3)


@pytest.mark.parametrize(("date", "lit"), [("2025-03-14T06:55:00", 1.0), ("2025-03-29T10:58:00", 0.0)])
def test_the_moon_is_full_and_new_when_almanacs_say(date, lit):
    (found,) = above([at(date)])
    assert found.moon_lit == pytest.approx(lit, abs=0.01)


def test_airmass_of_the_zenith_is_one_and_below_the_horizon_there_is_none():
    # at the equinox's midnight the sidereal time at Greenwich is near 12 h
    zenith, nadir = above(
        [at("2025-03-21T00:07:00", ra_deg=180.0, dec_deg=51.48), at("2025-03-21T00:07:00", ra_deg=0.0, dec_deg=-51.48)]
    )
    assert zenith.airmass == pytest.approx(1.0, abs=0.01)
    assert nadir.airmass is None
    assert nadir.moon_distance_deg is not None


def test_the_exposure_counts_from_its_middle():
    long, short = above([at("2025-03-21T06:00:00", exposure_s=1200.0), at("2025-03-21T06:10:00", exposure_s=0.0)])
    assert long.sun_altitude_deg == pytest.approx(short.sun_altitude_deg, abs=1e-6)


def test_without_site_or_time_nothing_is_said_and_far_dates_do_not_warn():
    found = above([Frame(path="a"), at(None), at("2024-01-01T00:00:00", site_lat_deg=None), at("2041-01-01T00:00:00")])
    assert found[:3] == (None, None, None)
    assert found[3].sun_altitude_deg < -50
    assert above([]) == ()
