"""How the sky moved from light to light, by its stars: shifts, and turns by 180 degrees at a meridian flip.

Stars of each light, without what its dark holds, are laid over those of the first by correlation. Dithers of a few
pixels are enough for what follows; a field that rotates, or no stars, gives no shift.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]

#: larger side of what is correlated, in pixels
_SIDE: Final = 512
#: a star stands out by so many noises; brighter than this it counts no more
_LEAST_SIGMA: Final = 5.0
_MOST_SIGMA: Final = 30.0
#: side of the square whose median is the level around a star
_AROUND: Final = 16
#: height of the peak in standard deviations of the correlation, and against the highest beside it
_PEAK_SIGMA: Final = 8.0
_PEAK_RATIO: Final = 1.5
_BESIDE: Final = 4
_MAD_TO_SIGMA: Final = 1.4826


@dataclass(frozen=True, kw_only=True, slots=True)
class Pointing:
    """Lights of one orientation: their numbers, and how far the sky has moved in each, (lights, 2) as (y, x) pixels."""

    lights: tuple[int, ...]
    shifts: Floats


def starry(plane: Array) -> tuple[Array, int]:
    """The stars of a light from which its dark was taken, (height, width), binned; and the side of a bin."""
    factor = -(-max(plane.shape) // _SIDE)
    rows, columns = (side // factor for side in plane.shape)
    small = plane[: rows * factor, : columns * factor].reshape(rows, factor, columns, factor).mean(axis=(1, 3))
    level = np.empty_like(small)
    for top in range(0, rows, _AROUND):
        for left in range(0, columns, _AROUND):
            part = np.s_[top : top + _AROUND, left : left + _AROUND]
            level[part] = np.median(small[part])
    above = small - level
    noise = max(_MAD_TO_SIGMA * float(np.median(np.abs(above))), 1e-6)
    return np.clip(above / noise - _LEAST_SIGMA, 0.0, _MOST_SIGMA).astype(np.float32), factor


def pointings(stars: Sequence[Array], factor: int) -> tuple[Pointing, ...]:
    """Lights that see the same stars, by orientation; lights that fit to none are left out.

    ``stars`` and ``factor`` are those of :func:`starry`, of lights of one size.
    """
    first = np.fft.rfft2(stars[0], _padded(stars[0]))
    found: dict[bool, list[tuple[int, float, float]]] = {False: [(0, 0.0, 0.0)], True: []}
    for number, image in enumerate(stars[1:], start=1):
        best = max((_shift(first, image, turned=turned) for turned in (False, True)), key=lambda s: s[0])
        if best[0] > 0:
            found[best[3]].append((number, best[1] * factor, best[2] * factor))
    return tuple(
        Pointing(lights=tuple(n for n, _, _ in rows), shifts=np.array([(y, x) for _, y, x in rows]))
        for rows in found.values()
        if rows
    )


def _padded(image: Array) -> tuple[int, int]:
    """A size on which shifts do not wrap around."""
    return (2 * image.shape[0], 2 * image.shape[1])


def _shift(first: Array, image: Array, *, turned: bool) -> tuple[float, float, float, bool]:
    """(significance or 0, shift along y, along x, ``turned``) of ``image`` against the first.

    Of turned frames the shift is that of the sky within them: the opposite of what it is in the image turned back.
    """
    shape = _padded(image)
    laid = image[::-1, ::-1] if turned else image
    correlation = np.fft.irfft2(np.conj(first) * np.fft.rfft2(laid, shape), shape)
    y, x = np.unravel_index(int(np.argmax(correlation)), shape)
    peak = float(correlation[y, x])
    around = np.array([[correlation[(y + i) % shape[0], (x + j) % shape[1]] for j in (-1, 0, 1)] for i in (-1, 0, 1)])
    near_y, near_x = ((np.arange(-_BESIDE, _BESIDE + 1) + at) % side for at, side in ((y, shape[0]), (x, shape[1])))
    rest = correlation.copy()
    rest[np.ix_(near_y, near_x)] = 0.0
    sigma = max(float(np.std(rest)), 1e-12)
    if peak < _PEAK_SIGMA * sigma or peak < _PEAK_RATIO * float(rest.max()):
        return 0.0, 0.0, 0.0, turned
    weight = np.clip(around - around.min(), 0.0, None)
    total = max(float(weight.sum()), 1e-12)
    step = np.array([-1.0, 0.0, 1.0])
    down = _signed(int(y), shape[0]) + float(weight.sum(axis=1) @ step) / total
    across = _signed(int(x), shape[1]) + float(weight.sum(axis=0) @ step) / total
    sign = -1.0 if turned else 1.0
    return peak / sigma, sign * down, sign * across, turned


def _signed(place: int, size: int) -> int:
    return place if place < size // 2 else place - size
