"""AG2xx: darks and matches."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.matches import (
    bit_depth,
    camera,
    conversion_gain,
    dark_age,
    dark_unknown,
    exposure,
    few_darks,
    flat_darks,
    gain,
    geometry,
    holds_glow,
    master_as_recorded,
    no_dark,
    no_flat,
    offset,
    orientation,
    program,
    readout_mode,
    same_body,
    sensor_aged,
    temperature,
    unlike_sensor,
    updated_since,
    without_glow,
)

RULES: tuple[Rule, ...] = (
    exposure.RULE,
    temperature.RULE,
    gain.RULE,
    offset.RULE,
    readout_mode.RULE,
    conversion_gain.RULE,
    geometry.RULE,
    camera.RULE,
    no_dark.RULE,
    dark_unknown.RULE,
    dark_age.RULE,
    flat_darks.RULE,
    orientation.RULE,
    program.RULE,
    no_flat.RULE,
    holds_glow.RULE,
    without_glow.RULE,
    bit_depth.RULE,
    updated_since.RULE,
    few_darks.RULE,
    master_as_recorded.RULE,
    unlike_sensor.RULE,
    same_body.RULE,
)
#: about an old dark and a new one, not about matches; the pre-flight uses them for the age of a dark
COMPARED_RULES: tuple[Rule, ...] = (sensor_aged.RULE,)
