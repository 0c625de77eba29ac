"""Rejection and combination of the values of one pixel in many frames, for a block of pixels at once.

Values are sorted along the frames. Every rejection here takes away from the two ends, so that what
is kept is a run ``[low, high)`` of the sorted values, and one pass over arrays serves all pixels.
"""

from __future__ import annotations

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

_Floats = NDArray[np.float32]
_Counts = NDArray[np.intp]


def combine(stack: Image, step: Integrate) -> Image:
    """One value for each pixel of ``stack`` (frames, ...) by ``step``; its normalisation was done before.

    NaN is a missing value. A pixel that is missing everywhere becomes 0.

    Raises
    ------
    ValueError
        For a combination or a rejection that is not built in.
    """
    values = np.sort(stack.reshape(len(stack), -1), axis=0)  # NaN comes last
    low = np.zeros(values.shape[1], dtype=np.intp)
    high = np.sum(~np.isnan(values), axis=0)
    values[np.isnan(values)] = np.inf  # still last, also when sorted again
    result: NDArray[np.floating]
    if step.combination == "mean":
        low, high, values = _reject(values, low, high, step)
        result = _mean(values, low, high)
    elif step.combination == "median":
        result = _median(values, low, high)
    elif step.combination == "min":
        result = np.where(high > 0, values[0], 0)
    elif step.combination == "max":
        result = np.where(high > 0, _at(values, np.maximum(high - 1, 0)), 0)
    else:
        raise ValueError(f"no combination {step.combination!r}")
    combined: Image = result.astype(np.float32).reshape(stack.shape[1:])
    return combined


def _at(values: _Floats, index: _Counts) -> _Floats:
    row: _Floats = np.take_along_axis(values, index[None], axis=0)[0]
    return row


def _kept(values: _Floats, low: _Counts, high: _Counts) -> NDArray[np.bool_]:
    index = np.arange(len(values))[:, None]
    return (index >= low) & (index < high)


def _mean(values: _Floats, low: _Counts, high: _Counts) -> NDArray[np.float64]:
    total = np.sum(values, axis=0, dtype=np.float64, where=_kept(values, low, high))
    mean: NDArray[np.float64] = total / np.maximum(high - low, 1)
    return mean


def _median(values: _Floats, low: _Counts, high: _Counts) -> _Floats:
    """0 where nothing is kept."""
    last = len(values) - 1
    upper = _at(values, np.minimum((low + high) // 2, last))
    lower = _at(values, np.clip((low + high - 1) // 2, 0, last))
    return np.where(high > low, (lower + upper) / 2, 0).astype(np.float32)


def _deviation(values: _Floats, low: _Counts, high: _Counts, about: _Floats) -> _Floats:
    """Sample standard deviation of the kept values."""
    kept = _kept(values, low, high)
    offset = values - about
    count = np.maximum(high - low, 1)
    mean = np.sum(offset, axis=0, where=kept, dtype=np.float64) / count
    squares = np.sum((offset - mean) ** 2, axis=0, where=kept, dtype=np.float64)
    deviation: _Floats = np.sqrt(squares / np.maximum(count - 1, 1)).astype(np.float32)
    return deviation


def _reject(values: _Floats, low: _Counts, high: _Counts, step: Integrate) -> tuple[_Counts, _Counts, _Floats]:
    """What is kept, and the values (``median_sigma`` replaces some instead of rejecting them)."""
    if step.rejection == "none":
        return low, high, values
    if step.rejection == "percentile":
        median = np.abs(_median(values, low, high))
        return *_cut(values, low, high, median, step, keep=1), values
    if step.rejection == "median_sigma":
        return low, high, _replaced(values, low, high, step)
    spread = {"sigma": _deviation, "mad": _mad, "winsorized": _winsorized}.get(step.rejection)
    if spread is None:
        raise ValueError(f"no rejection {step.rejection!r}")
    for _ in range(_MAX_ROUNDS):
        median = _median(values, low, high)
        before = low, high
        low, high = _cut(values, low, high, spread(values, low, high, median), step, keep=MIN_KEPT)
        if np.array_equal(low, before[0]) and np.array_equal(high, before[1]):
            break
    return low, high, values


def _cut(  # noqa: PLR0913 - the state of one round
    values: _Floats, low: _Counts, high: _Counts, unit: _Floats, step: Integrate, *, keep: int
) -> tuple[_Counts, _Counts]:
    """The run within ``low_sigma`` and ``high_sigma`` units of the median; as before where too few would be left."""
    median = _median(values, low, high)
    kept = _kept(values, low, high)
    below = np.sum((values < median - np.float32(step.low_sigma) * unit) & kept, axis=0)
    above = np.sum((values > median + np.float32(step.high_sigma) * unit) & kept, axis=0)
    enough = high - low - below - above >= keep
    return np.where(enough, low + below, low), np.where(enough, high - above, high)


def _mad(values: _Floats, low: _Counts, high: _Counts, about: _Floats) -> _Floats:
    """Median absolute deviation as a standard deviation."""
    kept = _kept(values, low, high)
    offsets = np.sort(np.where(kept, np.abs(values - about), np.float32(np.inf)), axis=0)
    zero = np.zeros_like(low)
    return np.float32(_SIGMA_PER_MAD) * _median(offsets, zero, high - low)


def _winsorized(values: _Floats, low: _Counts, high: _Counts, about: _Floats) -> _Floats:
    """Standard deviation after values far out were drawn in, again and again until it no longer changes."""
    sigma = _deviation(values, low, high, about)
    drawn, centre = values, about
    for _ in range(_WINSOR_ROUNDS):
        reach = np.float32(_WINSOR_SIGMA) * sigma
        drawn = np.clip(drawn, centre - reach, centre + reach)  # keeps the order, so the run stays a run
        centre = _median(drawn, low, high)
        before, sigma = sigma, np.float32(_WINSOR_FACTOR) * _deviation(drawn, low, high, centre)
        if np.all(np.abs(sigma - before) <= _WINSOR_TOLERANCE * before):
            break
    return sigma


def _replaced(values: _Floats, low: _Counts, high: _Counts, step: Integrate) -> _Floats:
    """Outliers become the median, so the number of values stays."""
    for _ in range(_MAX_ROUNDS):
        median = _median(values, low, high)
        unit = _deviation(values, low, high, median)
        out = (values < median - np.float32(step.low_sigma) * unit) | (
            values > median + np.float32(step.high_sigma) * unit
        )
        out &= _kept(values, low, high)
        if not out.any():
            break
        values = np.sort(np.where(out, median, values), axis=0)
    return values
