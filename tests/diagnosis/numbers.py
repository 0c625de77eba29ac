"""Numbers of many scenes, in parallel, kept in a file so that fits and figures need not measure again."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from ampglow_plugin.diagnosis.measure import measure
from ampglow_plugin.diagnosis.signs import all_signs
from ampglow_plugin.headers import read_frame
from tests.diagnosis.scenes import draw


def numbers_of(job: tuple[int, int]) -> dict[str, Any]:
    """What is true of a scene (seed, family), and the numbers of each defect."""
    seed, family = job
    with tempfile.TemporaryDirectory() as folder:
        scene = draw(Path(folder), seed, family=family)
        measured = measure([read_frame(p) for p in scene.lights], str(scene.dark) if scene.dark else None)
    defects = {
        s.cause: {"situation": s.situation, "numbers": dict(s.numbers), "hidden": s.hidden} for s in all_signs(measured)
    }
    return {
        "seed": seed,
        "family": family,
        "causes": sorted(scene.causes),
        "setup": scene.setup,
        "mode": scene.mode,
        "basis": measured.basis,
        "defects": defects,
    }


def numbers(seeds: Sequence[int], family: int, *, workers: int, file: Path | None = None) -> list[dict[str, Any]]:
    """Of all ``seeds``; what is in ``file`` already is taken from there, and the rest added to it."""
    known = dict(_kept(file))
    jobs = [(seed, family) for seed in seeds if (seed, family) not in known]
    if jobs:
        with ProcessPoolExecutor(workers) as pool, (file or Path(os.devnull)).open("a", encoding="utf-8") as out:
            for count, found in enumerate(pool.map(numbers_of, jobs, chunksize=4), start=1):
                known[found["seed"], found["family"]] = found
                out.write(json.dumps(found) + "\n")
                out.flush()
                if count % 100 == 0:
                    print(f"{count} of {len(jobs)} scenes", file=sys.stderr, flush=True)
    return [known[seed, family] for seed in seeds]


def _kept(file: Path | None) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    if file is not None and file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            found = json.loads(line)
            yield (found["seed"], found["family"]), found
