"""The brightest stars of a frame, found with numpy alone: they are what reflections come from."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.diagnosis.maps import BrightStar

MOST_STARS: Final = 5
#: fainter stars than this share of the brightest reflect nothing that is seen beside its reflection
LEAST_SHARE: Final = 0.1
#: side of the blocks (pixels) of which each offers one star, and of the square that its light is summed in
_BLOCK: Final = 16
_APERTURE: Final = 6


def bright_stars(data: NDArray[Any]) -> tuple[BrightStar, ...]:
    """Up to :data:`MOST_STARS` of a frame ``data`` (planes, height, width), the brightest first.

    Hot pixels are no stars: the least of each 2 x 2 pixels is looked at, after a mosaic was summed to its colours.
    """
    image, step = even_image(data)
    opened = np.minimum(np.minimum(image[:-1, :-1], image[1:, :-1]), np.minimum(image[:-1, 1:], image[1:, 1:]))
    rows, columns = (n // _BLOCK for n in opened.shape)
    if not rows or not columns:
        return ()
    blocks = opened[: rows * _BLOCK, : columns * _BLOCK].reshape(rows, _BLOCK, columns, _BLOCK).transpose(0, 2, 1, 3)
    flat = blocks.reshape(rows, columns, -1)
    heights = (flat.max(axis=2) - np.median(flat, axis=2)).ravel()
    found: list[BrightStar] = []
    for block in np.argsort(-heights)[: 4 * MOST_STARS]:
        row, column = divmod(int(block), columns)
        y, x = divmod(int(np.argmax(flat[row, column])), _BLOCK)
        star = _measured(opened, row * _BLOCK + y, column * _BLOCK + x, step)
        if star is not None and all(np.hypot(star.x - s.x, star.y - s.y) > _BLOCK * step for s in found):
            found.append(star)
    found.sort(key=lambda s: -s.flux_adu)
    return tuple(s for s in found[:MOST_STARS] if s.flux_adu >= LEAST_SHARE * found[0].flux_adu)


def even_image(data: NDArray[Any]) -> tuple[NDArray[np.float32], int]:
    """One image of a frame, and how many pixels of the frame one of its pixels is."""
    if len(data) > 1:
        return np.nan_to_num(data.mean(axis=0)).astype(np.float32), 1
    height, width = (n // 2 * 2 for n in data.shape[1:])
    sites = data[0, :height, :width].reshape(height // 2, 2, width // 2, 2)
    return np.nan_to_num(sites.mean(axis=(1, 3))).astype(np.float32), 2


def _measured(image: NDArray[np.float32], row: int, column: int, step: int) -> BrightStar | None:
    top, left = max(0, row - _APERTURE), max(0, column - _APERTURE)
    part = image[top : row + _APERTURE + 2, left : column + _APERTURE + 2]
    above = np.clip(part - np.median(part), 0.0, None)
    total = float(above.sum())
    if not total > 0:
        return None
    y = float((above.sum(axis=1) @ np.arange(part.shape[0])) / total)
    x = float((above.sum(axis=0) @ np.arange(part.shape[1])) / total)
    middle = step - 0.5  # of the 2 x 2 pixels that one is the least of
    return BrightStar(x=(left + x) * step + middle, y=(top + y) * step + middle, flux_adu=total * step**2)
