"""Plans and the files that went into a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath

from ampglow_plugin.model.manifest import InputFile, RunManifest
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.report.html.view import PlanPart
from ampglow_plugin.report.plan import ROLES, count, headline, made, step_words


def part(plan: Plan) -> PlanPart:
    """A plan in words."""
    return PlanPart(
        headline=headline(plan),
        masters=tuple((ROLES[m.role], m.id, "; ".join(made(m))) for m in plan.masters),
        groups=tuple(
            (count(len(g.frames), "light"), g.id, tuple(step_words(step) for step in g.steps)) for g in plan.groups
        ),
        allowed=tuple(f"{a.rule}{f' at {a.where}' if a.where else ''}: {a.reason}" for a in plan.allowed),
    )


def hashes(runs: Iterable[RunManifest]) -> Iterator[tuple[str, str, str, str]]:
    """Rows: what the file is, its name, its size, its SHA-256; each file once."""
    seen: set[str] = set()

    def row(what: str, file: InputFile) -> Iterator[tuple[str, str, str, str]]:
        if file.path not in seen:
            seen.add(file.path)
            yield what, PurePath(file.path).name, f"{file.size:,} bytes", file.sha256

    for run in runs:
        for master in run.masters:
            role = ROLES[master.role]
            if master.sha256 is not None:
                yield f"{role}, built", PurePath(master.path).name, "", master.sha256
            for file in master.inputs:
                yield from row(f"frame of the {role}" if master.built else role, file)
        for output in run.outputs:
            yield from row("light", output.light)
