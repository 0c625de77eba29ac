"""What a second worker is worth: glow of 200 frames by one process, two threads, two processes, and a Dask cluster.

``python -m tests.bench.bench_jobs [--frames 200] [--megapixels 2] [--workers 2]``. The cluster is a real one on this
machine; starting it, and the processes, is not counted. Each frame has its own name; their samples are of eight darks.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from ampglow_plugin.api import measure_glow
from ampglow_plugin.catalog.index.pool import dask_executor
from ampglow_plugin.simulate import Truth, header, write_frame
from tests.bench.bench_glow import dark

DISTINCT = 8
RUNS = 2


def archive(folder: Path, count: int, megapixels: float) -> list[Path]:
    """Darks that glow in a corner."""
    cards = header(Truth(bayer_pattern=None), "DARK", 300.0, datetime(2025, 1, 1, tzinfo=UTC))
    samples = dark(megapixels, glow_adu=40.0)
    paths = [folder / f"dark_{i:03d}.fits" for i in range(count)]
    for i, path in enumerate(paths):
        if i < DISTINCT:
            write_frame(path, (samples + i).clip(0, 65535).astype(np.uint16), cards)
        else:
            path.hardlink_to(paths[i % DISTINCT])
    return paths


@contextmanager
def cluster(workers: int) -> Iterator[Executor]:
    """Two processes with a scheduler before them, as on many machines."""
    from distributed import LocalCluster

    with (
        LocalCluster(workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50) as own,
        dask_executor(own.scheduler_address) as executor,
    ):
        yield executor


def seconds(paths: list[Path], executor: Executor | None) -> float:
    """Time on the clock, the best of some runs; workers have measured a frame each before."""
    measure_glow(paths[:4], executor=executor)
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        found = measure_glow(paths, executor=executor)
        best = min(best, time.perf_counter() - start)
        assert all(glow.present for glow in found)
    return best


def main() -> None:
    """Print the speed-up of each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--megapixels", type=float, default=2.0)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        paths = archive(Path(name), options.frames, options.megapixels)
        alone = seconds(paths, None)
        print(f"glow of {len(paths)} frames of {options.megapixels:g} MP, one process: {alone:.1f} s")
        for what, pool in (
            ("threads", ThreadPoolExecutor(options.workers)),
            ("processes", ProcessPoolExecutor(options.workers)),
            ("workers of a Dask cluster", cluster(options.workers)),
        ):
            with pool as executor:
                own = seconds(paths, executor)
            print(f"  {options.workers} {what}: {own:.1f} s, {alone / own:.2f} times as fast")


if __name__ == "__main__":
    main()
