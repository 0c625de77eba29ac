"""Fuzz all readers in turn until each has had its time: ``python -m tests.fuzz.rounds SECONDS [READER ...]``.

Rounds of five minutes take turns, so that a run that is cut short has served all readers alike. Time is the processor's,
not the clock's: five minutes on a busy machine are worth little. ``ledger.jsonl`` beside the corpora keeps what every
round did, and a later run goes on from there. The table at the end holds all rounds since the ledger was begun.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import ampglow_plugin
from tests.fuzz.readers import READERS

ROUND_S = 300
CORPORA = Path(tempfile.gettempdir()) / "ampglow-fuzz"
EXECUTED = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


@dataclass(frozen=True)
class Round:
    """One process of the fuzzer."""

    reader: str
    date: str
    version: str
    cpu_s: float
    executed: int
    failed: bool


def rounds(ledger: Path) -> list[Round]:
    """All that was ever done."""
    return [Round(**json.loads(line)) for line in ledger.read_text().splitlines()] if ledger.exists() else []


def fuzz(reader: str, seconds: int) -> Round:
    """Run the fuzzer once; what it says is shown where it found something."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    corpus = CORPORA / reader
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", reader, str(seconds), str(corpus)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = done.stdout.decode(errors="replace")
    if done.returncode:
        print(said[-4000:], flush=True)
    executed = EXECUTED.search(said)
    return Round(
        reader=reader,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        version=ampglow_plugin.__version__,
        cpu_s=round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        executed=int(executed[1]) if executed else 0,
        failed=done.returncode != 0,
    )


def table(done: list[Round]) -> str:
    """Sums by reader, as Markdown."""
    lines = ["| reader | processor minutes | inputs | failed rounds | last |", "|---|---|---|---|---|"]
    by_reader = defaultdict(list)
    for one in done:
        by_reader[one.reader].append(one)
    for reader, of_it in by_reader.items():
        minutes, inputs = sum(o.cpu_s for o in of_it) / 60, sum(o.executed for o in of_it)
        lines.append(f"| {reader} | {minutes:.0f} | {inputs:,} | {sum(o.failed for o in of_it)} | {of_it[-1].date} |")
    return "\n".join(lines)


def main() -> int:
    """Exit code 1 where a round failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seconds", type=float, help="processor time that each reader shall have had in all")
    parser.add_argument("readers", nargs="*", default=list(READERS), metavar="READER", help=", ".join(READERS))
    args = parser.parse_args()
    CORPORA.mkdir(parents=True, exist_ok=True)
    ledger = CORPORA / "ledger.jsonl"
    spent: dict[str, float] = defaultdict(float)
    for one in rounds(ledger):
        spent[one.reader] += one.cpu_s
    failed: set[str] = set()
    while waiting := [r for r in args.readers if r not in failed and spent[r] < args.seconds]:
        reader = min(waiting, key=spent.__getitem__)
        one = fuzz(reader, min(ROUND_S, max(10, round(args.seconds - spent[reader]))))
        spent[reader] += one.cpu_s
        if one.failed:
            failed.add(reader)
        with ledger.open("a") as written:
            written.write(json.dumps(asdict(one)) + "\n")
        print(f"{reader}: {one.executed} inputs, {spent[reader]:.0f} s in all{', FAILED' * one.failed}", flush=True)
    print(table(rounds(ledger)))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
