"""How much of the dark's hot and warm pixels is left in an output.

A pixel minus the mean of its four neighbours of the same colour holds neither sky nor glow. That difference in the
output is regressed on the one in the dark, over pixels that stand out of the dark's own fine noise.

Cosmetic corrections replace hot pixels by a mean of their neighbours, whatever was subtracted: such pixels would
always say "nothing is left". They betray themselves by their noise: a mean of neighbours differs from the mean of
the neighbours by far less than a pixel does. Corrections go by the level of the dark, so whole levels are dropped. One
that took neighbours of other colours leaves a step between the replaced pixels and their own colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

#: a pixel of the dark counts from this many spreads of its fine structure above its neighbours on: of normal noise one
#: in three millions is there, so that no pixel counts for the master's noise alone
STANDS_OUT: Final = 5.0
#: a pixel with a neighbour that stands out this far does not count: both would be in the difference
QUIET_NEIGHBOUR: Final = 5.0
#: levels whose pixels spread less than this share of ordinary ones were replaced; a mean of eight neighbours spreads
#: 0.32 of it, a median of them 0.4
CALM_SPREAD: Final = 0.7
#: pixels in a level, at least; levels, at most
LEVEL_PIXELS: Final = 30
MOST_LEVELS: Final = 24
#: fewer pixels decide nothing
MIN_PIXELS: Final = 30
#: but as many do in each of two colours, to see whether they say the same
COMPARED_PIXELS: Final = 12
#: pixels of the dark above this are saturated, or nearly (ADU)
SATURATED_ADU: Final = 60000.0
CLIP_SIGMA: Final = 4.5
#: a step of this many spreads of ordinary pixels is one of colour
CLEAR_STEP: Final = 0.5
_MAD_TO_SIGMA = 1.4826
#: pixels of a plane that are looked at, in bands of so many rows
PLANE_PX: Final = 500_000
BAND_ROWS: Final = 18
_SHORTEST = 8
_SAMPLE = 50_000
_ROUNDS = 10
_CONVERGED = 1e-6


@dataclass(frozen=True, kw_only=True, slots=True)
class HotResidual:
    """Share of the dark's hot and warm pixels that is left, its standard deviation, and from how many pixels.

    ``replaced`` is the share of the pixels that stood out and did not count, because a cosmetic correction had replaced
    them. ``residual`` is None, with the reason in ``why``, where nothing can be measured.
    """

    residual: float | None = None
    sigma: float | None = None
    pixels: int = 0
    replaced: float = 0.0
    why: str = ""


@dataclass(slots=True)
class _Pixels:
    """Pixels that stand out: differences in dark ``x`` and output ``z``; spreads and number of the plane."""

    x: Floats
    z: Floats
    level: Floats
    noise: Floats
    ordinary: Floats
    plane: Floats


def hot_residual(
    output: Sequence[Array],
    dark: Sequence[Array],
    flat: Sequence[Array] | None,
    scale: Sequence[float] | None = None,
    *,
    least: int = MIN_PIXELS,
) -> HotResidual:
    """Estimate from planes ``(height, width)`` in ADU, from ``least`` pixels on.

    ``flat`` times ``scale`` is the flat as the host normalised it. Of large frames evenly spread bands are used.
    """
    found: list[_Pixels] = []
    for i, (o, d) in enumerate(zip(output, dark, strict=True)):
        unit = 1.0 if scale is None else scale[i]
        part = _differences(_banded(o), _banded(d), None if flat is None else _banded(flat[i]), unit)
        if part is not None:
            part.plane[:] = i
            found.append(part)
    if not found:
        return HotResidual(why="the frame is too small, or has no noise, to compare pixels with their neighbours")
    return _estimate(found, least)


def _banded(plane: Array) -> Array:
    """``(bands, rows, width)``: bands of the plane that hold at most :data:`PLANE_PX`, or the whole as one."""
    height, width = plane.shape
    bands = max(1, PLANE_PX // (BAND_ROWS * width))
    every = height // bands
    if every <= BAND_ROWS:
        return plane[None]
    return np.stack([plane[i * every : i * every + BAND_ROWS] for i in range(bands)])


def _around(plane: Array) -> NDArray[np.float32]:
    """Mean of the four neighbours, without the outermost pixels."""
    p = plane
    along, down = p[:, 1:-1, :-2] + p[:, 1:-1, 2:], p[:, :-2, 1:-1] + p[:, 2:, 1:-1]
    mean: NDArray[np.float32] = (along + down) * np.float32(0.25)
    return mean


def _differences(output: Array, dark: Array, flat: Array | None, unit: float) -> _Pixels | None:
    if min(output.shape[1:]) < _SHORTEST:
        return None
    d = dark.astype(np.float32, copy=False)
    x = d[:, 1:-1, 1:-1] - _around(d)
    part = x.reshape(-1)[:: max(1, x.size // _SAMPLE)]
    part = part[np.isfinite(part)]
    if part.size < MIN_PIXELS:
        return None
    core = float(_MAD_TO_SIGMA * np.median(np.abs(part - np.median(part))))
    if core <= 0:
        return None
    out = x > STANDS_OUT * core
    quiet = np.ones(x.shape, dtype=bool)
    loud = x > QUIET_NEIGHBOUR * core
    quiet[:, 1:] &= ~loud[:, :-1]
    quiet[:, :-1] &= ~loud[:, 1:]
    quiet[:, :, 1:] &= ~loud[:, :, :-1]
    quiet[:, :, :-1] &= ~loud[:, :, 1:]
    chosen = np.flatnonzero(out & quiet & (d[:, 1:-1, 1:-1] < SATURATED_ADU))
    usual = np.flatnonzero(quiet & (np.abs(x) < 2 * core))
    usual = usual[:: max(1, usual.size // _SAMPLE)]
    z = _output_difference(output, flat, chosen, x.shape) * unit
    ordinary = _output_difference(output, flat, usual, x.shape) * unit
    fine = np.isfinite(z)
    ordinary = ordinary[np.isfinite(ordinary)]
    if ordinary.size < MIN_PIXELS:
        return None
    spread = _spread(ordinary)
    if spread <= 0:
        return None
    chosen, z = chosen[fine], z[fine]
    bands, rows, columns = np.unravel_index(chosen, x.shape)
    return _Pixels(
        x=x.reshape(-1)[chosen].astype(np.float64),
        z=z,
        level=d[bands, rows + 1, columns + 1].astype(np.float64),
        noise=np.full(z.size, core),
        ordinary=np.full(z.size, spread),
        plane=np.zeros(z.size),
    )


def _output_difference(output: Array, flat: Array | None, chosen: NDArray[np.intp], shape: tuple[int, ...]) -> Floats:
    """Difference of chosen pixels to their neighbours, times the flat; NaN where lost."""
    b, rows, columns = np.unravel_index(chosen, shape)
    y, x = rows + 1, columns + 1
    own = output[b, y, x].astype(np.float64)
    around = [output[b, y + dy, x + dx].astype(np.float64) for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1))]
    difference: Floats = own - np.mean(around, axis=0)
    if flat is not None:
        difference = difference * flat[b, y, x]
    lost = (own == 0) | np.any(np.equal(around, 0), axis=0)
    return np.where(lost, np.nan, difference)


def _spread(values: Floats) -> float:
    return float(_MAD_TO_SIGMA * np.median(np.abs(values - np.median(values))))


def _estimate(planes: Sequence[_Pixels], least: int) -> HotResidual:
    x, z, level, noise, ordinary, plane = (
        np.concatenate([getattr(p, name) for p in planes]) for name in ("x", "z", "level", "noise", "ordinary", "plane")
    )
    if x.size < least:
        return HotResidual(pixels=x.size, why=f"only {x.size} pixels of the dark stand out of its noise")
    order = np.argsort(level, kind="stable")
    parts = np.array_split(order, max(1, min(MOST_LEVELS, x.size // LEVEL_PIXELS)))
    z = z / ordinary
    x = x / ordinary
    slopes, spreads = zip(*(_level(x[p], z[p]) for p in parts), strict=True)
    replaced = replaced_levels(np.array(spreads) < CALM_SPREAD)
    kept = [i for i in range(len(parts)) if not replaced[i]]
    share = float(1 - sum(parts[i].size for i in kept) / x.size)
    if sum(parts[i].size for i in kept) < least:
        return HotResidual(replaced=share, why="a cosmetic correction replaced the pixels that stand out of the dark")
    used = np.concatenate([parts[i] for i in kept])
    x, z, n = x[used], z[used], noise[used] / ordinary[used]
    slope = float(np.median([slopes[i] for i in kept]))
    weight, good, total = np.ones(x.size), np.ones(x.size, dtype=bool), 1.0
    for _ in range(_ROUNDS):
        rest = z - slope * x
        weight = 1.0 / _variance(x, rest)
        good = np.abs(rest) * np.sqrt(weight) <= CLIP_SIGMA
        total = float(np.sum(weight[good] * x[good] ** 2))
        before, slope = slope, float(np.sum(weight[good] * x[good] * z[good]) / total)
        if abs(slope - before) < _CONVERGED:
            break
    if _steps(plane[used], x, z):
        return HotResidual(replaced=1.0, why="a cosmetic correction replaced the hot pixels by those of other colours")
    rest, w, x, n = (z - slope * x)[good], weight[good], x[good], n[good]
    # each pixel by its own deviation, as far as the others tell it (HC3): some blink and spread wider than their kind
    own = np.minimum(w * x**2 / total, 0.9)
    statistical = float(np.sqrt(np.sum((w * x * rest / (1 - own)) ** 2)) / total)
    most = float(np.sum(w * n**2) / total)
    return HotResidual(
        residual=slope + most / 2,
        sigma=float(np.hypot(statistical, most / np.sqrt(12))),
        pixels=int(good.sum()),
        replaced=share,
    )


def _variance(x: Floats, rest: Floats) -> Floats:
    """Variance of each pixel in units of the ordinary one: that grows with the signal, by its shot noise."""
    high = x >= np.median(x)
    more = max(0.0, _spread(rest[high]) ** 2 - 1.0) / float(np.median(x[high]))
    variance: Floats = 1.0 + more * np.maximum(x, 0.0)
    return variance


def _steps(plane: Floats, x: Floats, z: Floats) -> bool:
    """Whether the pixels of two colours or more lie beside their neighbours by an amount that is not the dark's.

    Each colour by a line of its own, through the middles of its lower and its upper half: without the flat every colour
    has another scale, and what is left of its hot pixels another slope, but none has a step.
    """
    found = 0
    for number in np.unique(plane):
        own = np.flatnonzero(plane == number)
        if own.size < LEVEL_PIXELS // 2:
            continue
        low, high = np.array_split(own[np.argsort(x[own])], 2)
        ((x_low, z_low), (x_high, z_high)) = ((np.median(x[half]), np.median(z[half])) for half in (low, high))
        apart = float(x_high - x_low)
        if apart <= 0:  # all alike: a step cannot be told from a slope
            continue
        step = float(z_low * x_high - z_high * x_low) / apart
        spread = _spread(z[own] - step - x[own] * float(z_high - z_low) / apart)
        sigma = spread * np.sqrt(np.pi / own.size) * float(np.hypot(x_high, x_low)) / apart
        found += abs(step) > max(CLEAR_STEP, CLIP_SIGMA * sigma)
    return found >= 2


def replaced_levels(calm: Mask) -> Mask:
    """Levels that were replaced, from those that spread too little, lowest first.

    A correction has a limit: where most levels above one are too calm, all are dropped. The limit itself lies
    somewhere in the level below.
    """
    replaced = calm.copy()
    for i in np.flatnonzero(calm):
        if np.mean(calm[i:]) >= 0.5:
            replaced[i:] = True
            break
    replaced[:-1] |= replaced[1:]
    return replaced


def _level(x: Floats, z: Floats) -> tuple[float, float]:
    """Slope through the origin and robust spread about it."""
    slope = float(np.median(z / x))
    return slope, _spread(z - slope * x)
