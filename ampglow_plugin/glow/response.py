"""Was a flat divided by? Seen in the fine structure of the output: each pixel's own response is in it, or it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

#: share of the flat's fine structure that is clearly there, or clearly not
CLEAR_SHARE: Final = 0.1
CLEAR_SIGMA: Final = 5.0
#: further from 0 than this a pixel is a star, a hot pixel or dust (spreads)
CLIP_SIGMA: Final = 4.0
_MAD_TO_SIGMA = 1.4826
_MOST_ROWS = 512


def response_left(output: Sequence[Array], flat: Sequence[Array]) -> bool | None:
    """Whether the response of the pixels is still in the output: True, False (divided out), None (cannot be told).

    Planes ``(height, width)``. The relative deviation of each pixel from its four neighbours in the output is regressed
    on the one in the flat. Slope 1 is an output that was not divided; 0, or below where a level was left under
    the flat or the flat is noisy, one that was.
    """
    slopes, weights = [], []
    for o, f in zip(output, flat, strict=True):
        rows = np.s_[: min(_MOST_ROWS, o.shape[0])]
        x, z = _deviation(f[rows]), _deviation(o[rows])
        good = np.isfinite(x) & np.isfinite(z)
        x, z = x[good], z[good]
        if x.size < 1000:
            continue
        spread_x, spread_z = (_MAD_TO_SIGMA * float(np.median(np.abs(v))) for v in (x, z))
        if not (spread_x > 0 and spread_z > 0):
            continue
        calm = (np.abs(x) < CLIP_SIGMA * spread_x) & (np.abs(z) < CLIP_SIGMA * spread_z)
        square = float(np.sum(x[calm] ** 2))
        slopes.append(float(np.sum(x[calm] * z[calm])) / square)
        weights.append(square / spread_z**2)
    if not slopes:
        return None
    slope, sigma = float(np.average(slopes, weights=weights)), float(1 / np.sqrt(sum(weights)))
    if slope > max(CLEAR_SHARE, CLEAR_SIGMA * sigma):
        return True
    if slope < -CLEAR_SIGMA * sigma or (slope < CLEAR_SHARE and CLEAR_SIGMA * sigma < 1 - CLEAR_SHARE):
        return False
    return None


def _deviation(plane: Array) -> NDArray[np.float64]:
    """``pixel / mean of its four neighbours - 1``, without the outermost pixels; NaN where that is no number."""
    p = plane.astype(np.float64)
    around = (p[:-2, 1:-1] + p[2:, 1:-1] + p[1:-1, :-2] + p[1:-1, 2:]) / 4
    # a sky near 0 has no relative deviation: the middle of the frame stands for it
    level = np.maximum(around, 0.2 * abs(float(np.nanmedian(around))))
    with np.errstate(divide="ignore", invalid="ignore"):
        result: NDArray[np.float64] = (p[1:-1, 1:-1] - around) / level
    result[~np.isfinite(result)] = np.nan
    return result
