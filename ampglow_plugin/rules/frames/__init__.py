"""AG1xx: what is wrong with the frames themselves."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.frames import (
    image_type,
    light_calibrated,
    light_debayered,
    light_stacked,
    not_settled,
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
)
