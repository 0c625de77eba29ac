"""Was a flat divided by? Seen in the fine structure of the output: each pixel's own response is in it, or it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

#: the noise of a flat can be up to this share of its fine structure
MOST_FLAT_NOISE: Final = 0.6
CLEAR_SIGMA: Final = 4.0
#: further from 0 than this a pixel is a star, a hot pixel or dust (spreads)
CLIP_SIGMA: Final = 4.0
_MAD_TO_SIGMA = 1.4826
_MOST_ROWS = 512
_FEWEST = 1000


def flat_divided(output: Sequence[Array], flat: Sequence[Array], level_left_adu: float) -> bool | None:
    """Whether a flat was divided by: True, False, or None where the pixels do not tell.

    Planes ``(height, width)``. ``level_left_adu`` is the level of the dark times what is left of it: a level under the
    flat shows the response as well, the other way round. Regressed is the deviation of each pixel from its four
    neighbours (ADU) on the relative one in the flat. An output of level L that was divided has the slope
    ``-level_left_adu``, one that was not ``L - level_left_adu``; 0 may be in place of that level (the bias was taken
    care of), and the noise of the flat takes its share of L from both.
    """
    level = float(np.nanmedian([np.nanmedian(o[:_MOST_ROWS]) for o in output]))
    slope, sigma = _slope(output, flat)
    if slope is None:
        return None
    noise = (0.0, MOST_FLAT_NOISE * level)
    divided = [-left - n for left in (0.0, level_left_adu) for n in noise]
    not_divided = [level - left - n for left in (0.0, level_left_adu) for n in noise]
    width = CLEAR_SIGMA * sigma
    can_be, can_not = (min(s) - width <= slope <= max(s) + width for s in (divided, not_divided))
    return None if can_be == can_not else can_be


def _slope(output: Sequence[Array], flat: Sequence[Array]) -> tuple[float | None, float]:
    """ADU per relative deviation of the flat, with its standard deviation, mean of the planes."""
    slopes, weights = [], []
    for o, f in zip(output, flat, strict=True):
        around = _around(f)
        with np.errstate(divide="ignore", invalid="ignore"):
            x = (f[:_MOST_ROWS][1:-1, 1:-1] - around) / around
        z = o[:_MOST_ROWS][1:-1, 1:-1].astype(np.float64) - _around(o)
        good = np.isfinite(x) & np.isfinite(z)
        x, z = x[good], z[good]
        if x.size < _FEWEST:
            continue
        spread_x, spread_z = (_MAD_TO_SIGMA * float(np.median(np.abs(v))) for v in (x, z))
        if not (spread_x > 0 and spread_z > 0):
            continue
        calm = (np.abs(x) < CLIP_SIGMA * spread_x) & (np.abs(z) < CLIP_SIGMA * spread_z)
        square = float(np.sum(x[calm] ** 2))
        slopes.append(float(np.sum(x[calm] * z[calm])) / square)
        weights.append(square / spread_z**2)
    if not slopes:
        return None, 0.0
    return float(np.average(slopes, weights=weights)), float(1 / np.sqrt(sum(weights)))


def _around(plane: Array) -> NDArray[np.float64]:
    """Mean of the four neighbours, without the outermost pixels."""
    p = plane[:_MOST_ROWS].astype(np.float64)
    mean: NDArray[np.float64] = (p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:]) / 4
    return mean
