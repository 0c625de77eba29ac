"""How often is the truth within two sigma? ``python -m tests.sigma [CASES]`` prints the table of the docs.

``python -m tests.sigma FIRST LAST [RUNG ...]`` counts some of the cases, and rungs that begin with one of the words.
"""

from __future__ import annotations

import itertools
import sys
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from tests.sigma.cases import RUNGS, case, pulls
from tests.sigma.moved import RUNGS as MOVED_RUNGS
from tests.sigma.moved import moved_case, moved_pulls

ALL_RUNGS = (*RUNGS, *MOVED_RUNGS)


def table(numbers: range, rungs: Sequence[str] = ALL_RUNGS) -> str:
    """One line a rung: cases, share within two sigma, mean and spread of the pulls, median sigma."""
    found = defaultdict(list)
    for number in numbers:
        moved = moved_pulls(moved_case(number)) if set(rungs) & set(MOVED_RUNGS) else ()
        for pull in itertools.chain(pulls(case(number), rungs), moved):
            found[pull.rung].append((pull.pull, pull.sigma))
    lines = ["| rung | cases | within 2 sigma | mean pull | spread | median sigma |", "|---|---|---|---|---|---|"]
    for rung, rows in sorted(found.items()):
        pull, sigma = np.array(rows).T
        share = np.mean(np.abs(pull) <= 2)
        lines.append(
            f"| {rung} | {len(pull)} | {share:.1%} | {np.mean(pull):+.2f} | {np.std(pull):.2f} | {np.median(sigma):.1e} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    first, last = (int(a) for a in (sys.argv[1:3] if len(sys.argv) > 2 else ("0", *(sys.argv[1:] or ("1000",)))))
    print(table(range(first, last), [r for r in ALL_RUNGS if not sys.argv[3:] or r.startswith(tuple(sys.argv[3:]))]))
