"""Dates as programs write them, to ISO text in UTC, and the night a moment belongs to. All pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from ampglow_plugin.headers.cards import CardValue
from ampglow_plugin.headers.values import number

OLDEST_YEAR = 1980  # no digital frame is older; drivers write 0001-01-01 or 1970-01-01 for "not set"
MJD_ZERO = datetime(1858, 11, 17, tzinfo=UTC)
JD_OF_MJD_ZERO = 2400000.5
DEGREES_PER_HOUR = 15.0  # mean rotation of the Earth against the Sun

_DATE = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_OLD_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})((?:[.,]\d*)?)")
_ZONE = re.compile(r"\s*(?:Z|UTC|UT|([+-])(\d{2}):?(\d{2}))?", re.IGNORECASE)
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})\s+(\d{1,2}):(\d{2}):(\d{2})\S*\s*([AP])M", re.IGNORECASE)


def iso_utc(value: CardValue, time_of_day: str | None = None) -> str | None:
    """ISO 8601 text in UTC, without a zone, with all digits of the fraction.

    ``2014.7.13T12:41:31.528`` and a zone in the value (``-0700``) are understood; ``time_of_day``
    completes a date without a time. None for what is no date, or one that stands for "not set".
    """
    if not isinstance(value, str):
        return None
    text = value.strip().strip("'")
    day = _day(text)
    if day is None:
        return None
    when, rest = day
    rest = rest.lstrip("T ")
    if not rest:
        rest = (time_of_day or "").strip()
        if not rest:
            return None if when.year < OLDEST_YEAR else when.isoformat()
    clock = _TIME.match(rest)
    zone = _ZONE.fullmatch(rest[clock.end() :]) if clock else None
    if clock is None or zone is None:
        return None
    try:
        moment = datetime(when.year, when.month, when.day, int(clock[1]), int(clock[2]), tzinfo=UTC)
        moment += timedelta(seconds=int(clock[3]))  # 60 is a leap second, or a rounded 59.9
        if zone[1]:
            sign = 1 if zone[1] == "+" else -1
            moment -= sign * timedelta(hours=int(zone[2]), minutes=int(zone[3]))
    except (ValueError, OverflowError):
        return None
    if moment.year < OLDEST_YEAR or int(clock[3]) > 60:
        return None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + clock[4].replace(",", ".").rstrip(".")


def _day(text: str) -> tuple[date, str] | None:
    """The date at the start of ``text``, and what follows it."""
    try:
        if match := _DATE.match(text):
            return date(int(match[1]), int(match[2]), int(match[3])), text[match.end() :]
        if match := _OLD_DATE.match(text):  # dd/mm/yy of FITS before 1999, still written by some
            year = int(match[3]) + (1900 if int(match[3]) >= OLDEST_YEAR % 100 else 2000)
            return date(year, int(match[2]), int(match[1])), text[match.end() :]
    except ValueError:
        return None
    return None


def from_julian(value: CardValue, *, modified: bool) -> str | None:
    """ISO text in UTC, to the millisecond, of a (modified) Julian date."""
    days = number(value)
    if days is None:
        return None
    try:
        moment = MJD_ZERO + timedelta(days=days if modified else days - JD_OF_MJD_ZERO)
    except OverflowError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] if moment.year >= OLDEST_YEAR else None


def moment(iso: str | None) -> datetime | None:
    """The moment of ISO text; its zone is UTC where none is written. A date without a time has no moment."""
    if iso is None or len(iso) <= len("2024-01-01"):
        return None
    try:
        when = datetime.fromisoformat(iso[:26])
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def local(value: CardValue) -> datetime | None:
    """A clock at the site: ISO text, or ``8/14/2023 07:40:00.470 PM DST``."""
    text = str(value).strip()
    if match := _AMERICAN.match(text):
        month, day, year, hour, minute, second = (int(match[i]) for i in range(1, 7))
        hour = hour % 12 + (12 if match[7].upper() == "P" else 0)
        try:
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            return None
    return moment(iso_utc(text))


def night_of(clock: datetime) -> str | None:
    """The date on which the night of a local clock began: noon to noon."""
    try:
        return (clock - timedelta(hours=12)).date().isoformat()
    except OverflowError:
        return None


def at_longitude(utc: datetime, longitude_deg: float) -> datetime:
    """Local mean solar time; ``longitude_deg`` is positive to the east."""
    return utc.astimezone(timezone(timedelta(minutes=round(longitude_deg / DEGREES_PER_HOUR * 60))))
