"""How much of a dark was subtracted, from the raw light itself.

Whatever a host did in its own order, calibration leaves the relation ::

    raw = s_p * (output * flat) + k * dark + b * bias + c_p

in each colour plane p of the mosaic: ``s_p`` is the scale of the flat (hosts divide by a mean, and may
give each colour its own), ``k`` the factor of the dark, ``b`` that of the bias, ``c_p`` a constant that
was subtracted. All four are found by least squares. The relation is exact but for the rounding of the
stored samples, so the noise of sky, light and masters does not enter, and ``k`` is good to 0.001.

Pixels that were changed otherwise (hot pixels replaced by a cosmetic correction, saturated or clipped
ones) break the relation and are found by their residual: the fit is repeated with every pixel that
agrees within :data:`CLIP_SIGMA`. Most pixels obey exactly, so the robust spread finds them at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Mask: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

#: residuals beyond this many standard deviations do not count
CLIP_SIGMA: Final = 4.5
#: never clip closer than this (ADU): the last bits of float32 at full scale
CLIP_FLOOR_ADU: Final = 0.05
#: fewer pixels than this in a plane decide nothing
MIN_PIXELS: Final = 500
#: a column whose spread is below this (ADU) is constant: nothing can be regressed on it
MIN_SPREAD_ADU: Final = 1e-3
#: two columns that correlate closer than this cannot be told apart
MAX_CORRELATION: Final = 0.99999
#: tiles (pixels of a plane) in which pixels that do not obey the relation are looked for together
TILE_PX: Final = 16
#: such a tile is astray where more than this share of its pixels does not obey, or is no number
MOST_OF_A_TILE: Final = 0.5
#: ... and, where they are numbers, where their median is off by more than this: pixels that a cosmetic correction
#: replaced stray to both sides, glow that is left strays to one
ASTRAY_ADU: Final = 1.0
ASTRAY_SIGMA: Final = 5.0
_ROUNDS = 12
_CHUNK = 1 << 18
_SAMPLE = 200_000
_MAD_TO_SIGMA = 1.4826
_FULL_SCALE_ADU = 65535.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaneResult:
    """One plane: its scale, constant, own factor, and what was left over (ADU)."""

    scale: float
    factor: float
    factor_sigma: float
    level_adu: float
    residual_adu: float
    pixels: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Regression:
    """The shared factors with their standard deviations, and each plane.

    ``residual_adu`` is the rms of what the relation does not explain, ``used`` the share of pixels that obey
    it, ``astray`` the share of tiles most of whose pixels do not and are off in the same direction (not
    calibrated there, or lost; ``astray_adu`` is the worst), ``dark_rms_adu`` the pattern of the dark that only
    ``factor`` can explain. ``bias`` is None where no bias was regressed on. ``factor_sigma`` holds two parts:
    the statistical one, and ``(residual / dark_rms) ** 2``, by which the factor is off if all that is
    unexplained (the noise of a bias that was not given, say) is in the dark as well.
    """

    factor: float
    factor_sigma: float
    bias: float | None
    planes: tuple[PlaneResult, ...]
    residual_adu: float
    dark_rms_adu: float
    used: float
    astray: float = 0.0
    astray_adu: float = 0.0

    @property
    def level_adu(self) -> float:
        """Constant that was subtracted, mean of the planes (ADU)."""
        return float(np.mean([p.level_adu for p in self.planes]))


@dataclass
class _Plane:
    """Samples of one plane: y = raw, x = output * flat, z = (dark, bias): the columns with shared factors."""

    y: Array
    x: Array
    z: tuple[Array, ...]
    valid: Mask
    keep: Mask
    lost: Mask


@dataclass
class _Moments:
    """Sums over the kept pixels: count, means and centred products of (x, z..., y)."""

    count: int
    mean: Floats
    product: Floats


def regress(
    raw: Sequence[Array],
    output: Sequence[Array],
    dark: Sequence[Array],
    *,
    flat: Sequence[Array] | None = None,
    bias: Sequence[Array] | None = None,
) -> Regression | None:
    """Fit the relation above to planes of equal shape (ADU); None where nothing can be decided.

    Parameters
    ----------
    raw, output, dark, flat, bias
        One array of any shape for each colour plane, the same pixels in the same order. ``flat`` may be on
        any scale; None if none was divided by. ``bias`` is left out of the fit where it has no pattern.

    Returns
    -------
    Regression | None
        None if the output, or the dark, has no pattern at all, or too few pixels obey any relation.
    """
    planes = [
        _plane(y, x, d, None if flat is None else flat[i], None if bias is None else bias[i])
        for i, (y, x, d) in enumerate(zip(raw, output, dark, strict=True))
    ]
    if bias is not None and not all(separable(*(z[p.keep] for z in p.z)) for p in planes):
        for plane in planes:
            plane.z = plane.z[:1]
    spread = [1.0] * len(planes)
    solution: _Solution | None = None
    for _ in range(_ROUNDS):
        solution = _solve(planes, spread)
        if solution is None:
            return None
        changed = 0
        for i, plane in enumerate(planes):
            residual = _residual(plane, solution, i)
            spread[i] = robust_spread(residual[plane.keep])
            keep = plane.valid & (np.abs(residual - _middle(residual[plane.keep])) <= _limit(spread[i]))
            changed += int(np.count_nonzero(keep != plane.keep))
            plane.keep = keep
        if changed <= 1e-6 * sum(p.y.size for p in planes):
            break
    return _result(planes, spread)


def _plane(y: Array, x: Array, dark: Array, flat: Array | None, bias: Array | None) -> _Plane:
    product = x.astype(np.float32, copy=True)
    valid = usable(y, x, dark)
    if flat is not None:
        product *= flat
        valid &= np.isfinite(product) & (flat > 0)
    z = tuple(np.ascontiguousarray(c, dtype=np.float32) for c in (dark, bias) if c is not None)
    return _Plane(
        y=np.ascontiguousarray(y, dtype=np.float32),
        x=product,
        z=z,
        valid=valid,
        keep=valid.copy(),
        lost=~np.isfinite(x) | (x == 0),
    )


def usable(raw: Array, output: Array, dark: Array) -> Mask:
    """Pixels that can obey the relation: finite, not saturated in the raw, not clipped to 0 in the output."""
    valid: Mask = np.isfinite(output) & np.isfinite(raw) & np.isfinite(dark) & (output != 0)
    highest = float(np.nanmax(raw))
    if np.count_nonzero(raw == highest) > 1:  # several pixels at the very top: that is where the converter ends
        valid &= raw < highest
    valid &= raw < _FULL_SCALE_ADU
    return valid


def separable(dark: Array, bias: Array) -> bool:
    """Whether a bias has a pattern of its own, beside that of the dark (values of the same pixels)."""
    d, b = dark[:_SAMPLE].astype(np.float64), bias[:_SAMPLE].astype(np.float64)
    if len(b) < MIN_PIXELS or b.std() < MIN_SPREAD_ADU or d.std() < MIN_SPREAD_ADU:
        return False
    return bool(abs(np.corrcoef(d, b)[0, 1]) < MAX_CORRELATION)


@dataclass
class _Solution:
    shared: Floats
    covariance: Floats
    scale: list[float]
    level: list[float]
    own: list[tuple[float, float]]
    pattern: float
    count: list[int]


def _chunks(size: int) -> Iterator[slice]:
    for start in range(0, size, _CHUNK):
        yield slice(start, min(size, start + _CHUNK))


def _moments(plane: _Plane) -> _Moments:
    columns = [c.reshape(-1) for c in (plane.x, *plane.z, plane.y)]
    keep = plane.keep.reshape(-1)
    n = len(columns)
    count, total, product = 0, np.zeros(n), np.zeros((n, n))
    origin: Floats | None = None
    for part in _chunks(keep.size):
        block = np.stack([c[part][keep[part]] for c in columns]).astype(np.float64)
        if not block.shape[1]:
            continue
        if origin is None:
            origin = block.mean(axis=1)
        block -= origin[:, None]
        count += block.shape[1]
        total += block.sum(axis=1)
        product += block @ block.T
    if origin is None:
        return _Moments(count=0, mean=total, product=product)
    mean = total / count
    return _Moments(count=count, mean=mean + origin, product=product - count * np.outer(mean, mean))


def _solve(planes: Sequence[_Plane], spread: Sequence[float]) -> _Solution | None:
    """Eliminate scale and level of each plane, then solve for the shared factors."""
    shared_columns = len(planes[0].z)
    left, right = np.zeros((shared_columns, shared_columns)), np.zeros(shared_columns)
    moments, own, pattern = [], [], 0.0
    for plane, sigma in zip(planes, spread, strict=True):
        m = _moments(plane)
        if m.count < MIN_PIXELS or m.product[0, 0] < m.count * MIN_SPREAD_ADU**2:
            return None
        towards = m.product[1:-1, 0] / m.product[0, 0]
        a = m.product[1:-1, 1:-1] - np.outer(towards, m.product[0, 1:-1])
        g = m.product[1:-1, -1] - towards * m.product[0, -1]
        if a[0, 0] < m.count * MIN_SPREAD_ADU**2:
            return None
        pattern += float(a[0, 0])
        weight = 1.0 / max(sigma, CLIP_FLOOR_ADU) ** 2
        left += weight * a
        right += weight * g
        inverse = np.linalg.pinv(a)
        own.append((float((inverse @ g)[0]), float(sigma * np.sqrt(max(inverse[0, 0], 0.0)))))
        moments.append(m)
    covariance: Floats = np.linalg.pinv(left).astype(np.float64)
    shared: Floats = covariance @ right
    scale, level = [], []
    for m in moments:
        s = float((m.product[0, -1] - m.product[0, 1:-1] @ shared) / m.product[0, 0])
        scale.append(s)
        level.append(float(m.mean[-1] - s * m.mean[0] - shared @ m.mean[1:-1]))
    return _Solution(shared, covariance, scale, level, own, pattern, [m.count for m in moments])


def _residual(plane: _Plane, solution: _Solution, index: int) -> NDArray[np.float32]:
    result = np.empty(plane.y.shape, dtype=np.float32)
    flat = result.reshape(-1)
    for part in _chunks(flat.size):
        model = solution.level[index] + solution.scale[index] * plane.x.reshape(-1)[part].astype(np.float64)
        for factor, column in zip(solution.shared, plane.z, strict=True):
            model += factor * column.reshape(-1)[part]
        flat[part] = plane.y.reshape(-1)[part] - model
    return result


def _sample(values: Array) -> Array:
    flat = values.reshape(-1)
    return flat[:: max(1, flat.size // _SAMPLE)]


def _middle(values: Array) -> float:
    return float(np.median(_sample(values))) if values.size else 0.0


def robust_spread(values: Array) -> float:
    """Robust standard deviation: 1.4826 times the median absolute deviation."""
    if not values.size:
        return 0.0
    part = _sample(values)
    return float(_MAD_TO_SIGMA * np.median(np.abs(part - np.median(part))))


def _limit(sigma: float) -> float:
    return max(CLIP_SIGMA * sigma, CLIP_FLOOR_ADU)


def _result(planes: Sequence[_Plane], spread: Sequence[float]) -> Regression | None:
    solution = _solve(planes, spread)
    if solution is None:
        return None
    rms = []
    tiles: list[Array] = []
    for i, plane in enumerate(planes):
        residual = _residual(plane, solution, i)
        kept = residual[plane.keep].astype(np.float64)
        rms.append(float(np.sqrt(np.mean(kept**2))))
        tiles.append(astray_tiles(residual, plane.keep, plane.valid, plane.lost))
    off = np.concatenate(tiles) if tiles else np.zeros(0)
    total = sum(solution.count)
    unexplained = float(np.sqrt(np.average(np.square(rms), weights=solution.count)))
    dark_rms = float(np.sqrt(solution.pattern / total))
    statistical = float(np.sqrt(max(solution.covariance[0, 0], 0.0)))
    return Regression(
        factor=float(solution.shared[0]),
        factor_sigma=float(np.hypot(statistical, (unexplained / dark_rms) ** 2)),
        bias=float(solution.shared[1]) if len(solution.shared) > 1 else None,
        planes=tuple(
            PlaneResult(
                scale=solution.scale[i],
                factor=solution.own[i][0],
                factor_sigma=solution.own[i][1],
                level_adu=solution.level[i],
                residual_adu=rms[i],
                pixels=solution.count[i],
            )
            for i in range(len(planes))
        ),
        residual_adu=unexplained,
        dark_rms_adu=dark_rms,
        used=total / sum(p.y.size for p in planes),
        astray=float(np.mean(off != 0)) if off.size else 0.0,
        astray_adu=float(off[np.argmax(np.abs(off))]) if off.size else 0.0,
    )


def astray_tiles(residual: Array, keep: Mask, valid: Mask, lost: Mask) -> NDArray[np.float64]:
    """One number a tile of a plane ``(height, width)``: its median residual (ADU) where it is astray, else 0.

    Infinity stands for a tile most of whose output is ``lost`` (no numbers, or exactly 0); saturated pixels of the
    raw light are not ``valid`` and say nothing. Arrays that are not two-dimensional have no tiles.
    """
    if residual.ndim != 2:
        return np.zeros(0)
    found = []
    for top in range(0, residual.shape[0] - TILE_PX + 1, TILE_PX):
        for left in range(0, residual.shape[1] - TILE_PX + 1, TILE_PX):
            tile = np.s_[top : top + TILE_PX, left : left + TILE_PX]
            value = 0.0
            if np.mean(lost[tile]) > MOST_OF_A_TILE:
                value = np.inf
            elif np.mean(keep[tile]) < 1 - MOST_OF_A_TILE:
                numbers = residual[tile][valid[tile]].astype(np.float64)
                if numbers.size >= (1 - MOST_OF_A_TILE) * TILE_PX**2:
                    middle = float(np.median(numbers))
                    sigma = robust_spread(numbers) * np.sqrt(np.pi / 2 / numbers.size)
                    value = middle if abs(middle) > max(ASTRAY_ADU, ASTRAY_SIGMA * sigma) else 0.0
            found.append(value)
    return np.asarray(found)
