"""How much of a dark was subtracted, from the raw light itself.

Whatever a host did in its own order, calibration leaves the relation ::

    raw = s_p * (output * flat) + k * dark + b * bias + c_p

in each colour plane p of the mosaic: ``s_p`` is the scale of the flat (hosts divide by a mean, and may
give each colour its own), ``k`` the factor of the dark, ``b`` that of the bias, ``c_p`` a constant that
was subtracted. All four are found by least squares. The relation is exact but for the rounding of the
stored samples, so the noise of sky, light and masters does not enter, and ``k`` is good to 0.001.

Pixels that were changed otherwise (hot pixels replaced by a cosmetic correction, saturated or clipped
ones) break the relation and are found by their residual: the fit is repeated with every pixel that
agrees within :data:`CLIP_SIGMA`. Most pixels obey exactly, so the robust spread finds them at once. That is
done on a sample of large frames (whole cells of the mosaic, at odd distances, so that no pattern of the readout is in
step with it); then one pass over every pixel (:mod:`ampglow_plugin.glow.full_pass`) gives the final numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.full_pass import SINGLE_FROM_PX, FullPlane, Line, Moments, deviations, full_pass

Array: TypeAlias = NDArray[Any]
Mask: TypeAlias = NDArray[np.bool_]
Floats: TypeAlias = NDArray[np.float64]

#: residuals beyond this many standard deviations do not count
CLIP_SIGMA: Final = 4.5
#: never clip closer than this (ADU): twice the last bit of float32 at full scale
CLIP_FLOOR_ADU: Final = 0.02
#: what is unexplained is never less than this (ADU): half of the last bit of float32 at 1000 ADU
RMS_FLOOR_ADU: Final = 3e-5
#: a factor computed in float32 is rounded to this
SINGLE_SIGMA: Final = 2.0**-24
#: fewer pixels than this in a plane decide nothing
MIN_PIXELS: Final = 500
#: a column whose spread is below this (ADU) is constant: nothing can be regressed on it
MIN_SPREAD_ADU: Final = 1e-3
#: two columns that correlate closer than this cannot be told apart
MAX_CORRELATION: Final = 0.99999
#: pixels of all planes on which the pixels that obey are found, at most
SAMPLE_PX: Final = 1_200_000
_ROUNDS = 12
_CHUNK = 1 << 18
_SAMPLE = 50_000
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
    ``factor`` can explain. ``bias`` is None where no bias was regressed on. ``factor_sigma`` is the statistical
    standard deviation, to which ``(residual / dark_rms) ** 2`` is added where more than the rounding of samples is
    unexplained: by that the factor is off if all of it (the noise of a bias that was not given, say) is in the dark.
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


def regress(  # noqa: PLR0913 - one parameter a file
    raw: Sequence[Array],
    output: Sequence[Array],
    dark: Sequence[Array],
    *,
    flat: Sequence[Array] | None = None,
    bias: Sequence[Array] | None = None,
    rounding_adu: float = 0.0,
) -> Regression | None:
    """Fit the relation above to planes of equal shape (ADU); None where nothing can be decided.

    Parameters
    ----------
    raw, output, dark, flat, bias
        One array ``(height, width)`` for each colour plane, the same pixels in the same order. ``flat`` may be on
        any scale; None if none was divided by. ``bias`` is left out of the fit where it has no pattern.
    rounding_adu
        Up to this rms what is unexplained is the rounding of stored samples.

    Returns
    -------
    Regression | None
        None if the output, or the dark, has no pattern at all, or too few pixels obey any relation.
    """
    full = [
        FullPlane(
            y=y,
            x=output[i],
            flat=None if flat is None else flat[i],
            z=(dark[i],) if bias is None else (dark[i], bias[i]),
        )
        for i, y in enumerate(raw)
    ]
    step = _step(sum(plane.size for plane in raw))
    thin = [plane.part(np.s_[::step, ::step]) for plane in full]
    planes = [_plane(p.y, p.x, p.flat, p.z) for p in thin]
    if not all(p.valid.any() for p in planes):
        return None
    if bias is not None and not all(separable(*(z[p.keep] for z in p.z)) for p in planes):
        full, thin = ([replace(p, z=p.z[:1]) for p in some] for some in (full, thin))
        for plane in planes:
            plane.z = plane.z[:1]
    spread = [1.0] * len(planes)
    solution: _Solution | None = None
    for _ in range(_ROUNDS):
        solution = _solve([_moments(p) for p in planes], [max(s, CLIP_FLOOR_ADU) for s in spread])
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
    assert solution is not None
    lines = [
        Line(
            scale=float(np.float32(solution.scale[i])),  # what the pass computes with, to the last bit
            factors=tuple(float(np.float32(f)) for f in solution.shared),
            level=solution.level[i] + _middle(_residual(planes[i], solution, i)[planes[i].keep]),
            limit_adu=_limit(spread[i]),
        )
        for i in range(len(planes))
    ]
    planes.clear()
    return _result(full, lines, rounding_adu, [_spreads(p, line) for p, line in zip(thin, lines, strict=True)])


def _step(pixels: int) -> int:
    """Odd distance of the sampled cells, 1 for small frames."""
    step = math.ceil(math.sqrt(pixels / SAMPLE_PX))
    return step + (step + 1) % 2


def _plane(y: Array, x: Array, flat: Array | None, z: tuple[Array, ...]) -> _Plane:
    product = x.astype(np.float32, copy=True)
    valid = usable(y, x, z[0])
    if flat is not None:
        product *= flat
        valid &= np.isfinite(product) & (flat > 0)
    return _Plane(
        y=np.ascontiguousarray(y, dtype=np.float32),
        x=product,
        z=tuple(np.ascontiguousarray(c, dtype=np.float32) for c in z),
        valid=valid,
        keep=valid.copy(),
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


def _moments(plane: _Plane) -> Moments:
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
        return Moments(count=0, mean=total, product=product)
    mean = total / count
    return Moments(count=count, mean=mean + origin, product=product - count * np.outer(mean, mean))


def _solve(all_moments: Sequence[Moments], spread: Sequence[float]) -> _Solution | None:
    """Eliminate scale and level of each plane, then solve for the shared factors."""
    shared_columns = len(all_moments[0].mean) - 2
    left, right = np.zeros((shared_columns, shared_columns)), np.zeros(shared_columns)
    own, pattern = [], 0.0
    for m, sigma in zip(all_moments, spread, strict=True):
        if m.count < MIN_PIXELS or m.product[0, 0] < m.count * MIN_SPREAD_ADU**2:
            return None
        towards = m.product[1:-1, 0] / m.product[0, 0]
        a = m.product[1:-1, 1:-1] - np.outer(towards, m.product[0, 1:-1])
        g = m.product[1:-1, -1] - towards * m.product[0, -1]
        if a[0, 0] < m.count * MIN_SPREAD_ADU**2:
            return None
        pattern += float(a[0, 0])
        weight = 1.0 / sigma**2
        left += weight * a
        right += weight * g
        inverse = np.linalg.pinv(a)
        own.append((float((inverse @ g)[0]), float(sigma * np.sqrt(max(inverse[0, 0], 0.0)))))
    covariance: Floats = np.linalg.pinv(left).astype(np.float64)
    shared: Floats = covariance @ right
    scale, level = [], []
    for m in all_moments:
        s = float((m.product[0, -1] - m.product[0, 1:-1] @ shared) / m.product[0, 0])
        scale.append(s)
        level.append(float(m.mean[-1] - s * m.mean[0] - shared @ m.mean[1:-1]))
    return _Solution(shared, covariance, scale, level, own, pattern, [m.count for m in all_moments])


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


def _result(
    planes: Sequence[FullPlane], lines: Sequence[Line], rounding_adu: float, sample: Sequence[_Spreads]
) -> Regression | None:
    """The final numbers: one pass over all pixels, whose normal equations correct the lines that the sample gave."""
    passed = [full_pass(plane, line) for plane, line in zip(planes, lines, strict=True)]
    if any(p.moments.count < MIN_PIXELS for p in passed):
        return None
    rms = [float(np.sqrt(max(p.moments.product[-1, -1] / p.moments.count, 0.0))) for p in passed]
    floored = [max(r, RMS_FLOOR_ADU) for r in rms]
    solution = _solve([p.moments for p in passed], floored)
    if solution is None:
        return None
    total = sum(solution.count)
    unexplained = float(np.sqrt(np.average(np.square(rms), weights=solution.count)))
    dark_rms = float(np.sqrt(solution.pattern / total))
    statistical = float(np.sqrt(max(solution.covariance[0, 0], 0.0))) * _unevenness(sample, floored)
    rounding = SINGLE_SIGMA if planes[0].y.size > SINGLE_FROM_PX else 0.0
    bound = 0.0 if unexplained <= rounding_adu else (unexplained / dark_rms) ** 2
    off = np.concatenate([p.astray for p in passed])
    shared = np.array(lines[0].factors) + solution.shared
    return Regression(
        factor=float(shared[0]),
        factor_sigma=float(np.linalg.norm([statistical, bound, rounding])),
        bias=float(shared[1]) if len(shared) > 1 else None,
        planes=tuple(
            PlaneResult(
                scale=line.scale + solution.scale[i],
                factor=line.factors[0] + solution.own[i][0],
                factor_sigma=solution.own[i][1],
                level_adu=line.level + solution.level[i],
                residual_adu=rms[i],
                pixels=solution.count[i],
            )
            for i, line in enumerate(lines)
        ),
        residual_adu=unexplained,
        dark_rms_adu=dark_rms,
        used=total / sum(p.y.size for p in planes),
        astray=float(np.mean(off != 0)) if off.size else 0.0,
        astray_adu=float(off[np.argmax(np.abs(off))]) if off.size else 0.0,
    )


@dataclass(frozen=True, slots=True)
class _Spreads:
    """How the pixels of a plane move the dark's factor: each by its own deviation, and all by the usual one."""

    uneven: float
    even: float


def _spreads(plane: FullPlane, line: Line) -> _Spreads:
    part = deviations(plane, line)
    columns = np.column_stack([part.x, *part.z[1:], np.ones(part.x.size)])
    own = part.z[0] - columns @ np.linalg.lstsq(columns, part.z[0], rcond=None)[0]
    uneven = float(np.sum((own * part.deviation) ** 2))
    return _Spreads(uneven, float(np.sum(own**2)) * float(np.mean(part.deviation**2)))


def _unevenness(sample: Sequence[_Spreads], rms: Sequence[float]) -> float:
    """By how much the sigma is larger because bright pixels of the dark, which decide, deviate more than others.

    The ratio of the heteroscedasticity-consistent (White's) to the plain standard error of the dark's factor, on the
    sample: rounding grows with the sample's value, and so does shot noise.
    """
    uneven = sum(part.uneven / sigma**4 for part, sigma in zip(sample, rms, strict=True))
    even = sum(part.even / sigma**4 for part, sigma in zip(sample, rms, strict=True))
    return float(np.sqrt(uneven / even)) if even > 0 else 1.0
