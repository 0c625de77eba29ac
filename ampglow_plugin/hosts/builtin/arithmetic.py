"""Subtract bias and dark, divide by the flat: the arithmetic of Siril, on shares of full scale.

What Siril does was measured on siril-cli 1.2.6 and 1.4.2 with masters of odd sizes, dead and negative
pixels: this agrees with it to about 1e-7 of full scale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.pixels import SITES, Image, site_plane

FULL_SCALE_ADU = 65535.0


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


def equalize(flat: Image, pattern: str) -> Image:
    """The mosaic ``flat`` (1, height, width) with red and blue divided to the mean of green.

    Means are taken over the middle third in both directions. ``pattern`` is that of the rows as stored.

    Raises
    ------
    ValueError
        If a colour is not above 0 there.
    """
    height, width = flat.shape[-2:]
    inner = np.zeros((height, width), dtype=bool)
    inner[height // 3 : height - height // 3, width // 3 : width - width // 3] = True
    mosaic = flat[0].copy()
    means = [_mean(site_plane(mosaic, site), site_plane(inner, site)) for site in SITES]
    if min(means) <= 0:
        raise ValueError("a colour of the flat is not above 0 in the middle of the frame")
    green = float(np.mean([m for m, letter in zip(means, pattern, strict=True) if letter == "G"]))
    for site, mean, letter in zip(SITES, means, pattern, strict=True):
        if letter != "G":
            plane = site_plane(mosaic, site)
            plane /= np.float32(mean / green)
    equal: Image = mosaic[None]
    return equal


def _mean(values: NDArray[Any], where: NDArray[np.bool_]) -> float:
    return float(values[where].mean(dtype=np.float64)) if where.any() else 0.0
