"""The public API over archives: the index, what a library covers and lacks, single darks, masters, old outputs.

:mod:`ampglow_plugin.api` offers all of it; the pre-flight, plans, runs and proofs of a night are there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ampglow_plugin.catalog import Scan, read_or_say, scan
from ampglow_plugin.errors import InputError
from ampglow_plugin.matching import match_all, may_serve
from ampglow_plugin.model.darks import DarkSet, Reject
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.library import LeftOut
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.darks import REASONS
from ampglow_plugin.rules.darks import RULES as DARK_RULES

if TYPE_CHECKING:
    from datetime import date

    from ampglow_plugin.catalog.index import Scanned
    from ampglow_plugin.hosts.engines import Engine
    from ampglow_plugin.library.audit import Audit
    from ampglow_plugin.library.build import Build, BuildOptions
    from ampglow_plugin.library.journal import Journal
    from ampglow_plugin.model.library import LibraryCell, SequenceFile, Stamp
    from ampglow_plugin.planning.shooting import ShootingList
    from ampglow_plugin.proof.aged import Compared

Progress = Callable[[str, float | None], None]
Paths = Iterable[str | Path]


def nothing_found(given: Mapping[str, Iterable[Path]], found: Scan) -> InputError:
    """Why there is nothing to work on: the first file that cannot be read, or places without frames."""
    if found.problems:
        first = found.problems[0]
        return InputError(f"no frame can be read: {first.what}", where=first.path, fix=first.fix)
    places = ", ".join(str(path) for paths in given.values() for path in paths)
    return InputError(
        "no frames found", where=places, fix="name .fit, .fits or .xisf files, or a folder that holds some"
    )


def update_index(  # noqa: PLR0913 - one parameter a choice
    folders: Paths,
    *,
    index: Path | None = None,
    reread: bool = False,
    prune: bool = False,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
) -> Scanned:
    """Bring the index (the user's own, or the file ``index``) up to date with the frames below ``folders``.

    Folders may be addresses (``s3://bucket/darks``). ``scheduler`` is the address of a Dask cluster that reads the
    headers; else ``workers`` processes do, or threads, where they wait for a remote storage.

    Raises
    ------
    InputError
        The index cannot be used, or Dask is not installed or not to be reached.
    """
    from ampglow_plugin.catalog.index import Index
    from ampglow_plugin.catalog.index.pool import REMOTE_THREADS, LazyProcesses, dask_executor
    from ampglow_plugin.headers.places import is_address

    roots = list(folders)
    pool: AbstractContextManager[Executor]
    if scheduler is not None:
        pool = dask_executor(scheduler)
    elif any(is_address(root) for root in roots):
        pool = ThreadPoolExecutor(workers or REMOTE_THREADS)
    else:
        pool = LazyProcesses(workers)
    with Index(index) as opened, pool as executor:
        return opened.update(roots, executor=executor, progress=progress, reread=reread, prune=prune)


def export_index(path: Path, folders: Paths, *, index: Path | None = None) -> None:
    """Write the frames below ``folders`` that the index knows to ``path``: .csv, .ecsv, .vot or .fits."""
    from ampglow_plugin.catalog.index import Index
    from ampglow_plugin.catalog.index.export import export

    with Index(index) as opened:
        export(path, (found for folder in folders for found in opened.frames(below=folder)))


def library(folders: Paths = (), *, index: Path | None = None, today: date) -> tuple[LibraryCell, ...]:
    """What the index knows of calibration frames below ``folders`` (everywhere if there are none), by setting."""
    from ampglow_plugin.catalog.index import Index

    with Index(index) as opened:
        return opened.coverage(today, below=list(folders))


def to_shoot(
    lights: Paths,
    folders: Paths = (),
    *,
    index: Path | None = None,
    count: int | None = None,
    progress: Progress | None = None,
) -> ShootingList:
    """The darks and flat-darks that ``lights`` (and flats among them) lack, given those that the index knows.

    ``folders`` restricts the library to what lies below them; ``count`` is how many frames a set should have.

    Raises
    ------
    InputError
        There are no lights and no flats, or the index cannot be used.
    """
    from ampglow_plugin.catalog.index import Index
    from ampglow_plugin.knowledge.tolerances import FRAMES_TO_SHOOT
    from ampglow_plugin.planning.shooting import shooting_list

    found = scan(lights, progress=progress)
    by_role = found.by_role()
    if not by_role.get("light") and not by_role.get("flat"):
        raise nothing_found({"light": [Path(path) for path in lights]}, found)
    with Index(index) as opened:
        chosen = may_serve(by_role.get("light", ()), by_role.get("flat", ()))
        known = opened.frames(below=list(folders), roles=("dark", "darkflat"), chosen=chosen)
        offered = [frame for frame, _ in known]
    darks = (*by_role.get("dark", ()), *by_role.get("darkflat", ()), *offered)
    unique = {str(Path(frame.path).absolute()): frame for frame in darks}
    matches = match_all(
        {"light": by_role.get("light", ()), "flat": by_role.get("flat", ()), "dark": [*unique.values()]}
    )
    return shooting_list(matches, {f.path: f for f in unique.values()}, count=count or FRAMES_TO_SHOOT)


def inspect_darks(
    darks: Iterable[str | Path | Frame], *, executor: Executor | None = None, progress: Progress | None = None
) -> DarkSet:
    """Which of ``darks``, single frames that are to become one master, are better left out, and why.

    All are taken to be of equal settings, whatever their headers say. Headers are read where paths are given, and the
    pixels of every frame once. ``executor`` reads them; without one, processes are started for more than a few.
    """
    read = [given if isinstance(given, Frame) else read_or_say(str(given)) for given in darks]
    frames = [found for found in read if isinstance(found, Frame)]
    return _inspected(frames, [p for p in read if isinstance(p, FileProblem)], executor, progress)


def inspect_library(
    folders: Paths, *, executor: Executor | None = None, progress: Progress | None = None
) -> tuple[DarkSet, ...]:
    """As :func:`inspect_darks` for every set of single darks and flat-darks below ``folders``, by time.

    Frames of equal settings and one session are a set. Files that are no readable frame come last, as a set without
    settings.

    Raises
    ------
    InputError
        Where there are no single darks.
    """
    from ampglow_plugin.catalog.index.pool import LazyProcesses
    from ampglow_plugin.matching.darks import dark_sets

    places = [Path(folder) for folder in folders]
    found = scan(places, executor=executor, progress=progress)
    by_role = found.by_role()
    sets = dark_sets((*by_role.get("dark", ()), *by_role.get("darkflat", ())))
    bad = [problem for problem in found.problems if problem.kind == "unreadable"]
    if not sets and not bad:
        where = ", ".join(str(place) for place in places)
        raise InputError("no single darks found", where=where, fix="name a folder that holds darks, not only masters")
    total, done, inspected = sum(map(len, sets)), 0, []
    with LazyProcesses() as processes:  # one pool for all sets
        for frames in sets:
            part = _part_of(progress, done, len(frames), total)
            inspected.append(_inspected(frames, (), executor or processes, part))
            done += len(frames)
    return (*inspected, *([_inspected((), bad, executor, None)] if bad else ()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Aged:
    """An old dark against a new one: the numbers, what the rules say about them, and that in a word."""

    compared: Compared
    findings: tuple[Finding, ...]
    verdict: Literal["aged", "unchanged", "undecided", "not comparable"]


def compare_darks(old: str | Path, new: str | Path) -> Aged:
    """Has the sensor aged between two darks or masters of equal settings: glow, hot pixels, level, noise?

    Raises
    ------
    InputError
        Where a file cannot be read.
    """
    from ampglow_plugin.proof.aged import compare_files
    from ampglow_plugin.rules.matches import COMPARED_RULES
    from ampglow_plugin.rules.matches.sensor_aged import verdict as aged_or_not

    compared = compare_files(old, new)
    findings = run_rules(Context(compared=(compared.result,)), COMPARED_RULES)
    return Aged(compared=compared, findings=findings, verdict=aged_or_not(compared.result))


def _part_of(progress: Progress | None, done: int, count: int, total: int) -> Progress | None:
    """The progress of ``count`` of ``total`` frames, of which ``done`` are behind."""
    if progress is None:
        return None
    return lambda what, share: progress(what, None if share is None else (done + share * count) / total)


def _inspected(
    frames: Sequence[Frame], problems: Sequence[FileProblem], executor: Executor | None, progress: Progress | None
) -> DarkSet:
    from ampglow_plugin.matching.choose import GROUP_FIELDS
    from ampglow_plugin.proof.darks import measure_darks

    measured = measure_darks(frames, problems, executor=executor, progress=progress)
    findings = run_rules(Context(dark_sets=(measured,)), DARK_RULES)
    rejects = tuple(
        Reject(
            path=f.where.path,
            reason=REASONS[f.rule],
            rule=f.rule,
            message=f.message,
            measured=f.measured,
            limit=f.limit,
            unit=f.unit,
            source=f.source,
        )
        for f in findings
        if f.outcome == "failed" and f.where.path is not None
    )
    group = {name: getattr(frames[0], name) for name in GROUP_FIELDS} if frames else {}
    paths = tuple(frame.path for frame in measured.frames)
    return DarkSet(group=group, paths=paths, measured=measured, findings=findings, rejects=rejects)


def write_sequence(lacking: ShootingList, path: str | Path) -> SequenceFile:
    """Write the list for a capture program: ``.esq`` for Ekos, ``.json`` for N.I.N.A.'s advanced sequencer.

    Raises
    ------
    InputError
        The ending is another one, the list is for several cameras, or no exposure is known.
    """
    from ampglow_plugin.planning.sequences import sequence
    from ampglow_plugin.writing import write_bytes

    data, written = sequence(lacking, Path(path))
    write_bytes(Path(path), data)
    return written


def build_masters(  # noqa: PLR0913 - what a build is made from
    folders: Paths,
    options: BuildOptions,
    *,
    index: Path | None = None,
    engine: str | Engine | None = None,
    program: str | None = None,
    pixels: bool = True,
    progress: Progress | None = None,
) -> Build:
    """Build the masters that the single darks, flat-darks, flats and biases below ``folders`` allow.

    The index is brought up to date first. ``engine`` is chosen as by :func:`run`. With ``pixels`` every single dark
    is looked at as by :func:`inspect_darks`, and those to be left out go into no master. What is up to date is not
    built again; what cannot be built is ``failed`` in the result, and the rest is built all the same.

    Raises
    ------
    InputError
        The template is wrong, another build writes into the same folder, or the index cannot be used.
    HostMissing
        There is no such engine.
    """
    from ampglow_plugin.catalog.file_facts import FileFacts
    from ampglow_plugin.catalog.index import Index
    from ampglow_plugin.hosts.base import silent
    from ampglow_plugin.hosts.engines import Engine, choose
    from ampglow_plugin.library import template
    from ampglow_plugin.library.build import build
    from ampglow_plugin.library.judge import DarkJudge

    template.check(options.template)  # before minutes of reading
    used = engine if isinstance(engine, Engine) else choose(engine, program)
    places, told = [Path(folder) for folder in folders], progress or silent
    scanned = update_index(places, index=index, progress=progress)
    with Index(index) as opened, FileFacts(index) as facts:
        found = list(opened.frames(below=places, roles=("dark", "darkflat", "flat", "bias")))
        judge = DarkJudge(lambda frames: _inspected(frames, (), None, told), facts, anew=options.reread)
        made = build(
            found,
            options,
            engine=used,
            program=program,
            facts=facts,
            judge=judge if pixels else None,
            progress=told,
        )
    unreadable = (LeftOut(path=p.path, reason=p.what) for p in scanned.problems if p.kind == "unreadable")
    return replace(made, left_out=(*made.left_out, *unreadable))


def stamp(paths: Paths, output: str | Path) -> tuple[Stamp, ...]:
    """Copies of masters with settings that their headers lack, recovered from names, folders and frames beside them.

    ``output`` is a folder, or a new FITS file where there is one master. The originals are only read. A file of which
    nothing is known, or whose name and header contradict each other, is refused: its ``refused`` says why.

    Raises
    ------
    InputError
        Two of the copies would have one name.
    """
    from ampglow_plugin.library.stamp import stamp as stamped
    from ampglow_plugin.library.stamp import targets

    wanted = targets([Path(path) for path in paths], Path(output))
    return tuple(stamped(path, target) for path, target in wanted.items())


def open_journal(root: str | Path, path: Path | None = None) -> Journal:
    """The journal of audits of the archive ``root``: the file ``path``, or one in the user's cache folder.

    Raises
    ------
    InputError
        It cannot be used.
    """
    from ampglow_plugin.library.journal import Journal

    return Journal(Path(root), path)


def audit(  # noqa: PLR0913 - what an audit is made from
    root: str | Path,
    journal: Journal,
    *,
    library: Paths = (),
    index: Path | None = None,
    pixels: bool = True,
    progress: Progress | None = None,
) -> Audit:
    """Prove every output below ``root``, of whatever program, as far as ``journal`` does not hold its proof already.

    Darks are those of the index, or of the folders ``library``, which are scanned first. The proofs are read from the
    journal, the worst first. Without ``pixels`` headers alone are asked.

    Raises
    ------
    InputError
        The index cannot be used.
    """
    from ampglow_plugin.catalog.index import Index
    from ampglow_plugin.hosts.base import silent
    from ampglow_plugin.library.audit import audit as audited
    from ampglow_plugin.library.found_inputs import Library

    folders = [Path(folder) for folder in library]
    if folders:
        update_index(folders, index=index, progress=progress)
    with Index(index) as opened:
        darks = Library(index=opened, folders=folders)
        return audited(Path(root), journal, darks, pixels=pixels, progress=progress or silent)
