"""One template fitted to a map beside a smooth field of which only the kind is known.

The map is ``value * template + lines + surface + field + noise``. The surface is a polynomial of low degree (gradient)
and the shade of the flat. The field (nebulae, moonlight, what the flat left) is a Gaussian process of Matern covariance
with nu = 3/2, written as cosines over a somewhat wider area. Its size and its grain are not known: every kind is
fitted, and the fits are averaged, weighted by the restricted likelihood, so that the sigma of the template holds what
is not known about the field. A frame without nebulae gives a field of no size and the sigma of the noise alone; one
full of them gives a large sigma.

The lines are rows and columns of the sensor that differ in the dark, and so in the template, but need not in the map: a
bias holds them as well, and was subtracted whatever became of the dark. By how much one differs from the next is seen
in the template. What light is even along a row or column hardly counts then, as in the measurement of the glow itself.

Source: generalised least squares and restricted likelihood as in Rasmussen & Williams, Gaussian Processes for Machine
Learning (2006), sections 2.7, 4.2 and 5.4; cosines as in Solin & Sarkka, Statistics and Computing 30 (2020) 419.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.tiles import MIN_TILES, TileMaps

Floats: TypeAlias = NDArray[np.float64]

#: degree of the surface
SURFACE_DEGREE: Final = 2
#: grain of the field, the longer side of the frame being 2
GRAINS: Final = (0.15, 0.3, 0.6, 1.2)
#: variance of the field in units of the mean variance of a tile
SIZES: Final = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1e3, 1e4, 1e5, 1e6)
#: cosines with up to this many half waves over the longer side
HALF_WAVES: Final = 16
#: the cosines lie on an area wider than the frame by this factor: they have no slope at its edge
WIDER: Final = 1.25
#: a tile that its neighbours predict worse than this many standard deviations does not count
OUTLIER_SIGMA: Final = 5.0
#: a kind of field less likely than the best by this (logarithm) weighs nothing
NEGLIGIBLE: Final = 15.0
#: rows and columns of the template that differ by less than this share of the noise of their mean do not matter
NO_LINES: Final = 0.3
#: lines count as if they scattered by so many times what is seen: each of them in the template that is no glow pulls
#: the value towards 0, with the square of this less; what remains of that is made up for, up to the share below
WIDER_LINES: Final = 2.0
MOST_MADE_UP: Final = 0.5
#: where little is left they count less, if they do not pull by more than this share then
MOST_PULLED: Final = 0.1
#: lines are weighed anew until what tiles scatter is known to this share of its variance
SETTLED: Final = 0.1
#: differences that a glow of three tiles' decay length hardly shows; the root of the sum of their squared weights
_DIFFERENCES, _OF_UNIT_NOISE = 4, np.sqrt(70.0)
_MAD_TO_SIGMA = 1.4826
_ROUNDS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldFit:
    """``value`` of the template with its ``sigma``; ``noise_share``: at most what the template's noise did to it.

    ``pulled``: by what share its lines had pulled it towards 0, which is made up for.
    """

    value: float
    sigma: float
    noise_share: float
    pulled: float
    tiles: int


def fit_beside_field(maps: TileMaps) -> FieldFit | None:
    """Fit ``maps.template`` to ``maps.output``; None where it cannot be told from the surface."""
    lines = _line_scatter(maps)
    fit = _fit(maps, lines, WIDER_LINES)
    if fit is None or not any(lines):
        return fit
    share = abs(fit.value) + 2.0 * fit.sigma  # where little is left lines matter as little
    if share > 0.5:
        return fit
    sharper = _fit(maps, lines, WIDER_LINES * share)
    return sharper if sharper is not None and sharper.pulled <= MOST_PULLED else fit


def _fit(maps: TileMaps, lines: tuple[float, float], wider: float) -> FieldFit | None:
    """The fit without outliers; ``lines`` is the scatter (ADU) of rows and columns, and counts ``wider`` times.

    Stars and resampling make tiles scatter wider than their pixels tell: lines are weighed against what is seen.
    """
    fit: FieldFit | None = None
    for _ in range(_ROUNDS):
        design = _Design(maps, lines, wider)
        if not design.solvable:
            return None
        fit, left_out, scale = design.fit()
        good = np.abs(left_out) <= OUTLIER_SIGMA
        if np.count_nonzero(good) < MIN_TILES or (good.all() and (not any(lines) or abs(scale - 1) < SETTLED)):
            break
        maps = _part(replace(maps, variance=maps.variance * scale), good)
    return fit


def _line_scatter(maps: TileMaps) -> tuple[float, float]:
    """By how much rows, and columns, of the template differ (ADU); 0 where the noise of their means hides it."""
    (rows, row), (columns, column) = (np.unique(axis, return_inverse=True) for axis in (maps.y, maps.x))
    grid = np.full((rows.size, columns.size), np.nan)
    grid[row, column] = maps.template
    noise = float(np.mean(maps.variance))
    found = []
    for across in (grid.T, grid):
        steps = np.diff(across, _DIFFERENCES, axis=1)
        steps = steps[:, np.isfinite(steps).any(axis=0)]
        usual = np.nanmedian(steps, axis=0) if steps.size else np.zeros(1)  # of most of a line, glow is in some of it
        scatter = _MAD_TO_SIGMA * float(np.median(np.abs(usual))) / _OF_UNIT_NOISE
        found.append(scatter if scatter**2 * len(across) > NO_LINES**2 * noise else 0.0)
    return found[0], found[1]


def _part(maps: TileMaps, good: NDArray[np.bool_]) -> TileMaps:
    values: dict[str, Any] = {f.name: getattr(maps, f.name) for f in fields(maps)}
    kept: dict[str, Any] = {k: v[good] if isinstance(v, np.ndarray) else v for k, v in values.items()}
    return TileMaps(**kept)


class _Design:
    """Everything divided by noise and lines, the surface taken out: left are template, cosines and unit noise.

    ``lines`` is the scatter (ADU) of rows and of columns in the template; it counts ``wider`` times.
    """

    def __init__(self, maps: TileMaps, lines: tuple[float, float], wider: float) -> None:
        self.maps = maps
        self.weight = 1.0 / np.sqrt(maps.variance)
        self.wider = wider
        self.lines, self.damping = _damping(maps, (lines[0] * wider, lines[1] * wider), self.weight)
        self.surface = np.linalg.qr(self._white(_surface(maps)))[0]
        self.y, self.g = self._free(maps.output), self._free(maps.template)
        whole = float(np.sum(self._white(maps.template) ** 2))
        self.solvable = bool(np.isfinite(whole)) and float(self.g @ self.g) > 1e-9 * whole
        basis, self.frequency = _cosines(maps)
        self.basis = self._free(basis)
        self.gram = self.basis.T @ self.basis
        self.towards = self.basis.T @ np.column_stack([self.y, self.g])
        self.products = np.array([self.y @ self.y, self.y @ self.g, self.g @ self.g])
        self.freedom = self.y.size - self.surface.shape[1] - 1
        self.unit = float(np.mean(maps.variance))

    def _white(self, columns: Floats) -> Floats:
        scaled: Floats = columns * (self.weight if columns.ndim == 1 else self.weight[:, None])
        if self.damping.size:
            along = self.lines.T @ scaled
            scaled -= self.lines @ (along * (self.damping if columns.ndim == 1 else self.damping[:, None]))
        return scaled

    def _free(self, columns: Floats) -> Floats:
        scaled = self._white(columns)
        free: Floats = scaled - self.surface @ (self.surface.T @ scaled)
        return free

    def _root(self, grain: float, size: float) -> Floats:
        """Square root of the prior variance of each cosine: the spectrum of the Matern covariance in two dimensions."""
        kappa = 3.0 / grain**2
        # 2 pi nu kappa**nu / (kappa + w**2) ** (nu + 1), nu = 3/2; times the size, per area of the cosines
        spectrum = 3.0 * np.pi * kappa**1.5 / (kappa + self.frequency**2) ** 2.5
        root: Floats = np.sqrt(size * self.unit * spectrum)
        return root

    def _points(self, grain: float, sizes: Sequence[float]) -> Iterator[tuple[float, float, float]]:
        """(value, variance, log likelihood) of fields of one grain, the overall scale of the noise found as well.

        In the principal axes of the field all its sizes are diagonal.
        """
        root = self._root(grain, 1.0)
        spread, axes = np.linalg.eigh(root[:, None] * self.gram * root)
        towards = axes.T @ (root[:, None] * self.towards)
        for size in sizes:
            inner = 1.0 + size * np.maximum(spread, 0.0)
            held = (size / inner) @ (towards[:, [0, 0, 1]] * towards[:, [0, 1, 1]])
            yy, yg, gg = self.products - held
            rest = max(float(yy - yg**2 / gg), 1e-300)
            likelihood = -0.5 * (float(np.sum(np.log(inner))) + np.log(gg) + self.freedom * np.log(rest))
            yield float(yg / gg), float(rest / self.freedom / gg), float(likelihood)

    def fit(self) -> tuple[FieldFit, Floats, float]:
        """The average over all kinds of field, by how many sigmas each tile is off what the others predict, the scale.

        The scale is that of the variance: what tiles scatter, beside lines and field, by what their pixels tell.
        """
        kinds, found = [], []
        for grain in GRAINS:
            highest = -np.inf
            sizes = SIZES if grain == GRAINS[0] else SIZES[1:]  # a field of no size has no grain
            for size, point in zip(sizes, self._points(grain, sizes), strict=False):
                kinds.append((grain, size))
                found.append(point)
                highest = max(highest, found[-1][2])
                if found[-1][2] < highest - NEGLIGIBLE:
                    break  # beyond the most likely size; what follows weighs nothing
        points = np.array(found)
        best = int(np.argmax(points[:, 2]))
        weights = np.exp(points[:, 2] - points[best, 2])
        weights /= weights.sum()
        mean = float(weights @ points[:, 0])
        variance = float(weights @ (points[:, 1] + (points[:, 0] - mean) ** 2))
        share, pulled, left_out, scale = self._tiles(self._root(*kinds[best]))
        mean, unsure = mean / (1.0 - pulled), np.sqrt(2.0 / max(self.damping.size, 1)) * pulled
        sigma = float(np.hypot(np.sqrt(variance), mean * unsure)) / (1.0 - pulled)
        return FieldFit(value=mean, sigma=sigma, noise_share=share, pulled=pulled, tiles=self.y.size), left_out, scale

    def _tiles(self, root: Floats) -> tuple[float, float, Floats, float]:
        """Shares of noise and of lines in the square of the template; by what each tile is off from the others; scale.

        By the share of the lines the value is pulled towards 0.
        """
        lower = np.linalg.cholesky(np.eye(root.size) + root[:, None] * self.gram * root)
        half = np.linalg.solve(lower, (self.basis * root).T)  # cosines in their own metric, (modes, tiles)
        diagonal = 1.0 - np.sum(self.surface**2, axis=1) - np.sum(half**2, axis=0)
        y, g = (v - half.T @ (half @ v) for v in (self.y, self.g))
        gg = float(self.g @ g)
        share = float(diagonal @ (self.maps.template_variance * self.weight**2)) / gg
        # of their variance spread**2, over the square of the above, the weight leaves 1 / (1 + spread**2)
        lines = float(np.sum(1.0 - (1.0 - self.damping) ** 2)) / self.wider**2 / gg
        rest = y - g * float(self.g @ y) / gg
        diagonal = np.maximum(diagonal - g**2 / gg, 1e-6)
        scale = max(float(self.y @ rest) / self.freedom, 1e-300)
        return share, min(lines, MOST_MADE_UP), rest / np.sqrt(diagonal * scale), scale


def _damping(maps: TileMaps, lines: tuple[float, float], weight: Floats) -> tuple[Floats, Floats]:
    """Directions ``(tiles, lines)`` in which rows and columns scatter, and the share of each to be taken out.

    Of noise 1 and scatter d along such a direction 1 / sqrt(1 + d**2) is left: then it is 1 in all.
    """
    parts = [
        scatter * (np.unique(axis, return_inverse=True)[1][:, None] == np.arange(np.unique(axis).size))
        for axis, scatter in zip((maps.y, maps.x), lines, strict=True)
        if scatter
    ]
    if not parts:
        return np.zeros((weight.size, 0)), np.zeros(0)
    directions, spread, _ = np.linalg.svd(np.concatenate(parts, axis=1) * weight[:, None], full_matrices=False)
    return directions, 1.0 - 1.0 / np.sqrt(1.0 + spread**2)


def _surface(maps: TileMaps) -> Floats:
    columns = [maps.x**i * maps.y**j for i in range(SURFACE_DEGREE + 1) for j in range(SURFACE_DEGREE + 1 - i)]
    if maps.shade is not None and np.ptp(maps.shade) > 1e-3:
        columns.append(maps.shade)
    return np.stack(columns, axis=1)


def _cosines(maps: TileMaps) -> tuple[Floats, Floats]:
    """Cosines over the frame ``(tiles, modes)``, normalised over their area, and the frequency of each."""
    half = [WIDER * max(float(np.abs(axis).max()), 1e-3) for axis in (maps.x, maps.y)]
    waves = [
        (m, n)
        for m in range(HALF_WAVES + 1)
        for n in range(HALF_WAVES + 1)
        if 0 < np.hypot(m / half[0], n / half[1]) * WIDER <= HALF_WAVES
    ]
    m, n = np.array(waves, dtype=np.float64).T
    along = [
        np.cos(np.pi * k * (axis[:, None] / (2 * h) + 0.5))
        for k, axis, h in ((m, maps.x, half[0]), (n, maps.y, half[1]))
    ]
    norm = np.sqrt(np.where(m > 0, 2.0, 1.0) * np.where(n > 0, 2.0, 1.0) / (4 * half[0] * half[1]))
    frequency: Floats = np.pi / 2 * np.hypot(m / half[0], n / half[1])
    return along[0] * along[1] * norm, frequency
