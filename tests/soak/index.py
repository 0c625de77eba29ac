"""Processes that share one index, some of them killed: no row is lost, and the file is never harmed.

``python -m tests.soak.index [--seconds 60] [--processes 8]``, a part of ``make soak``. Each process adds, moves, copies
and deletes frames in a folder of its own, scans that folder and one that all share, and looks after each scan whether
the index holds its folder as it is. Every second one of them is killed and another one goes on in its place.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from ampglow_plugin.catalog.index import Index
from ampglow_plugin.headers import read_frame
from ampglow_plugin.simulate import Truth, header, write_frame

START = datetime(2025, 10, 18, 20, tzinfo=UTC)


def work(index: Path, root: Path, number: int, until: float, most: int) -> None:
    """One process: change the own folder, scan, look; ``most`` times."""
    chance = random.Random(f"{number} {os.getpid()}")
    own, shared = root / f"own_{number}", root / "shared"
    scans = 0
    while scans < most and time.time() < until:
        _change(own, chance)
        _add(shared, f"{number}_{os.getpid()}_{scans}", chance)
        with Index(index) as opened:
            opened.update([own, shared])
            known = {frame.path: frame for frame, _ in opened.frames(below=own)}
            assert set(known) == {str(path) for path in own.rglob("*.fits")}, "the index is not as the folder"
        path = chance.choice(sorted(known))
        assert known[path] == read_frame(path)
        scans += 1
        print(scans, flush=True)


def _change(own: Path, chance: random.Random) -> None:
    frames = sorted(own.rglob("*.fits"))
    _add(own / f"night_{chance.randrange(4)}", f"{os.getpid()}_{time.time_ns()}", chance)
    if len(frames) > 3:
        chosen = chance.choice(frames)
        match chance.randrange(4):
            case 0:
                chosen.unlink()
            case 1:
                chosen.rename(own / f"moved_{time.time_ns()}.fits")
            case 2:
                shutil.copy(chosen, own / f"copy_{time.time_ns()}.fits")


def _add(folder: Path, name: str, chance: random.Random) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    moment = START + timedelta(seconds=chance.randrange(10**6))
    part = folder / f"{name}.part"  # appears under its name when it is whole
    cards = header(Truth(), "DARK", chance.choice((60.0, 180.0)), moment)
    write_frame(part, np.full((8, 8), chance.randrange(65536), np.uint16), cards)
    part.rename(folder / f"{name}.fits")


def soak(
    folder: Path, seconds: float, processes: int, *, most: int = 10**9, kill_every_s: float | None = None
) -> tuple[int, int, int]:
    """Run it in ``folder`` for some seconds, or ``most`` scans of each process.

    Returns scans that ended, kills, and frames at the end.

    Raises
    ------
    AssertionError
        A row is lost or wrong, a process failed, or the file is harmed.
    """
    index, root = folder / "index.sqlite", folder / "frames"
    until, chance = time.time() + seconds, random.Random(1)

    def start(number: int) -> subprocess.Popen[str]:
        words = [str(number), str(index), str(root), str(until), str(most)]
        command = [sys.executable, "-m", "tests.soak.index", "--work", *words]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    running = {number: start(number) for number in range(processes)}
    scans = kills = 0
    while kill_every_s is not None and time.time() + kill_every_s < until:
        time.sleep(kill_every_s)
        number = chance.randrange(processes)
        killed = running[number]
        killed.send_signal(signal.SIGKILL)
        out, said = killed.communicate()
        scans += out.count("\n")
        assert killed.returncode in (-signal.SIGKILL, 0), said
        kills += killed.returncode != 0
        running[number] = start(number)
    for run in running.values():
        out, said = run.communicate(timeout=seconds + 120)
        assert run.returncode == 0, said
        scans += out.count("\n")
    return scans, kills, _compared(index, root)


def _compared(index: Path, root: Path) -> int:
    """The index as it is, and brought up to date, against one made anew."""
    database = sqlite3.connect(index)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    database.close()
    with Index(index) as shared, Index(index.with_name("anew.sqlite")) as anew:
        shared.update([root])
        anew.update([root])
        found, expected = ({f.path: (f, role) for f, role in opened.frames()} for opened in (shared, anew))
    assert found == expected
    assert set(found) == {str(path) for path in root.rglob("*.fits")}
    return len(found)


def main() -> None:
    """Print what was done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--work", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        number, index, root, until, most = options.work
        work(Path(index), Path(root), int(number), float(until), int(most))
        return
    with tempfile.TemporaryDirectory() as name:
        scans, kills, frames = soak(Path(name), options.seconds, options.processes, kill_every_s=1.0)
    print(
        f"{options.processes} processes at one index for {options.seconds:g} s: {scans} scans, {kills} kills, "
        f"{frames} frames, no row lost"
    )


if __name__ == "__main__":
    main()
