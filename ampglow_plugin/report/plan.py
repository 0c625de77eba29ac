"""A plan as people read it: what is built from how much, and what happens to each group, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.plan import (
    Align,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Integrate,
    Master,
    Plan,
    RemoveGradient,
    Step,
)
from ampglow_plugin.report.console import clean, console

#: what a master is called
ROLES = {"dark": "master dark", "flatdark": "master flat-dark", "flat": "master flat", "bias": "master bias"}


def show_plan(plan: Plan, *, stderr: bool = False) -> None:
    """Masters, then groups, then what was allowed."""
    from rich.table import Table
    from rich.text import Text

    out = console(stderr=stderr)
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")  # an id that is cut off is of no use
    table.add_column()
    for master in plan.masters:
        table.add_row(ROLES[master.role], Text(clean(master.id), style="bold"), clean("; ".join(made(master))))
    for group in plan.groups:
        lights = count(len(group.frames), "light")
        table.add_row(lights, Text(clean(group.id), style="bold"), clean(" -> ".join(map(step_words, group.steps))))
    out.print(table)
    for allowance in plan.allowed:
        where = f" at {allowance.where}" if allowance.where else ""
        out.print(clean(f"allowed: {allowance.rule}{where}: {allowance.reason}"), style="yellow")


def made(master: Master) -> Iterator[str]:
    """How a master comes to be, in a few words a part."""
    if master.file is not None:
        yield f"reuse {PurePath(master.file).name}"
        return
    yield f"build from {count(len(master.frames), 'frame')}"
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
        case RemoveGradient():
            return f"subtract a smooth background ({step.samples} samples a row, up to {step.tolerance:g} MAD)"


def _rejection(step: Integrate) -> str:
    if step.rejection == "none":
        return "no rejection"
    return f"{step.rejection.replace('_', ' ')} rejection {step.low_sigma:g} {step.high_sigma:g}"


def _normalization(step: Integrate) -> str:
    return "no normalisation" if step.normalization == "none" else step.normalization.replace("_", " with ")


def show_findings(findings: Iterable[Finding]) -> None:
    """Warnings, and what was allowed with its reason, on stderr: a line each, none of them twice."""
    out = console(stderr=True)
    lines: dict[str, None] = {}
    for found in findings:
        if found.outcome != "failed" or (found.severity == "info" and not found.ignored):
            continue
        group = f"{found.where.group}: " if found.where.group else ""
        mark = f"allowed ({found.ignored})" if found.ignored else found.severity
        lines[clean(f"{mark} {found.rule} {group}{found.message}")] = None
    for line in lines:
        out.print(line, soft_wrap=True)


def headline(plan: Plan) -> str:
    """How much there is to do, in one sentence."""
    built = sum(master.file is None for master in plan.masters)
    lights = count(sum(len(group.frames) for group in plan.groups), "light")
    groups = count(len(plan.groups), "group")
    return f"{lights} in {groups}; {count(built, 'master')} to build, {len(plan.masters) - built} to reuse"


def count(number: int, noun: str) -> str:
    """``1 light``, ``2 lights``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
