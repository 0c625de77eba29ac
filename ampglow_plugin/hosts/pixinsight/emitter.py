"""A checked plan as a folder for PixInsight: icons, script, manifest, and the folders they write into."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from ampglow_plugin import __version__
from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts import folder as folders
from ampglow_plugin.hosts.base import Emission, Progress
from ampglow_plugin.hosts.pixinsight.icons import write_icons
from ampglow_plugin.hosts.pixinsight.jobs import MASTERS, RESULTS, Entry, Survey, Work, plan_work
from ampglow_plugin.hosts.pixinsight.paths import absolute
from ampglow_plugin.hosts.pixinsight.script import LOG, RESULT, write_script
from ampglow_plugin.hosts.pixinsight.survey import survey
from ampglow_plugin.knowledge.pixinsight import SERIES
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.manifest import InputFile, MasterFile, OutputFile, RunManifest
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.planning.text import plan_sha256
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.writing import write_text

ICONS = "ampglow.xpsm"
SCRIPT = "ampglow.js"
#: the plan for the window inside PixInsight, which reads JSON; in ASCII, whatever encoding it expects
PLAN = "plan.json"
#: what a folder of ours may hold; writing it anew removes these and nothing else
OURS = (ICONS, SCRIPT, PLAN, RESULT, LOG, MASTERS, "calibrated", "cosmetic", "debayered", "registered", RESULTS)
#: where a plan is rendered that is not written into a folder
NOWHERE = "/path/to/output"


def render(plan: Plan, version: str, *, folder: str = NOWHERE, seen: Survey | None = None) -> tuple[str, str, Work]:
    """Text of the icons, text of the script, and what they read and write.

    Raises
    ------
    HostRefused
        Where PixInsight, or this version of it, cannot do what the plan says.
    """
    if version not in SERIES:
        fix = f"choose one of {', '.join(SERIES)}"
        raise HostRefused(f"icons and scripts for PixInsight {version!r} are not known", fix=fix)
    work = plan_work(plan, version, folder, seen or Survey())
    if not work.jobs:
        raise HostRefused("the plan has nothing to do", fix="add groups of lights with steps")
    notes = [*_notes(plan, version)]
    return write_icons(work.jobs, version, notes[:1]), write_script(work, version, notes, _inputs(plan)), work


def emit(checked: CheckedPlan, version: str, folder: Path, *, force: bool, progress: Progress) -> Emission:
    """Write ``folder``; see :class:`~ampglow_plugin.hosts.base.Host`."""
    plan = checked.plan
    folder = folder.absolute()
    render(plan, version)  # what cannot be said is refused before any file is opened
    seen = survey(plan, lambda path: progress(f"reading {Path(path).name}", None))
    icons, script, work = render(plan, version, folder=absolute(str(folder)), seen=seen)
    files = _paths(plan)
    described = folders.describe_all(files, progress)
    manifest = RunManifest(
        tool=f"ampglow {__version__}",
        plan_sha256=plan_sha256(plan),
        host="pixinsight",
        host_version=version,
        script=SCRIPT,
        commands=tuple(job.process for job in work.jobs),
        masters=tuple(_master_files(plan, work, described, folder)),
        outputs=tuple(_outputs(work, described, folder)),
        products=tuple(_below(path, folder) for path in work.products),
        allowed=plan.allowed,
        log=RESULT,
        settings={"icons": ICONS, "console": LOG, "plan": PLAN},
    )
    folders.keep_outside(folder, [*files, *(f.path for f in described.values())])
    folders.claim(folder, manifest, force=force, ours=OURS)
    for needed in work.folders:  # PixInsight refuses an output folder that does not exist
        Path(needed).mkdir(parents=True, exist_ok=True)
    write_text(folder / ICONS, icons)
    write_text(folder / SCRIPT, script)
    write_text(folder / PLAN, json.dumps(to_dict(_absolute(plan)), indent=1, ensure_ascii=True) + "\n")
    path = folders.write_manifest(folder, manifest)
    progress("written", 1.0)
    return Emission(folder=folder, script=folder / SCRIPT, manifest_path=path, manifest=manifest)


def _notes(plan: Plan, version: str) -> Iterator[str]:
    yield f"Written by ampglow {__version__} for PixInsight {version}; plan sha256 {plan_sha256(plan)}"
    yield "Run it with Script > Execute Script File, or without a window being touched:"
    yield f'PixInsight -n --automation-mode -r="{SCRIPT}" --force-exit   (give the whole path)'
    for allowed in plan.allowed:
        where = f" ({allowed.where})" if allowed.where else ""
        yield f"ALLOWED although a rule failed: {allowed.rule}{where}: {' '.join(allowed.reason.split())}"


def _paths(plan: Plan) -> list[str]:
    files: dict[str, None] = {}
    entries: tuple[Entry, ...] = (*plan.masters, *plan.groups)
    for entry in entries:
        files.update(dict.fromkeys(entry.frames))
    files.update(dict.fromkeys(m.file for m in plan.masters if m.file))
    return list(files)


def _absolute(plan: Plan) -> Plan:
    masters = tuple(
        replace(m, file=absolute(m.file) if m.file else None, frames=tuple(map(absolute, m.frames)))
        for m in plan.masters
    )
    return replace(
        plan, masters=masters, groups=tuple(replace(g, frames=tuple(map(absolute, g.frames))) for g in plan.groups)
    )


def _inputs(plan: Plan) -> list[str]:
    return [absolute(path) for path in _paths(plan)]


def _below(path: str, folder: Path) -> str:
    return Path(path).relative_to(folder).as_posix()


def _master_files(plan: Plan, work: Work, described: dict[str, InputFile], folder: Path) -> Iterable[MasterFile]:
    for master in plan.masters:
        yield MasterFile(
            id=master.id,
            role=master.role,
            path=work.masters[master.id] if master.file else _below(work.masters[master.id], folder),
            built=master.file is None,
            holds_bias=master.holds_bias,
            inputs=tuple(described[f] for f in ((master.file,) if master.file else master.frames)),
        )


def _outputs(work: Work, described: dict[str, InputFile], folder: Path) -> Iterable[OutputFile]:
    for done in work.calibrated:
        yield OutputFile(
            path=_below(done.path, folder),
            group=done.group.id,
            light=described[done.light],
            dark=done.step.dark,
            flat=done.step.flat,
            bias=done.step.bias,
        )
