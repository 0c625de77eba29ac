"""A checked plan as a folder that Siril can work in: script, links to the frames, manifest."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin import __version__
from ampglow_plugin.hosts import folder as folders
from ampglow_plugin.hosts.base import Emission, Progress
from ampglow_plugin.hosts.entries import all_files
from ampglow_plugin.hosts.siril.dialects import dialect
from ampglow_plugin.hosts.siril.inputs import inspect
from ampglow_plugin.hosts.siril.parts import LIGHTS_LOG, LIGHTS_SCRIPT, MASTERS_END, MASTERS_SCRIPT
from ampglow_plugin.hosts.siril.writer import FRAMES, MASTERS, PROCESS, RESULTS, Calibrated, Script, write_script
from ampglow_plugin.model.manifest import InputFile, MasterFile, OutputFile, RunManifest
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.planning.text import plan_sha256
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.writing import write_text

SCRIPT = "ampglow.ssf"
LOG = "ampglow-siril.log"
#: what a folder of ours may hold; writing it anew removes these and nothing else
OURS = (FRAMES, MASTERS, PROCESS, RESULTS, SCRIPT, LOG, MASTERS_SCRIPT, LIGHTS_SCRIPT, LIGHTS_LOG)


def emit(checked: CheckedPlan, version: str, folder: Path, *, force: bool, progress: Progress) -> Emission:
    """Write ``folder``; see :class:`~ampglow_plugin.hosts.base.Host`."""
    plan = checked.plan
    spoken = dialect(version)
    script = write_script(plan, spoken)
    files = all_files(plan)
    seen = 0

    def read() -> None:
        nonlocal seen
        seen += 1
        progress("reading headers", seen / (2 * len(files)))

    disk_bytes = inspect(plan, series=spoken.series, read=read)
    described = folders.describe_all(files, progress, done=0.5)
    folder = folder.absolute()
    folders.keep_outside(folder, [*files, *(f.path for f in described.values())])
    manifest = RunManifest(
        tool=f"ampglow {__version__}",
        plan_sha256=plan_sha256(plan),
        host="siril",
        host_version=spoken.series,
        script=SCRIPT,
        commands=tuple(script.commands),
        masters=tuple(_master_files(plan, script, described)),
        outputs=tuple(o for c in script.calibrated for o in _outputs(c, described)),
        products=tuple(script.products),
        intermediates=tuple(script.intermediates),
        allowed=plan.allowed,
        log=LOG,
        settings={folders.DISK_BYTES: str(disk_bytes), MASTERS_END: str(script.masters_end_line)},
    )
    folders.claim(folder, manifest, force=force, ours=OURS)
    _lay_out(folder, plan, script)
    write_text(folder / SCRIPT, script.text)
    path = folders.write_manifest(folder, manifest)
    progress("written", 1.0)
    return Emission(folder=folder, script=folder / SCRIPT, manifest_path=path, manifest=manifest)


def _lay_out(folder: Path, plan: Plan, script: Script) -> None:
    for name in (FRAMES, MASTERS, PROCESS, RESULTS):
        (folder / name).mkdir()
    for frames in script.sets:
        place = folder / FRAMES / frames.name
        place.mkdir()
        for number, frame in enumerate(frames.frames * frames.copies, start=1):
            # Siril goes by content: .fit is right for .fits, .fts, .fz and .gz alike
            folders.link(Path(frame), place / f"{frames.name}_{number:05d}.fit")
    for master in plan.masters:
        if master.file is not None:
            folders.link(Path(master.file), folder / script.master_paths[master.id])


def _master_files(plan: Plan, script: Script, described: dict[str, InputFile]) -> list[MasterFile]:
    return [
        MasterFile(
            id=master.id,
            role=master.role,
            path=script.master_paths[master.id],
            built=master.file is None,
            holds_bias=master.holds_bias,
            inputs=tuple(described[f] for f in ((master.file,) if master.file else master.frames)),
        )
        for master in plan.masters
    ]


def _outputs(calibrated: Calibrated, described: dict[str, InputFile]) -> list[OutputFile]:
    step = calibrated.step
    return [
        OutputFile(
            path=calibrated.path(number),
            group=calibrated.group.id,
            light=described[frame],
            dark=step.dark if step else None,
            flat=step.flat if step else None,
            bias=step.bias if step else None,
            debayered=calibrated.debayered,
        )
        for number, frame in enumerate(calibrated.group.frames, start=1)
    ]
