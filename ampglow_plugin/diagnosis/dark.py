"""How much of a dark's glow is in the views, in sensor coordinates: the decisive evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ampglow_plugin.diagnosis.load import Loaded
from ampglow_plugin.errors import InputError
from ampglow_plugin.glow.background import TileMap, background_map
from ampglow_plugin.glow.coefficient import Window, glow_share
from ampglow_plugin.glow.measure import SHORT_S
from ampglow_plugin.headers import read_frame
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.model.held import HeldRegion, Share
from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.proof.held import ExaminedDark, examined_dark

Array: TypeAlias = NDArray[Any]

#: no factor of a whole region is known better than this: flats and fitted shapes are not exact
LEAST_SIGMA: Final = 0.01
#: a dark of less than this share of the frames' exposure says little about their glow
SHORT_SHARE: Final = 0.2
_LEAST_PEDESTAL_ADU: Final = 20.0


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkGiven:
    """A dark with the glow that is in it; ``pedestal_adu`` is the level of raw frames, None where it was subtracted."""

    frame: Frame
    examined: ExaminedDark
    pedestal_adu: float | None

    @property
    def glow(self) -> Glow:
        """What was measured on it."""
        return self.examined.measured.glow

    def unfit(self, frames: Sequence[Frame]) -> str | None:
        """Why it says nothing about the glow of ``frames``; None where it does."""
        longest = max((f.exposure_s or 0.0 for f in frames), default=0.0)
        own = self.frame.exposure_s
        if own is not None and (own < SHORT_SHARE * longest or (own < SHORT_S and own < longest)):
            return f"the dark of {own:g} s is too short to show the glow of exposures of {longest:g} s"
        if self.frame.calibrated:
            return "the dark was calibrated itself: its glow may be gone"
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkShare:
    """One region of the dark's glow, and its share in all views together; ``views`` are those of each."""

    region: HeldRegion
    x: float
    y: float
    share: Share
    views: tuple[Share, ...]

    @property
    def left_adu(self) -> float:
        """Peak of it that is in the frames."""
        return self.share.value * self.region.peak_adu


def read_dark(path: str, frames: Sequence[Frame]) -> DarkGiven:
    """A dark, examined.

    Raises
    ------
    InputError
        Where it cannot be read or does not lie on the frames.
    """
    frame = read_frame(path)
    like = frames[0]
    if (frame.width, frame.height) != (like.width, like.height):
        raise InputError(
            f"has {frame.width} x {frame.height} pixels, the frames have {like.width} x {like.height}",
            where=path,
            fix="name a dark of the same camera, binning and subframe; frames must not be aligned or cropped",
        )
    if None not in (frame.row_order, like.row_order) and frame.row_order != like.row_order:
        raise InputError("stores its rows in the opposite order of the frames", where=path, fix="name another dark")
    examined = examined_dark([path], {path: frame})
    level = examined.measured.glow.background_adu
    return DarkGiven(frame=frame, examined=examined, pedestal_adu=level if level >= _LEAST_PEDESTAL_ADU else None)


def dark_shares(dark: DarkGiven, loaded: Sequence[Loaded]) -> tuple[DarkShare, ...]:
    """The brightest regions of the dark, each with its share in the views; those that cannot be measured are left out.

    The frames of a view are those that its map was made of.
    """
    regions = list(dark.examined.regions())
    found: list[list[Share]] = [[] for _ in regions]
    for view in loaded:
        data = [read_pixels(frame.path).data for frame in view.used]
        raw = not view.used[0].calibrated and (view.used[0].stack_count or 1) == 1
        pedestal = dark.pedestal_adu if raw else 0.0
        for shares, (_, window, light, beside) in zip(found, regions, strict=True):
            planes = len(data[0])
            shares.append(
                glow_share(
                    window,
                    light,
                    dark=_maps(window, np.repeat(dark.examined.pixels[None], planes, axis=0)),
                    lights=[_maps(window, frame) for frame in data],
                    beside=beside,
                    pedestal_adu=pedestal,
                )
            )
    result = []
    for shares, (region, _, _, _) in zip(found, regions, strict=True):
        usable = [Share(value=s.value, sigma=max(s.sigma, LEAST_SIGMA)) for s in shares if math.isfinite(s.sigma)]
        if usable:
            at = next(r for r in dark.glow.regions if (r.where, r.peak_adu) == (region.where, region.peak_adu))
            result.append(DarkShare(region=region, x=at.x, y=at.y, share=_mean(usable), views=tuple(usable)))
    return tuple(result)


def _maps(window: Window, data: Array) -> tuple[TileMap, ...]:
    if len(data) == 1:
        return window.maps(data[0])
    part = data[:, window.top : window.bottom, window.left : window.right]
    return background_map(list(part), spacing=1)


def _mean(shares: Sequence[Share]) -> Share:
    """Weighted mean; where views disagree by more than their errors, its error grows with that."""
    weights = np.array([1 / s.sigma**2 for s in shares])
    values = np.array([s.value for s in shares])
    mean = float(weights @ values / weights.sum())
    chi2 = float(weights @ (values - mean) ** 2) / max(len(shares) - 1, 1)
    sigma = float(weights.sum() ** -0.5) * math.sqrt(max(chi2, 1.0))
    return Share(value=mean, sigma=max(sigma, LEAST_SIGMA))
