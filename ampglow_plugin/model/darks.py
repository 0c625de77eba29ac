"""Single darks that are to become one master: what was measured on each, and which are better left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ampglow_plugin.model.finding import Finding, Scalar

#: why a dark is left out, in the order in which the reasons are told
Reason = Literal[
    "unreadable", "empty", "saturated", "duplicate", "temperature", "level", "noise", "light_leak", "wrong_glow"
]


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkMeasure:
    """One single dark on its own and against the others of its set; None where it could not be measured.

    ``level_adu`` is the clipped mean of the frame, ``noise_adu`` the spread of one pixel: from frame to frame, in sets
    of fewer than three from pixel to pixel. ``saturated_share`` are pixels at the top of the scale, ``empty_share``
    rows in which all pixels are equal or no numbers. ``hot_ratio`` is the height of its hot pixels and ``glow_ratio``
    the strength of its glow, both in units of the set's median frame, with their standard deviations. ``unlike_adu`` is
    the range of the smooth difference to the median frame, its glow and level set aside, and without what whole rows
    share, whose range is ``bands_adu``. ``twin`` is an earlier frame with the same noise in it, so the same exposure.
    ``usable``: it was read, and is neither empty nor saturated; the others do not count for the median frame. ``why``
    says why nothing could be measured.
    """

    path: str
    date_obs: str | None = None
    temperature_c: float | None = None
    setpoint_c: float | None = None
    level_adu: float | None = None
    noise_adu: float | None = None
    saturated_share: float | None = None
    empty_share: float | None = None
    hot_ratio: float | None = None
    hot_sigma: float | None = None
    glow_ratio: float | None = None
    glow_sigma: float | None = None
    unlike_adu: float | None = None
    bands_adu: float | None = None
    twin: str | None = None
    usable: bool = False
    why: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkSetMeasure:
    """The darks of one set by time. ``glow_adu`` is the peak of the glow of the median frame, None where none is clear.

    ``hot_pixels`` is the number of those that were compared; ``cooled`` as the headers or the sensor table say.
    """

    frames: tuple[DarkMeasure, ...]
    glow_adu: float | None = None
    hot_pixels: int = 0
    cooled: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reject:
    """One dark to be left out, for one reason; ``source`` says where the limit comes from."""

    path: str
    reason: Reason
    rule: str
    message: str
    measured: Scalar
    limit: Scalar
    unit: str | None
    source: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkSet:
    """What was found out about one set of single darks.

    ``group`` holds the settings of the set (keys of the frame record), ``paths`` all frames by time, ``rejects`` those
    to be left out (a frame may be told for several reasons). ``findings`` are all of the rules', and hold what is
    wrong with the set as a whole.
    """

    group: Mapping[str, Scalar]
    paths: tuple[str, ...]
    measured: DarkSetMeasure
    findings: tuple[Finding, ...]
    rejects: tuple[Reject, ...]

    @property
    def kept(self) -> tuple[str, ...]:
        """The frames to integrate, by time."""
        out = {reject.path for reject in self.rejects}
        return tuple(path for path in self.paths if path not in out)

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """What is wrong with the set as a whole, of which no single frame can be blamed."""
        return tuple(f for f in self.findings if f.outcome == "failed" and f.where.path is None)
