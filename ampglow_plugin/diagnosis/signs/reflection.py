"""Internal reflections: a disc or ring around a bright star, or opposite to one, that goes where the star goes."""

from __future__ import annotations

import math
from typing import Final

from ampglow_plugin.diagnosis.measure import Measurements
from ampglow_plugin.diagnosis.reflection import Reflected
from ampglow_plugin.diagnosis.signs.base import CLEAR_SIGMA, SORTS, Signs, clip, shown_at, spoken
from ampglow_plugin.model.diagnosis import Sign, Speaks
from ampglow_plugin.model.glow import Place

#: chi2 by which an edge must explain more than a cloud does
CLEAR_EDGE: Final = 25.0
#: what would decide: a disc around its star stays with it whatever it is, one opposite to it does not
AROUND: Final = (
    "frames of another field with a star as bright: a reflection shows around that one as well, a nebula stays with "
    "its own"
)
OPPOSITE: Final = "frames with the bright star elsewhere: a reflection moves with it, on the other side of the middle"


def signs(measured: Measurements) -> Signs:
    """Numbers and sentences; see the module."""
    seen = measured.reflected
    situation = "views" if len(measured.distinct) > 1 else "one"
    if seen is None:
        sign = Sign(
            cause="internal_reflection",
            name="disc",
            speaks="against",
            what="there is no star in the frames that could be reflected",
            source=SORTS,
        )
        return Signs(cause="internal_reflection", situation=situation, numbers=_numbers(None, situation), signs=(sign,))
    where, basis = shown_at(measured, seen.disc.x, seen.disc.y)
    told = [_disc_sign(seen, where), _edge_sign(seen)]
    if seen.elsewhere is not None:
        fixed = seen.elsewhere > 0.5 * seen.significance
        told.append(
            Sign(
                cause="internal_reflection",
                name="moves",
                speaks="against" if fixed else "for",
                what=f"other views show {max(seen.elsewhere, 0.0):.1f} sigma of it at the same place of the sensor: "
                + ("dust or a flat, which stay" if fixed else "it went with its star"),
                value=seen.elsewhere,
                limit=0.5 * seen.significance,
                unit="sigma",
                source=SORTS,
            )
        )
    return Signs(
        cause="internal_reflection",
        situation=situation,
        numbers=_numbers(seen, situation),
        signs=tuple(told),
        missing=(AROUND if _around(seen) else OPPOSITE,),
        where=where,
        where_basis=basis,
        peak_adu=seen.peak_adu,
    )


def _numbers(seen: Reflected | None, situation: str) -> dict[str, float]:
    strength = clip(seen.significance, 0.0, 1e4) if seen else 0.0
    edge = seen.edge if seen else 0.0
    numbers = {
        "disc_sigma": math.log1p(strength),
        "edge": math.copysign(math.log1p(abs(edge)), edge),
        "edge_share": clip(edge / max(strength, 1.0) ** 2, -1.0, 1.0),
    }
    if situation == "views":
        stays = seen.elsewhere / max(seen.significance, 1.0) if seen and seen.elsewhere is not None else 0.0
        numbers["stays"] = clip(stays, 0.0, 1.0)
    return numbers


def _around(seen: Reflected) -> bool:
    return seen.disc.reach == 1.0


def _disc_sign(seen: Reflected, where: Place) -> Sign:
    kind = "arc" if seen.disc.arc_deg < 360.0 else "ring" if seen.disc.hole else "disc"
    place = "around a bright star" if _around(seen) else "opposite to a bright star across the middle of the frame"
    speaks: Speaks = "for" if seen.significance > 2 * CLEAR_SIGMA else "open"
    if seen.significance < CLEAR_SIGMA:
        speaks = "against"
    return Sign(
        cause="internal_reflection",
        name="disc",
        speaks=speaks,
        what=f"an even {kind} of {seen.disc.radius:.0f} pixels radius {place}, {spoken(where)}, of {seen.peak_adu:.1f} "
        "ADU",
        value=seen.significance,
        limit=2 * CLEAR_SIGMA,
        unit="sigma",
        source=SORTS,
    )


def _edge_sign(seen: Reflected) -> Sign:
    return Sign(
        cause="internal_reflection",
        name="edge",
        speaks="for" if seen.edge > CLEAR_EDGE else "against",
        what="it ends in an edge, as reflections do"
        if seen.edge > CLEAR_EDGE
        else "a cloud without an edge explains it as well, such as a nebula or the halo of a star",
        value=seen.edge,
        limit=CLEAR_EDGE,
        unit="chi2",
        source=SORTS,
    )
