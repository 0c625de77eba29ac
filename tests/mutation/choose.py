"""Which tests are to notice a mutant: those that run its line; for a line run at import, those that use what it makes."""

from __future__ import annotations

import ast
import functools
from collections import defaultdict
from pathlib import Path

from tests.mutation.baseline import PACKAGES, Baseline
from tests.mutation.mutants import Mutant

#: no mutant gets more; one that outlives so much counts as survived
MOST_S = 15.0


class Chooser:
    """Chooses tests by the baseline of the package folder ``source``."""

    def __init__(self, baseline: Baseline, source: Path) -> None:
        self.baseline, self.source = baseline, source
        #: name -> places that use it: file, line, and the statement of the module it stands in, if outside functions
        self.uses: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for package in PACKAGES:
            for path in sorted((source / package).rglob("*.py")):
                file = path.relative_to(source).as_posix()
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                        self.uses[node.id].append((file, node.lineno))
                    elif isinstance(node, ast.Attribute):
                        self.uses[node.attr].append((file, node.lineno))

    def tests(self, mutant: Mutant) -> list[list[str]]:
        """Tests in the order in which to run them, in one or two parts."""
        file = mutant.path.relative_to(self.source).as_posix()
        return self._parts(file, self._covering(file, mutant.line, frozenset()))

    def _covering(self, file: str, line: int, seen: frozenset[tuple[str, str]]) -> set[str]:
        bound = self._binds(file, line)
        if bound is None:
            return self._running(file, line)
        found: set[str] = set()
        for name in bound:
            if (file, name) not in seen:
                for place in self.uses[name]:
                    found |= self._covering(*place, seen | {(file, name)})
        return found or (self._in_module(file) if not seen else set())

    def _running(self, file: str, line: int) -> set[str]:
        """Tests that run this line of a function; a statement over several lines counts by any of them."""
        lines = self.baseline.lines.get(file, {})
        first, last = self._statement(file, line)
        return set().union(*(lines.get(n, set()) for n in range(first, last + 1)))

    def _in_module(self, file: str) -> set[str]:
        return set().union(*self.baseline.lines.get(file, {}).values())

    def _binds(self, file: str, line: int) -> list[str] | None:
        """Names that the statement outside functions at this line makes; None inside a function."""
        for node in self._tree(file).body:
            if node.lineno <= line <= (node.end_lineno or 0) or _decorated(node, line):
                return _names(node, line)
        return []

    @functools.cache  # noqa: B019 - one chooser a run
    def _tree(self, file: str) -> ast.Module:
        return ast.parse((self.source / file).read_text(encoding="utf-8"))

    @functools.cache  # noqa: B019
    def _statement(self, file: str, line: int) -> tuple[int, int]:
        """First and last line of the smallest statement here; of a compound one, those of its head."""
        best = (line, line)
        for node in ast.walk(self._tree(file)):
            if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0):
                body = getattr(node, "body", None) or getattr(node, "cases", None)
                last = (node.end_lineno or line) if not body else max(_first_line(body[0]) - 1, node.lineno)
                if line <= last:
                    best = (node.lineno, last)
        return best

    def _parts(self, file: str, tests: set[str]) -> list[list[str]]:
        """The package's own tests, then the others; of each the fastest, and those of one file together."""
        own = f"tests/{file.partition('/')[0]}/"
        left = MOST_S
        parts = []
        for mine in (True, False):
            chosen = []
            for test in sorted((t for t in tests if t.startswith(own) == mine), key=self.baseline.seconds.__getitem__):
                left -= self.baseline.seconds[test]
                if left >= 0:
                    chosen.append(test)
            files = list(dict.fromkeys(test.partition("::")[0] for test in chosen))
            parts.append(sorted(chosen, key=lambda test: files.index(test.partition("::")[0])))
        return [part for part in parts if part]

    def seconds(self, tests: list[str]) -> float:
        """How long these take without a mutant."""
        return sum(self.baseline.seconds[test] for test in tests)


def _first_line(node: ast.AST) -> int:
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    return min(node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ())), node.lineno)  # type: ignore[attr-defined]


def _decorated(node: ast.stmt, line: int) -> bool:
    return any(d.lineno <= line < node.lineno for d in getattr(node, "decorator_list", ()))


def _names(node: ast.stmt, line: int) -> list[str] | None:
    match node:
        case ast.FunctionDef() as function:
            inside = line >= function.body[0].lineno
            return None if inside else [function.name]
        case ast.ClassDef() as found:
            for member in found.body:
                if isinstance(member, ast.FunctionDef) and member.lineno <= line <= (member.end_lineno or 0):
                    return None if line >= member.body[0].lineno else [found.name]
            return [found.name]
        case ast.Assign():
            return [n.id for target in node.targets for n in ast.walk(target) if isinstance(n, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case _:
            return []
