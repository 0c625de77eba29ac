"""Light that is even along an edge, in the means of rows or columns.

Such light is a function of one coordinate, as are readout structures: taps that meet in a step, banding, gradients.
What tells it from those is its shape: a fall from the edge by ``exp(-(distance / decay)**power)``, and little else in
the profile. What tells it from a readout structure that falls off in the same way is only a bias or a short dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np

from ampglow_plugin.glow.fit import trends
from ampglow_plugin.glow.shapes import Floats

#: chi2 by which an edge must improve the profile, and by which it (or a second one) must beat every other explanation
GAIN: Final = 40.0
LEAD: Final = 6.0
#: chi2 that a slope beside the edges must be worth
SIMPLER: Final = 10.0
#: least amplitude in units of the rms that it leaves in the profile
LEAST_OVER_REST: Final = 5.0
#: decay lengths that are tried, as shares of the profile
DECAYS: Final = tuple(float(d) for d in np.geomspace(0.015, 1.5, 20))
_MAD_TO_SIGMA = 1.4826
_BANDS: Final = tuple(float(p) for p in np.geomspace(0.15, 2.5, 24))


@dataclass(frozen=True, slots=True)
class Edge:
    """Light along the first (``far`` False) or the last row or column: peak in ADU, decay as a share of the profile."""

    far: bool
    peak_adu: float
    decay_share: float
    power: float = 1.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile holds: edges, a step in its middle, and the scatter (ADU) of what is left."""

    edges: tuple[Edge, ...]
    step: bool
    rest_adu: float


def read_profile(values: Floats, sigma: float) -> Profile:
    """Edges in the means of rows (or columns) ``values`` (ADU), whose noise is at least ``sigma``."""
    count = len(values)
    noise = max(sigma, _MAD_TO_SIGMA * float(np.median(np.abs(np.diff(values, 2)))) / np.sqrt(6.0))
    step = _has_step(values, noise)
    basis = trends(count, step=step)
    flat = _chi2(values, basis, noise)
    best: tuple[float, tuple[Edge, ...], float] = (flat, (), 0.0)
    level = trends(count, slope=False, step=step)
    for sides in ((False,), (True,), (False, True)):
        chi2, edges = _edges(values, basis, noise, sides)
        # with a slope, light at both edges may be shared out between them at will
        simpler = _edges(values, level, noise, sides)
        if simpler[0] < chi2 + SIMPLER:
            chi2, edges = simpler
        if edges and best[0] - chi2 > (LEAD if best[1] else GAIN):
            best = (chi2, edges, chi2)
    chi2, edges, _ = best
    if edges:
        others = min(_chi2(values, other, noise) for other in _others(count))
        rest = noise * float(np.sqrt(chi2 / count))
        weakest = min(e.peak_adu for e in edges)
        if others - chi2 < LEAD or weakest < LEAST_OVER_REST * rest:
            edges, chi2 = (), flat
    return Profile(edges=edges, step=step, rest_adu=noise * float(np.sqrt(chi2 / max(count - 3, 1))))


def _edges(values: Floats, basis: Floats, noise: float, sides: tuple[bool, ...]) -> tuple[float, tuple[Edge, ...]]:
    """Best chi2 with an exponential at each of ``sides``, and these; none where one of them would be dark."""
    count = len(values)
    target = values - basis @ (basis.T @ values)
    best: tuple[float, tuple[Edge, ...]] = (np.inf, ())
    columns = {(far, d): _fall(count, d, far=far) for far in sides for d in DECAYS}
    free = {key: c - basis @ (basis.T @ c) for key, c in columns.items()}
    for decays in product(DECAYS, repeat=len(sides)):
        model = np.stack([free[far, d] for far, d in zip(sides, decays, strict=True)], axis=1)
        peaks = np.linalg.lstsq(model, target, rcond=None)[0]
        if np.any(peaks <= 0):
            continue
        chi2 = float(np.sum((target - model @ peaks) ** 2)) / noise**2
        if chi2 < best[0]:
            found = zip(sides, peaks, decays, strict=True)
            best = (chi2, tuple(Edge(far, float(p), d) for far, p, d in found))
    return best


def _fall(count: int, decay: float, *, far: bool) -> Floats:
    """Exponential fall from an edge, averaged over each of ``count`` tiles; 1 at the very edge."""
    tile = 1.0 / (count * decay)
    fall: Floats = np.exp(-np.arange(count) * tile) * (1 - np.exp(-tile)) / tile
    return fall[::-1] if far else fall


def _others(count: int) -> list[Floats]:
    """Explanations that are no glow: a bent gradient, a step anywhere, a wave."""
    place = np.linspace(-1, 1, count)
    straight = [np.ones(count), place]
    sets = [[*straight, place**2], [*straight, place**2, place**3]]
    sets += [[*straight, np.where(np.arange(count) >= i, 1.0, 0.0)] for i in range(2, count - 1)]
    sets += [[*straight, np.sin(2 * np.pi * place / p), np.cos(2 * np.pi * place / p)] for p in _BANDS]
    return [np.linalg.qr(np.stack(s, axis=1))[0] for s in sets]


def _has_step(values: Floats, noise: float) -> bool:
    """Whether the profile jumps in its middle, by more than its slope there and its noise explain."""
    middle = len(values) // 2
    jump = values[middle] - values[middle - 1]
    slope = 0.5 * (values[middle + 1] - values[middle] + values[middle - 1] - values[middle - 2])
    return bool(abs(jump - slope) > 6.0 * noise * np.sqrt(3.0))


def _chi2(values: Floats, basis: Floats, noise: float) -> float:
    left = values - basis @ (basis.T @ values)
    return float(left @ left) / noise**2
