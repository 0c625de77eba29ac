"""AG4xx: outputs and their proof."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.outputs import (
    background_lost,
    contradiction,
    dark_not_applied,
    dark_scaled,
    dark_twice,
    flat_skipped,
    glow_left,
    glow_unlike_sensor,
    gradient_for_dark,
    pedestal,
    unproved,
    wrong_conditions,
)

RULES: tuple[Rule, ...] = (
    dark_not_applied.RULE,
    dark_scaled.RULE,
    dark_twice.RULE,
    contradiction.RULE,
    unproved.RULE,
    wrong_conditions.RULE,
    flat_skipped.RULE,
    pedestal.RULE,
    background_lost.RULE,
    glow_left.RULE,
    glow_unlike_sensor.RULE,
    gradient_for_dark.RULE,
)
