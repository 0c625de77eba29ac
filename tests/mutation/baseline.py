"""The unmutated run: which tests reach which line, remembered per folder of tests."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation import record

REPOSITORY = Path(__file__).resolve().parents[2]
#: packages whose verdicts must be true
PACKAGES = ("rules", "matching", "planning", "proof")
#: folders of tests that can say something about them
FOLDERS = (
    *("rules", "laws", "matching", "planning", "preflight", "proof", "darks", "diagnosis", "siril", "pixinsight"),
    *("cli", "library", "report", "builtin", "inside", "watch", "matrix", "sigma"),
)
#: a single test may take so long of a processor at most
LONGEST_S = 20.0


@dataclass(kw_only=True)
class Baseline:
    """``seconds`` of a processor for each test; ``lines``: file below ampglow_plugin -> line -> tests that run it."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)


def digest(paths: Iterable[Path]) -> str:
    """One short hash of names and contents."""
    found = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(str(path.relative_to(REPOSITORY)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:16]


def take(tree: Path, kept: Path, folders: Iterable[str] = FOLDERS) -> Baseline:
    """The baseline of ``tree``, a copy of the repository; what did not change since the last time comes from ``kept``."""
    kept.mkdir(parents=True, exist_ok=True)
    source = digest((REPOSITORY / "ampglow_plugin").rglob("*"))
    whole = Baseline()
    for folder in folders:
        tests = REPOSITORY / "tests" / folder
        path = (
            kept
            / f"{folder.replace('/', '-')}-{source}-{digest([tests, *tests.rglob('*'), Path(record.__file__)])}.json"
        )
        if not path.is_file():
            print(f"which lines do the tests in tests/{folder} run?", file=sys.stderr, flush=True)
            _record(tree, f"tests/{folder}", path)
        _add(whole, json.loads(path.read_text(encoding="utf-8")), tree)
    return whole


def environment(tree: Path) -> dict[str, str]:
    """The tests in ``tree`` import the copy; no real Siril is near."""
    left = "PYTHONDONTWRITEBYTECODE"
    here = {key: value for key, value in os.environ.items() if not key.startswith("AMPGLOW_") and key != left}
    return {**here, "PYTHONPATH": str(tree), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _record(tree: Path, tests: str, path: Path) -> None:
    packages = os.pathsep.join(str(tree / "ampglow_plugin" / package) for package in PACKAGES)
    partial = path.with_suffix(".partial")
    told = {record.WHERE: str(partial), record.PACKAGES: packages}
    words = ["-p", "tests.mutation.record", "-p", "no:cacheprovider", "-p", "no:xdist", "-q", "-r", "fE", tests]
    subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=tree, env=environment(tree) | told, stdout=sys.stderr, check=False
    )
    partial.rename(path)


def _add(whole: Baseline, recorded: dict[str, object], tree: Path) -> None:
    tests, seconds, lines = recorded["tests"], recorded["seconds"], recorded["lines"]
    short = {n for n, s in enumerate(seconds) if s <= LONGEST_S}
    whole.seconds |= {tests[n]: seconds[n] for n in short}
    for file, found in lines.items():
        name = file.rpartition("/ampglow_plugin/")[2]
        for line, numbers in found.items():
            whole.lines.setdefault(name, {}).setdefault(int(line), set()).update(
                tests[n] for n in numbers if n in short
            )
