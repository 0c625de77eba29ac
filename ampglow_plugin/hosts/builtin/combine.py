"""Rejection and combination of the values of one pixel in many frames, for many pixels at once.

Values are sorted along the frames. Every rejection here takes away from the two ends, so that what
is kept is a run ``[low, high)`` of the sorted values, and one pass over arrays serves all pixels.
Each round goes on with those pixels only that the round before has changed: with limits of 3 sigma
that is one in twenty (of 20 frames).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.model.plan import Integrate
from ampglow_plugin.pixels import Image

#: Rejection stops where fewer values would be left: a spread of three says nothing. Siril's own limit.
MIN_KEPT = 4
_MAX_ROUNDS = 20
#: of winsorized sigma: values are drawn in to this many standard deviations, which are then too small by a
#: factor (normal distribution); until they change by less than the tolerance. (P. Stetson's and PixInsight's numbers)
_WINSOR_SIGMA, _WINSOR_FACTOR, _WINSOR_TOLERANCE, _WINSOR_ROUNDS = 1.5, 1.134, 0.0005, 20
#: standard deviation of a normal distribution / median absolute deviation
_SIGMA_PER_MAD = 1.4826
#: values worked on at a time: few enough for the cache of a processor, and so many that later rounds, with the few
#: pixels that are left, are worth their calls
_BLOCK_VALUES = 1 << 20
#: each works on a block of its own, with some ten arrays of its size: 40 MB
_THREADS_MAX = 4

_Floats = NDArray[np.float32]
_Counts = NDArray[np.int32]
_Mask = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """Sorted values (frames, pixels), of which ``[low, high)`` are kept in each pixel."""

    values: _Floats
    low: _Counts
    high: _Counts

    @property
    def count(self) -> _Counts:
        return self.high - self.low

    @property
    def whole(self) -> bool:
        """Is everything kept?"""
        return not self.low.any() and bool((self.high == len(self.values)).all())

    @property
    def kept(self) -> _Mask:
        index = np.arange(len(self.values), dtype=np.int32)[:, None]
        return (index >= self.low) & (index < self.high)

    def at(self, index: _Counts) -> _Floats:
        """One value of each pixel."""
        row: _Floats = np.take_along_axis(self.values, np.clip(index, 0, len(self.values) - 1)[None], axis=0)[0]
        return row

    def median(self) -> _Floats:
        """0 where nothing is kept."""
        if self.whole:
            middle = len(self.values) // 2
            median: _Floats = (self.values[(len(self.values) - 1) // 2] + self.values[middle]) / 2
            return median
        two = self.at((self.low + self.high - 1) // 2) + self.at((self.low + self.high) // 2)
        return np.where(self.high > self.low, two / 2, np.float32(0))

    def offsets(self, about: _Floats) -> _Floats:
        """``values - about``, 0 where a value is not kept."""
        offsets: _Floats = self.values - about
        return offsets if self.whole else np.where(self.kept, offsets, np.float32(0))

    def mean(self) -> _Floats:
        about = self.median()
        mean: _Floats = about + self.offsets(about).sum(axis=0) / np.maximum(self.count, 1).astype(np.float32)
        return mean


def combine(stack: Image, step: Integrate) -> Image:
    """One value for each pixel of ``stack`` (frames, ...) by ``step``; its normalisation was done before.

    NaN is a missing value. A pixel that is missing everywhere becomes 0. Works on all processors.

    Raises
    ------
    ValueError
        For a combination or a rejection that is not built in.
    """
    flat = stack.reshape(len(stack), -1)
    combined = np.empty(flat.shape[1], dtype=np.float32)
    size = max(_BLOCK_VALUES // len(stack), 1)

    def block(start: int) -> None:
        combined[start : start + size] = _combine(flat[:, start : start + size], step)

    with ThreadPoolExecutor(min(os.cpu_count() or 1, _THREADS_MAX)) as pool:
        for _ in pool.map(block, range(0, len(combined), size)):
            pass
    return combined.reshape(stack.shape[1:])


def _combine(values: _Floats, step: Integrate) -> _Floats:
    values = np.sort(values, axis=0)  # NaN comes last
    missing = np.isnan(values)
    high = len(values) - missing.sum(axis=0, dtype=np.int32)
    values[missing] = np.inf  # still last, also when sorted again
    run = _Run(values=values, low=np.zeros_like(high), high=high)
    if step.combination == "mean":
        return _rejected(run, step).mean()
    if step.combination == "median":
        return run.median()
    if step.combination == "min":
        return np.where(high > 0, values[0], np.float32(0))
    if step.combination == "max":
        return np.where(high > 0, run.at(high - 1), np.float32(0))
    raise ValueError(f"no combination {step.combination!r}")


def _rejected(run: _Run, step: Integrate) -> _Run:
    """What is kept, and the values (``median_sigma`` replaces some instead of rejecting them)."""
    if step.rejection == "none":
        return run
    if step.rejection == "median_sigma":
        return _replaced(run, step)
    if step.rejection == "percentile":
        return _clipped(run, step, lambda run, _offsets: np.abs(run.median()), keep=1, rounds=1)
    spread = {"sigma": _deviation, "mad": _mad, "winsorized": _winsorized}.get(step.rejection)
    if spread is None:
        raise ValueError(f"no rejection {step.rejection!r}")
    return _clipped(run, step, spread, keep=MIN_KEPT, rounds=_MAX_ROUNDS)


def _clipped(run: _Run, step: Integrate, spread: Callable[[_Run, _Floats], _Floats], *, keep: int, rounds: int) -> _Run:
    """Clipped to ``low_sigma`` and ``high_sigma`` spreads about the median, as long as ``keep`` values are left."""
    low, high = run.low.copy(), run.high.copy()
    whole, at = run, np.arange(len(low))
    for _ in range(rounds):
        about = run.median()
        offsets = run.offsets(about)
        unit = spread(run, offsets)
        lowest, highest = -np.float32(step.low_sigma) * unit, np.float32(step.high_sigma) * unit
        ends = np.nonzero((run.at(run.low) - about < lowest) | (run.at(run.high - 1) - about > highest))[0]
        offsets = offsets.take(ends, axis=1)
        below = (offsets < lowest[ends]).sum(axis=0, dtype=np.int32)
        above = (offsets > highest[ends]).sum(axis=0, dtype=np.int32)
        enough = np.nonzero(run.count[ends] - below - above >= keep)[0]
        if not enough.size:
            break
        ends, at = ends[enough], at[ends[enough]]
        low[at] += below[enough]
        high[at] -= above[enough]
        run = _Run(values=run.values.take(ends, axis=1), low=low[at], high=high[at])
    return _Run(values=whole.values, low=low, high=high)


def _deviation(run: _Run, offsets: _Floats) -> _Floats:
    return _standard_deviation(offsets, run.count)


def _standard_deviation(offsets: _Floats, count: _Counts) -> _Floats:
    """Sample standard deviation of ``count`` values, the others being 0. Small offsets lose nothing in float32."""
    number = np.maximum(count, 1).astype(np.float32)
    total = offsets.sum(axis=0)
    squares = np.einsum("ij,ij->j", offsets, offsets)
    variance = (squares - total * total / number) / np.maximum(number - 1, 1)
    deviation: _Floats = np.sqrt(np.maximum(variance, 0))
    return deviation


def _mad(run: _Run, offsets: _Floats) -> _Floats:
    """Median absolute deviation as a standard deviation."""
    away = np.sort(np.where(run.kept, np.abs(offsets), np.float32(np.inf)), axis=0)
    return np.float32(_SIGMA_PER_MAD) * _Run(values=away, low=np.zeros_like(run.low), high=run.count).median()


def _winsorized(run: _Run, offsets: _Floats) -> _Floats:
    """Standard deviation after values far out were drawn in, again and again until it no longer changes.

    Values are drawn in symmetrically about the median, which therefore stays what it is.
    """
    sigma = _deviation(run, offsets)
    result, at = sigma.copy(), np.arange(len(sigma))
    drawn, count = offsets.copy(), run.count
    for _ in range(_WINSOR_ROUNDS):
        reach = np.float32(_WINSOR_SIGMA) * sigma
        np.minimum(drawn, reach, out=drawn)
        np.maximum(drawn, -reach, out=drawn)
        before, sigma = sigma, np.float32(_WINSOR_FACTOR) * _standard_deviation(drawn, count)
        result[at] = sigma
        moving = np.nonzero(np.abs(sigma - before) > _WINSOR_TOLERANCE * before)[0]
        if not moving.size:
            break
        drawn, count, sigma, at = drawn.take(moving, axis=1), count[moving], sigma[moving], at[moving]
    return result


def _replaced(run: _Run, step: Integrate) -> _Run:
    """Outliers become the median, so the number of values stays."""
    values, low, high = run.values.copy(), run.low, run.high
    at = np.arange(values.shape[1])
    for _ in range(_MAX_ROUNDS):
        about = run.median()
        offsets = run.offsets(about)
        unit = _deviation(run, offsets)
        out = (offsets < -np.float32(step.low_sigma) * unit) | (offsets > np.float32(step.high_sigma) * unit)
        changed = out.any(axis=0)
        if not changed.any():
            break
        at = at[changed]
        values[:, at] = np.sort(np.where(out, about, run.values)[:, changed], axis=0)
        run = _Run(values=values[:, at], low=run.low[changed], high=run.high[changed])
    return _Run(values=values, low=low, high=high)
