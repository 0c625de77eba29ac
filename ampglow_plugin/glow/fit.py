"""Fit of glow shapes to a background map that also holds gradients, rows, columns and taps.

A map is taken as ``M(y, x) = level + slopes + rows(y) + columns(x) + taps + sum of shapes + noise``. Rows and columns
can imitate light that is even along an edge, but not light that falls off in both directions. :class:`Metric` splits a
map accordingly: into the part that no sum of rows and columns can make, which counts fully, and the means of rows and
of columns (without level, slope and a step between two taps), which count as far as their own scatter allows: with
weight (s^2/n) / (s^2/n + t^2) for noise s of a tile, n tiles and scatter t of the rows or columns.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.shapes import Floats, Grid, Shape

_MAD_TO_SIGMA = 1.4826
_ROUNDS: Final = 25
#: a source may lie outside the frame, by this share of its longer side
_OUTSIDE: Final = 0.08
_SMALLEST_DECAY_TILES: Final = 0.4
_LONGEST_DECAY_SHARE: Final = 1.2
_NUDGE: Final = 1e-3
#: chi2 that a round must gain for there to be another
_LEAST_PROGRESS: Final = 0.02
#: scatter of slopes in units of the noise from which it is not chance, with 30 of them
_CLEAR_SCATTER: Final = 1.6
#: change of the jump between two taps in units of its noise
_CLEAR_JUMP: Final = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """Shapes, the coefficients of their terms (ADU, the peak first), the sigma of each peak, ``chi2`` of the map."""

    shapes: tuple[Shape, ...]
    coefficients: tuple[tuple[float, ...], ...]
    sigmas: tuple[float, ...]
    chi2: float

    @property
    def peaks(self) -> tuple[float, ...]:
        """Peak of each shape (ADU), of a starburst the mean over all angles."""
        return tuple(c[0] for c in self.coefficients)

    @property
    def parameters(self) -> int:
        """How many numbers were fitted."""
        return sum(s.terms + len(_free(s)) for s in self.shapes)


class Metric:
    """What counts of a map of ``shape`` (rows, columns), as one vector in units of the noise.

    ``scatter``: that of row and of column means (ADU) beyond the noise ``sigma`` of a tile; infinite where they shall
    not count at all. ``slopes``, ``steps``: whether the row means, and the column means, may have a slope, and a step
    in the middle where two taps meet. ``tilts``: scatter (ADU) of the slopes of single rows and columns.
    ``taps``: whether the parts that meet in the middle may differ by more than a step.
    """

    def __init__(  # noqa: PLR0913 - one parameter for each kind of structure
        self,
        shape: tuple[int, int],
        sigma: float,
        *,
        scatter: tuple[float, float] = (math.inf, math.inf),
        slopes: tuple[bool, bool] = (True, True),
        steps: tuple[bool, bool] = (False, False),
        tilts: tuple[float, float] = (0.0, 0.0),
        taps: bool = False,
    ) -> None:
        self.shape, self.sigma = shape, sigma
        self._kinds: dict[str, Any] = {"slopes": slopes, "steps": steps, "tilts": tilts, "taps": taps}
        self._weights = tuple(
            0.0 if math.isinf(t) else math.sqrt(n) / math.sqrt(1.0 + n * t**2 / sigma**2)
            for t, n in zip(scatter, reversed(shape), strict=True)
        )
        self._trends = tuple(trends(n, slope=a, step=b) for n, a, b in zip(shape, slopes, steps, strict=True))
        self._damping = tuple(1.0 - 1.0 / math.hypot(1.0, t / sigma) for t in tilts)
        self._lines = tuple(_line(n) for n in shape)
        self._taps = _tap_shapes(shape) if taps else np.zeros((shape[0] * shape[1], 0))

    def with_scatter(self, scatter: tuple[float, float]) -> Metric:
        """The same with another scatter of rows and columns."""
        return Metric(self.shape, self.sigma, scatter=scatter, **self._kinds)

    def vector(self, values: Floats) -> Floats:
        """The parts of maps ``values`` (..., rows, columns; ADU) that count, in units of the noise, as (..., parts)."""
        inner = _interaction(values)
        if self._damping[0]:
            inner = inner - self._damping[0] * (inner @ self._lines[1])[..., None] * self._lines[1]
        if self._damping[1]:
            inner = inner - self._damping[1] * self._lines[0][:, None] * (self._lines[0] @ inner)[..., None, :]
        flat = inner.reshape(*values.shape[:-2], -1)
        parts = [flat - (flat @ self._taps) @ self._taps.T if self._taps.size else flat]
        for axis, (weight, basis) in enumerate(zip(self._weights, self._trends, strict=True)):
            if weight:
                mean = values.mean(axis=-1 - axis)
                parts.append(weight * (mean - (mean @ basis) @ basis.T))
        return np.concatenate(parts, axis=-1) / self.sigma


def _interaction(values: Floats) -> Floats:
    rows = values.mean(axis=-1, keepdims=True)
    columns = values.mean(axis=-2, keepdims=True)
    result: Floats = values - rows
    result -= columns - rows.mean(axis=-2, keepdims=True)
    return result


def trends(count: int, *, slope: bool = True, step: bool = False) -> Floats:
    """Level over ``count`` rows or columns, slope and a step in the middle; orthonormal, as columns."""
    place = np.linspace(-1, 1, count)
    columns = [np.ones(count)] + [place] * slope + [np.sign(place)] * step
    return np.linalg.qr(np.stack(columns, axis=1))[0]


def _tap_shapes(shape: tuple[int, int]) -> Floats:
    """Four taps, and taps of different slope: neither rows nor columns, but no glow; orthonormal, as columns."""
    (half_y, slope_y), (half_x, slope_x) = ((np.sign(p), p) for p in (np.linspace(-1, 1, n) for n in shape))
    shapes = [np.outer(half_y, half_x), np.outer(slope_y, half_x), np.outer(half_y, slope_x)]
    return np.linalg.qr(np.stack([_interaction(s).ravel() for s in shapes], axis=1))[0]


def has_taps(values: Floats, sigma: float) -> bool:
    """Whether the jump across the middle column, or row, changes along it: four taps, or two of different slope."""
    for map_ in (values, values.T):
        middle = map_.shape[1] // 2
        before, first, second, after = (map_[:, middle + i] for i in (-2, -1, 0, 1))
        jump = 1.5 * (second - first) - 0.5 * (after - before)  # beyond the slope on both sides
        place = np.linspace(-1, 1, len(jump))
        basis = np.linalg.qr(np.stack([np.ones(len(jump)), np.sign(place), place], axis=1))[0]
        change = basis[:, 1:].T @ jump
        if np.max(np.abs(change)) > _CLEAR_JUMP * sigma * math.sqrt(5.0):
            return True
    return False


def _line(count: int) -> Floats:
    """A slope over ``count`` tiles, of unit length."""
    line = np.linspace(-1, 1, count)
    return line / np.linalg.norm(line)


def slope_scatter(values: Floats, sigma: float) -> tuple[float, float]:
    """Scatter (ADU, of unit lines) of the slopes of single rows and of single columns beyond the noise; 0 where none.

    It is that from one to the next, so that light that is wider than a row does not count.
    """
    inner = _interaction(values)
    result = []
    for slopes in (inner @ _line(values.shape[1]), _line(values.shape[0]) @ inner):
        scatter = _MAD_TO_SIGMA * float(np.median(np.abs(np.diff(slopes, 2)))) / math.sqrt(6.0)
        result.append(math.sqrt(scatter**2 - sigma**2) if scatter > _CLEAR_SCATTER * sigma else 0.0)
    return result[0], result[1]


def line_scatter(means: Floats, sigma: float, count: int) -> float:
    """Scatter (ADU) from one row or column of tiles to the next beyond the noise; ``means`` are of ``count`` tiles."""
    scatter = _MAD_TO_SIGMA * float(np.median(np.abs(np.diff(means, 2)))) / math.sqrt(6.0)
    return math.sqrt(max(scatter**2 - sigma**2 / count, 0.0))


def tile_noise(values: Floats) -> float:
    """Noise of a tile (ADU): of the differences between neighbours that no rows and columns make, robustly."""
    cross = values[1:, 1:] - values[:-1, 1:] - values[1:, :-1] + values[:-1, :-1]
    return max(_MAD_TO_SIGMA * float(np.median(np.abs(cross - np.median(cross)))) / 2.0, 1e-6)


def solve(metric: Metric, grid: Grid, target: Floats, shapes: Sequence[Shape]) -> Fit:
    """Coefficients of ``shapes`` by least squares."""
    return _solve(metric, grid, target, shapes)[0]


def _solve(metric: Metric, grid: Grid, target: Floats, shapes: Sequence[Shape]) -> tuple[Fit, Floats]:
    """The fit and its design matrix."""
    if not shapes:
        none = Fit(shapes=(), coefficients=(), sigmas=(), chi2=float(target @ target))
        return none, np.zeros((len(target), 0))
    columns = metric.vector(np.stack([mean for s in shapes for mean in grid.means(s)])).T
    inverse = np.linalg.pinv(columns.T @ columns, rcond=1e-8)
    numbers = inverse @ (columns.T @ target)
    left = target - columns @ numbers
    ends = np.cumsum([s.terms for s in shapes])
    firsts = ends - [s.terms for s in shapes]
    fit = Fit(
        shapes=tuple(shapes),
        coefficients=tuple(tuple(map(float, part)) for part in np.split(numbers, ends[:-1])),
        sigmas=tuple(float(s) for s in np.sqrt(np.maximum(np.diag(inverse)[firsts], 0.0))),
        chi2=float(left @ left),
    )
    return fit, columns


def refine(metric: Metric, grid: Grid, target: Floats, shapes: Sequence[Shape]) -> Fit:
    """Places and decay lengths of the shapes as well, by Levenberg-Marquardt; powers stay.

    The coefficients are solved for at every step (variable projection, with Kaufman's Jacobian).
    """
    (best, columns), damping = _solve(metric, grid, target, shapes), 1e-2
    for _ in range(_ROUNDS):
        slopes = _slopes(metric, grid, best, columns)
        if slopes is None:
            break
        left = target - columns @ np.concatenate(best.coefficients)
        basis = np.linalg.qr(columns)[0]
        slopes -= basis @ (basis.T @ slopes)
        normal, right = slopes.T @ slopes, slopes.T @ left
        gained = 0.0
        while damping < 1e6:
            change = np.linalg.lstsq(normal + damping * np.diag(np.diag(normal) + 1e-9), right, rcond=None)[0]
            trial = _solve(metric, grid, target, _moved(grid, best.shapes, change))
            if trial[0].chi2 < best.chi2:
                gained = best.chi2 - trial[0].chi2
                (best, columns), damping = trial, max(damping / 5, 1e-6)
                break
            damping *= 5
        if gained < _LEAST_PROGRESS:
            break
    return best


def _slopes(metric: Metric, grid: Grid, fit: Fit, columns: Floats) -> Floats | None:
    """Derivatives of the model along the free parameters, as columns; ``columns`` are those of the fit."""
    slopes = []
    start = 0
    for shape, numbers in zip(fit.shapes, fit.coefficients, strict=True):
        here = columns[:, start : start + shape.terms] @ np.array(numbers)
        start += shape.terms
        for i in range(size := len(_free(shape))):
            change = np.zeros(size)
            change[i] = _NUDGE
            there = metric.vector(grid.model([_move(grid, shape, change)], [numbers]))
            slopes.append((there - here) / _NUDGE)
    return np.stack(slopes, axis=1) if slopes else None


def _free(shape: Shape) -> tuple[str, ...]:
    """The parameters of a shape that are fitted: its place, its decay lengths."""
    place = [name for name, held in (("x", shape.held_x), ("y", shape.held_y)) if not held]
    if shape.even or not shape.round:
        return (*place, *(name for name in ("decay_x", "decay_y") if math.isfinite(getattr(shape, name))))
    return (*place, "decay")


def _moved(grid: Grid, shapes: Sequence[Shape], change: NDArray[Any]) -> list[Shape]:
    ends = np.cumsum([len(_free(s)) for s in shapes])
    return [_move(grid, s, part) for s, part in zip(shapes, np.split(change, ends[:-1]), strict=True)]


def _move(grid: Grid, shape: Shape, change: NDArray[Any]) -> Shape:
    """``shape`` moved by ``change``: places in tiles, decay lengths in logarithms; within the limits."""
    longer = max(grid.height, grid.width)
    moved: dict[str, Any] = {}
    for name, by in zip(_free(shape), change, strict=True):
        if name in ("x", "y"):
            end = (grid.width if name == "x" else grid.height) - 1 + _OUTSIDE * longer
            moved[name] = float(np.clip(getattr(shape, name) + by * grid.tile, -_OUTSIDE * longer, end))
            continue
        names = ("decay_x", "decay_y") if name == "decay" else (name,)
        for axis in names:
            length = getattr(shape, axis) * math.exp(float(np.clip(by, -1, 1)))
            moved[axis] = float(np.clip(length, _SMALLEST_DECAY_TILES * grid.tile, _LONGEST_DECAY_SHARE * longer))
    return dataclasses.replace(shape, **moved)
