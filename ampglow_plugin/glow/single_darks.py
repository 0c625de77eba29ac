"""Single darks against each other, before they are combined: each frame is read once and leaves a sketch.

A sketch is some thousand numbers: means of tiles, heights of hot pixels, and samples of its noise. All comparisons are
made on sketches, so that a set may be larger than the memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.raw_state import hot_mask

Array: TypeAlias = NDArray[Any]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
#: rows and columns of pixels
Spots: TypeAlias = tuple[NDArray[np.intp], NDArray[np.intp]]

#: shortest side of a frame that is cut into tiles
LEAST_SIDE: Final = 32
#: tiles a frame is cut into, at most, and pixels of a tile that are looked at along a side
MOST_TILES: Final = 640
TILE_SAMPLES: Final = 32
#: side of the square in the middle of the frame in which hot pixels are sought, and how many count at most
HOT_SIDE: Final = 1024
MOST_SPOTS: Final = 4000
#: fewer hot pixels tell nothing
LEAST_SPOTS: Final = 20
#: pixels whose noise tells one exposure from another
NOISE_SAMPLES: Final = 8192
#: two frames whose difference spreads less than this share of that of two exposures are one exposure, saved twice; in
#: sets of a FEW, where that is not known, this share of the noise between neighbouring pixels of both
TWIN_SPREAD: Final = 0.3
FEW_TWIN_SPREAD: Final = 0.1
FEW: Final = 3
#: a glow must be that many times its error before the frames' shares in it are measured, and its peak so high (ADU)
CLEAR_GLOW_SIGMA: Final = 25.0
CLEAR_GLOW_ADU: Final = 3.0
#: by so many shifts along each side, a glow is moved to find out what chance gives
CHANCES: Final = 5
#: pixels from this share of the way between the level and the brightest pixel on are at the top of the scale ...
TOP_SHARE: Final = 0.98
#: ... which lies at least so many noises above the level
TOP_NOISES: Final = 20.0
#: side of the square of tiles over which the difference of two frames is averaged
SMOOTH_TILES: Final = 5
#: share of a set that may be copies of one frame before they no longer tell what exposures differ by ...
_MOST_DIFFER: Final = 0.75
#: ... and share of the noise below which frames are the same in any case
_SAME: Final = 0.01
#: noises by which the brightest sample of a pixel lies above its darkest where a cosmic ray met one
_RAY_NOISES: Final = 12.0
_BORDER: Final = 3
_CLIP_SIGMA: Final = 4.0
_MAD_TO_SIGMA: Final = 1.4826
_OF_MEDIAN: Final = 1.2533
_SAMPLED_PX: Final = 400_000
_NOWHERE: Final[Spots] = (np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
_SAME_COLOUR: Final = ((-2, 0), (2, 0), (0, -2), (0, 2), (-2, -2), (-2, 2), (2, -2), (2, 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Sketch:
    """One frame in few numbers: level and noise of a pixel (ADU), shares (0..1), means of tiles ``(rows, columns)``.

    ``shape`` is that of the frame. ``samples`` lie at the same pixels of every frame of its size, ``hot`` are heights
    of the hot pixels (ADU above their neighbours of the same colour; not finite where saturated).
    """

    shape: tuple[int, int]
    level_adu: float
    noise_adu: float
    saturated_share: float
    empty_share: float
    tiles: Floats
    samples: Floats
    hot: Floats


@dataclass(frozen=True, kw_only=True, slots=True)
class Relative:
    """One frame against the median of its set (see :class:`~ampglow_plugin.model.darks.DarkMeasure`).

    ``noise_adu`` is that of a pixel from frame to frame, without what is the same in all. ``twin`` is the number of an
    earlier frame.
    """

    noise_adu: float | None = None
    hot_ratio: float | None = None
    hot_sigma: float | None = None
    glow_ratio: float | None = None
    glow_sigma: float | None = None
    unlike_adu: float | None = None
    bands_adu: float | None = None
    twin: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """Every frame of a set against its median, and what that median holds."""

    frames: tuple[Relative, ...]
    glow_adu: float | None
    hot_pixels: int


def hot_spots(planes: Sequence[Array]) -> Spots:
    """Pixels near the middle that are hot in most of ``planes`` (height, width): what is in one alone is a cosmic ray.

    Frames without any spread do not vote.
    """
    if not planes:
        return _NOWHERE
    top, left = (max(0, side - HOT_SIDE) // 4 * 2 for side in planes[0].shape)
    masks = [hot_mask(plane[top : top + HOT_SIDE, left : left + HOT_SIDE]) for plane in planes]
    known = [mask for mask in masks if mask is not None]
    if not known:
        return _NOWHERE
    rows, columns = np.nonzero(np.sum(known, axis=0) * 2 > len(known))
    every = max(1, -(-len(rows) // MOST_SPOTS))
    return rows[::every] + top + _BORDER, columns[::every] + left + _BORDER


def sketch(plane: Array, spots: Spots) -> Sketch:
    """The sketch of a frame (height, width) in ADU; pixels that are no numbers count as empty.

    Raises
    ------
    ValueError
        If a side is shorter than :data:`LEAST_SIDE`.
    """
    if min(plane.shape) < LEAST_SIDE:
        raise ValueError(f"a frame of {plane.shape[1]} x {plane.shape[0]} pixels is too small to be judged")
    lowest, highest = plane.min(axis=1), plane.max(axis=1)
    empty_share = float(np.mean(~(highest > lowest)))  # NaN compares as False
    if not np.isfinite(lowest + highest).all():
        empty_share = max(empty_share, float(np.mean(~np.isfinite(plane))))
        plane = np.nan_to_num(plane, nan=0.0, posinf=0.0, neginf=0.0)
    tiles = _tile_means(plane)
    level, noise = float(np.median(tiles)), _noise(plane)
    return Sketch(
        shape=(plane.shape[0], plane.shape[1]),
        level_adu=level,
        noise_adu=noise,
        saturated_share=_saturated(plane, level, noise),
        empty_share=empty_share,
        tiles=tiles,
        samples=_samples(plane),
        hot=_heights(plane, spots, level),
    )


def compare(sketches: Sequence[Sketch], usable: Sequence[bool]) -> Compared:
    """Frames of one size against the median of those that are ``usable``, which the others do not count for."""
    use = np.array(usable, dtype=bool)
    twins = _twins(sketches, use)
    if np.count_nonzero(use) < 2:
        return Compared(frames=tuple(Relative(twin=twin) for twin in twins), glow_adu=None, hot_pixels=0)
    hot, hot_sigma, hot_pixels = _hot_ratios(np.array([s.hot for s in sketches]), use, sketches)
    maps = np.array([s.tiles - s.level_adu for s in sketches])
    middle = np.median(maps[use], axis=0)
    glow_adu, ratio, sigma = _glow_ratios(maps, middle, use)
    noise = _temporal(sketches, use)
    frames = []
    for i, each in enumerate(maps):
        if not use[i]:
            frames.append(Relative(twin=twins[i]))
            continue
        known = ratio[i]
        rest = each - middle * (1.0 if known is None else known)
        rows = np.median(rest, axis=1, keepdims=True)
        frames.append(
            Relative(
                noise_adu=noise[i],
                hot_ratio=hot[i],
                hot_sigma=hot_sigma[i],
                glow_ratio=known,
                glow_sigma=sigma[i],
                unlike_adu=span(smooth(rest - rows)),
                bands_adu=span(smooth(rows)),
                twin=twins[i],
            )
        )
    return Compared(frames=tuple(frames), glow_adu=glow_adu, hot_pixels=hot_pixels)


def _temporal(sketches: Sequence[Sketch], use: Mask) -> list[float | None]:
    """Noise of a pixel of each frame from its samples, without what all frames share; None in sets of two.

    With q_i the mean square of frame i minus the mean of n frames, of variances s_i: q_i = s_i (1 - 2/n) + T / n^2
    and T = sum(s) = sum(q) / (1 - 1/n). Pixels that a cosmic ray met in any frame do not count.
    """
    n = int(np.count_nonzero(use))
    if n < FEW:
        return [None] * len(sketches)
    samples = np.array([s.samples - s.level_adu for s in sketches])[use]
    usual = float(np.median([s.noise_adu for s, u in zip(sketches, use, strict=True) if u]))
    calm = np.ptp(samples, axis=0) < _RAY_NOISES * usual
    if np.count_nonzero(calm) < NOISE_SAMPLES / 4:
        return [None] * len(sketches)
    rest = samples[:, calm] - samples[:, calm].mean(axis=0)
    square = np.mean(rest**2, axis=1)
    total = float(np.sum(square)) / (1 - 1 / n)
    variances = iter(np.maximum((square - total / n**2) / (1 - 2 / n), 0.0))
    return [float(np.sqrt(next(variances))) if u else None for u in use]


def _tile_means(plane: Array) -> Floats:
    """Clipped means of tiles; each of up to 1024 of its pixels, at an odd spacing that meets all colours."""
    height, width = plane.shape
    side = max(4, int(np.ceil(np.sqrt(height * width / MOST_TILES))))
    rows, columns = height // side, width // side
    step = max(1, side // TILE_SAMPLES)
    step += 1 - step % 2
    cut = plane[: rows * side, : columns * side].reshape(rows, side, columns, side)[:, ::step, :, ::step]
    part = np.ascontiguousarray(cut.transpose(0, 2, 1, 3), dtype=np.float32).reshape(rows, columns, -1)
    mean = np.median(part, axis=-1).astype(np.float64)
    spread = _MAD_TO_SIGMA * np.median(np.abs(part - mean[..., None].astype(np.float32)), axis=-1)
    usual = max(float(np.median(spread)), 1e-6)
    reach = _CLIP_SIGMA * np.maximum(spread, usual)
    for _ in range(2):
        away = part - mean[..., None].astype(np.float32)
        keep = np.abs(away) <= reach[..., None]
        mean = mean + np.sum(away, axis=-1, where=keep, dtype=np.float64) / np.maximum(keep.sum(axis=-1), 1)
    return mean


def _noise(plane: Array) -> float:
    """Spread of one pixel (ADU): clipped, of differences to the next pixel of the same colour in the row."""
    every = max(1, plane.size // _SAMPLED_PX)
    rows = plane[:: every + 1 - every % 2]
    return _clipped_spread(np.subtract(rows[:, 2:], rows[:, :-2], dtype=np.float64).ravel()) / float(np.sqrt(2))


def _clipped_spread(values: Floats) -> float:
    """Standard deviation of what lies within 4 of them; smooth also for samples in coarse steps."""
    sigma = _MAD_TO_SIGMA * float(np.median(np.abs(values)))
    sigma = sigma or float(np.std(values))
    for _ in range(6):
        kept = values[np.abs(values) <= _CLIP_SIGMA * sigma]
        if not kept.size:
            break
        sigma = float(np.sqrt(np.mean(kept**2)))
    return sigma


def _saturated(plane: Array, level: float, noise: float) -> float:
    """Share of the pixels that crowd at the brightest value of the frame."""
    top = float(plane.max())
    if top - level > TOP_NOISES * noise:
        return float(np.mean(plane >= level + TOP_SHARE * (top - level)))
    share = float(np.mean(plane >= top))
    return share if share > 0.5 else 0.0


def _samples(plane: Array) -> Floats:
    places = np.random.default_rng(0).integers(0, plane.size, NOISE_SAMPLES)
    return plane.reshape(-1)[places].astype(np.float64)


def _heights(plane: Array, spots: Spots, level: float) -> Floats:
    rows, columns = spots
    if rows.size and (rows.max() + 2 >= plane.shape[0] or columns.max() + 2 >= plane.shape[1]):
        return np.full(rows.size, np.nan)  # of another size than most
    around = np.median([plane[rows + dy, columns + dx] for dy, dx in _SAME_COLOUR], axis=0)
    own = plane[rows, columns]
    saturated = own > level + TOP_SHARE * (float(plane.max()) - level)
    return np.where(saturated, np.nan, own - around).astype(np.float64)


def _twins(sketches: Sequence[Sketch], use: Mask) -> list[int | None]:
    """For each frame the first earlier one that holds the same noise.

    Of a sensor with uneven dark current, two exposures may differ by far less than the pixels of one: what they differ
    by is learned from the set itself, where it is large enough.
    """
    count = len(sketches)
    if count < 2:
        return [None] * count
    noise = np.array([max(s.noise_adu, 1e-6) for s in sketches])
    clipped = np.array([np.clip(s.samples - s.level_adu, -5 * n, 5 * n) for s, n in zip(sketches, noise, strict=True)])
    square = np.sum(clipped**2, axis=1)
    spread = np.sqrt(np.maximum(square[:, None] + square - 2 * (clipped @ clipped.T), 0.0) / clipped.shape[1])
    reach = FEW_TWIN_SPREAD * np.sqrt(noise[:, None] ** 2 + noise**2)
    if count > FEW:
        usual = np.quantile(spread, _MOST_DIFFER, axis=1)
        reach = np.maximum(TWIN_SPREAD * np.minimum(usual[:, None], usual), _SAME * noise)
    same = (spread < reach) & use[:, None] & use
    earlier = [np.flatnonzero(same[i, :i]) for i in range(count)]
    return [int(found[0]) if found.size else None for found in earlier]


def _hot_ratios(
    heights: Floats, use: Mask, sketches: Sequence[Sketch]
) -> tuple[list[float | None], list[float | None], int]:
    """Heights of the hot pixels in units of those of the median frame: medians over the pixels, with their errors."""
    nothing: list[float | None] = [None] * len(heights)
    if heights.shape[1] < LEAST_SPOTS:
        return nothing, nothing, heights.shape[1]
    noise = float(np.median([s.noise_adu for s, u in zip(sketches, use, strict=True) if u]))
    middle = np.median(heights[use], axis=0)  # NaN where any is saturated
    good = np.isfinite(middle) & (middle > 5 * noise)
    count = int(np.count_nonzero(good))
    if count < LEAST_SPOTS:
        return nothing, nothing, count
    ratios: list[float | None] = []
    sigmas: list[float | None] = []
    for own in heights:
        part = own[good] / middle[good]
        part = part[np.isfinite(part)]
        if part.size < LEAST_SPOTS:
            ratios.append(None)
            sigmas.append(None)
            continue
        ratio = float(np.median(part))
        spread = _MAD_TO_SIGMA * float(np.median(np.abs(part - ratio)))
        ratios.append(ratio)
        sigmas.append(_OF_MEDIAN * spread / float(np.sqrt(part.size)))
    return ratios, sigmas, count


def _glow_ratios(
    maps: Floats, middle: Floats, use: Mask
) -> tuple[float | None, list[float | None], list[float | None]]:
    """How many times the structure of the median frame is in each, by least squares, with the error of that."""
    nothing: list[float | None] = [None] * len(maps)
    peak = span(smooth(middle))
    template = middle - np.mean(middle)
    total = float(np.sum(template**2))
    tile = _MAD_TO_SIGMA * float(np.median(np.abs(maps[use] - middle)))  # noise of a tile of one frame
    if peak < CLEAR_GLOW_ADU or total < (CLEAR_GLOW_SIGMA * tile) ** 2:
        return None, nothing, nothing
    ratios = [float(np.sum(template * m) / total) for m in maps]
    rolled = [np.roll(template, shift, axis=(0, 1)) for shift in shifts(template.shape)]
    sigmas = []
    for m, ratio in zip(maps, ratios, strict=True):
        rest = m - ratio * middle
        rest = rest - np.mean(rest)
        by_chance = [float(np.sum(other * rest) / total) for other in rolled]
        sigmas.append(float(np.sqrt(np.mean(np.square(by_chance)))))
    return peak, [*ratios], [*sigmas]


def shifts(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Places the glow is not at: what a frame holds of it there is chance, or bands."""
    steps = [i / CHANCES for i in range(CHANCES)]
    return [(round(y * shape[0]), round(x * shape[1])) for y in steps for x in steps if x or y]


def smooth(tiles: Floats) -> Floats:
    """Means over squares of tiles, less at the edges of the frame."""
    reach = SMOOTH_TILES // 2
    total, count = (np.pad(a, reach) for a in (tiles, np.ones_like(tiles)))
    rows, columns = tiles.shape
    parts = [np.s_[y : y + rows, x : x + columns] for y in range(SMOOTH_TILES) for x in range(SMOOTH_TILES)]
    mean: Floats = np.sum([total[p] for p in parts], axis=0) / np.sum([count[p] for p in parts], axis=0)
    return mean


def span(values: Floats) -> float:
    """From the lowest to the highest."""
    return float(values.max() - values.min())
