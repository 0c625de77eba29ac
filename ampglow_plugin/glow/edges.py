"""Light that is even along an edge, in the means of rows or columns.

Such light is a function of one coordinate, as are readout structures: taps that meet in a step, banding, gradients.
What tells it from those is its shape: a fall from the edge by ``exp(-distance / decay)``, and little else in the
profile. What tells it from a readout structure that falls off in the same way is only a bias or a short dark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.fit import trends
from ampglow_plugin.glow.shapes import Floats

#: chi2 by which edges must improve the profile
GAIN: Final = 40.0
#: cost by which they must beat every other explanation: chi2, and so much for each number that was fitted
LEAD: Final = 5.0
#: the same for short falls from both edges: readouts bend towards one side, so that a tie is told as light
LEAD_OF_BOTH: Final = -4.0
_SHORT_SHARE: Final = 0.35
PARAMETER_COST: Final = 4.0
#: edges of a cost at most so much above that of every other explanation may be there all the same: a likelihood ratio
#: of a thousand
OPEN_COST: Final = 14.0
#: least amplitude in units of the rms that it leaves in the profile
LEAST_OVER_REST: Final = 5.0
#: decay lengths that are tried, as shares of the profile, and again between the neighbours of the best
DECAYS: Final = np.geomspace(0.015, 1.5, 16)
_FINER: Final = np.geomspace(DECAYS[0] / DECAYS[1], DECAYS[1] / DECAYS[0], 9)
_SIDES: Final = ((False,), (True,), (False, True))
_BANDS: Final = np.geomspace(0.15, 2.5, 24)
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Edge:
    """Light along the first (``far`` False) or the last row or column: peak in ADU, decay as a share of the profile."""

    far: bool
    peak_adu: float
    decay_share: float


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile holds: edges, a step in its middle, and the scatter (ADU) of what is left.

    ``open``: there are no edges, but only because something else explains the profile about as well.
    """

    edges: tuple[Edge, ...]
    step: bool
    rest_adu: float
    open: bool = False


@dataclass(frozen=True, slots=True)
class _Explanation:
    """A way to read a profile, how well it fits, and what it costs: chi2 and its parameters."""

    chi2: float
    parameters: int
    edges: tuple[Edge, ...] = ()

    @property
    def cost(self) -> float:
        return self.chi2 + PARAMETER_COST * self.parameters

    @property
    def short(self) -> bool:
        """Whether its edges fall off within a third of the profile."""
        return max((e.decay_share for e in self.edges), default=np.inf) < _SHORT_SHARE

    def in_units(self, share: float) -> _Explanation:
        """The same in units of a noise that is smaller by ``share``."""
        edges = tuple(replace(e, peak_adu=e.peak_adu * share) for e in self.edges)
        return replace(self, chi2=self.chi2 * share**2, edges=edges)


def read_profile(values: Floats, sigma: float) -> Profile:
    """Edges in the means of rows (or columns) ``values`` (ADU), whose noise is at least ``sigma``."""
    count = len(values)
    noise = max(sigma, _MAD_TO_SIGMA * float(np.median(np.abs(np.diff(values, 2)))) / np.sqrt(6.0))
    step = _has_step(values, noise)
    plain = _linear(values / noise, trends(count, step=step))
    bases = [trends(count, slope=slope, step=step) for slope in (False, True)]
    lit = [found for basis in bases for sides in _SIDES if (found := _with_edges(values / noise, basis, sides))]
    others = [_linear(values / noise, basis, free) for basis, free in _others(count)]
    # differences of some thirty neighbours tell the noise to a fifth: what the best explanation leaves is no less
    closest = min([*lit, *others], key=lambda e: e.cost)
    left = max(sigma, noise * float(np.sqrt(closest.chi2 / (count - closest.parameters))))
    if left < noise:
        plain = plain.in_units(noise / left)
        lit, others = ([e.in_units(noise / left) for e in many] for many in (lit, others))
        noise = left
    other = min(e.cost for e in others)

    def bright(found: _Explanation) -> bool:
        peak = min((e.peak_adu for e in found.edges), default=0.0)
        return plain.chi2 - found.chi2 >= GAIN and peak >= LEAST_OVER_REST * float(np.sqrt(found.chi2 / count))

    best = min(lit, key=lambda e: e.cost, default=plain)
    lead = LEAD_OF_BOTH if len(best.edges) == 2 and best.short else LEAD
    if not bright(best) or other - best.cost < lead:
        best = plain
    return Profile(
        edges=tuple(Edge(e.far, e.peak_adu * noise, e.decay_share) for e in best.edges),
        step=step,
        rest_adu=noise * float(np.sqrt(best.chi2 / max(count - 3, 1))),
        open=best is plain and any(e.short and bright(e) and e.cost - other <= OPEN_COST for e in lit),
    )


def _linear(target: Floats, basis: Floats, free: int = 0) -> _Explanation:
    """``target`` (in units of its noise) as a sum of the columns of ``basis``, which ``free`` numbers chose."""
    left = target - basis @ (basis.T @ target)
    return _Explanation(float(left @ left), basis.shape[1] + free)


def _with_edges(target: Floats, basis: Floats, sides: Sequence[bool]) -> _Explanation | None:
    """The best fall from each of ``sides`` beside ``basis``; None where one of them would be dark."""
    found = None
    decays: list[NDArray[np.float64]] = [DECAYS] * len(sides)
    for _ in range(2):
        found = _best_decays(target, basis, sides, decays) or found
        if found is None:
            return None
        decays = [e.decay_share * _FINER for e in found.edges]
    return found


def _best_decays(
    target: Floats, basis: Floats, sides: Sequence[bool], decays: Sequence[NDArray[np.float64]]
) -> _Explanation | None:
    """All combinations of decay lengths at once, by the normal equations of one or two columns."""
    target = target - basis @ (basis.T @ target)
    falls = []
    for far, lengths in zip(sides, decays, strict=True):
        columns = np.stack([_fall(len(target), float(d), far=far) for d in lengths], axis=1)
        falls.append(columns - basis @ (basis.T @ columns))
    right = [columns.T @ target for columns in falls]
    squares = [np.sum(columns**2, axis=0) for columns in falls]
    if len(sides) == 1:
        peaks = (right[0] / squares[0])[None]
        gains = peaks[0] * right[0]
    else:
        first, second = right[0][:, None], right[1][None, :]
        own, other = squares[0][:, None], squares[1][None, :]
        cross = falls[0].T @ falls[1]
        determinant = np.maximum(own * other - cross**2, 1e-12)
        peaks = np.stack([(first * other - second * cross), (second * own - first * cross)]) / determinant
        gains = peaks[0] * first + peaks[1] * second
    gains = np.where(np.all(peaks > 0, axis=0), gains, -np.inf)
    place = np.unravel_index(int(np.argmax(gains)), gains.shape)
    if not np.isfinite(gains[place]):
        return None
    edges = tuple(Edge(far, float(peaks[i][place]), float(decays[i][place[i]])) for i, far in enumerate(sides))
    return _Explanation(float(target @ target - gains[place]), basis.shape[1] + 2 * len(sides), edges)


def _fall(count: int, decay: float, *, far: bool) -> Floats:
    """Exponential fall from an edge, averaged over each of ``count`` tiles; 1 at the very edge."""
    tile = 1.0 / (count * decay)
    fall: Floats = np.exp(-np.arange(count) * tile) * (1 - np.exp(-tile)) / tile
    return fall[::-1] if far else fall


def _others(count: int) -> Iterator[tuple[Floats, int]]:
    """Explanations that are no glow: a bent gradient, a step anywhere, a wave; and what each chooses freely."""
    place = np.linspace(-1, 1, count)
    straight = [np.ones(count), place]
    sets = [([*straight, place**2], 0), ([*straight, place**2, place**3], 0)]
    sets += [([*straight, np.where(np.arange(count) >= i, 1.0, 0.0)], 1) for i in range(2, count - 1)]
    sets += [([*straight, np.sin(2 * np.pi * place / p), np.cos(2 * np.pi * place / p)], 1) for p in _BANDS]
    for columns, free in sets:
        yield np.linalg.qr(np.stack(columns, axis=1))[0], free


def _has_step(values: Floats, noise: float) -> bool:
    """Whether the profile jumps in its middle, by more than its slope there and its noise explain."""
    middle = len(values) // 2
    jump = values[middle] - values[middle - 1]
    slope = 0.5 * (values[middle + 1] - values[middle] + values[middle - 1] - values[middle - 2])
    return bool(abs(jump - slope) > 6.0 * noise * np.sqrt(3.0))
