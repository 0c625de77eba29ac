"""What of a frame decides a match, in comparable form: one :class:`Facts` a frame.

``body`` and ``settings`` are hashable; frames that are equal in both differ at most in exposure,
temperature, and what they show.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from ampglow_plugin.knowledge.sensors import Sensor, sensor_of, sensors
from ampglow_plugin.matching import camera as texts
from ampglow_plugin.model.frame import Frame

#: where a temperature comes from: a measurement, or the set point where there is none
Basis = Literal["measured", "setpoint"]


class Body(NamedTuple):
    """Which camera took the frame. ``model`` is None for silence and generic driver names."""

    model: str | None
    serial: str | None
    pixel_um: float | None
    kind: str | None  # cmos, ccd, or None where the sensor is not known


class Settings(NamedTuple):
    """How the camera was set and what the samples are; each None where the header is silent."""

    width: int | None
    height: int | None
    planes: int | None
    roi_x: int | None
    roi_y: int | None
    xbinning: int | None
    ybinning: int | None
    gain: float | None
    conversion_gain: str | None
    offset: float | None
    readout_mode: str | None
    readout_options: tuple[tuple[str, str], ...]
    bits: int | None
    row_order: str | None
    bayer_pattern: str | None
    software: str | None
    filter: str | None
    focal_length_mm: float | None
    calibrated: bool | None
    dark_subtracted: bool
    stack_count: int | None
    master: bool
    cooled: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """A frame with what decides its match. ``temperature_c`` is measured or, if ``basis`` says so, a set point."""

    frame: Frame
    body: Body
    settings: Settings
    exposure_s: float | None
    temperature_c: float | None
    basis: Basis | None
    night: date | None
    time: datetime | None


def facts(frame: Frame) -> Facts:
    """The comparable facts of ``frame``."""
    sensor = _sensor(frame.camera)
    body = Body(
        model=_model(frame),
        serial=texts.serial(frame.camera_serial),
        pixel_um=_number(frame.pixel_um, digits=4),
        kind=sensor.kind if sensor else _kind_by_id(frame.sensor),
    )
    measured, setpoint = _number(frame.temperature_c), _number(frame.setpoint_c)
    return Facts(
        frame=frame,
        body=body,
        settings=_settings(frame, sensor),
        exposure_s=_number(frame.exposure_s),
        temperature_c=measured if measured is not None else setpoint,
        basis="measured" if measured is not None else "setpoint" if setpoint is not None else None,
        night=night_of(frame),
        time=_time(frame),
    )


def _settings(frame: Frame, sensor: Sensor | None) -> Settings:
    status = frame.calibration_status or ""
    return Settings(
        width=frame.width,
        height=frame.height,
        planes=frame.planes,
        roi_x=frame.roi_x,
        roi_y=frame.roi_y,
        xbinning=frame.xbinning,
        ybinning=frame.ybinning,
        gain=_number(frame.gain),
        conversion_gain=frame.conversion_gain,
        offset=_number(frame.offset),
        readout_mode=texts.readout(frame.readout_mode),
        readout_options=tuple(sorted((key, text.lower()) for key, text in (frame.readout_options or {}).items())),
        bits=frame.bits,
        row_order=frame.row_order,
        bayer_pattern=frame.bayer_pattern.upper() if frame.bayer_pattern else None,
        software=texts.program(frame.software),
        filter=frame.filter.strip().lower() if frame.filter else None,
        focal_length_mm=_number(frame.focal_length_mm, digits=1),
        calibrated=frame.calibrated,
        dark_subtracted="D" in status or "F" in status,
        stack_count=frame.stack_count,
        master=frame.master,
        cooled=is_cooled(frame, sensor),
    )


def readout_text(frame: Frame) -> str | None:
    """The readout mode with the switches beside it, for people: ``0, LOWNOISE ON``."""
    switches = [f"{key} {text}" for key, text in (frame.readout_options or {}).items()]
    return ", ".join([*([frame.readout_mode] if frame.readout_mode else []), *switches]) or None


def _model(frame: Frame) -> str | None:
    """The model a card names; file names hold short forms (2600MC), which prove nothing."""
    source = frame.sources.get("camera")
    return None if source is not None and source.how == "recovered" else texts.model(frame.camera)


def is_cooled(frame: Frame, sensor: Sensor | None) -> bool | None:
    """True with a set point or cooler power in the header; else what the sensor table says of this camera."""
    if frame.setpoint_c is not None or frame.cooler_power_pct is not None:
        return True
    return sensor.cooled if sensor else None


def night_of(frame: Frame) -> date | None:
    """The night of the frame, or the UTC date it was taken on."""
    text = frame.night or frame.date_obs
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None


def _time(frame: Frame) -> datetime | None:
    try:
        return datetime.fromisoformat(frame.date_obs).replace(tzinfo=UTC) if frame.date_obs else None
    except ValueError:
        return None


@functools.lru_cache(maxsize=256)
def _kind_by_id(sensor: str | None) -> str | None:
    """The kind of a sensor that was told by frame size and pixel pitch, where a driver names no model."""
    return next((row.kind for row in sensors() if row.id == sensor), None)


@functools.lru_cache(maxsize=4096)
def _sensor(text: str | None) -> Sensor | None:
    return sensor_of(text)


def _number(value: float | None, *, digits: int = 6) -> float | None:
    """Rounded, so that values that went through single precision compare equal; 30 and 30.0 are one."""
    return None if value is None else round(float(value), digits)
