"""How much of a dark was subtracted, where a flat was divided by that is not at hand.

The relation of :mod:`ampglow_plugin.glow.regression` then reads ::

    raw = F(x, y) * (1 + e) * output + k * dark + c

with a smooth unknown scale F (lens, dust) and the unknown response e of each pixel. Because e is in the
raw *and* in the output, least squares is biased (by 0.1 and more for a flat divided into an undarkened
light). Instruments are not: quantities that cannot know e of this very pixel. These are the position,
the output of the neighbours (sky, stars) and the pixel's deviation from its neighbours in the dark. Two-stage
least squares on them gives k without bias, at the price of a sigma that depends on how much of the dark's
fine pattern (warm pixels) is left after a cosmetic correction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.astray import ASTRAY_ADU, ASTRAY_SIGMA, TILE_PX, Tiles
from ampglow_plugin.glow.hot_pixels import CALM_SPREAD, replaced_levels
from ampglow_plugin.glow.regression import (
    CLIP_SIGMA,
    MIN_PIXELS,
    MIN_SPREAD_ADU,
    PlaneResult,
    Regression,
    robust_spread,
    separable,
    usable,
)

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]

#: highest degree of the polynomial F(x, y) over a plane
SCALE_DEGREE: Final = 4
#: the instrument of the neighbours comes with the position, up to this degree
NEIGHBOUR_DEGREE: Final = 2
#: what the smooth scale and a bias that is not at hand leave in the factor: median error on sharp simulated nights
SYSTEMATIC_SIGMA: Final = 0.0005
#: quantiles of the dark between which a cosmetic correction is looked for
LEVELS: Final = (0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.985, 0.99, 0.995, 0.997, 0.998, 0.999, 1.0)
#: a level whose residual spreads this many times wider than that of the ordinary pixels was replaced
REPLACED_SPREAD: Final = 1.4
#: a tile in which raw and output share less of their noise than this was replaced: it says nothing
COMMON_NOISE: Final = 0.5
MIN_TILE_PIXELS: Final = 64
#: levels below this share of the median do not weigh more than it
_WEIGHT_FLOOR = 0.2
_ROUNDS = 8
_ROWS = 128


def regress_without_flat(
    raw: Sequence[Array], output: Sequence[Array], dark: Sequence[Array], *, bias: Sequence[Array] | None = None
) -> Regression | None:
    """Estimate factor and level of each plane ``(height, width)`` in ADU without the flat.

    The planes are independent; their factors are averaged by weight. ``factor_sigma`` is the larger of the
    propagated one and the scatter of the planes, with :data:`SYSTEMATIC_SIGMA` added in quadrature;
    ``scale`` of a plane is the mean of F. None where nothing can be decided.
    """
    results = [
        _plane(y, x, d, None if bias is None else bias[i])
        for i, (y, x, d) in enumerate(zip(raw, output, dark, strict=True))
    ]
    if any(r is None for r in results):
        return None
    fits = [r for r in results if r is not None]
    weights = np.array([1.0 / f.result.factor_sigma**2 for f in fits])
    factors = np.array([f.result.factor for f in fits])
    mean = float(np.average(factors, weights=weights))
    sigma = float(1.0 / np.sqrt(weights.sum()))
    if len(fits) > 1:
        chi2 = float(np.sum(weights * (factors - mean) ** 2)) / (len(fits) - 1)
        sigma *= max(1.0, float(np.sqrt(chi2)))
    off = np.concatenate([f.astray for f in fits])
    return Regression(
        factor=mean,
        factor_sigma=float(np.hypot(sigma, SYSTEMATIC_SIGMA)),
        bias=None if fits[0].bias is None else float(np.average([f.bias or 0.0 for f in fits], weights=weights)),
        planes=tuple(f.result for f in fits),
        residual_adu=float(np.sqrt(np.mean([f.result.residual_adu**2 for f in fits]))),
        dark_rms_adu=float(np.sqrt(np.mean([f.dark_rms_adu**2 for f in fits]))),
        used=float(np.mean([f.used for f in fits])),
        astray=float(np.mean(off != 0)) if off.size else 0.0,
        astray_adu=float(off[np.argmax(np.abs(off))]) if off.size else 0.0,
    )


@dataclass(frozen=True, slots=True)
class _Fit:
    result: PlaneResult
    dark_rms_adu: float
    used: float
    bias: float | None
    astray: Floats


def _around(plane: Array) -> Array:
    """Mean of the four neighbours of the same colour; at the edges of those that are there."""
    total = np.zeros(plane.shape, dtype=np.float32)
    count = np.zeros(plane.shape, dtype=np.float32)
    for here, there in (
        (np.s_[1:, :], np.s_[:-1, :]),
        (np.s_[:-1, :], np.s_[1:, :]),
        (np.s_[:, 1:], np.s_[:, :-1]),
        (np.s_[:, :-1], np.s_[:, 1:]),
    ):
        total[here] += plane[there]
        count[here] += 1
    return total / count


def _powers(degree: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]


class _Design:
    """Columns and instruments of one plane, built a strip of rows at a time."""

    def __init__(self, raw: Array, output: Array, dark: Array, bias: Array | None) -> None:
        self.y, self.x = raw.astype(np.float64), output.astype(np.float64)
        self.shared = [c.astype(np.float64) - float(np.median(c)) for c in (dark, bias) if c is not None]
        self.n = _around(output).astype(np.float64)
        # a hot neighbour would be all that such a deviation shows: the neighbours are winsorized
        self.fine = [c - _around(np.clip(c, *np.quantile(c, (0.02, 0.98)))) for c in self.shared]
        middle = float(np.median(np.abs(self.n))) or 1.0
        self.unit = middle
        self.weight = 1.0 / np.maximum(np.abs(self.n) / middle, _WEIGHT_FLOOR)
        self.scale_powers, self.neighbour_powers = _powers(SCALE_DEGREE), _powers(NEIGHBOUR_DEGREE)

    def strip(self, rows: slice) -> tuple[Floats, Floats, Floats]:
        """(columns, instruments, y) of some rows, each times the weight, as (number, pixels)."""
        height, width = self.y.shape
        v = np.linspace(-1, 1, height)[rows][:, None]
        u = np.linspace(-1, 1, width)[None, :]
        w = self.weight[rows]
        x, n = self.x[rows] * w / self.unit, self.n[rows] * w / self.unit
        terms = {(i, j): u**i * v**j for i, j in self.scale_powers}
        columns = [terms[p] * x for p in self.scale_powers] + [w] + [c[rows] * w for c in self.shared]
        instruments = [terms[p] * w for p in self.scale_powers]
        instruments += [terms[p] * n for p in self.neighbour_powers] + [f[rows] * w for f in self.fine]
        pixels = w.size
        return (
            np.stack([np.broadcast_to(c, w.shape).reshape(pixels) for c in columns]),
            np.stack([np.broadcast_to(c, w.shape).reshape(pixels) for c in instruments]),
            (self.y[rows] * w).reshape(pixels),
        )


def _plane(raw: Array, output: Array, dark: Array, bias: Array | None) -> _Fit | None:
    valid = usable(raw, output, dark)
    if np.count_nonzero(valid) < MIN_PIXELS:
        return None
    keep = valid
    if min(float(np.std(a[keep])) for a in (output, dark)) < MIN_SPREAD_ADU:
        return None  # nothing that could be followed from one file to the other
    if bias is not None and not separable(dark[keep], bias[keep]):
        bias = None
    raw, output, dark = (np.nan_to_num(a, posinf=0.0, neginf=0.0) for a in (raw, output, dark))
    design = _Design(raw, output, dark, bias)
    shared = len(design.shared)
    strips = [slice(r, min(r + _ROWS, raw.shape[0])) for r in range(0, raw.shape[0], _ROWS)]
    sigma = 0.0
    for _ in range(_ROUNDS):
        solved = _two_stage(design, strips, keep)
        if solved is None:
            return None
        coefficients, _ = solved
        residual = np.concatenate([_strip_residual(design, rows, coefficients) for rows in strips])
        sigma = robust_spread(residual[keep])
        before, keep = (
            keep,
            _obedient(dark, residual, design.x - design.n, valid) & (np.abs(residual) <= CLIP_SIGMA * sigma),
        )
        if np.count_nonzero(before != keep) <= 1e-5 * keep.size or np.count_nonzero(keep) < MIN_PIXELS:
            break
    solved = _two_stage(design, strips, keep)
    if solved is None:
        return None
    coefficients, from_instruments = solved
    residual = np.concatenate([_strip_residual(design, rows, coefficients) for rows in strips])
    rms = float(np.sqrt(np.mean(residual[keep] ** 2)))
    scale = float(np.mean(_scale_map(design, coefficients))) / design.unit
    bias_factor = float(coefficients[-1]) if bias is not None else None
    bias_part = 0.0 if bias is None else float(coefficients[-1] * np.median(bias))
    result = PlaneResult(
        scale=scale,
        factor=float(coefficients[-shared]),
        factor_sigma=max(_standard_error(design, strips, keep, residual, from_instruments[-shared]), 1e-9),
        level_adu=float(coefficients[-shared - 1] - coefficients[-shared] * np.median(dark) - bias_part),
        residual_adu=rms,
        pixels=int(np.count_nonzero(keep)),
    )
    astray = _astray(design, coefficients, residual, keep, valid & (output != 0) & np.isfinite(design.x))
    return _Fit(result, float(np.std(design.fine[0][keep])), float(np.mean(keep)), bias_factor, astray)


def _standard_error(
    design: _Design, strips: Sequence[slice], keep: Array, residual: Floats, from_instruments: Floats
) -> float:
    """Of a coefficient, consistent where pixels deviate unequally (White): bright ones, which decide, do so more."""
    total = 0.0
    for rows in strips:
        used = keep[rows].reshape(-1)
        weight = from_instruments @ design.strip(rows)[1][:, used]
        total += float(np.sum((weight * residual[rows].reshape(-1)[used]) ** 2))
    return float(np.sqrt(total))


def _astray(design: _Design, coefficients: Floats, residual: Floats, keep: Array, valid: Array) -> Floats:
    """One number a tile (ADU): 0 where the tile obeys, infinity where its output is lost.

    Without the flat a shadow of dust deviates as well. It is told apart by the noise of the tile, which raw and output
    share: their slope is the scale there, and what is beside it under the dust is nothing.
    """
    shared = len(design.shared)
    scale, level = float(np.mean(_scale_map(design, coefficients))) / design.unit, float(coefficients[-shared - 1])
    lost = np.where(valid, design.x, 0.0)
    tiles = Tiles(design.y.shape[1])
    tiles.add(design.y, lost, residual / design.weight, keep, np.inf)
    found = tiles.found()
    across = design.y.shape[1] // TILE_PX
    for number in np.flatnonzero(np.isfinite(found) & (found != 0)):
        i, j = divmod(int(number), across)
        here = np.s_[i * TILE_PX : (i + 1) * TILE_PX, j * TILE_PX : (j + 1) * TILE_PX]
        use = valid[here]
        x, y = np.where(use, design.x[here], np.nan), design.y[here] - level
        for factor, column in zip(coefficients[-shared:], design.shared, strict=True):
            y = y - factor * column[here]
        found[number] = _beside(x, y, scale)
    return found


def _beside(x: Floats, y: Floats, scale: float) -> float:
    """Level of ``y`` where ``x`` is 0, by the slope of their common noise; 0 where it is none, or they share none.

    The slope is that of differences between neighbours: glow that is left, and the rim of a shadow, have slopes of
    their own. ``x`` is no number where a pixel does not count.
    """
    dx, dy = (np.diff(v, axis=1).reshape(-1) for v in (x, y))
    pairs = np.isfinite(dx)
    dx, dy = dx[pairs], dy[pairs]
    slope, spread, square = 0.0, 0.0, 0.0
    good = np.ones(dx.size, dtype=bool)
    for _ in range(4):
        square = float(dx[good] @ dx[good])
        if np.count_nonzero(good) < MIN_TILE_PIXELS or square < dx.size * MIN_SPREAD_ADU**2:
            return 0.0
        slope = float(dx[good] @ dy[good]) / square
        rest = dy - slope * dx
        spread = max(robust_spread(rest[good]), MIN_SPREAD_ADU)
        good = np.abs(rest) <= CLIP_SIGMA * spread
    if slope < COMMON_NOISE * abs(scale):
        return 0.0
    used = np.isfinite(x)
    beside, around = y[used] - slope * x[used], float(np.mean(x[used]))
    level = float(np.mean(beside))
    # of two kinds of pixels in a tile, the rim of a shadow, each is one piece: no more than a side's worth of samples
    sigma = float(np.hypot(np.std(beside) / np.sqrt(TILE_PX), spread * around / np.sqrt(square)))
    return level if abs(level) > max(ASTRAY_ADU, ASTRAY_SIGMA * sigma) else 0.0


def _obedient(dark: Array, residual: Floats, fine: Floats, valid: Array) -> Array:
    """``valid`` without the levels of the dark at which a cosmetic correction was at work.

    A replaced pixel has the noise of the sky in its residual, many times that of the flat, so that clipping
    alone lets a good part of them pass; and it lies nearer to its neighbours in the output (``fine``) than any pixel
    does by itself. Corrections go by the level of the dark: whole levels are dropped.
    """
    result = valid.copy()
    edges = np.quantile(dark[valid], LEVELS)
    ordinary = valid & (dark <= edges[0])
    base, base_fine = robust_spread(residual[ordinary]), robust_spread(fine[ordinary])
    levels = [valid & (dark > low) & (dark <= high) for low, high in pairwise(edges)]
    calm = [robust_spread(_without_trend(dark[at], fine[at])) < CALM_SPREAD * base_fine for at in levels]
    for level, replaced in zip(levels, replaced_levels(np.array(calm)), strict=True):
        if replaced or robust_spread(_without_trend(dark[level], residual[level])) > REPLACED_SPREAD * base:
            result &= ~level
    return result


def _without_trend(dark: Array, residual: Floats) -> Floats:
    """``residual`` without what follows the dark: a factor not found yet. At one level of the dark, as it is."""
    if not residual.size:
        return residual
    d = dark.astype(np.float64) - float(np.mean(dark, dtype=np.float64))
    square = float(d @ d)
    if square < d.size * MIN_SPREAD_ADU**2:
        return residual
    rest: Floats = residual - d * (float(d @ residual) / square)
    return rest


def _strip_residual(design: _Design, rows: slice, coefficients: Floats) -> Floats:
    columns, _, y = design.strip(rows)
    residual: Floats = (y - coefficients @ columns).reshape(design.y[rows].shape)
    return residual


def _scale_map(design: _Design, coefficients: Floats) -> Floats:
    v, u = np.linspace(-1, 1, 33)[:, None], np.linspace(-1, 1, 33)[None, :]
    total: Floats = np.zeros((33, 33))
    for (i, j), c in zip(design.scale_powers, coefficients[: len(design.scale_powers)], strict=True):
        total = total + c * u**i * v**j
    return total


def _two_stage(design: _Design, strips: Sequence[slice], keep: Array) -> tuple[Floats, Floats] | None:
    """Coefficients b = (X'Z (Z'Z)^-1 Z'X)^-1 X'Z (Z'Z)^-1 Z'y, and the matrix that makes them from Z'y."""
    zz: Floats | None = None
    zx, zy = np.zeros(()), np.zeros(())
    for rows in strips:
        columns, instruments, y = design.strip(rows)
        used = keep[rows].reshape(-1)
        x, z, y = columns[:, used], instruments[:, used], y[used]
        if zz is None:
            zz, zx, zy = z @ z.T, z @ x.T, z @ y
        else:
            zz += z @ z.T
            zx = zx + z @ x.T
            zy = zy + z @ y
    if zz is None:
        return None
    # columns differ by orders of magnitude: solve in units of their own size
    unit_z = 1.0 / np.sqrt(np.maximum(np.diag(zz), 1e-300))
    zz, zx, zy = zz * np.outer(unit_z, unit_z), zx * unit_z[:, None], zy * unit_z
    projected = np.linalg.lstsq(zz, np.column_stack([zx, zy]), rcond=1e-12)[0]
    normal, right = zx.T @ projected[:, :-1], zx.T @ projected[:, -1]
    unit_x = 1.0 / np.sqrt(np.maximum(np.diag(normal), 1e-300))
    inverse = np.linalg.pinv(normal * np.outer(unit_x, unit_x), rcond=1e-13) * np.outer(unit_x, unit_x)
    return inverse @ right, inverse @ projected[:, :-1].T * unit_z
