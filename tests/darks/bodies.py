"""``make dark-stats``: how often the hot pixels of two sensors are taken for those of one, and the reverse.

Bodies of one model, each in frames of its own conditions: single darks, masters of five, and lights under a sky; exposures
from 30 s to 600 s, temperatures within ten degrees, hot pixels from one in 5000 to two in a hundred. Exit code 1 for a
single false match, or a body that is not known again.
"""

from __future__ import annotations

import argparse
import itertools
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from ampglow_plugin.glow.fingerprint import HotPixels, hot_pixels, same_body
from ampglow_plugin.simulate import GlowSource, Truth, scene

KINDS = ("single", "master", "lights")
HOT = (0.0002, 0.001, 0.004, 0.02)
BODIES = 120


def truth_of(body: int) -> Truth:
    return Truth(
        seed=body,
        width=256,
        height=224,
        star_count=20,
        glows=(GlowSource(decay_px=40.0),),
        hot_fraction=HOT[body % len(HOT)],
        sample_step=(1, 4, 16)[body % 3],
    )


def fingerprint(body: int, kind: str, seed: int) -> HotPixels | None:
    """Of frames of random conditions."""
    truth, rng = truth_of(body), np.random.default_rng([body, KINDS.index(kind), seed])
    seconds, celsius = float(rng.choice([30, 60, 180, 300, 600])), float(rng.uniform(-15, -5))
    if kind == "lights":
        planes = [scene.light(truth, 10 * seed + i, exposure_s=seconds) for i in range(2)]
        return hot_pixels([plane.astype(np.float32) for plane in planes])
    count = 1 if kind == "single" else 5
    planes = [scene.dark(truth, 10 * seed + i, exposure_s=seconds, temperature_c=celsius) for i in range(count)]
    return hot_pixels([np.median(planes, axis=0).astype(np.float32)], sure=kind == "master")


def _prints(body: int) -> dict[str, HotPixels | None]:
    scene.dark_signal.cache_clear()
    return {kind: fingerprint(body, kind, 1) for kind in KINDS}


def others(job: tuple[HotPixels | None, list[HotPixels | None]]) -> Counter[str]:
    one, many = job
    return Counter(same_body(one, two).verdict for two in many)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bodies", type=int, default=BODIES)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers) as pool:
        prints = list(pool.map(_prints, range(options.bodies)))
        again = [pool.submit(fingerprint, body, kind, 2) for body in range(options.bodies) for kind in KINDS]
        cycle = [KINDS[i % len(KINDS)] for i in range(options.bodies)]
        jobs = [
            (prints[i][cycle[i]], [prints[j][cycle[(i + j) % len(cycle)]] for j in range(i)])
            for i in range(options.bodies)
        ]
        false = sum(pool.map(others, jobs, chunksize=4), Counter())
        later = [f.result() for f in again]
    own: Counter[tuple[str, str, str]] = Counter()
    for (body, kind), second in zip(itertools.product(range(options.bodies), KINDS), later, strict=True):
        for first in KINDS:
            own[first, kind, same_body(prints[body][first], second).verdict] += 1
    print("two bodies:", dict(false))
    print("one body, at two conditions: same / undecided / other")
    for first, kind in itertools.product(KINDS, KINDS):
        counts = [own[first, kind, verdict] for verdict in ("same", "undecided", "other")]
        print(f"  {first:8} {kind:8} {counts[0]:4} / {counts[1]:4} / {counts[2]:4}")
    wrong = sum(count for (_, _, verdict), count in own.items() if verdict == "other")
    return int(false["same"] > 0 or wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
