"""What the modules of the defects share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ampglow_plugin.diagnosis.measure import Measurements
from ampglow_plugin.glow.measure import basis_of, place_of
from ampglow_plugin.model.diagnosis import Defect, Sign
from ampglow_plugin.model.glow import Place
from ampglow_plugin.proof.glow import about

#: significance from which one measurement alone is taken to speak, in sentences; the decision weighs all of them
CLEAR_SIGMA: Final = 5.0
#: a defect of this share of the light, two standard deviations above what was measured, is one that may be hidden
HIDDEN_SHARE: Final = 0.25
#: where limits that only sort the sentences come from
SORTS: Final = "sorts the sentence; the probability is fitted on simulated scenes (docs/diagnose.md)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """Of one defect: ``numbers`` by the names that the decision knows in this ``situation``, and the sentences.

    ``numbers`` is empty where nothing could be measured; that leaves the defect open if it ``counts``, which it does
    not where such frames cannot show it. ``hidden``: as much of it as people see may be there unseen, so that it must
    not be excluded. ``missing`` says what would decide if these do not.
    """

    cause: Defect
    situation: str
    numbers: Mapping[str, float]
    signs: tuple[Sign, ...]
    missing: tuple[str, ...] = ()
    where: Place | None = None
    where_basis: str | None = None
    peak_adu: float | None = None
    notes: tuple[str, ...] = ()
    counts: bool = True
    hidden: bool = False


def spoken(where: Place) -> str:
    """A place in a sentence."""
    return "in the middle" if where == "interior" else f"at the {where}"


def clip(value: float, low: float, high: float) -> float:
    """``value`` within limits; the low one where it is no number."""
    return min(max(value, low), high) if math.isfinite(value) or value > 0 else low


def proven(value: float, significance: float, *, beyond: float = 2.0) -> float:
    """What of a positive ``value`` is ``beyond`` so many standard deviations; 0 where it is not significant."""
    return value * max(0.0, 1.0 - beyond / significance) if significance > 0 else 0.0


def shown_at(measured: Measurements, x: float, y: float) -> tuple[Place, str]:
    """Where a viewer shows this pixel (array order), and why."""
    known = about(measured.first)
    return place_of(x, y, known, measured.distinct[0].view.tiles.shape), basis_of(known)
