"""Hot and cold pixels of a master dark, and their replacement in a frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.pixels import Image

#: rows that are compared with their surroundings at a time
_BAND_ROWS = 256
#: side of the tiles in which noise is measured (pixels): a glow falls off over several of them
_TILE = 64
#: standard deviation of a normal distribution / median absolute deviation
_SIGMA_PER_MAD = 1.4826
#: neighbours on each side: first the ring around the pixel, then, where none of it is good, the one around that
_REACHES = (1, 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Defects:
    """Places of defect pixels (row, column), and how many of them are hot and cold."""

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    hot: int
    cold: int


def find_defects(dark: Image, *, hot_sigma: float | None, cold_sigma: float | None, cfa: bool) -> Defects:
    """Pixels of the master ``dark`` (height, width) that stand out of their surroundings.

    A pixel is hot where it exceeds the median of its eight neighbours of the same colour by more than
    ``hot_sigma`` standard deviations of these differences over the frame; cold likewise. The standard
    deviation includes the defects, as Siril's does; where the noise of a strong glow is larger, it counts.
    Siril compares with the median of the whole frame, by which the bright part of an amp glow would count as
    hot and be smeared; its surroundings are as bright.
    """
    excess = _excess(dark, 2 if cfa else 1)
    sigma = np.maximum(excess.std(dtype=np.float64), _noise(excess)).astype(np.float32)
    none = np.zeros(dark.shape, dtype=bool)
    hot = excess > np.float32(hot_sigma) * sigma if hot_sigma is not None else none
    cold = excess < -np.float32(cold_sigma) * sigma if cold_sigma is not None else none
    rows, columns = np.nonzero(hot | cold)
    return Defects(rows=rows, columns=columns, hot=int(hot.sum()), cold=int(cold.sum()))


def _noise(excess: Image) -> Image:
    """Standard deviation around each pixel, from the median absolute deviation in tiles: defects do not count."""
    height, width = excess.shape
    noise = np.empty_like(excess)
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            tile = np.s_[top : top + _TILE, left : left + _TILE]
            noise[tile] = _SIGMA_PER_MAD * np.median(np.abs(excess[tile]))
    return noise


def _excess(dark: Image, step: int) -> Image:
    """Each pixel minus the median of its ring, in bands of rows; mirrored at the edges."""
    height, width = dark.shape
    padded = np.pad(dark, step, mode="reflect")
    excess = np.empty_like(dark)
    for top in range(0, height, _BAND_ROWS):
        bottom = min(top + _BAND_ROWS, height)
        ring = [
            padded[step + top + dy : step + bottom + dy, step + dx : step + dx + width] for dy, dx in _ring(1, step)
        ]
        excess[top:bottom] = dark[top:bottom] - np.median(ring, axis=0)
    return excess


def _ring(reach: int, step: int) -> Iterator[tuple[int, int]]:
    """Shifts (y, x) to the pixels at the distance ``reach`` (largest of both axes), in steps of the mosaic."""
    side = range(-reach, reach + 1)
    return ((dy * step, dx * step) for dy in side for dx in side if max(abs(dy), abs(dx)) == reach)


def replace_defects(frame: Image, defects: Defects, *, cfa: bool) -> None:
    """Give each defect pixel of ``frame`` (planes, height, width) the mean of its good neighbours, in place.

    Neighbours are of the same colour (``cfa``: two pixels away). Where no pixel within two steps is good,
    the pixel stays as it is.
    """
    step = 2 if cfa else 1
    bad = np.zeros(frame.shape[-2:], dtype=bool)
    bad[defects.rows, defects.columns] = True
    for plane in frame:
        total = np.zeros(len(defects.rows))
        count = np.zeros(len(defects.rows), dtype=np.intp)
        for reach in _REACHES:
            lacking = np.nonzero(count == 0)[0]
            for shift in _ring(reach, step):
                _add(plane, bad, defects, lacking, shift, total, count)
        known = count > 0
        plane[defects.rows[known], defects.columns[known]] = total[known] / count[known]


def _add(  # noqa: PLR0913, PLR0917 - one step of the loop above
    plane: Image,
    bad: NDArray[np.bool_],
    defects: Defects,
    lacking: NDArray[np.intp],
    shift: tuple[int, int],
    total: NDArray[np.float64],
    count: NDArray[Any],
) -> None:
    """Add one neighbour of each of the ``lacking`` defects, where it lies inside and is good."""
    rows, columns = defects.rows[lacking] + shift[0], defects.columns[lacking] + shift[1]
    inside = (rows >= 0) & (rows < plane.shape[0]) & (columns >= 0) & (columns < plane.shape[1])
    rows, columns, which = rows[inside], columns[inside], lacking[inside]
    good = ~bad[rows, columns]
    total[which[good]] += plane[rows[good], columns[good]]
    count[which[good]] += 1
