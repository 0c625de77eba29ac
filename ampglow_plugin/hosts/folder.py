"""The folder a script is written into: whose it is, links to the user's frames, the manifest.

Shared by the hosts. The user's frames are only ever opened for reading: a link points at them, and
what is taken away when a folder is written anew are links and files that ampglow or its host made.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path, PurePath, PureWindowsPath
from shlex import quote

from ampglow_plugin.errors import AmpglowError, HostFailed, InputError
from ampglow_plugin.headers.places import LONGEST_ON_WINDOWS
from ampglow_plugin.hosts import lock
from ampglow_plugin.hosts.base import Progress
from ampglow_plugin.model.codec import from_dict, to_dict
from ampglow_plugin.model.manifest import InputFile, RunManifest
from ampglow_plugin.waiting import open_to_read
from ampglow_plugin.writing import HIDDEN, write_text

MANIFEST = "ampglow-run.json"
LOCK = f"{HIDDEN}run.lock"
_CHUNK_BYTES = 1 << 20
#: what Siril puts before a file's name and path while it makes it: the folder where it works, and r_pp_ and the like
_PREFIX_CHARACTERS = len(f"{HIDDEN}work/") + 12
#: key of ``RunManifest.settings``: an estimate of what a run writes
DISK_BYTES = "disk_bytes"
#: room left beside the estimate, as a share of it: statistics, sequence files, the log
DISK_MARGIN = 0.05


def write_manifest(folder: Path, manifest: RunManifest) -> Path:
    """Write ``ampglow-run.json`` into ``folder``."""
    path = folder / MANIFEST
    write_text(path, json.dumps(to_dict(manifest), indent=1, ensure_ascii=True) + "\n")
    return path


def note_end(folder: Path, manifest: RunManifest, error: BaseException) -> None:
    """Record the run of ``manifest`` that ``error`` ends: what was stopped from outside is unfinished, not failed.

    A disk that takes nothing any more leaves the manifest as it is: unfinished.
    """
    if isinstance(error, AmpglowError):
        ended = replace(manifest, status="failed", problems=(str(error),))
    else:
        problem = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else "the run was stopped"
        ended = replace(manifest, status="unfinished", problems=(problem,))
    with contextlib.suppress(OSError):
        write_manifest(folder, ended)


def read_manifest(folder: Path) -> RunManifest:
    """The manifest of a folder that ``emit`` wrote.

    Raises
    ------
    InputError
        Where there is none, or it is not one (:class:`~ampglow_plugin.errors.FormatError`).
    """
    path = folder / MANIFEST
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        fix = "give the folder that `ampglow emit` or `ampglow run` wrote"
        raise InputError(f"there is no {MANIFEST} here", where=str(folder), fix=fix) from None
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"cannot be read: {error}", where=str(path)) from error
    return from_dict(RunManifest, data, where=str(path))


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Within it no other process of ours writes into ``folder``, which is made; it is taken away where it stays empty.

    Raises
    ------
    InputError
        Another process does, or the folder is not ours to write into.
    """
    check_ours(folder)
    made = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    taken = InputError(
        "another ampglow works in this folder; nothing was changed",
        where=str(folder),
        fix="wait for it, or choose another folder with -o",
    )
    try:
        with lock.locked(folder / LOCK, taken=taken, wait_s=lock.WAIT_S):
            yield
    finally:
        with contextlib.suppress(OSError):  # something was written
            for place in made:
                place.rmdir()


def claim(folder: Path, manifest: RunManifest, *, force: bool, ours: Iterable[str]) -> None:
    """Make ``folder`` an empty one of ours, which ``manifest`` says from the start.

    A folder that holds anything must be one that ``emit`` wrote. ``force`` must say that it may be written anew, but
    for one in which the same plan was left unfinished: there is nothing to lose. Its entries named in ``ours``
    and what was left of temporary files are removed, and nothing else.

    Raises
    ------
    InputError
        Where something would be overwritten.
    """
    check_ours(folder)
    check_lengths(folder.absolute(), manifest)
    if (folder / MANIFEST).is_file() and not force:
        _check_unfinished(folder, manifest)
    folder.mkdir(parents=True, exist_ok=True)
    write_manifest(folder, replace(manifest, status="unfinished"))
    leftovers = (path.name for path in folder.glob(f"{HIDDEN}*") if path.name != LOCK)
    for name in (*leftovers, *ours):
        remove(folder / name)


def check_ours(folder: Path) -> None:
    """Refuse a folder that holds anything but what ampglow wrote.

    Raises
    ------
    InputError
        Saying what it is instead.
    """
    if not str(folder).isprintable():
        what = "the folder's path holds a control character, which could forge messages in a log"
        raise InputError(what, where=ascii(str(folder)), fix="choose another folder")
    if folder.exists() and not folder.is_dir():
        raise InputError("is a file, not a folder", where=str(folder), fix="choose another folder")
    if not folder.is_dir() or (folder / MANIFEST).is_file():
        return
    if any(not path.name.startswith(HIDDEN) for path in folder.iterdir()):
        what = "the folder is not empty and was not written by ampglow; nothing was changed"
        raise InputError(what, where=str(folder), fix="choose a new or empty folder")


def check_lengths(folder: PurePath, manifest: RunManifest, *, windows: bool = os.name == "nt") -> None:
    """Refuse a folder on Windows in which a file of the run would get a longer path than its programs open.

    Raises
    ------
    InputError
        With the longest path.
    """
    if not windows:
        return
    written = (m.path for m in manifest.masters), (o.path for o in manifest.outputs), manifest.products
    place = PureWindowsPath(folder)
    longest = max((str(place / path) for paths in written for path in paths), key=len, default="")
    over = len(longest) + _PREFIX_CHARACTERS - LONGEST_ON_WINDOWS
    if over > 0:
        raise InputError(
            f"its path would have {len(longest)} characters, {_PREFIX_CHARACTERS} more while it is made, and programs "
            f"of Windows open {LONGEST_ON_WINDOWS}",
            where=longest,
            fix=f"choose a folder whose path is {over} characters shorter with -o, such as D:\\run",
        )


def _check_unfinished(folder: Path, manifest: RunManifest) -> None:
    """Refuse, unless the same work was begun in ``folder`` and nobody got as far as to judge it."""
    what, fix = "an earlier script and perhaps its results", "add --force to write it anew, or choose another folder"
    with contextlib.suppress(AmpglowError):  # a manifest that cannot be read: nobody knows what lies here
        earlier = read_manifest(folder)
        if (earlier.host, earlier.plan_sha256) == (manifest.host, manifest.plan_sha256):
            if earlier.status == "unfinished" or (earlier.status == "emitted" and _never_run(folder, earlier)):
                return
            if earlier.status == "succeeded":
                what = "a finished run of this plan"
                fix = f"`ampglow verify {quote(str(folder))}` judges it; add --force to run it again"
    raise InputError(f"the folder holds {what}; nothing was changed", where=str(folder), fix=fix)


def _never_run(folder: Path, manifest: RunManifest) -> bool:
    """Whether the process that emitted was killed before it could run the script, and nobody else has run it."""
    built = (master.path for master in manifest.masters if master.built)
    outputs = (*built, *(output.path for output in manifest.outputs), *manifest.products)
    return lock.inherited(folder / LOCK) and not any((folder / path).exists() for path in outputs)


def keep_outside(folder: Path, inputs: Iterable[str]) -> None:
    """Refuse inputs that lie in the folder that is about to be written: they would be taken away with it.

    Raises
    ------
    InputError
        Naming the first such file.
    """
    inside = folder.resolve()
    for file in inputs:
        if inside in Path(file).resolve().parents or inside in _where_it_lies(Path(file)).parents:
            what = f"is an input, and lies in the folder to be written ({folder})"
            raise InputError(what, where=file, fix="choose another folder, or move the file out first")


def _where_it_lies(path: Path) -> Path:
    """The file itself, be it a link, in its real folder."""
    return path.parent.resolve() / path.name


def remove(path: Path) -> None:
    """Take away a file, a link (never what it points at) or a folder; nothing where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def link(source: Path, target: Path) -> None:
    """Make ``target`` show ``source``: symbolic link, else hard link, else a copy."""
    source = source.resolve()
    for attempt in (os.symlink, os.link):
        with contextlib.suppress(OSError, NotImplementedError):
            attempt(source, target)
            return
    shutil.copyfile(source, target)


def describe(path: Path, *, read: Callable[[int], None] = lambda _: None) -> InputFile:
    """The file as the manifest records it; ``read`` is told the bytes that were read.

    Raises
    ------
    InputError
        Where the file is gone or cannot be read.
    """
    digest = hashlib.sha256()
    size = 0
    try:
        with open_to_read(path) as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                read(len(chunk))
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}",
            where=str(path),
            fix="bring the file back, or make the plan anew",
        ) from error
    return InputFile(path=str(path.resolve()), size=size, sha256=digest.hexdigest())


def describe_all(files: Sequence[str], progress: Progress, *, done: float = 0.0) -> dict[str, InputFile]:
    """Every file as the manifest records it; ``done`` of the work was done before.

    Raises
    ------
    InputError
        Where one is gone or cannot be read.
    """
    described = {}
    for i, file in enumerate(files):
        progress(f"hashing {Path(file).name}", done + (1 - done) * i / len(files))
        described[file] = describe(Path(file))
    return described


def with_masters(folder: Path, manifest: RunManifest) -> RunManifest:
    """``manifest`` with the hashes of the masters that its run has built, as far as they are there."""
    masters = tuple(
        replace(m, sha256=describe(folder / m.path).sha256) if m.built and (folder / m.path).is_file() else m
        for m in manifest.masters
    )
    return replace(manifest, masters=masters)


def check_unchanged(manifest: RunManifest) -> None:
    """Inputs are still there with the size they had; what they hold is compared by the proof.

    Raises
    ------
    InputError
        Naming the first that is gone or of another size.
    """
    files: dict[str, InputFile] = {f.path: f for m in manifest.masters for f in m.inputs}
    files |= {o.light.path: o.light for o in manifest.outputs}
    for file in files.values():
        try:
            size = Path(file.path).stat().st_size
        except OSError:
            raise InputError("is gone", where=file.path, fix="bring it back, or make the plan anew") from None
        if size != file.size:
            what = f"has changed since the script was written ({file.size} bytes then, {size} now)"
            raise InputError(what, where=file.path, fix="make the plan anew")


def check_room(folder: Path, manifest: RunManifest) -> None:
    """Is there room for what the run is estimated to write?

    Raises
    ------
    HostFailed
        With both numbers.
    """
    needed = int(int(manifest.settings.get(DISK_BYTES, "0")) * (1 + DISK_MARGIN))
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise HostFailed(
            f"the run writes about {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free",
            where=str(folder),
            fix="free some space, or choose a folder on another disk with -o",
        )
