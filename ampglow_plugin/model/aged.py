"""An old dark or master against a new one of the same settings: what of the sensor has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ampglow_plugin.model.body import SameBody, Share
from ampglow_plugin.model.finding import Scalar

#: what is compared
Quantity = Literal["glow", "hot_pixels", "hot_ratio", "level", "noise"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldPair:
    """A setting that differs."""

    field: str
    old: Scalar
    new: Scalar


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Numbers of two darks (or masters) and their changes; None where something cannot be measured.

    ``differing`` are settings in which they differ, ``unknown`` those that must be known and of which one side or both
    are silent. ``single``: one is a single frame, so that cosmic rays are among its hot pixels. ``same_noise``: both
    are single frames, or masters of equally many, so that their noises can be compared.
    ``glow_ratio`` is how many times the old one's smooth structure is in the new one, ``glow_adu`` the range of that.
    Hot pixels are those above ``hot_above_adu`` in the middle of the frame: how many in each, how many ``came`` and
    ``went``; ``hot_ratio`` is how many times as high the common ones stand. ``why`` says why nothing was measured.
    """

    old: str
    new: str
    differing: tuple[FieldPair, ...] = ()
    unknown: tuple[str, ...] = ()
    days: float | None = None
    body: SameBody | None = None
    level_old_adu: float | None = None
    level_new_adu: float | None = None
    level_sigma_adu: float | None = None
    noise_old_adu: float | None = None
    noise_new_adu: float | None = None
    same_noise: bool = False
    single: bool = False
    glow_adu: float | None = None
    glow_ratio: Share | None = None
    hot_above_adu: float | None = None
    hot_old: int | None = None
    hot_new: int | None = None
    came: int | None = None
    went: int | None = None
    hot_ratio: Share | None = None
    why: str | None = None
