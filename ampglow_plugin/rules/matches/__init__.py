"""AG2xx: darks and matches."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule

RULES: tuple[Rule, ...] = ()
