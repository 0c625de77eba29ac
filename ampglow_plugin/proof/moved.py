"""Rungs 4 and 5: what is left of a dark in a frame that was aligned, or in a stack of such frames.

The sky was moved onto that of the reference, and the glow with it, so the dark's glow is moved the same way before it
is looked for: once for a frame, and for a stack as the mean over all its frames, each by its own transformation. After
a meridian flip half of them show it turned by 180 degrees. Where the transformations are not known every likely place
is tried, and the one that shows the most counts: nothing is called clean that is not clean in all of them.

Only the glow can be followed. Hot pixels are smeared by the resampling, and a stack rejects them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.residual import GlowResidual, residual_glow
from ampglow_plugin.hosts import PIXINSIGHT
from ampglow_plugin.hosts.builtin.arithmetic import equalize, flat_scale
from ampglow_plugin.model.evidence import PixelEvidence
from ampglow_plugin.pixels import PATTERNS, SITES, site_plane
from ampglow_plugin.proof.leftover import under_a_lens
from ampglow_plugin.proof.transform import Matrix, of_site, warp

Array: TypeAlias = NDArray[Any]

#: relative uncertainty of a flat's scale by the host's rule: its window and its rounding
RULE_SIGMA: Final = 0.003
#: the same where a flat was divided by that is not at hand: lens (a third in the corners) and colours
NO_FLAT_SIGMA: Final = 0.3
#: a pixel of the dark this many spreads above its four neighbours is hot: they stand for it
HOT_SIGMA: Final = 5.0
#: of larger frames every second pixel is looked at, or every third: glow is smooth
MOST_PIXELS: Final = 2_000_000
#: of the shade of a flat, which is smoother, so many pixels are looked at
MOST_SHADE_PIXELS: Final = 200_000
#: places are told apart by what they show from this many standard deviations on
SHOWS_SIGMA: Final = 3.0
#: where the dithers are not known, what is left lies between these shares of what is found; source: stacks of Siril
#: with dithers of a fifth of the glow's decay length, on both sides of a meridian flip, showed 0.43 to 1.14 of it
GUESSED_LOW: Final = 0.8
GUESSED_HIGH: Final = 2.5
_MAD_TO_SIGMA = 1.4826
_SAMPLE = 400_000
_COLOURS = "RGB"


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where the dark lies in the output: matrices with their weights (sum 1).

    ``guessed``: dithers are not known, so the dark is somewhat off and the glow of a stack wider than it. ``sigma`` is
    the relative uncertainty of what is found there because the place is known so well and no better.
    """

    name: str
    parts: tuple[tuple[float, Matrix], ...]
    guessed: bool = False
    sigma: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """ADU of the raw that one ADU of the output stands for lies between ``low`` and ``high``.

    Both are 1 where the host has kept the scale. ``sigma`` is its relative uncertainty where it is known, ``note`` why
    it is not known well.
    """

    low: float = 1.0
    high: float = 1.0
    sigma: float = 0.0
    note: str = ""

    @property
    def known(self) -> bool:
        """Whether it is a number, not a range."""
        return self.low == self.high


@dataclass(frozen=True, kw_only=True, slots=True)
class MovedFrames:
    """What is compared, float32 ADU: ``output`` (planes, height, width), ``dark`` and ``flat`` (height, width) as raw.

    ``pattern`` is that of the raw frames, None for a mono camera. ``flat_used``: whether a flat was divided by, as far
    as anyone says. ``placements`` are the places where the dark may lie, at least one.
    """

    output: Array
    dark: Array
    placements: tuple[Placement, ...]
    rung: int
    flat: Array | None = None
    pattern: str | None = None
    flat_used: bool | None = None
    host: str | None = None
    named_scale: float | None = None
    scale: Scale = Scale()


def measure_moved(frames: MovedFrames) -> PixelEvidence:
    """Residual of the glow with its sigma; ``why`` says where it was looked for, or why it could not be measured."""
    empty = PixelEvidence(rung=frames.rung)
    if len(frames.output) not in (1, 3):
        return replace(empty, why=f"an output of {len(frames.output)} planes is neither of one colour nor of three")
    if len(frames.output) == 3 and frames.pattern not in PATTERNS:
        return replace(empty, why="the output has three colours and the Bayer pattern of the dark is not known")
    step = max(1, round(np.sqrt(frames.output[0].size / MOST_PIXELS)))
    seen = frames.output[:, ::step, ::step]
    blank = np.all(~np.isfinite(seen) | (seen == 0), axis=0)
    output = [np.where(blank, np.float32(np.nan), plane) for plane in seen]
    every = np.diag([1.0 / step, 1.0 / step, 1.0])
    placements = [replace(p, parts=tuple((w, every @ m) for w, m in p.parts)) for p in frames.placements]
    dark = without_hot(frames.dark, frames.pattern)
    ways, flat_sigma, note = _flat_ways(frames)
    shown = _measure_at_all(placements, frames, output, dark, ways)
    known = [s for s in shown if s.sigma > 0]
    if not known:
        return replace(empty, glow_peak_adu=shown[0].peak_adu, why=shown[0].why)
    best = _together(known)
    low, high = frames.scale.low, frames.scale.high
    notes = [f"the dark was looked for {best.name}", *note]
    if not frames.scale.known:
        notes.append("the scale of the output is not known, so neither is how much is left")
    if frames.scale.note:
        notes.append(frames.scale.note)
    if any(place.guessed for place in frames.placements):
        low, high = low * GUESSED_LOW, high * GUESSED_HIGH
        notes.append(
            "how the frames were dithered is not known: the share that is told is the most that may be left, "
            f"{GUESSED_HIGH:g} times of what is seen, and {GUESSED_LOW:g} times of that the least"
        )
    value, sigma = best.value * high, best.sigma * high
    relative = np.hypot(np.hypot(flat_sigma, frames.scale.sigma), max(place.sigma for place in frames.placements))
    return replace(
        empty,
        residual_glow=value,
        residual_glow_sigma=float(np.hypot(sigma, value * relative)),
        glow_peak_adu=best.peak_adu,
        residual_glow_adu=None if best.peak_adu is None else value * best.peak_adu,
        scale_low=None if low == high else low / high,
        scale_sigma=float(relative),
        flat_used=frames.flat_used,
        mosaic=frames.pattern or "mosaic",
        zero_share=float(np.mean(frames.output == 0)),
        why="; ".join(notes),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shown:
    """What one placement shows; ``sigma`` 0 where nothing could be measured, for the reason in ``why``."""

    name: str
    value: float = 0.0
    sigma: float = 0.0
    peak_adu: float | None = None
    why: str = ""


def _together(shown: Sequence[_Shown]) -> _Shown:
    """The places weighted by how much they show; where none shows anything, the least certain one.

    A template that fits better explains more of the frame by ``value**2 / sigma**2`` (chi squared).
    """
    chi2 = np.array([(s.value / s.sigma) ** 2 for s in shown])
    if chi2.max() < SHOWS_SIGMA**2:
        return max(shown, key=lambda s: s.sigma)
    weight = np.exp(0.5 * (chi2 - chi2.max()))
    weight /= weight.sum()
    values, sigmas = np.array([s.value for s in shown]), np.array([s.sigma for s in shown])
    value = float(weight @ values)
    variance = float(weight @ (sigmas**2 + (values - value) ** 2))
    return replace(shown[int(np.argmax(chi2))], value=value, sigma=float(np.sqrt(variance)))


def without_hot(dark: Array, pattern: str | None) -> NDArray[np.float32]:
    """``dark`` with hot pixels replaced by the mean of their four neighbours of the same colour."""
    result = np.array(dark, dtype=np.float32)
    planes = [result] if pattern is None else [site_plane(result, site) for site in SITES]
    for plane in planes:
        around = np.empty_like(plane)
        padded = np.pad(plane, 1, mode="edge")
        np.add(padded[:-2, 1:-1], padded[2:, 1:-1], out=around)
        around += padded[1:-1, :-2]
        around += padded[1:-1, 2:]
        around *= np.float32(0.25)
        above = plane - around
        part = above.reshape(-1)[:: max(1, above.size // _SAMPLE)]
        limit = HOT_SIGMA * _MAD_TO_SIGMA * float(np.median(np.abs(part - np.median(part))))
        np.copyto(plane, around, where=above > limit)
    return result


def _measure_at_all(
    placements: Sequence[Placement],
    frames: MovedFrames,
    output: Sequence[Array],
    dark: Array,
    ways: Sequence[Array | None],
) -> list[_Shown]:
    """The residual at each placement; of the ways of scaling the flat the one counts on which the colours agree."""
    pattern = frames.pattern if len(output) == 3 else None
    found: list[list[GlowResidual]] = []
    chi2: list[float] = []
    for flat in ways:
        at = _Templates(divided(dark, flat), pattern, output[0].shape, shared=len(placements) > 1)
        shown = [
            residual_glow(output, at(place), shade=_shade(flat, pattern, place, output[0])) for place in placements
        ]
        if frames.flat_used is not True:
            shown = [under_a_lens(one) for one in shown]
        found.append(shown)
        clearest = max(range(len(placements)), key=lambda i: _clear(shown[i]))
        if len(ways) == 1 or _clear(shown[clearest]) < SHOWS_SIGMA:  # of nothing, no share is left on any scale
            chi2.append(0.0)
            break
        chi2.append(_disagreement(output, at(placements[clearest])))
    weight = np.exp(-0.5 * (np.array(chi2) - min(chi2)))
    return [
        _over_ways(place.name, [shown[i] for shown in found], weight / weight.sum())
        for i, place in enumerate(placements)
    ]


class _Templates:
    """Templates of placements; those that share their parts (``shared``) have each part moved once."""

    def __init__(self, source: Array, pattern: str | None, shape: tuple[int, ...], *, shared: bool) -> None:
        self._source, self._pattern, self._shape, self._shared = source, pattern, shape, shared
        self._moved: dict[bytes, list[Array]] = {}

    def __call__(self, place: Placement) -> list[Array]:
        if not self._shared:  # the many frames of a stack, one after the other
            return templates(self._source, self._pattern, place.parts, self._shape)
        for _, matrix in place.parts:
            if matrix.tobytes() not in self._moved:
                part = templates(self._source, self._pattern, ((1.0, matrix),), self._shape)
                self._moved[matrix.tobytes()] = part
        planes = zip(*(self._moved[matrix.tobytes()] for _, matrix in place.parts), strict=True)
        weights = [np.float32(weight) for weight, _ in place.parts]
        return [np.asarray(sum(w * p for w, p in zip(weights, of_colour, strict=True))) for of_colour in planes]


def _over_ways(name: str, ways: Sequence[GlowResidual], weight: Array) -> _Shown:
    """The ways of scaling the flat as one: their mean by weight, and what they differ by."""
    good = [
        (w.residual, w.sigma**2, u) for w, u in zip(ways, weight, strict=True) if w.residual is not None and w.sigma
    ]
    if not good:
        return _Shown(name=name, peak_adu=ways[0].peak_adu, why=ways[0].why)
    values, variances, weights = np.array(good, dtype=np.float64).T
    weights /= weights.sum()
    value = float(weights @ values)
    variance = float(weights @ (variances + (values - value) ** 2))
    return _Shown(name=name, value=value, sigma=float(np.sqrt(variance)), peak_adu=ways[0].peak_adu)


def _clear(found: GlowResidual) -> float:
    return abs(found.residual or 0.0) / (found.sigma or np.inf)


def _disagreement(output: Sequence[Array], template: Sequence[Array]) -> float:
    """Chi squared of the residuals of the colours about their mean."""
    found = [residual_glow([o], [t]) for o, t in zip(output, template, strict=True)]
    pairs = np.array([(f.residual, f.sigma) for f in found if f.residual is not None], dtype=np.float64)
    if len(pairs) < 2:
        return 0.0
    weight = pairs[:, 1] ** -2.0
    return float(np.sum(weight * (pairs[:, 0] - np.average(pairs[:, 0], weights=weight)) ** 2))


def divided(dark: Array, flat: Array | None) -> NDArray[np.float32]:
    """The dark above its middle, divided by the flat (normalised as the host did it), as the light was."""
    result = (dark - np.float32(np.median(dark[:: max(1, dark.shape[0] // 512)]))).astype(np.float32)
    if flat is not None:
        np.divide(result, flat, out=result, where=flat > 0)
    return result


def _shade(flat: Array | None, pattern: str | None, place: Placement, like: Array) -> list[Array] | None:
    """What a level of 1 ADU that was left under the flat adds to an output of the shape of ``like``; None without it.

    Drawn with fewer pixels, each of which then stands for its neighbours.
    """
    if flat is None:
        return None
    step = max(1, round(np.sqrt(like.size / MOST_SHADE_PIXELS)))
    height, width = like.shape
    fewer = np.diag([1.0 / step, 1.0 / step, 1.0])
    inverse = np.divide(1.0, flat, out=np.full(flat.shape, np.nan, dtype=np.float32), where=flat > 0)
    parts = [(weight, fewer @ matrix) for weight, matrix in place.parts]
    drawn = templates(inverse, pattern, parts, (-(-height // step), -(-width // step)))
    return [np.repeat(np.repeat(plane, step, axis=0), step, axis=1)[:height, :width] for plane in drawn]


def templates(
    source: Array, pattern: str | None, parts: Iterable[tuple[float, Matrix]], shape: tuple[int, ...]
) -> list[Array]:
    """What a whole dark (of :func:`divided`) adds to an output of ``shape``: one plane, or three with a pattern; ADU.

    NaN where the sensor does not reach in any of the parts.
    """
    if pattern is None:
        colours = [[(source, np.eye(3))]]
    else:
        letters = tuple(zip(SITES, pattern, strict=True))
        colours = [[(site_plane(source, s), of_site(s)) for s, x in letters if x == colour] for colour in _COLOURS]
    size = (shape[0], shape[1])
    result = []
    parts = tuple(parts)
    for planes in colours:
        total = np.zeros(size, dtype=np.float32)
        for weight, matrix in parts:
            for plane, place in planes:
                total += np.float32(weight / len(planes)) * warp(plane, matrix @ place, size)
        result.append(total)
    return result


def _flat_ways(frames: MovedFrames) -> tuple[list[Array | None], float, list[str]]:
    """The flats that may have been divided by, normalised; the uncertainty of their scale; what to say of it."""
    flat = frames.flat
    if frames.flat_used is False:
        return [None], 0.0, []
    if flat is None or flat.shape != frames.dark.shape:
        said = "whether a flat was divided by is not known" if frames.flat_used is None else "the flat is not at hand"
        return [None], NO_FLAT_SIGMA, [f"{said}: how much is left is known within a third"]
    ways: list[Array] = [flat]
    if frames.pattern in PATTERNS:
        with contextlib.suppress(ValueError):  # a colour without light cannot be made equal, so it was not
            ways.append(equalize(flat[None].astype(np.float32))[0])
    found: list[Array | None] = []
    for way in ways:
        scale = _scale_of(frames, way)
        if scale > 0:
            found.append(way / np.float32(scale))
    return (found, RULE_SIGMA, []) if found else ([None], NO_FLAT_SIGMA, ["the flat holds no light"])


def _scale_of(frames: MovedFrames, flat: Array) -> float:
    """What the flat was divided by: its whole mean with PixInsight, that of its middle with Siril, or what it says."""
    if frames.host == PIXINSIGHT.name:
        return float(np.mean(flat, dtype=np.float64))
    try:
        middle = flat_scale(flat[None])
    except ValueError:
        return float(np.mean(flat, dtype=np.float64))
    named = frames.named_scale
    return named if named is not None and abs(named - middle) > RULE_SIGMA * middle else middle
