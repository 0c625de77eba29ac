"""Glow without a dark: the one place on the sensor that is bright in every view, and how bright in each plane of each.

Light of the readout is the same number of ADU whatever the sky is, whatever its colour, wherever the telescope points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ampglow_plugin.diagnosis.grey import parted
from ampglow_plugin.diagnosis.maps import Floats, ViewMap, bank, free, whiten
from ampglow_plugin.glow.shapes import Shape

#: what is worth less (chi2) is nothing that a second look would change
FAINT_CHI2: Final = 6.0
#: further sources beside the first are looked for down to this significance
FURTHER_SIGMA: Final = 7.0
MOST_SOURCES: Final = 3
#: shapes are not exact: amplitudes may differ by this share and still be the same
SAME_SHARE: Final = 0.08
#: share of a plane's level that may be pedestal, at most, where that is not known
_MOST_PEDESTAL: Final = 0.97
_PEDESTALS: Final = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Amplitudes:
    """Peak of one template in each of n maps, with sigmas (ADU).

    ``exposures`` are relative to the first map, ``levels`` the medians of the views; ``level_known`` where they are
    those of the sky alone.
    """

    peaks: Floats
    sigmas: Floats
    exposures: Floats
    levels: Floats
    level_known: bool

    @property
    def common(self) -> tuple[float, float]:
        """Peak that all maps share, at the exposure of the first, and its sigma (ADU)."""
        weights = (self.exposures / self.sigmas) ** 2
        return float(weights @ (self.peaks / self.exposures) / weights.sum()), float(weights.sum() ** -0.5)

    @property
    def significance(self) -> float:
        """Of the common peak (sigma)."""
        peak, sigma = self.common
        return peak / sigma

    @property
    def least(self) -> float:
        """Significance in the map where it is least (sigma)."""
        return float(np.min(self.peaks / self.sigmas))

    @property
    def spread(self) -> float:
        """Root of the reduced chi2 of one peak in all maps; 0 with one map."""
        if len(self.peaks) == 1:
            return 0.0
        return math.sqrt(self._chi2(self.exposures) / (len(self.peaks) - 1))

    @property
    def sky_rather(self) -> float:
        """Chi2 of one peak in all maps, less that of peaks in proportion to the level of the sky.

        Positive where the sky explains them better; where the pedestal is not known, the one that suits it best.
        """
        lowest = float(self.levels.min())
        if len(self.peaks) == 1 or lowest <= 0:
            return 0.0
        pedestals = [0.0] if self.level_known else np.linspace(0.0, _MOST_PEDESTAL * lowest, _PEDESTALS)
        as_sky = min(self._chi2((self.levels - p) / (self.levels[0] - p)) for p in pedestals)
        return self._chi2(self.exposures) - as_sky

    def _chi2(self, shape: Floats) -> float:
        sigmas = np.hypot(self.sigmas, SAME_SHARE * self.common[0] * self.exposures)
        weights = shape / sigmas**2
        factor = max(float(np.sum(weights * self.peaks) / np.sum(weights * shape)), 0.0)
        return float(np.sum(((self.peaks - factor * shape) / sigmas) ** 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """The template that suits all views best.

    ``amplitudes`` are those in the views; ``grey`` those in what has no colour of them, None where that cannot be told.
    ``patterns`` are the maps (rows, columns) of the template and of further ones.
    """

    shape: Shape
    amplitudes: Amplitudes
    grey: Amplitudes | None
    patterns: tuple[Floats, ...]


def search(views: Sequence[ViewMap]) -> Found:
    """The place of the sensor that is most alike bright in all views.

    A template is worth the chi2 by which a common peak explains the maps, less what is left that a peak of its own in
    each would explain: bright nebulae of one view then do not win.
    """
    templates = bank(views[0].tiles)
    chosen: list[int] = []
    first: tuple[Amplitudes, Amplitudes | None] | None = None
    for _ in range(MOST_SOURCES):
        beside = [templates.maps[i] for i in chosen]
        found, worth = _scan(_maps(views, beside), templates.maps, beside, beside)
        if worth > FAINT_CHI2:  # once more, with what was found: the smooth field then explains less of it
            pattern = templates.maps[found]
            found, _ = _scan(_maps(views, [*beside, pattern]), templates.maps, beside, [*beside, pattern])
        amplitudes, grey = measured(views, templates.maps[found], beside)
        if first is None:
            first = amplitudes, grey
        elif amplitudes.significance < FURTHER_SIGMA and (grey is None or grey.significance < FURTHER_SIGMA):
            break
        chosen.append(found)
    assert first is not None
    return Found(
        shape=templates.shapes[chosen[0]],
        amplitudes=first[0],
        grey=first[1],
        patterns=tuple(templates.maps[i] for i in chosen),
    )


@dataclass(frozen=True, slots=True)
class _Map:
    view: ViewMap
    values: Floats
    exposure: float
    grey: bool


def _maps(views: Sequence[ViewMap], glow: Sequence[Floats]) -> list[_Map]:
    """The mean of each view, and what has no colour in it, where that can be told."""
    exposures = _exposures(views)
    result = []
    for view, exposure in zip(views, exposures, strict=True):
        result.append(_Map(view, view.mean, float(exposure), grey=False))
        by_colour = parted(view, glow)
        if by_colour is not None:
            result.append(_Map(view, by_colour.glow, float(exposure), grey=True))
    return result


def _scan(
    maps: Sequence[_Map], patterns: Floats, beside: Sequence[Floats], field_beside: Sequence[Floats]
) -> tuple[int, float]:
    """Number of the pattern that is worth most, and what it is worth (chi2)."""
    weights, sums, own = (np.zeros(len(patterns)) for _ in range(3))
    for one in maps:
        terms = whiten(one.view, field_beside, one.values)
        vectors = free(terms, patterns, one.view, beside)
        squares = np.maximum(np.sum(vectors**2, axis=1), 1e-12)
        fits = vectors @ terms.seen
        weights += one.exposure**2 * squares
        sums += one.exposure * fits
        own += fits**2 / squares
    common = np.sign(sums) * sums**2 / weights
    worth = common - np.maximum(own - np.abs(common), 0.0)
    return int(np.argmax(worth)), float(worth.max())


def measured(
    views: Sequence[ViewMap], pattern: Floats, beside: Sequence[Floats] = ()
) -> tuple[Amplitudes, Amplitudes | None]:
    """Amplitudes of ``pattern`` (rows, columns) in all views, and in what has no colour of them.

    The patterns ``beside`` are fitted freely.
    """
    maps = _maps(views, [*beside, pattern])
    numbers = []
    for one in maps:
        terms = whiten(one.view, [*beside, pattern], one.values)
        (vector,) = free(terms, [pattern], one.view, beside)
        square = max(float(vector @ vector), 1e-12)
        numbers.append((float(vector @ terms.seen) / square, square**-0.5, one.exposure, one.view.level_adu))

    def of(grey: bool) -> Amplitudes | None:
        rows = np.array([n for n, one in zip(numbers, maps, strict=True) if one.grey == grey])
        if not len(rows):
            return None
        known = all(view.level_known for view in views)
        return Amplitudes(
            peaks=rows[:, 0], sigmas=rows[:, 1], exposures=rows[:, 2], levels=rows[:, 3], level_known=known
        )

    plain = of(False)
    assert plain is not None
    return plain, of(True)


def _exposures(views: Sequence[ViewMap]) -> Floats:
    seconds = [view.exposure_s for view in views]
    if any(s is None or s <= 0 for s in seconds):
        return np.ones(len(views))
    return np.array(seconds, dtype=np.float64) / float(seconds[0] or 1.0)
