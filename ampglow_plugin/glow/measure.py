"""The glow of one frame: from its pixels to the value that is reported."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.background import TileMap, background_map, mean_map
from ampglow_plugin.glow.notes import notes_on
from ampglow_plugin.glow.peak import as_bright_as_seen, as_bright_as_tiles
from ampglow_plugin.glow.regions import Gradient, Region, regions_of, split
from ampglow_plugin.glow.shapes import Floats, Grid, Shape
from ampglow_plugin.glow.sources import LEAST_SIGMA, Sources, find_sources
from ampglow_plugin.model.frame import Kind, RowOrder
from ampglow_plugin.model.glow import Doubt, Glow, GlowRegion, Place

Array: TypeAlias = NDArray[Any]

#: weaker light is not reported: what a calibration may leave without being seen
LEAST_PEAK_ADU: Final = 1.0
#: exposures below this hold readout structure rather than glow: the fastest sensors gain some ADU a minute
SHORT_S: Final = 60.0
#: smallest frame (pixels a side) that tiles can be laid in
LEAST_SIDE: Final = 64
#: beside a light leak, what is fainter than this share of it may be a part of it
_LEAK_SHARE: Final = 0.5
#: distance to an edge, as a share of the frame, within which a region lies at that edge
_AT_EDGE: Final = 0.15
#: planes of one frame whose peaks differ by this share, and by so many sigma, saw light of a colour
_COLOURED_SHARE: Final = 0.25
_COLOURED_SIGMA: Final = 6.0
#: decay length, as a share of the mean side, of the glow that the limit is given for
_USUAL_DECAY_SHARE: Final = 0.1
#: frames that hold more light than that of the sensor
_LIT: Final = ("light", "flat")
_BASIS: Final[dict[RowOrder | None, str]] = {
    "TOP-DOWN": "ROWORDER TOP-DOWN: first row on top",
    "BOTTOM-UP": "ROWORDER BOTTOM-UP: first row at the bottom",
    None: "no ROWORDER: first row taken to be at the bottom",
}
_PLACES: Final[dict[tuple[str, str], Place]] = {
    ("", ""): "interior",
    ("", "left"): "left",
    ("", "right"): "right",
    ("top", ""): "top",
    ("bottom", ""): "bottom",
    ("top", "left"): "top-left",
    ("top", "right"): "top-right",
    ("bottom", "left"): "bottom-left",
    ("bottom", "right"): "bottom-right",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What is known of a frame beside its pixels; None is not known.

    ``basis`` replaces the words about the row order. ``reference_s`` is the exposure of the bias or short dark.
    """

    path: str
    kind: Kind = "unknown"
    exposure_s: float | None = None
    row_order: RowOrder | None = None
    basis: str | None = None
    sensor_kind: Literal["cmos", "ccd"] | None = None
    calibrated: bool | None = None
    reference: str | None = None
    reference_s: float | None = None

    @property
    def short(self) -> bool:
        """Whether the exposure is too short for much glow."""
        return self.kind == "bias" or (self.exposure_s is not None and self.exposure_s < SHORT_S)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """The glow of a frame with what it was read from: the map, the sources fitted to it, and their regions.

    ``shown`` are the regions behind ``glow.regions``, in the same order; the last has no sources where it is what
    is broad.
    """

    glow: Glow
    tiles: TileMap
    sources: Sources
    shown: tuple[Region, ...]
    first_row_on_top: bool


def sites(data: Array) -> tuple[list[Array], int]:
    """The planes that a frame ``data`` (planes, height, width) is measured in, and the spacing of their samples.

    One plane is split into the four sites of a 2 x 2 mosaic, also for a mono camera: taps that alternate from
    column to column then differ in level only.
    """
    if len(data) > 1:
        return list(data), 1
    return [data[0, row::2, column::2] for row in (0, 1) for column in (0, 1)], 2


def maps_of(data: Array) -> tuple[TileMap, ...]:
    """Background maps of the planes of a frame (planes, height, width) in ADU.

    Raises
    ------
    ValueError
        If a side is shorter than :data:`LEAST_SIDE`.
    """
    if min(data.shape[1:]) < LEAST_SIDE:
        raise ValueError(f"a frame of {data.shape[2]} x {data.shape[1]} pixels is too small to see glow in")
    planes, spacing = sites(data)
    return background_map(planes, spacing=spacing)


def measure(data: Array, about: About, *, reference: Array | None = None) -> Glow:
    """The glow of a frame; see :func:`examine`."""
    return examine(data, about, reference=reference).glow


def examine(data: Array, about: About, *, reference: Array | None = None) -> Measured:
    """Glow of a frame, with what it was read from.

    Parameters
    ----------
    data
        (planes, height, width) in ADU, rows as stored.
    about
        What the header says.
    reference
        A bias or short dark of the same shape: structure that is in both is taken away.

    Raises
    ------
    ValueError
        If the frame is too small, or ``reference`` has another shape.
    """
    maps = maps_of(data)
    noise_adu = math.sqrt(float(np.mean([m.noise_adu**2 for m in maps])))
    if reference is not None:
        if reference.shape != data.shape:
            ours, theirs = (" x ".join(map(str, s.shape[::-1])) for s in (data, reference))
            raise ValueError(f"the frame has {ours} pixels and the bias {theirs}: they cannot be laid on each other")
        maps = tuple(m.minus(r) for m, r in zip(maps, maps_of(reference), strict=True))
    tiles = mean_map(maps)
    sources = find_sources(tiles, clean=reference is not None)
    numbers, slow, level = split(sources, tiles)
    if about.kind == "light":
        numbers = _not_stars(sources, numbers, tiles)
    fitted = (as_bright_as_seen(r, data, reference, tiles, level) for r in regions_of(sources, tiles, numbers))
    if about.kind in ("light", "flat"):
        fitted = (as_bright_as_tiles(r, tiles, level, sources.sigma_adu) for r in fitted)
    found = sorted((r for r in fitted if r.peak_adu >= LEAST_PEAK_ADU), key=lambda r: -r.peak_adu)
    gradient = slow if slow.clear and slow.span_adu >= LEAST_PEAK_ADU else None
    leak = gradient if gradient is not None and gradient.broad else None
    coloured = [r for r in found if _coloured(r, sources, maps)]
    doubts = [_doubt(r, about, leak, coloured=r in coloured) for r in found]
    if leak is not None and reference is not None:
        # what is left of a frame without its structure is light; whether it leaked in, its width cannot tell
        found, doubts = _with_broad(
            found, doubts, leak, sources.sigma_adu, lambda r: place_of(r.x, r.y, about, tiles.shape)
        )
    shown = tuple(_reported(r, d, about, tiles) for r, d in zip(found, doubts, strict=True))
    present = any(_counts(r, d, about, reference) for r, d in zip(found, doubts, strict=True))
    open_ = sources.edges_open and gradient is not None
    edges = tuple(dict.fromkeys(s.where for r, s in zip(found, shown, strict=True) if r.even))
    glow = Glow(
        path=about.path,
        present=present,
        regions=shown,
        noise_adu=noise_adu,
        background_adu=level,
        certain=any(r.certain for r in shown) if present else not (shown or leak or open_ or about.kind in _LIT),
        least_adu=_least_peak(sources, tiles),
        light_leak_adu=leak.span_adu if leak else None,
        gradient_adu=gradient.span_adu if gradient else None,
        reference=about.reference if reference is not None else None,
        notes=notes_on(
            about,
            edges=edges,
            regions=len(found),
            coloured=bool(coloured),
            gradient=gradient,
            edges_open=open_,
            brightest_at=None if gradient is None else place_of(gradient.x, gradient.y, about, tiles.shape),
        ),
    )
    return Measured(
        glow=glow, tiles=tiles, sources=sources, shown=tuple(found), first_row_on_top=about.row_order == "TOP-DOWN"
    )


def _not_stars(sources: Sources, numbers: Sequence[int], tiles: TileMap) -> tuple[int, ...]:
    """Sources that are wider than a tile, or lie at a border as steep glow does: the rest is of bright stars."""
    (height, width), (tall, wide) = tiles.shape, tiles.tile

    def counts(number: int) -> bool:
        shape = sources.fit.shapes[number]
        inside = tall <= shape.y < height - tall and wide <= shape.x < width - wide
        return not inside or shape.decay >= max(tiles.tile)

    return tuple(filter(counts, numbers))


def _doubt(region: Region, about: About, leak: Gradient | None, *, coloured: bool) -> Doubt | None:
    if about.kind in ("light", "flat"):
        return "scene"
    if coloured or (leak is not None and region.peak_adu < _LEAK_SHARE * leak.span_adu):
        return "light_leak"
    if about.reference is None and (region.even or about.short or about.sensor_kind == "ccd"):
        return "readout"
    return None


def _counts(region: Region, doubt: Doubt | None, about: About, reference: Array | None) -> bool:
    """Whether a region makes the frame one that holds glow, for certain or not."""
    if doubt == "light_leak":
        return reference is not None
    readout_rather = about.short and (region.even or about.sensor_kind == "ccd")
    return not (doubt == "readout" and readout_rather)


def _with_broad(
    found: Sequence[Region],
    doubts: Sequence[Doubt | None],
    broad: Gradient,
    sigma_adu: float,
    place: Callable[[Region | Gradient], Place],
) -> tuple[list[Region], list[Doubt | None]]:
    """The regions with what is broad: added to the one at the same place, which goes on in it, or on its own."""
    found, doubts = list(found), list(doubts)
    for i, region in enumerate(found):
        if place(region) == place(broad):
            found[i] = replace(region, peak_adu=region.peak_adu + broad.span_adu)
            doubts[i] = None if region.peak_adu >= broad.span_adu else "light_leak"
            return found, doubts
    alone = Region(
        sources=(),
        x=broad.x,
        y=broad.y,
        peak_adu=broad.span_adu,
        area_fraction=broad.area_fraction,
        decay_px=None,
        snr=broad.span_adu / sigma_adu,
        even=False,
    )
    return [*found, alone], [*doubts, "light_leak"]


def _reported(region: Region, doubt: Doubt | None, about: About, tiles: TileMap) -> GlowRegion:
    return GlowRegion(
        where=place_of(region.x, region.y, about, tiles.shape),
        where_basis=basis_of(about),
        x=region.x,
        y=region.y,
        peak_adu=region.peak_adu,
        area_fraction=region.area_fraction,
        decay_px=region.decay_px,
        snr=region.snr,
        certain=doubt is None,
        doubt=doubt,
    )


def basis_of(about: About) -> str:
    """Why the first row is taken to be where it is."""
    return about.basis or _BASIS[about.row_order]


def place_of(x: float, y: float, about: About, shape: tuple[int, int]) -> Place:
    """Where a viewer shows this pixel of a frame of ``shape`` (height, width)."""
    height, width = shape
    across, down = x / (width - 1), y / (height - 1)
    if about.row_order != "TOP-DOWN":
        down = 1 - down
    side = "left" if across <= _AT_EDGE else "right" if across >= 1 - _AT_EDGE else ""
    end = "top" if down <= _AT_EDGE else "bottom" if down >= 1 - _AT_EDGE else ""
    return _PLACES[end, side]


def _coloured(region: Region, sources: Sources, maps: Sequence[TileMap]) -> bool:
    """Whether the planes of the frame saw the region differently: then its light came through the filters."""
    fit, grid = sources.fit, Grid(maps[0])

    def model(numbers: Sequence[int]) -> Floats:
        return grid.model([fit.shapes[i] for i in numbers], [fit.coefficients[i] for i in numbers])

    # the light as it was fitted to the mean of all planes, times a number for each: the tip of narrow rays, which lies
    # within a tile, would differ from plane to plane
    own = sources.metric.vector(model(region.sources))
    beside = model([i for i in range(len(fit.shapes)) if i not in region.sources])
    square = float(own @ own)
    if not square > 0:
        return False
    shares = [float(own @ sources.metric.vector(tiles.values - beside)) / square for tiles in maps]
    spread = max(shares) - min(shares)
    # the metric's noise is that of the mean of all planes
    return spread > _COLOURED_SHARE * abs(float(np.mean(shares))) and spread > _COLOURED_SIGMA * math.sqrt(
        len(maps) / square
    )


def _least_peak(sources: Sources, tiles: TileMap) -> float:
    """The faintest peak (ADU) that would have been found, in the corner where it is hardest to see."""
    height, width = tiles.shape
    decay = _USUAL_DECAY_SHARE * math.hypot(height, width) / math.sqrt(2)
    grid = Grid(tiles)

    def strength(x: float, y: float) -> float:
        mean: Floats = next(grid.means(Shape(x=x, y=y, decay_x=decay, decay_y=decay)))
        return float(np.linalg.norm(sources.metric.vector(mean)))

    weakest = min(strength(x, y) for x in (0.0, width - 1.0) for y in (0.0, height - 1.0))
    return max(LEAST_PEAK_ADU, LEAST_SIGMA / weakest)
