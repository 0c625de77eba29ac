"""A plan as PixInsight processes in working order: the one list that icons and script are written from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts.entries import in_order
from ampglow_plugin.hosts.pixinsight import settings
from ampglow_plugin.hosts.pixinsight.paths import absolute, folder_names, identifier, rounds, stem
from ampglow_plugin.hosts.pixinsight.settings import Level, Setting
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
)

MASTERS, RESULTS = "masters", "results"
#: ImageIntegration declares this minimum and does not start with fewer
MINIMUM_FRAMES = 3

Entry = Master | Group


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What was measured on the input files; empty where none was opened.

    ``levels`` are hot and cold levels of dark masters by id, ``row_order`` says that FITS files
    carry ROWORDER.
    """

    levels: Mapping[str, Level] = field(default_factory=dict)
    row_order: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One process to run: an icon of the set, a block of the script.

    ``settings`` are stated on purpose, each with its reason; every other parameter keeps its factory value.
    ``outputs`` are the files it writes, one for each of ``inputs`` in order; an ImageIntegration leaves a window,
    which is to be saved as ``save_as``.
    """

    number: int
    process: str
    name: str
    what: str
    why: tuple[str, ...]
    settings: tuple[Setting, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...] = ()
    save_as: str | None = None
    folder: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibrated:
    """The frame that a calibration of lights writes: the one to be verified."""

    group: Group
    light: str
    path: str
    step: Calibrate


@dataclass(kw_only=True, slots=True)
class Work:
    """Everything that is to be done, with what it reads and writes. Paths are absolute."""

    folder: str
    jobs: list[Job] = field(default_factory=list)
    masters: dict[str, str] = field(default_factory=dict)
    calibrated: list[Calibrated] = field(default_factory=list)
    products: list[str] = field(default_factory=list)

    @property
    def folders(self) -> tuple[str, ...]:
        """Folders that must exist before the first process runs."""
        saved = [job.save_as.rpartition("/")[0] for job in self.jobs if job.save_as]
        return tuple(dict.fromkeys([job.folder for job in self.jobs if job.folder] + saved))


def plan_work(plan: Plan, version: str, folder: str, survey: Survey) -> Work:
    """The processes for ``plan``, writing below ``folder``.

    Raises
    ------
    HostRefused
        Where PixInsight has no way to do a step: fewer than three frames to integrate, a constant in place of
        a bias frame, a rejection it does not have, masters that need each other in a circle.
    """
    work = Work(folder=folder.rstrip("/"))
    writer = _Writer(plan, version, work, survey)
    names = folder_names([m.id for m in plan.masters], "master")
    for master in plan.masters:
        work.masters[master.id] = (
            absolute(master.file) if master.file else f"{work.folder}/{MASTERS}/{names[master.id]}.xisf"
        )
    index = {master.id: i for i, master in enumerate(plan.masters)}
    for master in in_order(plan.masters):
        if master.file is None:
            writer.entry(master, names[master.id], f"masters[{index[master.id]}]")
    groups = folder_names([g.id for g in plan.groups], "group")
    for i, group in enumerate(plan.groups):
        writer.entry(group, groups[group.id], f"groups[{i}]")
    return work


@dataclass(slots=True)
class _Writer:
    plan: Plan
    version: str
    work: Work
    survey: Survey

    def entry(self, entry: Entry, name: str, place: str) -> None:
        """Every step of a master or a group, each working on what the one before it wrote."""
        if not entry.frames:
            raise HostRefused("there are no frames here", where=place, fix="name frames, or a master file")
        if isinstance(entry, Master) and not (entry.steps and isinstance(entry.steps[-1], Integrate)):
            fix = "let its steps end with an integrate step"
            raise HostRefused(f"master {entry.id!r} is not integrated", where=place, fix=fix)
        files = [absolute(frame) for frame in entry.frames]
        for i, step in enumerate(entry.steps):
            where = f"{place}.steps[{i}]"
            match step:
                case Calibrate():
                    files = self._calibrate(entry, step, name, files, where)
                case CosmeticCorrect():
                    files = self._cosmetic(entry, step, name, files, where)
                case Debayer():
                    chosen = settings.debayer(step, self.version, where)
                    what = f"Debayer {_count(files)} of {entry.id}"
                    files = self._files("Debayer", name, what, chosen, files, "debayered", "_d")
                case Align():
                    chosen = settings.align(step, files[0], self.version, where)
                    what = f"Align {_count(files)} of {entry.id} to {stem(files[0])}"
                    files = self._files("StarAlignment", name, what, chosen, files, "registered", "_r")
                case Integrate():
                    self._integrate(entry, step, name, files, where)
                case RemoveGradient():
                    raise HostRefused(
                        "in PixInsight samples are set by eye, which no script of ours can do",
                        where=where,
                        fix="leave the step out and do it by hand: `ampglow gradient` without -o says how",
                    )
                case _:
                    assert_never(step)

    def _master(self, id: str | None, where: str) -> tuple[Master, str] | None:
        if id is None:
            return None
        master = self.plan.master(id)
        if master is None:
            raise HostRefused(f"there is no master {id!r}", where=where, fix="name a master of the plan")
        return master, self.work.masters[id]

    def _calibrate(self, entry: Entry, step: Calibrate, name: str, files: list[str], where: str) -> list[str]:
        chosen = settings.calibrate(
            step,
            bias=self._master(step.bias, where),
            dark=self._master(step.dark, where),
            flat=self._master(step.flat, where),
            flats=isinstance(entry, Master),
            cfa=_mosaic(entry),
            debayers=any(isinstance(s, Debayer) for s in entry.steps),
            row_order=self.survey.row_order,
            version=self.version,
            where=where,
        )
        what = f"Calibrate {_count(files)} of {entry.id}"
        written = self._files("ImageCalibration", name, what, chosen, files, "calibrated", "_c")
        if isinstance(entry, Group):
            self.work.calibrated.extend(
                Calibrated(group=entry, light=light, path=path, step=step)
                for light, path in zip(entry.frames, written, strict=True)
            )
        return written

    def _cosmetic(self, entry: Entry, step: CosmeticCorrect, name: str, files: list[str], where: str) -> list[str]:
        level = self.survey.levels.get(step.dark) if step.dark else None
        chosen = settings.cosmetic(step, self._master(step.dark, where), level, self.version, where)
        what = f"Cosmetic correction of {_count(files)} of {entry.id}"
        return self._files("CosmeticCorrection", name, what, chosen, files, "cosmetic", "_cc")

    def _files(  # noqa: PLR0913, PLR0917 - said once for each of four processes
        self, process: str, name: str, what: str, chosen: settings.Chosen, files: list[str], place: str, suffix: str
    ) -> list[str]:
        """A process that writes one file for each input; inputs of one name go into rounds with a prefix."""
        folder = f"{self.work.folder}/{place}/{name}"
        written: dict[str, str] = {}
        for number, part in enumerate(rounds(files), start=1):
            prefix = f"n{number}_" if number > 1 else ""
            outputs = [f"{folder}/{prefix}{stem(f)}{suffix}.xisf" for f in part]
            written.update(zip(part, outputs, strict=True))
            own = settings.output(process, folder, prefix, part, self.version)
            again = (f"Round {number}: files of the same name as in the icon before it.",) if number > 1 else ()
            self._add(
                process,
                name,
                what,
                (*chosen.why, *again),
                (*chosen.settings, *own),
                part,
                outputs=tuple(outputs),
                folder=folder,
            )
        return [written[f] for f in files]

    def _integrate(self, entry: Entry, step: Integrate, name: str, files: list[str], where: str) -> None:
        role = entry.role if isinstance(entry, Master) else None
        if len(files) < MINIMUM_FRAMES:
            raise HostRefused(
                f"ImageIntegration does not start with fewer than {MINIMUM_FRAMES} images, and here are {len(files)}",
                where=where,
                fix="take more frames, or build the master elsewhere (Siril does with two) and give it as a file"
                if role
                else "take more lights, or plan without a stack",
            )
        chosen = settings.integrate(step, role, row_order=self.survey.row_order, version=self.version, where=where)
        target = self.work.masters[entry.id] if role else f"{self.work.folder}/{RESULTS}/{name}.xisf"
        what = f"Integrate {_count(files)}: {'master ' + role if role else 'stack'} {entry.id}"
        if not role:
            self.work.products.append(target)
        save = f"ImageIntegration leaves a window and writes no file. Save it as: {target}"
        targets = settings.targets("ImageIntegration", files)
        self._add(
            "ImageIntegration", name, what, (*chosen.why, save), (*chosen.settings, targets), files, save_as=target
        )

    def _add(  # noqa: PLR0913, PLR0917 - the fields of a Job
        self,
        process: str,
        name: str,
        what: str,
        why: tuple[str, ...],
        stated: tuple[Setting, ...],
        files: list[str],
        *,
        outputs: tuple[str, ...] = (),
        save_as: str | None = None,
        folder: str | None = None,
    ) -> None:
        number = len(self.work.jobs) + 1
        self.work.jobs.append(
            Job(
                number=number,
                process=process,
                name=f"AG_{number:02d}_{process}_{identifier(name)}".rstrip("_"),
                what=what,
                why=why,
                settings=stated,
                inputs=tuple(files),
                outputs=outputs,
                save_as=save_as,
                folder=folder,
            )
        )


def _mosaic(entry: Entry) -> bool | None:
    if isinstance(entry, Group) and entry.cfa is not None:
        return entry.cfa
    pattern = entry.settings.get("bayer_pattern")
    return isinstance(pattern, str) and pattern.lower() != "none" if pattern is not None else None


def _count(files: list[str]) -> str:
    return "1 frame" if len(files) == 1 else f"{len(files)} frames"
