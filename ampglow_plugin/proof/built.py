"""The masters of a run, looked at before anything is calibrated with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from ampglow_plugin.errors import PlanRefused
from ampglow_plugin.headers import read_frame
from ampglow_plugin.hosts.base import Inspect
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.held import HeldGlow
from ampglow_plugin.model.match import Match
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.planning.rematch import rematch
from ampglow_plugin.proof.held import held_glow, master_glow
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.check_plan import blocks, set_aside
from ampglow_plugin.rules.matches import holds_glow, without_glow
from ampglow_plugin.rules.runner import run_rules

RULES = (holds_glow.RULE, without_glow.RULE)


def inspector(plan: Plan, frames: Mapping[str, Frame], progress: Callable[[str, float | None], None]) -> Inspect:
    """A look at the dark masters of ``plan`` once they are built; ``frames`` are the headers of its files.

    Each master is compared with the frames it was built from, and with a few of the lights it is for. The look raises
    :class:`~ampglow_plugin.errors.PlanRefused` where a rule fails with an error that the plan does not allow.
    """

    def look(built: Mapping[str, Path]) -> None:
        progress("looking at the masters", None)
        found = dict(frames)
        held: list[HeldGlow] = []
        matches: list[Match] = []
        for match in rematch(plan, frames):
            master = next((m for m in plan.masters if match.dark in m.frames and m.id in built), None)
            if master is None:
                continue
            path = str(built[master.id])
            # a master keeps few of the settings of its frames, which are what decides
            found.setdefault(
                path, replace(frames[match.darks[0]], path=path, master=True, planes=read_frame(path).planes)
            )
            if not any(match.dark in h.darks for h in held):
                held.append(master_glow(path, master.frames, found, group=match.id))
            matches.append(replace(match, dark=path, darks=(path,)))
        held += held_glow(matches, found)
        findings = run_rules(Context(frames=found, matches=tuple(matches), held=tuple(held)), RULES)
        stops = [f for f in set_aside(findings, plan.allowed) if blocks(f)]
        if stops:
            raise PlanRefused(
                "the master darks do not hold the glow; nothing was calibrated",
                stops,
                fix="mend what is named above, or accept it: an entry under `allowed` in the plan, with a reason",
            )

    return look
