"""Reflections: even discs and rings with an edge, around a bright star or opposite to it across the middle."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.diagnosis.maps import BrightStar, Floats, ViewMap, free, whiten
from ampglow_plugin.glow.background import TileMap

#: distances of reflections from the middle in those of their stars, and radii as shares of the mean side
REACHES: Final = (1.0, -1.3, -1.15, -1.0, -0.85, -0.7, -0.55, -0.4)
RADII: Final = (0.04, 0.055, 0.075, 0.1, 0.13, 0.17)
HOLES: Final = (0.0, 0.5)
#: widths of clouds without an edge that are tried instead, in radii of the disc
_CLOUDS: Final = (0.35, 0.5, 0.7, 1.0)
#: powers of the fall-off of a star's wings
_WINGS: Final = (3.0, 5.0)
#: points along a tile at which an edge is looked up
_POINTS: Final = 4
#: weaker discs are not worth a closer look
_FAINT_SIGMA: Final = 2.5
#: finer places of the best: in radii of the disc
_FINER: Final = (-0.35, 0.0, 0.35)


@dataclass(frozen=True, kw_only=True, slots=True)
class Disc:
    """A disc or ring: centre and radius in pixels (array order), the hole as a share of the radius."""

    x: float
    y: float
    radius: float
    hole: float
    star: int
    reach: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Reflected:
    """The best disc of one view: how bright, how significant, and what an edge explains beyond a cloud without one.

    ``edge`` is the chi2 that the disc explains less that of the best cloud at the same place. ``elsewhere`` is the
    largest significance of the same disc, at the same place of the sensor, in other views that have no bright star
    there; None where there are none. ``pattern`` is the disc on the tiles of the view.
    """

    view: int
    disc: Disc
    peak_adu: float
    significance: float
    edge: float
    elsewhere: float | None
    pattern: Floats


def reflected(views: Sequence[ViewMap], patterns: Sequence[Floats]) -> Reflected | None:
    """The most significant reflection in any view; None where no view has a bright star.

    ``patterns`` (rows, columns) of glow are on the tiles of the views; edges are looked for in their fine maps.
    """
    fine = [replace(view, tiles=view.fine, planes=view.fine.values[None]) for view in views]
    beside = [resampled(pattern, views[0].tiles, views[0].fine) for pattern in patterns]
    found = [one for number, view in enumerate(fine) if (one := _in_view(number, view, beside)) is not None]
    if not found:
        return None
    best = max(found, key=lambda r: r.significance)
    others = [
        _significance(view, best.pattern, beside)
        for number, view in enumerate(fine)
        if number != best.view and not _star_near(view, best.disc)
    ]
    return replace(best, elsewhere=max(others, default=None), pattern=disc_map(views[best.view], best.disc))


def resampled(pattern: Floats, tiles: TileMap, onto: TileMap) -> Floats:
    """A smooth map (rows, columns) of ``tiles`` on the tiles of another map of the same frame."""
    (y, x), (to_y, to_x) = ((t.y + t.tile[0] / 2, t.x + t.tile[1] / 2) for t in (tiles, onto))
    down = np.array([np.interp(to_y, y, column) for column in pattern.T])
    across: Floats = np.array([np.interp(to_x, x, row) for row in down.T])
    return across


def _star_near(view: ViewMap, disc: Disc) -> bool:
    """Whether a bright star, with its own halo, stands where the disc would be."""
    return any(math.hypot(star.x - disc.x, star.y - disc.y) < 2 * disc.radius for star in view.stars)


def _in_view(number: int, view: ViewMap, patterns: Sequence[Floats]) -> Reflected | None:
    discs = list(_discs(view))
    if not discs:
        return None
    beside = [*patterns, *_wings(view)]
    best, strength = _scan(view, discs, beside, beside)
    for _ in range(2 if strength > _FAINT_SIGMA else 0):
        pattern = disc_map(view, best)
        best, _ = _scan(view, [best, *_near(best)], beside, [*beside, pattern])
    pattern = disc_map(view, best)
    terms = whiten(view, [*beside, pattern])
    vectors = free(terms, [pattern, *_clouds(view, best)], view, beside)
    squares = np.maximum(np.sum(vectors**2, axis=1), 1e-12)
    fits = vectors @ terms.seen
    gains = np.where(fits > 0, fits**2 / squares, 0.0)
    return Reflected(
        view=number,
        disc=best,
        peak_adu=float(fits[0] / squares[0]),
        significance=float(fits[0] / math.sqrt(squares[0])),
        edge=float(gains[0] - gains[1:].max()),
        elsewhere=None,
        pattern=pattern,
    )


def _discs(view: ViewMap) -> Iterator[Disc]:
    height, width = view.tiles.shape
    side = math.sqrt(height * width)
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    for number, star in enumerate(view.stars):
        for reach in REACHES:
            x, y = middle_x + reach * (star.x - middle_x), middle_y + reach * (star.y - middle_y)
            for share in RADII:
                inside = -share * side < x < width + share * side and -share * side < y < height + share * side
                for hole in HOLES if inside else ():
                    yield Disc(x=x, y=y, radius=share * side, hole=hole, star=number, reach=reach)


def _near(disc: Disc) -> Iterator[Disc]:
    for dx in _FINER:
        for dy in _FINER:
            for factor in (0.88, 1.0, 1.13):
                moved = disc.radius * (0.0 if disc.reach == 1.0 else 1.0)
                yield replace(disc, x=disc.x + dx * moved, y=disc.y + dy * moved, radius=disc.radius * factor)


def disc_map(view: ViewMap, disc: Disc) -> Floats:
    """Share of each tile (rows, columns) that the disc covers."""
    return _means(view, lambda r: (r <= disc.radius) & (r >= disc.hole * disc.radius), disc.x, disc.y)


def _clouds(view: ViewMap, disc: Disc) -> list[Floats]:
    return [_cloud(view, disc, share * disc.radius) for share in _CLOUDS]


def _cloud(view: ViewMap, disc: Disc, sigma: float) -> Floats:
    return _means(view, lambda r: np.exp(-0.5 * (r / sigma) ** 2), disc.x, disc.y)


def _wings(view: ViewMap) -> list[Floats]:
    soft = max(view.tiles.tile)
    return [_wing(view, star, power, soft) for star in view.stars for power in _WINGS]


def _wing(view: ViewMap, star: BrightStar, power: float, soft: float) -> Floats:
    return _means(view, lambda r: (1 + (r / soft) ** 2) ** (-power / 2), star.x, star.y)


def _means(view: ViewMap, profile: Callable[[Floats], NDArray[Any]], x: float, y: float) -> Floats:
    tiles = view.tiles
    radius = _radii(tiles.tile, tiles.y.tobytes(), tiles.x.tobytes(), x, y)
    values = np.asarray(profile(radius), dtype=np.float64)
    means: Floats = values.reshape(len(tiles.y), _POINTS, len(tiles.x), _POINTS).mean(axis=(1, 3))
    return means


@functools.lru_cache(maxsize=4)
def _radii(tile: tuple[int, int], rows: bytes, columns: bytes, x: float, y: float) -> Floats:
    """Distances of the points of all tiles from a place; discs of one place follow each other."""
    inside = (np.arange(_POINTS) + 0.5) / _POINTS
    down = (np.frombuffer(rows)[:, None] + inside * tile[0] - 0.5).ravel() - y
    across = (np.frombuffer(columns)[:, None] + inside * tile[1] - 0.5).ravel() - x
    distances: Floats = np.hypot(down[:, None], across[None, :])
    return distances


def _scan(
    view: ViewMap, discs: Sequence[Disc], beside: Sequence[Floats], field_beside: Sequence[Floats]
) -> tuple[Disc, float]:
    terms = whiten(view, field_beside)
    vectors = free(terms, [disc_map(view, d) for d in discs], view, beside)
    strengths = vectors @ terms.seen / np.sqrt(np.maximum(np.sum(vectors**2, axis=1), 1e-12))
    return discs[int(np.argmax(strengths))], float(strengths.max())


def _significance(view: ViewMap, pattern: Floats, patterns: Sequence[Floats]) -> float:
    beside = [*patterns, *_wings(view)]
    terms = whiten(view, [*beside, pattern])
    (vector,) = free(terms, [pattern], view, beside)
    return float(vector @ terms.seen / max(float(np.linalg.norm(vector)), 1e-6))
