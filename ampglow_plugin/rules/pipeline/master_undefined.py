"""Every master that is used is defined, before its use, and of the right kind.

What it checks
    Each id of a dark, bias or flat in a step belongs to a master of the plan that stands before its user; ids
    are unique; a master is either a file or built from frames, and several frames are integrated. The kinds fit:
    lights get no bias or flat as their dark, and nothing but a flat as their flat.

Why it matters
    A host that does not find a master stops in the night's middle; one that finds an old file of that name uses
    it without a word. A bias given as the dark runs through everywhere, and removes no glow at all.

How to fix it
    Correct the id, or add the master under ``masters``, above those that use it.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2, run: ``-dark=`` with a master bias gives "Calibrated with a master dark" in the
    header, while 0.000 of the dark is removed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Severity
from ampglow_plugin.model.plan import Calibrate, CosmeticCorrect, Integrate, Plan
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.pipeline.chains import Chain, at, chains

#: field -> roles that fit it everywhere
FITTING = {"dark": ("dark", "flatdark"), "bias": ("bias",), "flat": ("flat",)}
#: for flats the dark and the bias are both just their level, and may stand in for each other
LEVELS = ("dark", "flatdark", "bias")


def check(context: Context) -> Iterator[Finding]:
    """One finding per wrong definition or use; passed per chain whose masters are all there."""
    assert context.plan is not None
    yield from _definitions(context, context.plan)
    for chain in chains(context.plan):
        uses = list(_uses(chain))
        wrong = [w for w in (_judge(context.plan, chain, *use) for use in uses) if w is not None]
        for index, field, severity, message in wrong:
            fix = "correct the id, or define the master above its use"
            yield finding(RULE, "failed", message, severity=severity, where=at(context, chain, index, field), fix=fix)
        if uses and not wrong:
            yield finding(RULE, "passed", "all masters are defined", where=at(context, chain))


def _definitions(context: Context, plan: Plan) -> Iterator[Finding]:
    seen: set[str] = set()
    for i, master in enumerate(plan.masters):
        wrong = []
        if master.id in seen:
            wrong.append(("id", f"the id {master.id} is used twice"))
        if bool(master.file) == bool(master.frames):
            what = "neither a file nor frames" if not master.file else "both a file and frames"
            wrong.append(("file", f"the master {master.id} has {what}"))
        if len(master.frames) > 1 and not any(isinstance(step, Integrate) for step in master.steps):
            wrong.append(("steps", f"the frames of master {master.id} are never integrated"))
        seen.add(master.id)
        chain = Chain(place=f"masters[{i}]", id=master.id, steps=master.steps, master=master)
        for field, message in wrong:
            where = at(context, chain, None, field)
            yield finding(RULE, "failed", message, where=where, fix="correct the definition of the master")


def _uses(chain: Chain) -> Iterator[tuple[int, str, str]]:
    """(step, field, id) of each master that is used."""
    for index, step in enumerate(chain.steps):
        named: dict[str, str | None] = {}
        if isinstance(step, Calibrate):
            named = {"dark": step.dark, "bias": step.bias, "flat": step.flat}
        elif isinstance(step, CosmeticCorrect) and step.method == "dark":
            named = {"dark": step.dark}
        yield from ((index, field, used) for field, used in named.items() if used is not None)


def _judge(plan: Plan, chain: Chain, index: int, field: str, id: str) -> tuple[int, str, Severity, str] | None:
    position = next((i for i, master in enumerate(plan.masters) if master.id == id), None)
    if position is None:
        return index, field, "error", f"the {field} {id} is not defined"
    if chain.master is not None and position >= plan.masters.index(chain.master):
        return index, field, "error", f"the {field} {id} is used before it is built"
    role = plan.masters[position].role
    if role in FITTING[field] or (chain.master is not None and field in LEVELS and role in LEVELS):
        return None
    if field == "bias" and role in LEVELS:
        return index, field, "warning", f"the {role} {id} is subtracted as a bias"
    return index, field, "error", f"the {role} {id} is used as a {field}"


RULE = Rule(code="AG315", name="master-undefined", severity="error", needs=("plan",), check=check)
