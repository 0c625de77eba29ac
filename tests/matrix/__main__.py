"""``python -m tests.matrix [CASES]`` prints the matrix, and ends with 1 where a verdict is worse than allowed.

``python -m tests.matrix FIRST LAST`` takes other combinations: those from 360 on were never looked at one by one.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass, field

from tests.matrix.cases import STAGES, Combination, combination, verdict

#: share of the combinations with a measurable pattern that may stay undecided
MOST_UNDECIDED = 0.03
#: each fault at each stage four times
CASES = 360


@dataclass
class Row:
    """Counts of one stage."""

    cases: int = 0
    right: int = 0
    false_clean: list[str] = field(default_factory=list)
    false_alarm: list[str] = field(default_factory=list)
    measurable: int = 0
    undecided: list[str] = field(default_factory=list)
    without_flat: int = 0
    undecided_without_flat: list[str] = field(default_factory=list)


def kind(one: Combination, done: str, success: str) -> str:
    """``false clean``, ``false alarm``, ``undecided`` or ``right``."""
    if (done, success) == ("applied", "clean"):
        return "right" if one.good else "false clean"
    if one.good and success in ("residual", "oversubtracted"):
        return "false alarm"
    return "undecided" if done == "undecided" and success == "undecided" else "right"


def matrix(numbers: range, *, show: bool = False) -> dict[str, Row]:
    """Counts by stage."""
    rows: dict[str, Row] = defaultdict(Row)
    for number in numbers:
        one = combination(number)
        found, pixels = verdict(one)
        row, is_kind = rows[one.stage], kind(one, found.done, found.success)
        row.cases += 1
        row.measurable += one.measurable
        row.without_flat += one.measurable_but_for_the_flat
        row.right += is_kind == "right"
        if is_kind == "false clean":
            row.false_clean.append(str(one))
        elif is_kind == "false alarm":
            row.false_alarm.append(str(one))
        elif is_kind == "undecided" and one.measurable:
            row.undecided.append(str(one))
        elif is_kind == "undecided" and one.measurable_but_for_the_flat:
            row.undecided_without_flat.append(str(one))
        if show:
            share = (
                "" if pixels.residual_glow is None else f"{pixels.residual_glow:+.3f}+-{pixels.residual_glow_sigma:.3f}"
            )
            print(f"{is_kind:12} {found.done}/{found.success:15} {share:16} {one}", flush=True)
    return rows


def table(rows: dict[str, Row]) -> str:
    """The matrix by stage, as Markdown."""
    lines = [
        "| stage | cases | false clean | false alarm | right | measurable | of these undecided |",
        "|---|---|---|---|---|---|---|",
    ]
    for stage in (*STAGES, "all"):
        if stage == "all":
            counts = [[getattr(r, n) for r in rows.values()] for n in ("cases", "right", "measurable")]
            cases, right, measurable = (sum(c) for c in counts)
            lists = [
                sum(len(getattr(r, n)) for r in rows.values()) for n in ("false_clean", "false_alarm", "undecided")
            ]
        elif stage in rows:
            row = rows[stage]
            cases, right, measurable = row.cases, row.right, row.measurable
            lists = [len(row.false_clean), len(row.false_alarm), len(row.undecided)]
        else:
            continue
        lines.append(f"| {stage} | {cases} | {lists[0]} | {lists[1]} | {right} | {measurable} | {lists[2]} |")
    return "\n".join(lines)


def main() -> int:
    """Print the matrix; 1 where a verdict is false, or too many are missing."""
    first, last = (int(a) for a in (sys.argv[1:3] if len(sys.argv) > 2 else ("0", *(sys.argv[1:] or (str(CASES),)))))
    rows = matrix(range(first, last), show=True)
    print(table(rows))
    lists = [name for row in rows.values() for name in row.undecided]
    more = [name for row in rows.values() for name in row.undecided_without_flat]
    measurable, without = (sum(getattr(r, n) for r in rows.values()) for n in ("measurable", "without_flat"))
    print(f"undecided: {len(lists)} of {measurable} measurable; {len(more)} of {without} that would be with their flat")
    print("\n".join(["undecided where measurable:", *lists, "undecided without the flat:", *more]))
    return int(any(r.false_clean or r.false_alarm for r in rows.values()) or len(lists) > MOST_UNDECIDED * measurable)


if __name__ == "__main__":
    sys.exit(main())
