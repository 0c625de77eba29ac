"""Emissions and runs as records and as a few lines."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.report.console import clean, console
from ampglow_plugin.report.plan import count

if TYPE_CHECKING:
    from ampglow_plugin.hosts.base import Emission
    from ampglow_plugin.hosts.engines import Engine


#: host -> its name, and how its user runs an emitted script; ``{folder}`` and ``{script}`` are filled in
_HOSTS = {
    "siril": ("Siril", "in Siril, make {folder} the working folder and run the script {script}"),
    "builtin": ("the embedded engine", "ampglow run {folder}/{script} --engine builtin"),
    "pixinsight": ("PixInsight", "in PixInsight, Script > Execute Script File > {script}"),
}


def emission_record(emission: Emission) -> dict[str, Any]:
    """The manifest, with the paths of what was written."""
    return {
        "folder": str(emission.folder),
        "script_path": str(emission.script),
        "manifest_path": str(emission.manifest_path),
        **to_dict(emission.manifest),
    }


def run_record(folder: Path, manifest: RunManifest) -> dict[str, Any]:
    """The manifest of a run, with its folder."""
    return {"folder": str(folder), **to_dict(manifest)}


def show_emission(emission: Emission) -> None:
    """What was written, and what to do with it."""
    out, manifest = console(), emission.manifest
    out.print(f"{clean(emission.script)}", style="bold", soft_wrap=True)
    name, how = _HOSTS[manifest.host]
    built = sum(m.built for m in manifest.masters)
    masters = f"{count(built, 'master')} to build, {len(manifest.masters) - built} to reuse"
    lights = f"{count(len(manifest.outputs), 'light')} to calibrate"
    work = f"{masters}, {lights}" if manifest.outputs or manifest.masters else count(len(manifest.products), "result")
    out.print(f"  for {name} {manifest.host_version}: {work}", soft_wrap=True)
    for allowed in manifest.allowed:
        out.print(f"  allowed: {clean(allowed.rule)}: {clean(allowed.reason)}", style="yellow", soft_wrap=True)
    how = how.format(folder=emission.folder, script=emission.script.name)
    verify = f"ampglow verify {shlex.quote(str(emission.folder))}"
    out.print(f"  next: {clean(how)}{f'; then: {clean(verify)}' if manifest.outputs else ''}", soft_wrap=True)


def announce(engine: Engine) -> None:
    """Before a run, on stderr: which engine does the work where nobody has named it, and why."""
    if engine.why is not None:
        why = f"no Siril can be used ({engine.why}); the embedded engine does the work"
        console(stderr=True).print(clean(why), style="yellow", soft_wrap=True)


def show_run(folder: Path, manifest: RunManifest) -> None:
    """What ran, where the results lie, and what was odd."""
    out = console()
    out.print(f"calibrated by {clean(manifest.host_program or manifest.host)}", style="bold", soft_wrap=True)
    if manifest.engine_why is not None:
        out.print(f"  because no Siril can be used: {clean(manifest.engine_why)}", soft_wrap=True)
    for place in dict.fromkeys((folder / output.path).parent for output in manifest.outputs):
        here = sum((folder / output.path).parent == place for output in manifest.outputs)
        out.print(f"  {clean(place)}: {count(here, 'calibrated light')}", soft_wrap=True)
    for product in manifest.products:
        out.print(f"  {clean(folder / product)}", soft_wrap=True)
    if manifest.log:
        out.print(f"  log: {clean(folder / manifest.log)}", soft_wrap=True)
    for line in manifest.problems:
        out.print(f"  {_HOSTS[manifest.host][0]} said: {clean(line)}", style="yellow", soft_wrap=True)
