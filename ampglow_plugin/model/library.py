"""What a library of calibration frames holds, and what is to be shot for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ampglow_plugin.model.finding import Scalar
from ampglow_plugin.model.frame import ConversionGain
from ampglow_plugin.model.match import Role
from ampglow_plugin.model.plan import Step

AgeClass = Literal["fresh", "noted", "old", "very old", "unknown"]
Why = Literal["missing", "old", "few", "unknown settings"]
MasterState = Literal["to build", "up to date", "built", "failed", "left out"]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class LeftOut:
    """A single frame that goes into no master, and why. ``measured`` and ``limit`` are in ``unit``.

    ``rule`` is the one that spoke against it, where one did.
    """

    path: str
    reason: str
    rule: str | None = None
    measured: Scalar = None
    limit: Scalar = None
    unit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class InputMark:
    """One frame that a master was made from: what its file was (SHA-256), and its name."""

    sha256: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Provenance:
    """What the header of a master says of how it was made.

    ``key`` is the same for the same kind, inputs and steps: a master of that key need not be built again. ``recipe``
    are the steps in words. Temperatures are lowest, median and highest of the inputs (degrees C); None where one of
    them is silent.
    ``seconds`` is the time that the engine took.
    """

    key: str
    kind: Role
    inputs: tuple[InputMark, ...]
    recipe: tuple[str, ...]
    temperatures_c: tuple[float, float, float] | None
    tool: str
    engine: str
    seconds: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LibraryMaster:
    """One master of a build: to build, built, up to date, failed, or left out; ``why`` tells the last two, and changes.

    ``path`` is where it is or will be, None where it is left out. ``settings`` are those that all ``frames`` share,
    temperatures (degrees C) those measured in them. ``seconds`` is the time it took, or an estimate while it is to be
    built. ``replaces`` are masters of ours that it makes superfluous, ``removed`` those of them that are gone now.
    """

    kind: Role
    state: MasterState
    path: str | None = None
    why: str | None = None
    frames: tuple[str, ...] = ()
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    temperature_min_c: float | None = None
    temperature_median_c: float | None = None
    temperature_max_c: float | None = None
    steps: tuple[Step, ...] = ()
    engine: str | None = None
    seconds: float | None = None
    replaces: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """A copy of ``path`` with settings that its header lacks, or the reason why there is none.

    ``fields`` are those that were recovered, with their values, and ``sources`` where each came from. ``missing`` are
    settings that decide a match and that nobody knows still. ``output`` is the copy; None where ``refused`` says why.
    """

    path: str
    output: str | None = None
    fields: Mapping[str, Scalar] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    refused: str | None = None
