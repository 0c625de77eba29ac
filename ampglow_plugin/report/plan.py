"""A plan as people read it: what is built from how much, and what happens to each group, in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.model.plan import (
    Align,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Integrate,
    Master,
    Plan,
    Step,
)
from ampglow_plugin.report.console import clean, console

_ROLES = {"dark": "master dark", "flatdark": "master flat-dark", "flat": "master flat", "bias": "master bias"}


def show_plan(plan: Plan, *, stderr: bool = False) -> None:
    """Masters, then groups, then what was allowed."""
    from rich.table import Table
    from rich.text import Text

    out = console(stderr=stderr)
    table = Table.grid(padding=(0, 2))
    for master in plan.masters:
        table.add_row(_ROLES[master.role], Text(clean(master.id), style="bold"), clean("; ".join(_made(master))))
    for group in plan.groups:
        count = f"{len(group.frames)} light{'s' if len(group.frames) != 1 else ''}"
        table.add_row(count, Text(clean(group.id), style="bold"), clean(" -> ".join(map(step_words, group.steps))))
    out.print(table)
    for allowance in plan.allowed:
        where = f" at {allowance.where}" if allowance.where else ""
        out.print(clean(f"allowed: {allowance.rule}{where}: {allowance.reason}"), style="yellow")


def _made(master: Master) -> Iterator[str]:
    if master.file is not None:
        yield f"reuse {PurePath(master.file).name}"
        return
    yield f"build from {len(master.frames)} frame{'s' if len(master.frames) != 1 else ''}"
    yield from (step_words(step) for step in master.steps)


def step_words(step: Step) -> str:
    """One step in a few words."""
    match step:
        case Calibrate():
            parts = [f"{sign} {kind}" for sign, kind in (("-", step.bias), ("-", step.dark), ("/", step.flat)) if kind]
            if step.bias_level_adu is not None:
                parts.insert(0, f"- {step.bias_level_adu:g} ADU")
            scaled = "" if step.dark_scaling == "none" else f" (dark scaled: {step.dark_scaling})"
            return f"calibrate {' '.join(parts)}{scaled}".rstrip()
        case CosmeticCorrect():
            limits = [f"{name} {s:g}" for name, s in (("hot", step.hot_sigma), ("cold", step.cold_sigma)) if s]
            return f"cosmetic correction ({', '.join(limits)} sigma)"
        case Debayer():
            return "debayer"
        case Align():
            return "align"
        case Integrate():
            return f"{step.combination}, {_rejection(step)}, {_normalization(step)}"


def _rejection(step: Integrate) -> str:
    if step.rejection == "none":
        return "no rejection"
    return f"{step.rejection.replace('_', ' ')} rejection {step.low_sigma:g} {step.high_sigma:g}"


def _normalization(step: Integrate) -> str:
    return "no normalisation" if step.normalization == "none" else step.normalization.replace("_", " with ")


def headline(plan: Plan) -> str:
    """How much there is to do, in one sentence."""
    built = Counter("built" if m.file is None else "reused" for m in plan.masters)
    lights = sum(len(g.frames) for g in plan.groups)
    groups = f"{len(plan.groups)} group{'s' if len(plan.groups) != 1 else ''}"
    return f"{lights} lights in {groups}; {built['built']} masters to build, {built['reused']} to reuse"
