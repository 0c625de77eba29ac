"""Files to the share of the dark's glow that is in the lights, for each group of lights that has a dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.held import HeldGlow, HeldRegion, Share
from ampglow_plugin.model.match import Match
from ampglow_plugin.proof.aged import against_newer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ampglow_plugin.glow.background import TileMap
    from ampglow_plugin.glow.coefficient import Pattern, Window
    from ampglow_plugin.glow.measure import Measured

    Array: TypeAlias = NDArray[Any]

Progress = Callable[[str, float | None], None]

#: singles of a set that are combined by their median: cosmic rays go, and an odd number leaves whole samples
DARKS: Final = 3
#: lights looked at: at least so many, and more of small frames, up to so many pixels in all; without colours many
#: lights tell by their dithers what moves with the sky
LEAST_LIGHTS: Final = 3
MOST_LIGHTS: Final = 8
MOST_MONO_LIGHTS: Final = 60
MOST_PIXELS: Final = 60_000_000
#: the brightest regions; a frame with more has them of one make
MOST_REGIONS: Final = 4
#: side of the square in the middle of the frame in which hot pixels are compared
HOT_SIDE: Final = 1024
#: a dark below this level (ADU) has had its bias subtracted, and cannot tell the pedestal of the lights
_LEAST_PEDESTAL_ADU: Final = 20.0


def held_glow(
    matches: Sequence[Match], frames: Mapping[str, Frame], *, progress: Progress | None = None
) -> tuple[HeldGlow, ...]:
    """One value for each group of lights with a dark, in the order of ``matches``; files are read, nothing is written.

    A dark that several groups share is examined once. What stands in the way is said in ``why``.
    """
    return tuple(_all(matches, frames, progress))


def master_glow(master: str, darks: Sequence[str], frames: Mapping[str, Frame], *, group: str) -> HeldGlow:
    """How much of the glow of ``darks`` is in the master that was built from them."""
    singles = _some([frames[path] for path in darks if path in frames], DARKS)
    result = HeldGlow(group=group, darks=singles, lights=(master,), built=True)
    try:
        _comparable(frames, singles, (master,))
        dark = examined_dark(singles, frames)
        return _compared(replace(result, glow=dark.measured.glow), dark, flat=None)
    except (InputError, OSError) as error:
        return replace(result, why=error.what if isinstance(error, InputError) else str(error))


def _all(matches: Sequence[Match], frames: Mapping[str, Frame], progress: Progress | None) -> Iterator[HeldGlow]:
    known: dict[tuple[str, ...], ExaminedDark] = {}
    work = [match for match in matches if match.role == "dark" and match.dark is not None]
    for number, match in enumerate(work):
        if progress is not None:
            progress(f"pixels of {match.id}", number / len(work))
        darks = _some([frames[p] for p in match.darks if p in frames], DARKS)
        result = HeldGlow(group=match.id, darks=darks)
        try:
            lights = _lights(match, frames)
            _comparable(frames, darks, lights)
            dark = known.pop(darks, None) or examined_dark(darks, frames)
            known = {darks: dark}
            result = replace(result, lights=lights, glow=dark.measured.glow)
            result = _compared(result, dark, flat=_flat(match, matches, frames), colour=frames[lights[0]].cfa)
            result = replace(result, newer=against_newer(match, frames, dark.pixels, sure=dark.sure))
        except (InputError, OSError) as error:
            result = replace(result, why=error.what if isinstance(error, InputError) else str(error))
        yield result


def _some(frames: Sequence[Frame], count: int) -> tuple[str, ...]:
    """Paths of ``count`` frames, evenly spread over the session; of all where there are fewer."""
    ordered = sorted(frames, key=lambda f: (f.date_obs or "", f.path))
    if len(ordered) <= count:
        return tuple(f.path for f in ordered[: len(ordered) - 1 + len(ordered) % 2 or None])
    return tuple(ordered[round((i + 0.5) * len(ordered) / count - 0.5)].path for i in range(count))


def _lights(match: Match, frames: Mapping[str, Frame]) -> tuple[str, ...]:
    found = [frames[path] for path in match.lights if path in frames]
    pixels = (found[0].width or 1) * (found[0].height or 1)
    most = MOST_LIGHTS if found[0].cfa else MOST_MONO_LIGHTS
    count = min(max(MOST_PIXELS // pixels, LEAST_LIGHTS), most)
    ordered = sorted(found, key=lambda f: (f.date_obs or "", f.path))
    if len(ordered) <= count:
        return tuple(f.path for f in ordered)
    return tuple(ordered[round(i * (len(ordered) - 1) / (count - 1))].path for i in range(count))


def _comparable(frames: Mapping[str, Frame], darks: Sequence[str], lights: Sequence[str]) -> None:
    """Refuse frames whose pixels do not lie on each other.

    Raises
    ------
    InputError
        With what differs.
    """
    from ampglow_plugin.glow.measure import LEAST_SIDE

    dark, light = frames[darks[0]], frames[lights[0]]
    if (dark.width, dark.height) != (light.width, light.height):
        raise InputError("dark and lights have different sizes")
    if dark.planes != 1 or light.planes != 1:
        raise InputError("frames of several colour planes cannot be compared pixel by pixel")
    if min(dark.width or 0, dark.height or 0) < LEAST_SIDE:
        raise InputError("the frames are too small to see glow in")
    if None not in (dark.row_order, light.row_order) and dark.row_order != light.row_order:
        raise InputError("dark and lights store their rows in opposite order")
    if any(frames[path].calibrated for path in lights):
        raise InputError("the lights were calibrated before")


@dataclass(frozen=True, kw_only=True, slots=True)
class ExaminedDark:
    """Pixels (height, width) of a dark in ADU, and what was found in them; ``sure``: cosmic rays are gone."""

    pixels: Array
    measured: Measured
    sure: bool

    def regions(self) -> Iterator[tuple[HeldRegion, Window, Pattern, Pattern | None]]:
        """The brightest regions: where, the part of the frame to compare, the region's light, and all other."""
        from ampglow_plugin.glow.coefficient import window_around

        fit = self.measured.sources.fit
        shown = sorted(
            zip(self.measured.shown, self.measured.glow.regions, strict=True), key=lambda pair: -pair[1].peak_adu
        )
        own = [(region, told) for region, told in shown if region.sources]
        for region, told in own[:MOST_REGIONS]:
            shapes = [fit.shapes[i] for i in region.sources]
            decays = (max(s.decay_y for s in shapes), max(s.decay_x for s in shapes))
            window = window_around((region.y, region.x), decays, self.pixels.shape)
            rest = [i for i in range(len(fit.shapes)) if i not in region.sources]
            share = Share(value=0.0, sigma=float("inf"))
            held = HeldRegion(where=told.where, peak_adu=told.peak_adu, certain=told.certain, share=share)
            yield held, window, self._light(region.sources), self._light(rest) if rest else None

    def _light(self, numbers: Sequence[int]) -> Pattern:
        from ampglow_plugin.glow.shapes import light

        fit = self.measured.sources.fit
        shapes, coefficients = [fit.shapes[i] for i in numbers], [fit.coefficients[i] for i in numbers]
        return lambda y, x: light(shapes, coefficients, y, x)


def examined_dark(darks: Sequence[str], frames: Mapping[str, Frame]) -> ExaminedDark:
    """A dark, or the median of several, with the glow that is in it.

    Raises
    ------
    InputError
        Where one cannot be read, has several planes, or they have different sizes.
    """
    import numpy as np

    from ampglow_plugin.glow.measure import examine
    from ampglow_plugin.pixels import read_pixels
    from ampglow_plugin.proof.glow import about

    read = [read_pixels(path).mono for path in darks]
    if len({plane.shape for plane in read}) > 1:
        raise InputError("the darks have different sizes")
    pixels = read[0] if len(read) == 1 else np.median(read, axis=0).astype(np.float32)
    sure = len(read) > 1 or frames[darks[0]].master
    return ExaminedDark(pixels=pixels, measured=examine(pixels[None], about(frames[darks[-1]])), sure=sure)


def _flat(match: Match, matches: Sequence[Match], frames: Mapping[str, Frame]) -> Frame | None:
    """A flat of these lights, of the same size and one plane."""
    found = next((m for m in matches if m.role == "flat" and match.lights[0] in m.lights and m.dark), None)
    flat, light = frames.get((found.dark if found else None) or ""), frames[match.lights[0]]
    if flat is None or (flat.width, flat.height, flat.planes) != (light.width, light.height, 1):
        return None
    return flat


def _compared(result: HeldGlow, dark: ExaminedDark, *, flat: Frame | None, colour: bool | None = None) -> HeldGlow:
    import numpy as np

    from ampglow_plugin.glow.coefficient import glow_share
    from ampglow_plugin.glow.fingerprint import changed, hot_pixels, same_body
    from ampglow_plugin.glow.hot_share import hot_shares
    from ampglow_plugin.glow.moving_sky import LEAST_LIGHTS as LEAST_DITHERED
    from ampglow_plugin.glow.shifts import starry
    from ampglow_plugin.glow.smooth import together
    from ampglow_plugin.pixels import read_pixels

    regions = list(dark.regions())
    level = dark.measured.glow.background_adu
    pedestal = level if level >= _LEAST_PEDESTAL_ADU else None
    maps: list[list[tuple[TileMap, ...]]] = [[] for _ in regions]
    middles: list[Array] = []
    stars: list[Array] = []
    factor = 1
    moving = colour is not True and bool(regions) and len(result.lights) >= LEAST_DITHERED
    for path in result.lights:
        plane = read_pixels(path).mono
        if plane.shape != dark.pixels.shape:
            raise InputError("the lights have different sizes")
        if len(middles) < MOST_LIGHTS:
            middles.append(_middle(plane))
        if moving:
            image, factor = starry(plane - dark.pixels)
            stars.append(image)
        for found, (_, window, _, _) in zip(maps, regions, strict=True):
            found.append(window.maps(plane))
    views = _views(stars, factor) or ((tuple(range(len(result.lights))), None),)
    even = None if flat is None or pedestal is None or not regions else _flat_pixels(flat, pedestal)
    shares = []
    for found, (held, window, light, beside) in zip(maps, regions, strict=True):
        share = together(
            [
                glow_share(
                    window,
                    light,
                    dark=window.maps(dark.pixels),
                    lights=[found[number] for number in numbers],
                    beside=beside,
                    flat=None if even is None else window.maps(even),
                    pedestal_adu=pedestal,
                    shifts=shifts,
                )
                for numbers, shifts in views
            ]
        )
        if np.isfinite(share.sigma):
            shares.append(replace(held, share=share))
    in_lights, in_dark = hot_shares(_middle(dark.pixels), middles)
    ours = hot_pixels([_middle(dark.pixels)], sure=dark.sure)
    theirs = hot_pixels(middles)
    body = same_body(ours, theirs)
    kept = changed(ours, theirs) if ours and theirs and body.verdict == "same" and body.in_place else None
    return replace(
        result,
        body=body,
        hot_change=kept,
        regions=tuple(shares),
        hot_in_lights=in_lights,
        hot_in_dark=in_dark,
        flat=flat.path if flat is not None and even is not None else None,
    )


def _views(stars: Sequence[Array], factor: int) -> tuple[tuple[tuple[int, ...], Array | None], ...]:
    """Lights by what they see at one place of the sensor: before and after a meridian flip it is another sky.

    Each with the shifts of its sky; empty where too few lights tell.
    """
    from ampglow_plugin.glow.moving_sky import dithered
    from ampglow_plugin.glow.shifts import pointings

    found = pointings(stars, factor) if stars else ()
    return tuple((pointing.lights, pointing.shifts) for pointing in found if dithered(pointing.shifts))


def _flat_pixels(flat: Frame, pedestal: float) -> Array:
    """The flat without its pedestal, which is about that of the darks, and gone where it was calibrated."""
    from ampglow_plugin.pixels import read_pixels

    plane = read_pixels(flat.path).mono
    return plane if flat.calibrated else plane - plane.dtype.type(pedestal)


def _middle(plane: Array) -> Array:
    top, left = (max(0, side - HOT_SIDE) // 4 * 2 for side in plane.shape)
    return plane[top : top + HOT_SIDE, left : left + HOT_SIDE]
