"""Masters from single frames: what is up to date stays, what has changed is built anew, nothing is half written."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from ampglow_plugin import __version__
from ampglow_plugin.catalog import read_or_say
from ampglow_plugin.catalog.file_facts import FileFacts
from ampglow_plugin.errors import AmpglowError, HostMissing, InputError
from ampglow_plugin.headers import read_cards
from ampglow_plugin.hosts.builtin.emitter import combination
from ampglow_plugin.hosts.engines import EMBEDDED, Engine
from ampglow_plugin.library import provenance, template
from ampglow_plugin.library.lock import locked
from ampglow_plugin.library.master_header import complete, temperatures
from ampglow_plugin.library.sets import LEAST, WITHIN_D, Judge, Sorting, Wanted, sort_frames
from ampglow_plugin.library.shelf import Shelf
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.library import InputMark, LeftOut, LibraryMaster, Provenance
from ampglow_plugin.model.plan import Calibrate, Integrate, Master, Plan, Step
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.planning.integration import integrate
from ampglow_plugin.planning.naming import common_settings
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.writing import HIDDEN

Progress = Callable[[str, float | None], None]

#: begins the names of folders that a build works in; hidden, so that no scan looks into them
WORK: Final = f"{HIDDEN}build-"
#: share of the progress bar for reading the frames before the first master is built
_READING: Final = 0.1
#: seconds for each frame and megapixel where no master on the shelf tells: measured with 10 frames of 12 megapixels
#: on two busy cores, 0.077 by the embedded engine and 0.059 by Siril 1.4
_SECONDS_EMBEDDED: Final = 0.08
_SECONDS_SIRIL: Final = 0.06


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildOptions:
    """Where masters go, what they are called, and which are built.

    ``least`` frames make a master, ``within_d`` days lie between the first and the last session of one. ``rebuild``
    builds what is up to date as well, ``prune`` removes masters of ours that were replaced, ``reread`` trusts no
    remembered hash. ``dry_run`` writes nothing.
    """

    output: Path
    template: str = template.DEFAULT
    least: int = LEAST
    within_d: float = WITHIN_D
    rebuild: bool = False
    prune: bool = False
    reread: bool = False
    dry_run: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Build:
    """Masters in the order in which they are built, then those left out; and frames that went into none."""

    masters: tuple[LibraryMaster, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(kw_only=True, slots=True)
class _Job:
    """One master to have. ``master`` is what is known of it so far; ``key`` is that of its pixels."""

    wanted: Wanted
    master: LibraryMaster
    key: str
    hashes: tuple[str, ...]
    steps: tuple[Step, ...]
    needs: _Job | None = None

    @property
    def megapixels(self) -> float:
        first = self.wanted.members.first
        return len(self.hashes) * (first.width or 0) * (first.height or 0) / 1e6


@dataclass(kw_only=True, slots=True)
class _Bench:
    """What one build works with."""

    options: BuildOptions
    engine: Engine
    program: str | None
    facts: FileFacts
    progress: Progress
    shelf: Shelf
    jobs: list[_Job] = field(default_factory=list)


def build(  # noqa: PLR0913 - what a build works with
    found: Iterable[tuple[Frame, str | None]],
    options: BuildOptions,
    *,
    engine: Engine,
    program: str | None = None,
    facts: FileFacts,
    judge: Judge | None = None,
    progress: Progress,
) -> Build:
    """Build the masters that ``found`` (frames with their roles) allow, as far as they are not up to date.

    ``judge`` looks at the frames of a set and says which are not to go into a master. A master that cannot be
    built is ``failed``, with the reason, and the others are built all the same.

    Raises
    ------
    InputError
        The template is wrong, or another build writes into the same folder.
    HostMissing
        The engine is not there.
    """
    template.check(options.template)

    def digest(path: str) -> str:
        try:
            damage = facts.get(Path(path), "damage", _damage, anew=options.reread)
        except OSError as error:
            damage = f"cannot be read: {error.strerror or error}"
        if damage:
            raise InputError(damage, where=path)
        return facts.sha256(Path(path), anew=options.reread)

    frames = list(found)
    sorting = sort_frames(
        frames,
        digest=digest,
        least=options.least,
        within_d=options.within_d,
        judge=judge,
        progress=lambda what, share: progress(what, None if share is None else share * _READING),
    )
    if options.dry_run:
        bench = _bench(sorting, options, engine, program, facts, progress, digest)
        return _result(bench, sorting)
    options.output.mkdir(parents=True, exist_ok=True)
    with locked(options.output):
        _sweep(options.output)
        bench = _bench(sorting, options, engine, program, facts, progress, digest)
        try:
            _build_all(bench)
        finally:
            _sweep(options.output)
    return _result(bench, sorting)


def _damage(path: Path) -> str:
    """What is wrong with a file that a look at its header and its length shows; empty where nothing is."""
    found = read_or_say(str(path))
    return found.what if isinstance(found, FileProblem) else ""


def _sweep(folder: Path) -> None:
    """Take away what a build left that was ended; ours is the only one now."""
    for leftover in folder.glob(f"{WORK}*/"):
        shutil.rmtree(leftover, ignore_errors=True)


def _bench(  # noqa: PLR0913, PLR0917 - what a build works with
    sorting: Sorting,
    options: BuildOptions,
    engine: Engine,
    program: str | None,
    facts: FileFacts,
    progress: Progress,
    digest: Callable[[str], str],
) -> _Bench:
    shelf = Shelf(options.output, facts)
    bench = _Bench(options=options, engine=engine, program=program, facts=facts, progress=progress, shelf=shelf)
    made: dict[int, _Job] = {}
    for wanted in sorting.wanted:
        needs = None if wanted.needs is None else made[id(wanted.needs)]
        hashes = tuple(digest(path) for path in wanted.paths)
        steps = steps_of(wanted)
        key = provenance.key_of(wanted.kind, hashes, steps, needs.key if needs else None)
        job = _Job(wanted=wanted, master=_about(wanted, steps), key=key, hashes=hashes, steps=steps, needs=needs)
        made[id(wanted)] = job
        bench.jobs.append(job)
    _decide(bench)
    return bench


def steps_of(wanted: Wanted) -> tuple[Step, ...]:
    """How the frames are combined: darks and biases as they are, flats calibrated and brought to one level."""
    count = len(wanted.paths)
    if wanted.needs is None:
        return (integrate(count),)
    bias = wanted.needs.kind == "bias"
    calibrate = Calibrate(bias="level") if bias else Calibrate(dark="level")
    return (calibrate, integrate(count, "multiplicative"))


def _about(wanted: Wanted, steps: tuple[Step, ...]) -> LibraryMaster:
    frames = [member.frame for member in wanted.members.members]
    low, middle, high = temperatures(frames) or (None, None, None)
    return LibraryMaster(
        kind=wanted.kind,
        state="to build",
        frames=wanted.paths,
        settings=common_settings(frames),
        temperature_min_c=low,
        temperature_median_c=middle,
        temperature_max_c=high,
        steps=steps,
    )


def _decide(bench: _Bench) -> None:
    """Which masters are up to date, what the others will be called, and what they make superfluous."""
    options, shelf = bench.options, bench.shelf
    live = frozenset(job.key for job in bench.jobs)
    current = {job.key: shelf.up_to_date(job.key) for job in bench.jobs}
    names = template.distinct(
        (template.name_of(options.template, job.wanted.kind, job.wanted.members) for job in bench.jobs),
        (job.key for job in bench.jobs),
    )
    taken = {path for path in current.values() if path is not None}
    for job, name in zip(bench.jobs, names, strict=True):
        existing = current[job.key]
        replaces = shelf.superseded(job.wanted.kind, job.hashes, live)
        if existing is not None and not options.rebuild:
            job.master = replace(job.master, state="up to date", path=str(existing), replaces=_others(replaces))
            continue
        final = existing or options.output / name
        if existing is None and final in taken:
            final = final.with_name(f"{final.stem}_{job.key[:6]}{final.suffix}")
        why = "asked for" if existing else "its frames or their settings have changed" if replaces else None
        job.master = replace(
            job.master,
            path=str(final),
            why=why,
            replaces=_others(replaces, final),
            engine=bench.engine.name,
            seconds=_estimate(bench, job),
        )


def _others(paths: Iterable[Path], final: Path | None = None) -> tuple[str, ...]:
    return tuple(str(path) for path in paths if path != final)


def _estimate(bench: _Bench, job: _Job) -> float:
    """Seconds that a master takes: as those on the shelf by the same engine took, else as measured elsewhere."""
    embedded = bench.engine.name == EMBEDDED
    known = [
        kept.made.seconds / (len(kept.made.inputs) * kept.pixels / 1e6)
        for kept in bench.shelf.masters
        if kept.made.seconds and kept.pixels and kept.made.engine.startswith("ampglow") == embedded
    ]
    usual = _SECONDS_EMBEDDED if embedded else _SECONDS_SIRIL
    return round(job.megapixels * (statistics.median(known) if known else usual), 1)


def _build_all(bench: _Bench) -> None:
    waiting = [job for job in bench.jobs if job.master.state == "to build"]
    total, done = sum(job.megapixels for job in waiting) or 1.0, 0.0
    for number, job in enumerate(waiting, start=1):
        start, width = _READING + (1 - _READING) * done / total, (1 - _READING) * job.megapixels / total
        told = _part(bench.progress, f"{number} of {len(waiting)}: ", start, width)
        told(Path(job.master.path or "").name, 0.0)
        try:
            job.master = _one(bench, job, told)
        except HostMissing:
            raise
        except AmpglowError as error:
            why = error.what if error.where in (None, job.master.path) else f"{error.where}: {error.what}"
            job.master = replace(job.master, state="failed", why=why, seconds=None)
        done += job.megapixels
    for job in bench.jobs if bench.options.prune else ():
        if job.master.state in ("built", "up to date"):
            job.master = replace(job.master, removed=tuple(_prune(bench, job.master.replaces)))
    bench.progress("done", 1.0)


def _part(progress: Progress, before: str, start: float, width: float) -> Progress:
    """A part of a progress bar, from ``start`` on."""
    return lambda what, share: progress(before + what, None if share is None else start + share * width)


def _one(bench: _Bench, job: _Job, told: Progress) -> LibraryMaster:
    """Build one master, complete its header, and give it its name."""
    final = Path(job.master.path or "")
    if job.needs is not None and job.needs.master.state not in ("built", "up to date"):
        raise InputError(f"the master that is subtracted from its frames could not be built: {job.needs.master.path}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=WORK, dir=bench.options.output) as work:
        result, engine = _run(bench, job, Path(work) / "run", told)
        seconds = time.monotonic() - began
        made = Provenance(
            key=job.key,
            kind=job.wanted.kind,
            inputs=tuple(
                InputMark(sha256=sha, name=Path(path).name)
                for sha, path in zip(job.hashes, job.wanted.paths, strict=True)
            ),
            recipe=recipe(job.steps, None if job.needs is None else Path(job.needs.master.path or "").name),
            temperatures_c=temperatures([member.frame for member in job.wanted.members.members]),
            tool=f"ampglow {__version__}",
            engine=engine,
            seconds=seconds,
        )
        temporary = Path(work) / "master.fit"
        _write_completed(result, temporary, job, made)
        final.parent.mkdir(parents=True, exist_ok=True)
        bench.shelf.put(temporary, final)
    return replace(job.master, state="built", engine=engine, seconds=round(seconds, 1))


def _run(bench: _Bench, job: _Job, folder: Path, told: Progress) -> tuple[Path, str]:
    """The master as the engine wrote it, and the engine's own name."""
    plan = plan_of(job.wanted, job.steps, None if job.needs is None else job.needs.master.path)
    frames = {member.frame.path: member.frame for member in job.wanted.members.members}
    host = bench.engine.host
    emission = host.emit(check_plan(plan, frames), bench.engine.version, folder, progress=told)
    [target] = [m for m in emission.manifest.masters if m.built]
    if sorted(file.sha256 for file in target.inputs) != sorted(job.hashes):
        raise InputError("a frame was changed while the build ran", fix="run the build again")
    manifest = host.run(emission, engine=bench.engine.name, program=bench.program, progress=told)
    return folder / target.path, manifest.host_program or bench.engine.name


def plan_of(wanted: Wanted, steps: tuple[Step, ...], level: str | None) -> Plan:
    """The plan of one master; ``level`` is the file of the master that its flats need."""
    masters: list[Master] = []
    if wanted.needs is not None and level is not None:
        role = wanted.needs.kind
        masters.append(Master(id="level", role=role, file=level, holds_bias=None if role == "bias" else True))
    holds = True if wanted.kind in ("dark", "flatdark") else None
    settings = common_settings(member.frame for member in wanted.members.members)
    frames = tuple(str(Path(path).absolute()) for path in wanted.paths)
    masters.append(
        Master(id="master", role=wanted.kind, frames=frames, steps=steps, holds_bias=holds, settings=settings)
    )
    return Plan(tool=f"ampglow {__version__}", masters=tuple(masters))


def recipe(steps: Sequence[Step], level: str | None) -> tuple[str, ...]:
    """The steps in words: ``mean, rejection winsorized 3 3, normalization none``."""
    before = () if level is None else (f"minus {level}",)
    return (*before, *(combination(step) for step in steps if isinstance(step, Integrate)))


def _write_completed(result: Path, temporary: Path, job: _Job, made: Provenance) -> None:
    """The engine's pixels, untouched, under the completed header, on the disk before the file gets its name."""
    from astropy.io import fits

    inputs = [read_cards(path) for path in job.wanted.paths]
    with fits.open(result, mode="readonly", memmap=True, do_not_scale_image_data=True) as units:
        unit = units[0]
        complete(unit.header, inputs, job.wanted.members, made)
        provenance.seal_pixels(unit.header, unit.data)
        with temporary.open("wb") as file:
            fits.HDUList([unit]).writeto(file, checksum=True, output_verify="silentfix+ignore")
            file.flush()
            os.fsync(file.fileno())


def _prune(bench: _Bench, paths: Iterable[str]) -> Iterator[str]:
    """Remove masters of ours that were replaced; one that was changed since it was written is kept."""
    for path in map(Path, paths):
        if bench.shelf.holds(path) and bench.shelf.untouched(path):
            path.unlink(missing_ok=True)
            yield str(path)


def _result(bench: _Bench, sorting: Sorting) -> Build:
    left_out = tuple(replace(_about(wanted, ()), state="left out", why=why) for wanted, why in sorting.few)
    return Build(masters=(*(job.master for job in bench.jobs), *left_out), left_out=tuple(sorting.left_out))
