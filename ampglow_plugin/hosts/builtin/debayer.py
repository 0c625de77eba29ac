"""From a colour mosaic to three planes."""

from __future__ import annotations

from typing import Final

import numpy as np

from ampglow_plugin.pixels import SITES, Image, site_plane

METHOD: Final = "bilinear"
_COLOURS = "RGB"
#: weights of the 3 x 3 neighbourhood; a colour's own samples are put back afterwards
_WEIGHTS = ((0.25, 0.5, 0.25), (0.5, 1.0, 0.5), (0.25, 0.5, 0.25))


def bilinear(mosaic: Image, pattern: str) -> Image:
    """``(3, height, width)`` from ``(height, width)``: samples stay as they are, the rest is the mean of the nearest.

    Bilinear, because it is the one of the published linear methods that cannot overshoot: beside a star the
    gradient-corrected ones reach far below zero, which then looks like too much dark.
    """
    height, width = mosaic.shape
    planes = np.empty((3, height, width), dtype=np.float32)
    for index, colour in enumerate(_COLOURS):
        own = np.zeros((height, width), dtype=bool)
        for site, letter in zip(SITES, pattern, strict=True):
            if letter == colour:
                site_plane(own, site)[...] = True
        samples = np.where(own, mosaic, np.float32(0))
        planes[index] = _blur(samples) / _blur(own.astype(np.float32))
        planes[index][own] = mosaic[own]
    return planes


def _blur(plane: Image) -> Image:
    """Weighted sums of 3 x 3 pixels, nothing beyond the edges."""
    height, width = plane.shape
    padded = np.pad(plane, 1)
    total = np.zeros_like(plane)
    for dy, row in enumerate(_WEIGHTS):
        for dx, weight in enumerate(row):
            total += np.float32(weight) * padded[dy : dy + height, dx : dx + width]
    return total
