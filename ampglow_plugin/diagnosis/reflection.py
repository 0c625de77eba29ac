"""Reflections: even discs and rings with an edge, around a bright star or opposite to it across the middle."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.diagnosis.maps import BrightStar, Floats, ViewMap, free, whiten
from ampglow_plugin.glow.background import TileMap

#: distances of reflections from the middle in those of their stars, and radii as shares of the mean side
REACHES: Final = (1.0, -1.3, -1.15, -1.0, -0.85, -0.7, -0.55, -0.4)
RADII: Final = (0.04, 0.055, 0.075, 0.1, 0.13, 0.17)
#: holes as shares of the radius: none, and those that the obstructions of telescopes make
HOLES: Final = (0.0, 0.5)
FINER_HOLES: Final = (0.0, 0.3, 0.5, 0.7)
#: arcs of the best, and the directions of their middles
_ARCS_DEG: Final = (270.0, 180.0)
_TOWARD_DEG: Final = tuple(45.0 * i for i in range(8))
#: widths of clouds without an edge that are tried instead near its place, in radii of the disc
_CLOUDS: Final = (0.35, 0.5, 0.7, 1.0)
#: places of these clouds, in radii of the disc along either axis
_DRIFTED: Final = (-0.7, -0.35, 0.0, 0.35, 0.7)
#: widths are tried in such steps where many discs of one place are
_WIDTH_STEP: Final = 1.3
#: powers of the fall-off of a star's wings
_WINGS: Final = (3.0, 5.0)
#: points along a tile at which profiles are looked up
_POINTS: Final = 2
#: weaker discs (chi2) are not worth a closer look
_FAINT_CHI2: Final = 25.0
#: finer places of the best, in radii of the disc, and finer radii, of two closer looks
_FINER: Final = ((0.35, 1.13), (0.17, 1.06))
#: share below which a factor or a gain is none
_NO_GAIN: Final = 1e-9
#: so many sides of a tile around its place a star outshines all else; a smaller disc around it is not seen
_CORE_TILES: Final = 1.5
_LEAST_AROUND_TILES: Final = 2.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Disc:
    """A disc or ring, or an arc of one: centre and radius in pixels (array order), the hole as a share of the radius.

    ``arc_deg`` is how much of the circle there is, ``toward_deg`` the direction of its middle, from x to y.
    """

    x: float
    y: float
    radius: float
    hole: float
    star: int
    reach: float
    arc_deg: float = 360.0
    toward_deg: float = 0.0


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
    """The reflection in any view that shows its edge best; None where no view has a bright star.

    ``patterns`` (rows, columns) of glow are on the tiles of the views; edges are looked for in their fine maps.
    """
    fine = [replace(view, tiles=view.fine, planes=view.fine.values[None]) for view in views]
    beside = [resampled(pattern, views[0].tiles, views[0].fine) for pattern in patterns]
    found = [one for number, view in enumerate(fine) if (one := _in_view(number, view, beside)) is not None]
    if not found:
        return None
    best = max(found, key=lambda r: r.edge)
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
    edges, gains = _scan(view, discs, patterns, ())
    best = discs[int(np.argmax(edges))]
    if gains.max() < _FAINT_CHI2:
        return _measured(number, view, best, patterns)
    # between the radii and places that were tried a disc may look like a cloud, and yet be the brightest thing there is
    first = dict.fromkeys((best, discs[int(np.argmax(gains))]))
    return max((_measured(number, view, _closer(view, one, patterns), patterns) for one in first), key=lambda r: r.edge)


def _closer(view: ViewMap, best: Disc, patterns: Sequence[Floats]) -> Disc:
    """The disc near this one that shows its edge best."""
    for step, factor in _FINER:
        near = [d for d in _near(best, step, factor) if _shows(view, d)]
        best = _sharpest(view, near, best, patterns)
        best = _sharpest(view, [best, *_arcs(best)], best, patterns)
    return best


def _measured(number: int, view: ViewMap, best: Disc, patterns: Sequence[Floats]) -> Reflected:
    pattern = disc_map(view, best)
    peaks, gains = _explained(view, [pattern, *_clouds(view, best)], patterns, [pattern])
    return Reflected(
        view=number,
        disc=best,
        peak_adu=float(peaks[0]),
        significance=math.sqrt(gains[0]),
        edge=float(gains[0] - gains[1:].max()),
        elsewhere=None,
        pattern=pattern,
    )


def _sharpest(view: ViewMap, discs: Sequence[Disc], known: Disc, patterns: Sequence[Floats]) -> Disc:
    edges, _ = _scan(view, discs, patterns, [disc_map(view, known)])
    return discs[int(np.argmax(edges))]


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
                    disc = Disc(x=x, y=y, radius=share * side, hole=hole, star=number, reach=reach)
                    if _shows(view, disc):
                        yield disc


def _shows(view: ViewMap, disc: Disc) -> bool:
    """Whether a disc is wide enough to be seen around its star, if it is there."""
    return disc.reach != 1.0 or disc.radius >= _LEAST_AROUND_TILES * max(view.tiles.tile)


def _near(disc: Disc, step: float, factor: float) -> Iterator[Disc]:
    """Discs beside ``disc`` by ``step`` radii, larger or smaller by ``factor``; those around a star stay there."""
    moves = (0.0,) if disc.reach == 1.0 else (-step, 0.0, step)
    for dx, dy in itertools.product(moves, moves):
        for scale, hole in itertools.product((1 / factor, 1.0, factor), FINER_HOLES):
            yield replace(
                disc, x=disc.x + dx * disc.radius, y=disc.y + dy * disc.radius, radius=disc.radius * scale, hole=hole
            )


def _arcs(disc: Disc) -> Iterator[Disc]:
    for arc, toward in itertools.product(_ARCS_DEG, _TOWARD_DEG):
        yield replace(disc, arc_deg=arc, toward_deg=toward)


def disc_map(view: ViewMap, disc: Disc) -> Floats:
    """Share of each tile (rows, columns) that the disc covers."""
    soft = max(view.tiles.tile) / _POINTS

    def within(radius: Floats, edge: float) -> Floats:
        return np.clip((edge - radius) / soft + 0.5, 0.0, 1.0)

    hole = disc.hole * disc.radius
    offsets = _offsets(view, disc.x, disc.y)
    covered = within(np.abs(offsets), disc.radius) - (within(np.abs(offsets), hole) if hole else 0.0)
    if disc.arc_deg < 360.0:
        turned = offsets * np.exp(-1j * math.radians(disc.toward_deg))
        covered = np.where(np.abs(np.angle(turned, deg=True)) <= disc.arc_deg / 2, covered, 0.0)
    return _means(view, covered)


def _clouds(view: ViewMap, disc: Disc) -> list[Floats]:
    moved = [
        replace(disc, x=disc.x + dx * disc.radius, y=disc.y + dy * disc.radius)
        for dx, dy in itertools.product(_DRIFTED, _DRIFTED)
    ]
    return [_cloud(view, at, share * disc.radius) for at in moved for share in _CLOUDS]


def _cloud(view: ViewMap, disc: Disc, sigma: float) -> Floats:
    return _means(view, np.exp(-0.5 * (np.abs(_offsets(view, disc.x, disc.y)) / sigma) ** 2))


def _wings(view: ViewMap) -> list[Floats]:
    soft = max(view.tiles.tile)
    return [_wing(view, star, power, soft) for star in view.stars for power in _WINGS]


def _wing(view: ViewMap, star: BrightStar, power: float, soft: float) -> Floats:
    return _means(view, (1 + (np.abs(_offsets(view, star.x, star.y)) / soft) ** 2) ** (-power / 2))


def _means(view: ViewMap, values: Floats) -> Floats:
    """Means of the tiles (rows, columns) of ``values`` at all their points."""
    parts = values.reshape(len(view.tiles.y), _POINTS, len(view.tiles.x), _POINTS)
    means: Floats = sum((parts[:, i, :, j] for i, j in np.ndindex(_POINTS, _POINTS)), np.zeros(1)) / _POINTS**2
    return means


def _offsets(view: ViewMap, x: float, y: float) -> NDArray[np.complex128]:
    """Of the points of all tiles from a place (pixels, along x real and along y imaginary)."""
    tiles = view.tiles
    return _offsets_of(tiles.tile, tiles.y.tobytes(), tiles.x.tobytes(), x, y)


@functools.lru_cache(maxsize=4)
def _offsets_of(
    tile: tuple[int, int], rows: bytes, columns: bytes, x: float, y: float
) -> NDArray[np.complex128]:  # patterns of one place follow each other
    inside = (np.arange(_POINTS) + 0.5) / _POINTS
    down = (np.frombuffer(rows)[:, None] + inside * tile[0] - 0.5).ravel() - y
    across = (np.frombuffer(columns)[:, None] + inside * tile[1] - 0.5).ravel() - x
    return across[None, :] + 1j * down[:, None]


def _scan(
    view: ViewMap, discs: Sequence[Disc], beside: Sequence[Floats], known: Sequence[Floats]
) -> tuple[Floats, Floats]:
    """What each disc explains (chi2) beyond any cloud at its place, and by itself; discs of
    one place follow each other.
    """
    patterns: list[Floats] = []
    spans: list[tuple[slice, slice]] = []
    for _, group in itertools.groupby(discs, key=lambda d: (d.x, d.y)):
        own = list(group)
        widths = {_WIDTH_STEP ** round(math.log(share * d.radius, _WIDTH_STEP)) for d in own for share in _CLOUDS}
        start = len(patterns)
        patterns += [disc_map(view, d) for d in own]
        patterns += [_cloud(view, own[0], width) for width in sorted(widths)]
        spans.append((slice(start, start + len(own)), slice(start + len(own), len(patterns))))
    _, gains = _explained(view, patterns, beside, known)
    edges = [gains[of_discs] - gains[of_clouds].max() for of_discs, of_clouds in spans]
    return np.concatenate(edges), np.concatenate([gains[of_discs] for of_discs, _ in spans])


def _explained(
    view: ViewMap, patterns: Sequence[Floats], beside: Sequence[Floats], known: Sequence[Floats]
) -> tuple[Floats, Floats]:
    """Peaks of ``patterns`` (n, ADU) and what each explains (n, chi2), alone with the wings of the bright stars.

    Light adds up, so neither is ever negative: a cloud less a wing would pass for a disc. The smooth field is estimated
    beside what is ``known``; what is ``beside`` is fitted freely. Tiles that stars fill count for nothing.
    """
    wings = _wings(view)
    terms = whiten(view, [*beside, *wings, *known], stars=_cores(view))
    alone = np.zeros((int(terms.far.sum()), *terms.far.shape))
    alone[np.arange(len(alone)), *np.nonzero(terms.far)] = 1.0
    vectors = free(terms, [*wings, *patterns], view, [*beside, *alone])
    fits = vectors @ terms.vector(view.mean)
    few = len(wings)
    factors, least = not_negative(vectors[:few] @ vectors[:few].T, fits[:few])
    rows = [*np.flatnonzero(factors), few]  # the wings that are there, and one pattern
    products = np.empty((len(patterns), len(rows), len(rows)))
    products[:] = vectors[rows] @ vectors[rows].T
    products[:, -1, :] = products[:, :, -1] = vectors[few:] @ vectors[rows].T
    products[:, -1, -1] = np.maximum(np.sum(vectors[few:] ** 2, axis=1), 1e-12)
    suits = np.tile(fits[rows], (len(patterns), 1))
    suits[:, -1] = fits[few:]
    found = np.linalg.solve(_firm(products), suits[..., None])[..., 0]
    for number in np.flatnonzero(found.min(axis=1) < 0):
        found[number], _ = not_negative(products[number], suits[number])
    there = found[:, -1] > 0
    worth = np.sum(found * suits, axis=1) - least
    return np.where(there, found[:, -1], 0.0), np.where(there, np.maximum(worth, 0.0), 0.0)


def _firm(products: Floats) -> Floats:
    """Products of vectors (..., n, n), made solvable where one is another's twin or is nowhere."""
    size = np.trace(products, axis1=-2, axis2=-1)[..., None, None]
    firm: Floats = products + (1e-9 * size + 1e-12) * np.eye(products.shape[-1])
    return firm


def not_negative(products: Floats, fits: Floats) -> tuple[Floats, float]:
    """Factors, none negative, of vectors with these ``products`` (n, n) that suit best a map with these ``fits`` (n),
    and the chi2 that they explain. The method of Lawson and Hanson (1974): Solving Least Squares Problems, chapter 23.
    """
    products = _firm(products)
    factors, kept = np.zeros(len(fits)), np.zeros(len(fits), dtype=bool)
    for _ in range(3 * len(fits)):
        wanted = np.where(kept, -np.inf, fits - products @ factors)
        if wanted.max() <= _NO_GAIN * max(float(np.abs(fits).max()), 1e-12):
            break
        kept[int(np.argmax(wanted))] = True
        while True:
            found = np.zeros(len(fits))
            found[kept] = np.linalg.solve(products[np.ix_(kept, kept)], fits[kept])
            low = kept & (found <= 0)
            if not low.any():
                break
            step = float(np.min(factors[low] / (factors[low] - found[low])))
            factors += step * (found - factors)
            kept &= factors > _NO_GAIN * max(float(np.abs(factors).max()), 1e-12)
            factors[~kept] = 0.0
        factors = found
    return factors, float(factors @ fits)


def _cores(view: ViewMap) -> NDArray[np.bool_]:
    """Tiles that are filled by the bright stars."""
    tiles = view.tiles
    rows, columns = (place + side / 2 for place, side in zip((tiles.y, tiles.x), tiles.tile, strict=True))
    filled = np.zeros((len(rows), len(columns)), dtype=bool)
    for star in view.stars:
        down, across = (rows - star.y) / tiles.tile[0], (columns - star.x) / tiles.tile[1]
        filled |= np.hypot(down[:, None], across[None, :]) < _CORE_TILES
    return filled


def _significance(view: ViewMap, pattern: Floats, patterns: Sequence[Floats]) -> float:
    _, (gain,) = _explained(view, [pattern], patterns, [pattern])
    return math.sqrt(gain)
