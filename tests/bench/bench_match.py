"""How long a thousand groups of lights take against ten thousand masters: ``python -m tests.bench.bench_match``.

As a ratio to a floor in the same run: making the comparable facts of the same frames once. Best of three.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

from ampglow_plugin.matching import match
from ampglow_plugin.matching.facts import facts
from ampglow_plugin.model.frame import Frame

GROUPS, MASTERS = 1_000, 10_000
RUNS = 3
#: goal for the whole (s), on an idle machine
GOAL_S = 2.0


def frames(kind: str, count: int, cameras: int, spread_c: float) -> list[Frame]:
    """Frames of some cameras, gains, exposures and temperatures."""
    chance = random.Random(1)
    return [
        Frame(
            path=f"{kind}{i}.fit",
            kind="dark" if kind == "d" else "light",
            master=kind == "d",
            camera=f"Camera {i % cameras} MC",
            width=64,
            height=48,
            gain=float(i % 7 * 10),
            exposure_s=30.0 * (1 + chance.randrange(9)),
            temperature_c=round(-10 + spread_c * chance.random(), 1),
            object=f"o{i}" if kind == "l" else None,
        )
        for i in range(count)
    ]


def seconds(function: Callable[[], object]) -> float:
    """Time on the clock."""
    best = float("inf")
    for _ in range(RUNS):
        start = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Print the time and its ratio to the floor, for one camera and for fifty."""
    for cameras in (1, 50):
        lights, darks = frames("l", GROUPS, cameras, 1.0), frames("d", MASTERS, cameras, 10.0)
        floor = seconds(lambda both=[*lights, *darks]: [facts(frame) for frame in both])
        own = seconds(lambda lights=lights, darks=darks: match(lights, darks))
        print(
            f"{GROUPS} groups against {MASTERS} masters of {cameras} cameras: {own:.2f} s (goal {GOAL_S:g}), "
            f"{own / floor:.1f} times the facts of all frames"
        )


if __name__ == "__main__":
    main()
