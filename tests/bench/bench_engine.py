"""How fast the embedded engine is, as ratios to a named peer on the same data and machine.

``python -m tests.bench.bench_engine [--frames 20] [--megapixels 6] [--json]``. The peers are no part of the
project: ``pip install ccdproc colour-demosaicing``; one that is missing is said and left out. A ratio below 1
is faster than the peer. Each time is the best of a few runs; other work on the machine disturbs the ratio least.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ampglow_plugin.hosts.builtin.combine import combine
from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.hosts.builtin.integrate import Member, integrate
from ampglow_plugin.hosts.builtin.rows import fits_rows
from ampglow_plugin.model.plan import Integrate
from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.simulate import Truth, scene
from tests.memory import peak_bytes

RUNS = 2


class Time(NamedTuple):
    """The best of some runs: on the clock, and on all processors together."""

    wall_s: float
    cpu_s: float


#: (what, peer, ours, theirs)
Measured = tuple[str, str, Time, Time]


def seconds(function: Callable[[], object]) -> Time:
    """Time the function."""
    wall = cpu = math.inf
    for _ in range(RUNS):
        starts = time.perf_counter(), time.process_time()
        function()
        wall, cpu = min(wall, time.perf_counter() - starts[0]), min(cpu, time.process_time() - starts[1])
    return Time(wall, cpu)


def frames(folder: Path, count: int, megapixels: float) -> list[Path]:
    """Darks with noise, hot pixels and cosmic rays, as uint16 FITS."""
    from astropy.io import fits

    height = round(math.sqrt(megapixels * 1e6 / 1.5))
    shape = (height, round(height * 1.5))
    rng = np.random.default_rng(1)
    fixed = 1000 + rng.exponential(3.0, shape)
    paths = []
    for i in range(count):
        data = fixed + 8 * rng.standard_normal(shape, dtype=np.float32)
        data[rng.random(shape) < 1e-4] += 20000
        paths.append(folder / f"dark_{i:03d}.fits")
        fits.PrimaryHDU(data.clip(0, 65535).astype(np.uint16)).writeto(paths[-1])
    return paths


def masters(count: int, megapixels: float) -> Iterator[Measured]:
    """Files to a master."""
    with tempfile.TemporaryDirectory() as name:
        paths = frames(Path(name), count, megapixels)
        what = f"master of {count} x {megapixels:g} MP"

        def ours(rejection: str) -> None:
            members = [Member(name=str(p), source=fits_rows(p, read_pixels(p))) for p in paths]
            integrate(members, Integrate(rejection=rejection), aligned=False, progress=lambda _: None)

        own = {rejection: seconds(lambda r=rejection: ours(r)) for rejection in ("sigma", "winsorized")}
        try:
            import ccdproc
        except ImportError:
            print("ccdproc is not installed: left out", file=sys.stderr)
        else:
            theirs = seconds(
                lambda: ccdproc.combine(
                    [str(p) for p in paths],
                    unit="adu",
                    method="average",
                    sigma_clip=True,
                    sigma_clip_low_thresh=3,
                    sigma_clip_high_thresh=3,
                    sigma_clip_func=np.ma.median,
                    mem_limit=512e6,
                    dtype="float32",
                )
            )
            for rejection, time_s in own.items():
                yield f"{what}, {rejection}", "ccdproc.combine, sigma clip", time_s, theirs


def arrays(count: int) -> Iterator[Measured]:
    """Rejection alone, on an array in memory."""
    from astropy.stats import sigma_clip

    stack = np.random.default_rng(2).normal(0.02, 1e-4, (count, 1_000_000)).astype(np.float32)
    theirs = seconds(lambda: sigma_clip(stack, sigma=3, maxiters=None, axis=0, masked=False).mean(axis=0))
    for rejection in ("sigma", "winsorized", "mad"):
        step = Integrate(rejection=rejection)
        time_s = seconds(lambda step=step: combine(stack, step))
        yield f"{count} x 1 MP in memory, {rejection}", "astropy sigma_clip, mean", time_s, theirs


def debayering(megapixels: float) -> Iterator[Measured]:
    """One mosaic to three planes."""
    side = round(math.sqrt(megapixels * 1e6) / 2) * 2
    mosaic = np.random.default_rng(3).random((side, side), dtype=np.float32)
    try:
        from colour_demosaicing import demosaicing_CFA_Bayer_bilinear
    except ImportError:
        print("colour-demosaicing is not installed: left out", file=sys.stderr)
        return
    theirs = seconds(lambda: demosaicing_CFA_Bayer_bilinear(mosaic, "RGGB"))
    yield (
        f"debayer {megapixels:g} MP",
        "colour-demosaicing, bilinear",
        seconds(lambda: bilinear(mosaic, "RGGB")),
        theirs,
    )


def aligning() -> Iterator[Measured]:
    """One frame of 2.4 MP brought to another."""
    import astroalign

    from ampglow_plugin.hosts.builtin.align import find_similarity, find_stars, resample

    truth = Truth(width=2000, height=1200, bayer_pattern=None, star_count=200, seed=4)
    first, second = ((scene.light(truth, i) / np.float32(65535)).astype(np.float32)[None] for i in (0, 1))
    stars = find_stars(first)

    def ours() -> None:
        resample(second, find_similarity(find_stars(second), stars, "second"))

    theirs = seconds(lambda: astroalign.register(second[0].astype(float), first[0].astype(float)))
    yield "align one frame of 2.4 MP", "astroalign.register", seconds(ours), theirs


def main() -> None:
    """Print one line a measurement."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=20)
    parser.add_argument("--megapixels", type=float, default=6.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    parts = (
        arrays(options.frames),
        aligning(),
        masters(options.frames, options.megapixels),
        debayering(options.megapixels),  # last: its peer puts a stand-in for a missing matplotlib into place
    )
    for part in parts:
        for what, peer, ours, theirs in part:
            if options.json:
                print(json.dumps({"what": what, "peer": peer, "ours": ours._asdict(), "theirs": theirs._asdict()}))
            else:
                ratios = f"{ours.wall_s / theirs.wall_s:5.2f} x, on one processor {ours.cpu_s / theirs.cpu_s:5.2f} x"
                print(f"{what:40} {ours.wall_s:7.2f} s  {ratios}  {peer} ({theirs.wall_s:.2f} s)")
    print(f"peak memory of all of it, peers included: {peak_bytes() / 2**20:.0f} MiB", file=sys.stderr)


if __name__ == "__main__":
    main()
