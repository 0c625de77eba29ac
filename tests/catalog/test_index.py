"""The index says what the files say, whatever happened to them and to it."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from ampglow_plugin.catalog.index import Index, database, update
from ampglow_plugin.catalog.index.database import MIGRATIONS
from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import read_frame
from ampglow_plugin.simulate import Truth, header, write_frame

START = datetime(2025, 10, 18, 20, tzinfo=UTC)


def shoot(folder: Path, kind: str = "DARK", count: int = 4, exposure_s: float = 180.0, first: int = 0) -> list[Path]:
    paths = []
    for i in range(first, first + count):
        cards = header(Truth(), kind, exposure_s, START + i * timedelta(seconds=200))
        path = folder / f"{kind}_{i:04d}.fits"
        write_frame(path, np.full((8, 8), i, np.uint16), cards | {"CCD-TEMP": -10 + i / 10})
        paths.append(path)
    return paths


@pytest.fixture
def night(tmp_path):
    folder = tmp_path / "night"
    shoot(folder / "lights", "LIGHT")
    shoot(folder / "darks", first=100)
    shoot(folder / "darks" / "60s", exposure_s=60.0, first=200)
    return folder


@pytest.fixture
def index(tmp_path):
    with Index(tmp_path / "cache" / "index.sqlite") as opened:
        yield opened


def known(index, **which):
    return {frame.path: (frame, role) for frame, role in index.frames(**which)}


def test_frames_come_back_as_they_were_read(index, night):
    scanned = index.update([night])
    found = scanned.summary
    assert (found.files, found.read, found.unchanged, found.unreadable) == (12, 12, 0, 0)
    frames = known(index)
    assert set(frames) == {str(path) for path in night.rglob("*.fits")}
    assert all(frame == read_frame(path) for path, (frame, _) in frames.items())
    assert {role for _, role in frames.values()} == {"light", "dark"}
    assert len(known(index, roles=["dark"])) == 8
    assert len(known(index, below=night / "darks" / "60s")) == 4
    assert not known(index, below=night / "dark")


def test_only_what_changed_is_read_again(index, night):
    index.update([night])
    path = next((night / "darks").glob("*.fits"))
    shutil.copy(next((night / "lights").glob("*.fits")), path)
    os.utime(path, ns=(1, 1))
    shoot(night / "darks", first=300, count=1)
    scanned = index.update([night])
    found = scanned.summary
    assert (found.read, found.unchanged, found.copies) == (2, 11, 1)
    assert known(index)[str(path)][0] == read_frame(path)
    assert index.update([night], reread=True).summary.read == 13


def test_what_is_gone_is_marked_until_it_is_pruned_and_may_come_back(index, night, tmp_path):
    index.update([night])
    away = tmp_path / "away"
    (night / "darks").rename(away)
    assert index.update([night]).summary.missing == 8
    assert len(known(index)) == 4
    assert sorted(index.missing()) == sorted(str(night / "darks" / p.relative_to(away)) for p in away.rglob("*.fits"))
    away.rename(night / "darks")
    assert index.update([night]).summary.unchanged == 12
    assert len(known(index)) == 12
    shutil.rmtree(night / "darks" / "60s")
    index.update([night])
    assert index.prune() == 4
    assert not list(index.missing())
    assert len(known(index)) == 8


def test_folders_that_were_written_before_the_scan_ended_are_there(index, night, monkeypatch):
    """A large archive is written in parts: none of the first parts is taken for gone at the end."""
    monkeypatch.setattr(update, "_WRITE_ROWS", 1)
    assert index.update([night]).summary.missing == 0
    assert len(known(index)) == 12
    assert not list(index.missing())


def test_moved_frames_are_recognised_by_their_content(index, night):
    index.update([night])
    (night / "darks" / "60s").rename(night / "library")
    scanned = index.update([night])
    found = scanned.summary
    assert (found.moved, found.copies, found.missing) == (4, 0, 0)
    assert not list(index.missing())
    shutil.copytree(night / "library", night / "copies")
    assert index.update([night]).summary.copies == 4


def test_a_root_that_is_not_there_loses_nothing(index, night, tmp_path):
    index.update([night])
    night.rename(tmp_path / "unplugged")
    scanned = index.update([night])
    assert len(known(index)) == 12
    [problem] = scanned.problems
    assert "connect its disk" in problem.fix


def test_what_is_no_frame_is_told_with_its_reason(index, night):
    (night / "darks" / "._a.fits").write_bytes(b"x")
    (night / "darks" / "log.txt").write_text("x")
    (night / "darks" / "half.fits").write_bytes(b"SIMPLE  =                    T")
    (night / "darks" / "nowhere.fits").symlink_to("missing")
    (night / "loop").symlink_to(night)
    (night / "thumbs").mkdir()
    scanned = index.update([night])
    found = scanned.summary
    assert found.left_out == {
        "hidden": 1,
        "not the name of a frame": 1,
        "no such file or directory": 1,
        "a link to a folder that was read already": 1,
        "folder of previews": 1,
    }
    [problem] = list(index.problems())
    assert (Path(problem.path).name, problem.kind) == ("half.fits", "unreadable")
    assert "no END card" in problem.what
    assert scanned.problems == (problem,)
    assert index.update([night]).problems == (problem,)
    assert index.update([night / "lights"]).problems == ()


def test_frames_that_were_not_written_to_their_end_are_no_frames(index, night):
    """Cut within the pixels, at their start, within the header; in the usual form and in one left to astropy."""
    paths = sorted((night / "darks").glob("*.fits"))
    whole = [path.read_bytes() for path in paths]
    at = whole[0].index(b"END" + b" " * 77)
    header = at // 2880 * 2880 + 2880
    paths[0].write_bytes(whole[0][: header + 100])
    paths[1].write_bytes(whole[1][:header])
    paths[2].write_bytes(whole[2][: at - 80])
    odd = b"HIERARCH ODD CARD = 1".ljust(80)
    at = whole[3].index(b"END" + b" " * 77)
    paths[3].write_bytes(whole[3][:at] + odd + whole[3][at : at + 80] + b" " * (-(at + 160) % 2880))
    last = paths[3].with_name("last.fits")  # what fills the last block may be absent
    last.write_bytes(whole[0][: header + 128])
    found = index.update([night]).summary
    assert found.unreadable == 4
    assert {Path(p.path): p.what for p in index.problems()} == {
        paths[0]: "its pixels are cut short, 28 bytes are missing at its end",
        paths[1]: "its pixels are cut short, 128 bytes are missing at its end",
        paths[2]: "the header has no END card: the file is cut short or damaged",
        paths[3]: "its pixels are cut short, 128 bytes are missing at its end",
    }
    assert str(last) in known(index)
    paths[0].write_bytes(whole[0])
    assert index.update([night]).summary.read == 1
    assert known(index)[str(paths[0])][0] == read_frame(paths[0])


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_gives_the_same(index, night, pool, monkeypatch):
    monkeypatch.setattr(update, "BATCH_FILES", 2)
    with pool(max_workers=2) as executor:
        index.update([night], executor=executor)
    assert all(frame == read_frame(path) for path, (frame, _) in known(index).items())
    assert len(known(index)) == 12


def test_an_interruption_keeps_what_was_done_and_the_next_run_goes_on(index, night, monkeypatch):
    monkeypatch.setattr(update, "BATCH_FILES", 1)
    real, left = update.read_batch, iter(range(5))

    def interrupted(batch):
        if next(left, None) is None:
            raise KeyboardInterrupt
        return real(batch)

    monkeypatch.setattr(update, "read_batch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        index.update([night])
    assert len(known(index)) == 5
    monkeypatch.setattr(update, "read_batch", real)
    scanned = index.update([night])
    found = scanned.summary
    assert (found.read, found.unchanged) == (7, 5)


SCAN = (
    "import sys; from ampglow_plugin.catalog.index import Index; Index(sys.argv[1]).update([sys.argv[2]], reread=True)"
)


def test_two_at_once_lose_nothing(index, night):
    command = [sys.executable, "-c", SCAN, str(index.path), str(night)]
    runs = [subprocess.Popen(command) for _ in range(3)]
    assert [run.wait(60) for run in runs] == [0, 0, 0]
    assert {path for path, _ in known(index).items()} == {str(path) for path in night.rglob("*.fits")}


def test_a_kill_never_harms_the_index(index, night):
    shoot(night / "many", count=60, first=400)
    command = [sys.executable, "-c", SCAN, str(index.path), str(night)]
    for delay_s in (0.15, 0.3, 0.45, 0.6):
        run = subprocess.Popen(command)
        time.sleep(delay_s)
        run.send_signal(signal.SIGKILL)
        run.wait(60)
        check = sqlite3.connect(index.path)
        assert check.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        check.close()
    index.update([night])
    assert len(known(index)) == 72


def test_an_index_of_each_older_version_is_brought_up_to_date_and_keeps_what_it_knows(tmp_path, night):
    """Built by the statements of its version, with the rows of a scan of today put into it."""
    with Index(tmp_path / "today.sqlite") as today:
        today.update([night])
        expected = known(today)
    for version in range(1, len(MIGRATIONS)):
        path = tmp_path / f"version_{version}.sqlite"
        old = sqlite3.connect(path)
        for script in MIGRATIONS[:version]:
            old.executescript(script)
        old.execute(f"PRAGMA user_version = {version}")
        old.execute("ATTACH ? AS today", (str(tmp_path / "today.sqlite"),))
        for name in ("scans", "folders", "setups", "frames"):
            columns = ", ".join(row[1] for row in old.execute(f"PRAGMA main.table_info({name})"))
            old.execute(f"INSERT INTO main.{name} ({columns}) SELECT {columns} FROM today.{name}")
        old.commit()
        old.close()
        with Index(path) as opened:
            assert known(opened) == expected
            summary = opened.update([night]).summary
            assert (summary.read, summary.copies) == (12, 0)  # version 1 took frames that are cut short for whole ones
            assert known(opened) == expected
        fresh, brought = (sqlite3.connect(p) for p in (tmp_path / "today.sqlite", path))
        schema = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
        assert fresh.execute(schema).fetchall() == brought.execute(schema).fetchall()
        assert brought.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        fresh.close()
        brought.close()


def test_a_migration_that_fails_leaves_the_index_as_it_was(tmp_path, night, monkeypatch):
    path = tmp_path / "index.sqlite"
    with Index(path) as index:
        index.update([night])
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, "CREATE TABLE more (id);\nCREATE TABLE frames (id);\n"))
    with pytest.raises(InputError, match="already exists"):
        Index(path)
    monkeypatch.undo()
    with Index(path) as index:
        assert len(known(index)) == 12


def test_released_migrations_are_never_changed():
    """Indexes out there were made by exactly these; a change of the schema is a new entry, and a new line here."""
    assert [hashlib.sha256(script.encode()).hexdigest()[:16] for script in MIGRATIONS] == [
        "0b1ca781ac15133b",
        "61a5c78a7b09e064",
    ]


@pytest.mark.parametrize("few", [0, 100])
def test_moves_and_copies_are_counted_the_same_for_few_and_for_many(index, night, monkeypatch, few):
    monkeypatch.setattr(update, "_FEW", few)
    index.update([night])
    (night / "darks" / "60s").rename(night / "library")
    shutil.copytree(night / "library", night / "copies")
    shutil.copytree(night / "library", night / "more")
    found = index.update([night]).summary
    assert (found.read, found.moved, found.copies) == (12, 4, 8)


def test_an_index_that_cannot_be_used_says_what_to_do(tmp_path):
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(InputError, match="damaged") as caught:
        Index(damaged)
    assert "delete it and scan again" in caught.value.fix
    newer = tmp_path / "newer.sqlite"
    Index(newer).close()
    database = sqlite3.connect(newer)
    database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(InputError, match="newer ampglow"):
        Index(newer)
    with pytest.raises(InputError, match="cannot be"):
        Index(newer / "index.sqlite")


@pytest.mark.parametrize("version", [0, 1, 2, -1, -(2**31)])
def test_a_database_of_another_program_is_left_as_it_is(tmp_path, version):
    other = tmp_path / "other.sqlite"
    database = sqlite3.connect(other)
    database.execute("CREATE TABLE songs (name)")
    database.execute(f"PRAGMA user_version = {version}")
    database.close()
    before = other.read_bytes()
    with pytest.raises(InputError, match="another program"):
        Index(other)
    assert other.read_bytes() == before
    assert list(tmp_path.iterdir()) == [other]
