"""One pass over every pixel of a plane: which obey a given line, their normal equations, and parts that stray.

Blocks of rows that stay in the cache, so that no copy of the frame is made. Small frames are computed in float64. Large
ones in float32, whose last bit is 0.0001 ADU at the level of a sky: there millions of pixels average its rounding, and
the pass costs little more than reading the frame.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.astray import TILE_PX, Tiles

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]
Block: TypeAlias = NDArray[Any]

#: planes of more pixels than this are computed in float32
SINGLE_FROM_PX: Final = 1 << 20
#: pixels of a block
_BLOCK_PX: Final = 1 << 16
_FULL_SCALE_ADU = 65535.0


@dataclass(frozen=True, kw_only=True, slots=True)
class FullPlane:
    """Views of one plane ``(height, width)``: raw ``y``, output ``x``, its flat or None, dark (and bias) ``z``; ADU."""

    y: Array
    x: Array
    flat: Array | None
    z: tuple[Array, ...]

    def part(self, where: Any) -> FullPlane:
        """Views of some of its pixels."""
        flat = None if self.flat is None else self.flat[where]
        return FullPlane(y=self.y[where], x=self.x[where], flat=flat, z=tuple(z[where] for z in self.z))


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """``y = scale * x * flat + sum(factors * z) + level``, obeyed within ``limit_adu``."""

    scale: float
    factors: tuple[float, ...]
    level: float
    limit_adu: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Moments:
    """Sums over pixels that obey: count, means and centred products of (x * flat, z..., y)."""

    count: int
    mean: Floats
    product: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """``moments`` have the deviation from the line in the place of y; ``astray`` one number a tile (ADU)."""

    moments: Moments
    astray: Floats


def full_pass(plane: FullPlane, line: Line) -> Passed:
    """Moments of the pixels of ``plane`` that obey ``line``, and its tiles that stray."""
    height, width = plane.y.shape
    rows = max(TILE_PX, _BLOCK_PX // width // TILE_PX * TILE_PX)
    highest = _highest(plane.y)
    columns = 3 + len(plane.z)
    precision = np.float32 if plane.y.size > SINGLE_FROM_PX else np.float64
    origin = _origin(plane)
    product = np.zeros((columns, columns))
    tiles = Tiles(width)
    for start in range(0, height, rows):
        part = plane.part(slice(start, min(height, start + rows)))
        shape = part.y.shape
        block = np.empty((columns, part.y.size), dtype=precision)
        keep = _fill(block, part, line, origin) & (part.y < highest)
        tiles.add(part.y, part.x, block[-1].reshape(shape), keep, highest)
        block[:, np.flatnonzero(~keep)] = 0.0
        product += block @ block.T
    # columns were (x, z..., 1, deviation), x and z from their origin
    count = round(product[-2, -2])
    order = [*range(columns - 2), columns - 1]
    if not count:
        return Passed(
            moments=Moments(count=0, mean=np.zeros(len(order)), product=np.zeros((len(order),) * 2)),
            astray=tiles.found(),
        )
    mean = product[order, -2] / count
    centred = product[np.ix_(order, order)] - count * np.outer(mean, mean)
    mean[: columns - 2] += origin
    return Passed(moments=Moments(count=count, mean=mean, product=centred), astray=tiles.found())


@dataclass(frozen=True, kw_only=True, slots=True)
class Deviations:
    """Pixels that obey a line: x * flat and z from their rough levels, deviation (ADU), each a vector."""

    x: Floats
    z: tuple[Floats, ...]
    deviation: Floats


def deviations(plane: FullPlane, line: Line) -> Deviations:
    """What :func:`full_pass` sums up, pixel by pixel, for a plane small enough to be held."""
    block = np.empty((3 + len(plane.z), plane.y.size), dtype=np.float64)
    keep = (_fill(block, plane, line, _origin(plane)) & (plane.y < _highest(plane.y))).reshape(-1)
    kept = block[:, keep].astype(np.float64)
    return Deviations(x=kept[0], z=tuple(kept[1:-2]), deviation=kept[-1])


def _highest(raw: Array) -> float:
    """Where the converter ends: at the very top if several pixels are there, at full scale otherwise."""
    top = float(raw.max())
    return min(top if np.count_nonzero(raw == top) > 1 else np.inf, _FULL_SCALE_ADU)


def _origin(plane: FullPlane) -> Floats:
    """Rough levels of the columns, so that float32 products of deviations keep their bits."""
    some = slice(None, None, max(1, plane.x.shape[0] // 16))
    x = plane.x[some] if plane.flat is None else plane.x[some] * plane.flat[some]
    levels: Floats = np.nan_to_num([float(np.nanmean(c)) for c in (x, *(z[some] for z in plane.z))])
    return levels


def _fill(block: Block, plane: FullPlane, line: Line, origin: Floats) -> NDArray[np.bool_]:
    """Fill ``block`` with (x - origin, z - origin..., 1, deviation); returns the pixels that obey the line."""
    shape, exact = plane.y.shape, block.dtype.type
    x, deviation, spare = block[0].reshape(shape), block[-1].reshape(shape), block[-2].reshape(shape)
    if plane.flat is None:
        x[...] = plane.x
    else:
        np.multiply(plane.x, plane.flat, out=x, dtype=exact, casting="unsafe")
    keep: NDArray[np.bool_] = x != 0
    x -= exact(origin[0])
    np.multiply(x, exact(line.scale), out=spare)
    np.subtract(plane.y, spare, out=deviation, dtype=exact, casting="unsafe")
    for i, (factor, z) in enumerate(zip(line.factors, plane.z, strict=True)):
        column = block[1 + i].reshape(shape)
        np.subtract(z, exact(origin[1 + i]), out=column, dtype=exact, casting="unsafe")
        np.multiply(column, exact(factor), out=spare)
        deviation -= spare
    deviation -= exact(line.level + line.scale * origin[0] + float(np.dot(line.factors, origin[1:])))
    np.abs(deviation, out=spare)
    keep &= spare <= exact(line.limit_adu)  # never true where anything is no number
    spare[...] = 1.0
    return keep
