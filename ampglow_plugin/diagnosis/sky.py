"""Where Sun, Moon and target stood, from the header's time, site and pointing: astropy coordinates, no network.

Earth orientation comes from the tables that astropy brings along; for times beyond them it is that of their end, which
moves the Sun by less than an arc minute.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from ampglow_plugin.model.frame import Frame

#: the least altitude at which an airmass means anything
_LEAST_ALTITUDE_DEG: Final = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Above:
    """At the middle of one exposure: altitudes in degrees, airmass, Moon's distance from the target and lit share."""

    sun_altitude_deg: float
    moon_altitude_deg: float
    moon_lit: float
    moon_distance_deg: float | None = None
    airmass: float | None = None


def above(frames: Sequence[Frame]) -> tuple[Above | None, ...]:
    """For each frame; None where its header has no time or no site."""
    known = [i for i, f in enumerate(frames) if f.date_obs and None not in (f.site_lat_deg, f.site_long_deg)]
    found: list[Above | None] = [None] * len(frames)
    if known:
        with _offline():
            for i, value in zip(known, _computed([frames[i] for i in known]), strict=True):
                found[i] = value
    return tuple(found)


def _computed(frames: Sequence[Frame]) -> Iterator[Above]:
    import numpy as np
    from astropy import units as u
    from astropy.coordinates import AltAz, EarthLocation, SkyCoord, get_body, get_sun
    from astropy.time import Time, TimeDelta

    half = np.array([(f.exposure_s or 0.0) / 2 for f in frames])
    times = Time([f.date_obs for f in frames], scale="utc") + TimeDelta(half, format="sec")
    site = EarthLocation.from_geodetic(
        [f.site_long_deg for f in frames] * u.deg, [f.site_lat_deg for f in frames] * u.deg
    )
    local = AltAz(obstime=times, location=site)
    sun, moon = get_sun(times), get_body("moon", times, site)
    sun_altitudes, moon_local = sun.transform_to(local).alt.deg, moon.transform_to(local)
    # seen from Earth the Sun is so far away that the phase is the angle between the two
    lit = (1 - np.cos(moon_local.separation(sun.transform_to(local)).rad)) / 2
    pointed = [None not in (f.ra_deg, f.dec_deg) for f in frames]
    target = SkyCoord([f.ra_deg or 0.0 for f in frames] * u.deg, [f.dec_deg or 0.0 for f in frames] * u.deg)
    target_local = target.transform_to(local)
    apart = target_local.separation(moon_local).deg
    for i in range(len(frames)):
        altitude = float(target_local.alt.deg[i])
        seen = pointed[i] and altitude > _LEAST_ALTITUDE_DEG
        yield Above(
            sun_altitude_deg=float(sun_altitudes[i]),
            moon_altitude_deg=float(moon_local.alt.deg[i]),
            moon_lit=float(lit[i]),
            moon_distance_deg=float(apart[i]) if pointed[i] else None,
            airmass=float(target_local.secz[i]) if seen else None,
        )


@contextmanager
def _offline() -> Iterator[None]:
    """Within it astropy asks the network for nothing, and takes tables of any age."""
    from astropy.utils import iers

    conf: Any = iers.conf
    with (
        conf.set_temp("auto_download", False),
        conf.set_temp("auto_max_age", None),
        conf.set_temp("iers_degraded_accuracy", "ignore"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # of dates beyond the tables; see the module
        yield
