"""The index as a file: SQLite with write-ahead log, its schema by version, and errors that say what to do."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ampglow_plugin.errors import InputError

#: how long one process waits for another that writes (s)
_WAIT_S: Final = 60.0
#: pages kept in memory (KiB); more would not make it faster, as rows are written and read in their order
_CACHE_KIB: Final = 4096

#: what brings an index from version i to i + 1. Never changed once released; a new version is a new entry.
MIGRATIONS: Final = (
    """
    CREATE TABLE scans (id INTEGER PRIMARY KEY, started TEXT NOT NULL);
    CREATE TABLE folders (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE);
    CREATE TABLE setups (
        id INTEGER PRIMARY KEY,
        digest BLOB NOT NULL UNIQUE,
        record TEXT NOT NULL  -- fields of the frame record that a set has in common, as JSON
    );
    CREATE TABLE frames (
        id INTEGER PRIMARY KEY,
        folder INTEGER NOT NULL REFERENCES folders,
        name TEXT NOT NULL,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        signature BLOB,       -- of the content; null where it could not be read
        role TEXT,            -- by header and folder; null where nothing says it
        setup INTEGER REFERENCES setups,
        date_obs TEXT, temperature_c REAL, cooler_power_pct REAL, ra_deg REAL, dec_deg REAL, night TEXT,
        problem TEXT, fix TEXT,  -- why it is no frame
        missing INTEGER NOT NULL DEFAULT 0,
        scan INTEGER NOT NULL REFERENCES scans,  -- in which it was read
        UNIQUE (folder, name)
    );
    CREATE INDEX frames_by_signature ON frames (signature);
    CREATE INDEX frames_by_setup ON frames (setup, role);
    CREATE INDEX frames_by_scan ON frames (scan);
    """,
    # signatures have no order: each row of a large index changed a page of its own, four times what was to be written;
    # frames that were cut short were taken for whole ones, so all are read again
    """
    DROP INDEX frames_by_signature;
    UPDATE frames SET mtime_ns = -1;
    CREATE INDEX frames_with_problem ON frames (folder) WHERE problem IS NOT NULL;
    """,
)

#: by which an index of any version is known
_TABLES: Final = frozenset({"scans", "folders", "setups", "frames"})


def connect(path: Path) -> sqlite3.Connection:
    """Open the index at ``path``, made or brought up to date where needed.

    Raises
    ------
    InputError
        It is no index, is damaged, was made by a newer version, or cannot be opened.
    """
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
        try:
            if _may_be_foreign(path):
                with transaction(database):
                    _check_ours(database, path)
            database.execute("PRAGMA journal_mode = WAL")  # changes the file
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            database.execute("PRAGMA foreign_keys = ON")
            _migrate(database, path)
        except BaseException:
            database.close()
            raise
        return database


def _may_be_foreign(path: Path) -> bool:
    """Whether there is a file without a write-ahead log, which an index has from its first byte on."""
    try:
        with path.open("rb") as file:
            header = file.read(20)
    except OSError:  # not there yet, or SQLite says why
        return False
    return bool(header) and header[18:20] != b"\2\2"


def _check_ours(database: sqlite3.Connection, path: Path) -> None:
    version = _version(database)
    if version > len(MIGRATIONS):
        raise InputError(
            f"this index is of version {version}, made by a newer ampglow than this one",
            where=str(path),
            fix="update ampglow, or name another file with --index",
        )
    tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not (tables >= _TABLES if version > 0 else version == 0 and not tables):
        raise InputError("this is a database of another program", where=str(path), fix="name another file with --index")


def _migrate(database: sqlite3.Connection, path: Path) -> None:
    if _version(database) == len(MIGRATIONS):
        return
    with transaction(database):
        _check_ours(database, path)  # again: another process may have been faster
        for number in range(_version(database), len(MIGRATIONS)):
            for statement in _statements(MIGRATIONS[number]):
                database.execute(statement)
            database.execute(f"PRAGMA user_version = {number + 1}")


def _version(database: sqlite3.Connection) -> int:
    version: int = database.execute("PRAGMA user_version").fetchone()[0]
    return version


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; ``executescript`` would end the transaction."""
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""


@contextlib.contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; waits for other writers first, so that it never has to give up half way."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


@contextlib.contextmanager
def explained(path: Path) -> Iterator[None]:
    """Errors of SQLite as errors of this project."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        fix = "check that its folder exists, can be written to and has room; or name another file with --index"
        if "locked" in text or "busy" in text:
            fix = "another ampglow is writing; wait for it, then try again"
        raise InputError(f"the index cannot be used: {text}", where=str(path), fix=fix) from error
    except UnicodeEncodeError as error:
        raise InputError(
            "its name holds bytes that are no UTF-8, and the index keeps none",
            where=str(error.object),
            fix="rename it, or give the folder above it",
        ) from error
    except (
        sqlite3.DatabaseError,
        ValueError,
        RecursionError,
    ) as error:  # ValueError: text that is not UTF-8, or no JSON
        raise InputError(
            f"the index is damaged, or is no index: {error}",
            where=str(path),
            fix="delete it and scan again: it holds nothing that is not in the frames",
        ) from error
    except OSError as error:
        raise InputError(
            f"the index cannot be opened: {error.strerror or error}",
            where=str(path),
            fix="name another file with --index",
        ) from error
