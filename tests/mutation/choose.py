"""Which tests are to notice a mutant: those that run its line; for a line run at import, those that use what it makes."""

from __future__ import annotations

import ast
import functools
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.mutation.baseline import PACKAGES, Baseline
from tests.mutation.mutants import Mutant

#: processor seconds of tests that a mutant gets at most; one that outlives so much counts as survived
MOST_S = 30.0


class Chooser:
    """Chooses tests by the baseline of the package folder ``source``."""

    def __init__(self, baseline: Baseline, source: Path) -> None:
        self.baseline, self.source = baseline, source
        #: file and name made in it -> places that use it: file and line
        self.uses: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
        for package in PACKAGES:
            for path in sorted((source / package).rglob("*.py")):
                file = path.relative_to(source).as_posix()
                for made_in, name, line in _uses(ast.parse(path.read_text(encoding="utf-8")), file, source):
                    self.uses[made_in, name].append((file, line))
        #: how many lines of these packages each test runs
        self.width = Counter(test for lines in baseline.lines.values() for tests in lines.values() for test in tests)

    def tests(self, mutant: Mutant) -> list[list[str]]:
        """Tests in the order in which to run them, in up to three parts."""
        file = mutant.path.relative_to(self.source).as_posix()
        return self._parts(file, self._covering(file, mutant.line, set()))

    def _covering(self, file: str, line: int, seen: set[tuple[str, str]]) -> set[str]:
        bound = self._binds(file, line)
        if bound is None:
            return self._running(file, line)
        outermost, found = not seen, set[str]()
        for made in ((file, name) for name in bound):
            if made not in seen:
                seen.add(made)
                for place in self.uses[made]:
                    found |= self._covering(*place, seen)
        return found or (self._in_module(file) if outermost else set())

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
        """Tests of the package that run something in this file, then its others, then those of other packages.

        Of each part first those that are fast and run few lines, since these look at little else; tests of one file together.
        """
        own, near = f"tests/{file.partition('/')[0]}/", self._in_module(file)
        cost = {test: (self.baseline.seconds[test] + 0.01) * self.width[test] for test in tests}
        left = MOST_S
        parts: list[list[str]] = [[], [], []]
        for test in sorted(tests, key=lambda t: (not t.startswith(own), t not in near, cost[t], t)):
            if self.baseline.seconds[test] <= left:
                left -= self.baseline.seconds[test]
                parts[2 if not test.startswith(own) else test not in near].append(test)
        return [_by_file(part) for part in parts if part]

    def seconds(self, tests: list[str]) -> float:
        """How long these take without a mutant."""
        return sum(self.baseline.seconds[test] for test in tests)


def _by_file(tests: list[str]) -> list[str]:
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    return sorted(tests, key=lambda test: files.index(test.partition("::")[0]))


def _uses(tree: ast.Module, file: str, source: Path) -> Iterator[tuple[str, str, int]]:
    """The file a name was made in, the name there, and the line here that uses it; imports carry names from file to file."""
    imported: dict[str, tuple[str, str]] = {}
    modules: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(source.name):
            for alias in node.names:
                here = alias.asname or alias.name
                if module := _file(f"{node.module}.{alias.name}", source):
                    modules[here] = module
                elif module := _file(node.module, source):
                    imported[here] = module, alias.name
    for here, (module, name) in imported.items():  # this file may hand it on, as packages do
        yield module, name, _line_of_import(tree, here)
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                yield *imported.get(name, (file, name)), node.lineno
            case ast.Attribute(value=ast.Name(id=name)) if name in modules:
                yield modules[name], node.attr, node.lineno
            case _:
                pass


def _line_of_import(tree: ast.Module, here: str) -> int:
    return next(
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and any((a.asname or a.name) == here for a in node.names)
    )


def _file(module: str, source: Path) -> str | None:
    """The file of a module, below ``source``."""
    path = source.parent.joinpath(*module.split("."))
    found = next((p for p in (path.with_suffix(".py"), path / "__init__.py") if p.is_file()), None)
    return found and found.relative_to(source).as_posix()


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
        case ast.ImportFrom():
            return [alias.asname or alias.name for alias in node.names]
        case _:
            return []
