"""AG1xx: what is wrong with the frames themselves."""

from __future__ import annotations

from ampglow_plugin.rules.base import Rule

RULES: tuple[Rule, ...] = ()
