"""Where the sensor lies in an aligned output, and on which scale, by the stars it shares with a raw light."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.errors import HostError
from ampglow_plugin.hosts.builtin import align
from ampglow_plugin.pixels import Image
from ampglow_plugin.proof import transform
from ampglow_plugin.proof.moved import Placement, Scale
from ampglow_plugin.proof.placing import sides
from ampglow_plugin.proof.transform import Matrix

#: an output made from this very light, from another one, or from many
Kind: TypeAlias = Literal["own", "other", "stack"]

#: brightest stars that are matched: few first, for patterns that are not there are looked for long among many
STARS_TRIED: Final = (25, 60)
#: fewer stars give no scale
MIN_STARS: Final = 8
#: the scale by stars is no better than this: their images are wider in a stack
STAR_SIGMA: Final = 0.03
_APERTURE_PX, _SKY_PX = 6.0, (9.0, 14.0)
_MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, kw_only=True, slots=True)
class Starry:
    """Places where the sensor may lie, and the scale of the output; None where too few stars give one."""

    places: tuple[Placement, ...]
    scale: Scale | None


def by_stars(light: Image, output: Image, flat: Image | None, *, mosaic: bool, kind: Kind) -> Starry:
    """Match stars of a light less its dark (height, width) with those of an output (planes, height, width).

    The output may be mirrored, turned, cropped and drawn larger. Unless it was made from this very light (``own``), it
    may have been taken on the other side of a meridian flip, and a ``stack`` holds any share of both.

    Raises
    ------
    HostError
        Where the libraries for matching are missing, or the stars form no common pattern.
    """
    align.require()
    if flat is not None:
        light = (light / np.where(flat > 0, flat / np.mean(flat), 1.0)).astype(np.float32)
    seen = _even(light, mosaic=mosaic)
    stars, theirs = align.find_stars(seen), align.find_stars(output)
    error: HostError | None = None
    for count, mirrored in itertools.product(STARS_TRIED, (False, True)):
        target = theirs[:count].copy()
        if mirrored:
            target[:, 1] = output.shape[-2] - 1 - target[:, 1]
        try:
            found = align.find_similarity(stars[:count], target, "the raw light")
        except HostError as failed:
            error = failed
            continue
        matrix: Matrix = np.array([[found.a, -found.b, found.x0], [found.b, found.a, found.y0], [0.0, 0.0, 1.0]])
        if mirrored:
            matrix = transform.upside_down(output.shape[-2]) @ matrix
        name = f"where {found.stars} stars of the raw light are"
        return Starry(places=_places(matrix, name, light.shape, kind=kind), scale=_scale(seen, output, stars, matrix))
    assert error is not None
    raise error


def _places(matrix: Matrix, name: str, sensor: tuple[int, ...], *, kind: Kind) -> tuple[Placement, ...]:
    if kind == "own":
        return (Placement(name=name, parts=((1.0, matrix),)),)
    other = matrix @ transform.turned(sensor[0], sensor[1])
    return sides(matrix, other, name, stack=kind == "stack")


def _even(light: Image, *, mosaic: bool) -> Image:
    """The raw light with its mosaic averaged out over 2 x 2 pixels, so that stars keep their places and their light."""
    if not mosaic:
        return light[None].astype(np.float32)
    padded = np.pad(light.astype(np.float32), 1, mode="reflect")
    rows = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    result: Image = ((rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 16)[None]
    return result


def _scale(light: Image, output: Image, stars: align.Stars, matrix: Matrix) -> Scale | None:
    """ADU of the raw for one of the output: the median ratio of the stars' light in both."""
    places = np.column_stack([stars, np.ones(len(stars))]) @ matrix.T
    places = places[:, :2] / places[:, 2:]
    size = float(np.sqrt(abs(np.linalg.det(matrix[:2, :2]))))
    ours, good = _flux(light, stars, 1.0)
    theirs, seen = _flux(output, places, size)
    used = good & seen & (ours > 0) & (theirs > 0)
    if np.count_nonzero(used) < MIN_STARS:
        return None
    ratio = np.log(ours[used] / (theirs[used] / size**2))
    middle = float(np.median(ratio))
    spread = float(_MAD_TO_SIGMA * np.median(np.abs(ratio - middle)) / np.sqrt(len(ratio)))
    value = float(np.exp(middle))
    return Scale(low=value, high=value, sigma=float(np.hypot(spread, STAR_SIGMA)))


def _flux(frame: Image, places: align.Stars, size: float) -> tuple[align.Stars, NDArray[np.bool_]]:
    """Light of stars above the sky around them, and which of them lie well inside the frame."""
    import sep

    image = np.ascontiguousarray(np.nan_to_num(frame.mean(axis=0)), dtype=np.float32)
    inner, outer = (r * size for r in _SKY_PX)
    x, y = places.T
    inside = (x > outer) & (y > outer) & (x < image.shape[1] - outer) & (y < image.shape[0] - outer)
    x, y = np.where(inside, x, outer), np.where(inside, y, outer)
    flux, _, flag = sep.sum_circle(image, x, y, _APERTURE_PX * size, bkgann=(inner, outer))
    return flux, inside & (flag == 0)
