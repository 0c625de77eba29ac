"""The Sun's height, against a formula of our own, and dawn only after a night."""

from __future__ import annotations

import math
import socket
from datetime import UTC, datetime, timedelta

import pytest

from ampglow_plugin.watch.sky import DAWN_DEG, Dawn, sun_altitude_deg


def low_precision(when, latitude, longitude):
    """Height of the Sun in degrees to about 0.02 (the Astronomical Almanac's formulas of low precision)."""
    days = (when - datetime(2000, 1, 1, 12, tzinfo=UTC)).total_seconds() / 86400
    mean, anomaly = 280.460 + 0.9856474 * days, math.radians(357.528 + 0.9856003 * days)
    ecliptic = math.radians(mean + 1.915 * math.sin(anomaly) + 0.020 * math.sin(2 * anomaly))
    tilt = math.radians(23.439 - 4e-7 * days)
    ascension = math.atan2(math.cos(tilt) * math.sin(ecliptic), math.cos(ecliptic))
    declination = math.asin(math.sin(tilt) * math.sin(ecliptic))
    sidereal = math.radians(280.46062 + 360.98564737 * days + longitude)
    hour, phi = sidereal - ascension, math.radians(latitude)
    height = math.sin(phi) * math.sin(declination) + math.cos(phi) * math.cos(declination) * math.cos(hour)
    return math.degrees(math.asin(height))


@pytest.mark.parametrize("site", [(48.1, 11.6), (-33.9, 151.2), (69.6, 18.9), (0.0, -155.5)])
@pytest.mark.parametrize("when", ["2025-10-19T03:30Z", "2026-06-21T00:00Z", "2040-01-05T18:00Z"])
def test_height_without_any_network(site, when, monkeypatch):
    def refuse(*_):
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    when = datetime.fromisoformat(when)
    assert sun_altitude_deg(when, *site) == pytest.approx(low_precision(when, *site), abs=0.05)


def test_dawn_comes_after_a_night_only():
    dawn, start = Dawn(), datetime(2025, 10, 18, 14, 0, tzinfo=UTC)
    hours = [start + timedelta(minutes=40 * i) for i in range(30)]
    assert not any(dawn.has_come(when) for when in hours)  # no site
    dawn.site = (48.1, 11.6)
    came = next(when for when in hours if dawn.has_come(when))
    assert came.day == 19
    assert sun_altitude_deg(came, *dawn.site) > DAWN_DEG > sun_altitude_deg(came - timedelta(minutes=40), *dawn.site)


def test_a_summer_night_without_darkness_does_not_end():
    dawn = Dawn()
    dawn.site = (69.6, 18.9)
    start = datetime(2025, 6, 21, 12, 0, tzinfo=UTC)
    assert not any(dawn.has_come(start + timedelta(hours=i)) for i in range(24))
