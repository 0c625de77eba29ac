"""New frames are found once, when they are complete, whatever happens to the folder around them. The clock is ours."""

from __future__ import annotations

import gzip
import os
import shutil
import time
from pathlib import Path

import pytest

from ampglow_plugin.watch import Arrivals, Arrived, Stalled
from ampglow_plugin.watch.arrivals import RECHECK_S, REST_S


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "night"
    folder.mkdir()
    return folder


@pytest.fixture
def bytes_of(tmp_path, put_frame):
    """The bytes of a frame of 64 x 48 pixels of 16 bits."""
    made = put_frame(tmp_path / "elsewhere" / "frame.fits", size=(64, 48))
    return made.read_bytes()


def seen(arrivals, now):
    """What a look tells, without the folders."""
    return [
        (type(e).__name__, Path(e.path).name) if isinstance(e, (Arrived, Stalled)) else type(e).__name__
        for e in arrivals.look(now)
    ]


def test_a_frame_counts_when_all_of_it_is_there(root, bytes_of):
    arrivals, file = Arrivals(root), root / "light.fits"
    assert arrivals.existing(0) == []
    for now, size in enumerate((0, 10, 2880, 2881, len(bytes_of) - 5000), start=1):
        file.write_bytes(bytes_of[:size])
        assert seen(arrivals, now) == []
        assert arrivals.waiting
    file.write_bytes(bytes_of)
    assert seen(arrivals, 9) == [("Arrived", "light.fits")]
    assert not arrivals.waiting
    assert seen(arrivals, 10) == []


def test_one_that_does_not_grow_is_told_of_once_and_taken_when_it_is_done(root, bytes_of):
    arrivals, file = Arrivals(root, stall_s=60), root / "light.fits"
    file.write_bytes(bytes_of[:3000])
    assert seen(arrivals, 0) == []
    assert seen(arrivals, 59) == []
    (stalled,) = arrivals.look(60)
    assert isinstance(stalled, Stalled)
    missing = len(bytes_of) - 3 * 2880 + 64 * 48 * 2 - 3000  # the samples fill three blocks, the last not quite
    assert stalled.what == f"{missing:,} bytes are missing at its end; it has not grown for 60 s"
    assert not arrivals.waiting
    assert seen(arrivals, 1000) == []
    file.write_bytes(bytes_of)
    assert seen(arrivals, 1001) == [("Arrived", "light.fits")]


def test_growing_puts_the_time_off(root, bytes_of):
    arrivals, file = Arrivals(root, stall_s=10), root / "light.fits"
    for now in range(0, 50, 5):
        file.write_bytes(bytes_of[: 2880 + now])
        assert seen(arrivals, now) == []
    assert seen(arrivals, 55) == [("Stalled", "light.fits")]


def test_what_is_no_frame_is_told_of_after_the_same_time(root):
    arrivals = Arrivals(root, stall_s=10)
    (root / "note.fits").write_text("not a frame")
    (root / "note.txt").write_text("of no interest")
    assert seen(arrivals, 0) == []
    (stalled,) = arrivals.look(10)
    assert "does not begin with SIMPLE" in stalled.what


def test_temporary_names_are_no_frames(root, bytes_of):
    arrivals = Arrivals(root, stall_s=5)
    for name in ("light.fits.part", ".light.fits", "light.tmp", "light.fits.tmp"):
        (root / name).write_bytes(bytes_of[:100])
    assert seen(arrivals, 0) == []
    assert seen(arrivals, 100) == []
    (root / "light.tmp").write_bytes(bytes_of)
    (root / "light.tmp").rename(root / "light.fits")
    assert seen(arrivals, 101) == [("Arrived", "light.fits")]


def test_a_packed_frame_must_rest(root, bytes_of):
    arrivals, file = Arrivals(root), root / "light.fits.gz"
    file.write_bytes(gzip.compress(bytes_of))
    assert seen(arrivals, 0) == []
    assert arrivals.waiting
    assert seen(arrivals, REST_S) == [("Arrived", "light.fits.gz")]


def test_folders_that_come_at_midnight(root, bytes_of):
    arrivals = Arrivals(root)
    assert seen(arrivals, 0) == []
    (root / "2025-10-19" / "LIGHT" / "M 31").mkdir(parents=True)
    assert seen(arrivals, 1) == []
    (root / "2025-10-19" / "LIGHT" / "M 31" / "1.fits").write_bytes(bytes_of)
    assert seen(arrivals, 2) == [("Arrived", "1.fits")]


def test_a_folder_that_goes_and_comes_back(root, bytes_of, tmp_path):
    """A share that drops out: what was seen is not new, what came meanwhile is."""
    arrivals = Arrivals(root)
    (root / "1.fits").write_bytes(bytes_of)
    assert seen(arrivals, 0) == [("Arrived", "1.fits")]
    root.rename(tmp_path / "unplugged")
    assert seen(arrivals, 1) == ["Gone"]
    assert seen(arrivals, 2) == []
    (tmp_path / "unplugged" / "2.fits").write_bytes(bytes_of)
    (tmp_path / "unplugged").rename(root)
    assert seen(arrivals, 3) == ["Returned", ("Arrived", "2.fits")]


def test_what_is_there_is_counted_and_not_told(root, bytes_of):
    for i in range(40):
        (root / f"{i:02}.fits").write_bytes(bytes_of)
    half = root / "half.fits"
    half.write_bytes(bytes_of[:4000])
    arrivals = Arrivals(root, stall_s=60)
    assert len(arrivals.existing(0)) == 40
    assert arrivals.waiting
    assert seen(arrivals, 1) == []
    half.write_bytes(bytes_of)
    assert seen(arrivals, 2) == [("Arrived", "half.fits")]


def test_an_old_frame_that_was_cut_short_is_not_waited_for_but_not_told_either(root, bytes_of):
    file = root / "old.fits"
    file.write_bytes(bytes_of)
    long_ago = time.time() - 2 * RECHECK_S
    os.utime(file, (long_ago, long_ago))
    arrivals = Arrivals(root)
    assert len(arrivals.existing(0)) == 1
    assert seen(arrivals, 1) == []


def test_a_frame_that_is_written_anew_is_told_again(root, bytes_of):
    arrivals, file = Arrivals(root), root / "1.fits"
    file.write_bytes(bytes_of)
    assert [e.again for e in arrivals.look(0)] == [False]
    file.write_bytes(bytes_of.replace(b"M 31", b"M 33") + bytes(2880))
    assert [e.again for e in arrivals.look(1)] == [True]


def test_a_file_that_is_taken_away_is_forgotten(root, bytes_of):
    arrivals, file = Arrivals(root, stall_s=5), root / "1.fits"
    file.write_bytes(bytes_of[:3000])
    assert seen(arrivals, 0) == []
    file.unlink()
    assert seen(arrivals, 10) == []
    assert not arrivals.waiting


def test_a_file_that_was_told_of_is_no_news_when_its_folder_returns(root, bytes_of, tmp_path):
    arrivals, folder = Arrivals(root, stall_s=60), root / "LIGHT"
    folder.mkdir()
    (folder / "cut.fits").write_bytes(bytes_of[:3000])
    assert seen(arrivals, 0) == []
    assert seen(arrivals, 60) == [("Stalled", "cut.fits")]
    shutil.move(folder, tmp_path / "away")
    assert seen(arrivals, 70) == []
    assert not arrivals.waiting
    shutil.move(tmp_path / "away", folder)
    assert seen(arrivals, 80) == []
    assert seen(arrivals, 200) == []
    (folder / "cut.fits").write_bytes(bytes_of)
    assert seen(arrivals, 201) == [("Arrived", "cut.fits")]


def test_work_folders_of_programs_are_not_looked_into(root, bytes_of):
    (root / "process").mkdir()
    (root / "process" / "pp_light.fits").write_bytes(bytes_of)
    assert seen(Arrivals(root), 0) == []


def test_a_folder_that_cannot_be_read_takes_nothing_with_it(root, bytes_of):
    arrivals = Arrivals(root)
    (root / "a").mkdir()
    (root / "a" / "1.fits").write_bytes(bytes_of)
    assert seen(arrivals, 0) == [("Arrived", "1.fits")]
    shutil.move(root / "a", root.parent / "a")
    (root / "2.fits").write_bytes(bytes_of)
    assert seen(arrivals, 1) == [("Arrived", "2.fits")]
    shutil.move(root.parent / "a", root / "a")
    assert seen(arrivals, 2) == []
