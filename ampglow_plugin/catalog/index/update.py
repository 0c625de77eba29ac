"""Brings the index up to date with folders: only what is new or has changed is read.

A file counts as unchanged while its size and its time of change are those in the index. What is read is written in
short transactions, so that an interruption keeps what was done, and several updates can run at once.
"""

from __future__ import annotations

import sqlite3
import stat
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Final

from ampglow_plugin.catalog.index.database import transaction
from ampglow_plugin.catalog.index.rows import Batch, Found, Read, Row, read_batch
from ampglow_plugin.catalog.walk import Entry, Place, walk
from ampglow_plugin.errors import Stalled
from ampglow_plugin.headers.fields import VARYING
from ampglow_plugin.headers.places import inside, joined
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.waiting import asked, leaving
from ampglow_plugin.writing import is_utf8

Progress = Callable[[str, float | None], None]
#: the folders from a root down, with their files
Walk = Callable[[str], Iterator[Place]]

#: files that one worker reads at a time
BATCH_FILES: Final = 256
#: batches that are read ahead of what is written
_AHEAD: Final = 8
#: rows, or seconds, after which what was read is written
_WRITE_ROWS: Final = 4000
_WRITE_S: Final = 2.0
#: files read, up to which their signatures are looked for one by one; beyond, all are sorted
_FEW: Final = 20_000
#: for a rate at the very start (s)
_SHORTEST_S: Final = 1e-3

_INSERT = f"""
    INSERT INTO frames (folder, name, size, mtime_ns, signature, role, setup, {", ".join(VARYING)}, problem, fix, scan)
    VALUES (?, ?, ?, ?, ?, ?, (SELECT id FROM setups WHERE digest = ?), {", ".join("?" * len(VARYING))}, ?, ?, ?)
    ON CONFLICT (folder, name) DO UPDATE SET
        size = excluded.size, mtime_ns = excluded.mtime_ns, signature = excluded.signature, role = excluded.role,
        setup = excluded.setup, {", ".join(f"{name} = excluded.{name}" for name in VARYING)},
        problem = excluded.problem, fix = excluded.fix, missing = 0, scan = excluded.scan
"""  # noqa: S608 - names of columns, from the model


@dataclass(kw_only=True, slots=True)
class Update:
    """What a scan found: counts of files, and what was left out, by reason with the first of each."""

    files: int = 0
    unchanged: int = 0
    read: int = 0
    unreadable: int = 0
    missing: int = 0
    moved: int = 0
    copies: int = 0
    seconds: float = 0.0
    left_out: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    problems: list[FileProblem] = field(default_factory=list)

    def leave_out(self, path: str, reason: str) -> None:
        """Count one file or folder that is not looked at."""
        self.left_out[reason] += 1
        self.examples.setdefault(reason, path)


class Updating:
    """One update of an index, from ``roots``."""

    def __init__(
        self,
        database: sqlite3.Connection,
        executor: Executor | None,
        progress: Progress | None,
        *,
        reread: bool,
        walk: Walk = walk,
    ) -> None:
        self.database = database
        self.walk = walk
        self.executor = executor
        self.progress = progress
        self.reread = reread
        self.result = Update()
        self._waiting: deque[Future[Read] | Read] = deque()
        self._rows: list[tuple[str, Row]] = []
        self._setups: dict[bytes, str] = {}
        self._known_setups: set[bytes] = set()
        self._written = self._started = time.monotonic()
        self._scan = 0
        self._total: int | None = None

    def run(self, roots: Sequence[str]) -> Update:
        """Walk, read and write; on an interruption, what was read is written before it goes on its way."""
        with transaction(self.database):
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._scan = self.database.execute("INSERT INTO scans (started) VALUES (?)", (now,)).lastrowid or 0
        if self.progress is not None:
            self.progress("looking for frames", None)
            self._total = sum(len(place.files) for root in roots for place in self.walk(root))
        try:
            for root in roots:
                self._root(root)
            while self._waiting:
                self._take(self._waiting.popleft())
        finally:
            for waiting in self._waiting:
                if isinstance(waiting, Future):
                    waiting.cancel()
            self._write()
        self._moves()
        self.result.seconds = time.monotonic() - self._started
        return self.result

    def _root(self, root: str) -> None:
        lost: list[str] = []
        visited: set[str] = set()
        for place in self.walk(root):
            if place.unreadable is not None:
                lost.append(place.path)
                self.result.problems.append(_unlisted(place, root))
                continue
            if not is_utf8(place.path):
                lost.append(place.path)
                self._leave_out_bytes(place.path, "folder")
                continue
            for name, reason in place.left_out:
                self.result.leave_out(joined(place.path, name), reason)
            row = self.database.execute("SELECT id FROM folders WHERE path = ?", (place.path,)).fetchone()
            visited.add(place.path)
            try:
                found = leaving(partial(self._found, place))
            except Stalled as error:
                lost.append(place.path)
                self.result.problems.append(_unlisted(replace(place, unreadable=str(error)), root))
                continue
            changed = self._compare(None if row is None else int(row[0]), found)
            for start in range(0, len(changed), BATCH_FILES):
                files = tuple(changed[start : start + BATCH_FILES])
                self._send(Batch(folder=place.path, root=root, files=files))
        self._vanished(root, visited, lost)

    def _found(self, place: Place) -> list[Found]:
        return [found for found in map(self._stat, place.files) if found is not None]

    def _compare(self, folder: int | None, files: Sequence[Found]) -> list[Found]:
        """Files that are new or changed; those gone are marked with this scan, those that are back no longer are."""
        query = "SELECT name, size, mtime_ns, missing FROM frames WHERE folder = ?"
        rows = () if folder is None else self.database.execute(query, (folder,))
        known = {name: (size, mtime_ns, missing) for name, size, mtime_ns, missing in rows}
        changed: list[Found] = []
        back: list[str] = []
        here: set[str] = set()
        for found in files:
            here.add(found.name)
            before = known.get(found.name)
            if self.reread or before is None or before[:2] != found[1:]:
                changed.append(found)
            elif before[2]:
                back.append(found.name)
        gone = [name for name, before in known.items() if name not in here and not before[2]]
        self.result.files += len(here)
        self.result.unchanged += len(here) - len(changed)
        self.result.missing += len(gone)
        if gone or back:
            self._mark([(self._scan, folder, name) for name in gone] + [(0, folder, name) for name in back])
        self._show()
        return changed

    def _leave_out_bytes(self, path: str, what: str) -> None:
        self.result.problems.append(
            FileProblem(
                path=path,
                kind="left_out",
                what=f"the name of this {what} holds bytes that are no UTF-8, and the index keeps none",
                fix="rename it; every other command works with it",
            )
        )

    def _stat(self, entry: Entry) -> Found | None:
        if not is_utf8(entry.name):
            self._leave_out_bytes(entry.path, "file")
            return None
        try:
            status = asked(entry.path, entry.stat)
        except OSError as error:  # a link to nowhere, or gone since the folder was listed
            self.result.leave_out(entry.path, (error.strerror or str(error)).lower())
            return None
        if not stat.S_ISREG(status.st_mode):
            self.result.leave_out(entry.path, "not a file")
            return None
        return Found(entry.name, status.st_size, status.st_mtime_ns)

    def _mark(self, rows: list[tuple[int, int | None, str]]) -> None:
        with transaction(self.database):
            self.database.executemany("UPDATE frames SET missing = ? WHERE folder = ? AND name = ?", rows)

    def _vanished(self, root: str, visited: set[str], lost: Sequence[str]) -> None:
        """Mark the frames of folders below ``root`` that are no longer there; of one that is only unreadable, none."""
        below = "SELECT id, path FROM folders WHERE path = ? OR (path > ? AND path < ?)"
        edge = inside(root)
        known = self.database.execute(below, (root, edge, edge[:-1] + chr(ord(edge[-1]) + 1))).fetchall()
        kept = tuple(map(inside, lost))
        gone = [
            (self._scan, ident) for ident, path in known if path not in visited and not inside(path).startswith(kept)
        ]
        if gone:
            with transaction(self.database):
                mark = "UPDATE frames SET missing = ? WHERE folder = ? AND missing = 0"
                self.result.missing += self.database.executemany(mark, gone).rowcount

    def _send(self, batch: Batch) -> None:
        self._waiting.append(read_batch(batch) if self.executor is None else self.executor.submit(read_batch, batch))
        while len(self._waiting) > (_AHEAD if self.executor else 0):
            self._take(self._waiting.popleft())

    def _take(self, waiting: Future[Read] | Read) -> None:
        read = waiting.result() if isinstance(waiting, Future) else waiting
        self._setups |= {d: record for d, record in read.setups.items() if d not in self._known_setups}
        for row in read.rows:
            self._rows.append((read.folder, row))
            self.result.read += 1
            if row.problem is not None:
                self.result.unreadable += 1
        if len(self._rows) >= _WRITE_ROWS or time.monotonic() - self._written > _WRITE_S:
            self._write()
        self._show()

    def _write(self) -> None:
        """Everything read so far, in one transaction."""
        if self._rows:
            with transaction(self.database):
                self.database.executemany(
                    "INSERT OR IGNORE INTO setups (digest, record) VALUES (?, ?)", self._setups.items()
                )
                folders = {folder: self._folder(folder) for folder in {folder for folder, _ in self._rows}}
                self.database.executemany(
                    _INSERT,
                    [
                        (folders[folder], *row[:5], row.digest, *row.varying, row.problem, row.fix, self._scan)
                        for folder, row in self._rows
                    ],
                )
            self._known_setups |= self._setups.keys()
        self._rows, self._setups = [], {}
        self._written = time.monotonic()

    def _folder(self, path: str) -> int:
        self.database.execute("INSERT OR IGNORE INTO folders (path) VALUES (?)", (path,))
        return int(self.database.execute("SELECT id FROM folders WHERE path = ?", (path,)).fetchone()[0])

    def _moves(self) -> None:
        """What was read now and is known from another place: moved where that place is empty now, else a copy."""
        if not self.result.read:
            return
        narrowed = "AND signature IN (SELECT signature FROM frames WHERE scan = :scan)"
        alike = f"""
            SELECT sum(missing = 0 AND scan = :scan) AS new, sum(missing = 0 AND scan <> :scan),
                group_concat(CASE WHEN missing THEN id END), sum(missing = :scan)
            FROM frames WHERE signature IS NOT NULL {narrowed if self.result.read <= _FEW else ""}
            GROUP BY signature HAVING new > 0 AND count(*) > 1
        """  # noqa: S608 - one of two texts of ours
        gone: list[tuple[str]] = []
        for new, known, missing, missed_now in self.database.execute(alike, {"scan": self._scan}):
            self.result.copies += new if known else new - 1
            self.result.missing -= missed_now
            gone += [(ident,) for ident in missing.split(",")] if missing else []
        if gone:
            with transaction(self.database):
                self.database.executemany("DELETE FROM frames WHERE id = ? AND missing <> 0", gone)
        self.result.moved = len(gone)

    def _show(self) -> None:
        if self.progress is None:
            return
        done = self.result.unchanged + self.result.read
        rate = done / max(time.monotonic() - self._started, _SHORTEST_S)
        share = min(done / self._total, 1.0) if self._total else None
        self.progress(f"frames {done} of {self._total}, {rate:.0f} a second", share)


def _unlisted(place: Place, root: str) -> FileProblem:
    if place.path == root:
        fix = "connect its disk, or check the name; what the index knows of it is kept"
        return FileProblem(
            path=root, kind="left_out", what=f"this folder cannot be listed: {place.unreadable}", fix=fix
        )
    return FileProblem(path=place.path, kind="left_out", what=f"this folder cannot be listed: {place.unreadable}")
