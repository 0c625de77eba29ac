"""Two darks of one sensor, taken at different times: level, noise, glow and hot pixels of both, and their changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.fingerprint import HotPixels, hot_pixels, middle, same_body
from ampglow_plugin.glow.single_darks import (
    CLEAR_GLOW_ADU,
    CLEAR_GLOW_SIGMA,
    Sketch,
    hot_spots,
    shifts,
    sketch,
    smooth,
    span,
)
from ampglow_plugin.model.body import SameBody, Share

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]

#: a pixel counts as hot from so many times the faintest height that stands out of both frames ...
COUNTED: Final = 1.5
#: ... and as cold in the other frame below this share of that
COLD: Final = 0.5
#: fewer common hot pixels tell nothing of their height
LEAST_COMMON: Final = 20
_BORDER: Final = 3
_MAD_TO_SIGMA: Final = 1.4826
_OF_MEDIAN: Final = 1.2533
_SAME_COLOUR: Final = ((-2, 0), (2, 0), (0, -2), (0, 2), (-2, -2), (-2, 2), (2, -2), (2, 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class HotCounts:
    """Hot pixels above ``above_adu`` in two frames: numbers, and heights (ADU) at the places that are hot in either."""

    above_adu: float
    old: int
    new: int
    came: int
    went: int
    ratio: Share | None
    heights: tuple[Floats, Floats]


@dataclass(frozen=True, kw_only=True, slots=True)
class Aging:
    """Both frames and what changed; ``glow`` is how many times the structure of the old one is in the new one."""

    old: Sketch
    new: Sketch
    glow_adu: float
    glow: Share | None
    body: SameBody
    hot: HotCounts | None


def aging(old: Array, new: Array, *, sure: tuple[bool, bool] = (False, False)) -> Aging:
    """Compare two frames (height, width) of one size, in ADU. ``sure``: which of them holds no cosmic rays.

    Raises
    ------
    ValueError
        If they are too small, or of different sizes.
    """
    if old.shape != new.shape:
        raise ValueError(f"have {old.shape[1]} x {old.shape[0]} and {new.shape[1]} x {new.shape[0]} pixels")
    nowhere = hot_spots([])
    sketches = sketch(old, nowhere), sketch(new, nowhere)
    parts = middle(old), middle(new)
    known = hot_pixels([parts[0]], sure=sure[0]), hot_pixels([parts[1]], sure=sure[1])
    body = same_body(*known)
    peak, ratio = _glow(*(s.tiles - s.level_adu for s in sketches))
    in_place = body.verdict == "same" and body.in_place
    return Aging(
        old=sketches[0],
        new=sketches[1],
        glow_adu=peak,
        glow=ratio,
        body=body,
        hot=_counts(parts, known) if in_place else None,
    )


def _glow(old: Floats, new: Floats) -> tuple[float, Share | None]:
    """Range of the common structure of two maps (ADU), and how many times it is in the new one.

    Both are projected on the smoothed mean of both, whose own noise would favour the noisier one. The errors are what
    the same projection finds with the structure moved elsewhere.
    """
    template = smooth((old + new) / 2)
    peak = span(template)
    template = template - np.mean(template)
    total = float(np.sum(template**2))
    before, after = (float(np.sum(template * m)) for m in (old, new))
    if before <= 0 or after <= 0:
        return peak, None
    ratio = after / before
    rest = new - ratio * old
    rest = rest - np.mean(rest)
    tile = _MAD_TO_SIGMA * float(np.median(np.abs(rest - np.median(rest))))
    if peak < CLEAR_GLOW_ADU or total < (CLEAR_GLOW_SIGMA * tile) ** 2:
        return peak, None
    chance = [float(np.sum(np.roll(template, by, axis=(0, 1)) * rest)) / before for by in shifts(template.shape)]
    return peak, Share(value=ratio, sigma=float(np.sqrt(np.mean(np.square(chance)))))


def _counts(parts: tuple[Array, Array], known: tuple[HotPixels | None, HotPixels | None]) -> HotCounts | None:
    masks = [each.mask for each in known if each is not None]
    if len(masks) < 2:
        return None
    rows, columns = np.nonzero(masks[0] | masks[1])
    heights = [_heights(part, rows, columns) for part in parts]
    own = [heights[i][masks[i][rows, columns]] for i in (0, 1)]
    if not own[0].size or not own[1].size:
        return None
    above = COUNTED * max(float(own[0].min()), float(own[1].min()))
    old, new = (h > above for h in heights)
    came = int(np.count_nonzero(new & (heights[0] < COLD * above)))
    went = int(np.count_nonzero(old & (heights[1] < COLD * above)))
    return HotCounts(
        above_adu=above,
        old=int(np.count_nonzero(old)),
        new=int(np.count_nonzero(new)),
        came=came,
        went=went,
        ratio=_ratio(*(h[old & new] for h in heights)),
        heights=(heights[0], heights[1]),
    )


def _heights(part: Array, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Floats:
    """Above the median of the eight next pixels of the same colour; places are those of a mask, without its border."""
    y, x = rows + _BORDER, columns + _BORDER
    around = np.median([part[y + dy, x + dx] for dy, dx in _SAME_COLOUR], axis=0)
    return np.asarray(part[y, x] - around, dtype=np.float64)


def _ratio(old: Floats, new: Floats) -> Share | None:
    """Median of the ratios, by that of their logarithms: which of the two is the noisier does not matter."""
    if old.size < LEAST_COMMON:
        return None
    logs = np.log(new / old)
    centre = float(np.median(logs))
    spread = _MAD_TO_SIGMA * float(np.median(np.abs(logs - centre)))
    ratio = math.exp(centre)
    return Share(value=ratio, sigma=_OF_MEDIAN * ratio * spread / math.sqrt(old.size))
