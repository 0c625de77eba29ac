"""What was found out about files by reading all of them, remembered while their size and time of change stay."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ampglow_plugin.catalog.hashes import sha256_of
from ampglow_plugin.errors import InputError
from ampglow_plugin.writing import storable

_FILE: Final = "files.sqlite"
#: how long one process waits for another that writes (s)
_WAIT_S: Final = 60.0

_TABLE: Final = """
    CREATE TABLE IF NOT EXISTS facts (
        path TEXT NOT NULL, what TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (path, what)
    ) WITHOUT ROWID
"""


class FileFacts:
    """A cache in one SQLite file, beside the index ``index`` or in the user's cache folder.

    It holds nothing that is not in the files: a damaged one is begun anew, and without a place to write
    everything is read each time.
    """

    def __init__(self, index: Path | None = None) -> None:
        from ampglow_plugin.catalog.index import default_path

        self.path = default_path().with_name(_FILE) if index is None else index.with_name(f"{index.stem}-{_FILE}")
        self._database = self._open()

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return _connect(str(self.path))
        except sqlite3.OperationalError:
            return _connect(":memory:")
        except sqlite3.DatabaseError:
            with contextlib.suppress(OSError):
                self.path.unlink()
                return _connect(str(self.path))
            return _connect(":memory:")
        except OSError:
            return _connect(":memory:")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._database.close()

    def get(self, path: Path, what: str, work: Callable[[Path], str], *, anew: bool = False) -> str:
        """``work(path)``, or what it was when the file was of this size and time; ``anew`` works in any case."""
        place, size, mtime_ns = _state(path)
        query = "SELECT value FROM facts WHERE path = ? AND what = ? AND size = ? AND mtime_ns = ?"
        known = None if anew else self._database.execute(query, (place, what, size, mtime_ns)).fetchone()
        if known is not None:
            return str(known[0])
        value = work(path)
        if _state(path) == (place, size, mtime_ns):  # else it was being written
            self._remember(place, what, size, mtime_ns, value)
        return value

    def memo(self, key: str, what: str, work: Callable[[], str], *, anew: bool = False) -> str:
        """``work()``, or what it was for the same ``key``: a digest of all that it depends on."""
        query = "SELECT value FROM facts WHERE path = ? AND what = ?"
        known = None if anew else self._database.execute(query, (key, what)).fetchone()
        if known is not None:
            return str(known[0])
        value = work()
        self._remember(key, what, 0, 0, value)
        return value

    def set(self, path: Path, what: str, value: str) -> None:
        """Remember ``value`` of the file as it is now."""
        place, size, mtime_ns = _state(path)
        self._remember(place, what, size, mtime_ns, value)

    def _remember(self, place: str, what: str, size: int, mtime_ns: int, value: str) -> None:
        with contextlib.suppress(sqlite3.OperationalError), self._database:  # no room: it is read again next time
            self._database.execute(
                "INSERT OR REPLACE INTO facts (path, what, size, mtime_ns, value) VALUES (?, ?, ?, ?, ?)",
                (place, what, size, mtime_ns, value),
            )

    def sha256(self, path: Path, *, anew: bool = False) -> str:
        """SHA-256 of the whole file, in hex.

        Raises
        ------
        InputError
            The file is gone or cannot be read.
        """
        try:
            return self.get(path, "sha256", sha256_of, anew=anew)
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror or error}", where=str(path)) from error


def _connect(place: str) -> sqlite3.Connection:
    database = sqlite3.connect(place, timeout=_WAIT_S)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute(_TABLE)
    except BaseException:
        database.close()
        raise
    return database


def _state(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return storable(str(path.absolute())), status.st_size, status.st_mtime_ns
