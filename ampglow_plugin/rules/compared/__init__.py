"""AG230 and following: an old dark against a new one."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule
from ampglow_plugin.rules.compared import sensor_aged

RULES: tuple[Rule, ...] = (sensor_aged.RULE,)
