"""Where a background may be sampled: boxes on a grid, without those that are brighter than the sky."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: half of the side of a box, as a share of the distance between two
_HALF_SHARE: Final = 0.4
_LEAST_HALF: Final = 4


def background_samples(
    frame: NDArray[Any], *, per_row: int, tolerance: float
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """Half of the side of each box, and the centres (column, row) of those that show sky alone.

    A box is left out where its median is more than ``tolerance`` median absolute deviations above the median of the
    frame, or where it holds no number. ``frame`` has shape (planes, rows, columns) or (rows, columns); the mean of its
    planes counts. Boxes stand ``per_row`` in a row, as far apart in a column, and inside the frame.

    >>> frame = np.random.default_rng(1).normal(100, 1, (80, 100))
    >>> frame[:40, 50:] += 20
    >>> half, centres = background_samples(frame, per_row=5, tolerance=1.0)
    >>> half, len(centres), any(x > 50 and y < 40 for x, y in centres)
    (8, 16, False)
    """
    mono = frame.mean(axis=0) if frame.ndim > 2 else frame
    rows, columns = mono.shape
    apart = columns / per_row
    half = max(_LEAST_HALF, round(_HALF_SHARE * apart))
    sky = float(np.nanmedian(mono))
    most = sky + tolerance * float(np.nanmedian(np.abs(mono - sky)))
    down = max(2, round(rows / apart))
    centres = [
        (int(x), int(y))
        for y in np.linspace(half, rows - 1 - half, down)
        for x in np.linspace(half, columns - 1 - half, per_row)
    ]
    return half, tuple(
        (x, y) for x, y in centres if np.median(mono[y - half : y + half + 1, x - half : x + half + 1]) <= most
    )
