"""How fast the command line starts, as ratios to ``python -c pass``: ``python -m tests.bench.bench_start``.

Processor time of the child, best of nine: other work on the machine disturbs it least.
"""

from __future__ import annotations

import resource
import subprocess
import sys

RUNS = 9
#: words of the command -> most times ``python -c pass``
LIMITS = {"--version": 4.0, "rule AG201": 8.0}


def seconds(command: list[str]) -> float:
    """Processor time of a child."""
    best = float("inf")
    for _ in range(RUNS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


def main() -> None:
    """Print each ratio beside its limit."""
    floor = seconds([sys.executable, "-c", "pass"])
    for words, limit in LIMITS.items():
        own = seconds([sys.executable, "-m", "ampglow_plugin", *words.split()])
        print(f"ampglow {words}: {own / floor:.1f} times python -c pass (limit {limit:g})")


if __name__ == "__main__":
    main()
