"""Twilight in a series: the sky rises steeply, and without turning back, towards its first or its last frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.diagnosis.maps import Floats

#: fewer frames are no series
LEAST_FRAMES: Final = 4
#: frames at an end that must rise one after the other
_RUN: Final = 3
#: a frame belongs to the dark part below this much of the rise
_DARK_SHARE: Final = 0.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Rise:
    """Towards one end of a series: ``end`` is ``first`` or ``last``.

    ``rise`` is how much brighter that end is than the darkest frames, as a share of their sky; ``rate_per_h`` by how
    much the logarithm of the sky grows in the last frames; ``steeper`` is that rate over the one of the rest of
    the series. ``bright`` are numbers of frames that are not dark.
    """

    end: str
    rise: float
    rate_per_h: float
    steeper: float
    bright: tuple[int, ...]


def rise_of(seconds: Sequence[float], levels_adu: Sequence[float]) -> Rise | None:
    """The steeper end of a series, in order of time; None where it is no series or falls towards both ends.

    Parameters
    ----------
    seconds
        Time of each frame.
    levels_adu
        Its sky, without the pedestal as far as that is known: what is left of that makes shares too small.
    """
    if len(seconds) < LEAST_FRAMES:
        return None
    order = np.argsort(seconds)
    times, levels = np.asarray(seconds, dtype=np.float64)[order], np.asarray(levels_adu, dtype=np.float64)[order]
    if times[-1] <= times[0]:
        return None
    ends = [_towards_end(times, levels, order), _towards_end(-times[::-1], levels[::-1], order[::-1])]
    found = [(e, name) for e, name in zip(ends, ("last", "first"), strict=True) if e is not None]
    if not found:
        return None
    (rise, rate, steeper, bright), name = max(found, key=lambda pair: pair[0][0] * min(pair[0][2], 10.0))
    return Rise(end=name, rise=rise, rate_per_h=rate, steeper=steeper, bright=bright)


def _towards_end(
    times: Floats, levels: Floats, order: NDArray[Any]
) -> tuple[float, float, float, tuple[int, ...]] | None:
    darkest = max(float(np.sort(levels)[: max(2, len(levels) // 4)].mean()), 1.0)
    tail = levels[-_RUN:]
    if np.any(np.diff(tail) <= 0) or levels[-1] < levels.max():
        return None
    logs = np.log(np.maximum(levels, 0.1 * darkest))
    hours = times / 3600
    rate = float((logs[-1] - logs[-_RUN]) / (hours[-1] - hours[-_RUN]))
    rest = slice(None, -_RUN + 1)
    before = abs(float(np.polyfit(hours[rest], logs[rest], 1)[0])) if len(logs) > _RUN else 0.0
    rise = float(levels[-1] / darkest - 1)
    bright = levels > darkest * (1 + _DARK_SHARE * rise)
    return rise, rate, rate / max(before, 0.05), tuple(int(i) for i in order[bright])
