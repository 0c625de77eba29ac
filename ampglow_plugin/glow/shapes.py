"""Shapes of glow: ``peak * exp(-rho**power)`` around a point, averaged over tiles.

``rho`` is the distance in units of the decay length, which may differ along x and y; an infinite one makes light
that is even along a whole edge. Light of a readout circuit falls off with power 1; power 2 is a spot that was blurred.
A starburst is such a shape times ``1 + w * sum of a_k cos(k angle) + b_k sin(k angle)``. With ``w = rho`` its rays fall
off slower: that is a decay length which depends on the angle, to first order. With ``w = 1`` they are brighter.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.background import TileMap

Floats: TypeAlias = NDArray[np.float64]

#: a tile is averaged over these points along each side, as shares of it (Gauss's rule of two points)
_POINTS: Final = (0.5 - 0.5 / math.sqrt(3.0), 0.5 + 0.5 / math.sqrt(3.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """One source: its place (pixels of the frame, in array order), decay lengths (pixels) and power; no amplitude.

    ``held_x`` and ``held_y``: the place is not to be fitted. ``round``: both decay lengths are one number.
    ``rays`` are the orders k of its angular terms; ``longer``: these grow with rho.
    """

    x: float
    y: float
    decay_x: float
    decay_y: float
    power: float = 1.0
    round: bool = True
    held_x: bool = False
    held_y: bool = False
    rays: tuple[int, ...] = ()
    longer: bool = True

    @property
    def even(self) -> bool:
        """Whether it runs along a whole edge."""
        return math.isinf(self.decay_x + self.decay_y)

    @property
    def decay(self) -> float:
        """Decay length (pixels): of both axes the geometric mean, or that of the axis it falls off along."""
        lengths = [d for d in (self.decay_x, self.decay_y) if math.isfinite(d)]
        return float(math.prod(lengths) ** (1.0 / len(lengths)))

    @property
    def terms(self) -> int:
        """How many coefficients it has: its peak and two for each order of rays."""
        return 1 + 2 * len(self.rays)

    def relative_half_width(self, frame: tuple[int, int]) -> float:
        """Distance from the brightest place in the frame to half of it, as a share of the axis: the smaller of two.

        ``frame`` is (height, width) in pixels.
        """
        widths = []
        for place, decay, length in ((self.y, self.decay_y, frame[0]), (self.x, self.decay_x, frame[1])):
            outside = max(-place, place - (length - 1), 0.0)
            if math.isfinite(decay):
                half = decay * ((outside / decay) ** self.power + math.log(2.0)) ** (1 / self.power) - outside
                widths.append(half / length)
        return float(min(widths))


class Grid:
    """The points of a tile map on which shapes are evaluated."""

    def __init__(self, tiles: TileMap) -> None:
        inside = np.array(_POINTS)
        self.y = (tiles.y[:, None] + inside * tiles.tile[0] - 0.5).ravel()
        self.x = (tiles.x[:, None] + inside * tiles.tile[1] - 0.5).ravel()
        self.shape = tiles.values.shape
        self.tile = float(max(tiles.tile))
        self.height, self.width = tiles.shape

    def means(self, shape: Shape) -> Iterator[Floats]:
        """The terms of a shape with peak 1, averaged over each tile (rows, columns)."""
        for fine in terms(shape, self.y, self.x):
            rows = fine[::2] + fine[1::2]
            yield 0.25 * (rows[:, ::2] + rows[:, 1::2])

    def middles(self, shape: Shape) -> Floats:
        """The first term of a shape in the middle of each tile (rows, columns): less exact, and four times faster."""
        y, x = 0.5 * (self.y[::2] + self.y[1::2]), 0.5 * (self.x[::2] + self.x[1::2])
        return next(terms(shape, y, x))

    def model(self, shapes: Sequence[Shape], coefficients: Sequence[Sequence[float]]) -> Floats:
        """The sum of the shapes (rows, columns), in the unit of the coefficients."""
        result = np.zeros(self.shape)
        for shape, numbers in zip(shapes, coefficients, strict=True):
            for number, mean in zip(numbers, self.means(shape), strict=True):
                result += number * mean
        return result


def terms(shape: Shape, y: Floats, x: Floats) -> Iterator[Floats]:
    """The shape with peak 1 at the points ``y`` times ``x`` (pixels), then with each angular function."""
    dy, dx = ((y - shape.y) / shape.decay_y)[:, None], ((x - shape.x) / shape.decay_x)[None, :]
    squared = dy**2 + dx**2
    radial: Floats = np.exp(-(squared ** (0.5 * shape.power)))
    yield radial
    if shape.rays:
        angle = np.arctan2((y - shape.y)[:, None], (x - shape.x)[None, :])
        rays = radial * np.sqrt(squared) if shape.longer else radial
        for order in shape.rays:
            yield rays * np.cos(order * angle)
            yield rays * np.sin(order * angle)


def light(shapes: Sequence[Shape], coefficients: Sequence[Sequence[float]], y: Floats, x: Floats) -> Floats:
    """Sum of the shapes at the points ``y`` times ``x``, in the unit of the coefficients."""
    result = np.zeros((len(y), len(x)))
    for shape, numbers in zip(shapes, coefficients, strict=True):
        for number, term in zip(numbers, terms(shape, y, x), strict=True):
            result += number * term
    return result
