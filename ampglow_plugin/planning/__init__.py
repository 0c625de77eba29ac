"""Matches to a Plan: the only code that decides what is done with the frames."""

from __future__ import annotations

from ampglow_plugin.planning.make import make_plan
from ampglow_plugin.planning.options import PlanOptions
from ampglow_plugin.planning.rematch import rematch
from ampglow_plugin.planning.text import from_yaml, plan_sha256, to_yaml

__all__ = ["PlanOptions", "from_yaml", "make_plan", "plan_sha256", "rematch", "to_yaml"]
