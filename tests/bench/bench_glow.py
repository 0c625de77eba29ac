"""How fast the glow of a frame is measured, as ratios to background estimators on the same array and machine.

``python -m tests.bench.bench_glow [--megapixels 26] [--runs 5] [--json]``. The array is in memory, imports are
excluded, each time is the best of the runs. The peers are no part of the project: ``pip install sep photutils``; one
that is missing is said and left out. They estimate a background map and no more. A ratio below 1 is faster than the
peer. Goals: no slower than ``sep.Background``, four times faster than photutils' ``Background2D``.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import os
import time
from collections.abc import Callable

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command does, before numpy is loaded

import numpy as np

from ampglow_plugin.glow.measure import About, examine, maps_of

#: peer -> the ratio that is not to be exceeded
GOALS = {"sep.Background": 1.0, "photutils.Background2D": 0.25}
#: box of the peers: sep's own default
BOX_PX = 64


def dark(megapixels: float, *, glow_adu: float) -> np.ndarray:
    """A mono dark of 2:3 as float32: noise, hot pixels, and glow in a corner."""
    height = round(math.sqrt(megapixels * 1e6 / 1.5) / 2) * 2
    width = round(height * 1.5 / 2) * 2
    rng = np.random.default_rng(1)
    data = 500 + 10 * rng.standard_normal((height, width), dtype=np.float32)
    data[rng.random((height, width), dtype=np.float32) < 1e-3] += 3000
    y, x = np.ogrid[:height, :width]
    distance = np.hypot(x.astype(np.float32), y.astype(np.float32))
    return data + np.float32(glow_adu) * np.exp(-distance / np.float32(0.12 * width))


def best(function: Callable[[], object], runs: int) -> tuple[float, float]:
    """Seconds on the clock and on the processor, each the best of the runs."""
    wall = cpu = math.inf
    for _ in range(runs):
        starts = time.perf_counter(), time.process_time()
        function()
        wall, cpu = min(wall, time.perf_counter() - starts[0]), min(cpu, time.process_time() - starts[1])
    return wall, cpu


def peers(data: np.ndarray) -> dict[str, Callable[[], object]]:
    """Those that are installed."""
    found: dict[str, Callable[[], object]] = {}
    if importlib.util.find_spec("sep"):
        import sep

        found["sep.Background"] = lambda: sep.Background(data, bw=BOX_PX, bh=BOX_PX)
    if importlib.util.find_spec("photutils"):
        from photutils.background import Background2D

        found["photutils.Background2D"] = lambda: Background2D(data, BOX_PX).background
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", type=float, default=26.0)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    about = About(path="dark.fits", kind="dark", exposure_s=300.0, row_order="TOP-DOWN")
    none, glowing = (dark(options.megapixels, glow_adu=peak) for peak in (0.0, 40.0))
    ours = {
        "glow, a corner glows": best(lambda: examine(glowing[None], about), options.runs),
        "glow, none": best(lambda: examine(none[None], about), options.runs),
        "its background map": best(lambda: maps_of(none[None]), options.runs),
    }
    theirs = {name: best(function, options.runs) for name, function in peers(glowing).items()}
    for name in GOALS.keys() - theirs.keys():
        print(f"{name} is not installed")
    results = [
        {"what": what, "peer": peer, "wall": a[0] / b[0], "cpu": a[1] / b[1], "goal": GOALS[peer], "seconds": a[0]}
        for peer, b in theirs.items()
        for what, a in ours.items()
    ]
    if options.json:
        print(json.dumps(results))
        return
    for r in results:
        print(
            f"{r['what']:22} {r['seconds']:6.3f} s   {r['wall']:6.2f} x {r['peer']} (processor {r['cpu']:.2f}), "
            f"goal {r['goal']:g}"
        )


if __name__ == "__main__":
    main()
