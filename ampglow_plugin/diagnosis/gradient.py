"""The removal of what is left of a glow, as a plan: what is proved to be marginal, or the last resort."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ampglow_plugin import __version__
from ampglow_plugin.catalog.hashes import sha256_of
from ampglow_plugin.diagnosis.stack_of import need_stack_of
from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import history, read_frame
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.model.diagnosis import Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.plan import Allowance, Group, LeftGlow, Plan, RemoveGradient
from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.rules.outputs.gradient_for_dark import found_left, left_of
from ampglow_plugin.rules.pipeline.gradient_step import RULE

#: of a glow that no dark has taken away: close enough together and free enough to follow it, and the nebulae as well
LAST_RESORT: Final = RemoveGradient(samples=30, tolerance=10.0, smoothing=0.2)
#: median deviations; on a simulated stack Siril took 2 % of a nebula's peak with 0.5, 4 % with 2 and 6 % with 4
LEAST_TOLERANCE: Final = 0.5
MOST_TOLERANCE: Final = 2.0
#: the brightest sample beside the peak as it was measured, which is a mean over tiles and uncertain
PEAK_MARGIN: Final = 1.5
#: frames of one dark that are looked at together to find where its glow is left
MOST_LOOKED_AT: Final = 8
#: words by which programs tell that a picture was stretched: then it is not linear any more
_STRETCHED: Final = re.compile(
    r"autostretch|asinh|arcsinh|histogram ?transf|\bMTF\b|\bGHS\b|generalized hyperbolic|curves ?transf|stretch",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Targets:
    """Files to work on: stacks, or frames that belong together, by the name of what is made of them.

    ``stacks`` are those of several frames, each with whether the manifest of its run names it.
    """

    groups: Mapping[str, tuple[str, ...]]
    stacks: Mapping[str, bool] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(file for group in self.groups.values() for file in group)


def targets_of(paths: Iterable[Path]) -> Targets:
    """The stacks of runs; where one made none its aligned frames, and where it aligned none its calibrated ones.

    Of files each by itself.

    Raises
    ------
    InputError
        Where a folder holds no run, or its files are gone.
    """
    groups: dict[str, tuple[str, ...]] = {}
    stacks: dict[str, bool] = {}
    for path in paths:
        found = _of_run(path) if path.is_dir() else targets([path])
        stacks |= found.stacks
        for name, files in found.groups.items():
            groups[_free(name, groups)] = files
    return Targets(groups=groups, stacks=stacks)


def stacks_of(files: Iterable[Path], runs: Iterable[Path]) -> Targets:
    """Stacks that somebody names: each by itself."""
    named = list(files)
    products = {(run / product).resolve() for run in runs for product in read_manifest(run).products}
    return replace(targets(named), stacks={str(file): file.resolve() in products for file in named})


def _of_run(folder: Path) -> Targets:
    manifest = read_manifest(folder)
    products = [folder / product for product in manifest.products]
    if products:
        return stacks_of([file for file in products if _there(file)], [folder])
    aligned: dict[str, list[str]] = {}
    for output in manifest.outputs:
        name = Path(output.path).name
        made = [path for path in manifest.intermediates if Path(path).name == f"r_{name}"]
        file = folder / (made[0] if made else output.path)
        if _there(file):
            aligned.setdefault(output.group, []).append(str(file))
    return Targets(groups={group: tuple(files) for group, files in aligned.items()})


def _free(name: str, taken: Collection[str]) -> str:
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique


def _there(file: Path) -> bool:
    if file.is_file():
        return True
    raise InputError("is gone", where=str(file), fix="run the calibration again, or name the files that are there")


def targets(files: Iterable[str | Path]) -> Targets:
    """Each file by itself: stacks, or frames that somebody names."""
    names: dict[str, tuple[str, ...]] = {}
    for file in map(str, files):
        plain = re.sub(r"[^A-Za-z0-9._-]", "_", Path(file).name.partition(".")[0]).lstrip("._-") or "stack"
        names[_free(plain, names)] = (file,)
    return Targets(groups=names)


def need_proofs(paths: Iterable[Path], proofs: Sequence[Proof]) -> None:
    """Is there a proof of every output?

    Raises
    ------
    InputError
        Naming the first of which there is none.
    """
    wanted: list[Path] = []
    for path in paths:
        wanted += [path / o.path for o in read_manifest(path).outputs] if path.is_dir() else [path]
    proved = {Path(proof.path).resolve() for proof in proofs}
    for output in wanted:
        if output.resolve() not in proved:
            raise InputError("nothing is proved of it", where=str(output), fix="prove every output: leave --proof out")


def to_look_at(proofs: Sequence[Proof]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(dark, outputs) that are to be diagnosed together to find where its glow is left."""
    by_dark: dict[str, list[str]] = {}
    for proof in proofs:
        if "dark" in proof.inputs:
            by_dark.setdefault(proof.inputs["dark"], []).append(proof.path)
    for dark, outputs in by_dark.items():
        apart = -(-len(outputs) // MOST_LOOKED_AT)
        yield dark, tuple(outputs[::apart])


def nothing_left(proofs: Iterable[Proof], diagnoses: Iterable[Diagnosis]) -> bool:
    """Whether every output is clean, and the dark's glow was found in no place of them together."""
    clean = all((p.verdict.done, p.verdict.success) == ("applied", "clean") for p in proofs)
    return clean and not any(found_left(diagnosis) for diagnosis in diagnoses)


def plan_of(
    found: Targets, proofs: Sequence[Proof], diagnoses: Mapping[str, Diagnosis], *, last_resort: str | None = None
) -> Plan:
    """The plan that subtracts a smooth background from ``found``; whether it may be is for ``check_plan`` to say.

    ``diagnoses`` tell by dark where its glow is left. ``last_resort`` is the reason why a dark cannot do it: then
    nothing is proved, and the plan says that it is allowed all the same.

    Raises
    ------
    InputError
        Where a file cannot be read, or is not linear any more.
    """
    evidence = tuple(_absolute(left_of(p, diagnoses.get(p.inputs.get("dark", "")))) for p in proofs)
    step = RemoveGradient(evidence=evidence) if last_resort is None else LAST_RESORT
    allowed = () if last_resort is None else (Allowance(rule=RULE.code, reason=last_resort),)
    return Plan(
        tool=f"ampglow {__version__}",
        groups=tuple(_group(name, files, step) for name, files in found.groups.items()),
        allowed=allowed,
    )


def stacks_checked(plan: Plan, found: Targets, proofs: Sequence[Proof], diagnoses: Mapping[str, Diagnosis]) -> Plan:
    """``plan`` with what could not be checked of the stacks that it works on.

    Raises
    ------
    InputError
        Where a stack holds other frames than those of ``proofs``, or nothing shows that it holds these.
    """
    texts = {
        str(Path(file).absolute()): need_stack_of(file, proofs, diagnoses, listed=listed)
        for file, listed in found.stacks.items()
    }

    def checked(group: Group) -> Group:
        told = tuple(text for file in group.frames for text in texts.get(file, ()))
        steps = (replace(s, unchecked=told) if isinstance(s, RemoveGradient) else s for s in group.steps)
        return replace(group, steps=tuple(steps))

    return replace(plan, groups=tuple(checked(group) for group in plan.groups))


def _absolute(left: LeftGlow) -> LeftGlow:
    """With paths that mean the same wherever the plan is written."""
    dark = None if left.dark is None else str(Path(left.dark).absolute())
    return replace(left, output=str(Path(left.output).absolute()), dark=dark)


def _tolerance(step: RemoveGradient, file: str) -> float:
    """Just so much that samples may stand on what is left (median absolute deviations of ``file``).

    Siril 1.4.2 left a fifth of a glow of 8 ADU, 2.4 deviations of a stack, with a tolerance of 2, and two thirds of it
    with 0.5.
    """
    import numpy as np

    worst = step.worst
    planes = read_pixels(file).data
    deviation = min(float(np.median(np.abs(plane - np.median(plane)))) for plane in planes)
    left = 0.0 if worst is None else abs(worst.residual_glow_adu or 0.0)
    needed = PEAK_MARGIN * left / deviation if deviation else LEAST_TOLERANCE
    return round(min(max(needed, LEAST_TOLERANCE), MOST_TOLERANCE), 1)


def _group(name: str, files: tuple[str, ...], step: RemoveGradient) -> Group:
    files = tuple(str(Path(file).absolute()) for file in files)
    for file in files:
        words = next((line for line in history(Path(file)) if _STRETCHED.search(line)), None)
        if words is not None:
            raise InputError(
                f"is not linear any more: its HISTORY says {words!r}",
                where=file,
                fix="name the stack as it was before it was stretched",
            )
    frame = read_frame(files[0])
    tolerance = step.tolerance if step is LAST_RESORT else _tolerance(step, files[0])
    return Group(
        id=name,
        frames=files,
        steps=(replace(step, tolerance=tolerance, sha256=tuple(sha256_of(Path(file)) for file in files)),),
        cfa=frame.bayer_pattern is not None and (frame.planes or 1) == 1,
        width=frame.width,
        height=frame.height,
    )
