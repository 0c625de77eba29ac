"""The public API of plans: made of a check, judged again, read and moved."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from ampglow_plugin.catalog import read_or_say
from ampglow_plugin.catalog.hashes import sha256_of
from ampglow_plugin.config import NAME
from ampglow_plugin.errors import InputError, PlanRefused
from ampglow_plugin.headers.formats import is_frame_name
from ampglow_plugin.headers.places import of_other_system, written_here
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.plan import Allowance, Plan, RemoveGradient
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.planning import PlanOptions, from_yaml, make_plan, rematch
from ampglow_plugin.preflight import DARK_UNKNOWN, Check
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.check_plan import blocks, check_plan, set_aside
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.rules.matches import RULES as MATCH_RULES

Progress = Callable[[str, float | None], None]
Paths = Iterable[str | Path]


def plan(checked: Check, options: PlanOptions | None = None) -> CheckedPlan:
    """The calibration plan for the lights of a pre-flight, judged by the order rules.

    What the user's settings set aside in the pre-flight is allowed, and recorded in the plan with the reason given.

    Raises
    ------
    PlanRefused
        Where the dark of a group is missing, unknown or wrong and ``options.allow`` does not cover it.
    InputError
        Where there are no lights, or an allowance has no reason or covers nothing.
    """
    options = options or PlanOptions()
    options = replace(options, allow=(*options.allow, *_set_aside(checked.findings)))
    findings = [replace(f, ignored=None) for f in checked.findings]
    made = rebase(make_plan(checked.frames, checked.matches, findings, options), Path.cwd())
    frames = {(at := _at(path, Path.cwd())): replace(f, path=at) for path, f in checked.frames.items()}
    # the pre-flight may have known better limits than those that hold when the plan is read again
    known = tuple(
        Allowance(rule=f.rule, reason="accepted by the pre-flight and its settings", where=f.where.group)
        for f in _objections(made, frames)
    )
    return check_plan(replace(made, allowed=(*made.allowed, *dict.fromkeys(known))), frames)


def recheck(plan: Plan) -> CheckedPlan:
    """A plan that was read from a file, judged anew: people change plans.

    The order rules judge its steps, and the headers of its files are read and matched, so that no master is built
    from darks of other settings than the lights have. Files that are missing are for the host to name.

    Raises
    ------
    PlanRefused
        With all that stands in the way and that the plan does not allow.
    InputError
        Where frames were damaged since the plan was made: hosts stop half way at them, or go on with garbage.
    """
    frames = frames_of(plan)
    checked = check_plan(plan, frames)
    stops = _objections(plan, frames)
    if stops:
        raise PlanRefused(
            "the darks of this plan do not fit its lights; nothing was written",
            stops,
            fix="make the plan anew with `ampglow plan`, or take the frames that do not belong there out of it",
        )
    return checked


def frames_of(plan: Plan) -> dict[str, Frame]:
    """Headers of the files of a plan, by path, as far as they can be read."""
    paths = {f for group in plan.groups for f in group.frames} | {f for m in plan.masters for f in (m.file, *m.frames)}
    read = {path: read_or_say(path) for path in sorted(path for path in paths if path is not None)}
    damaged = [
        problem
        for path, problem in read.items()
        if isinstance(problem, FileProblem) and is_frame_name(Path(path)) and Path(path).is_file()
    ]
    if damaged:
        more = f", and {len(damaged) - 1} more files of the plan are damaged" if len(damaged) > 1 else ""
        raise InputError(
            f"{damaged[0].what}{more}; nothing was done",
            where=damaged[0].path,
            fix="copy it again from the camera's disk, or make the plan anew: it leaves damaged frames out",
        )
    return {path: found for path, found in read.items() if isinstance(found, Frame)}


def _objections(plan: Plan, frames: Mapping[str, Frame]) -> tuple[Finding, ...]:
    """Errors of the darks in ``plan`` that it does not allow; what headers do not say is no objection."""
    found = run_rules(Context(frames=frames, matches=rematch(plan, frames)), MATCH_RULES)
    return tuple(f for f in set_aside(found, plan.allowed) if blocks(f))


def _set_aside(findings: Iterable[Finding]) -> tuple[Allowance, ...]:
    """Allowances for what would stand in a plan's way, had the user's settings not set it aside."""
    stops = [f for f in findings if f.ignored is not None and (f.severity == "error" or f.rule == DARK_UNKNOWN)]
    allowed = (
        Allowance(rule=f.rule, reason=f"{f.ignored} (set in {NAME})", where=f.where.group or f.where.path)
        for f in stops
    )
    return tuple(dict.fromkeys(allowed))


def read_plan(path: str | Path) -> Plan:
    """The plan in a YAML file; relative paths in it are meant from the file's own folder.

    Raises
    ------
    InputError
        Where it cannot be read, or is not a plan (:class:`~ampglow_plugin.errors.FormatError`, with every place).
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8 text'}"
        raise InputError(what, where=str(path), fix="name the file that `ampglow plan -o` wrote") from error
    folder = path.absolute().parent
    return rebase(_as_written_here(from_yaml(text, where=str(path)), folder), folder)


def _as_written_here(plan: Plan, folder: Path) -> Plan:
    """The plan, where its paths can be of this system."""

    def here(path: str) -> str:
        if of_other_system(path) and not (folder / path).exists():
            raise InputError(
                "is a path of another system: the plan was made on another computer",
                where=path,
                fix="make the plan anew on this one, or write paths that are relative to the plan",
            )
        return written_here(path, folder)

    masters = tuple(
        replace(m, file=here(m.file) if m.file else None, frames=tuple(map(here, m.frames))) for m in plan.masters
    )
    groups = tuple(replace(g, frames=tuple(map(here, g.frames))) for g in plan.groups)
    return replace(plan, masters=masters, groups=groups)


def rebase(plan: Plan, folder: Path) -> Plan:
    """``plan`` with absolute paths; relative ones are meant from ``folder``."""
    masters = tuple(
        replace(m, file=_at(m.file, folder) if m.file else None, frames=tuple(_at(f, folder) for f in m.frames))
        for m in plan.masters
    )
    groups = tuple(replace(g, frames=tuple(_at(f, folder) for f in g.frames)) for g in plan.groups)
    files = {f for group in plan.groups for f in group.frames} | {f for m in plan.masters for f in (m.file, *m.frames)}
    allowed = tuple(replace(a, where=_at(a.where, folder)) if a.where in files and a.where else a for a in plan.allowed)
    return replace(plan, masters=masters, groups=groups, allowed=allowed)


def _at(path: str, folder: Path) -> str:
    return Path(os.path.normpath(folder / path)).as_posix()


def need_unchanged(plan: Plan) -> None:
    """Are the frames of which a gradient is to be removed still those that were judged?

    Raises
    ------
    InputError
        Naming the first that is not, or is gone.
    """
    for group in plan.groups:
        for step in (s for s in group.steps if isinstance(s, RemoveGradient) and s.sha256):
            for file, then in zip(group.frames, step.sha256, strict=True):
                path = Path(file)
                if not path.is_file():
                    raise InputError("is gone", where=file, fix="bring it back, or judge anew: ampglow gradient")
                if sha256_of(path) != then:
                    what = "has changed since it was judged whether its gradient may be removed"
                    raise InputError(what, where=file, fix="judge it anew: ampglow gradient")
