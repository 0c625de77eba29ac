"""Where a pixel of the sensor lies in an output that was aligned: 3 x 3 matrices, and frames moved by them.

A matrix takes ``(x, y, 1)`` of a pixel of the sensor, rows as stored in the raw frame, to that of the output, rows as
stored; pixel centres are whole numbers, the first is 0. Like homographies it holds up to a factor.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Matrix: TypeAlias = NDArray[np.float64]

_ROWS: Final = 256  # of the result at a time: the coordinates of each pixel take ten times its own room


def identity() -> Matrix:
    """Sensor and output lie on each other."""
    return np.eye(3)


def upside_down(height: int) -> Matrix:
    """The rows of a frame of ``height`` in reverse order."""
    return np.array([[1.0, 0.0, 0.0], [0.0, -1.0, height - 1.0], [0.0, 0.0, 1.0]])


def turned(height: int, width: int) -> Matrix:
    """A frame turned by 180 degrees, as a meridian flip turns the sky."""
    return np.array([[-1.0, 0.0, width - 1.0], [0.0, -1.0, height - 1.0], [0.0, 0.0, 1.0]])


def moved(dx: float, dy: float) -> Matrix:
    """A shift by ``dx`` and ``dy`` pixels."""
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy], [0.0, 0.0, 1.0]])


def enlarged(factor: float) -> Matrix:
    """Every pixel drawn as ``factor`` pixels in each direction (drizzle)."""
    edge = (factor - 1.0) / 2.0
    return np.array([[factor, 0.0, edge], [0.0, factor, edge], [0.0, 0.0, 1.0]])


def from_siril(homography: tuple[float, ...], height: int, reference_height: int) -> Matrix:
    """A homography of a sequence file in stored rows: Siril counts y from the last stored row of each frame on."""
    matrix: Matrix = np.array(homography, dtype=np.float64).reshape(3, 3)
    return upside_down(reference_height) @ matrix @ upside_down(height)


def from_pixinsight(matrix: tuple[float, ...], origin: tuple[float, float]) -> Matrix:
    """A matrix of PixInsight's drizzle data, whose first pixel has its centre at ``origin``, for pixels from 0 on."""
    homography: Matrix = np.array(matrix, dtype=np.float64).reshape(3, 3)
    return moved(-origin[0], -origin[1]) @ homography @ moved(*origin)


def of_site(site: tuple[int, int]) -> Matrix:
    """From the pixels of one site (row, column) of a mosaic to those of the sensor."""
    return np.array([[2.0, 0.0, float(site[1])], [0.0, 2.0, float(site[0])], [0.0, 0.0, 1.0]])


def warp(plane: Array, matrix: Matrix, shape: tuple[int, int]) -> NDArray[np.float32]:
    """``plane`` (height, width) as it lies in an output of ``shape``, bilinear; NaN where it does not reach.

    Smooth patterns only: pixel by pixel, a host's own interpolation would look different.
    """
    back = np.linalg.inv(matrix)
    result = np.full(shape, np.nan, dtype=np.float32)
    x = np.arange(shape[1], dtype=np.float64)
    height, width = plane.shape
    for top in range(0, shape[0], _ROWS):
        y = np.arange(top, min(top + _ROWS, shape[0]), dtype=np.float64)[:, None]
        depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
        u = (back[0, 0] * x + back[0, 1] * y + back[0, 2]) / depth
        v = (back[1, 0] * x + back[1, 1] * y + back[1, 2]) / depth
        inside = (u > -0.5) & (v > -0.5) & (u < width - 0.5) & (v < height - 0.5)  # half a pixel beyond the centres
        u, v = np.clip(u[inside], 0, width - 1), np.clip(v[inside], 0, height - 1)
        i, j = np.minimum(v.astype(np.intp), height - 2), np.minimum(u.astype(np.intp), width - 2)
        a, b = v - i, u - j
        part = result[top : top + len(y)]
        part[inside] = (1 - a) * ((1 - b) * plane[i, j] + b * plane[i, j + 1]) + a * (
            (1 - b) * plane[i + 1, j] + b * plane[i + 1, j + 1]
        )
    return result
