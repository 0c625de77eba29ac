"""What a library of calibration frames holds, and what is to be shot for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ampglow_plugin.model.frame import ConversionGain
from ampglow_plugin.model.match import Role

AgeClass = Literal["fresh", "noted", "old", "very old", "unknown"]
Why = Literal["missing", "old", "few", "unknown settings"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LibraryCell:
    """Frames of one kind and equal settings. Copies of a frame count once.

    ``singles`` and ``masters`` are numbers of files. ``temperature_c`` is the median of the measured ones by set,
    in whole degrees, and stands where there is no set point. ``newest`` and ``oldest`` are nights (ISO dates);
    ``age_days`` is that of the newest.
    """

    kind: Role
    camera: str | None
    camera_serial: str | None
    width: int | None
    height: int | None
    xbinning: int | None
    ybinning: int | None
    exposure_s: float | None
    setpoint_c: float | None
    temperature_c: float | None
    gain: float | None
    offset: float | None
    readout_mode: str | None
    conversion_gain: ConversionGain | None
    singles: int
    masters: int
    newest: str | None
    oldest: str | None
    age_days: float | None
    age: AgeClass


@dataclass(frozen=True, kw_only=True, slots=True)
class ToShoot:
    """Frames to take: ``count`` more of these settings, since those at hand are missing, old, few, or silent.

    ``groups`` of ``frames`` (lights or flats) wait for them. ``seconds`` is the time of the exposures and their
    download; cooling the camera comes on top, once a temperature.
    """

    role: Role
    why: Why
    count: int
    at_hand: int
    camera: str | None
    camera_serial: str | None
    xbinning: int | None
    ybinning: int | None
    exposure_s: float | None
    setpoint_c: float | None
    temperature_c: float | None
    gain: float | None
    offset: float | None
    readout_mode: str | None
    conversion_gain: ConversionGain | None
    groups: int
    frames: int
    seconds: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SequenceFile:
    """A shooting list written for a capture program: ``jobs`` of ``frames`` in all; ``not_held`` is not in it."""

    path: str
    program: str
    jobs: int
    frames: int
    not_held: tuple[str, ...]
