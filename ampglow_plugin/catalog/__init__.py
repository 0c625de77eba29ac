"""Folders and files to frames, each with the role it is for; what cannot be used is listed with the reason."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.catalog.foreign import Foreign
from ampglow_plugin.catalog.roles import contradiction, fits_role, flat_darks_among, role_of
from ampglow_plugin.catalog.siblings import recover_from_siblings
from ampglow_plugin.catalog.walk import walk
from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import frame_of, read_header
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.waiting import asked

__all__ = ["Scan", "cut_short", "scan", "scan_given"]

Progress = Callable[[str, float | None], None]

_COPY_AGAIN = "copy it again from the camera's disk, or delete it: it is of no use"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scan:
    """Frames in the order of their paths, the role of each by path, and files that are not used as they are.

    A frame that is no use (a finished stack among raw lights) has no role. ``walked`` is False
    where every file was named by the user.
    """

    frames: tuple[Frame, ...]
    roles: Mapping[str, str]
    problems: tuple[FileProblem, ...]
    walked: bool

    def by_role(self) -> dict[str, tuple[Frame, ...]]:
        """The frames of each role, in order."""
        found: dict[str, list[Frame]] = {}
        for frame in self.frames:
            role = self.roles.get(frame.path)
            if role is not None:
                found.setdefault(role, []).append(frame)
        return {role: tuple(frames) for role, frames in found.items()}


def scan(paths: Iterable[str | Path], *, executor: Executor | None = None, progress: Progress | None = None) -> Scan:
    """Frames below folders (and single files), sorted by header first and folder name second.

    Headers are read by ``executor`` where one is given (threads, processes, a cluster). A file that
    cannot be read is a problem and never fatal. A stack of lights beside raw lights is a product
    and not used.
    """
    given = [Path(path) for path in paths]
    foreign = Foreign()
    roots = _files(given, foreign)
    frames, problems = _read(roots, executor, progress)
    problems += foreign.problems(alone=not roots)
    roles: dict[str, str] = {}
    for frame in frames:
        role, problem = _sorted_by_header(frame, roots[frame.path])
        if role is not None:
            roles[frame.path] = role
        if problem is not None:
            problems.append(problem)
    problems += _without_stacks(frames, roles, {path for path, root in roots.items() if root is not None})
    by_role = Scan(frames=tuple(frames), roles=roles, problems=(), walked=True).by_role()
    for path in flat_darks_among(by_role.get("dark", ()), by_role.get("flat", ()), by_role.get("light", ())):
        roles[path] = "darkflat"
    return Scan(
        frames=tuple(frames), roles=roles, problems=tuple(problems), walked=any(path.is_dir() for path in given)
    )


def scan_given(
    given: Mapping[str, Iterable[str | Path]], *, executor: Executor | None = None, progress: Progress | None = None
) -> Scan:
    """Frames for the roles the user gave them: ``light``, ``dark``, ``flat``, ``darkflat``, ``bias``.

    A file that is named has the role it is named for, whatever its header says. Of a folder, the
    frames that fit the role by header and folder name are taken, or all where none fits; what else
    lies in a folder of lights serves in its own role, unless the user gave that role. A file named
    for two roles has the first that it fits.
    """
    claims: dict[str, list[tuple[str, Path | None]]] = {}
    foreign = Foreign()
    for role, paths in given.items():
        for path, root in _files([Path(p) for p in paths], foreign).items():
            claims.setdefault(path, []).append((role, root))
    frames, problems = _read({path: found[0][1] for path, found in claims.items()}, executor, progress)
    problems += foreign.problems(alone=not claims)
    roles = _claimed(frames, claims, frozenset(given))
    walked = {path for path, found in claims.items() if all(root is not None for _, root in found)}
    problems += _without_stacks(frames, roles, walked)
    return Scan(
        frames=tuple(frame for frame in frames if frame.path in roles),
        roles=roles,
        problems=tuple(problems),
        walked=bool(walked),
    )


def _claimed(
    frames: Sequence[Frame], claims: Mapping[str, Sequence[tuple[str, Path | None]]], given: frozenset[str]
) -> dict[str, str]:
    roles: dict[str, str] = {}
    served: set[tuple[str, Path | None]] = set()
    for frame in frames:
        claim = next((c for c in claims[frame.path] if c[1] is None or fits_role(frame, *c)), None)
        if claim is not None:
            roles[frame.path] = claim[0]
            served.add(claim)
    for frame in frames:
        if frame.path in roles:
            continue
        role, root = claims[frame.path][0]
        if (role, root) not in served:
            roles[frame.path] = role
        elif role == "light" and (own := role_of(frame, root)) is not None and own not in given:
            roles[frame.path] = own
    return roles


def _files(paths: Sequence[Path], foreign: Foreign) -> dict[str, Path | None]:
    """Every file with the folder it was found below; None for a file that was named. Others are told to ``foreign``."""
    found: dict[str, Path | None] = {}
    for path in paths:
        if not asked(path, path.is_dir):
            found.setdefault(str(path), None)
            continue
        for place in walk(path):
            foreign.see(place)
            for entry in place.files:
                found.setdefault(str(Path(entry.path)), path)
    return found


def _read(
    roots: Mapping[str, Path | None], executor: Executor | None, progress: Progress | None
) -> tuple[list[Frame], list[FileProblem]]:
    frames: list[Frame] = []
    problems: list[FileProblem] = []
    for done, result in enumerate(_results(list(roots), executor), start=1):
        if isinstance(result, FileProblem):
            problems.append(result)
        else:
            frames.append(result)
        if progress is not None:
            progress(f"headers {done} of {len(roots)}", done / len(roots))
    return recover_from_siblings(frames), problems


def _results(paths: list[str], executor: Executor | None) -> Iterator[Frame | FileProblem]:
    if executor is None:
        return map(read_or_say, paths)
    return executor.map(read_or_say, paths, chunksize=32)


def read_or_say(path: str) -> Frame | FileProblem:
    """The frame, or why there is none; a plain function, so that processes and clusters can run it."""
    try:
        header = read_header(path)
        if header.missing_bytes:
            return cut_short(path, header.missing_bytes)
        return frame_of(header, path)
    except InputError as error:
        return FileProblem(path=path, kind="unreadable", what=error.what, fix=error.fix)
    except OSError as error:
        return FileProblem(path=path, kind="unreadable", what=error.strerror or str(error))


def cut_short(path: str, missing_bytes: int) -> FileProblem:
    """Why a frame is no use whose pixels are not all in the file: a copy, or a download, that was broken off."""
    what = f"its pixels are cut short, {missing_bytes:,} bytes are missing at its end"
    return FileProblem(path=path, kind="unreadable", what=what, fix=_COPY_AGAIN)


def _sorted_by_header(frame: Frame, root: Path | None) -> tuple[str | None, FileProblem | None]:
    role = role_of(frame, root)
    if role is None:
        what = "neither header nor folder says whether this is a light, a dark, a flat or a bias"
        fix = "put it into a folder named lights, darks, flats, flat-darks or biases"
        return None, FileProblem(path=frame.path, kind="left_out", what=what, fix=fix)
    other = contradiction(frame, root)
    if other is None:
        return role, None
    what = f"its header says {frame.kind}, its folder says {other}: taken as {role}"
    fix = "move it, or correct its IMAGETYP"
    return role, FileProblem(path=frame.path, kind="contradiction", what=what, fix=fix)


def _without_stacks(frames: Iterable[Frame], roles: dict[str, str], walked: Collection[str]) -> list[FileProblem]:
    """Take the role from stacks that were found, not named, beside raw lights."""
    lights = [frame for frame in frames if roles.get(frame.path) == "light"]
    stacks = [frame for frame in lights if frame.master and frame.path in walked]
    if len(stacks) == len(lights):
        return []  # nothing else to calibrate: the rules say what is wrong with a stack
    for frame in stacks:
        del roles[frame.path]
    return [
        FileProblem(path=f.path, kind="left_out", what="a finished stack among raw lights; not calibrated again")
        for f in stacks
    ]
