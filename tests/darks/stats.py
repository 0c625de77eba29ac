"""``make dark-stats``: single darks on hundreds of sets, as a table.

Good sets of every kind, whose sensor wobbles by 0.3 degrees, and sets with one defect. Exit code 1 where more than one
frame in a hundred good ones is blamed, or where a defect is neither found nor puts its set in doubt.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.darks import REASONS, RULES
from tests.darks import sets

SETS = 200
COUNTS = (5, 8, 12, 20)
MOST_BLAMED = 0.01


def reasons(darks: sets.Set) -> tuple[dict[str, set[str]], set[str]]:
    """Blamed paths with their reasons, and the reasons of doubts about the set."""
    findings = run_rules(Context(dark_sets=(sets.measure(darks),)), RULES)
    blamed: dict[str, set[str]] = {}
    doubts = set()
    for f in findings:
        assert f.outcome != "crashed", f.message
        if f.outcome == "failed" and f.where.path is None:
            doubts.add(REASONS[f.rule])
        elif f.outcome == "failed":
            blamed.setdefault(f.where.path, set()).add(REASONS[f.rule])
    return blamed, doubts


def good_case(number: int) -> tuple[str, int, int, list[str], list[str]]:
    kind, count = sets.KINDS[number % len(sets.KINDS)], COUNTS[number // len(sets.KINDS) % len(COUNTS)]
    blamed, doubts = reasons(sets.good_set(kind, number, count))
    return kind, count, len(blamed), sorted(r for each in blamed.values() for r in each), sorted(doubts)


def bad_case(job: tuple[str, str, int]) -> tuple[str, str, bool, int, bool]:
    """Defect, kind, whether the frame was blamed for it, others blamed, else: blamed for something else, or in doubt."""
    defect, kind, seed = job
    truth = sets.truth_of(seed, **sets.GOOD[kind][1])
    count = COUNTS[seed % len(COUNTS)]
    at = seed * 7 % count
    good = sets.good_set(kind, seed, count)
    found, doubts = reasons(sets.spoiled(good, truth, defect, at))
    wanted = sets.DEFECTS[defect][1]
    told = {path for path, why in found.items() if wanted in why}
    places = {good.frames[at].path}
    if wanted == "duplicate":  # the later of the two is told
        places.add(good.frames[(at + 1) % count].path)
    return defect, kind, bool(told & places), len(set(found) - places), bool(doubts or set(found) & places)


def jobs(repeat: int) -> list[tuple[str, str, int]]:
    found = []
    for d, defect in enumerate(sets.DEFECTS):
        for k, kind in enumerate(sets.KINDS):
            for n in range(repeat):
                seed = 999 + 3 * (n * 100 + d * 10 + k) + n % 2  # with glow
                found.append((defect, kind, seed))
    return [job for job in found if job[:2] not in sets.HIDDEN]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=SETS)
    parser.add_argument("--repeat", type=int, default=3, help="sets for each defect and kind")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    with ProcessPoolExecutor(options.workers) as pool:
        good = list(pool.map(good_case, range(options.sets), chunksize=2))
        bad = list(pool.map(bad_case, jobs(options.repeat), chunksize=2))
    return int(not (_good(good) & _bad(bad)))


def _good(rows: list[tuple[str, int, int, list[str], list[str]]]) -> bool:
    print("good sets: frames blamed / frames; sets in doubt / sets")
    for kind in sets.KINDS:
        own = [row for row in rows if row[0] == kind]
        why = Counter(r for row in own for r in row[3]) + Counter(f"doubt: {r}" for row in own for r in row[4])
        blamed, frames = sum(row[2] for row in own), sum(row[1] for row in own)
        doubts = sum(bool(row[4]) for row in own)
        print(f"  {kind:28} {blamed:4} / {frames:5}   {doubts:3} / {len(own):3}   {dict(why) or ''}")
    share = sum(row[2] for row in rows) / sum(row[1] for row in rows)
    print(f"  {100 * share:.2f} % of the frames blamed")
    return share <= MOST_BLAMED


def _bad(rows: list[tuple[str, str, bool, int, bool]]) -> bool:
    print("one defect: found / sets; in doubt or blamed for something else; other frames blamed")
    for defect in sets.DEFECTS:
        own = [row for row in rows if row[0] == defect]
        missed = Counter(row[1] for row in own if not row[2])
        doubts = sum(row[4] and not row[2] for row in own)
        print(
            f"  {defect:28} {sum(row[2] for row in own):4} / {len(own):4}   {doubts:3}   {sum(row[3] for row in own):3}"
            f"   {dict(missed) or ''}"
        )
    return all(row[2] or row[4] for row in rows)


if __name__ == "__main__":
    sys.exit(main())
