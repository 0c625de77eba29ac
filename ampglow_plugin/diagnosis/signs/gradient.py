"""A gradient of the sky (light pollution, Moon): a plane that turns with the sky, and not one that the sensor keeps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from ampglow_plugin.diagnosis.load import Loaded
from ampglow_plugin.diagnosis.measure import Measurements
from ampglow_plugin.diagnosis.signs.base import CLEAR_SIGMA, HIDDEN_SHARE, SORTS, Signs, clip, proven, shown_at
from ampglow_plugin.diagnosis.signs.twilight import CIVIL_DEG
from ampglow_plugin.diagnosis.trend import Trend, planes_of
from ampglow_plugin.model.diagnosis import Sign

#: change across the frame, as a share of the sky, that people begin to see in a stretched picture
SEEN_SHARE: Final = 0.02
#: below this altitude of the Sun twilight adds less than 5 % to the sky
DARK_ENOUGH_DEG: Final = -16.0
#: darkest frames of a rising series that differ by this share of their sky stand in twilight themselves
RISES_SHARE: Final = 0.05
#: a sky of at least this airmass, or with a Moon as high and as lit, has a gradient as a rule
LOW_AIRMASS: Final = 1.5
MOON_ALTITUDE_DEG: Final = 0.0
MOON_LIT: Final = 0.25


def signs(measured: Measurements) -> Signs:
    """Numbers and sentences. Views in which twilight rises are left out: its gradient is its own."""
    usable = [
        (one, t) for one, t in zip(measured.distinct, measured.trends, strict=True) if not _in_twilight(measured, one)
    ]
    missing = ("frames of the dark part of the night",) if not usable else _missing(measured)
    if not usable:
        sign = Sign(
            cause="light_pollution_gradient",
            name="plane",
            speaks="open",
            what="all frames stand in twilight, which has a gradient of its own",
            unit="of the sky",
            source=SORTS,
        )
        return Signs(cause="light_pollution_gradient", situation="one", numbers={}, signs=(sign,), missing=missing)
    loaded, trends = [u[0] for u in usable], [u[1] for u in usable]
    if len(trends) > 1:
        return _several(measured, loaded, trends, missing)
    return _single(measured, loaded[0], trends[0], missing)


def _in_twilight(measured: Measurements, one: Loaded) -> bool:
    """Whether the darkest frames of this view stand in twilight, by the Sun or by how their series rises."""
    suns = [a.sun_altitude_deg for f in one.used if (a := measured.above.get(f.path)) is not None]
    if suns and max(suns) < CIVIL_DEG:
        return max(suns) > DARK_ENOUGH_DEG
    number = measured.loaded.index(one)
    rise = measured.rises[number]
    if rise is None or rise.rise < 0.3 or rise.rate_per_h < 1.0:
        return False
    levels = sorted(one.levels_adu)[: len(one.used)]
    return levels[-1] - levels[0] > RISES_SHARE * measured.trends[measured.distinct.index(one)].level_adu


def _several(
    measured: Measurements, loaded: Sequence[Loaded], trends: Sequence[Trend], missing: tuple[str, ...]
) -> Signs:
    planes = planes_of(trends)
    steepest = max(trends, key=lambda t: t.slope)
    number = trends.index(steepest)
    numbers = {
        "own": math.log1p(planes.own),
        "largest": math.log(max(proven(planes.largest, planes.own), 1e-3) / SEEN_SHARE),
        "common": math.log1p(planes.common_significance),
    }
    told = [
        Sign(
            cause="light_pollution_gradient",
            name="turns_with_the_sky",
            speaks="for" if planes.own > 3.0 and planes.largest > SEEN_SHARE / 2 else "against",
            what=f"across the frame the sky of a view changes by up to {100 * planes.largest:.1f} % more than all "
            f"views have in common ({planes.own:.1f} times what the errors allow)",
            value=planes.largest,
            limit=SEEN_SHARE / 2,
            unit="of the sky",
            source=SORTS,
        ),
        Sign(
            cause="light_pollution_gradient",
            name="kept_by_the_sensor",
            speaks="against" if planes.common_significance > CLEAR_SIGMA and planes.own < 2.0 else "open",
            what=f"{100 * math.hypot(*planes.common):.1f} % are common to all views: a flat or a lens, not the sky",
            value=planes.common_significance,
            limit=CLEAR_SIGMA,
            unit="sigma",
            source=SORTS,
        ),
    ]
    upper = planes.largest + 2 * planes.largest_sigma
    return _of(measured, loaded[number], steepest, "views", numbers, told, missing, hidden=upper > HIDDEN_SHARE)


def _single(measured: Measurements, one: Loaded, trend: Trend, missing: tuple[str, ...]) -> Signs:
    numbers = {
        "slope_sigma": math.log1p(trend.slope_significance),
        "slope": math.log(max(proven(trend.slope, trend.slope_significance, beyond=3.0), 1e-3) / SEEN_SHARE),
        "level_known": float(trend.level_known),
    }
    clear = trend.slope_significance > CLEAR_SIGMA and trend.slope > SEEN_SHARE
    told = [
        Sign(
            cause="light_pollution_gradient",
            name="plane",
            speaks="for" if clear else "against" if trend.slope < SEEN_SHARE / 2 else "open",
            what=f"the sky changes by {100 * trend.slope:.1f} % across the frame, like a plane "
            f"({trend.slope_significance:.1f} sigma beside what a smooth sky may do)",
            value=trend.slope,
            limit=SEEN_SHARE,
            unit="of the sky",
            source=SORTS,
        )
    ]
    upper = trend.slope + 2 * trend.slope_sigma
    return _of(measured, one, trend, "one", numbers, told, missing, hidden=upper > HIDDEN_SHARE)


def _of(  # noqa: PLR0913, PLR0917 - what both kinds have in common
    measured: Measurements,
    one: Loaded,
    trend: Trend,
    situation: str,
    numbers: dict[str, float],
    told: list[Sign],
    missing: tuple[str, ...],
    *,
    hidden: bool,
) -> Signs:
    height, width = one.view.tiles.shape
    longest = max(trend.slope, 1e-9)
    x = (width - 1) * (0.5 + 0.5 * clip(float(trend.plane[0]) / longest * 1.2, -1.0, 1.0))
    y = (height - 1) * (0.5 + 0.5 * clip(float(trend.plane[1]) / longest * 1.2, -1.0, 1.0))
    where, basis = shown_at(measured, x, y)
    return Signs(
        cause="light_pollution_gradient",
        situation=situation,
        numbers=numbers,
        signs=(*told, *_above(measured, one)),
        missing=missing,
        where=where,
        where_basis=basis,
        peak_adu=trend.slope * trend.level_adu,
        hidden=hidden,
    )


def _above(measured: Measurements, one: Loaded) -> list[Sign]:
    """What airmass and Moon let expect."""
    above = measured.above.get(one.used[0].path)
    if above is None:
        return []
    found = []
    if above.airmass is not None:
        low = above.airmass >= LOW_AIRMASS
        found.append(
            Sign(
                cause="light_pollution_gradient",
                name="airmass",
                speaks="for" if low else "open",
                what=f"the target stood at airmass {above.airmass:.2f}: the lower, the steeper the light of towns",
                value=above.airmass,
                limit=LOW_AIRMASS,
                unit="airmass",
                source="astropy, from RA, DEC, site and time of the header; the limit sorts the sentence",
            )
        )
    moon = above.moon_altitude_deg > MOON_ALTITUDE_DEG and above.moon_lit > MOON_LIT
    distance = "" if above.moon_distance_deg is None else f", {above.moon_distance_deg:.0f} degrees from the target"
    found.append(
        Sign(
            cause="light_pollution_gradient",
            name="moon",
            speaks="for" if moon else "open",
            what=f"the Moon stood {abs(above.moon_altitude_deg):.0f} degrees "
            f"{'above' if above.moon_altitude_deg > 0 else 'below'} the horizon{distance}, lit to "
            f"{100 * above.moon_lit:.0f} %",
            value=above.moon_altitude_deg,
            limit=MOON_ALTITUDE_DEG,
            unit="deg",
            source="astropy, from site and time of the header",
        )
    )
    return found


def _missing(measured: Measurements) -> tuple[str, ...]:
    if measured.basis == "one":
        return ("frames of a second target or of the other side of the meridian: a gradient of the sky turns with it",)
    return ("a view of another part of the sky, or more frames of each",)
