"""Steps of a plan as the engine carries them out, or the reason why it cannot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts.builtin.debayer import METHOD
from ampglow_plugin.hosts.entries import in_order, set_names
from ampglow_plugin.model.plan import (
    Align,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    Master,
    Plan,
    RemoveGradient,
    Step,
)

MASTERS, PROCESS, RESULTS = "masters", "process", "results"
COMBINATIONS = ("mean", "median", "min", "max")
REJECTIONS = ("none", "percentile", "sigma", "mad", "median_sigma", "winsorized")
NORMALIZATIONS = ("none", "additive", "multiplicative", "additive_scaling")
_ORDER = (Calibrate, CosmeticCorrect, Debayer, Align, Integrate)

Entry = Master | Group
T = TypeVar("T", bound=Step)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """What is done with the frames of one master or group, each step at most once and in this order."""

    entry: Entry
    name: str
    place: str
    calibrate: Calibrate | None = None
    cosmetic: CosmeticCorrect | None = None
    debayer: Debayer | None = None
    align: Align | None = None
    integrate: Integrate | None = None

    @property
    def writes_frames(self) -> bool:
        """Is every frame written after its calibration?"""
        return isinstance(self.entry, Group) and any((self.calibrate, self.cosmetic, self.debayer))

    def calibrated(self, number: int) -> str:
        """Path of calibrated frame ``number`` (from 1) below the folder of the run."""
        return f"{PROCESS}/pp_{self.name}_{number:05d}.fit"

    def aligned(self, number: int) -> str:
        """Path of aligned frame ``number``."""
        stem = f"pp_{self.name}" if self.writes_frames else self.name
        return f"{PROCESS}/r_{stem}_{number:05d}.fit"

    @property
    def result(self) -> str:
        """Path of the combined frame."""
        return f"{MASTERS if isinstance(self.entry, Master) else RESULTS}/{self.name}.fit"


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """Recipes in working order: masters to build, each after those it needs, then groups; paths of all masters."""

    masters: tuple[Recipe, ...]
    groups: tuple[Recipe, ...]
    master_paths: dict[str, str]

    @property
    def aligns(self) -> bool:
        """Are the libraries for aligning needed?"""
        return any(recipe.align for recipe in self.groups)


def work_of(plan: Plan) -> Work:
    """The plan as recipes.

    Raises
    ------
    HostRefused
        With the place of a step that the engine has no way to do.
    """
    names = set_names(plan)
    index = {master.id: i for i, master in enumerate(plan.masters)}
    paths = {
        m.id: str(Path(m.file).absolute()) if m.file else f"{MASTERS}/{names['master', m.id]}.fit" for m in plan.masters
    }
    return Work(
        masters=tuple(
            _recipe(m, names["master", m.id], f"masters[{index[m.id]}]", paths)
            for m in in_order(plan.masters)
            if m.file is None
        ),
        groups=tuple(_recipe(g, names["group", g.id], f"groups[{i}]", paths) for i, g in enumerate(plan.groups)),
        master_paths=paths,
    )


def _refuse(what: str, where: str, fix: str) -> NoReturn:
    raise HostRefused(what, where=where, fix=fix)


def _recipe(entry: Entry, name: str, place: str, known: Collection[str]) -> Recipe:
    if not entry.frames:
        _refuse("there are no frames here", place, "name frames, or a master file")
    taken: dict[type, Step] = {}
    for i, step in enumerate(entry.steps):
        where = f"{place}.steps[{i}]"
        if isinstance(step, RemoveGradient):
            _refuse("the engine takes no gradients away", where, "use Siril 1.2 or newer, or leave the step out")
        if any(_ORDER.index(type(step)) <= _ORDER.index(kind) for kind in taken):
            _refuse(
                f"{step.step} cannot stand here", where, "calibrate, cosmetic, debayer, align, integrate: each once"
            )
        _check(step, where, known)
        taken[type(step)] = step
    recipe = Recipe(
        entry=entry,
        name=name,
        place=place,
        calibrate=_of(taken, Calibrate),
        cosmetic=_of(taken, CosmeticCorrect),
        debayer=_of(taken, Debayer),
        align=_of(taken, Align),
        integrate=_of(taken, Integrate),
    )
    _check_whole(recipe)
    return recipe


def _of(taken: dict[type, Step], kind: type[T]) -> T | None:
    step = taken.get(kind)
    return step if isinstance(step, kind) else None


def _check(step: Step, where: str, known: Collection[str]) -> None:
    match step:
        case Calibrate():
            _check_masters((step.dark, step.bias, step.flat), where, known)
            if step.bias is not None and step.bias_level_adu is not None:
                _refuse("a bias frame and a bias level at once", where, "give one of the two")
            if step.dark_scaling == "optimize":
                _refuse("the engine does not search for a factor of the dark", where, "set dark_scaling: none")
            if step.dark_scaling == "exposure" and step.dark is None:
                _refuse("there is no dark to scale", where, "set dark_scaling: none")
        case CosmeticCorrect():
            if step.method != "dark" or step.dark is None:
                _refuse(
                    "the engine finds hot pixels in a master dark only", where, "use method: dark, and name the dark"
                )
            _check_masters((step.dark,), where, known)
        case Debayer():
            if step.method not in (None, METHOD):
                _refuse(f"the engine debayers {METHOD}, not {step.method}", where, "leave `method` out")
        case Align():
            if step.drizzle:
                _refuse("the engine does not drizzle", where, "set drizzle: false, or use Siril 1.4")
        case Integrate():
            _check_integration(step, where)


def _check_masters(used: tuple[str | None, ...], where: str, known: Collection[str]) -> None:
    for master in used:
        if master is not None and master not in known:
            _refuse(f"there is no master {master!r}", where, "name a master of the plan")


def _check_integration(step: Integrate, where: str) -> None:
    for field, value, can in (
        ("combination", step.combination, COMBINATIONS),
        ("rejection", step.rejection, REJECTIONS),
        ("normalization", step.normalization, NORMALIZATIONS),
    ):
        if value not in can:
            _refuse(f"the engine has no {field} {value!r}", where, f"choose one of {', '.join(can)}, or use Siril")
    if step.rejection != "none" and step.combination != "mean":
        _refuse("pixels are rejected in a mean only", where, "set rejection: none, or combination: mean")


def _check_whole(recipe: Recipe) -> None:
    entry = recipe.entry
    if isinstance(entry, Group):
        if recipe.align and entry.cfa and not recipe.debayer:
            _refuse("aligning a mosaic would mix its colours", recipe.place, "debayer before the alignment")
        return
    if recipe.cosmetic or recipe.debayer or recipe.align:
        _refuse("a master is calibrated and integrated, nothing else", recipe.place, "leave the other steps out")
    if recipe.integrate is None and len(entry.frames) > 1:
        _refuse(f"master {entry.id!r} is not integrated", recipe.place, "let its steps end with an integrate step")
