"""When the night is over: the height of the Sun, without any network."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ampglow_plugin.model.frame import Frame

#: the end of civil twilight: no light of the deep sky is taken with the Sun higher than this (degrees)
DAWN_DEG: Final = -6.0


def sun_altitude_deg(when: datetime, latitude_deg: float, longitude_deg: float) -> float:
    """Height of the Sun's centre above the horizon in degrees, without refraction; ``longitude_deg`` east positive.

    ``when`` is an aware time. Nothing is downloaded: see :mod:`ampglow_plugin.diagnosis.sky`.
    """
    from ampglow_plugin.diagnosis.sky import above

    utc = when.astimezone(UTC).replace(tzinfo=None).isoformat()
    (found,) = above([Frame(path="", date_obs=utc, site_lat_deg=latitude_deg, site_long_deg=longitude_deg)])
    assert found is not None
    return found.sun_altitude_deg


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
