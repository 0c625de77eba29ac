"""AG4xx: outputs and their proof."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule

RULES: tuple[Rule, ...] = ()
