"""How often is the truth within two sigma? ``python -m tests.sigma [CASES]`` prints the table of the docs.

``python -m tests.sigma FIRST LAST [RUNG ...]`` counts some of the cases, and rungs that begin with one of the words;
with ``--own-bias`` those in which the bias was subtracted by itself.
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


def table(numbers: range, rungs: Sequence[str] = ALL_RUNGS, *, own_bias: bool = False) -> str:
    """One line a rung: cases, share within two sigma, mean and spread of the pulls, median sigma."""
    found = defaultdict(list)
    for number in numbers:
        moved = moved_pulls(moved_case(number, own_bias=own_bias)) if set(rungs) & set(MOVED_RUNGS) else ()
        for pull in itertools.chain(pulls(case(number, own_bias=own_bias), rungs), moved):
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
    words = [word for word in sys.argv[1:] if word != "--own-bias"]
    first, last = (int(a) for a in (words[:2] if len(words) > 1 else ("0", *(words or ("1000",)))))
    chosen = [r for r in ALL_RUNGS if not words[2:] or r.startswith(tuple(words[2:]))]
    print(table(range(first, last), chosen, own_bias="--own-bias" in sys.argv))
