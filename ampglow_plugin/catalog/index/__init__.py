"""The index: what every frame below some folders says, remembered between runs."""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from ampglow_plugin.catalog.index.coverage import GROUPING, QUERY, cells
from ampglow_plugin.catalog.index.database import connect, explained, transaction
from ampglow_plugin.catalog.index.rows import frame_of_row
from ampglow_plugin.catalog.index.update import Progress, Updating
from ampglow_plugin.headers.fields import VARYING
from ampglow_plugin.headers.places import absolute, inside, joined
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.library import LibraryCell
from ampglow_plugin.model.problem import FileProblem
from ampglow_plugin.model.scan import ScanSummary

__all__ = ["Index", "Scanned", "default_path"]

#: one folder or several; all that the index knows where there are none
Below: TypeAlias = Path | str | Iterable[Path | str]

_FILE = "index.sqlite"
#: unreadable files that are told one by one after an update; all are in the index
_MOST_PROBLEMS = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Scanned:
    """The summary of an update, and of each reason to leave out something the first example.

    ``problems`` are folders that could not be listed, and files that cannot be read, whether they were found now or
    by an update before.
    """

    summary: ScanSummary
    problems: tuple[FileProblem, ...]
    examples: Mapping[str, str]


def default_path() -> Path:
    """Where the index is kept unless another file is named: in the user's cache folder."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("ampglow", appauthor=False)) / _FILE


class Index:
    """The index in one SQLite file. Frames are opened read-only; only the index is written.

    Raises
    ------
    InputError
        From every method: the file is no index, is damaged, cannot be written, or was made by a newer ampglow.
    """

    def __init__(self, path: Path | str | None = None) -> None:
        self.path = default_path() if path is None else Path(path)
        self._database = connect(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def update(
        self,
        roots: Iterable[Path | str],
        *,
        executor: Executor | None = None,
        progress: Progress | None = None,
        reread: bool = False,
        prune: bool = False,
    ) -> Scanned:
        """Bring the index up to date with the folders ``roots``; see :mod:`.update`.

        Headers are read by ``executor`` where one is given (threads, processes, a cluster). ``reread`` reads
        unchanged files too, ``prune`` forgets what is gone. An interruption keeps what was done.
        """
        places = [absolute(root) for root in roots]
        with explained(self.path):
            found = Updating(self._database, executor, progress, reread=reread).run(places)
        summary = ScanSummary(
            index=str(self.path),
            roots=tuple(places),
            files=found.files,
            read=found.read,
            unchanged=found.unchanged,
            unreadable=found.unreadable,
            missing=found.missing,
            moved=found.moved,
            copies=found.copies,
            pruned=self.prune() if prune else 0,
            seconds=found.seconds,
            left_out=dict(found.left_out),
        )
        unreadable = itertools.islice(self.problems(below=places), _MOST_PROBLEMS)
        return Scanned(summary=summary, problems=(*found.problems, *unreadable), examples=found.examples)

    def frames(
        self,
        *,
        below: Below = (),
        roles: Iterable[str] = (),
        chosen: Callable[[Frame], bool] | None = None,
    ) -> Iterator[tuple[Frame, str | None]]:
        """Frames that are there, with their roles, in no particular order; the memory does not grow with their number.

        ``below`` leaves out what lies elsewhere, ``roles`` other roles. ``chosen`` is asked once for all frames that
        share the same settings, with one that has no path and none of
        :data:`~ampglow_plugin.headers.fields.VARYING`.
        """
        query = f"""
            SELECT folders.path, name, record, role, {", ".join(VARYING)} FROM frames
            JOIN folders ON folders.id = folder JOIN setups ON setups.id = setup WHERE missing = 0
        """  # noqa: S608 - names of columns, from the model
        values: list[Any] = []
        if wanted := tuple(roles):
            query += f" AND role IN ({', '.join('?' * len(wanted))})"
            values += wanted
        if chosen is not None:
            query += " AND setup IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(self._setups(chosen)))
        for folder, name, record, role, *varying in self._rows(query, values, below):
            with explained(self.path):
                frame = frame_of_row(joined(folder, name), record, varying)
            yield frame, role

    def _setups(self, chosen: Callable[[Frame], bool]) -> list[int]:
        varying = (None,) * len(VARYING)
        with explained(self.path):
            rows = self._database.execute("SELECT id, record FROM setups")
            return [ident for ident, record in rows if chosen(frame_of_row("", record, varying))]

    def coverage(self, today: date, *, below: Below = ()) -> tuple[LibraryCell, ...]:
        """What there is of darks, flat-darks, flats and bias frames at each setting; ages are as of ``today``."""
        with explained(self.path):
            return cells(self._rows(QUERY, [], below, GROUPING), today)

    def lights_of(self, seconds: Iterable[str]) -> Iterator[str]:
        """Files of single lights that began in one of these seconds (``2025-10-18T20:30:00``)."""
        wanted = list(seconds)
        query = f"""
            SELECT folders.path, name FROM frames JOIN folders ON folders.id = folder JOIN setups ON setups.id = setup
            WHERE missing = 0 AND role = 'light' AND substr(date_obs, 1, 19) IN ({", ".join("?" * len(wanted))})
            AND NOT coalesce(json_extract(record, '$.master'), 0)
        """  # noqa: S608 - as many question marks as values
        for folder, name in self._rows(query, wanted, ()):
            yield str(Path(folder, name))

    def problems(self, *, below: Below = ()) -> Iterator[FileProblem]:
        """Files that could not be read when they were last looked at."""
        query = """
            SELECT folders.path, name, problem, fix FROM frames JOIN folders ON folders.id = folder
            WHERE missing = 0 AND problem IS NOT NULL
        """
        for folder, name, problem, fix in self._rows(query, [], below):
            yield FileProblem(path=joined(folder, name), kind="unreadable", what=problem, fix=fix)

    def missing(self, *, below: Below = ()) -> Iterator[str]:
        """Files that the index knows and that were gone when their folder was last looked at."""
        query = "SELECT folders.path, name FROM frames JOIN folders ON folders.id = folder WHERE missing <> 0"
        for folder, name in self._rows(query, [], below):
            yield joined(folder, name)

    def prune(self) -> int:
        """Forget what is missing; returns how many files that were."""
        with explained(self.path), transaction(self._database):
            gone = self._database.execute("DELETE FROM frames WHERE missing <> 0").rowcount
            self._database.execute("DELETE FROM setups WHERE id NOT IN (SELECT setup FROM frames WHERE setup NOT NULL)")
            self._database.execute("DELETE FROM folders WHERE id NOT IN (SELECT folder FROM frames)")
        return gone

    def _rows(self, query: str, values: list[Any], below: Below, end: str = "") -> Iterator[sqlite3.Row]:
        roots = [absolute(root) for root in ([below] if isinstance(below, (str, Path)) else below)]
        if roots:
            query += f" AND ({' OR '.join(['path = ? OR substr(path, 1, ?) = ?'] * len(roots))})"
        for root in roots:
            edge = inside(root)
            values = [*values, root, len(edge), edge]
        with explained(self.path):
            yield from self._database.execute(query + end, values)
