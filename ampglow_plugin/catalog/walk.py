"""Which files below a folder may be frames."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from ampglow_plugin.errors import Stalled, UnreadableFrame
from ampglow_plugin.headers.formats import FRAME_SUFFIXES
from ampglow_plugin.headers.places import is_address
from ampglow_plugin.headers.remote import checked, listing
from ampglow_plugin.knowledge import table
from ampglow_plugin.waiting import asked, leaving

NOT_A_FRAME = "not the name of a frame"


class Status(Protocol):
    """What is asked of the status of a file."""

    @property
    def st_size(self) -> int:
        """In bytes."""

    @property
    def st_mtime_ns(self) -> int:
        """When it was written."""

    @property
    def st_mode(self) -> int:
        """Its kind."""


class Entry(Protocol):
    """What is asked of an entry of a folder: an :class:`os.DirEntry`, or what an object store lists."""

    @property
    def name(self) -> str:
        """Without its folder."""

    @property
    def path(self) -> str:
        """With its folder."""

    def is_dir(self) -> bool:
        """Whether it is a folder."""

    def stat(self) -> Status:
        """Its status; of a link, that of the file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One folder: the files in it that may be frames, by name, and what was left out: name and reason.

    ``unreadable`` is why the folder could not be listed.
    """

    path: str
    files: tuple[Entry, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    unreadable: str | None = None


@functools.cache
def _skipped() -> dict[str, str]:
    return {row["name"]: row["who"] for row in _table()["skipped"]}


def _table() -> Any:
    return table("folders.yaml")


def walk(folder: str | Path) -> Iterator[Place]:
    """Every folder from ``folder`` down, each real one once.

    Hidden files and folders (the ``._*`` files of macOS too), previews, bins, work folders of
    processing programs and outputs of ampglow are left out; ``folder`` itself is always entered.
    Links to folders are followed. A folder that cannot be listed is a place without files. ``folder`` may be an
    address (``s3://bucket/darks``).
    """
    if is_address(folder):
        yield from _walk_address(checked(str(folder)))
        return
    seen: set[tuple[int, int]] = set()
    pending = [os.fspath(folder)]
    while pending:
        path = pending.pop()
        try:
            key, place, below = leaving(functools.partial(_folder, path, inner=path != os.fspath(folder)))
        except OSError as error:
            yield Place(path=path, unreadable=(error.strerror or str(error)).lower())
            continue
        except Stalled as error:
            yield Place(path=path, unreadable=error.what if error.where == path else str(error))
            continue
        if key in seen:
            yield Place(path=path, left_out=((".", "a link to a folder that was read already"),))
            continue
        seen.add(key)
        yield place
        pending.extend(reversed(below))


def _folder(path: str, *, inner: bool) -> tuple[tuple[int, int], Place, list[str]]:
    """What tells a folder from all others, the place, and the folders to go on with."""

    def listed() -> tuple[os.stat_result, list[os.DirEntry[str]]]:
        about = os.stat(path)  # noqa: PTH116 - the paths of a walk stay text: a million of them
        with os.scandir(path) as entries:
            return about, sorted(entries, key=lambda entry: entry.name)

    about, entries = asked(path, listed)
    return (about.st_dev, about.st_ino), *_sorted(path, entries, inner=inner)


def _walk_address(root: str) -> Iterator[Place]:
    pending = [root]
    while pending:
        address = pending.pop()
        try:
            entries = sorted(listing(address), key=lambda entry: entry.name)
        except UnreadableFrame as error:
            yield Place(path=address, unreadable=error.what)
            continue
        place, below = _sorted(address, entries, inner=address != root)
        yield place
        pending.extend(reversed(below))


def _sorted(path: str, entries: Sequence[Entry], *, inner: bool) -> tuple[Place, list[str]]:
    """The place, and the folders to go on with."""
    if inner and any(entry.name in _table()["own_output"] for entry in entries):
        return Place(path=path, left_out=((".", "made by ampglow"),)), []
    files: list[Entry] = []
    left_out: list[tuple[str, str]] = []
    below: list[str] = []
    for entry in entries:
        name = entry.name
        is_folder = _is_folder(entry)
        if name.startswith("."):
            left_out.append((name, "hidden"))
        elif is_folder and name.lower() in _skipped():
            left_out.append((name, f"folder of {_skipped()[name.lower()]}"))
        elif is_folder:
            below.append(entry.path)
        elif name.lower().endswith(FRAME_SUFFIXES):
            files.append(entry)
        else:
            left_out.append((name, NOT_A_FRAME))
    return Place(path=path, files=tuple(files), left_out=tuple(left_out)), below


def _is_folder(entry: Entry) -> bool:
    try:
        return asked(entry.path, entry.is_dir)
    except OSError:  # a link that leads to itself
        return False
