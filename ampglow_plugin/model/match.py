"""Lights against calibration frames: which set belongs to which group, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ampglow_plugin.model.finding import Scalar

Role = Literal["dark", "flatdark", "flat", "bias"]
Status = Literal["exact", "tolerated", "unknown", "none"]
FieldOutcome = Literal["equal", "tolerated", "different", "unknown", "not_recorded", "not_applicable"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Deviation:
    """A field that differs and is tolerated: both values, the limit of equality and its unit."""

    field: str
    light: Scalar
    dark: Scalar
    limit: float | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rejection:
    """One field in which one calibration set differs too much. ``dark`` is the newest file of the set."""

    dark: str
    field: str
    light: Scalar
    dark_value: Scalar
    limit: float | None = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """The calibration set chosen for one group of frames in one role, or why there is none.

    ``group`` holds the settings that all ``lights`` share (keys of the frame record). ``dark`` is
    the master, or the newest file of the set, or None; ``darks`` are all files of the set. For
    the role ``flatdark`` (and ``bias`` of flats) the group is one of flats. ``age_days`` is
    |night of the group - newest frame of the set|. ``rejected_total`` counts rejected sets,
    ``rejections`` lists the nearest. ``outcomes`` are those of the chosen set, or of the nearest
    rejected one where the status is ``none``.
    """

    id: str
    role: Role
    group: Mapping[str, Scalar]
    lights: tuple[str, ...]
    dark: str | None
    darks: tuple[str, ...]
    status: Status
    age_days: float | None = None
    deviations: tuple[Deviation, ...] = ()
    unknown: tuple[str, ...] = ()
    not_recorded: tuple[str, ...] = ()
    outcomes: Mapping[str, FieldOutcome] | None = None
    rejections: tuple[Rejection, ...] = ()
    rejected_total: int = 0
