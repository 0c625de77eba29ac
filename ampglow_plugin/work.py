"""The public API of work: plans become scripts and are run; scripts that people have are judged and mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.model.rewrite import Rewrite
from ampglow_plugin.plans import frames_of, need_unchanged, read_plan, recheck
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.check_plan import set_aside
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.rules.pipeline import RULES as PIPELINE_RULES

if TYPE_CHECKING:
    from ampglow_plugin.hosts.base import Emission, Inspect
    from ampglow_plugin.hosts.engines import Engine

Progress = Callable[[str, float | None], None]
Paths = Iterable[str | Path]

#: endings of plan files, which ``lint`` judges as it does scripts
PLAN_ENDINGS = (".yaml", ".yml")


def emit(  # noqa: PLR0913 - what an emission is made from
    planned: CheckedPlan | Plan,
    folder: str | Path,
    *,
    host: str = "siril",
    version: str | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> Emission:
    """Write the plan as a script for ``host`` into ``folder``, with links to its inputs and ``ampglow-run.json``.

    ``version`` is the host's series; None takes the newest. A folder that holds anything is refused, unless it
    was written by ``emit`` and ``force`` allows to write it anew.

    Raises
    ------
    PlanRefused
        Where an unchecked plan breaks rules.
    HostRefused
        Where the host has no way to say what the plan asks for, or cannot read an input.
    InputError
        Where the folder is not ours to write, another process works in it, there is no such host, or frames whose
        gradient is to be removed are not those that were judged.
    """
    from ampglow_plugin.hosts.folder import alone_in

    with alone_in(Path(folder)):
        return _emit(planned, Path(folder), host=host, version=version, force=force, progress=progress)


def _emit(  # noqa: PLR0913 - as emit
    planned: CheckedPlan | Plan,
    folder: Path,
    *,
    host: str,
    version: str | None,
    force: bool,
    progress: Progress | None,
) -> Emission:
    from ampglow_plugin.hosts import HOSTS
    from ampglow_plugin.hosts.base import silent

    chosen = HOSTS.get(host)
    if chosen is None:
        raise InputError(f"there is no host {host!r}", fix=f"choose one of {', '.join(HOSTS)}")
    checked = recheck(planned) if isinstance(planned, Plan) else planned
    need_unchanged(checked.plan)
    return chosen.emit(checked, version or chosen.versions[-1], folder, force=force, progress=progress or silent)


def run(  # noqa: PLR0913 - what a run is made from
    planned: CheckedPlan | Plan,
    folder: str | Path,
    *,
    engine: str | Engine | None = None,
    program: str | None = None,
    force: bool = False,
    pixels: bool = True,
    progress: Progress | None = None,
) -> RunManifest:
    """Emit the plan for an engine that is there into ``folder``, run it, and judge the run.

    ``engine`` is one of :data:`~ampglow_plugin.hosts.engines.ENGINES`, or the choice already made; None takes Siril
    (``program``, or the one that is found), and the embedded engine where there is none: the manifest says why.
    With ``pixels`` the dark masters are looked at when they are built: do they hold the glow of their frames, and that
    of the lights? Nothing is calibrated with one that does not.
    What the result is worth is for :func:`verify` to say.

    Raises
    ------
    HostMissing
        Where there is no such engine, or the program named for it is not there; nothing was written.
    HostFailed
        Where the engine did anything less than all of the work, with its own words.
    PlanRefused, HostRefused, InputError
        As :func:`emit`.
    """
    from ampglow_plugin.hosts.base import silent
    from ampglow_plugin.hosts.engines import Engine, choose
    from ampglow_plugin.hosts.folder import alone_in

    used = engine if isinstance(engine, Engine) else choose(engine, program)
    place, told = Path(folder), progress or silent
    with alone_in(place):
        emission = _emit(planned, place, host=used.host.name, version=used.version, force=force, progress=progress)
        emission = replace(emission, manifest=replace(emission.manifest, engine=used.name, engine_why=used.why))
        look = _inspector(planned.plan if isinstance(planned, CheckedPlan) else planned, told) if pixels else None
        return used.host.run(emission, engine=used.name, program=program, progress=told, inspect=look)


def _inspector(plan: Plan, progress: Progress) -> Inspect:
    from ampglow_plugin.proof.built import inspector

    return inspector(plan, frames_of(plan), progress)


def lint(path: str | Path, *, siril: str | None = None) -> tuple[Finding, ...]:
    """Judge a script that exists already, or a plan (.yaml).

    ``siril`` is the series that scripts of Siril are judged for; None takes the one a script requires. What does not
    calibrate gives no finding, but for those of a Siril script that would stop it.

    Raises
    ------
    InputError
        Where it cannot be read, its ending is that of no host, or there is no such series.
    """
    from ampglow_plugin.hosts import HOSTS, SIRIL

    path = Path(path)
    if path.name.lower().endswith(PLAN_ENDINGS):
        return _lint_plan(path)
    host = next((h for h in HOSTS.values() if path.name.lower().endswith(h.endings)), None)
    if host is None:
        endings = ", ".join((*(ending for h in HOSTS.values() for ending in h.endings), *PLAN_ENDINGS))
        raise InputError("is not a script of a program that is known", where=str(path), fix=f"name a file of {endings}")
    return SIRIL.lint(path, siril) if host is SIRIL else host.lint(path)


def fix(path: str | Path, *, siril: str | None = None, write: bool = False) -> Rewrite:
    """What of a Siril script can be put right without a question, and with ``write`` the file written anew.

    Only what changes nothing of what the script does, or where Siril stops today. Programs, and files of other hosts,
    are left as they are.

    Raises
    ------
    InputError
        Where it cannot be read, or there is no such series.
    OSError
        Where it cannot be written; it is then as it was.
    """
    from ampglow_plugin.hosts.siril.fix import fix as fixed
    from ampglow_plugin.writing import write_bytes

    path = Path(path)
    if not path.name.lower().endswith(".ssf"):
        return Rewrite(path=str(path), before=b"", after=b"")
    made = fixed(path, siril)
    if write and made.changed:
        target = path.resolve()  # a link stays a link
        write_bytes(target, made.after, mode=target.stat().st_mode & 0o777)
    return made


def _lint_plan(path: Path) -> tuple[Finding, ...]:
    judged = read_plan(path)
    findings = set_aside(run_rules(Context(plan=judged), PIPELINE_RULES), judged.allowed)
    return tuple(replace(f, where=replace(f.where, path=str(path))) for f in findings)
