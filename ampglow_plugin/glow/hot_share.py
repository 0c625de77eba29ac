"""How much of a dark's hot pixels is in raw lights, and how much of the lights' in the dark.

Hot pixels tell of exposure, gain and temperature, in lights that hold no measurable glow as well; they say nothing of
the glow itself, which is neither linear in time nor a matter of temperature.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.raw_state import hot_mask
from ampglow_plugin.model.held import Share

Plane: TypeAlias = NDArray[Any]
Heights: TypeAlias = NDArray[np.float64]
Places: TypeAlias = tuple[NDArray[np.intp], NDArray[np.intp]]

#: least number of hot pixels that tell anything
LEAST_PIXELS: Final = 20
#: height of a hot pixel that counts, in noises of the frame it is looked up in
_LEAST_NOISES: Final = 5.0
#: samples from this share of the way between the level of a frame and its brightest on may be saturated
_SATURATED: Final = 0.95
#: pixels at each edge that hot_mask leaves out
_BORDER: Final = 3
_SAME_COLOUR: Final = ((-2, 0), (2, 0), (0, -2), (0, 2), (-2, -2), (-2, 2), (2, -2), (2, 2))
_MAD_TO_SIGMA: Final = 1.4826
#: standard error of a median of independent normal values, in units of that of their mean
_OF_MEDIAN: Final = 1.2533
_SAMPLE_SIDE: Final = 100


def hot_shares(dark: Plane, lights: Sequence[Plane]) -> tuple[Share | None, Share | None]:
    """``(of the dark's in the lights, of the lights' in the dark)``, each None where too few are there.

    Both are medians of ratios of heights above the next pixels of the same colour; the lights count with their
    median. The second needs two lights at least: what is hot in one alone may be a cosmic ray.

    Parameters
    ----------
    dark, lights
        The same part of each frame, (height, width) in ADU.
    """
    in_dark, in_light = hot_mask(dark), hot_mask(lights[0])
    first = second = None
    if in_dark is not None:
        place = _places(in_dark, (dark, *lights))
        own, usual = _heights(dark, place), np.median([_heights(light, place) for light in lights], axis=0)
        first = _ratio(usual, own, own > _LEAST_NOISES * _noise(lights[0]))
    if in_light is not None and len(lights) > 1:
        place = _places(in_light, (dark, *lights))
        each = np.array([_heights(light, place) for light in lights])
        everywhere = np.all(each > _LEAST_NOISES * _noise(lights[0]), axis=0)
        second = _ratio(_heights(dark, place), np.median(each, axis=0), everywhere)
    return first, second


def _ratio(of: Heights, to: Heights, where: NDArray[np.bool_]) -> Share | None:
    count = int(np.count_nonzero(where))
    if count < LEAST_PIXELS:
        return None
    ratios = of[where] / to[where]
    middle = float(np.median(ratios))
    spread = _MAD_TO_SIGMA * float(np.median(np.abs(ratios - middle)))
    return Share(value=middle, sigma=_OF_MEDIAN * spread / float(np.sqrt(count)))


def _places(mask: NDArray[np.bool_], frames: Sequence[Plane]) -> Places:
    """Rows and columns of the pixels of ``mask``, which lacks a border, that are saturated in none of the frames."""
    rows, columns = (found + _BORDER for found in np.nonzero(mask))
    good = np.ones(len(rows), dtype=bool)
    for frame in frames:
        level = float(np.median(frame))
        good &= frame[rows, columns] <= level + _SATURATED * (float(np.max(frame)) - level)
    return rows[good], columns[good]


def _heights(plane: Plane, places: Places) -> Heights:
    """Of some pixels above the median of the eight next of the same colour."""
    rows, columns = places
    around = np.median([plane[rows + dy, columns + dx] for dy, dx in _SAME_COLOUR], axis=0)
    return np.asarray(plane[rows, columns] - around, dtype=np.float64)


def _noise(plane: Plane) -> float:
    """Robust spread (ADU) of the heights of some thousand pixels."""
    grid = tuple(np.linspace(_BORDER, side - _BORDER - 1, min(side, _SAMPLE_SIDE)).astype(int) for side in plane.shape)
    rows, columns = np.meshgrid(*grid, indexing="ij")
    return max(_MAD_TO_SIGMA * float(np.median(np.abs(_heights(plane, (rows, columns))))), 1e-6)
