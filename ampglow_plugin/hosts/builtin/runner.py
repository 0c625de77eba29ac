"""Carries out an emitted plan, one frame at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ampglow_plugin import __version__
from ampglow_plugin.errors import HostFailed, HostMissing, InputError
from ampglow_plugin.hosts import folder as folders
from ampglow_plugin.hosts.base import Emission, Inspect, Progress
from ampglow_plugin.hosts.builtin.emitter import LOG, VERSION
from ampglow_plugin.hosts.builtin.evidence import NAME, log_line
from ampglow_plugin.hosts.builtin.meter import Meter
from ampglow_plugin.hosts.builtin.recipe import PROCESS, RESULTS, Work, work_of
from ampglow_plugin.hosts.builtin.workshop import Workshop
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.planning.text import from_yaml, plan_sha256
from ampglow_plugin.writing import HIDDEN, new_log

ENGINE = "builtin"


def run(emission: Emission, *, engine: str, progress: Progress, inspect: Inspect | None = None) -> RunManifest:
    """Run ``emission``; see :class:`~ampglow_plugin.hosts.base.Host`. The manifest is kept up to date."""
    if engine != ENGINE:
        raise HostMissing(f"there is no engine {engine!r}", fix=f"use --engine {ENGINE}")
    manifest, folder = emission.manifest, emission.folder
    plan = _plan(emission)
    folders.write_manifest(folder, replace(manifest, status="unfinished"))
    folders.check_unchanged(manifest)
    _clean(folder, manifest)
    folders.check_room(folder, manifest)
    program = f"{NAME} {__version__}, embedded engine {VERSION}"
    manifest = replace(manifest, log=LOG, host_program=program, status="failed", problems=())
    work = work_of(plan)
    meter, warnings = Meter(total=_length(work), progress=progress), list[str]()
    try:
        with new_log(folder / LOG) as log:

            def say(did: str, **facts: object) -> None:
                log.write(log_line(did, **facts) + "\n")
                log.flush()

            say("started", engine=NAME, version=__version__, engine_version=VERSION, plan_sha256=manifest.plan_sha256)
            with _scratch(folder) as scratch:
                workshop = Workshop(
                    plan=plan, work=work, folder=folder, scratch=scratch, say=say, meter=meter, warnings=warnings
                )
                for recipe in work.masters:
                    workshop.master(recipe)
                built = {m.id: folder / m.path for m in manifest.masters if m.built and m.role == "dark"}
                if inspect is not None and built and manifest.outputs:
                    inspect(built)
                for recipe in work.groups:
                    workshop.lights(recipe)
            _check_outputs(folder, manifest)
            say("finished")
    except BaseException as error:
        folders.note_end(folder, manifest, error)
        raise
    done = replace(folders.with_masters(folder, manifest), status="succeeded", problems=tuple(warnings))
    folders.write_manifest(folder, done)
    progress("done", 1.0)
    return done


def _plan(emission: Emission) -> Plan:
    """The plan that was emitted; a file that was changed since then was not checked.

    Raises
    ------
    InputError
        Where it is not the one the manifest is about.
    """
    plan = from_yaml(emission.script.read_text(encoding="utf-8"), where=str(emission.script))
    if plan_sha256(plan) != emission.manifest.plan_sha256:
        raise InputError(
            "was changed after it was written, and so was not checked",
            where=str(emission.script),
            fix=f"run the changed plan itself: ampglow run {emission.script} -o ANOTHER_FOLDER",
        )
    return plan


def _clean(folder: Path, manifest: RunManifest) -> None:
    """Take away what an earlier run left, so that no old frame passes for a new one."""
    for name in (PROCESS, RESULTS):
        folders.remove(folder / name)
    for master in manifest.masters:
        if master.built:
            folders.remove(folder / master.path)


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder for frames put aside while a master is built; on the disk whose room was checked."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix=HIDDEN, dir=folder) as name:
        yield Path(name)


def _length(work: Work) -> int:
    """How often frames are read, aligned or combined."""
    frames = sum(2 * len(recipe.entry.frames) for recipe in work.masters)
    return frames + sum(len(r.entry.frames) * (1 + bool(r.align) + 2 * bool(r.integrate)) for r in work.groups)


def _check_outputs(folder: Path, manifest: RunManifest) -> None:
    built = [m.path for m in manifest.masters if m.built]
    lacking = [
        p for p in (*built, *(o.path for o in manifest.outputs), *manifest.products) if not (folder / p).is_file()
    ]
    if lacking:
        raise HostFailed(f"{len(lacking)} file(s) were not written: {lacking[0]}", where=str(folder))
