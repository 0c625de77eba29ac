"""Was an output made from this very light? They share its noise, or they do not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]

#: correlation of the fine structure from which it is the same light: the noise is, whatever was subtracted or divided
SAME: Final = 0.6
#: ... and below which it is another one: two lights share the response and the warm pixels of the sensor alone
OTHER: Final = 0.3
#: further from 0 than this a pixel is a star or a hot pixel (spreads)
_CLIP_SIGMA = 4.0
_MAD_TO_SIGMA = 1.4826
_CELLS = 256
_FEWEST = 500


def same_light(raw: Sequence[Array], output: Sequence[Array], known: Sequence[Sequence[Array]]) -> bool | None:
    """Whether raw and output share their noise: True, False, or None where that cannot be told.

    Planes ``(height, width)``, of which the middle is looked at. Compared are differences between neighbours, after
    what the frames in ``known`` (dark, flat), each a sequence of planes, explain was taken out of both.
    """
    found = []
    for i, (r, o) in enumerate(zip(raw, output, strict=True)):
        columns = [_fine(frame[i]) for frame in known]
        y, x = _fine(r), _fine(o)
        good = _calm(y) & _calm(x)
        for column in columns:
            good &= _calm(column)
        if np.count_nonzero(good) < _FEWEST:
            continue
        y, x = y[good], x[good]
        if columns:
            design = np.stack([column[good] for column in columns], axis=1)
            y, x = (v - design @ np.linalg.lstsq(design, v, rcond=None)[0] for v in (y, x))
        if np.std(x) > 0 and np.std(y) > 0:
            found.append(float(np.corrcoef(x, y)[0, 1]))
    if not found:
        return None
    shared = float(np.median(found))
    return True if shared >= SAME else False if shared < OTHER else None


def _fine(plane: Array) -> NDArray[np.float64]:
    """Differences between neighbours along the rows of the middle of a plane."""
    top, left = (max(0, (n - _CELLS) // 2) for n in plane.shape)
    part = plane[top : top + _CELLS, left : left + _CELLS].astype(np.float64)
    return np.diff(part, axis=1)


def _calm(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Numbers that are not far out; all of a column that is nearly constant."""
    finite = np.isfinite(values)
    if not finite.any():
        return finite
    spread = _MAD_TO_SIGMA * float(np.median(np.abs(values[finite])))
    return finite & (np.abs(values) <= _CLIP_SIGMA * spread) if spread > 0 else finite
