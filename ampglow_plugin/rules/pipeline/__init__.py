"""AG3xx: the order and arithmetic of a pipeline, ours or the user's."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule

RULES: tuple[Rule, ...] = ()
