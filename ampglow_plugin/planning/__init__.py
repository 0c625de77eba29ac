"""Matches to a Plan: the only code that decides what is done with the frames."""

from __future__ import annotations

from ampglow_plugin.planning.text import from_yaml, plan_sha256, to_yaml

__all__ = ["from_yaml", "plan_sha256", "to_yaml"]
