"""Hot pixels as the fingerprint of a sensor: no two sensors have them at the same places.

Temperature and exposure change how many stand out, and how far, but hardly their order: the strongest of one frame are
hot in every other of the same sensor. Sensors of their own share hot pixels by chance alone, some in a thousand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.raw_state import hot_mask
from ampglow_plugin.model.body import HotChange, SameBody, Share, Turn

Array: TypeAlias = NDArray[Any]
Mask: TypeAlias = NDArray[np.bool_]

#: side of the square in the middle of the frame in which hot pixels are compared
SIDE: Final = 1024
#: strongest hot pixels of each side that are looked up in the other, at most
MOST: Final = 500
#: fewer tell nothing
LEAST: Final = 20
#: one frame alone holds cosmic rays, which no other frame holds: so many must be hot before it can be another body
LEAST_ALONE: Final = 200
LEAST_OTHER: Final = 30
#: one sensor: this share in common or more, in both directions the better of the two ...
SAME_SHARE: Final = 0.35
#: ... and less likely by chance than this, over all places and turns that were tried
CHANCE: Final = 1e-6
#: two sensors: the shares of both directions lie below this, by three of their errors
OTHER_SHARE: Final = 0.15
_SIGMAS: Final = 3.0
_BORDER: Final = 3
_TURNS: Final[dict[Turn, tuple[int, int]]] = {
    "as stored": (1, 1),
    "rows reversed": (-1, 1),
    "columns reversed": (1, -1),
    "turned by 180 degrees": (-1, -1),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class HotPixels:
    """Hot pixels of a sensor: ``mask`` (rows, columns) of the middle of its frames, and places by falling height.

    ``sure``: none is a cosmic ray, since they are hot in several frames, or the frame is a master.
    """

    mask: Mask
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    sure: bool


def middle(plane: Array) -> Array:
    """The part of a frame (height, width) that is compared."""
    top, left = (max(0, side - SIDE) // 4 * 2 for side in plane.shape)
    return plane[top : top + SIDE, left : left + SIDE]


def hot_pixels(parts: Sequence[Array], *, sure: bool = False, first: Mask | None = None) -> HotPixels | None:
    """What is hot in every one of ``parts``, the same part of frames of one sensor; two are enough.

    ``first`` is the mask of the first part, where it is known. None where the frames are too small or have no spread.
    """
    masks = [first if first is not None and i == 0 else hot_mask(part) for i, part in enumerate(parts[:2])]
    known = [mask for mask in masks if mask is not None]
    if not known or len(known) < len(masks):
        return None
    mask = np.logical_and.reduce(known)
    rows, columns = np.nonzero(mask)
    heights = np.min([part[rows + _BORDER, columns + _BORDER] for part in parts[:2]], axis=0)
    order = np.argsort(-heights, kind="stable")
    return HotPixels(mask=mask, rows=rows[order], columns=columns[order], sure=sure or len(known) > 1)


def same_body(first: HotPixels | None, second: HotPixels | None) -> SameBody:
    """Whether two frames of one size come from one sensor.

    The strongest n hot pixels of each, n at most as many as the other has, are looked up in the other. ``same`` where
    the larger of the two shares is 0.35 or more and has a chance below 1e-6: with density d of hot pixels, the chance
    of k or more of n is binomial(n, d), times the number of placements that were tried. ``other`` where both shares lie
    below 0.15 by three errors, at every placement. The first may lie on the second shifted or turned: then the shift
    that brings most together counts.
    """
    if first is None or second is None or first.mask.shape != second.mask.shape:
        return SameBody(verdict="undecided", why="the frames are too small, or not of one size, to compare hot pixels")
    count = min(len(first.rows), len(second.rows), MOST)
    if count < LEAST:
        fewer = min(len(first.rows), len(second.rows))
        return SameBody(verdict="undecided", compared=count, why=f"only {fewer} pixels are hot: too few to tell")
    straight = _shares(first, second, count, "as stored", (0, 0))
    if _chance(straight, count) < CHANCE and max(straight.in_first, straight.in_second) >= SAME_SHARE:
        return replace(straight, verdict="same")
    tried = first.mask.size * len(_TURNS)
    placed = max(_placed(first, second, count), key=lambda found: found.in_first + found.in_second)
    if tried * _chance(placed, count) < CHANCE and min(placed.in_first, placed.in_second) >= SAME_SHARE:
        return replace(placed, verdict="same")
    return _apart(straight, count, sure=first.sure and second.sure)


def changed(first: HotPixels, second: HotPixels) -> HotChange | None:
    """What became hot and what no longer is from ``first`` to ``second``, frames of one sensor; None where few are hot.

    Of the strongest half of those that were compared: whether a weaker one stands out, noise decides.
    """
    count = min(len(first.rows), len(second.rows), MOST) // 2
    if count < LEAST // 2:
        return None
    went = 1 - _looked_up(second.mask, first.rows[:count], first.columns[:count])
    came = 1 - _looked_up(first.mask, second.rows[:count], second.columns[:count])
    return HotChange(compared=count, came=_share(came, count), went=_share(went, count))


def _share(value: float, count: int) -> Share:
    """With the error of a count, of one pixel at least."""
    return Share(value=value, sigma=math.sqrt(max(value * (1 - value) * count, 1.0)) / count)


def _apart(straight: SameBody, count: int, *, sure: bool) -> SameBody:
    least = LEAST_OTHER if sure else LEAST_ALONE
    if count < least:
        kind = "are hot in both" if sure else "are hot in one frame alone, and cosmic rays among them"
        return replace(straight, why=f"only {count} pixels {kind}: too few to tell two cameras apart")
    share = max(straight.in_first, straight.in_second)
    sigma = math.sqrt(max(share * count, 1.0)) / count
    if share + _SIGMAS * sigma < OTHER_SHARE:
        return replace(straight, verdict="other")
    text = f"{100 * share:.0f} % of the hot pixels are common: too many for two sensors, too few for one"
    return replace(straight, why=text)


def _chance(found: SameBody, count: int) -> float:
    """Probability that so many are common by chance, an upper bound (Chernoff) of the binomial tail."""
    share, chance = max(found.in_first, found.in_second), max(found.by_chance, 1e-9)
    if share <= chance:
        return 1.0
    rest = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-count * (share * math.log(share / chance) + rest))


def _shares(first: HotPixels, second: HotPixels, count: int, turn: Turn, shift: tuple[int, int]) -> SameBody:
    """``shift`` (x, y) is added to the turned places of the first."""
    shape = first.mask.shape
    y, x = _turned(first.rows[:count], first.columns[:count], shape, turn)
    forth = _looked_up(second.mask, y + shift[1], x + shift[0])
    back = _looked_up(
        first.mask, *_turned(second.rows[:count] - shift[1], second.columns[:count] - shift[0], shape, turn)
    )
    density = max(float(first.mask.mean()), float(second.mask.mean()))
    return SameBody(
        verdict="undecided",
        compared=count,
        in_second=forth,
        in_first=back,
        by_chance=density,
        turn=turn,
        shift=shift,
    )


def _turned(y: Array, x: Array, shape: tuple[int, ...], turn: Turn) -> tuple[Array, Array]:
    down, across = _TURNS[turn]
    return (y if down > 0 else shape[0] - 1 - y), (x if across > 0 else shape[1] - 1 - x)


def _looked_up(mask: Mask, y: Array, x: Array) -> float:
    """Share of the places within the mask that are hot; 0 where few lie within it."""
    inside = (y >= 0) & (y < mask.shape[0]) & (x >= 0) & (x < mask.shape[1])
    if np.count_nonzero(inside) < LEAST // 2:
        return 0.0
    return float(np.mean(mask[y[inside], x[inside]]))


def _placed(first: HotPixels, second: HotPixels, count: int) -> Iterator[SameBody]:
    """For each turn the shift that brings most of the strongest together, by correlation of the two maps."""
    shape = first.mask.shape
    there = np.conj(np.fft.rfft2(_map(second.rows[:count], second.columns[:count], shape)))
    for turn in _TURNS:
        here = np.fft.rfft2(_map(*_turned(first.rows[:count], first.columns[:count], shape, turn), shape))
        common = np.fft.irfft2(here * there, s=shape)
        y, x = (int(n) for n in np.unravel_index(int(np.argmax(common)), shape))
        shift = (-(x - shape[1] if x > shape[1] // 2 else x), -(y - shape[0] if y > shape[0] // 2 else y))
        yield _shares(first, second, count, turn, shift)


def _map(y: Array, x: Array, shape: tuple[int, ...]) -> NDArray[np.float32]:
    found = np.zeros(shape, dtype=np.float32)
    found[y, x] = 1.0
    return found
