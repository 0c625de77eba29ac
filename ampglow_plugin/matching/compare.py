"""Field by field: what one side says against the other.

The outcome of a field is ``equal``, ``tolerated`` (usable, with a warning), ``different``,
``unknown`` (one side silent), ``not_recorded`` (both silent) or ``not_applicable``. A silence is
never a match and never a mismatch. Limits are rows of ``knowledge/tolerances.yaml``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ampglow_plugin.knowledge.keywords import keywords
from ampglow_plugin.knowledge.tolerances import Beyond, limit
from ampglow_plugin.matching.facts import Basis, Body, Settings
from ampglow_plugin.model.match import FieldOutcome, Role

Outcomes = Mapping[str, FieldOutcome]

#: fields judged for each role beside camera, exposure and temperature
_PIXELS = ("width", "height", "planes", "roi_x", "roi_y", "xbinning", "ybinning")
_LEVEL = ("gain", "conversion_gain", "offset", "readout_mode")
_ROWS = ("row_order", "bayer_pattern")
JUDGED: Mapping[Role, tuple[str, ...]] = MappingProxyType(
    {
        "dark": (*_PIXELS, *_LEVEL, "bits", *_ROWS, "software", "calibrated", "stack_count"),
        "flatdark": (*_PIXELS, *_LEVEL, "bits", *_ROWS, "software", "calibrated", "stack_count"),
        "bias": (*_PIXELS, *_LEVEL, "bits", *_ROWS, "software", "calibrated", "stack_count"),
        "flat": (*_PIXELS, "gain", *_ROWS, "filter", "focal_length_mm"),
    }
)
#: roles in which exposure and temperature decide
TIMED: frozenset[Role] = frozenset({"dark", "flatdark"})


def differs(outcomes: Outcomes) -> tuple[str, ...]:
    """The fields that differ too much."""
    return tuple(name for name, outcome in outcomes.items() if outcome == "different")


# The same few bodies and settings meet over and over in a large library: compared once.
@functools.lru_cache(maxsize=65536)
def compare_body(light: Body, dark: Body) -> Outcomes:
    """``camera``, ``camera_serial`` and, where a camera has no name, ``pixel_um``."""
    camera = _either(light.model, dark.model)
    outcomes: dict[str, FieldOutcome] = {"camera": camera}
    # one body has an id of its driver in one program and its serial in another; only two serials can differ
    outcomes["camera_serial"] = _either(light.serial, dark.serial)
    if camera in ("equal", "different"):
        outcomes["pixel_um"] = "not_applicable"
    else:
        outcomes["pixel_um"] = _near("pixel_um", light.pixel_um, dark.pixel_um, scope="generic camera")
    return outcomes


@functools.lru_cache(maxsize=65536)
def compare_settings(light: Settings, dark: Settings, role: Role, kind: str | None) -> Outcomes:
    """The fields of :data:`JUDGED` for ``role``. ``kind`` is the kind of the lights' sensor (cmos, ccd, None)."""
    return {name: _settings_field(name, light, dark, role, kind) for name in JUDGED[role]}


def _settings_field(name: str, light: Settings, dark: Settings, role: Role, kind: str | None) -> FieldOutcome:
    one, other = getattr(light, name), getattr(dark, name)
    match name:
        case "planes":
            return "different" if max(one or 1, other or 1) > 1 else _either(one, other)
        case "gain" | "offset":
            if kind == "ccd" and (one is None or other is None):
                return "not_applicable"
            return _either(one, other, beyond="tolerated" if role == "flat" else "different")
        case "bits" | "software":
            if dark.master:
                return "not_applicable"
            return _either(one, other, beyond="tolerated")
        case "readout_mode":
            return _worst(_either(one, other), _options(light, dark))
        case "row_order" | "bayer_pattern":
            return _either(one, other, beyond="tolerated")
        case "focal_length_mm":
            return _near(name, one, other, scope="flat")
        case "calibrated":
            if light.calibrated or dark.dark_subtracted:
                return "different"
            return "unknown" if light.calibrated is None else "equal"
        case "stack_count":
            return "different" if light.master or (light.stack_count or 1) > 1 else "equal"
        case _:
            return _either(one, other)


def _either(one: Any, other: Any, *, beyond: Beyond = "different") -> FieldOutcome:
    if one is None or other is None:
        return "not_recorded" if one is other else "unknown"
    return "equal" if one == other else beyond


def _options(light: Settings, dark: Settings) -> FieldOutcome:
    """Switches of the driver beside the readout mode: the factory setting equals silence."""
    ours, theirs = dict(light.readout_options), dict(dark.readout_options)
    outcome: FieldOutcome = "not_recorded"
    for key in {*ours, *theirs}:
        one, other = ours.get(key), theirs.get(key)
        if one == other:
            found: FieldOutcome = "equal"
        elif one is not None and other is not None:
            found = "different"
        else:
            found = "not_recorded" if (one or other) == _factory_settings()[key] else "unknown"
        outcome = _worst(outcome, found)
    return outcome


@functools.cache
def _factory_settings() -> Mapping[str, str]:
    return {row.key: row.factory for row in keywords().readout_options}


def _worst(one: FieldOutcome, other: FieldOutcome) -> FieldOutcome:
    return min(one, other, key=("different", "unknown", "tolerated", "equal", "not_recorded", "not_applicable").index)


def _near(name: str, one: float | None, other: float | None, *, scope: str) -> FieldOutcome:
    if one is None or other is None:
        return "not_recorded" if one is other else "unknown"
    row = limit(name, scope)
    return "equal" if abs(one - other) <= row.equal_within(one) else row.beyond


def compare_exposure(light: float | None, dark: float | None) -> FieldOutcome:
    """Exposures in seconds: equal within max(0.05 s, 0.1 %), tolerated within max(0.05 s, 0.5 %) of the light's."""
    if light is None or dark is None:
        return "not_recorded" if light is dark else "unknown"
    row = limit("exposure_s")
    difference = round(abs(light - dark), 6)
    if difference <= row.equal_within(light):
        return "equal"
    return "tolerated" if difference <= row.tolerated_within(light) else row.beyond


def temperature_scope(light: bool | None, dark: bool | None) -> str:
    """``uncooled`` where one side is known to be and neither shows a cooler; else the stricter ``cooled``."""
    return "uncooled" if False in (light, dark) and True not in (light, dark) else "cooled"


def compare_temperature(
    light: float | None, light_basis: Basis | None, dark: float | None, dark_basis: Basis | None, scope: str
) -> FieldOutcome:
    """Temperatures in degC, each measured or, where nothing was measured, the set point.

    Two measurements are equal or tolerated by the limits of ``scope``. A set point against a
    measurement is tolerated at best, and two set points must be equal and are tolerated: a set
    point is where the sensor should have been.
    """
    if light is None or dark is None:
        return "not_recorded" if light is dark else "unknown"
    difference = round(abs(light - dark), 6)
    if light_basis == dark_basis == "setpoint":
        row = limit("setpoint_c", "alone")
        return "tolerated" if difference <= row.exact else row.beyond
    row = limit("temperature_c", scope)
    if difference <= row.exact and light_basis == dark_basis:
        return "equal"
    return "tolerated" if difference <= row.tolerated_within(light) else row.beyond


#: fields whose silence makes a match unknown, whichever side is silent
_VITAL = ("exposure_s", "temperature_c")


def vital_unknown(outcomes: Outcomes, kind: str | None) -> tuple[str, ...]:
    """The fields that must be compared and cannot be.

    Exposure and temperature always; gain where the camera has one (one side records it, or the
    sensor is a known CMOS); the readout mode where one side names it and the other is silent.
    """
    missing = [name for name in _VITAL if outcomes.get(name) in ("unknown", "not_recorded")]
    gain = outcomes.get("gain")
    if gain == "unknown" or (gain == "not_recorded" and kind == "cmos"):
        missing.append("gain")
    if outcomes.get("readout_mode") == "unknown":
        missing.append("readout_mode")
    return tuple(missing)
