"""Which frames are new and complete: the folder is walked, whatever woke us, so that no lost event matters.

A frame is complete when all bytes are there that its header announces. Until then it is looked at again and again; one
that has not grown for a while is told of once, and taken all the same if the rest of it comes later. Temporary names
are none of a frame, so a file counts from when it gets its own name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from ampglow_plugin.catalog.siblings import recover_from_siblings
from ampglow_plugin.catalog.walk import walk
from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import FrameReader, frame_of, read_header
from ampglow_plugin.model.frame import Frame

Progress = Callable[[str, float | None], None]

#: a frame that has not grown for so long is told to be incomplete (s); cameras write within seconds, a slow network
#: share takes up to half a minute for 100 MB
STALL_S: Final = 60.0
#: the size of a packed file says nothing: it must have rested for so long (s)
REST_S: Final = 3.0
#: a file is compared with what it was for so long after it was taken, since some programs write a header anew (s)
RECHECK_S: Final = 600.0
_PACKED: Final = (".gz", ".fz")

_Signature: TypeAlias = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrived:
    """A frame that is complete. ``again``: it was here before, and was written anew."""

    path: str
    frame: Frame
    again: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Stalled:
    """A file that is not a complete frame and does not grow any more."""

    path: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Gone:
    """The watched folder is not there: a network share, a disk that was pulled."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Returned:
    """It is there again."""


Event: TypeAlias = Arrived | Stalled | Gone | Returned


@dataclass(slots=True)
class _Pending:
    signature: _Signature
    since: float
    told: bool = False


@dataclass(slots=True)
class _Known:
    signature: _Signature
    at: float


class Arrivals:
    """Frames below ``root`` as they become complete. ``now`` is any clock in seconds that only goes forward."""

    def __init__(self, root: Path, *, stall_s: float = STALL_S, rest_s: float = REST_S) -> None:
        self.root = root
        self.waiting = False
        self._stall_s = stall_s
        self._rest_s = rest_s
        self._known: dict[str, _Known] = {}
        self._pending: dict[str, _Pending] = {}
        self._gone = False

    def existing(self, now: float, *, progress: Progress | None = None) -> list[Frame]:
        """The complete frames that are there already; they are not told as arrivals. Others are waited for."""
        found: list[Frame] = []
        reader = FrameReader()
        files = list(self._files())
        for done, (path, signature) in enumerate(files, start=1):
            frame = _quick(reader, path)
            rested = time.time_ns() - signature[1] > RECHECK_S * 1e9  # what was written just now may go on growing
            if isinstance(frame, Frame) and (rested or isinstance(_complete(path), Frame)):
                found.append(frame)
                self._known[path] = _Known(signature, now)
            else:
                self._pending[path] = _Pending(signature, now)
            if progress is not None:
                progress(f"headers {done} of {len(files)}", done / len(files))
        self.waiting = bool(self._pending)
        return recover_from_siblings(found)

    def look(self, now: float) -> Iterator[Event]:
        """What happened since the last look."""
        if not self.root.is_dir():
            if not self._gone:
                self._gone = True
                yield Gone()
            return
        if self._gone:
            self._gone = False
            yield Returned()
        seen: set[str] = set()
        for path, signature in self._files(now):
            seen.add(path)
            known, pending = self._known.get(path), self._pending.get(path)
            if known is not None and known.signature == signature:
                continue
            if pending is None or pending.signature != signature:
                self._pending[path] = pending = _Pending(signature, now)
            yield from self._judge(path, pending, now)
        # one that was told of is remembered: it comes back with its folder, and is no news
        for path in {path for path, pending in self._pending.items() if not pending.told} - seen:
            del self._pending[path]
        self.waiting = any(not pending.told for pending in self._pending.values())

    def _judge(self, path: str, pending: _Pending, now: float) -> Iterator[Event]:
        found = _complete(path)
        rested = now - pending.since >= self._rest_s or not path.lower().endswith(_PACKED)
        if isinstance(found, Frame) and rested:
            again = path in self._known
            self._known[path] = _Known(pending.signature, now)
            del self._pending[path]
            yield Arrived(path=path, frame=found, again=again)
        elif isinstance(found, str) and now - pending.since >= self._stall_s and not pending.told:
            pending.told = True
            yield Stalled(path=path, what=f"{found}; it has not grown for {self._stall_s:g} s")

    def _files(self, now: float | None = None) -> Iterator[tuple[str, _Signature]]:
        """Each file that may be a frame, with its size and time; old ones that are known are not asked again."""
        for place in walk(self.root):
            for entry in place.files:
                known = self._known.get(entry.path)
                if known is not None and now is not None and now - known.at > RECHECK_S:
                    yield entry.path, known.signature
                    continue
                try:
                    status = os.stat(entry.path)  # noqa: PTH116 - not entry.stat(): Windows remembers an old size
                except OSError:
                    continue
                yield entry.path, (status.st_size, status.st_mtime_ns)


def _quick(reader: FrameReader, path: str) -> Frame | str:
    try:
        return reader.read(path)
    except (InputError, OSError) as error:
        return _what(error)


def _complete(path: str) -> Frame | str:
    """The frame, or why it is none (yet)."""
    try:
        header = read_header(path)
        if header.missing_bytes:
            return f"{header.missing_bytes:,} bytes are missing at its end"
        return frame_of(header, path)
    except (InputError, OSError) as error:
        return _what(error)


def _what(error: InputError | OSError) -> str:
    return error.what if isinstance(error, InputError) else (error.strerror or str(error)).lower()
