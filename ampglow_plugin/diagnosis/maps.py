"""One view of the sky as a map of tiles, and the patterns that are looked for in it: arrays, no files."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.background import TileMap
from ampglow_plugin.glow.shapes import Grid, Shape
from ampglow_plugin.glow.smooth import Whitened, whitened

Floats: TypeAlias = NDArray[np.float64]

#: places along each side, and decay lengths as shares of the mean side, at which glow is looked for
PLACES: Final = 7
DECAYS: Final = (0.04, 0.07, 0.11, 0.17, 0.26)
#: the same for light that is even along a whole edge
EVEN_DECAYS: Final = (0.03, 0.06, 0.12)
#: exponential, and blurred
POWERS: Final = (1.0, 2.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class BrightStar:
    """A star that outshines the others: place (pixels, array order) and light above the background (ADU, summed)."""

    x: float
    y: float
    flux_adu: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewMap:
    """Frames of one view, averaged: ``planes`` (n, rows, columns) in ADU, without the pedestal where it is known.

    ``noise_adu`` is that of a tile in each plane. ``coloured``: the planes saw different colours. ``level_known``: the
    pedestal is gone, so that levels are the sky's. ``tiles`` is the mean of the planes with the places of the tiles,
    ``fine`` one of small tiles of the first frame, in which edges show, as its ``stars`` are.
    """

    planes: Floats
    noise_adu: Floats
    tiles: TileMap
    coloured: bool
    level_known: bool
    fine: TileMap
    exposure_s: float | None = None
    stars: tuple[BrightStar, ...] = ()

    @property
    def mean(self) -> Floats:
        """Mean of the planes (rows, columns)."""
        return self.tiles.values

    @property
    def level_adu(self) -> float:
        """Median of the map: of the sky, where the pedestal is known."""
        return float(np.median(self.tiles.values))

    @property
    def levels_adu(self) -> Floats:
        """Median of each plane."""
        return np.median(self.planes, axis=(1, 2))


@dataclass(frozen=True, kw_only=True, slots=True)
class Places:
    """Coordinates of tiles: ``across`` and ``down`` from -0.5 to 0.5, ``radius2`` 1 in the corners."""

    across: Floats
    down: Floats
    radius2: Floats


def places(tiles: TileMap) -> Places:
    """Of the middles of the tiles, as (rows, columns)."""
    height, width = tiles.shape
    down = ((tiles.y + tiles.tile[0] / 2) / height - 0.5)[:, None] + np.zeros(len(tiles.x))
    across = ((tiles.x + tiles.tile[1] / 2) / width - 0.5)[None, :] + np.zeros((len(tiles.y), 1))
    radius2 = (down**2 * height**2 + across**2 * width**2) * 4 / (height**2 + width**2)
    return Places(across=across, down=down, radius2=radius2)


def drift(tiles: TileMap) -> list[Floats]:
    """What is smooth and no defect by itself to look past: a level, a plane, and the fall-off of a lens."""
    at = places(tiles)
    return [np.ones_like(at.across), at.across, at.down, at.radius2, at.radius2**2]


def bends(tiles: TileMap) -> list[Floats]:
    """Bends that are not round: the sky brightens towards a horizon more than in proportion."""
    at = places(tiles)
    return [at.across**2 - at.down**2, at.across * at.down]


@functools.lru_cache(maxsize=4)
def _templates(key: tuple[tuple[int, int], tuple[int, int], tuple[int, int]]) -> tuple[Shape, ...]:
    return tuple(_shapes(*key[0]))


def _shapes(height: int, width: int) -> Iterator[Shape]:
    side = math.sqrt(height * width)
    steps = [i / (PLACES - 1) for i in range(PLACES)]
    border = {(x, y) for x in steps for y in (0.0, 1.0)} | {(x, y) for x in (0.0, 1.0) for y in steps}
    for x, y in sorted(border):
        for share in DECAYS:
            for power in POWERS:
                decay = share * side
                yield Shape(x=x * (width - 1), y=y * (height - 1), decay_x=decay, decay_y=decay, power=power)
    for share in EVEN_DECAYS:
        for far in (0.0, 1.0):
            yield Shape(x=far * (width - 1), y=0.0, decay_x=share * side, decay_y=math.inf)
            yield Shape(x=0.0, y=far * (height - 1), decay_x=math.inf, decay_y=share * side)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bank:
    """Templates of glow on the tiles of a frame: ``shapes`` and their ``maps`` (n, rows, columns) of peak 1."""

    shapes: tuple[Shape, ...]
    maps: Floats


@functools.lru_cache(maxsize=2)
def _bank(shape: tuple[int, int], tile: tuple[int, int], y: bytes, x: bytes) -> Bank:
    at_y, at_x = np.frombuffer(y), np.frombuffer(x)
    blank = np.zeros((len(at_y), len(at_x)))
    grid = Grid(TileMap(values=blank, y=at_y, x=at_x, tile=tile, shape=shape, noise_adu=0.0, step_adu=0.0))
    shapes = _templates((shape, tile, (len(at_y), len(at_x))))
    return Bank(shapes=shapes, maps=np.array([next(grid.means(s)) for s in shapes]))


def bank(tiles: TileMap) -> Bank:
    """The templates for frames of these tiles, made once for each size."""
    return _bank(tiles.shape, tiles.tile, tiles.y.tobytes(), tiles.x.tobytes())


def whiten(
    view: ViewMap,
    beside: Sequence[Floats] = (),
    values: Floats | None = None,
    *,
    stars: NDArray[np.bool_] | None = None,
) -> Whitened:
    """The mean map of a view (or ``values`` in its place) with drift and the patterns ``beside`` fitted freely.

    ``stars`` as in :func:`whitened`.
    """
    tiles = view.tiles
    seen = view.mean if values is None else values
    return whitened(seen, [*drift(tiles), *beside], y=tiles.y, x=tiles.x, stars=stars)


def free(terms: Whitened, patterns: Sequence[Floats] | Floats, view: ViewMap, beside: Sequence[Floats]) -> Floats:
    """Vectors of ``patterns`` without what drift and the patterns ``beside`` can explain."""
    base = np.linalg.qr(np.array([terms.vector(d) for d in (*drift(view.tiles), *beside)]).T)[0]
    vectors = np.array([terms.vector(p) for p in patterns])
    free: Floats = vectors - (vectors @ base) @ base.T
    return free
