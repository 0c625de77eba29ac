"""The darks of a plan against its lights, once more: a plan is a text, and people change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from ampglow_plugin.matching import match
from ampglow_plugin.matching.groups import calibration_sets
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import Calibrate, Plan


def rematch(plan: Plan, frames: Mapping[str, Frame]) -> tuple[Match, ...]:
    """Each group of lights with each set of darks that its master is made from.

    ``frames`` holds headers by path; files that are not among them are left out. The ids are those that the lights
    of the plan have in a pre-flight of their own, so that allowances mean the same groups.
    """
    return tuple(_matches(plan, frames))


def _matches(plan: Plan, frames: Mapping[str, Frame]) -> Iterator[Match]:
    lights = [frames[path] for group in plan.groups for path in group.frames if path in frames]
    ids = {path: found.id for found in match(lights, ()) for path in found.lights}
    for group in plan.groups:
        mine = [frames[path] for path in group.frames if path in frames]
        for name in dict.fromkeys(step.dark for step in group.steps if isinstance(step, Calibrate)):
            master = plan.master(name)
            files = (master.file, *master.frames) if master else ()
            darks = [frames[path] for path in files if path is not None and path in frames]
            for found in calibration_sets(darks, "dark"):
                members = [frames[path] for path in found.paths]
                yield from (replace(m, id=ids[m.lights[0]]) for m in match(mine, members))
