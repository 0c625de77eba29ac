"""Proofs of an audit in one SQLite file, each written as soon as it is made: a kill loses the one at work alone."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.codec import from_dict, to_dict
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.writing import storable

_TABLES: Final = """
    CREATE TABLE IF NOT EXISTS audits (id INTEGER PRIMARY KEY);
    CREATE TABLE IF NOT EXISTS proofs (
        path TEXT PRIMARY KEY,
        signature TEXT NOT NULL,  -- of the output and of all that its proof rests on
        rank INTEGER NOT NULL,    -- 0 badly calibrated, 1 not decided, 2 good
        left_adu REAL NOT NULL,   -- of the dark in the output; orders those of one rank
        proof TEXT NOT NULL,
        audit INTEGER NOT NULL    -- in which it was last found to hold
    );
    CREATE INDEX IF NOT EXISTS proofs_in_order ON proofs (audit, rank, left_adu DESC, path);
"""
_VERSION: Final = 1
_WAIT_S: Final = 60.0

BAD: Final = 0
OPEN: Final = 1
GOOD: Final = 2
#: verdicts over what was done that are bad whatever is left
_BAD_DEEDS: Final = frozenset({"scaled", "not_applied", "applied_twice", "wrong_dark", "contradiction"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """Outputs by how they came out."""

    bad: int
    open: int
    good: int


class Journal:
    """The journal in ``path``, or of the user's cache folder for the archive ``root``."""

    def __init__(self, root: Path, path: Path | None = None) -> None:
        self.path = path or _of_archive(root)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._database = _opened(self.path)
        except (sqlite3.Error, OSError) as error:
            fix = "name another file with --journal, or delete this one: it holds nothing that is not in the frames"
            raise InputError(f"the journal cannot be used: {error}", where=str(self.path), fix=fix) from error
        self._audit = self._database.execute("INSERT INTO audits DEFAULT VALUES").lastrowid

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._database.close()

    def holds(self, path: str, signature: str) -> bool:
        """Whether the proof of ``path`` was made from the same files; it then counts for this audit."""
        query = "UPDATE proofs SET audit = ? WHERE path = ? AND signature = ?"
        return self._database.execute(query, (self._audit, storable(path), signature)).rowcount == 1

    def add(self, proof: Proof, signature: str) -> None:
        """Write a proof, in place of an older one."""
        row = (storable(proof.path), signature, rank(proof), left_adu(proof), json.dumps(to_dict(proof)), self._audit)
        self._database.execute("INSERT OR REPLACE INTO proofs VALUES (?, ?, ?, ?, ?, ?)", row)

    def proofs(self) -> Iterator[Proof]:
        """Those of this audit, the worst first; memory does not grow with their number."""
        query = "SELECT proof FROM proofs WHERE audit = ? ORDER BY rank, left_adu DESC, path"
        for (text,) in self._database.execute(query, (self._audit,)):
            yield from_dict(Proof, json.loads(text), where=str(self.path))

    def counts(self) -> Counts:
        """How those of this audit came out."""
        rows = self._database.execute("SELECT rank, count(*) FROM proofs WHERE audit = ? GROUP BY rank", (self._audit,))
        found = dict(rows.fetchall())
        return Counts(bad=found.get(BAD, 0), open=found.get(OPEN, 0), good=found.get(GOOD, 0))


def rank(proof: Proof) -> int:
    """:data:`BAD`, :data:`OPEN` or :data:`GOOD`; good is what was proved to be clean, and nothing else."""
    done, success = proof.verdict.done, proof.verdict.success
    if done in _BAD_DEEDS or success in ("residual", "oversubtracted"):
        return BAD
    return GOOD if success == "clean" else OPEN


def left_adu(proof: Proof) -> float:
    """What is left of the dark's glow, or was taken too much (ADU); 0 where that is not known."""
    pixels = proof.evidence.pixels
    return abs(pixels.residual_glow_adu or 0.0) if pixels is not None else 0.0


def _of_archive(root: Path) -> Path:
    import platformdirs

    name = hashlib.sha256(str(root.absolute()).encode()).hexdigest()[:16]
    return Path(platformdirs.user_cache_dir("ampglow", appauthor=False)) / f"audit-{name}.sqlite"


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)  # each statement is written by itself
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        _prepare(database)
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection) -> None:
    version = database.execute("PRAGMA user_version").fetchone()[0]
    others = database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if version > _VERSION or (version == 0 and others):
        raise sqlite3.DatabaseError("it is a file of another program, or of a newer ampglow")
    database.executescript(_TABLES)
    database.execute(f"PRAGMA user_version = {_VERSION}")
