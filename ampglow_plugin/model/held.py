"""How much of a dark is in the lights it is meant for: values, no pixels."""

from __future__ import annotations

from dataclasses import dataclass

from ampglow_plugin.model.aged import Comparison
from ampglow_plugin.model.body import HotChange, SameBody, Share
from ampglow_plugin.model.glow import Glow, Place

__all__ = ["HeldGlow", "HeldRegion", "Share"]


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldRegion:
    """One region of the dark's glow: its peak in the dark, and how many times it is in the lights (1: as it should).

    ``certain`` is False where what was found in the dark may be something else than glow.
    """

    where: Place
    peak_adu: float
    certain: bool
    share: Share


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldGlow:
    """Measured on the pixels of ``darks`` (a master, or some singles) and some ``lights`` of the match ``group``.

    With ``built`` the one frame in ``lights`` is the master that was built from ``darks``.
    ``glow`` is that of the dark, ``regions`` how much of it is in the lights; empty where there is nothing to compare.
    ``hot_in_lights`` is how much of the dark's hot pixels is in the lights, ``hot_in_dark`` how much of the lights' is
    in the dark; None where too few are there. ``body`` is whether both come from one sensor, by their hot pixels, and
    ``hot_change`` which of these came and went from the dark to the lights. ``newer`` compares an old dark with one of
    equal settings that is nearer in time to the lights, where there is one. ``flat`` was used to take the vignetting
    away. ``why`` says what was in the way where nothing was measured.
    """

    group: str
    darks: tuple[str, ...]
    lights: tuple[str, ...] = ()
    glow: Glow | None = None
    regions: tuple[HeldRegion, ...] = ()
    hot_in_lights: Share | None = None
    hot_in_dark: Share | None = None
    body: SameBody | None = None
    hot_change: HotChange | None = None
    newer: Comparison | None = None
    flat: str | None = None
    why: str | None = None
    built: bool = False
