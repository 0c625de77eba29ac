"""What is left of the views beside glow: the plane of a gradient and the fall-off of a lens, and how they agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ampglow_plugin.diagnosis.grey import parted
from ampglow_plugin.diagnosis.maps import Floats, ViewMap, bends, drift, whiten

#: relative slopes and fall-offs are known to this at best: flats and shapes are not exact
_FLOOR = 0.003


@dataclass(frozen=True, kw_only=True, slots=True)
class Trend:
    """Of one view. All but ``level_adu`` are shares of that level.

    ``plane`` is the change from left to right and from the first to the last row, (2), with its covariance;
    ``corner`` how much brighter the corners are than the middle, with its standard deviation; ``lopsided`` how much of
    that a bend along one direction brings about, which no lens makes. ``level_known``: the level is that of the sky;
    else it holds the pedestal, and shares are too small.
    """

    level_adu: float
    level_known: bool
    plane: Floats
    plane_covariance: Floats
    corner: float
    corner_sigma: float
    lopsided: float = 0.0

    @property
    def slope(self) -> float:
        """Length of the plane's change across the frame."""
        return float(np.hypot(*self.plane))

    @property
    def slope_sigma(self) -> float:
        """Standard deviation of the plane along the direction in which it is known least."""
        return math.sqrt(float(np.linalg.eigvalsh(self.plane_covariance)[-1]))

    @property
    def slope_significance(self) -> float:
        """Of the plane (sigma, of two dimensions)."""
        return _length(self.plane, self.plane_covariance)


def trend(view: ViewMap, patterns: Sequence[Floats]) -> Trend:
    """Plane and fall-off of a view, with ``patterns`` (rows, columns) fitted freely beside them.

    The level of the sky is taken from the colours where the pedestal is not known.
    """
    own = bends(view.tiles)
    terms = whiten(view, [*own, *patterns])
    columns = [*drift(view.tiles), *own, *patterns]
    design = np.array([terms.vector(c) for c in columns]).T
    covariance = np.linalg.pinv(design.T @ design)
    factors = covariance @ (design.T @ terms.seen)
    level, known = view.level_adu, view.level_known
    if not known and (by_colour := parted(view, patterns)) is not None and 0 < by_colour.level_adu < level:
        level, known = by_colour.level_adu, True
    level = max(level, 1e-3)
    corner = np.zeros(len(columns))
    corner[3:5] = 1.0
    return Trend(
        level_adu=level,
        level_known=known,
        plane=factors[1:3] / level,
        plane_covariance=covariance[1:3, 1:3] / level**2 + _FLOOR**2 * np.eye(2),
        corner=float(corner @ factors) / level,
        corner_sigma=math.hypot(math.sqrt(float(corner @ covariance @ corner)) / level, _FLOOR),
        # the sky may bend by b * t**2 along any direction: half of that is round, b / 4 in the corners, half is not
        lopsided=float(np.hypot(factors[5], factors[6] / 2)) / 2 / level,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Planes:
    """Planes of several views: what they share on the sensor, and what each has of its own.

    ``common`` (2) with significance in sigma; ``own`` is the root of the reduced chi2 of what differs from it, and
    ``largest`` the longest of what differs, as a share of the level, in view number ``of``. No plane of a view is known
    worse than to ``largest_sigma``.
    """

    common: Floats
    common_significance: float
    own: float
    largest: float
    largest_sigma: float
    of: int


def planes_of(trends: Sequence[Trend]) -> Planes:
    """Part the planes of two or more views."""
    inverses = [np.linalg.inv(t.plane_covariance) for t in trends]
    covariance = np.linalg.inv(np.sum(inverses, axis=0))
    common = covariance @ np.sum([i @ t.plane for i, t in zip(inverses, trends, strict=True)], axis=0)
    own = [t.plane - common for t in trends]
    chi2 = sum(_length(o, t.plane_covariance) ** 2 for o, t in zip(own, trends, strict=True))
    lengths = [float(np.hypot(*o)) for o in own]
    return Planes(
        common=common,
        common_significance=_length(common, covariance),
        own=math.sqrt(chi2 / (2 * max(len(trends) - 1, 1))),
        largest=max(lengths),
        largest_sigma=max(t.slope_sigma for t in trends),
        of=int(np.argmax(lengths)),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Corners:
    """Fall-off of a lens in all views: the mean as a share of the sky, its sigma, how views disagree; other bends."""

    value: float
    sigma: float
    spread: float
    lopsided: float

    @property
    def round(self) -> float:
        """What of ``value`` no bend along one direction explains, with its sign."""
        return math.copysign(max(abs(self.value) - self.lopsided, 0.0), self.value)


def corners_of(trends: Sequence[Trend]) -> Corners:
    """The mean of the views, each with the weight of its error; ``spread`` is the root of the reduced chi2."""
    values = np.array([t.corner for t in trends])
    sigmas = np.array([t.corner_sigma for t in trends])
    weights = 1 / sigmas**2
    mean = float(weights @ values / weights.sum())
    chi2 = float(np.sum(((values - mean) / np.hypot(sigmas, 0.1 * abs(mean))) ** 2))
    return Corners(
        value=mean,
        sigma=float(weights.sum() ** -0.5),
        lopsided=float(weights @ np.array([t.lopsided for t in trends]) / weights.sum()),
        spread=math.sqrt(chi2 / (len(values) - 1)) if len(values) > 1 else 0.0,
    )


def _length(vector: Floats, covariance: Floats) -> float:
    return math.sqrt(max(float(vector @ np.linalg.solve(covariance, vector)), 0.0))
