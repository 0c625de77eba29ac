"""What follows from several fields and the sensor table: sensor and conversion gain, marked as such."""

from __future__ import annotations

import re

from ampglow_plugin.headers.fields import Reading
from ampglow_plugin.headers.values import whole
from ampglow_plugin.knowledge.sensors import VERIFIED, GainStep, Sensor, sensor_by_geometry, sensor_of
from ampglow_plugin.model.frame import ConversionGain

#: words of a readout mode -> the conversion gain they name
MODE_WORDS: tuple[tuple[str, ConversionGain], ...] = (
    (r"\bHDR\b|high dynamic range", "HDR"),
    (r"\bHCG\b|high conversion gain", "HCG"),
    (r"\bLCG\b|low conversion gain", "LCG"),
)
#: programs whose e-/ADU is not the driver's: typed into a profile, or measured by themselves
OWN_ELECTRONS = r"sequence generator|\bSGP|sharpcap"


def infer(reading: Reading, *, recover: bool = True) -> None:
    """Add sensor and conversion gain; ``recover`` allows a sensor by frame size and pixel pitch alone."""
    sensor = sensor_of(reading.get("camera"))
    if sensor is not None:
        reading.set("sensor", sensor.id, "sensor table", "inferred")
    elif recover:
        by_size = _by_geometry(reading)
        reading.set("sensor", by_size.id if by_size else None, "frame size and pixel pitch", "recovered")
    _conversion_gain(reading, sensor)


def _by_geometry(reading: Reading) -> Sensor | None:
    """A full frame whose size and pitch fit one sensor only; the camera text, where it names a model, decides alone."""
    width, height, pitch = reading.get("width"), reading.get("height"), reading.get("pixel_um")
    binning = reading.get("xbinning") or 1
    if width is None or height is None or pitch is None:
        return None
    return sensor_by_geometry(width * binning, height * binning, pitch / binning)


def _conversion_gain(reading: Reading, sensor: Sensor | None) -> None:
    mode = reading.get("readout_mode")
    if mode is not None:
        for pattern, named in MODE_WORDS:
            if re.search(pattern, mode, re.IGNORECASE):
                reading.set("conversion_gain", named, reading.sources["readout_mode"].keyword)
                return
    step = sensor.gain_step if sensor else None
    if step is None:
        return
    gain, basis = reading.get("gain"), "gain"
    if gain is None:
        gain, basis = _gain_by_electrons(reading, step), "e-/ADU"
    if gain is None:
        return
    if step.binning is not None and reading.get("xbinning") != step.binning:
        return
    state = _side(step, gain, mode)
    known = step.verified and (basis == "gain" or step.e_per_adu_evidence in VERIFIED)
    reading.set("conversion_gain", state, f"{basis} and sensor table{'' if known else ' (unverified)'}", "inferred")


def _gain_by_electrons(reading: Reading, step: GainStep) -> float | None:
    """The gain that the driver's e-/ADU stands for, which masters often keep alone."""
    electrons = reading.get("egain_e_per_adu")
    if electrons is None or re.search(OWN_ELECTRONS, reading.get("software") or "", re.IGNORECASE):
        return None
    return step.gain_of(electrons)


def _side(step: GainStep, gain: float, mode: str | None) -> ConversionGain | None:
    """The side of the step a gain is on; None where the table cannot tell."""
    threshold = step.from_gain
    if step.by == "mode":
        threshold = next((m.from_gain for m in step.modes if mode and _is_mode(mode, m.number, m.name)), None)
    elif step.by != "gain":
        return None
    if threshold is None:
        return None
    bounds = (threshold, step.before if step.before is not None else threshold)
    if min(bounds) <= gain < max(bounds):
        return None  # a driver update moved the threshold across this gain
    return "HCG" if gain >= max(bounds) else "LCG"


def _is_mode(text: str, number: int | None, name: str | None) -> bool:
    if name is not None and text.strip().lower() == name.lower():
        return True
    return number is not None and whole(text) == number
