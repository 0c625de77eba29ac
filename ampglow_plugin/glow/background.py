"""Background maps: a frame as robust means of tiles, in which hot pixels, stars and cosmic rays do not count.

A tile is summed up by its clipped mean and not by its median. Where samples come in steps of 4 or 16 ADU the
median jumps from step to step, while a mean over noise that is wider than the step follows the level. In masters
combined by the median the noise may be narrower than the step; then the mean follows a staircase as well, and
:func:`unstair` takes it back with the noise that the spread of the samples tells.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from math import erf, sqrt
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]

#: tiles along the shorter side of the frame
TILES: Final = 40
#: shortest side of a tile (samples of one CFA plane): 64 samples hold the mean to an eighth of the noise
MIN_TILE: Final = 8
#: samples of a tile that hold its mean to a thirtieth of the noise: more rows are not read
ENOUGH: Final = 900
#: samples farther from the middle of their tile than this many standard deviations (and one step) do not count
CLIP_SIGMA: Final = 4.0
#: least number of samples of a tile that must be left for it to count
_MIN_SHARE = 0.25
#: ... and below which they may rise or fall within the tile; then so many must lie on a plane
_STEEP_SHARE = 0.75
_SLOPED_SHARE = 0.5
#: noise in steps, above which a mean of samples follows the level to 0.6 % of the step: 1/pi exp(-2 pi^2 noise^2)
UNSTAIR_BELOW: Final = 0.45
_MAD_TO_SIGMA = 1.4826
_SAMPLE_SIDE = 200
#: spacing of the samples whose median is the first guess of a tile
_SPARSE = 64
_WHOLE_ADU = 1e-3
#: halves of the steps of converters with 16, 14, 12 and 10 bits: medians of an even number of frames fall on them
HALF_STEPS_ADU: Final = (0.5, 2.0, 8.0, 32.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class TileMap:
    """Clipped means of tiles, ``values`` (rows, columns) in ADU.

    ``y`` and ``x`` are the first pixels of the rows and columns of tiles, ``tile`` their height and width,
    ``shape`` that of the frame, all in pixels of the frame. Tiles are laid from all four edges, which are where
    glow is; what is left over lies in the middle. ``noise_adu`` is that of one sample.
    """

    values: Floats
    y: Floats
    x: Floats
    tile: tuple[int, int]
    shape: tuple[int, int]
    noise_adu: float
    step_adu: float

    def minus(self, other: TileMap) -> TileMap:
        """The map without what ``other``, of the same tiles, has in common with it."""
        noise = float(np.hypot(self.noise_adu, other.noise_adu))
        return TileMap(
            values=self.values - other.values,
            y=self.y,
            x=self.x,
            tile=self.tile,
            shape=self.shape,
            noise_adu=noise,
            step_adu=self.step_adu,
        )


def background_map(planes: Sequence[Array], *, spacing: int, side: int | None = None) -> tuple[TileMap, ...]:
    """One map a plane.

    Parameters
    ----------
    planes
        Samples (height, width) in ADU, of equal size up to one row and column: the four sites of a mosaic, or the
        planes of a debayered frame.
    spacing
        Pixels of the frame from one sample to the next: 2 for the sites of a mosaic, else 1.
    side
        Samples along a tile, where not that of :data:`TILES`.
    """
    height = min(p.shape[0] for p in planes)
    width = min(p.shape[1] for p in planes)
    side = side or max(MIN_TILE, min(height, width) // TILES)
    return tuple(_map(plane[:height, :width], side, spacing) for plane in planes)


def mean_map(maps: Sequence[TileMap]) -> TileMap:
    """The mean of the maps of all planes."""
    first = maps[0]
    return TileMap(
        values=np.mean([m.values for m in maps], axis=0),
        y=first.y,
        x=first.x,
        tile=first.tile,
        shape=first.shape,
        noise_adu=float(np.sqrt(np.mean([m.noise_adu**2 for m in maps]))),
        step_adu=max(m.step_adu for m in maps),
    )


def _map(plane: Array, side: int, spacing: int) -> TileMap:
    height, width = plane.shape
    rows, columns = max(1, height // side // 2), max(1, width // side // 2)
    tall, wide = min(side, height // 2), min(side, width // 2)
    step, halves = sample_step(plane)
    if halves:
        plane = _spread_halves(plane, step)
    parts = [
        [_blocks(plane[ys, xs], tall, wide) for xs in (slice(0, columns * wide), slice(width - columns * wide, width))]
        for ys in (slice(0, rows * tall), slice(height - rows * tall, height))
    ]
    limit = CLIP_SIGMA * max(_first_spread(parts), step / 3) + step
    sums = [[_clipped(part, limit, wide) for part in row] for row in parts]
    mean, variance = (np.block([[s[i] for s in row] for row in sums]) for i in (0, 1))
    typical = float(np.nanmedian(variance)) if np.isfinite(variance).any() else 0.0
    sigma = float(np.sqrt(max(typical - step**2 / 12, 0.0)))
    if step > 0 and sigma < UNSTAIR_BELOW * step:
        mean, sigma = unstair(mean, variance, step)
    mean = np.where(np.isfinite(mean), mean, np.nanmedian(mean) if np.isfinite(mean).any() else 0.0)

    def starts(count: int, length: int, size: int) -> Floats:
        first = np.arange(count, dtype=np.float64) * length
        return np.concatenate([first, size - count * length + first]) * spacing

    return TileMap(
        values=mean,
        y=starts(rows, tall, height),
        x=starts(columns, wide, width),
        tile=(tall * spacing, wide * spacing),
        shape=(height * spacing, width * spacing),
        noise_adu=sigma,
        step_adu=step,
    )


def _blocks(part: Array, tall: int, wide: int) -> Array:
    """(rows, columns, samples) of the tiles of a part that they fill; of large tiles every second or third row."""
    rows, columns = part.shape[0] // tall, part.shape[1] // wide
    tiles = part.reshape(rows, tall, columns, wide)[:, :: max(1, tall * wide // ENOUGH)]
    return tiles.transpose(0, 2, 1, 3).reshape(rows, columns, tiles.shape[1] * wide)


def _first_guess(blocks: Array) -> Array:
    """Median of some samples of each tile, as (rows, columns, 1); the stride avoids whole columns of a tile."""
    stride = max(1, blocks.shape[-1] // _SPARSE) | 1
    sparse = blocks[..., ::stride]
    middle: Array = np.median(np.where(np.isfinite(sparse), sparse, 0), axis=-1, keepdims=True)
    return middle


def _first_spread(parts: Sequence[Sequence[Array]]) -> float:
    """Robust noise (ADU) of a sample around the first guess of its tile."""
    sigmas = []
    for blocks in (blocks for row in parts for blocks in row):
        distance = np.abs(blocks[..., :: max(1, blocks.shape[-1] // _SPARSE) | 1] - _first_guess(blocks))
        sigmas.append(np.median(np.where(np.isfinite(distance), distance, np.inf), axis=-1).ravel())
    return _MAD_TO_SIGMA * float(np.median(np.concatenate(sigmas)))


def _clipped(blocks: Array, limit: float, wide: int) -> tuple[Floats, Floats]:
    """Mean and variance of the samples of each tile within ``limit`` of its middle, or, where few are, of its slope.

    NaN where these are too few as well. Samples follow each other in lines of ``wide``.
    """
    middle = _first_guess(blocks)
    mean = middle[..., 0].astype(np.float64)
    variance = np.zeros_like(mean)
    for _ in range(2):
        distance = blocks - middle
        kept = np.abs(distance) <= limit
        count = np.count_nonzero(kept, axis=-1)
        distance[~kept] = 0.0
        share = np.maximum(count, 1)
        shift = distance.sum(axis=-1) / share
        variance = np.einsum("ijk,ijk->ij", distance, distance) / share - shift**2
        mean = middle[..., 0] + shift
        mean[count < _MIN_SHARE * blocks.shape[-1]] = np.nan
        middle = np.where(np.isfinite(mean), mean, middle[..., 0])[..., None].astype(blocks.dtype)
    steep = count < _STEEP_SHARE * blocks.shape[-1]
    if steep.any():
        sloped = _sloped(blocks[steep].astype(np.float64), limit, wide)
        better = sloped.number > np.maximum(count[steep], _SLOPED_SHARE * blocks.shape[-1])
        mean[steep] = np.where(better, sloped.mean, mean[steep])
        variance[steep] = np.where(better, sloped.variance, variance[steep])
    return mean, variance


class _Sloped(NamedTuple):
    mean: Floats
    variance: Floats
    number: NDArray[np.int64]


def _sloped(tiles: Floats, limit: float, wide: int) -> _Sloped:
    """Mean, variance and number of the samples of each tile (tile, samples) within ``limit`` of a plane through it.

    Steep glow leaves no level within a tile, but nearly a plane; a star leaves neither.
    """
    line, place = np.divmod(np.arange(tiles.shape[1]), wide)
    surface = np.stack([np.ones(len(line)), line - line.mean(), place - place.mean()], axis=1)
    finite = np.isfinite(tiles)
    tiles = np.where(finite, tiles, 0.0)
    distance = np.where(finite, np.abs(tiles - np.median(tiles, axis=1, keepdims=True)), np.inf)
    spread = CLIP_SIGMA * _MAD_TO_SIGMA * np.median(distance, axis=1, keepdims=True)
    kept = distance <= np.maximum(limit, np.where(np.isfinite(spread), spread, 0.0))
    for _ in range(3):
        samples = np.where(kept, tiles, 0.0)
        normal = np.einsum("ts,si,sj->tij", kept.astype(np.float64), surface, surface) + 1e-9 * np.eye(3)
        plane = np.linalg.solve(normal, (samples @ surface)[..., None])[..., 0] @ surface.T
        kept = finite & (np.abs(tiles - plane) <= limit)
    number = np.count_nonzero(kept, axis=1)
    rest = np.where(kept, tiles - plane, 0.0)
    shift = rest.sum(axis=1) / np.maximum(number, 1)
    variance = (rest**2).sum(axis=1) / np.maximum(number, 1) - shift**2
    return _Sloped(mean=plane.mean(axis=1) + shift, variance=variance, number=number)


def sample_step(plane: Array) -> tuple[float, bool]:
    """Step between the samples of a frame in ADU, and whether halves of it occur as well.

    The step is 1, 4 or 16 for most converters, and 0 where there is none. The median of an even number of frames
    can fall on half steps.
    """
    height, width = (max(1, n // _SAMPLE_SIDE) for n in plane.shape)
    part = plane[::height, ::width].astype(np.float64).ravel()
    part = part[np.isfinite(part)]
    doubled = np.round(2 * part)
    if not part.size or np.any(np.abs(2 * part - doubled) > 2 * _WHOLE_ADU):
        return 0.0, False
    levels = np.unique(doubled.astype(np.int64))
    step = float(np.gcd.reduce(np.diff(levels))) / 2 if len(levels) > 1 else 0.0
    return (2 * step, True) if step in HALF_STEPS_ADU else (step, False)


def _spread_halves(plane: Array, step: float) -> Array:
    """Samples on half steps moved up or down by turns, as on a chess board: then all are rounded to ``step``."""
    halves = np.round(2 * plane / step) % 2 == 1
    signs = np.where(np.add.outer(np.arange(plane.shape[0]), np.arange(plane.shape[1])) % 2, step / 2, -step / 2)
    return np.where(halves, plane + signs.astype(plane.dtype), plane)


def unstair(mean: Floats, variance: Floats, step: float) -> tuple[Floats, float]:
    """Levels whose samples, rounded to ``step``, have these means; and the noise (ADU) before rounding.

    With noise s below half a step q the mean of rounded samples is a staircase, E[Q](m) = sum over k of
    k q P(k), P(k) = Phi((k + 1/2 - m/q) q/s) - Phi((k - 1/2 - m/q) q/s). The noise is that for which the variance of
    rounded samples, as a function of their mean, agrees with that of the tiles on the whole; it takes samples
    on three steps to tell. Steps are taken to be multiples of ``step``.
    """
    finite = np.isfinite(mean)
    phase = mean[finite] / step
    sigmas = np.geomspace(0.05, 0.6, 100)
    excess = []
    for sigma in sigmas:
        _, means, variances = _staircase(float(sigma))
        expected = np.interp(phase - np.round(phase), means, variances)
        excess.append(float(np.mean(variance[finite] / step**2 - expected)))
    sigma = float(sigmas[int(np.argmin(np.abs(excess)))])
    levels, means, _ = _staircase(sigma)
    whole = np.round(mean / step)
    return (whole + np.interp(mean / step - whole, means, levels)) * step, sigma * step


@functools.cache
def _staircase(sigma: float) -> tuple[Floats, Floats, Floats]:
    """Levels from -1 to 1, and mean and variance of noise ``sigma`` around them when rounded (all in steps)."""
    levels = np.linspace(-1.0, 1.0, 201)
    edges = np.arange(-4.5, 5.0)
    below = np.array([[0.5 * (1 + erf((e - m) / (sigma * sqrt(2)))) for e in edges] for m in levels])
    share = np.diff(below, axis=1, prepend=0.0, append=1.0)
    values = np.arange(-5.0, 6.0)
    mean = share @ values
    return levels, mean, share @ values**2 - mean**2
