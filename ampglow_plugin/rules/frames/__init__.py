"""AG1xx: what is wrong with the frames themselves."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.frames import (
    device_subtracted,
    exposure_conflict,
    image_type,
    light_calibrated,
    light_debayered,
    light_stacked,
    missing_metadata,
    mixed_settings,
    not_settled,
    sensor_drift,
    sensor_glow,
    uncooled,
    unused_file,
)

RULES: tuple[Rule, ...] = (
    unused_file.RULE,
    image_type.RULE,
    light_calibrated.RULE,
    light_stacked.RULE,
    light_debayered.RULE,
    uncooled.RULE,
    not_settled.RULE,
    sensor_drift.RULE,
    missing_metadata.RULE,
    mixed_settings.RULE,
    device_subtracted.RULE,
    sensor_glow.RULE,
    exposure_conflict.RULE,
)
