"""How much of a dark's glow is in raw lights: a factor for each region, 1 where the dark holds what the lights hold.

A light is ``pedestal + response * sky + factor * glow + fixed pattern``. Sky, nebulae and vignetting are not known
but smooth, and so is the glow; what tells them apart is that the glow's place and shape are known from the dark
(:mod:`~ampglow_plugin.glow.smooth`) and, in a colour mosaic, its colour: glow does not pass the filters, so it is as
strong in each colour, while light of the sky is not. A mix of the colours in which the sky cancels holds glow alone.
Lights whose sky is shifted are averaged; where a mono camera has no colours to tell, the shifts tell
(:mod:`~ampglow_plugin.glow.moving_sky`). A flat takes the vignetting away; the glow is then known to be divided by it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.background import TileMap, background_map
from ampglow_plugin.glow.moving_sky import dithered, share_under_sky
from ampglow_plugin.glow.smooth import Floats, share_of, smooth_part, together
from ampglow_plugin.model.held import Share

Array: TypeAlias = NDArray[Any]
#: glow (ADU) at all pairs of rows ``y`` and columns ``x`` (pixels of the frame), as (rows, columns)
Pattern: TypeAlias = Callable[[Floats, Floats], Floats]

#: half side of the window around a region in lengths over which it falls to 1/e, and its least in pixels
REACH: Final = 3.5
LEAST_REACH_PX: Final = 96.0
#: points along a tile at which the pattern is looked up: glow has a sharp tip
_POINTS: Final = 4
#: share of the glow that must be left where the colours of the sky cancel, for this to be tried
_LEAST_COLOUR: Final = 0.05
#: of a flat's mean; darker tiles are taken to be this bright
_DARKEST: Final = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A part of the frame ``shape`` (height, width): rows ``top`` to ``bottom``, columns ``left`` to ``right``.

    Even numbers, so that a colour mosaic stays in phase.
    """

    top: int
    bottom: int
    left: int
    right: int
    shape: tuple[int, int]

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of the frame (y, x), in pixels of the window."""
        return (self.shape[0] - 1) / 2 - self.top, (self.shape[1] - 1) / 2 - self.left

    def maps(self, frame: Array) -> tuple[TileMap, ...]:
        """Background maps of the four sites of ``frame`` (height, width) within the window."""
        part = frame[self.top : self.bottom, self.left : self.right]
        return background_map([part[row::2, column::2] for row in (0, 1) for column in (0, 1)], spacing=2)


def window_around(place: tuple[float, float], decays: tuple[float, float], shape: tuple[int, int]) -> Window:
    """The window in which light is compared that is brightest at ``place`` and falls off over ``decays`` pixels.

    All are (along y, along x); a decay without end takes the whole side.
    """
    reaches = [max(REACH * decay, LEAST_REACH_PX) for decay in decays]

    def ends(axis: int) -> tuple[int, int]:
        if np.isinf(reaches[axis]):
            return 0, shape[axis] // 2 * 2
        first, last = place[axis] - reaches[axis], place[axis] + reaches[axis] + 2
        return max(0, int(first)) // 2 * 2, min(shape[axis], int(last)) // 2 * 2

    (top, bottom), (left, right) = ends(0), ends(1)
    return Window(top=top, bottom=bottom, left=left, right=right, shape=shape)


def glow_share(  # noqa: PLR0913 - one parameter a kind of frame, one for each thing known
    window: Window,
    pattern: Pattern,
    *,
    dark: Sequence[TileMap],
    lights: Sequence[Sequence[TileMap]],
    beside: Pattern | None = None,
    flat: Sequence[TileMap] | None = None,
    pedestal_adu: float | None = None,
    shifts: Floats | None = None,
) -> Share:
    """How much of ``pattern``, the glow of a region of the dark, is in the lights.

    Parameters
    ----------
    dark, lights, flat
        Maps of the four sites within ``window`` (:meth:`Window.maps`), in ADU; ``flat`` without its own pedestal.
    beside
        Other glow of the dark, which may be in the lights in any amount.
    pedestal_adu
        Level of the lights without any light. None where it is not known: then neither colours nor flat help.
    shifts
        How far the sky has moved in each light, (lights, 2) as (y, x) in pixels; None where that is not known.
    """
    tiles = dark[0]
    glow = tile_means(pattern, tiles, window)
    other = None if beside is None else tile_means(beside, tiles, window)
    fixed = np.mean([m.values for m in dark], axis=0) - glow - (0.0 if other is None else other)
    # no shape is quite that of the glow: what is smooth in the rest of the dark is its own as well
    soft = smooth_part(fixed, y=tiles.y, x=tiles.x)
    glow, fixed = glow + soft, fixed - soft
    each = np.array([[site.values for site in light] for light in lights])
    planes = each.mean(axis=0)
    nuisances = [fixed - fixed.mean(), *([] if other is None or not other.any() else [other])]
    if pedestal_adu is not None:
        each, planes = each - pedestal_adu, planes - pedestal_adu
        if flat is not None:
            bright = _response(flat)
            each, planes, glow, nuisances = (
                each / bright,
                planes / bright,
                glow / bright,
                [n / bright for n in nuisances],
            )
    sigmas = np.array([max(np.mean([light[site].noise_adu for light in lights]), 1e-6) for site in range(len(dark))])
    mixes = _mixes(planes, sigmas, coloured=pedestal_adu is not None)
    if len(mixes) == 1 and pedestal_adu is not None and shifts is not None and dithered(shifts):
        return share_under_sky(
            np.tensordot(each, mixes[0], (1, 0)),
            shifts,
            glow,
            y=tiles.y,
            x=tiles.x,
            centre=window.centre,
            others=nuisances,
            lens=flat is None,
        )
    shares = [
        share_of(np.tensordot(mix, planes, 1), glow, y=tiles.y, x=tiles.x, centre=window.centre, others=nuisances)
        for mix in mixes
    ]
    return together(shares)


def tile_means(pattern: Pattern, tiles: TileMap, window: Window) -> Floats:
    """Means of ``pattern`` over the tiles of a window."""
    inside = (np.arange(_POINTS) + 0.5) / _POINTS
    y = window.top + (tiles.y[:, None] + inside * tiles.tile[0] - 0.5).ravel()
    x = window.left + (tiles.x[:, None] + inside * tiles.tile[1] - 0.5).ravel()
    rows, columns = tiles.values.shape
    means: Floats = pattern(y, x).reshape(rows, _POINTS, columns, _POINTS).mean(axis=(1, 3))
    return means


def _response(flat: Sequence[TileMap]) -> Floats:
    """What the lens leaves of the light, the same in all colours, 1 on average."""
    mean: Floats = np.mean([m.values / max(float(m.values.mean()), 1e-6) for m in flat], axis=0)
    return np.maximum(mean, _DARKEST)


def _mixes(planes: Floats, sigmas: Floats, *, coloured: bool) -> list[Floats]:
    """Weights of the planes, in sums that hold the glow once and whose noises are independent.

    In units of each plane's noise the first follows the colour of the sky; in the second, at right angles to it,
    the sky cancels.
    """
    if not coloured:
        return [np.full(len(planes), 1 / len(planes))]
    glow = 1 / sigmas
    sky = np.median(planes, axis=(1, 2)) / sigmas
    if not np.all(sky > 0):
        return [np.full(len(planes), 1 / len(planes))]
    sky /= np.linalg.norm(sky)
    across = glow - sky * (sky @ glow)
    mixes = [sky / sigmas / (sky @ glow)]
    if np.linalg.norm(across) > _LEAST_COLOUR * np.linalg.norm(glow):
        mixes.append(across / sigmas / (across @ glow))
    return mixes
