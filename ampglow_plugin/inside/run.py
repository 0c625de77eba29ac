"""Runs an emitted folder in the Siril that the script runs in, command by command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ampglow_plugin.errors import HostFailed
from ampglow_plugin.headers import program
from ampglow_plugin.hosts import folder as folders
from ampglow_plugin.hosts.base import Emission
from ampglow_plugin.hosts.siril.outcome import judge_files
from ampglow_plugin.hosts.siril.talk import command_lines
from ampglow_plugin.inside.siril import Siril, run_line, working_as_planned
from ampglow_plugin.model.manifest import RunManifest


def calibrate_here(siril: Siril, emission: Emission, progress: Callable[[str, float | None], None]) -> RunManifest:
    """Give each command of the script to this Siril, then judge files and headers.

    Siril shows its log to no script unless it has a window, so nothing here rests on the log: what the result is worth
    is for the proof to say. Problems are in the manifest, which is kept up to date.
    """
    manifest, folder = emission.manifest, emission.folder
    folders.check_unchanged(manifest)
    folders.check_room(folder, manifest)
    manifest = replace(manifest, engine="inside", log=None, status="failed")
    for path in (
        *(m.path for m in manifest.masters if m.built),
        *manifest.products,
        *(o.path for o in manifest.outputs),
    ):
        folders.remove(folder / path)  # of an earlier run: it is not to pass for the work of this one
    folders.write_manifest(folder, replace(manifest, status="unfinished"))
    lines = command_lines(folder / manifest.script)
    try:
        with working_as_planned(siril, folder):
            for number, line in enumerate(lines, start=1):
                progress(line.split()[0], (number - 1) / len(lines))
                run_line(siril, line, number, len(lines))
    except HostFailed as error:
        manifest = replace(manifest, problems=(f"{error.what}: {error.quotes[-1]}",))
        folders.write_manifest(folder, manifest)
        return manifest
    except BaseException as error:
        folders.note_end(folder, manifest, error)
        raise
    problems = tuple(judge_files(manifest, folder))
    first = folder / manifest.outputs[0].path if manifest.outputs else None
    manifest = replace(
        manifest,
        status="failed" if problems else "succeeded",
        problems=problems,
        host_program=_written_by(first) if first and first.is_file() else None,
    )
    folders.write_manifest(folder, manifest)
    return manifest


def _written_by(path: Path) -> str | None:
    name = program(path)
    return f"{name}, from inside" if name else None
