"""Twilight: the sky rises steeply into one end of the series, while the Sun is less than 18 degrees down."""

from __future__ import annotations

import math
from typing import Final

from ampglow_plugin.diagnosis.measure import Measurements
from ampglow_plugin.diagnosis.signs.base import SORTS, Signs, clip
from ampglow_plugin.diagnosis.twilight import LEAST_FRAMES, Rise
from ampglow_plugin.model.diagnosis import Sign

#: altitude of the Sun below which the night is dark (astronomical twilight)
NIGHT_DEG: Final = -18.0
#: above this the sky outshines what exposures of a night show: a header that says so is wrong (civil twilight)
CIVIL_DEG: Final = -6.0
HEADER_WRONG: Final = (
    "by its header a frame was taken with the Sun so high that no faint star can be photographed: time or site of the "
    "header is wrong, and nothing is concluded from the Sun"
)
#: rise of the sky, and its rate in e-folds an hour, that moonrise and airmass do not reach
CLEAR_RISE: Final = 0.2
CLEAR_RATE_PER_H: Final = 1.0


def signs(measured: Measurements) -> Signs:
    """Numbers and sentences; see the module."""
    rises = [rise for rise in measured.rises if rise is not None]
    series = any(len(one.looked_at) >= LEAST_FRAMES and None not in one.seconds for one in measured.loaded)
    rise = max(rises, key=lambda r: r.rise * min(r.steeper, 10.0), default=None)
    suns = [a.sun_altitude_deg for a in measured.above.values() if a is not None]
    wrong = max(suns, default=NIGHT_DEG) > CIVIL_DEG
    suns = [] if wrong else suns
    situation = ("series" if series else "single") + ("_sun" if suns else "")
    told = []
    numbers: dict[str, float] = {}
    if suns and not series:
        numbers["brighter"] = _brighter(measured)
    if suns:
        highest = max(suns)
        numbers["sun"] = clip((highest - NIGHT_DEG) / 3.0, -1.0, 3.0)
        told.append(
            Sign(
                cause="twilight_gradient",
                name="sun_altitude",
                speaks="for" if highest > NIGHT_DEG else "against",
                what=f"the Sun stood {-highest:.1f} degrees below the horizon at least",
                value=highest,
                limit=NIGHT_DEG,
                unit="deg",
                source="astronomical twilight; astropy, from site and time of the header",
            )
        )
    if series:
        numbers |= {
            "rise": math.log(max(rise.rise if rise else 0.0, 1e-3) / 0.1),
            "rate": math.log(max(rise.rate_per_h if rise else 0.0, 1e-2)),
            "steeper": math.log(max(rise.steeper if rise else 0.1, 0.1)),
        }
        told.append(_rise_sign(rise))
    else:
        told.append(
            Sign(
                cause="twilight_gradient",
                name="rise",
                speaks="open",
                what=f"fewer than {LEAST_FRAMES} frames of one target with a time are no series",
                unit="of the sky",
                source=SORTS,
            )
        )
    return Signs(
        cause="twilight_gradient",
        situation=situation,
        numbers=numbers,
        signs=tuple(told),
        missing=("the whole series of one target with its times, or the site in the header, for the Sun's altitude",),
        notes=_notes(measured, rise, header_wrong=wrong),
        counts=False,
    )


def _brighter(measured: Measurements) -> float:
    """Logarithm of the sky in the view with the highest Sun over the darkest of the same exposure; 0 if alone."""
    levels = []
    for one in measured.distinct:
        suns = [a.sun_altitude_deg for f in one.used if (a := measured.above.get(f.path)) is not None]
        if suns and one.used[0].exposure_s == measured.distinct[0].used[0].exposure_s:
            levels.append((max(suns), max(one.view.level_adu, 1.0)))
    if len(levels) < 2:
        return 0.0
    return math.log(max(levels)[1] / min(level for _, level in levels))


def _rise_sign(rise: Rise | None) -> Sign:
    if rise is None:
        return Sign(
            cause="twilight_gradient",
            name="rise",
            speaks="against",
            what="the sky does not rise towards either end of the series",
            value=0.0,
            limit=CLEAR_RISE,
            unit="of the sky",
            source=SORTS,
        )
    clear = rise.rise > CLEAR_RISE and rise.rate_per_h > CLEAR_RATE_PER_H
    return Sign(
        cause="twilight_gradient",
        name="rise",
        speaks="for" if clear else "against",
        what=f"towards the {rise.end} frames the sky rises by {100 * rise.rise:.0f} %, there by {rise.rate_per_h:.1f} "
        f"e-folds an hour and {rise.steeper:.1f} times as fast as in the rest",
        value=rise.rise,
        limit=CLEAR_RISE,
        unit="of the sky",
        source=SORTS,
    )


def _notes(measured: Measurements, rise: Rise | None, *, header_wrong: bool) -> tuple[str, ...]:
    if header_wrong:
        return (HEADER_WRONG,)
    if rise is None or rise.rise < CLEAR_RISE:
        return ()
    one = measured.loaded[measured.rises.index(rise)]
    names = [one.looked_at[i].path for i in rise.bright]
    return (f"{len(names)} of {len(one.frames)} frames at the {rise.end} end are brighter than the rest",)
