"""A peak that the fit made up: light that is narrower than a tile is not known at its tip, and must not be invented."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.background import TileMap
from ampglow_plugin.glow.regions import Region

Array: TypeAlias = NDArray[Any]

#: side of the patches (pixels): the smallest that holds each site of a mosaic several times
PATCH_PX: Final = 4
#: a peak counts as made up beyond this many times the brightest patch, and so many standard deviations of a patch
MADE_UP: Final = 1.25
MADE_UP_SIGMA: Final = 5.0
#: pixels of a patch further from its middle than this (standard deviations of the frame) are hot, or cosmic rays
_CLIP_SIGMA = 4.0
#: ... unless the glow itself varies so much within a patch (share of its height)
_VARIES = 0.5


def as_bright_as_seen(region: Region, data: Array, reference: Array | None, tiles: TileMap, level_adu: float) -> Region:
    """The region with a peak no higher than its brightest patch, where the fit goes far beyond what any patch shows.

    ``data`` and ``reference`` (planes, height, width) are the frame and what was taken away from it, ADU. The narrow
    rays of a starburst meet in less than a tile; a fit of their mean can rise there without limit.
    """
    height, width = tiles.shape
    around = []
    for place, length, tile in ((region.y, height, tiles.tile[0]), (region.x, width, tiles.tile[1])):
        middle = int(np.clip(round(place), 0, length - 1)) // PATCH_PX * PATCH_PX
        around.append(slice(max(0, middle - 2 * tile), min(length, middle + 2 * tile)))
    part = data[:, around[0], around[1]].astype(np.float64)
    if reference is not None:
        part = part - reference[:, around[0], around[1]]
    rows, columns = part.shape[1] // PATCH_PX, part.shape[2] // PATCH_PX
    if not rows or not columns:
        return region
    cut = part[:, : rows * PATCH_PX, : columns * PATCH_PX].reshape(len(part), rows, PATCH_PX, columns, PATCH_PX)
    patches = cut.transpose(1, 3, 0, 2, 4).reshape(rows * columns, -1)
    limit = _CLIP_SIGMA * max(tiles.noise_adu, tiles.step_adu / 3) + tiles.step_adu
    middles = np.median(patches, axis=1, keepdims=True)
    kept = np.abs(patches - middles) <= limit + _VARIES * np.maximum(middles - level_adu, 0.0)
    means = np.sum(patches, axis=1, where=kept) / np.maximum(kept.sum(axis=1), 1)
    brightest = float(np.max(np.where(kept.any(axis=1), means, level_adu))) - level_adu
    sigma = tiles.noise_adu / PATCH_PX
    made_up = region.peak_adu > MADE_UP * max(brightest, 0.0) + MADE_UP_SIGMA * sigma
    return replace(region, peak_adu=max(brightest, 0.0)) if made_up else region


def as_bright_as_tiles(region: Region, tiles: TileMap, level_adu: float, sigma_adu: float) -> Region:
    """The region of a light with a peak no higher than the tiles around it, where the fit goes far beyond them.

    What is brighter than its tile in a light is a star as a rule; ``sigma_adu`` is the standard deviation of a tile.
    """
    reach_y, reach_x = 2 * tiles.tile[0], 2 * tiles.tile[1]
    rows = np.abs(tiles.y + tiles.tile[0] / 2 - region.y) <= reach_y
    columns = np.abs(tiles.x + tiles.tile[1] / 2 - region.x) <= reach_x
    around = tiles.values[np.ix_(rows, columns)]
    brightest = max(float(around.max()) - level_adu, 0.0) if around.size else 0.0
    made_up = region.peak_adu > MADE_UP * brightest + MADE_UP_SIGMA * sigma_adu
    return replace(region, peak_adu=brightest) if made_up else region
