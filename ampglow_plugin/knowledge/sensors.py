"""The sensor table (``sensors.yaml``) as values: which sensor a camera has, its glow and its gain step."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.codec import from_dict

Severity = Literal["none", "residual", "moderate", "severe"]
VERIFIED = ("H", "S", "D", "L")  # evidence that needs no warning when it is used
#: glow (ADU after so many seconds) that sensors known for little or none do not reach; source: published amplitudes
#: are 50 to 200 ADU in the hot corner after 180 s for older sensors, a few ADU for these, and glow grows with time
UNLIKELY_ADU = 50.0
UNLIKELY_AFTER_S = 180.0
PITCH_TOLERANCE = 0.02  # relative; headers round pixel pitches to two digits (3.76 for 3.76, 2.9 for 2.90)


#: of cameras that count gain in steps of 0.1 dB
HIGHEST_GAIN = 600
#: by which a gain from e-/ADU may miss a whole number: headers round to three digits and more
GAIN_ROUNDING = 0.1
_LITTLE = ("none", "residual")


@dataclass(frozen=True, kw_only=True, slots=True)
class GainMode:
    """A readout mode with a gain step of its own, known by number or name."""

    from_gain: float | None
    evidence: str
    number: int | None = None
    name: str | None = None
    name_evidence: str | None = None
    between: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GainStep:
    """When cameras of one maker switch to high conversion gain.

    ``by``: ``gain`` (from ``from_gain`` on), ``mode`` (see ``modes``), ``user`` (a setting beside the
    gain) or ``none`` (one conversion gain only). Where ``before`` is set, a driver update moved the
    threshold, and gains between the two are on a side nobody can tell (``changed_after``: not before
    this day). ``binning``: only there. ``e_per_adu_at_0`` is what the driver reports as e-/ADU at gain 0, per unit
    of the converter; it falls by a factor of 10 every 200 of gain (steps of 0.1 dB), across the step as well.
    """

    by: Literal["gain", "mode", "user", "none"]
    evidence: str
    from_gain: float | None = None
    before: float | None = None
    changed: str | None = None
    changed_after: str | None = None
    binning: int | None = None
    modes: tuple[GainMode, ...] = ()
    e_per_adu_at_0: float | None = None
    e_per_adu_evidence: str | None = None
    unity_gain: float | None = None
    unity_evidence: str | None = None
    read_noise_e: str | None = None
    note: str | None = None

    @property
    def verified(self) -> bool:
        """False where what follows from this step must be called unverified."""
        return self.evidence in VERIFIED

    def gain_of(self, e_per_adu: float) -> float | None:
        """The gain at which the driver reports ``e_per_adu``; None where it never does, or whatever the gain is.

        Gains are whole numbers. The value of gain 0 is what some programs write at any gain.
        """
        if self.e_per_adu_at_0 is None or e_per_adu <= 0:
            return None
        exact = 200 * math.log10(self.e_per_adu_at_0 / e_per_adu)
        gain = round(exact)
        return float(gain) if 0 < gain <= HIGHEST_GAIN and abs(exact - gain) <= GAIN_ROUNDING else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sensor:
    """One sensor, as one camera has it.

    ``severity`` is the class of its amp glow (``severity_upper`` closes a range; None is not known),
    ``glow_place`` where it sits. ``hcg`` maps makers to gain steps. ``maker`` and ``cooled`` are those
    of the camera looked up; ``cooled`` is None where the model comes in both kinds. Sizes in pixels,
    pitch in micrometres, both unbinned; None is not known.
    """

    id: str
    made_by: str
    kind: Literal["cmos", "ccd"]
    width: int | None
    height: int | None
    pixel_um: float | None
    adc_bits: int | None
    geometry_evidence: str
    other_sizes: tuple[tuple[int, int], ...]
    severity: Severity | None
    severity_upper: Severity | None
    glow_evidence: str
    glow_place: str | None
    glow_place_evidence: str | None
    glow_note: str | None
    hcg: Mapping[str, GainStep]
    bias_recommended: bool
    quirks: tuple[str, ...]
    maker: str | None = None
    cooled: bool | None = None
    camera_evidence: str | None = None

    @property
    def glow_verified(self) -> bool:
        """False where a message that uses the glow class must call it unverified."""
        return self.glow_evidence in VERIFIED

    @property
    def little_glow(self) -> bool:
        """Whether the sensor is known for little glow, or none: at both ends of the range where one is given."""
        return self.severity in _LITTLE and (self.severity_upper or self.severity) in _LITTLE

    @property
    def gain_step(self) -> GainStep | None:
        """The step of this camera's maker, or None where it is not known."""
        return self.hcg.get(self.maker or "")

    def has_size(self, width: int, height: int) -> bool:
        """Whether a full frame of this sensor may be ``width`` x ``height`` unbinned pixels."""
        return (width, height) in ((self.width, self.height), *self.other_sizes)


@dataclass(frozen=True, slots=True)
class _Camera:
    pattern: re.Pattern[str]
    cooled_if: re.Pattern[str] | None
    sensor: Sensor


@functools.cache
def sensors() -> tuple[Sensor, ...]:
    """All sensors, without a camera."""
    return tuple(_sensor(row) for row in table("sensors.yaml")["sensors"])


@functools.cache
def _cameras() -> tuple[_Camera, ...]:
    return tuple(_camera_rows())


def _camera_rows() -> Iterator[_Camera]:
    for sensor, row in zip(sensors(), table("sensors.yaml")["sensors"], strict=True):
        for camera in row["cameras"]:
            cooled_if = camera.get("cooled_if")
            yield _Camera(
                re.compile(camera["match"], re.IGNORECASE),
                re.compile(rf"\b({cooled_if})\b", re.IGNORECASE) if cooled_if else None,
                replace(sensor, maker=camera["maker"], cooled=camera["cooled"], camera_evidence=camera["evidence"]),
            )


@functools.cache
def sensor_of(camera: str | None) -> Sensor | None:
    """The sensor of a camera text as headers have it; None for driver names and models not in the table."""
    if not camera:
        return None
    for row in _cameras():
        if row.pattern.search(camera):
            if row.cooled_if is None:
                return row.sensor
            return replace(row.sensor, cooled=row.cooled_if.search(camera) is not None)
    return None


def unlikely_glow_adu(exposure_s: float) -> float:
    """The glow (ADU) after ``exposure_s`` that a sensor known for little or none does not reach."""
    return UNLIKELY_ADU * max(1.0, exposure_s / UNLIKELY_AFTER_S)


def sensor_by_geometry(width: int, height: int, pixel_um: float) -> Sensor | None:
    """The only sensor with this full frame (unbinned pixels) and pixel pitch; None where several or none fit."""
    fits = [s for s in sensors() if s.has_size(width, height) and _same_pitch(s.pixel_um, pixel_um)]
    return fits[0] if len(fits) == 1 else None


def _same_pitch(known: float | None, pixel_um: float) -> bool:
    return known is not None and abs(known - pixel_um) <= PITCH_TOLERANCE * known


def _sensor(row: Mapping[str, Any]) -> Sensor:
    geometry, glow = row["geometry"], row["glow"]
    where = f"sensors.yaml: {row['id']}"
    return Sensor(
        id=row["id"],
        made_by=row["made_by"],
        kind=row["kind"],
        width=geometry["width"],
        height=geometry["height"],
        pixel_um=geometry["pixel_um"],
        adc_bits=geometry["adc_bits"],
        geometry_evidence=geometry["evidence"],
        other_sizes=tuple((w, h) for w, h in row.get("other_sizes", ())),
        severity=glow["severity"],
        severity_upper=glow.get("up_to"),
        glow_evidence=glow["evidence"],
        glow_place=glow.get("place"),
        glow_place_evidence=glow.get("place_evidence"),
        glow_note=glow.get("note"),
        hcg={maker: from_dict(GainStep, step, where=where) for maker, step in row["gain_steps"].items()},
        bias_recommended=row["bias_recommended"],
        quirks=tuple(quirk["what"] for quirk in row.get("quirks", ())),
    )
