"""From a colour mosaic to three planes."""

from __future__ import annotations

from typing import Final

import numpy as np

from ampglow_plugin.pixels import SITES, Image, site_plane

METHOD: Final = "bilinear"
_COLOURS = "RGB"


def bilinear(mosaic: Image, pattern: str) -> Image:
    """``(3, height, width)`` from ``(height, width)``: samples stay as they are, the rest is the mean of the nearest.

    Bilinear, because it is the one of the published linear methods that cannot overshoot: beside a star the
    gradient-corrected ones reach far below zero, which then looks like too much dark. The frame is mirrored at its
    outermost rows and columns, which keeps the order of the colours.
    """
    padded = np.pad(mosaic.astype(np.float32, copy=False), 1, mode="reflect")
    planes = np.empty((3, *mosaic.shape), dtype=np.float32)
    for index, colour in enumerate(_COLOURS):
        plane = planes[index]
        sites = [site for site, letter in zip(SITES, pattern, strict=True) if letter == colour]
        samples = np.zeros_like(padded)
        for row, column in sites:
            moved = (1 - row, 1 - column)  # by the padding
            site_plane(samples, moved)[...] = site_plane(padded, moved)
        # weights 1/2 1 1/2 along both axes add up to 1 for one site in four, to 2 for the two of green
        across = samples[:, :-2] + samples[:, 2:]
        across *= np.float32(0.5)
        across += samples[:, 1:-1]
        np.add(across[:-2], across[2:], out=plane)
        plane *= np.float32(0.5)
        plane += across[1:-1]
        plane /= np.float32(len(sites))
        for site in sites:
            site_plane(plane, site)[...] = site_plane(mosaic, site)
    return planes
