"""Frames as rows of the index and back: what a set has in common is kept once, as JSON; the rest in columns."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import threading
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from ampglow_plugin.catalog import cut_short
from ampglow_plugin.catalog.roles import role_of
from ampglow_plugin.errors import InputError, Stalled
from ampglow_plugin.headers import FrameReader, Signed
from ampglow_plugin.headers.fields import VARYING
from ampglow_plugin.headers.places import joined
from ampglow_plugin.model.codec import from_dict, to_dict
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.waiting import leaving

_DIGEST_BYTES: Final = 16
#: sets and folders that a worker remembers; beyond, it begins anew
_REMEMBERED: Final = 10_000
#: the time of change of no file (ns since 1970)
_NEVER: Final = -1
_COMMON: Final = tuple(f.name for f in dataclasses.fields(Frame) if f.name not in {"path", *VARYING})


class Row(NamedTuple):
    """One file as the index keeps it. ``digest`` is that of its setup; None where it is no frame."""

    name: str
    size: int
    mtime_ns: int
    signature: bytes | None
    role: str | None
    digest: bytes | None
    varying: tuple[Any, ...]
    problem: str | None = None
    fix: str | None = None


class Found(NamedTuple):
    """A file as the walk found it."""

    name: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Files of one folder below ``root``, to be read by one worker."""

    folder: str
    root: str
    files: tuple[Found, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """What was read of a batch: a row for each file, and the setups they refer to, as JSON by digest."""

    folder: str
    rows: list[Row]
    setups: dict[bytes, str] = field(default_factory=dict)


class _Worker:
    """Reads batches in one process; what it knows of a set serves all its batches."""

    def __init__(self) -> None:
        self.reader = FrameReader()
        self.setups: dict[Hashable, tuple[bytes, str]] = {}
        self.roles: dict[tuple[str, bytes], str | None] = {}

    def read(self, batch: Batch, read: Read) -> None:
        """The rest of the files of ``batch`` into ``read``, one after the other."""
        root = Path(batch.root)
        for file in batch.files[len(read.rows) :]:
            path = joined(batch.folder, file.name)
            try:
                signed = self.reader.read_signed(path, file.size)
            except (InputError, OSError) as error:
                read.rows.append(_problem(file, error))
                continue
            if signed.missing_bytes:
                problem = cut_short(path, signed.missing_bytes)
                read.rows.append(_no_frame(file, problem.what, problem.fix))
                continue
            digest, record = self._setup(signed)
            read.setups[digest] = record
            role = self._role(batch.folder, digest, signed, root)
            read.rows.append(Row(*file, signed.signature, role, digest, signed.varying))

    def _role(self, folder: str, digest: bytes, signed: Signed, root: Path) -> str | None:
        key = (folder, digest)
        if key not in self.roles:
            if len(self.roles) > _REMEMBERED:
                self.roles.clear()
            self.roles[key] = role_of(signed.frame, root)
        return self.roles[key]

    def _setup(self, signed: Signed) -> tuple[bytes, str]:
        """Digest and JSON of the fields that the frame shares with its set, sources of all fields included."""
        if signed.shared is None:
            return setup_row(signed.frame)
        known = self.setups.get(signed.shared)
        if known is None:
            if len(self.setups) > _REMEMBERED:
                self.setups.clear()
            known = self.setups[signed.shared] = setup_row(signed.frame)
        return known


_here = threading.local()


def read_batch(batch: Batch) -> Read:
    """Read one batch; a plain function, so that threads, processes and clusters can run it.

    What one thread has learnt of a set serves its next batches.
    """
    read = Read(folder=batch.folder, rows=[])
    while len(read.rows) < len(batch.files):
        if not hasattr(_here, "worker"):
            _here.worker = _Worker()
        try:
            leaving(partial(_here.worker.read, batch, read))
        except Stalled as error:  # the others may lie elsewhere, behind links, or it was this one alone
            read.rows.append(_problem(batch.files[len(read.rows)], error))
            del _here.worker  # the thread that was left behind has it
    return read


def _problem(file: Found, error: InputError | OSError) -> Row:
    """Where it may be mended without a change of the file (rights, a disk), the next update asks again."""
    if isinstance(error, Stalled) or isinstance(error.__cause__ or error, OSError):
        file = file._replace(mtime_ns=_NEVER)
    what = error.what if isinstance(error, InputError) else error.strerror or str(error)
    fix = error.fix if isinstance(error, InputError) else None
    return _no_frame(file, what, fix)


def _no_frame(file: Found, what: str, fix: str | None) -> Row:
    return Row(*file, None, None, None, (None,) * len(VARYING), what, fix)


def setup_row(frame: Frame) -> tuple[bytes, str]:
    """Digest and JSON of the fields that a frame may share with others, as they are kept."""
    fields = {name: getattr(frame, name) for name in _COMMON}
    known = {name: to_dict(value) for name, value in fields.items() if value is not None}
    record = json.dumps(known, sort_keys=True, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return hashlib.blake2b(record.encode(), digest_size=_DIGEST_BYTES).digest(), record


def frame_of_row(path: str, record: str, varying: Iterable[Any]) -> Frame:
    """The frame again, equal to the one that was read."""
    known = {name: value for name, value in zip(VARYING, varying, strict=True) if value is not None}
    frame: Frame = from_dict(Frame, {"path": path, **json.loads(record), **known}, where=path)
    return frame
