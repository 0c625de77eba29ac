"""How fast headers get into the index, as ratios: ``python -m tests.bench.bench_scan [--frames 10000]``.

The floor opens each file, reads its header blocks and slices its cards, in plain Python. Peers: astropy's
``getheader`` and ccdproc's ``ImageFileCollection`` (left out where ccdproc is not installed) on the same files. The
files are in the cache of the system. Best of three.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from ampglow_plugin.catalog.index import Index
from ampglow_plugin.simulate import Truth, header

RUNS = 3
CARDS = 62
START = datetime(2025, 1, 1, tzinfo=UTC)


def archive(folder: Path, count: int) -> list[Path]:
    """Frames of one camera, 200 a folder: lights and darks of four exposures."""
    from astropy.io import fits

    paths = []
    for i in range(count):
        kind = "DARK" if i % 3 else "LIGHT"
        cards = header(Truth(), kind, (60.0, 120.0, 180.0, 300.0)[4 * i // count], START + i * timedelta(seconds=310))
        unit = fits.PrimaryHDU(np.zeros((8, 8), np.uint16))
        for keyword, value in (cards | {"CCD-TEMP": -10 + i % 43 / 100}).items():
            unit.header[keyword] = value
        for number in range(CARDS - len(unit.header)):
            unit.header[f"FOCUS{number}"] = i
        path = folder / f"{i // 200:04d}" / f"{kind}_{i:06d}.fits"
        path.parent.mkdir(exist_ok=True)
        unit.writeto(path)
        paths.append(path)
    return paths


def floor(path: Path) -> list[bytes]:
    """The cards of one file, as bytes."""
    raw = b""
    with open(path, "rb") as file:  # noqa: PTH123 - the floor is what is fastest
        while True:
            block = file.read(2880)
            raw += block
            if any(block[i : i + 8] == b"END     " for i in range(0, 2880, 80)):
                return [raw[i : i + 80] for i in range(0, len(raw), 80)]


def seconds(function: Callable[[], object]) -> float:
    """Time on the clock."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return best


def stat_walk(folder: Path) -> None:
    """Every file below the folder, with its status."""
    for place, _, names in os.walk(folder):
        for name in names:
            os.stat(os.path.join(place, name))  # noqa: PTH116, PTH118 - the floor is what is fastest


def main() -> None:
    """Print each ratio beside its limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=10_000)
    count = parser.parse_args().frames
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "archive"
        folder.mkdir()
        paths = archive(folder, count)
        number = iter(range(10**6))

        def scan(executor: ProcessPoolExecutor | None = None) -> None:
            with Index(Path(name) / f"{next(number)}.sqlite") as index:
                index.update([folder], executor=executor)

        lowest = seconds(lambda: [floor(path) for path in paths])
        alone = seconds(scan)
        with ProcessPoolExecutor(os.cpu_count()) as executor:
            together = seconds(lambda: scan(executor))
        print(f"{count} frames of {CARDS} cards, index written; floor {lowest / count * 1e6:.0f} us a frame")
        print(f"  one process: {alone / lowest:.2f} times the floor")
        print(f"  {os.cpu_count()} processes (the default): {together / lowest:.2f} times the floor (limit 3)")
        from astropy.io import fits

        theirs = seconds(lambda: [fits.getheader(path) for path in paths])
        print(f"  {theirs / together:.1f} times faster than astropy's getheader (goal 5)")
        try:
            from ccdproc import ImageFileCollection
        except ImportError:
            print("ccdproc is not installed: left out", file=sys.stderr)
        else:
            folders = sorted({path.parent for path in paths})
            theirs = seconds(lambda: [ImageFileCollection(place).summary for place in folders])
            print(f"  {theirs / together:.1f} times faster than ccdproc's ImageFileCollection (goal 15)")
        with Index(Path(name) / "again.sqlite") as index:
            index.update([folder])
            again = seconds(lambda: index.update([folder]))
        print(f"unchanged: {again / seconds(lambda: stat_walk(folder)):.2f} times a bare stat walk (limit 5)")


if __name__ == "__main__":
    main()
