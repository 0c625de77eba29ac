"""From fitted sources to regions: what is glow, what is too broad for it, and which sources are one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ampglow_plugin.glow.background import TileMap
from ampglow_plugin.glow.shapes import Floats, Grid, light
from ampglow_plugin.glow.sources import WIDEST_HALF, Sources

#: shapes are not exact: what is fainter than this share of the brightest light in the frame may be left over from it
_LEAST_SHARE: Final = 0.1
#: a spot on a bright edge that is fainter than this share of it belongs to the edge
_FAINTER: Final = 0.5
#: span of a gradient in units of what is left in the profile, so that steps and bands do not count
_CLEAR_GRADIENT: Final = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Gradient:
    """What changes slowly over the frame: its span (ADU), the pixel where it is brightest, and whether it is clear.

    ``broad``: whether light was found in it that is too wide for glow; ``area_fraction`` is the share of the frame
    above half of the span.
    """

    span_adu: float
    x: float
    y: float
    clear: bool
    broad: bool
    area_fraction: float


def split(sources: Sources, tiles: TileMap) -> tuple[tuple[int, ...], Gradient, float]:
    """Which sources may be glow, what changes slowly instead, and the level (ADU) where there is least light."""
    fit, grid = sources.fit, Grid(tiles)
    numbers = range(len(fit.shapes))
    broad = [i for i in numbers if fit.shapes[i].relative_half_width(tiles.shape) > WIDEST_HALF]
    wide = grid.model([fit.shapes[i] for i in broad], [fit.coefficients[i] for i in broad])
    model = grid.model(fit.shapes, fit.coefficients)
    rest = tiles.values - model
    brightest = max([float(np.ptp(wide)), *(fit.peaks[i] for i in numbers if i not in broad)], default=0.0)
    glow = tuple(i for i in numbers if i not in broad and fit.peaks[i] >= _LEAST_SHARE * brightest)
    return glow, _gradient(rest, wide, grid, sources.sigma_adu), float(np.median(rest) + model.min())


def _gradient(rest: Floats, wide: Floats, grid: Grid, sigma: float) -> Gradient:
    """Broad light, and polynomials of third degree through the means of rows and columns.

    They are clear where they stand out of what is left in these means, which steps and bands do not.
    """
    curves, clear = [], bool(wide.any())
    for axis in (0, 1):
        profile = rest.mean(axis=1 - axis)
        place = np.linspace(-1, 1, len(profile))
        curve = np.polynomial.Polynomial.fit(place, profile, 3)(place)
        noise = max(sigma / math.sqrt(rest.shape[1 - axis]), float(np.std(profile - curve)))
        stands_out = float(np.ptp(curve)) > _CLEAR_GRADIENT * noise
        clear |= stands_out
        curves.append(curve if stands_out else np.zeros_like(curve))
    total = wide + curves[0][:, None] + curves[1][None, :]
    span = float(np.ptp(total))
    row, column = np.unravel_index(int(np.argmax(total)), total.shape)
    y, x = row / (total.shape[0] - 1) * (grid.height - 1), column / (total.shape[1] - 1) * (grid.width - 1)
    return Gradient(
        span_adu=span,
        x=float(x),
        y=float(y),
        clear=clear,
        broad=bool(wide.any()),
        area_fraction=float(np.mean(total - total.min() > span / 2)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """Sources that overlap, as one: peak (ADU) at ``x, y`` in the frame, ``even`` where it runs along a whole edge."""

    sources: tuple[int, ...]
    x: float
    y: float
    peak_adu: float
    area_fraction: float
    decay_px: float | None
    snr: float
    even: bool


def regions_of(sources: Sources, tiles: TileMap, numbers: Sequence[int]) -> tuple[Region, ...]:
    """The sources ``numbers`` grouped into regions, the brightest first."""
    groups: list[list[int]] = []
    for i in numbers:
        near = [g for g in groups if any(_overlap(sources, i, j) for j in g)]
        groups = [g for g in groups if g not in near] + [[i, *(j for g in near for j in g)]]
    found = [_region(sources, tiles, sorted(g)) for g in groups]
    return tuple(sorted(found, key=lambda r: -r.peak_adu))


def _overlap(sources: Sources, i: int, j: int) -> bool:
    """Whether one source's place lies within the half width of the other.

    Beside light along a whole edge that holds for a much fainter spot: the edge is brighter there. A brighter spot is
    another source.
    """
    a, b = sources.fit.shapes[i], sources.fit.shapes[j]
    if a.even and b.even:
        return False
    if a.even or b.even:
        edge, spot = (i, j) if a.even else (j, i)
        if sources.fit.peaks[spot] > _FAINTER * sources.fit.peaks[edge]:
            return False
    dx, dy = abs(a.x - b.x), abs(a.y - b.y)
    return any(math.hypot(dx / s.decay_x, dy / s.decay_y) < math.log(2.0) for s in (a, b))


def _region(sources: Sources, tiles: TileMap, numbers: Sequence[int]) -> Region:
    fit = sources.fit
    shapes = [fit.shapes[i] for i in numbers]
    coefficients = [fit.coefficients[i] for i in numbers]
    height, width = tiles.shape
    y, x = _points(height, [s.y for s in shapes]), _points(width, [s.x for s in shapes])
    shown = light(shapes, coefficients, y, x)
    row, column = np.unravel_index(int(np.argmax(shown)), shown.shape)
    peak = float(shown[row, column])
    even_y, even_x = np.linspace(0, height - 1, 101), np.linspace(0, width - 1, 101)
    strongest = max(numbers, key=lambda i: fit.peaks[i])
    even = fit.shapes[strongest].even
    return Region(
        sources=tuple(numbers),
        x=float(np.clip(fit.shapes[strongest].x, 0, width - 1)) if len(numbers) == 1 else float(x[column]),
        y=float(np.clip(fit.shapes[strongest].y, 0, height - 1)) if len(numbers) == 1 else float(y[row]),
        peak_adu=peak,
        area_fraction=float(np.mean(light(shapes, coefficients, even_y, even_x) > peak / 2)),
        decay_px=fit.shapes[strongest].decay,
        snr=math.sqrt(sum((fit.peaks[i] / fit.sigmas[i]) ** 2 for i in numbers)),
        even=even,
    )


def _points(length: int, places: Sequence[float]) -> Floats:
    """Pixels along one axis: some hundred, and those nearest to the sources."""
    nearest = [float(np.clip(round(p) + i, 0, length - 1)) for p in places for i in range(-6, 7)]
    return np.unique(np.concatenate([np.linspace(0, length - 1, 301), nearest]))
