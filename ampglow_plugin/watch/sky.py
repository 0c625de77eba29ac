"""When the night is over: the height of the Sun, without any network."""

from __future__ import annotations

import warnings
from datetime import datetime
from typing import Final

#: the end of civil twilight: no light of the deep sky is taken with the Sun higher than this (degrees)
DAWN_DEG: Final = -6.0


def sun_altitude_deg(when: datetime, latitude_deg: float, longitude_deg: float) -> float:
    """Height of the Sun's centre above the horizon in degrees, without refraction; ``longitude_deg`` east positive.

    ``when`` is an aware time. Tables of the Earth's rotation are taken as they are installed: nothing is downloaded,
    and a table that is too old costs less than an arc minute.
    """
    import astropy.units as u
    from astropy.coordinates import AltAz, EarthLocation, get_sun
    from astropy.time import Time
    from astropy.utils import iers

    with (
        iers.conf.set_temp("auto_download", False),
        iers.conf.set_temp("auto_max_age", None),
        iers.conf.set_temp("iers_degraded_accuracy", "ignore"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")  # of polar motion beyond the table: arc seconds
        time = Time(when)
        place = EarthLocation.from_geodetic(longitude_deg * u.deg, latitude_deg * u.deg)
        return float(get_sun(time).transform_to(AltAz(obstime=time, location=place)).alt.deg)


class Dawn:
    """Tells dawn, once it has been dark: a watch that begins in the afternoon does not end at once."""

    def __init__(self) -> None:
        self.site: tuple[float, float] | None = None
        self._dark = False

    def has_come(self, when: datetime) -> bool:
        """Whether the Sun is up again; never where the site is not known."""
        if self.site is None:
            return False
        if sun_altitude_deg(when, *self.site) < DAWN_DEG:
            self._dark = True
            return False
        return self._dark
