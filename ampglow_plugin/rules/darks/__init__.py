"""AG120 and following: single darks before they are combined."""

from __future__ import annotations

from ampglow_plugin.model.darks import Reason
from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.darks import (
    duplicate,
    empty,
    level,
    light_leak,
    noise,
    saturated,
    temperature,
    unreadable,
    wrong_glow,
)

RULES: tuple[Rule, ...] = (
    unreadable.RULE,
    empty.RULE,
    saturated.RULE,
    duplicate.RULE,
    temperature.RULE,
    level.RULE,
    noise.RULE,
    light_leak.RULE,
    wrong_glow.RULE,
)
#: code of a rule -> why it leaves a frame out
REASONS: dict[str, Reason] = {
    unreadable.RULE.code: "unreadable",
    empty.RULE.code: "empty",
    saturated.RULE.code: "saturated",
    duplicate.RULE.code: "duplicate",
    temperature.RULE.code: "temperature",
    level.RULE.code: "level",
    noise.RULE.code: "noise",
    light_leak.RULE.code: "light_leak",
    wrong_glow.RULE.code: "wrong_glow",
}
