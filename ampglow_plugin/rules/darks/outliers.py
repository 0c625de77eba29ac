"""What the rules about single darks share: which frames of a set lie apart, and when nobody can tell.

A frame is blamed where it lies beyond a limit from the rest *and* far outside of the scatter that the set has anyhow,
or where the set drifts. Where frames lie beyond the limit and neither holds, the set as a whole is in doubt: a
half of it may be wrong, and no statistic says which.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from ampglow_plugin.model.darks import DarkMeasure, DarkSetMeasure
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding

#: fewer frames cannot be compared
LEAST = 3
#: in sets smaller than this, a frame is blamed where all others agree within half of the limit
SMALL = 5
#: robust spreads of the set by which a frame must lie apart: in large sets, and below LARGE frames, where that
#: spread itself is hardly known (of normal values, one in thousands lies so far)
FAR = 5.0
LARGE = 10
FAR_IN_FEW = 9.0
#: robust spreads within which a frame is part of the scatter of its set, where that lies within the limit
SCATTER = 4.0
#: standard deviations of its slope by which a drift must be clear
CLEAR_DRIFT = 5.0
#: errors of the measurement by which a value must lie beyond the limit
CLEAR = 3.0
#: frames from which a trend is taken: all pairs are looked at
TREND_FRAMES = 200
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One number of one frame, with the error of the measurement."""

    frame: DarkMeasure
    value: float
    sigma: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Apart:
    """``blamed`` lie apart (or ``drift`` carried them away), by frame with the distance; ``unclear`` are beyond the
    limit and cannot be blamed. ``drift`` is the change from the first frame to the last where it is clear.
    """

    blamed: tuple[tuple[DarkMeasure, float], ...]
    unclear: tuple[tuple[DarkMeasure, float], ...]
    drift: float | None
    widest: float


def apart(values: Sequence[Value], limit: float, *, middle: float | None = None) -> Apart:
    """Which of ``values`` lie more than ``limit`` from ``middle``, by default their median; of two, from each other."""
    centre = statistics.median(v.value for v in values) if middle is None else middle
    if len(values) == 2:
        centre = values[0].value
    away = [v.value - centre for v in values]
    beyond = [abs(a) - CLEAR * v.sigma > limit for a, v in zip(away, values, strict=True)]
    drift = trend(values)
    drifted = drift is not None and abs(drift) > limit
    scatter = _MAD_TO_SIGMA * statistics.median(map(abs, away)) if len(away) >= SMALL else None
    reach = _reach(away, scatter, limit)
    blamed: list[tuple[DarkMeasure, float]] = []
    unclear: list[tuple[DarkMeasure, float]] = []
    for v, a, over in zip(values, away, beyond, strict=True):
        if over and (drifted or abs(a) > reach):
            blamed.append((v.frame, a))
        elif over and (scatter is None or scatter > limit or abs(a) > SCATTER * scatter):
            unclear.append((v.frame, a))
    if len(blamed) * 2 >= len(values):  # no majority is left to agree with
        blamed, unclear = [], blamed + unclear
    return Apart(
        blamed=tuple(blamed),
        unclear=tuple(unclear),
        drift=drift if drifted else None,
        widest=max(map(abs, away), default=0.0),
    )


def _reach(away: Sequence[float], scatter: float | None, limit: float) -> float:
    """Distance from which on a frame stands out of the scatter of its set; infinite where that cannot be told."""
    if scatter is not None:
        return max(limit, (FAR if len(away) >= LARGE else FAR_IN_FEW) * scatter)
    sizes = sorted(map(abs, away))
    return limit if len(sizes) >= LEAST and sizes[-2] <= limit / 2 else float("inf")


def trend(values: Sequence[Value]) -> float | None:
    """Change from the first frame to the last by the median of all slopes (Theil and Sen); None where it is not clear.

    Values are in the order of time. Their scatter about the line tells the error of its slope.
    """
    timed = [(hours, v.value) for v in values if (hours := _hours(v.frame)) is not None]
    if len(timed) < SMALL:
        return None
    count = min(len(timed), TREND_FRAMES)
    some = [timed[i * (len(timed) - 1) // (count - 1)] for i in range(count)]
    slopes = [(b - a) / (t - s) for (s, a), (t, b) in itertools.combinations(some, 2) if t > s]
    if not slopes:
        return None
    slope = statistics.median(slopes)
    start = statistics.median(value - slope * t for t, value in timed)
    scatter = _MAD_TO_SIGMA * statistics.median(abs(value - slope * t - start) for t, value in timed)
    drift = slope * (timed[-1][0] - timed[0][0])
    error = scatter * (12 / len(timed)) ** 0.5  # of a line through evenly spaced points, from end to end
    return drift if abs(drift) > CLEAR_DRIFT * error else None


def _hours(frame: DarkMeasure) -> float | None:
    try:
        return datetime.fromisoformat(frame.date_obs).timestamp() / 3600 if frame.date_obs else None
    except ValueError:
        return None


def each_set(context: Context, rule: Rule, judge: Callable[[DarkSetMeasure], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of ``judge`` for each set of darks of the context; sets without any frame that was read say so."""
    for measured in context.dark_sets or ():
        if any(frame.why is None for frame in measured.frames):
            yield from judge(measured)
        else:
            yield finding(rule, "skipped", "no frame of this set could be read")


def name(frame: DarkMeasure | str) -> str:
    """The file's name without its folders."""
    return PurePath(frame if isinstance(frame, str) else frame.path).name


def at(frame: DarkMeasure, field: str | None = None) -> Where:
    """The place of a finding about one dark."""
    return Where(path=frame.path, field=field)
