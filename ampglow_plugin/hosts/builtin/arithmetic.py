"""Subtract bias and dark, divide by the flat: the arithmetic of Siril, on shares of full scale.

What Siril does was measured on siril-cli 1.2.6 and 1.4.2 with masters of odd sizes, dead and negative
pixels: this agrees with it to about 1e-7 of full scale.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.pixels import SITES, Image, site_plane

FULL_SCALE_ADU = 65535.0
#: a multiple of every mosaic in use (2 x 2, and 6 x 6 of X-Trans)
_CELL = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Masters:
    """Masters of one calibration, float32 ``(planes, height, width)``, shares of full scale; None where unused.

    ``bias_level`` is a constant in place of a bias frame. The ``flat`` is divided by after it was divided
    by ``flat_scale``.
    """

    bias: Image | None = None
    bias_level: float | None = None
    dark: Image | None = None
    flat: Image | None = None
    flat_scale: float = 1.0


def calibrate(raw: Image, masters: Masters, *, dark_factor: float = 1.0) -> Image:
    """``(raw - bias - dark_factor * dark) * flat_scale / flat``, cut to what Siril keeps.

    All arrays are ``(planes, height, width)``. A pixel where the flat is 0 becomes 0; above 1 it is cut
    to 1, and below -1 (no data) it becomes 0. Negative values stay: they are half of the noise.
    """
    data: Image = raw.astype(np.float32, copy=True)
    if masters.bias is not None:
        data -= masters.bias
    if masters.bias_level is not None:
        data -= np.float32(masters.bias_level)
    if masters.dark is not None:
        data -= masters.dark if dark_factor == 1.0 else np.float32(dark_factor) * masters.dark
    if masters.flat is not None:
        dead = masters.flat == 0
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            data /= masters.flat
            data *= np.float32(masters.flat_scale)
        data[dead] = 0
    np.minimum(data, 1, out=data)
    data[data < -1] = 0
    return data


def flat_scale(flat: Image) -> float:
    """Mean of the middle third of the flat's first plane, without pixels that are exactly 0.

    The third is ``height // 3`` rows and ``width // 3`` columns. Siril counts the rows of its window
    from the last one stored, which matters by one row where the height is no multiple of three.

    Raises
    ------
    ValueError
        If the middle is not above 0: such a flat cannot be divided by.
    """
    height, width = flat.shape[-2:]
    rows, columns = height // 3, width // 3
    middle = flat[0, height - 2 * rows : height - rows, columns : 2 * columns]
    used = middle[middle != 0]
    mean = float(used.mean(dtype=np.float64)) if used.size else 0.0
    if not mean > 0:
        raise ValueError("the middle of the flat is not above 0")
    return mean


def equalize(flat: Image) -> Image:
    """The mosaic ``flat`` (1, height, width) with red and blue divided to the mean of green.

    Means are those of the 36 places of a 6 x 6 cell over the middle third in both directions. Green is the
    diagonal of the 2 x 2 pattern whose 18 means scatter least: what BAYERPAT says of the rows is not needed,
    and cannot mislead. Same as Siril for 2 x 2 patterns.

    Raises
    ------
    ValueError
        If a colour is not above 0 there, or the middle is too small to tell.
    """
    means = _cell_means(flat[0])
    if not np.nanmin(means) > 0 or np.isnan(means).any():
        raise ValueError("a colour of the flat is not above 0 in the middle of the frame")
    by_site = {site: site_plane(means, site) for site in SITES}
    main, other = ((SITES[0], SITES[3]), (SITES[1], SITES[2]))
    scatter = [np.var([by_site[site] for site in diagonal]) for diagonal in (main, other)]
    green, rest = (main, other) if scatter[0] <= scatter[1] else (other, main)
    level = float(np.mean([by_site[site] for site in green]))
    mosaic = flat[0].copy()
    for site in rest:
        plane = site_plane(mosaic, site)
        plane /= np.float32(by_site[site].mean() / level)
    equal: Image = mosaic[None]
    return equal


def _cell_means(mosaic: Image) -> NDArray[np.float64]:
    """Mean of each place of a 6 x 6 cell over the middle third; NaN where there is no pixel."""
    height, width = mosaic.shape
    top, left = height // 3, width // 3
    middle = mosaic[top : height - top, left : width - left]
    means = np.full((_CELL, _CELL), np.nan)
    for row in range(_CELL):
        for column in range(_CELL):
            values = middle[(row - top) % _CELL :: _CELL, (column - left) % _CELL :: _CELL]
            if values.size:
                means[row, column] = values.mean(dtype=np.float64)
    return means
