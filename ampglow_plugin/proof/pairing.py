"""Which output was made from which files: by the manifest of a run, Siril's conversion file, or what the user says."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path
from typing import TypeAlias, overload

from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import read_frame
from ampglow_plugin.hosts.folder import MANIFEST, read_manifest
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.manifest import InputFile, MasterFile, OutputFile, RunManifest
from ampglow_plugin.proof.conversion import conversions, source_of

#: start (ISO, to the millisecond) and exposure in seconds
_Moment: TypeAlias = tuple[str, float | None]
_ENDINGS = (".fit", ".fits", ".fts", ".fit.fz", ".fits.fz", ".fit.gz", ".fits.gz", ".xisf")


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One output with everything its proof needs; None for what is not at hand.

    ``dark_frames`` are the files the dark was made from, ``dark_name`` is the name of one that cannot be read.
    ``expected_dark`` and ``expected_flat``: whether the run was meant to use one. ``light_file`` is what the light was
    when the script was made, ``hashes`` (SHA-256) what the masters were when they were used; ``note`` is said among the
    reasons. ``sequence``: Siril's file of how
    the frames were aligned.
    """

    output: Path
    light: Path | None = None
    dark: Path | None = None
    flat: Path | None = None
    bias: Path | None = None
    log: Path | None = None
    sequence: Path | None = None
    dark_frames: tuple[Path, ...] = ()
    dark_name: str | None = None
    holds_bias: bool | None = None
    expected_dark: bool | None = None
    expected_flat: bool | None = None
    light_file: InputFile | None = None
    hashes: tuple[tuple[Path, str], ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pairing:
    """Jobs in order, and the frames beside the outputs that no manifest lists (aligned frames, strangers)."""

    jobs: Sequence[Job]
    unpaired: tuple[Path, ...] = ()


def holds_run(folder: Path) -> bool:
    """Whether a manifest lies in ``folder``, or one or two folders below."""
    return next(_manifests(folder), None) is not None


def _manifests(folder: Path) -> Iterator[Path]:
    for depth in ("", "*/", "*/*/"):
        yield from sorted(folder.glob(depth + MANIFEST))


def pair_folder(folder: Path) -> Pairing:
    """Pair the outputs of every run whose manifest lies in ``folder``, or one or two folders below.

    Raises
    ------
    InputError
        Where there is no manifest.
    FormatError
        Where one is damaged.
    """
    manifests = list(_manifests(folder))
    if not manifests:
        raise InputError(
            f"holds no {MANIFEST}, so nobody knows which light belongs to which output",
            where=str(folder),
            fix="name the files: ampglow verify OUTPUT --light RAW --dark MASTER [--flat MASTER] [--bias MASTER]",
        )
    runs: list[Sequence[Job]] = []
    unpaired: list[Path] = []
    for path in manifests:
        manifest = read_manifest(path.parent)
        runs.append(jobs_of_run(manifest, path.parent))
        unpaired += _strangers(manifest, path.parent)
    return Pairing(jobs=Joined(runs), unpaired=tuple(unpaired))


def jobs_of_run(manifest: RunManifest, folder: Path) -> Sequence[Job]:
    """The outputs of one run, with all that it recorded about them."""
    return _OfRun(manifest, folder)


class _OfRun(Sequence[Job]):
    """Jobs that are made when they are asked for: of a run of thousands the names alone are kept."""

    def __init__(self, manifest: RunManifest, folder: Path) -> None:
        self._folder, self._outputs = folder, manifest.outputs
        self._masters = {m.id: m for m in manifest.masters}
        self._places: dict[str | None, Path] = {m.id: folder / m.path for m in manifest.masters}
        self._singles: dict[str | None, tuple[Path, ...]] = {m.id: _frames_of(m, folder) for m in manifest.masters}
        log = folder / manifest.log if manifest.log else None
        self._log = log if log and log.is_file() else None

    def __len__(self) -> int:
        return len(self._outputs)

    @overload
    def __getitem__(self, index: int) -> Job: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Job]: ...

    def __getitem__(self, index: int | slice) -> Job | Sequence[Job]:
        if isinstance(index, slice):
            return [self._job(output) for output in self._outputs[index]]
        return self._job(self._outputs[index])

    def _job(self, output: OutputFile) -> Job:
        dark = self._masters.get(output.dark or "")
        used = [self._masters[name] for name in (output.dark, output.flat, output.bias) if name in self._masters]
        return Job(
            output=self._folder / output.path,
            light=self._folder / output.light.path,
            dark=self._places.get(output.dark),
            flat=self._places.get(output.flat),
            bias=self._places.get(output.bias),
            log=self._log,
            dark_frames=self._singles.get(output.dark, ()),
            holds_bias=dark.holds_bias if dark else None,
            expected_dark=output.dark is not None,
            expected_flat=output.flat is not None,
            light_file=output.light,
            hashes=tuple((self._places[m.id], m.known_sha256) for m in used if m.known_sha256 is not None),
        )


class Joined(Sequence[Job]):
    """Jobs of several runs in a row, of which none is made before it is asked for."""

    def __init__(self, parts: Iterable[Sequence[Job]]) -> None:
        self._parts = [part for part in parts if part]
        self._ends = list(accumulate(len(part) for part in self._parts))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> Job: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Job]: ...

    def __getitem__(self, index: int | slice) -> Job | Sequence[Job]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        part = bisect_right(self._ends, place)
        return self._parts[part][place - self._ends[part]]


def _frames_of(master: MasterFile, folder: Path) -> tuple[Path, ...]:
    """Files a master was built from, where all are still there."""
    if not master.built:
        return ()
    paths = tuple(folder / i.path for i in master.inputs)
    return paths if all(p.is_file() for p in paths) else ()


def _strangers(manifest: RunManifest, folder: Path) -> list[Path]:
    """FITS files in the folders of the outputs that the run did not write and that are no links to its inputs."""
    outputs = [output.path for output in manifest.outputs]
    known = {str((folder / p).absolute()) for p in (*outputs, *manifest.products, *manifest.intermediates)}
    known |= {str((folder / m.path).absolute()) for m in manifest.masters}
    of_masters = tuple(f"{m.id}_" for m in manifest.masters if m.built)
    places = dict.fromkeys((folder / p).parent for p in outputs)
    return [
        path
        for place in places
        if place.is_dir()
        for path in sorted(place.iterdir())
        if path.name.lower().endswith(_ENDINGS)
        and not path.is_symlink()
        and str(path.absolute()) not in known
        and not path.name.removeprefix("pp_").startswith(of_masters)
    ]


def pair_lights(outputs: Sequence[Path], lights: Sequence[Path]) -> Mapping[Path, Path | None]:
    """The light of each output, None where none fits: a guess would prove nothing.

    It is the only one given; else the one that Siril's conversion file beside the output names, if it is among
    ``lights`` (where any are given) and of the output's DATE-OBS and exposure; else the only one of that moment.
    Folders among ``lights`` stand for the frames in them.
    """
    files = list(_files(lights))
    if len(outputs) == 1 and len(files) == 1:
        return {outputs[0]: files[0]}
    by_moment: dict[_Moment, list[Path]] = {}
    for light in files:
        key = _moment(read_frame(light, recover=False))
        if key is not None:
            by_moment.setdefault(key, []).append(light)
    given = {file.resolve(): file for file in files}
    recorded = {folder: conversions(folder) for folder in {output.parent for output in outputs}}
    paired: dict[Path, Path | None] = {}
    for output in outputs:
        key = _moment(read_frame(output, recover=False))
        named = _named(source_of(output, recorded[output.parent]), key, given)
        found = by_moment.get(key, []) if key is not None else []
        paired[output] = named or (found[0] if len(found) == 1 else None)
    return paired


def _named(source: Path | None, moment: _Moment | None, given: Mapping[Path, Path]) -> Path | None:
    """The light that a conversion file names, unless it is gone, another one by now, or none of those given.

    The frames of a sequence may be older than the file: it is written anew by each conversion.
    """
    if source is None or not source.is_file() or (given and source.resolve() not in given):
        return None
    light = given.get(source.resolve(), source)
    taken = _moment(read_frame(light, recover=False))
    return None if None not in (taken, moment) and taken != moment else light


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (p for p in sorted(path.iterdir()) if p.name.lower().endswith(_ENDINGS))
        else:
            yield path


def same_moment(light: Path, output: Path) -> bool:
    """Whether an output is of the same start and length as a light, by both headers."""
    ours = _moment(read_frame(light, recover=False))
    return ours is not None and ours == _moment(read_frame(output, recover=False))


def _moment(frame: Frame) -> _Moment | None:
    """Start and length; programs write the fraction of a second with three to seven digits, or drop it."""
    try:
        start = datetime.fromisoformat(frame.date_obs or "")
    except ValueError:
        return None
    exposure = None if frame.exposure_s is None else round(frame.exposure_s, 2)
    return start.isoformat(timespec="milliseconds"), exposure
