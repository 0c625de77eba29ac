"""The mutants are what docs/mutation.md says they are, and every accepted survivor is still one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

pytest.importorskip("cosmic_ray", reason="cosmic-ray makes the mutants (make mutate installs it)")
pytest.importorskip("coverage", reason="coverage finds the tests of a mutant (make mutate installs it)")

from tests.mutation.__main__ import ACCEPTED, interval
from tests.mutation.baseline import REPOSITORY, Baseline
from tests.mutation.choose import MOST_S, Chooser
from tests.mutation.mutants import OPERATORS, mutants

SOURCE = '''"""A 1."""

from __future__ import annotations

import functools
from dataclasses import dataclass

LIMIT_C: float | int = 0.5
Kind = str | None
__all__ = ["far"]


@dataclass(frozen=True)
class Pair:
    width: int = 2


@functools.cache
def far(a: float | None, b: float) -> bool | None:
    if a is None:
        print("unknown")
        return None
    return _differ(a, b) > LIMIT_C


def _differ(a: float, /, b: float, *, c: float | None = None) -> float:
    print(f"{a - b}")
    return a - b
'''


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules" / "far.py"
    path.parent.mkdir()
    path.write_text(SOURCE, encoding="utf-8")
    return path


def test_what_is_changed_and_what_is_left_out(file):
    found = [(m.line, *m.change(m.text() or "")) for m in mutants(file)]
    assert [(line, becomes) for line, _, becomes in found] == [
        (8, "LIMIT_C: float | int = 1.5"),
        (8, "LIMIT_C: float | int = -0.5"),
        (15, "width: int = 3"),
        (15, "width: int = 1"),
        (20, "if not a is None:"),
        (20, "if a is not None:"),
        (21, "pass"),
        (21, 'print("XXunknown")'),
        (23, "return None"),
        (23, "return _differ(a, b) >= LIMIT_C"),
        (23, "return _differ(a, b) <= LIMIT_C"),
        (27, "pass"),
        (28, "return None"),
        (28, "return a + b"),
    ]


@pytest.mark.parametrize(
    ("line", "tests"),
    [
        (23, {"a::one", "a::two"}),  # in a function: who runs the line
        (28, {"a::two"}),
        (8, {"a::one", "a::two"}),  # a constant: who runs a line that uses it
        (15, {"a::one", "a::two", "a::three"}),  # used by no line that is known: who runs anything here
    ],
)
def test_the_tests_of_a_mutant(file, line, tests):
    lines = {"rules/far.py": {20: {"a::one", "a::two", "a::three"}, 23: {"a::one", "a::two"}, 28: {"a::two"}}}
    baseline = Baseline(seconds={"a::one": 0.2, "a::two": 0.1, "a::three": 0.3}, lines=lines)
    chooser = Chooser(baseline, file.parents[1])
    parts = chooser.tests(next(m for m in mutants(file) if m.line == line))
    assert {test for part in parts for test in part} == tests


def test_names_are_followed_to_where_they_are_imported_and_no_further(tmp_path):
    """Each rule has a RULE, and the package hands on a name of its module."""
    source = tmp_path / "ampglow_plugin"
    texts = {
        "rules/one.py": "RULE = 1\nLIMIT = 2\n\n\ndef check():\n    return RULE\n",
        "rules/other.py": "RULE = 1\n\n\ndef check():\n    return RULE\n",
        "rules/__init__.py": "from ampglow_plugin.rules.one import LIMIT\nfrom ampglow_plugin.rules.one import RULE as ONE\n",
        "proof/near.py": "from ampglow_plugin.rules import LIMIT\n\n\ndef near():\n    return LIMIT\n",
        "proof/far.py": "from ampglow_plugin.rules import one\n\n\ndef far():\n    return one.LIMIT\n",
    }
    for name, text in texts.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, encoding="utf-8")
    lines = {
        "rules/one.py": {6: {"tests/rules/one"}},
        "rules/other.py": {5: {"tests/rules/other"}},
        "proof/near.py": {5: {"tests/proof/near"}},
        "proof/far.py": {5: {"tests/proof/far"}},
    }
    tests = {test: 0.1 for found in lines.values() for each in found.values() for test in each}
    chooser = Chooser(Baseline(seconds=tests, lines=lines), source)
    of = {m.line: chooser.tests(m) for m in mutants(source / "rules" / "one.py")}
    assert of[1] == [["tests/rules/one"]]
    assert of[2] == [["tests/proof/far", "tests/proof/near"]]


def test_what_is_fast_and_looks_at_little_comes_first_and_there_is_an_end(file):
    wide = {line: {"tests/rules/a.py::wide"} for line in range(30, 60)}
    reach = {f"tests/rules/{name}" for name in ("a.py::wide", "b.py::narrow", "b.py::long")} | {"tests/cli/c.py::far"}
    baseline = Baseline(
        seconds={
            "tests/rules/a.py::wide": 0.1,
            "tests/rules/b.py::narrow": 0.2,
            "tests/rules/b.py::long": MOST_S,
            "tests/cli/c.py::far": 0.1,
        },
        lines={"rules/far.py": {28: reach} | wide},
    )
    parts = Chooser(baseline, file.parents[1]).tests(next(m for m in mutants(file) if m.line == 28))
    assert parts == [["tests/rules/b.py::narrow", "tests/rules/a.py::wide"], ["tests/cli/c.py::far"]]


def test_interval():
    # a worked example of Wilson's interval: 81 of 263, Brown, Cai and DasGupta (2001) give the formula
    low, high = interval(81, 263)
    assert (low, high) == (pytest.approx(0.2553, abs=1e-3), pytest.approx(0.3662, abs=1e-3))


def test_every_accepted_survivor_is_still_a_mutant():
    entries = yaml.safe_load(ACCEPTED.read_text(encoding="utf-8"))
    for entry in entries:
        path = REPOSITORY / "ampglow_plugin" / entry["file"]
        changes = {m.change(m.text() or "") for m in mutants(path) if entry["was"].find(_line(path, m.line)) >= 0}
        assert (entry["was"], entry["becomes"]) in changes, f"{entry['file']}: {entry['becomes']} is no mutant"
        assert entry["why"].strip()


def _line(path: Path, line: int) -> str:
    return path.read_text(encoding="utf-8").splitlines()[line - 1].strip()


def test_operators_do_what_their_examples_say():
    from cosmic_ray.mutating import mutate_code

    for name in ("ReturnNone", "DropStatement", "ChangeWord"):
        for example in OPERATORS[name].examples():
            changed = mutate_code(example.pre_mutation_code, OPERATORS[name](), example.occurrence)
            assert changed == example.post_mutation_code
