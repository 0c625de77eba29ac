"""What of a view is as strong in every plane of a colour camera: light that did not pass the filters.

The planes c of a mosaic are ``pedestal + colour_c * (sky + S) + G`` with the structure S of the sky under the lens and
the glow G. With weights that add up to 0 the sum D of the planes is ``b * (sky + S)``, free of glow and pedestal, while
their mean M is ``pedestal + sky + S + G``: so ``G = M - D / b`` but for a level, and b is the slope of D over M where
there is no glow. ``D / b`` is the light of the sky, with its level: the pedestal needs not be known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ampglow_plugin.diagnosis.maps import Floats, ViewMap

#: significance of the slope from which the colours of the sky are known
LEAST_SLOPE_SIGMA: Final = 12.0
#: tiles that deviate by more than this many scatters do not count
_CLIP: Final = 4.0
_ROUNDS: Final = 3
_MAD_TO_SIGMA: Final = 1.4826
_LEAST_TILES: Final = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Parted:
    """A view parted by colour: ``glow`` and ``sky`` are maps (rows, columns) of ADU; the sky has its level."""

    glow: Floats
    sky: Floats

    @property
    def level_adu(self) -> float:
        """Median of the sky."""
        return float(np.median(self.sky))


def parted(view: ViewMap, glow: Sequence[Floats] = ()) -> Parted | None:
    """What has no colour apart from what has that of the sky; None where the colours cannot be told.

    ``glow`` are patterns that the slope must not be taken from.
    """
    if not view.coloured or len(view.planes) < 2:
        return None
    levels = view.levels_adu
    weights = levels - levels.mean()
    if not np.any(weights):
        return None
    weights = weights / np.linalg.norm(weights)
    difference = np.tensordot(weights, view.planes, 1).ravel()
    mean = view.mean.ravel()
    design = np.array([np.ones_like(mean), mean - mean.mean(), *(p.ravel() for p in glow)]).T
    used = np.isfinite(difference)
    for _ in range(_ROUNDS):
        factors = np.linalg.lstsq(design[used], difference[used], rcond=None)[0]
        rest = difference - design @ factors
        scatter = _MAD_TO_SIGMA * float(np.median(np.abs(rest[used]))) or 1e-9
        used = np.abs(rest) < _CLIP * scatter
        if np.count_nonzero(used) < _LEAST_TILES:
            return None
    inverse = np.linalg.pinv(design[used].T @ design[used])
    slope, sigma = float(factors[1]), scatter * math.sqrt(float(inverse[1, 1]))
    if abs(slope) < LEAST_SLOPE_SIGMA * sigma:
        return None
    sky: Floats = (difference / slope).reshape(view.mean.shape)
    return Parted(glow=view.mean - sky, sky=sky)
