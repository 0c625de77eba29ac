"""Clipped means of tiles: one map of a frame in which hot pixels, stars and cosmic rays do not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]

#: tiles a frame is cut into, at most: the cost of the fit grows with the third power
MOST_TILES: Final = 640
#: shortest side of a tile (pixels of a plane)
MIN_TILE_PX: Final = 4
#: fewer tiles decide nothing
MIN_TILES: Final = 60
#: pixels of a tile further from its middle than this many standard deviations do not count
CLIP_SIGMA: Final = 3.0
#: a tile with less than this share of its pixels left does not count
MIN_SHARE: Final = 0.4
#: the background of a dark is the level that this share of its tiles does not reach
BACKGROUND_SHARE: Final = 0.25
#: a peak this many times its noise is taken from small tiles: the highest of them is then too high by 10 % at most
PEAK_SNR: Final = 25.0
_SAMPLE = 100_000
_QUANTILE_1_SIGMA = 0.1587


@dataclass(frozen=True, kw_only=True, slots=True)
class TileMaps:
    """Tiles of a frame that can be used, as vectors; mean of the planes, each weighted to the scale of the raw.

    ``x``, ``y``: centres, the longer side of the frame being 2 (dimensionless). ``output``: mean (ADU), ``variance``
    of that mean (ADU**2). ``template``: what residual 1 of the dark adds to ``output``; ``template_variance`` of it,
    an upper bound of the master's noise. ``shade``: what a level that was left under the flat adds, None without a
    flat. ``dark_snr``: by how many standard deviations each tile, averaged with its
    neighbours, lies above the background of the dark; ``dark_peak_adu`` the brightest part of the dark above it.
    """

    x: Floats
    y: Floats
    output: Floats
    variance: Floats
    template: Floats
    template_variance: Floats
    shade: Floats | None
    dark_snr: Floats
    dark_peak_adu: float


def tile_maps(  # noqa: PLR0913 - one parameter a choice
    output: Sequence[Array],
    dark: Sequence[Array],
    flat: Sequence[Array] | None,
    scale: Sequence[float] | None = None,
    *,
    stride: int = 1,
    shade: Sequence[Array] | None = None,
) -> TileMaps | None:
    """Maps of planes ``(height, width)``; None where too few tiles are left. ``flat`` times ``scale`` is normalised.

    The same pixels count in output and dark, so a residual keeps its size whatever is clipped. ``shade`` is what a
    level that was left under the flat adds, where the flat is in ``dark`` already.
    """
    height, width = (min(p.shape[axis] for p in (*output, *dark)) for axis in (0, 1))
    side = max(MIN_TILE_PX, int(np.ceil(np.sqrt(height * width / MOST_TILES))))
    rows, columns = height // side, width // side
    if rows * columns < MIN_TILES:
        return None
    step = max(1, min(stride, side // MIN_TILE_PX))
    cut = (rows, columns, side, step)
    sums: list[list[Floats]] = []
    for i, (o, d) in enumerate(zip(output, dark, strict=True)):
        unit = 1.0 if scale is None else scale[i]
        sums.append(
            _plane(o, d, None if flat is None else flat[i], unit, cut, shade_of=None if shade is None else shade[i])
        )
    out, variance, template, noise, shaded, level, level_variance, share = (
        np.mean(parts, axis=0) for parts in zip(*sums, strict=True)
    )
    used = np.isfinite(out + template + shaded + level) & (share >= MIN_SHARE)
    if np.count_nonzero(used) < MIN_TILES:
        return None
    planes = len(sums)
    y, x = np.divmod(np.arange(rows * columns), columns)
    longer = max(rows, columns)
    above, sigma = _above_background(level, level_variance / planes, used, (rows, columns))
    return TileMaps(
        x=((2 * x + 1 - columns) / longer)[used],
        y=((2 * y + 1 - rows) / longer)[used],
        output=out[used],
        variance=variance[used] / planes,
        template=template[used],
        template_variance=noise[used] / planes,
        shade=shaded[used] if flat is not None or shade is not None else None,
        dark_snr=(above / sigma)[used],
        dark_peak_adu=_peak(dark, int(np.argmax(np.where(used, above, -np.inf))), level, used, cut),
    )


def _plane(  # noqa: PLR0913 - the frames of one plane
    output: Array,
    dark: Array,
    flat: Array | None,
    scale: float,
    cut: tuple[int, int, int, int],
    *,
    shade_of: Array | None,
) -> list[Floats]:
    """Per tile: output, variance, template, its variance, shade, dark, its variance, share of pixels (of the raw)."""
    o, d = _tiles(output, cut), _tiles(dark, cut)
    valid = np.isfinite(o) & np.isfinite(d) & (o != 0)
    f = None
    unit = scale
    if flat is not None:
        f = _tiles(flat, cut)
        valid &= np.isfinite(f) & (f > 0)
        unit *= _middle(f, valid)
    calm = _within(d, np.isfinite(d))
    keep = _within(o, valid) & calm
    base = _middle(d, keep)
    count = np.count_nonzero(keep, axis=1)
    mean_o, var_o = _mean(o, keep, count)
    mean_d, var_d = _mean(d, keep, count)
    level, spread = _mean(d, calm, np.count_nonzero(calm, axis=1))
    if f is None:
        template, shade = mean_d - base, np.ones(len(count))
        if shade_of is not None:
            shade, _ = _mean(_tiles(shade_of, cut), keep, count)
    else:
        inverse = np.where(keep, np.float32(unit / scale) / np.where(keep, f, np.float32(1.0)), np.float32(0.0))
        template, _ = _mean((d - base) * inverse, keep, count)
        shade, _ = _mean(inverse, keep, count)
    with np.errstate(divide="ignore", invalid="ignore"):
        return [
            mean_o * unit,
            var_o / count * unit**2,
            template,
            var_d / count * (1.0 if f is None else shade**2),
            shade,
            level,
            spread / np.count_nonzero(calm, axis=1),
            count / keep.shape[1],
        ]


def _middle(tiles: NDArray[np.float32], keep: Mask) -> float:
    """Median of the kept pixels of some of the tiles; 0 where there are none."""
    some = slice(None, None, max(1, tiles.size // _SAMPLE))
    kept = tiles.reshape(-1)[some][keep.reshape(-1)[some]]
    return float(np.median(kept)) if kept.size else 0.0


def _tiles(array: Array, cut: tuple[int, int, int, int]) -> NDArray[np.float32]:
    """``(tiles, pixels)`` of the plane, every ``step``-th pixel of each."""
    rows, columns, side, step = cut
    part = array[: rows * side, : columns * side].reshape(rows, side, columns, side)[:, ::step, :, ::step]
    return np.ascontiguousarray(part.transpose(0, 2, 1, 3), dtype=np.float32).reshape(rows * columns, -1)


def _within(tiles: NDArray[np.float32], valid: Mask) -> Mask:
    """Pixels near the middle of their tile; the spread is that of the lower half, which stars do not widen."""
    count = np.count_nonzero(valid, axis=1)
    held = np.sort(np.where(valid, tiles, np.float32(np.inf)), axis=1)  # invalid ones to the end
    row = np.arange(len(tiles))
    with np.errstate(invalid="ignore"):
        middle = held[row, count // 2]
        spread = middle - held[row, (_QUANTILE_1_SIGMA * count).astype(np.intp)]
        if count.any():  # quantised samples: the spread of a tile may be 0
            spread = np.maximum(spread, 0.5 * np.median(spread[count > 0]))
        keep: Mask = valid & (np.abs(tiles - middle[:, None]) <= CLIP_SIGMA * spread[:, None])
    for _ in range(2):
        count = np.count_nonzero(keep, axis=1)
        mean, variance = _mean(tiles, keep, count)
        with np.errstate(invalid="ignore"):
            keep = valid & (np.abs(tiles - mean[:, None]) <= CLIP_SIGMA * np.sqrt(variance)[:, None])
    return keep


def _mean(tiles: Array, keep: Mask, count: Array) -> tuple[Floats, Floats]:
    """Mean and variance of the kept pixels of each tile; NaN where there are none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.sum(tiles, axis=1, where=keep, dtype=np.float64) / count
        square = np.sum((tiles - mean[:, None]) ** 2, axis=1, where=keep, dtype=np.float64)
        return mean, square / np.maximum(count - 1, 1)


def _above_background(level: Floats, variance: Floats, used: Mask, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Tiles averaged with their neighbours, minus the background; and the sigma of that."""
    weight = np.where(used, 1.0 / np.maximum(variance, 1e-12), 0.0).reshape(shape)
    total, count = (np.pad(a, 1) for a in (weight * np.where(used, level, 0.0).reshape(shape), weight))
    nine = [np.s_[dy : dy + shape[0], dx : dx + shape[1]] for dy in range(3) for dx in range(3)]
    weights = np.maximum(np.sum([count[part] for part in nine], axis=0), 1e-12).reshape(-1)
    smooth = np.sum([total[part] for part in nine], axis=0).reshape(-1) / weights
    return smooth - _background(level[used]), 1.0 / np.sqrt(weights)


def _background(levels: Floats) -> float:
    """Level that the darker tiles have; glow may cover the rest."""
    return float(np.quantile(levels, BACKGROUND_SHARE))


def _peak(dark: Sequence[Array], brightest: int, level: Floats, used: Mask, cut: tuple[int, int, int, int]) -> float:
    """The brightest part of the dark above its background (ADU): of tiles a third the size around the brightest one.

    Small tiles follow a steep glow to its top; where their noise would add to it, the tile itself is taken.
    """
    _, columns, side, _ = cut
    top = float(level[brightest]) - _background(level[used])
    row, column = divmod(brightest, columns)
    small = max(2, side // 3)
    maps, noise = [], []
    for plane in dark:
        part = plane[max(0, row - 1) * side : (row + 2) * side, max(0, column - 1) * side : (column + 2) * side]
        fine = (part.shape[0] // small, part.shape[1] // small, small, 1)
        pixels = _tiles(part, fine)
        keep = _within(pixels, np.isfinite(pixels))
        mean, variance = _mean(pixels, keep, np.count_nonzero(keep, axis=1))
        maps.append(mean)
        noise.append(float(np.nanmedian(variance)) / small**2)
    sigma = float(np.sqrt(np.mean(noise) / len(noise)))
    highest = float(np.nanmax(np.mean(maps, axis=0))) - _background(level[used])
    return highest if highest > PEAK_SNR * sigma else top
