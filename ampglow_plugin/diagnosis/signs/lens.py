"""Vignetting, or a flat that does not fit: darker or brighter to all corners, by a share of the light."""

from __future__ import annotations

import math
from typing import Final

from ampglow_plugin.diagnosis.measure import Measurements
from ampglow_plugin.diagnosis.signs.base import CLEAR_SIGMA, HIDDEN_SHARE, SORTS, Signs, proven
from ampglow_plugin.diagnosis.trend import corners_of
from ampglow_plugin.model.diagnosis import Sign, Speaks

#: difference between corners and middle, as a share of the light, that people see in a stretched picture
SEEN_SHARE: Final = 0.03


def signs(measured: Measurements) -> Signs:
    """Numbers and sentences; see the module."""
    corners = corners_of(measured.trends)
    sigmas = abs(corners.round) / corners.sigma
    several = len(measured.trends) > 1
    numbers = {
        "corner_sigma": math.log1p(sigmas),
        "corner": math.log(max(proven(abs(corners.round), sigmas), 1e-3) / SEEN_SHARE),
        "brighter": float(corners.value > 0),
        "lopsided": min(corners.lopsided / max(abs(corners.value), 0.01), 3.0),
    }
    if several:
        numbers["spread"] = min(corners.spread, 5.0)
    clear = sigmas > CLEAR_SIGMA and abs(corners.round) > SEEN_SHARE
    small = abs(corners.round) + 2 * corners.sigma < SEEN_SHARE
    speaks: Speaks = "for" if clear else "against" if small else "open"
    way = "darker" if corners.value < 0 else "brighter"
    told = [
        Sign(
            cause="vignetting",
            name="corners",
            speaks=speaks,
            what=f"the corners are {100 * abs(corners.round):.1f} +- {100 * corners.sigma:.1f} % {way} than the "
            f"middle, all alike, beside {100 * corners.lopsided:.1f} % of a bend along one direction",
            value=corners.round + 0.0,  # and no minus before a zero
            sigma=corners.sigma,
            limit=SEEN_SHARE,
            unit="of the light",
            source=SORTS,
        )
    ]
    if several:
        told.append(
            Sign(
                cause="vignetting",
                name="same_share_in_every_view",
                speaks="for" if corners.spread < 2.0 and clear else "open",
                what=f"the views agree on that share to {corners.spread:.1f} times their errors",
                value=corners.spread,
                limit=2.0,
                unit="root of reduced chi2",
                source="a lens takes the same share of any light; " + SORTS,
            )
        )
    if not all(t.level_known for t in measured.trends):
        told.append(
            Sign(
                cause="vignetting",
                name="pedestal",
                speaks="open",
                what="the pedestal is not known, so the shares are lower limits: a dark or bias tells it (--dark)",
                source=SORTS,
            )
        )
    level = measured.trends[0].level_adu
    return Signs(
        cause="vignetting",
        situation="views" if several else "one",
        numbers=numbers,
        signs=tuple(told),
        missing=("frames of a second target: a lens darkens each in the same way",) if not several else (),
        where="interior" if corners.value < 0 else None,
        peak_adu=abs(corners.value) * level,
        hidden=abs(corners.round) + 2 * corners.sigma > HIDDEN_SHARE,
        notes=_notes(measured, corners.value) if clear else (),
    )


def _notes(measured: Measurements, corner: float) -> tuple[str, ...]:
    if measured.raw and corner < 0:
        return ("raw frames hold the vignetting of the lens; a flat takes it away",)
    if corner > 0:
        return ("the corners are too bright: the flat is of another light path, or its own dark or bias is missing",)
    return ("calibrated frames are still darker in the corners: no flat, or one of another light path",)
