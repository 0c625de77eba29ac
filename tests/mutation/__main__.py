"""How many mutants of the packages that judge do the tests kill?

``python -m tests.mutation [PACKAGE ...] [--mutants 300|all] [--seed 1]``. The result stands in docs/mutation.md.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.mutation.baseline import FOLDERS, PACKAGES, REPOSITORY, environment, take
from tests.mutation.choose import Chooser
from tests.mutation.mutants import Mutant, mutants

KEPT = REPOSITORY / "build" / "mutation"
ACCEPTED = Path(__file__).parent / "survivors.yaml"
#: a mutant hangs where it takes so many times as long as the tests take without it, and so many seconds for the start
SLOWER = 6.0
START_S = 45.0


@dataclass(kw_only=True)
class Tally:
    """What became of the mutants of one package."""

    package: str
    all: int
    killed: int = 0
    timeout: int = 0
    survived: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Killed (a time-out is noticed, too), of those sampled; then without those that are known to be equivalent."""
        dead = self.killed + self.timeout
        sampled = dead + len(self.survived) + len(self.accepted)
        low, high = interval(dead, sampled)
        rest = sampled - len(self.accepted)
        return (
            f"{self.package:10} {self.all:6} mutants {sampled:6} sampled {dead:6} killed ({self.timeout} by time-out) "
            f"{dead / max(sampled, 1):7.1%} [{low:.1%}, {high:.1%}]  {len(self.accepted)} accepted, "
            f"{len(self.survived)} not; without the accepted {dead / max(rest, 1):.1%}"
        )


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a share, at 95 %."""
    if not of:
        return 0.0, 1.0
    z, share = 1.959964, hits / of
    middle, half = share + z * z / (2 * of), z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return (middle - half) / (1 + z * z / of), (middle + half) / (1 + z * z / of)


class Worker:
    """The process that forks for each mutant."""

    def __init__(self, tree: Path) -> None:
        command = [sys.executable, "-m", "tests.mutation.worker", str(tree.parent / "answer.txt")]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, cwd=tree, env=environment(tree), stdin=pipe, stdout=pipe, text=True)

    def ask(self, path: Path, text: str | None, tests: list[str], seconds: float) -> dict[str, Any]:
        """The answer about one file with one text."""
        assert self.process.stdin
        assert self.process.stdout
        job = {"path": str(path), "text": text, "tests": tests, "seconds": START_S + SLOWER * seconds}
        self.process.stdin.write(json.dumps(job) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def close(self) -> None:
        """No more mutants."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def copied() -> Iterator[Path]:
    """A copy of the repository in which files may change."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="ampglow-mutation-", dir=memory if memory.is_dir() else None) as folder:
        tree = Path(folder) / "tree"
        left = shutil.ignore_patterns(
            ".git", "__pycache__", "build", ".venv", ".siril-roots", ".*_cache", ".hypothesis"
        )
        shutil.copytree(REPOSITORY, tree, ignore=left)
        yield tree


def compile_all(tree: Path) -> None:
    """Leave compiled files of project and tests in ``tree``, so that a fork need not make them."""
    words = ["-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    folders = [f"tests/{folder}" for folder in FOLDERS]
    done = subprocess.run(
        [sys.executable, *words, *folders], cwd=tree, env=environment(tree), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"the tests cannot be collected:\n{done.stdout}{done.stderr}")


class Judge:
    """Runs tests against mutants; a test counts only if it passes without them, run in the same way."""

    def __init__(self, tree: Path, chooser: Chooser, worker: Worker) -> None:
        self.chooser, self.worker = chooser, worker
        self._any = tree / "ampglow_plugin" / "rules" / "base.py"
        self._sound: dict[str, bool] = {}

    def outcome(self, mutant: Mutant, text: str) -> tuple[str, str]:
        """killed, survived or timeout; by which test."""
        told = ("survived", "no test runs this line")
        for part in self.chooser.tests(mutant):
            left = [test for test in part if self._sound.get(test, True)]
            while left:
                answer = self.worker.ask(mutant.path, text, left, self.chooser.seconds(left))
                told = answer["outcome"], str(answer["by"])
                if told[0] != "killed" or self._is_sound(told[1], left):
                    break
                left = [test for test in left if self._sound.get(test, True)]
            if told[0] != "survived":
                break
        return told

    def _is_sound(self, by: str, part: list[str]) -> bool:
        """Asked once for each test that noticed a mutant, with those before it; and once for a failing import."""
        if by not in self._sound:
            tests = part[: part.index(by) + 1] if by in part else part
            answer = self.worker.ask(self._any, None, tests, self.chooser.seconds(tests))
            self._sound[by] = answer["outcome"] == "survived"
            if not self._sound[by]:
                print(f"fails without a mutant, left out: {by}", file=sys.stderr, flush=True)
        if not self._sound[by] and by not in part:
            raise SystemExit(f"the tests do not run here without a mutant: {by}")
        return self._sound[by]


def accepted() -> dict[tuple[str, str, str], str]:
    """(file, lines that go, lines that come) -> why it is no defect that this mutant lives."""
    entries = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8")) or []
    return {(e["file"], e["was"], e["becomes"]): e["why"] for e in entries}


def count(tally: Tally, sample: Iterable[tuple[Mutant, str]], judge: Judge) -> Tally:
    """Run the tests against each mutant of ``sample``, given with its text."""
    known = accepted()
    for mutant, text in sample:
        file = mutant.path.relative_to(judge.chooser.source).as_posix()
        was, becomes = mutant.change(text)
        start = time.monotonic()
        outcome, by = judge.outcome(mutant, text)
        told = f"{file}:{mutant.line} {mutant.operator}\n    - {was}\n    + {becomes}"
        if outcome != "survived":
            tally.killed += outcome == "killed"
            tally.timeout += outcome == "timeout"
        elif (file, was, becomes) in known:
            tally.accepted.append(f"{told}\n    = {known[file, was, becomes]}")
        else:
            tally.survived.append(told)
        print(f"{outcome:8} {time.monotonic() - start:5.1f} s  {told}\n    ! {by}", file=sys.stderr, flush=True)
    return tally


def main() -> None:
    """Sample, run, print; 1 where a package is below the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packages", nargs="*", default=list(PACKAGES), metavar="PACKAGE")
    parser.add_argument("--mutants", default="300", help="so many of each package, or all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--floor", type=float, default=0.9, help="share of mutants to be killed, the accepted left out")
    words = parser.parse_args()
    tallies = []
    with copied() as tree:
        baseline = take(tree, KEPT)
        chooser = Chooser(baseline, tree / "ampglow_plugin")
        compile_all(tree)
        worker = Worker(tree)
        judge = Judge(tree, chooser, worker)
        for package in words.packages:
            files = sorted((tree / "ampglow_plugin" / package).rglob("*.py"))
            found = [mutant for path in files for mutant in mutants(path)]
            order = random.Random(f"{words.seed} {package}").sample(found, len(found))
            wanted = len(order) if words.mutants == "all" else int(words.mutants)
            valid = ((mutant, text) for mutant in order if (text := mutant.text()) is not None)
            sample = itertools.islice(valid, wanted)  # in random order: the log of a run cut short is a sample, too
            tallies.append(count(Tally(package=package, all=len(found)), sample, judge))
            print(tallies[-1].line(), flush=True)
        worker.close()
    for tally in tallies:
        for title, told in (("survived", tally.survived), ("survived, accepted", tally.accepted)):
            print(f"\n{tally.package}: {title}\n", *told, sep="\n")
    print()
    print(*(tally.line() for tally in tallies), sep="\n")
    rates = [(t.killed + t.timeout) / max(1, t.killed + t.timeout + len(t.survived)) for t in tallies]
    sys.exit(any(rate < words.floor for rate in rates))


if __name__ == "__main__":
    main()
