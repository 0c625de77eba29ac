"""What was measured on one frame: regions of glow, noise and background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Place = Literal["top-left", "top-right", "bottom-left", "bottom-right", "top", "right", "bottom", "left", "interior"]
#: what a region may be instead of glow: structure of the readout, light that leaked in, what the telescope shows
Doubt = Literal["readout", "light_leak", "scene"]


@dataclass(frozen=True, kw_only=True, slots=True)
class GlowRegion:
    """One region. ``where`` is as a viewer shows the frame, ``x`` and ``y`` are in array order.

    ``peak_adu`` is the fitted peak above the fitted background, the mean of the CFA planes. ``area_fraction`` is the
    share of the frame above half of the peak, ``decay_px`` the distance over which the light falls to 1/e.
    ``doubt`` says what else it may be; None where it is glow for certain, which ``certain`` repeats.
    """

    where: Place
    where_basis: str
    x: float
    y: float
    peak_adu: float
    area_fraction: float
    decay_px: float | None
    snr: float
    certain: bool = True
    doubt: Doubt | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Glow:
    """Glow of one frame: ``present`` with its regions, on a background with noise a pixel (all ADU).

    ``certain``: whether ``present`` can be relied on. ``least_adu`` is the faintest peak that would have been found
    (in a corner, falling to 1/e over a tenth of the frame). ``light_leak_adu`` and ``gradient_adu`` are light that is
    too wide for glow and a slow change over the frame; None where there is none. ``reference`` is the bias or short
    dark that was taken away. ``notes`` say what limits the answer, and what else was seen.
    """

    path: str
    present: bool
    regions: tuple[GlowRegion, ...]
    noise_adu: float
    background_adu: float
    certain: bool = True
    least_adu: float | None = None
    light_leak_adu: float | None = None
    gradient_adu: float | None = None
    reference: str | None = None
    notes: tuple[str, ...] = ()
