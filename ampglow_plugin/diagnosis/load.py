"""Files to views: frames that show the same sky in the same orientation are averaged into one map."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.diagnosis.maps import ViewMap
from ampglow_plugin.diagnosis.stars import bright_stars, even_image
from ampglow_plugin.errors import InputError
from ampglow_plugin.glow.background import TileMap, background_map, mean_map
from ampglow_plugin.glow.measure import LEAST_SIDE, maps_of
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.pixels import read_pixels

Array: TypeAlias = NDArray[Any]
Progress = Callable[[str, float | None], None]

#: frames of a view that are averaged: the darkest of it
MOST_OF_A_VIEW: Final = 4
#: frames of a series whose level is looked at, evenly spread, with so many at either end
MOST_LEVELS: Final = 40
AT_ENDS: Final = 8
#: tiles along the shorter side in which edges are looked for, and the least of their sides in pixels
FINE_TILES: Final = 50
FINE_PX: Final = 8
#: pointings farther apart than this are other targets: much more than dithering, less than any field of view
OTHER_TARGET_DEG: Final = 0.25
#: rotations farther apart than this are other orientations
OTHER_ROTATION_DEG: Final = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """One view: its frames, of those looked at their numbers, levels (ADU) and times (s), and its map."""

    frames: tuple[Frame, ...]
    looked_at: tuple[Frame, ...]
    levels_adu: tuple[float, ...]
    seconds: tuple[float | None, ...]
    used: tuple[Frame, ...]
    view: ViewMap


def load(
    frames: Sequence[Frame], *, pedestal_adu: float | None = None, progress: Progress | None = None
) -> tuple[Loaded, ...]:
    """The views of ``frames``, in the order of their first frames; one file at a time is in memory.

    ``pedestal_adu`` is the level of raw frames without light, where it is known.

    Raises
    ------
    InputError
        Where a frame cannot be read, is too small, or frames differ in size.
    """
    groups = list(views_of(frames))
    result = []
    for number, group in enumerate(groups):
        if progress is not None:
            progress(f"view {number + 1} of {len(groups)}", number / len(groups))
        result.append(_loaded(group, pedestal_adu))
    sizes = {loaded.view.tiles.shape for loaded in result}
    if len(sizes) > 1 or len({len(loaded.view.planes) for loaded in result}) > 1:
        raise InputError("the frames have different sizes, or numbers of planes", fix="name frames of one camera")
    return tuple(result)


def views_of(frames: Sequence[Frame]) -> Iterator[tuple[Frame, ...]]:
    """Frames by target, pier side and rotation, as far as headers tell; those of one view in the order of time."""
    groups: list[list[Frame]] = []
    for frame in sorted(frames, key=lambda f: (f.date_obs or "", f.path)):
        group = next((g for g in groups if _same_view(g[0], frame)), None)
        if group is None:
            groups.append([frame])
        else:
            group.append(frame)
    yield from (tuple(group) for group in groups)


def _same_view(a: Frame, b: Frame) -> bool:
    """Of one sky, and levels that can be averaged."""
    return (a.filter or "") == (b.filter or "") and a.exposure_s == b.exposure_s and _same_sky(a, b)


def _same_sky(a: Frame, b: Frame) -> bool:
    if None not in (a.pier_side, b.pier_side) and a.pier_side != b.pier_side:
        return False
    if a.rotation_deg is not None and b.rotation_deg is not None:
        apart = abs((a.rotation_deg - b.rotation_deg + 180) % 360 - 180)
        if apart > OTHER_ROTATION_DEG:
            return False
    return not other_target(a, b)


def other_target(a: Frame, b: Frame) -> bool:
    """Whether two frames point elsewhere: by their coordinates, or else by the names of their objects."""
    if None not in (a.ra_deg, a.dec_deg, b.ra_deg, b.dec_deg):
        assert a.ra_deg is not None
        assert b.ra_deg is not None
        across = ((a.ra_deg - b.ra_deg + 180) % 360 - 180) * math.cos(math.radians(a.dec_deg or 0.0))
        return math.hypot(across, (a.dec_deg or 0.0) - (b.dec_deg or 0.0)) > OTHER_TARGET_DEG
    if a.object and b.object:
        return a.object.strip().lower() != b.object.strip().lower()
    return False


def _loaded(group: Sequence[Frame], pedestal_adu: float | None) -> Loaded:
    looked_at = _some(group)
    levels = [float(np.nanmedian(_read(frame)[:, ::5, ::5])) for frame in looked_at]  # odd: all colours of a mosaic
    darkest = sorted(sorted(range(len(looked_at)), key=lambda i: levels[i])[:MOST_OF_A_VIEW])
    used = tuple(looked_at[i] for i in darkest)
    raw = not used[0].calibrated and (used[0].stack_count or 1) == 1
    taken = pedestal_adu if raw else used[0].pedestal_adu or 0.0
    return Loaded(
        frames=tuple(group),
        looked_at=looked_at,
        levels_adu=tuple(levels),
        seconds=tuple(_seconds(f) for f in looked_at),
        used=used,
        view=_view_map(used, taken),
    )


def _some(group: Sequence[Frame]) -> tuple[Frame, ...]:
    if len(group) <= MOST_LEVELS:
        return tuple(group)
    inner = MOST_LEVELS - 2 * AT_ENDS
    steps = [AT_ENDS + round((i + 0.5) * (len(group) - 2 * AT_ENDS) / inner - 0.5) for i in range(inner)]
    chosen = [*range(AT_ENDS), *steps, *range(len(group) - AT_ENDS, len(group))]
    return tuple(group[i] for i in chosen)


def _seconds(frame: Frame) -> float | None:
    try:
        when = datetime.fromisoformat(frame.date_obs or "")
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _read(frame: Frame) -> Array:
    data = read_pixels(frame.path).data
    if min(data.shape[1:]) < LEAST_SIDE:
        fix = f"name frames of at least {LEAST_SIDE} pixels a side"
        raise InputError("is too small to see anything in", where=frame.path, fix=fix)
    return data


def _view_map(frames: Sequence[Frame], pedestal_adu: float | None) -> ViewMap:
    planes: list[list[TileMap]] = []
    for number, frame in enumerate(frames):
        data = _read(frame)
        maps = maps_of(data)
        if planes and maps[0].shape != planes[0][0].shape:
            raise InputError("has another size than the others of its target", where=frame.path)
        planes.append(list(maps))
        if number == 0:  # dithering would blur the edges of reflections, and move them away from their stars
            fine, stars = fine_map(data), bright_stars(data)
    values = np.mean([[m.values for m in maps] for maps in planes], axis=0) - (pedestal_adu or 0.0)
    first = planes[0]
    tile = mean_map(first)
    samples = tile.tile[0] * tile.tile[1] / (4 if len(data) == 1 else 1)
    noise = np.sqrt(np.mean([[m.noise_adu**2 for m in maps] for maps in planes], axis=0) / (samples * len(planes)))
    coloured = frames[0].planes == 3 or bool(frames[0].cfa)
    if not coloured:
        values, noise = values.mean(axis=0, keepdims=True), noise.mean(keepdims=True) / math.sqrt(len(values))
    return ViewMap(
        planes=values,
        noise_adu=noise,
        tiles=replace(tile, values=values.mean(axis=0)),
        coloured=coloured,
        level_known=pedestal_adu is not None,
        fine=fine,
        exposure_s=frames[0].exposure_s,
        stars=stars,
    )


def fine_map(data: Array) -> TileMap:
    """Small tiles of a frame (planes, height, width), all colours together."""
    image, spacing = even_image(data)
    (tiles,) = background_map([image], spacing=spacing, side=max(FINE_PX // spacing, min(image.shape) // FINE_TILES))
    return tiles


def distinct(loaded: Sequence[Loaded]) -> tuple[Loaded, ...]:
    """One view of each sky in each orientation, the one of the most light.

    Other filters and exposures show the same nebulae at the same places, and prove nothing about the sensor.
    """
    best: list[Loaded] = []
    for one in sorted(loaded, key=lambda v: -(v.used[0].exposure_s or 0.0) * len(v.frames)):
        if not any(_same_sky(one.used[0], other.used[0]) for other in best):
            best.append(one)
    return tuple(sorted(best, key=lambda v: v.used[0].date_obs or ""))
