"""Rung 2: what is left of a dark in an output whose raw light is gone. Arrays to :class:`PixelEvidence`.

The residual is measured on the scale of the raw, so the flat has to be put back on the scale the host divided it to.
Whether a flat was divided by at all is seen in the output: each pixel's own response is gone, or it is not. Which of
the host's ways of scaling was used (one mean for the mosaic, or one a colour) shows where something is left: the planes
agree on how much for one of them only. Where nothing is left it makes no difference.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.hot_pixels import COMPARED_PIXELS, MIN_PIXELS, HotResidual
from ampglow_plugin.glow.residual import GlowResidual, residual_glow, residual_hot, widened
from ampglow_plugin.glow.response import flat_divided
from ampglow_plugin.hosts import PIXINSIGHT
from ampglow_plugin.hosts.builtin.arithmetic import equalize, flat_scale
from ampglow_plugin.model.evidence import Conditions, PixelEvidence
from ampglow_plugin.pixels import PATTERNS, SITES, greens_averaged, remosaic, site_plane

Array: TypeAlias = NDArray[Any]

#: views of a frame that is stored another way than its dark
MIRRORS: Final = {
    "upside down": np.s_[::-1, :],
    "mirrored": np.s_[:, ::-1],
    "turned by 180 degrees": np.s_[::-1, ::-1],
}
#: relative uncertainty of a scale that is known by the host's rule: its window and its rounding
RULE_SIGMA: Final = 0.003
#: the same where a flat was divided by that is not at hand: lens (a third in the corners) and colours
NO_FLAT_SIGMA: Final = 0.3
#: share of the sky by which a low surface and a field miss the shade of a lens at the edges; source: flats of a CCD
#: (KAF-8300), whose shade otherwise looks like 1 % of their light
LENS_SHARE: Final = 0.01
#: hot pixels of the dark that are found mirrored count from this share and this many standard deviations on
MIRRORED_SHARE: Final = 0.3
MIRRORED_SIGMA: Final = 5.0
#: a share of exact zeros beyond which the background is cut off, so that its mean says nothing
CLIPPED_SHARE: Final = 0.05
#: the two residuals agree within this and three standard deviations: a set point is held to a quarter of a degree,
#: and hot pixels double every 6 degrees
HOT_SYSTEMATIC: Final = 0.03
AGREE_SIGMA: Final = 3.0
#: share of the glow that is certainly there, or certainly missing
GLOW_THERE: Final = 0.2
#: relative likelihood from which one way of scaling the flat is taken to be the one
_DECIDED = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftFrames:
    """What is compared, float32 ADU: ``output`` (planes, height, width), ``dark`` and ``flat`` (height, width).

    ``pattern`` is that of the stored rows. ``flat_claimed``: whether header or log say that a flat was divided by;
    ``host`` wrote the output; ``named_scale`` is the divisor of the flat that it wrote down (ADU).
    """

    output: Array
    dark: Array
    flat: Array | None = None
    pattern: str | None = None
    flat_claimed: bool | None = None
    host: str | None = None
    named_scale: float | None = None


@dataclass(frozen=True, slots=True)
class _Scaling:
    """One way the host may have scaled the flat: planes that turn the output into ADU of the raw."""

    name: str
    planes: list[Array] | None
    sigma: float


def measure_left(frames: LeftFrames) -> PixelEvidence:
    """Residuals of glow and hot pixels with their sigmas; ``why`` says what could not be measured and why."""
    shape = frames.dark.shape
    if frames.output.shape[-2:] != shape:
        theirs, ours = (f"{s[-1]} x {s[-2]}" for s in (frames.output.shape, shape))
        return PixelEvidence(
            rung=2, why=f"the output has {theirs} pixels and the dark {ours}: it was cropped or scaled"
        )
    zeros = float(np.mean(frames.output == 0))
    if zeros > CLIPPED_SHARE:
        return PixelEvidence(rung=2, zero_share=zeros, why=f"{zeros:.0%} of the output is exactly 0: cut off, or empty")
    mosaic = _mosaic(frames)
    if mosaic is None:
        return PixelEvidence(rung=2, zero_share=zeros, why="the output is debayered and the Bayer pattern is not known")
    output, dark = split(mosaic), split(frames.dark)
    own = own_samples(frames.output, frames.pattern)
    used = _flat_used(frames, output, dark, own)
    scaling, glow, hot = _best(_scalings(frames, used=used), output, dark, own)
    if scaling.sigma >= NO_FLAT_SIGMA and used is None:
        scaling, glow, hot, used = _untouched(output, dark, own) or (scaling, glow, hot, used)
    if used is not True:
        glow = under_a_lens(glow)
    if _unlike_glow(glow, hot):
        hot = HotResidual(
            replaced=hot.replaced,
            why="the hot pixels are gone and the glow is not: a cosmetic correction replaced them",
        )
    mirrored = _mirrored(frames.dark, output, scaling, own)
    notes = [glow.why, hot.why]
    if scaling.sigma >= NO_FLAT_SIGMA:
        notes.append("the flat is not at hand: how much is left is known within a third")
    return replace(
        residual_evidence(glow, hot),
        rung=2,
        zero_share=zeros,
        flat_used=used,
        flat_scaling=scaling.name,
        scale_sigma=scaling.sigma,
        mosaic="mosaic" if len(frames.output) == 1 else frames.pattern,
        mirrored=mirrored,
        why="; ".join(note for note in notes if note),
    )


def residual_evidence(glow: GlowResidual, hot: HotResidual) -> PixelEvidence:
    """The numbers of both estimators as fields of the evidence."""
    known = glow.residual is not None and glow.peak_adu is not None
    return PixelEvidence(
        rung=2,
        residual_glow=glow.residual,
        residual_glow_sigma=glow.sigma,
        residual_glow_adu=glow.residual * glow.peak_adu if known else None,  # type: ignore[operator]  # both are known
        glow_peak_adu=glow.peak_adu,
        sky_adu=glow.sky_adu,
        residual_hot=hot.residual,
        residual_hot_sigma=hot.sigma,
        hot_replaced=hot.replaced,
    )


def under_a_lens(glow: GlowResidual) -> GlowResidual:
    """The residual in an output that was not divided by a flat: a lens shades the places where glow lies."""
    if glow.residual is None or glow.sigma is None or not glow.peak_adu:
        return glow
    return replace(glow, sigma=float(np.hypot(glow.sigma, LENS_SHARE * max(glow.sky_adu or 0.0, 0.0) / glow.peak_adu)))


def flat_planes(frames: LeftFrames, measured: PixelEvidence) -> list[Array] | None:
    """The planes of the flat on the scale on which ``measured`` took it to be divided by; None without a flat."""
    ways = _scalings(frames, used=measured.flat_used)
    return next((way for way in ways if way.name == measured.flat_scaling), ways[0]).planes


def with_factor(pixels: PixelEvidence, conditions: Conditions) -> PixelEvidence:
    """The factor of the dark, where the headers prove that dark and light are of equal exposure, gain and mode.

    It is 1 minus what is left, the mean of both residuals by weight. Without equal conditions, or with residuals that
    disagree, another dark explains them as well, and there is no factor.
    """
    if conditions.agree is not True or pixels.factor is not None or pixels.residual_glow is None:
        return pixels
    if pixels.scale_low is not None:  # how much is left is not known
        return pixels
    value, sigma = pixels.residual_glow, pixels.residual_glow_sigma or 0.0
    if pixels.residual_hot is not None:
        hot_sigma = float(np.hypot(pixels.residual_hot_sigma or 0.0, HOT_SYSTEMATIC))
        if abs(value - pixels.residual_hot) > AGREE_SIGMA * np.hypot(sigma, hot_sigma):
            return pixels
        weights = (1 / sigma**2, 1 / hot_sigma**2)
        value = float(np.average((value, pixels.residual_hot), weights=weights))
        sigma = float(1 / np.sqrt(sum(weights)))
    return replace(pixels, factor=1 - value, factor_sigma=sigma)


def split(mosaic: Array) -> list[Array]:
    """The four sites of a mosaic, cut to equal shape."""
    planes = [site_plane(mosaic, site) for site in SITES]
    height, width = (min(p.shape[axis] for p in planes) for axis in (0, 1))
    return [p[:height, :width] for p in planes]


def own_samples(output: Array, pattern: str | None) -> list[int]:
    """The sites (numbers in :data:`SITES`) at which each pixel of an output still is a sample of its own.

    All of them, but for debayering that averages the greens: a hot pixel or a grain of the flat is then half there.
    """
    if len(output) == 3 and pattern in PATTERNS and greens_averaged(output, pattern):
        return [i for i, letter in enumerate(pattern) if letter != "G"]
    return list(range(len(SITES)))


def _only(planes: Sequence[Array] | None, sites: Sequence[int]) -> list[Array] | None:
    return None if planes is None else [planes[i] for i in sites]


def _hot(
    output: list[Array],
    dark: list[Array],
    flat: Sequence[Array] | None,
    own: Sequence[int],
    least: int = MIN_PIXELS,
) -> HotResidual:
    return residual_hot([output[i] for i in own], [dark[i] for i in own], flat=_only(flat, own), least=least)


def _mosaic(frames: LeftFrames) -> Array | None:
    if len(frames.output) == 1:
        mono: Array = frames.output[0]
        return mono
    if len(frames.output) == 3 and frames.pattern in PATTERNS:
        return remosaic(frames.output, frames.pattern)
    return None


def _flat_used(frames: LeftFrames, output: list[Array], dark: list[Array], own: Sequence[int]) -> bool | None:
    """Whether a flat was divided by: seen in the pixels where the flat is at hand, else what header or log say."""
    if frames.flat is None or frames.flat.shape != frames.dark.shape:
        return frames.flat_claimed
    hot = _hot(output, dark, None, own).residual
    left = residual_glow(output, dark).residual if hot is None else hot
    flat = split(frames.flat)
    seen = flat_divided([output[i] for i in own], [flat[i] for i in own], (left or 0.0) * float(np.median(frames.dark)))
    return frames.flat_claimed if seen is None else seen


def _scalings(frames: LeftFrames, *, used: bool | None) -> list[_Scaling]:
    flat = frames.flat
    if used is False:
        return [_Scaling("no flat", None, 0.0)]
    if flat is None or flat.shape != frames.dark.shape:
        return [_Scaling("unknown", None, NO_FLAT_SIGMA)]
    found = []
    ways: list[tuple[str, Array]] = [("one mean for all colours", flat)]
    with contextlib.suppress(ValueError):  # a colour without light cannot be made equal, so it was not
        ways.append(("each colour by its own mean", equalize(flat[None].astype(np.float32))[0]))
    for name, way in ways:
        scale, sigma = _scale(frames, way)
        if scale > 0:
            found.append(_Scaling(name, split(way / np.float32(scale)), sigma))
    return found or [_Scaling("unknown", None, NO_FLAT_SIGMA)]


def _scale(frames: LeftFrames, flat: Array) -> tuple[float, float]:
    """What the flat was divided by (ADU) and how well that is known, by the host's rule or its own word."""
    whole = float(np.mean(flat, dtype=np.float64))
    if frames.host == PIXINSIGHT.name:
        return whole, RULE_SIGMA
    try:
        middle = flat_scale(flat[None])
    except ValueError:
        return whole, NO_FLAT_SIGMA
    if frames.host is not None:
        named = frames.named_scale
        if named is not None and abs(named - middle) > RULE_SIGMA * middle:
            return named, RULE_SIGMA
        return middle, RULE_SIGMA
    # neither host is known to be at work: between the two rules
    return (whole + middle) / 2, float(np.hypot(RULE_SIGMA, abs(whole - middle) / (whole + middle)))


def _best(
    scalings: list[_Scaling], output: list[Array], dark: list[Array], own: Sequence[int]
) -> tuple[_Scaling, GlowResidual, HotResidual]:
    """The scaling on which the colours agree, with its residuals; where none is better, the means of both."""
    if len(scalings) == 1:
        (only,) = scalings
        glow = residual_glow(output, dark, flat=only.planes)
        return only, widened(glow, only.sigma), widened(_hot(output, dark, only.planes, own), only.sigma)
    chi2 = np.array(
        [_disagreement([_hot(output, dark, s.planes, [i], COMPARED_PIXELS) for i in own]) for s in scalings]
    )
    if np.ptp(chi2) < 2 * np.log(_DECIDED):  # no hot pixels, or they do not tell: the glow may
        chi2 += np.array(
            [
                _disagreement([residual_glow([o], [d], flat=f) for o, d, f in _by_plane(output, dark, s)])
                for s in scalings
            ]
        )
    likely = np.exp(-0.5 * (chi2 - chi2.min()))
    best = scalings[int(np.argmin(chi2))]
    if likely.sum() < 1 + 1 / _DECIDED:
        return _best([best], output, dark, own)
    parts = [_best([s], output, dark, own) for s in scalings]
    glows, hots = [p[1] for p in parts], [p[2] for p in parts]
    return replace(best, name="not known"), _between(glows), _between(hots)


def _untouched(
    output: list[Array], dark: list[Array], own: Sequence[int]
) -> tuple[_Scaling, GlowResidual, HotResidual, bool] | None:
    """The whole dark on the very scale of the raw: no flat was divided by, it would have moved glow and hot pixels.

    None where it is not so, or not sharp enough to be no coincidence.
    """
    none = _Scaling("no flat", None, 0.0)
    _, glow, hot = _best([none], output, dark, own)
    for part in (glow, hot):
        if part.residual is None or part.sigma is None or part.sigma > HOT_SYSTEMATIC:
            return None
        if abs(part.residual - 1) > max(HOT_SYSTEMATIC, AGREE_SIGMA * part.sigma):
            return None
    return none, glow, hot, False


def _by_plane(
    output: list[Array], dark: list[Array], scaling: _Scaling
) -> Iterator[tuple[Array, Array, list[Array] | None]]:
    flats = [None] * len(output) if scaling.planes is None else [[plane] for plane in scaling.planes]
    yield from zip(output, dark, flats, strict=True)


def _disagreement(planes: Sequence[GlowResidual | HotResidual]) -> float:
    """Chi squared of the residuals of the planes about their mean; 0 where they cannot be measured."""
    values = np.array([(f.residual, f.sigma) for f in planes if f.residual is not None], dtype=np.float64)
    if len(values) < 2:
        return 0.0
    weight = values[:, 1] ** -2.0
    return float(np.sum(weight * (values[:, 0] - np.average(values[:, 0], weights=weight)) ** 2))


def _between(parts: list[Any]) -> Any:
    """The mean of the same residual on several scales; half their difference is not known."""
    if any(p.residual is None for p in parts):
        return parts[0]
    values = [p.residual for p in parts]
    apart = (max(values) - min(values)) / 2
    return replace(parts[0], residual=float(np.mean(values)), sigma=float(np.hypot(max(p.sigma for p in parts), apart)))


def _unlike_glow(glow: GlowResidual, hot: HotResidual) -> bool:
    """Hot pixels that are gone with the glow there. No dark does that: one of other temperature does the reverse."""
    if glow.residual is None or glow.sigma is None or hot.residual is None or hot.sigma is None:
        return False
    gone = abs(hot.residual) <= max(HOT_SYSTEMATIC, AGREE_SIGMA * hot.sigma)
    return gone and abs(glow.residual) > max(GLOW_THERE, AGREE_SIGMA * glow.sigma)


def _mirrored(dark: Array, output: list[Array], scaling: _Scaling, own: Sequence[int]) -> Mapping[str, float]:
    """Hot pixels of the dark that are found, or missing, where a mirrored dark would have them."""
    found = {}
    for name, view in MIRRORS.items():
        other = _hot(output, split(np.ascontiguousarray(dark[view])), scaling.planes, own)
        if other.residual is None or other.sigma is None:
            continue
        if abs(other.residual) > max(MIRRORED_SHARE, MIRRORED_SIGMA * other.sigma):
            found[name] = other.residual
    return found
