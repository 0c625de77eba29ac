"""What was measured on one frame: regions of glow, noise and background."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Place = Literal["top-left", "top-right", "bottom-left", "bottom-right", "top", "right", "bottom", "left", "interior"]


@dataclass(frozen=True, kw_only=True, slots=True)
class GlowRegion:
    """One region. ``where`` is as a viewer shows the frame, ``x`` and ``y`` are in array order."""

    where: Place
    where_basis: str
    x: float
    y: float
    peak_adu: float
    area_fraction: float
    decay_px: float | None
    snr: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Glow:
    """Glow of one frame: ``present`` with its regions, on a background with noise (all ADU)."""

    path: str
    present: bool
    regions: tuple[GlowRegion, ...]
    noise_adu: float
    background_adu: float
