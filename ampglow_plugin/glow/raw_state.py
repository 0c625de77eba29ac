"""Are these samples as the sensor gave them? Exact zeros, and hot pixels that stay where they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Plane: TypeAlias = NDArray[Any]

#: shortest side of a frame in which neighbours can be looked at
MIN_SIDE = 16
#: a hot pixel stands this many sigma above its neighbours of the same colour ...
HOT_SIGMA = 8.0
#: ... and none of those next to it has more than this share of its height: the image of a star is wider
NEIGHBOUR_SHARE = 0.25
_SAME_COLOUR = ((-2, 0), (2, 0), (0, -2), (0, 2), (-2, -2), (-2, 2), (2, -2), (2, 2))
_NEXT = ((-1, 0), (1, 0), (0, -1), (0, 1))
_PERCENTILES_1_SIGMA = (15.87, 84.13)


def zero_share(plane: Plane) -> float | None:
    """Share of the pixels of ``plane`` (height, width) that are exactly 0 and not part of an empty area.

    A zero counts where at most two of its four next pixels of the same colour are zero, too: areas that a crop or an
    alignment has left empty say nothing about clipping. None for frames too small to tell.
    """
    if min(plane.shape) < MIN_SIDE:
        return None
    zero = plane == 0
    around = np.sum([_shifted(zero, dy, dx, 2) for dy, dx in _SAME_COLOUR[:4]], axis=0)
    return float(np.mean(_shifted(zero, 0, 0, 2) & (around <= 2)))


def hot_mask(plane: Plane) -> NDArray[np.bool_] | None:
    """Pixels that stand out alone, ``(height - 6, width - 6)``: hot pixels and cosmic rays, no stars.

    The height of a pixel is counted from the median of the eight next pixels of the same colour (distance 2, so that
    mosaics and mono frames are treated alike). None for frames too small or without any spread.
    """
    if min(plane.shape) < MIN_SIDE:
        return None
    data = plane.astype(np.float32)
    height = _shifted(data, 0, 0, 2) - np.median([_shifted(data, dy, dx, 2) for dy, dx in _SAME_COLOUR], axis=0)
    low, high = np.percentile(height, _PERCENTILES_1_SIGMA)
    sigma = (high - low) / 2
    if sigma == 0:
        return None
    own = _shifted(height, 0, 0, 1)
    beside = np.max([_shifted(height, dy, dx, 1) for dy, dx in _NEXT], axis=0)
    mask: NDArray[np.bool_] = (own > HOT_SIGMA * sigma) & (beside < NEIGHBOUR_SHARE * own)
    return mask


def measure(planes: Sequence[Plane]) -> tuple[float, float] | None:
    """``(zero_share, hot_share)`` of lights of one sensor.

    The largest share of zeros, and the share of pixels that are hot in every light. None where the frames are too
    small, of different sizes, or have no spread.
    """
    zeros = [zero_share(plane) for plane in planes]
    masks = [hot_mask(plane) for plane in planes]
    known = [mask for mask in masks if mask is not None]
    if not planes or None in zeros or len(known) != len(masks) or len({mask.shape for mask in known}) > 1:
        return None
    return max(zero for zero in zeros if zero is not None), float(np.mean(np.logical_and.reduce(known)))


def _shifted(data: NDArray[Any], dy: int, dx: int, margin: int) -> NDArray[Any]:
    """``data`` without ``margin`` pixels at each edge, as seen from ``(dy, dx)`` away."""
    height, width = data.shape
    return data[margin + dy : height - margin + dy, margin + dx : width - margin + dx]
