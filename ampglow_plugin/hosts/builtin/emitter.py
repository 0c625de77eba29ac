"""A checked plan as a folder that the engine works in: the plan and the manifest. Inputs stay where they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ampglow_plugin import __version__
from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts import folder as folders
from ampglow_plugin.hosts.base import Emission, Progress
from ampglow_plugin.hosts.builtin import align
from ampglow_plugin.hosts.builtin.debayer import METHOD
from ampglow_plugin.hosts.builtin.inspect import inspect
from ampglow_plugin.hosts.builtin.recipe import MASTERS, PROCESS, RESULTS, Recipe, Work, work_of
from ampglow_plugin.hosts.entries import all_files
from ampglow_plugin.model.manifest import InputFile, MasterFile, OutputFile, RunManifest
from ampglow_plugin.model.plan import Group, Integrate, Plan
from ampglow_plugin.planning.text import plan_sha256, to_yaml
from ampglow_plugin.rules.checked import CheckedPlan
from ampglow_plugin.writing import write_text

#: changes whenever the same plan would give other pixels
VERSION = "1"
SCRIPT = "ampglow-builtin.yaml"
LOG = "ampglow-builtin.log"
OURS = (MASTERS, PROCESS, RESULTS, SCRIPT, LOG)


def check_version(version: str) -> None:
    """Refuse a version of the engine that this ampglow does not hold."""
    if version != VERSION:
        raise HostRefused(f"the embedded engine is version {VERSION}, not {version}", fix=f"use version {VERSION}")


def render(plan: Plan) -> str:
    """The work in words, one line a step, in working order."""
    work = work_of(plan)
    lines = [f"ampglow {__version__}, embedded engine {VERSION}", f"plan sha256 {plan_sha256(plan)}"]
    lines += [f"allowed although a rule failed: {a.rule}: {a.reason}" for a in plan.allowed]
    lines += [f"master {m.id}: {m.file} (as it is)" for m in plan.masters if m.file is not None]
    for recipe in (*work.masters, *work.groups):
        entry = recipe.entry
        kind = "lights" if isinstance(entry, Group) else "master"
        lines.append(f"{kind} {entry.id}: {len(entry.frames)} frame(s)")
        lines += [f"  {line}" for line in _steps(recipe)]
    return "\n".join(lines) + "\n"


def _steps(recipe: Recipe) -> Iterator[str]:
    step = recipe.calibrate
    if step is not None:
        if step.bias is not None:
            yield f"subtract the bias {step.bias}"
        if step.bias_level_adu is not None:
            yield f"subtract {step.bias_level_adu:g} ADU"
        if step.dark is not None:
            yield f"subtract the dark {step.dark}" + (
                " times light / dark exposure" if step.dark_scaling == "exposure" else ", unscaled"
            )
        if step.flat is not None:
            yield f"divide by the flat {step.flat}" + (", its colours made equal" if step.equalize_cfa else "")
    if recipe.cosmetic is not None:
        hot, cold = recipe.cosmetic.hot_sigma, recipe.cosmetic.cold_sigma
        limits = [f"{name} {s:g} sigma" for name, s in (("hot", hot), ("cold", cold)) if s is not None]
        where = "of the same colour" if recipe.cosmetic.cfa else "around"
        yield f"replace pixels that stand out in {recipe.cosmetic.dark} ({', '.join(limits)}) by the mean {where}"
    if recipe.debayer is not None:
        yield f"debayer, {METHOD}"
    if recipe.align is not None:
        yield "align on the stars (shift, rotation, scale; cubic splines)"
    if recipe.integrate is not None:
        yield combination(recipe.integrate)
    if recipe.writes_frames:
        yield f"-> {recipe.calibrated(1)} ..."
    if recipe.align is not None:
        yield f"-> {recipe.aligned(1)} ..."
    if recipe.integrate is not None or not isinstance(recipe.entry, Group):
        yield f"-> {recipe.result}"


def combination(step: Integrate) -> str:
    """``mean, rejection winsorized 3 3, normalization none``."""
    text = f"{step.combination}, rejection {step.rejection}"
    if step.rejection != "none":
        text += f" {step.low_sigma:g} {step.high_sigma:g}"
    return text + f", normalization {step.normalization}" + (", output 0..1" if step.output_normalized else "")


def emit(checked: CheckedPlan, version: str, folder: Path, *, force: bool, progress: Progress) -> Emission:
    """Write ``folder``; see :class:`~ampglow_plugin.hosts.base.Host`."""
    check_version(version)
    plan = checked.plan
    work = work_of(plan)
    if work.aligns:
        align.require()
    files = all_files(plan)
    seen = 0

    def read() -> None:
        nonlocal seen
        seen += 1
        progress("reading headers", seen / (2 * len(files)))

    disk_bytes = inspect(plan, work, read=read)
    described = folders.describe_all(files, progress, done=0.5)
    folder = folder.absolute()
    folders.keep_outside(folder, [*files, *(f.path for f in described.values())])
    manifest = RunManifest(
        tool=f"ampglow {__version__}",
        plan_sha256=plan_sha256(plan),
        host="builtin",
        host_version=version,
        script=SCRIPT,
        commands=tuple(f"{'lights' if isinstance(r.entry, Group) else 'master'} {r.entry.id}" for r in _all(work)),
        masters=tuple(_master_files(plan, work, described)),
        outputs=tuple(o for recipe in work.groups for o in _outputs(recipe, described)),
        products=tuple(recipe.result for recipe in work.groups if recipe.integrate),
        allowed=plan.allowed,
        log=LOG,
        settings={folders.DISK_BYTES: str(disk_bytes)},
    )
    folders.claim(folder, manifest, force=force, ours=OURS)
    write_text(folder / SCRIPT, to_yaml(plan))
    path = folders.write_manifest(folder, manifest)
    progress("written", 1.0)
    return Emission(folder=folder, script=folder / SCRIPT, manifest_path=path, manifest=manifest)


def _all(work: Work) -> tuple[Recipe, ...]:
    return (*work.masters, *work.groups)


def _master_files(plan: Plan, work: Work, described: dict[str, InputFile]) -> Iterator[MasterFile]:
    for master in plan.masters:
        yield MasterFile(
            id=master.id,
            role=master.role,
            path=described[master.file].path if master.file else work.master_paths[master.id],
            built=master.file is None,
            holds_bias=master.holds_bias,
            inputs=tuple(described[f] for f in ((master.file,) if master.file else master.frames)),
        )


def _outputs(recipe: Recipe, described: dict[str, InputFile]) -> Iterator[OutputFile]:
    if not recipe.writes_frames:
        return
    step = recipe.calibrate
    for number, frame in enumerate(recipe.entry.frames, start=1):
        yield OutputFile(
            path=recipe.calibrated(number),
            group=recipe.entry.id,
            light=described[frame],
            dark=step.dark if step else None,
            flat=step.flat if step else None,
            bias=step.bias if step else None,
            debayered=recipe.debayer is not None,
        )
