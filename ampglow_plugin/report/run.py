"""Emissions and runs as records and as a few lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.report.console import clean, console

if TYPE_CHECKING:
    from ampglow_plugin.hosts.base import Emission


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
    built = sum(m.built for m in manifest.masters)
    out.print(
        f"  for {manifest.host} {manifest.host_version}: {built} master(s) to build, "
        f"{len(manifest.masters) - built} reused, {len(manifest.outputs)} light(s) to calibrate"
    )
    for allowed in manifest.allowed:
        out.print(f"  allowed: {clean(allowed.rule)}: {clean(allowed.reason)}", style="yellow", soft_wrap=True)
    if manifest.host == "siril":
        out.print("  run it with this folder as Siril's working folder, then: ", soft_wrap=True, end="")
        out.print(f"ampglow verify {clean(emission.folder)}", soft_wrap=True)


def show_run(folder: Path, manifest: RunManifest) -> None:
    """What ran, where the results lie, and what was odd."""
    out = console()
    out.print(f"calibrated by {clean(manifest.host_program or manifest.host)}", style="bold", soft_wrap=True)
    out.print(f"  {clean(folder)}: {len(manifest.outputs)} calibrated light(s) in process/", soft_wrap=True)
    for product in manifest.products:
        out.print(f"  {clean(folder / product)}", soft_wrap=True)
    if manifest.log:
        out.print(f"  log: {clean(folder / manifest.log)}", soft_wrap=True)
    for line in manifest.problems:
        out.print(f"  Siril said: {clean(line)}", style="yellow", soft_wrap=True)
