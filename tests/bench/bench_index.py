"""Does the index stay as fast and as small when it grows? ``python -m tests.bench.bench_index [--frames 10000 100000]``.

Records are synthesised: a walk of folders that are not there, and workers that make up what they read, so that the
time is that of the index alone. For each size a process of its own writes them, scans them again unchanged, and
reports what there is. ``make bench-million`` adds the million. Goals: processor time a frame and peak memory at most
20 % above those of the smallest size; the report of a million in 5 s on the clock.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np

from ampglow_plugin.catalog.index import Index
from ampglow_plugin.catalog.index.database import connect
from ampglow_plugin.catalog.index.rows import Batch, Read, Row, setup_row
from ampglow_plugin.catalog.index.update import Updating
from ampglow_plugin.catalog.walk import Place
from ampglow_plugin.headers import read_frame
from ampglow_plugin.model.library import LibraryCell
from ampglow_plugin.simulate import Truth, header, write_frame
from tests.memory import peak_bytes

T = TypeVar("T")

SIZES = (10_000, 100_000)
FOLDER_FILES = 200
CAMERAS, GAINS, EXPOSURES_S = 100, (0.0, 120.0), (30.0, 60.0, 120.0, 180.0, 300.0)
START = datetime(2020, 1, 1, tzinfo=UTC)
TODAY = date(2026, 1, 1)
#: goal for time and memory: at most so many times those of the smallest size
FLAT = 1.2
#: goal for the report of a million (s)
REPORT_S = 5.0
RUNS = 3


class Status(NamedTuple):
    """That of a frame of 26 megapixels."""

    st_size: int = 52_000_000
    st_mtime_ns: int = 1_600_000_000_000_000_000
    st_mode: int = stat.S_IFREG


class Entry(NamedTuple):
    """A file that is not there."""

    name: str
    path: str

    def stat(self) -> Status:
        """Its status."""
        return Status()


@dataclass(frozen=True, slots=True)
class Archive(Executor):
    """Folders of one camera and setting each, and the workers that read them."""

    frames: int
    setups: tuple[tuple[bytes, str], ...]

    def walk(self, root: str) -> Iterator[Place]:
        """Every folder with its files."""
        for first in range(0, self.frames, FOLDER_FILES):
            folder = f"{root}/{first // FOLDER_FILES:05d}"
            names = (f"frame_{i:07d}.fits" for i in range(first, min(first + FOLDER_FILES, self.frames)))
            yield Place(path=folder, files=tuple(Entry(name, f"{folder}/{name}") for name in names))

    def submit(self, function: object, /, *args: Batch, **kwargs: object) -> Future[Read]:
        """What a worker would have read of a batch."""
        (batch,) = args
        number = int(batch.folder[-5:])
        digest, record = self.setups[number % len(self.setups)]
        moment = START + timedelta(hours=number)
        night, rows = f"{moment:%Y-%m-%d}", []
        for i, file in enumerate(batch.files):
            signature = hashlib.blake2b(file.name.encode(), digest_size=16).digest()
            varying = (f"{moment:%Y-%m-%dT%H}:{i % 60:02d}:00", -10.0 + i % 7 / 10, 60.0, None, None, night)
            rows.append(Row(*file, signature, "dark", digest, varying))
        done: Future[Read] = Future()
        done.set_result(Read(folder=batch.folder, rows=rows, setups={digest: record}))
        return done


def setups(folder: Path) -> tuple[tuple[bytes, str], ...]:
    """Those of darks of a hundred cameras, as they are kept."""
    write_frame(folder / "dark.fits", np.zeros((8, 8), np.uint16), header(Truth(), "DARK", 180.0, START))
    frame = read_frame(folder / "dark.fits")
    return tuple(
        setup_row(dataclasses.replace(frame, camera=f"Camera {number}", gain=gain, exposure_s=exposure_s))
        for number in range(CAMERAS)
        for gain in GAINS
        for exposure_s in EXPOSURES_S
    )


def measure(frames: int) -> dict[str, float]:
    """Seconds of each part on the processor and on the clock, and the peak of memory (MiB), of this process."""
    seconds: dict[str, list[tuple[float, float]]] = {}

    def timed(part: str, function: Callable[[], T]) -> T:
        begun = time.process_time(), time.perf_counter()
        found = function()
        seconds.setdefault(part, []).append((time.process_time() - begun[0], time.perf_counter() - begun[1]))
        return found

    with tempfile.TemporaryDirectory() as name:
        archive = Archive(frames, setups(Path(name)))
        path = Path(name, "index.sqlite")
        for part in ("write", *["scan again"] * RUNS):
            database = connect(path)
            updating = Updating(database, archive, None, reread=False, walk=archive.walk)
            found = timed(part, lambda updating=updating: updating.run(["/archive"]))
            assert (found.read, found.unchanged) == ((frames, 0) if part == "write" else (0, frames))
            assert found.missing == 0
            database.close()
        for _ in range(RUNS):
            cells = timed("report", lambda: report(path))
            assert sum(cell.singles for cell in cells) == frames
        return {
            **{part: min(cpu for cpu, _ in runs) for part, runs in seconds.items()},
            **{f"{part} on the clock": min(wall for _, wall in runs) for part, runs in seconds.items()},
            "memory": peak_bytes() / 2**20,
            "size": path.stat().st_size / 2**20,
        }


def report(path: Path) -> tuple[LibraryCell, ...]:
    """As ``ampglow library`` asks for it."""
    with Index(path) as index:
        return index.coverage(TODAY)


def main() -> int:
    """Print a table; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one)))
        return 0
    missed, smallest = 0, None
    for frames in options.frames:
        command = [sys.executable, "-m", "tests.bench.bench_index", "--one", str(frames)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        smallest = smallest or (frames, found)
        print(f"{frames} frames: {found['size']:.0f} MiB, peak of memory {found['memory']:.0f} MiB", end="")
        print(f" ({found['memory'] / smallest[1]['memory']:.2f} times the smallest)")
        missed |= found["memory"] > FLAT * smallest[1]["memory"]
        for part in ("write", "scan again", "report"):
            each, first = found[part] / frames, smallest[1][part] / smallest[0]
            print(f"  {part:10} {found[part]:6.2f} s, {each * 1e6:5.1f} us a frame ({each / first:.2f} times)", end="")
            print(f"; {found[f'{part} on the clock']:.2f} s on the clock")
            missed |= each > FLAT * first
        missed |= frames >= 1_000_000 and found["report on the clock"] > REPORT_S
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
