"""What a user may settle once: limits, library folders, programs, and findings to be set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """Limits of one field in its own unit (see the table of tolerances); what is not given stays as it is."""

    exact: float | None = None
    exact_percent: float | None = None
    tolerated: float | None = None
    tolerated_percent: float | None = None
    strong: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TemperatureLimits:
    """Degrees between measured temperatures of a cooled or an uncooled camera."""

    cooled: Bounds | None = None
    uncooled: Bounds | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SetpointLimits:
    """Degrees between a sensor and its set point."""

    settled: Bounds | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """Limits that may be changed. ``age_d``: days of age for a note, a warning, and a strong warning."""

    exposure_s: Bounds | None = None
    temperature_c: TemperatureLimits | None = None
    setpoint_c: SetpointLimits | None = None
    age_d: tuple[float, float, float] | None = None

    def by_row(self) -> dict[tuple[str, str], Bounds]:
        """Those given, by (field, scope) of the table of tolerances."""
        degrees, setpoint = self.temperature_c or TemperatureLimits(), self.setpoint_c or SetpointLimits()
        rows = {
            ("exposure_s", "all"): self.exposure_s,
            ("temperature_c", "cooled"): degrees.cooled,
            ("temperature_c", "uncooled"): degrees.uncooled,
            ("setpoint_c", "settled"): setpoint.settled,
        }
        return {row: bounds for row, bounds in rows.items() if bounds is not None}


@dataclass(frozen=True, kw_only=True, slots=True)
class Ignore:
    """Findings of ``rule`` are set aside, with the reason; ``where`` is a pattern of files or a group (None: all)."""

    rule: str
    reason: str
    where: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfigFile:
    """The document ``ampglow.yaml``. ``library`` folders are meant from the folder of the file.

    ``hosts`` holds the program of Siril, and the version of PixInsight to write for.
    """

    limits: Limits = field(default_factory=Limits)
    library: tuple[str, ...] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[Ignore, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """What holds, from one file or several; later ones have the word. ``origins`` maps each setting to its file."""

    limits: Mapping[tuple[str, str], Bounds] = field(default_factory=dict)
    age_d: tuple[float, float, float] | None = None
    library: tuple[str, ...] = ()
    hosts: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[Ignore, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)
