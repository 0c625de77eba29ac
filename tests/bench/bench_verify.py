"""How fast rung 1 of the proof is, against the floor: the frame as float32 and one pass of normal equations in numpy.

``python -m tests.bench.bench_verify [--megapixels 26]``. Arrays are in memory, each time is the best of five, imports
do not count. The limit is three times the floor.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
import tracemalloc
from collections.abc import Callable

import numpy as np

from ampglow_plugin.proof.measure import Frames, measure

#: times the floor
LIMIT = 3.0
RUNS = 5


def frames(megapixels: float) -> tuple[np.ndarray, Frames]:
    """Raw samples as stored (uint16), and the whole case: sky, vignetting, glow, hot pixels, a replaced handful."""
    height = 2 * round(math.sqrt(megapixels * 1e6 / 1.5) / 2)
    width = 2 * round(height * 0.75)
    rng = np.random.default_rng(26)

    def noise(sigma: float) -> np.ndarray:
        return rng.standard_normal((height, width), dtype=np.float32) * np.float32(sigma)

    v, u = np.linspace(0, 1, height, dtype=np.float32)[:, None], np.linspace(0, 1, width, dtype=np.float32)[None, :]
    glow = 400 * np.exp(-np.hypot((u - 1) * width, (v - 0.7) * height) / (0.1 * width))
    signal = glow + rng.random((height, width), dtype=np.float32) * 25
    hot = rng.random((height, width), dtype=np.float32) < 1e-3
    signal[hot] += rng.exponential(1500, np.count_nonzero(hot)).astype(np.float32)
    flat = (1 - 0.7 * ((u - 0.5) ** 2 + (v - 0.5) ** 2)) * (1 + noise(0.01)) * 20000
    dark = (500 + signal + noise(2)).astype(np.float32)
    raw = np.clip(np.round((500 + signal + 800 * flat / flat.mean() + noise(50)) / 4) * 4, 0, 65535).astype(np.uint16)
    middle = flat[height // 3 : 2 * height // 3, width // 3 : 2 * width // 3].mean()
    output = ((raw - dark) / flat * middle).astype(np.float32)
    output[::97, ::89] = 800.0  # pixels that something else replaced
    case = Frames(
        raw=raw.astype(np.float32), output=output[None], dark=dark, flat=flat.astype(np.float32), pattern="RGGB"
    )
    return raw, case


def floor(raw: np.ndarray, case: Frames) -> np.ndarray:
    """To float32, and one pass of normal equations: raw on output times flat, dark and 1."""
    y, x, k, f = (a.astype(np.float32).reshape(-1) for a in (raw, case.output[0], case.dark, case.flat))
    columns = np.stack([x * f, k, np.ones(y.size, np.float32)])
    return np.linalg.solve((columns @ columns.T).astype(np.float64), (columns @ y).astype(np.float64))


def best(function: Callable[[], object], runs: int = RUNS) -> float:
    """Seconds of the fastest run."""
    found = math.inf
    for _ in range(runs):
        start = time.perf_counter()
        function()
        found = min(found, time.perf_counter() - start)
    return found


def ratio(megapixels: float, runs: int = RUNS) -> tuple[float, float, float]:
    """(seconds of rung 1, seconds of the floor, factor that was found)."""
    raw, case = frames(megapixels)
    # by turns, so that a machine that is busy for a while is so for both
    turns = [(best(lambda: measure(case), 1), best(lambda: floor(raw, case), 1)) for _ in range(runs)]
    seconds = min(ours for ours, _ in turns), min(theirs for _, theirs in turns)
    factor = measure(case).factor
    assert factor is not None
    return *seconds, factor


def memory(case: Frames) -> float:
    """Peak of what rung 1 allocates, in frames of float32."""
    tracemalloc.start()
    measure(case)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / case.raw.nbytes


def main() -> int:
    """Print the ratio; 1 above the limit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", type=float, default=26.0)
    megapixels = parser.parse_args().megapixels
    ours, theirs, factor = ratio(megapixels)
    print(
        f"rung 1, {megapixels:g} megapixels: {ours:.2f} s, floor {theirs:.2f} s, ratio {ours / theirs:.2f} (limit {LIMIT:g})"
    )
    print(
        f"factor {factor:.6f} where 1 was subtracted; peak of memory {memory(frames(megapixels)[1]):.1f} frames besides the inputs"
    )
    return int(ours > LIMIT * theirs)


if __name__ == "__main__":
    sys.exit(main())
