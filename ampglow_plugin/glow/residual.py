"""How much of the dark's pattern is still in a calibrated frame, from that frame and the dark alone.

Without the raw light nobody can say what was subtracted, but what is left can be measured ::

    output = sky + (residual * dark + level) / flat + noise

with the flat on the scale the host used. Two parts of the dark answer, each in its own way. Its *glow* is smooth, as
sky and nebulae are: tile means of the output are fitted with those of the dark, beside a low surface and a random
field whose size and grain are found from the frame (:mod:`ampglow_plugin.glow.smooth_field`). Its *hot and warm
pixels* are not: each is compared with its neighbours, in which sky and glow cancel
(:mod:`ampglow_plugin.glow.hot_pixels`).

0 is a dark that was subtracted fully, 1 none, -1 one subtracted twice. A dark of other exposure or gain leaves the
same signature as a scaled one; one of another temperature leaves the two numbers disagreeing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.glow.hot_pixels import MIN_PIXELS, HotResidual, hot_residual
from ampglow_plugin.glow.smooth_field import fit_beside_field
from ampglow_plugin.glow.tiles import tile_maps

Array: TypeAlias = NDArray[Any]

#: a dark whose smooth part rises less than this above its own background (standard deviations) shows no glow
MIN_GLOW_SNR = 6.0


@dataclass(frozen=True, kw_only=True, slots=True)
class GlowResidual:
    """Share of the dark's glow that is left, its standard deviation, and the peak of that glow (ADU of the raw).

    ``residual`` is None, with the reason in ``why``, where nothing can be measured; ``peak_adu`` is 0 where the dark
    shows no glow. ``sky_adu`` is the level of the output without what is left of the dark (ADU of the raw).
    """

    residual: float | None = None
    sigma: float | None = None
    peak_adu: float | None = None
    sky_adu: float | None = None
    why: str = ""


_ROWS = 64
_Part = TypeVar("_Part", GlowResidual, HotResidual)


@dataclass(frozen=True, kw_only=True, slots=True)
class Residual:
    """Both residuals of one output."""

    glow: GlowResidual
    hot: HotResidual


def residual(  # noqa: PLR0913 - one parameter a choice
    output: Sequence[Array],
    dark: Sequence[Array],
    *,
    flat: Sequence[Array] | None = None,
    scale: Sequence[float] | None = None,
    scale_sigma: float = 0.0,
    stride: int = 1,
) -> Residual:
    """Both residuals of an output against a dark.

    Parameters
    ----------
    output, dark, flat
        One array ``(height, width)`` a plane of the mosaic (one for a mono frame), all of one shape, ADU. Pixels that
        are no number in any of them do not count: a warped dark may have borders of NaN. ``flat`` is normalised as the
        host did it, so that ``output * flat`` is on the scale of the raw; None where none was divided by.
    scale
        A number for each plane by which the flat (or the output, where there is no flat) is to be multiplied for that.
    scale_sigma
        Relative uncertainty of that scale. It is added to the sigmas in proportion to the residual.
    stride
        Every how many pixels of a plane, in both directions, are used for the glow.
    """
    glow = residual_glow(output, dark, flat=flat, scale=scale, stride=stride)
    hot = residual_hot(output, dark, flat=flat, scale=scale)
    return Residual(glow=widened(glow, scale_sigma), hot=widened(hot, scale_sigma))


def residual_glow(  # noqa: PLR0913 - one parameter a choice
    output: Sequence[Array],
    dark: Sequence[Array],
    *,
    flat: Sequence[Array] | None = None,
    scale: Sequence[float] | None = None,
    stride: int = 1,
    shade: Sequence[Array] | None = None,
) -> GlowResidual:
    """Share of the dark's glow in the output, by generalised least squares on tile means; arguments as above.

    ``shade`` is what a level that was left under the flat adds, where the flat is in ``dark`` already. Every
    ``stride``-th pixel of each plane is used. The noise of the master is in the output as well (subtracted with it) and
    pulls the slope down by its share of the template; how much of the master's fine structure is noise cannot be told
    from the master, so half of the most it can be is added back and the rest is counted as uncertainty.
    """
    maps = tile_maps(output, dark, flat, scale, stride=stride, shade=shade)
    if maps is None:
        return GlowResidual(why="the frame is too small, or too little of it is valid, for a map of its background")
    peak = maps.dark_peak_adu
    if float(maps.dark_snr.max()) < MIN_GLOW_SNR:
        return GlowResidual(peak_adu=0.0, why="the dark shows no glow above its background")
    fit = fit_beside_field(maps)
    if fit is None:
        return GlowResidual(peak_adu=peak, why="the glow of the dark cannot be told from a smooth sky")
    value, sigma = _for_noise_of_master(fit.value, fit.sigma, fit.noise_share)
    sky = float(np.median(maps.output)) - value * float(np.mean([np.nanmedian(_some(d)) for d in dark]))
    return GlowResidual(residual=value, sigma=sigma, peak_adu=peak, sky_adu=sky)


def _some(plane: Array) -> Array:
    """A sample of a plane."""
    step = max(1, plane.shape[0] // _ROWS)
    return plane[::step]


def residual_hot(
    output: Sequence[Array],
    dark: Sequence[Array],
    *,
    flat: Sequence[Array] | None = None,
    scale: Sequence[float] | None = None,
    least: int = MIN_PIXELS,
) -> HotResidual:
    """Share of the dark's hot and warm pixels in the output; arguments as above, see :func:`hot_residual`."""
    return hot_residual(output, dark, flat, scale, least=least)


def _for_noise_of_master(value: float, sigma: float, most: float) -> tuple[float, float]:
    """Half of the largest effect added back; a value anywhere up to it is as likely as any other."""
    return value + most / 2, float(np.hypot(sigma, most / np.sqrt(12)))


def widened(part: _Part, scale_sigma: float) -> _Part:
    """``part`` with the relative uncertainty of the scale in its sigma: what is left is that much uncertain."""
    if part.residual is None or part.sigma is None or not scale_sigma:
        return part
    return replace(part, sigma=float(np.hypot(part.sigma, part.residual * scale_sigma)))
