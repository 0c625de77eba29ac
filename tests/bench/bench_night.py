"""A night of outputs proved end to end: does time grow with the bytes read alone, and memory not at all?

``python -m tests.bench.bench_night [--megapixels 4] [--frames 100 300]``. Every frame is read from its file, with its raw
light. Six lights and outputs stand for a night of any length; each count runs in a process of its own, which tells
its peak of memory. One frame is its float32 samples.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ampglow_plugin.proof import Job, prove_all
from tests.bench.bench_verify import frames
from tests.memory import peak_bytes

#: times the bytes: the seconds of the longer night may be this much more than in proportion
LIMIT_SECONDS = 1.25
#: frames that the longer night may need more than the shorter one
LIMIT_GROWN = 0.5
#: memory beside the program, at most: frames (light, output, dark and flat are four), and bytes of any frame's size for
#: tables, samples and maps
LIMIT_FRAMES, LIMIT_FIXED = 5.0, 40e6
DIFFERENT = 6


def night(folder: Path, megapixels: float) -> int:
    """Write masters, lights and outputs into ``folder``; the bytes that one proof reads of light and output."""
    from astropy.io import fits  # not in the processes that are measured

    raw, case = frames(megapixels)
    cards = {"EXPTIME": 180.0, "GAIN": 120, "CCD-TEMP": -10.0, "SET-TEMP": -10.0, "BAYERPAT": "RGGB"}

    def write(name: str, array: np.ndarray, **more: object) -> int:
        unit = fits.PrimaryHDU(array)
        unit.header.update(cards | more)
        unit.writeto(folder / name)
        return (folder / name).stat().st_size

    write("dark.fits", case.dark, IMAGETYP="Dark")
    assert case.flat is not None
    write("flat.fits", case.flat, IMAGETYP="Flat")
    size = 0
    for i in range(DIFFERENT):
        size = write(f"light_{i}.fits", np.roll(raw, 2 * i), IMAGETYP="Light")
        rolled = np.roll(raw, 2 * i).astype(np.float32)
        scale = case.flat.mean(dtype=np.float64)
        size += write(f"pp_{i}.fits", ((rolled - case.dark) / case.flat * scale).astype(np.float32), IMAGETYP="Light")
    return size


def prove(folder: Path, count: int) -> dict[str, float]:
    """Prove ``count`` outputs; seconds, and the peak of memory of this process (bytes)."""
    jobs = [
        Job(
            output=folder / f"pp_{i % DIFFERENT}.fits",
            light=folder / f"light_{i % DIFFERENT}.fits",
            dark=folder / "dark.fits",
            flat=folder / "flat.fits",
            expected_dark=True,
            expected_flat=True,
        )
        for i in range(count)
    ]
    before = peak_bytes()
    start = time.perf_counter()
    done = [
        proof.evidence.pixels is not None and abs((proof.evidence.pixels.factor or 0) - 1) < 0.005
        for proof in prove_all(jobs)
    ]
    assert all(done)
    return {"seconds": time.perf_counter() - start, "peak": peak_bytes(), "before": before}


def main() -> int:
    """Print the table; 1 where a limit is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", type=float, default=4.0)
    parser.add_argument("--frames", type=int, nargs=2, default=(100, 300))
    parser.add_argument("--prove", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.prove:
        print(json.dumps(prove(Path(given.prove[0]), int(given.prove[1]))))
        return 0
    found = []
    with tempfile.TemporaryDirectory() as name:
        size = night(Path(name), given.megapixels)
        frame = (Path(name) / "dark.fits").stat().st_size
        for count in given.frames:
            command = [sys.executable, "-m", "tests.bench.bench_night", "--prove", name, str(count)]
            answer = subprocess.run(command, capture_output=True, text=True, check=True)
            one = json.loads(answer.stdout)
            found.append(one)
            print(
                f"{count} frames of {given.megapixels:g} megapixels: {one['seconds']:.1f} s, "
                f"{count * size / one['seconds'] / 1e6:.0f} MB/s, peak {one['peak'] / 1e6:.0f} MB "
                f"({(one['peak'] - one['before']) / frame:.1f} frames and {one['before'] / 1e6:.0f} MB of program)"
            )
    short, long = found
    times, grown = given.frames[1] / given.frames[0], (long["peak"] - short["peak"]) / frame
    ratio = long["seconds"] / short["seconds"] / times
    print(f"time for {times:g} times the bytes: {ratio:.2f} of in proportion (limit {LIMIT_SECONDS:g})")
    print(f"memory grew by {grown:.2f} frames (limit {LIMIT_GROWN:g})")
    held = long["peak"] - long["before"]
    print(f"memory held: {held / 1e6:.0f} MB (limit {LIMIT_FRAMES:g} frames and {LIMIT_FIXED / 1e6:.0f} MB)")
    slow = not math.isfinite(ratio) or ratio > LIMIT_SECONDS
    return int(slow or grown > LIMIT_GROWN or held > LIMIT_FRAMES * frame + LIMIT_FIXED)


if __name__ == "__main__":
    sys.exit(main())
