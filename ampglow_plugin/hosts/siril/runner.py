"""Runs an emitted folder with siril-cli, from a clean start, and judges the result."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from shlex import quote

from ampglow_plugin.errors import HostFailed, HostMissing
from ampglow_plugin.hosts import folder as folders
from ampglow_plugin.hosts.base import Emission, Inspect, Progress
from ampglow_plugin.hosts.siril.dialects import ENGINE, PYSIRIL
from ampglow_plugin.hosts.siril.emitter import LOG
from ampglow_plugin.hosts.siril.outcome import judge, summary
from ampglow_plugin.hosts.siril.parts import parts_of, run_parts
from ampglow_plugin.hosts.siril.process import SILENCE_TIMEOUT_S, Finished, run_script
from ampglow_plugin.hosts.siril.program import SILENCE_VARIABLE, Program, find
from ampglow_plugin.hosts.siril.talk import Opener
from ampglow_plugin.hosts.siril.workplace import Workplace
from ampglow_plugin.hosts.siril.writer import PROCESS, RESULTS
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.waiting import seconds_of


def run(  # noqa: PLR0913 - what a run consists of
    emission: Emission,
    *,
    engine: str,
    program: str | None,
    progress: Progress,
    silence_timeout_s: float | None = None,
    inspect: Inspect | None = None,
) -> RunManifest:
    """Run ``emission``; see :class:`~ampglow_plugin.hosts.base.Host`. The manifest is kept up to date."""
    check_engine(engine)
    if silence_timeout_s is None:
        silence_timeout_s = seconds_of(SILENCE_VARIABLE, SILENCE_TIMEOUT_S)
    manifest, folder = emission.manifest, emission.folder
    found = find(program)
    if found.series != manifest.host_version:
        raise HostMissing(
            f"is Siril {found.version}, and the script is for {manifest.host_version}",
            where=found.command[-1],
            fix=f"emit the plan with --host-version {found.series}, or name another siril-cli with --siril PATH",
        )
    folders.write_manifest(folder, replace(manifest, status="unfinished"))
    folders.check_unchanged(manifest)
    _clean(folder, manifest)
    folders.check_room(folder, manifest)
    manifest = replace(manifest, log=LOG, host_program=f"siril {found.version}", status="failed", problems=())

    def give(script: Path, commands: tuple[str, ...], log: Path, told: Progress) -> Finished:
        engine_run = run_script if engine == ENGINE else _give_one_by_one
        timeout = silence_timeout_s
        return engine_run(found, script, work.path, log, commands=commands, progress=told, silence_timeout_s=timeout)

    script = folder / manifest.script
    parts = None if inspect is None else parts_of(manifest, script.read_text(encoding="utf-8"))
    expected = manifest
    try:
        with Workplace(folder, manifest) as work:
            if parts is None or inspect is None:
                finished = give(script, manifest.commands, folder / LOG, progress)
            else:
                expected = replace(manifest, commands=(*parts.master_commands, *parts.light_commands))
                built = {m.id: folder / m.path for m in manifest.masters if m.built and m.role == "dark"}

                def look() -> None:
                    work.put_masters()
                    inspect(built)

                finished = run_parts(parts, work.path, folder / LOG, give=give, between=look, progress=progress)
            work.ended = finished.by_itself
    except BaseException as error:
        folders.note_end(folder, manifest, error)
        raise
    if finished.through is not None:
        manifest = replace(manifest, host_program=f"siril {found.version} through {finished.through}")
    progress("checking the outputs", None)
    outcome = judge(expected, folder, found, finished)
    manifest = folders.with_masters(folder, manifest)
    if outcome.problems:
        folders.write_manifest(folder, replace(manifest, problems=outcome.problems))
        verify = f"ampglow verify {quote(str(folder))}"
        there = f"; calibrated frames were written: `{verify}` judges them" if outcome.calibrated else ""
        raise HostFailed(
            f"Siril {found.version} did not do all of the work: {summary(outcome.problems)}",
            quotes=outcome.quotes,
            where=str(folder),
            fix=f"the whole log is {folder / LOG}{there}",
        )
    done = replace(manifest, status="succeeded", problems=outcome.warnings)
    folders.write_manifest(folder, done)
    progress("done", 1.0)
    return done


def check_engine(engine: str) -> None:
    """Is this one that runs Siril?

    Raises
    ------
    HostMissing
        With what to use.
    """
    if engine not in (ENGINE, PYSIRIL):
        raise HostMissing(f"there is no engine {engine!r}", fix=f"use --engine {ENGINE} or --engine {PYSIRIL}")


def _give_one_by_one(  # noqa: PLR0913 - as run_script
    program: Program,
    script: Path,
    folder: Path,
    log_path: Path,
    *,
    commands: Sequence[str],
    progress: Progress,
    silence_timeout_s: float,
) -> Finished:
    """Give each command to a running Siril: through pysiril where it is installed, else through Siril's pipes."""
    from ampglow_plugin.hosts.siril.talk import run_commands

    return run_commands(
        program,
        script,
        folder,
        log_path,
        commands=commands,
        progress=progress,
        silence_timeout_s=silence_timeout_s,
        opener=_opener(program),
    )


def _opener(program: Program) -> Opener:
    """What speaks to Siril: its pipes alone on Windows, where pysiril would choose a Siril by itself."""
    if os.name != "posix":
        from ampglow_plugin.hosts.siril.windows_pipe import WindowsPipes

        return WindowsPipes
    from ampglow_plugin.hosts.siril.pipe import Pipes
    from ampglow_plugin.hosts.siril.pysiril import Pysiril, module_folder

    module = None if program.series == "1.0" else module_folder()  # pysiril refuses Siril 1.0
    return Pipes if module is None else partial(Pysiril, module=module)


def _clean(folder: Path, manifest: RunManifest) -> None:
    """Take away what an earlier run left: Siril would take old frames for new ones, and so could we."""
    for name in (PROCESS, RESULTS):
        folders.remove(folder / name)
        (folder / name).mkdir()
    for master in manifest.masters:
        if master.built:
            folders.remove(folder / master.path)
