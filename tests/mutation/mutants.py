"""The mutants of a file: which there are, where, and the text each makes of it.

The operators are those of cosmic-ray, with three of our own for what it leaves alone: values returned, statements
that act, and words that are data. What carries no behaviour is left out, see :func:`_silent`.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import parso
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.operators.provider import OperatorProvider
from parso.python.tree import Keyword

Position = tuple[int, int]
Span = tuple[Position, Position]

#: of the 130 operators of cosmic-ray those that differ in what they can show: each operator of the language becomes its
#: neighbour and its opposite, not every other one
CHOSEN = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt")),
    *(f"ReplaceComparisonOperator_{pair}" for pair in ("Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul")),
    *(f"ReplaceBinaryOperator_{pair}" for pair in ("Mod_Mul", "Pow_Mul", "BitOr_BitAnd", "BitAnd_BitOr")),
    *("ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_Invert"),
    *("AddNot", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd"),
    *("ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer"),
    *("RemoveDecorator", "ZeroIterationForLoop"),
)


class ReturnNone(Operator):
    """``return x`` becomes ``return None``."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[Span]:
        """One, unless it returns None, or False: no condition sees that difference, and False as True is a mutant by itself."""
        if node.type == "return_stmt" and node.children[1].get_code().strip() not in ("None", "False"):
            yield node.start_pos, node.end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        """Replace the value."""
        node.children[1:] = [Keyword("None", node.children[1].start_pos, prefix=" ")]
        return node

    @classmethod
    def examples(cls) -> Iterable[Example]:
        """For the checks of cosmic-ray."""
        return (Example("return x", "return None"),)


class DropStatement(Operator):
    """A call that stands alone, an augmented assignment and a ``yield`` do not happen."""

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[Span]:
        """One for each statement of these kinds."""
        if node.type == "simple_stmt" and self._acts(node.children[0]):
            yield node.children[0].start_pos, node.children[0].end_pos

    @staticmethod
    def _acts(first: parso.tree.NodeOrLeaf) -> bool:
        if first.type == "expr_stmt":
            return first.children[1].type == "operator" and first.children[1].value != "="
        return first.type == "yield_expr" or (first.type == "atom_expr" and first.children[-1].type == "trailer")

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        """Replace the statement; a function stays the generator it is."""
        first = node.children[0]
        text = f"False and ({first.get_code(include_prefix=False)})" if first.type == "yield_expr" else "pass"
        made = parso.parse(text).children[0]
        made.get_first_leaf().prefix = first.get_first_leaf().prefix
        node.children[0] = made
        return node

    @classmethod
    def examples(cls) -> Iterable[Example]:
        """For the checks of cosmic-ray."""
        return (Example("x.append(1)\n", "pass\n"), Example("x += 1\n", "pass\n"))


class ChangeWord(Operator):
    """A string that is data, one word without spaces, becomes another word."""

    WORD = re.compile(r"""(?P<quote>["'])(?P<word>[\w.*/-]+)(?P=quote)""")

    def mutation_positions(self, node: parso.tree.NodeOrLeaf) -> Iterator[Span]:
        """One for each word."""
        if node.type == "string" and self.WORD.fullmatch(node.value):
            yield node.start_pos, node.end_pos

    def mutate(self, node: parso.tree.NodeOrLeaf, index: int) -> parso.tree.NodeOrLeaf:
        """Put XX before the word."""
        node.value = f"{node.value[0]}XX{node.value[1:]}"
        return node

    @classmethod
    def examples(cls) -> Iterable[Example]:
        """For the checks of cosmic-ray."""
        return (Example("x == 'y'", "x == 'XXy'"),)


_PROVIDER = OperatorProvider()
OPERATORS: dict[str, type[Operator]] = {
    **{name: _PROVIDER[name] for name in CHOSEN},
    **{own.__name__: own for own in (ReturnNone, DropStatement, ChangeWord)},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """One change of one file; ``occurrence`` counts the places of ``operator`` in it."""

    path: Path
    line: int
    column: int
    operator: str
    occurrence: int

    def text(self) -> str | None:
        """The whole file with the change; None if that is no Python, or no change."""
        source = self.path.read_text(encoding="utf-8")
        changed = mutate_code(source, OPERATORS[self.operator](), self.occurrence)
        try:
            same = changed is None or ast.dump(ast.parse(changed)) == ast.dump(ast.parse(source))
            compile(changed or "", str(self.path), "exec")
        except SyntaxError:
            return None
        return None if same else changed

    def change(self, text: str) -> tuple[str, str]:
        """The lines that go and the lines that come, without indentation."""
        before, after = self.path.read_text(encoding="utf-8").splitlines(), text.splitlines()
        marked = [d for d in difflib.unified_diff(before, after, n=0, lineterm="") if d[:3] not in ("---", "+++")]
        return tuple(" ".join(d[1:].strip() for d in marked if d[0] == sign) for sign in "-+")  # type: ignore[return-value]


def mutants(path: Path) -> list[Mutant]:
    """All of one file, in the order of their places."""
    source = path.read_text(encoding="utf-8")
    silent = list(_silent(ast.parse(source), source))
    found = []
    nodes = list(_walk(parso.parse(source)))
    for name, operator in OPERATORS.items():
        made, occurrence = operator(), -1
        for node in nodes:
            for start, end in made.mutation_positions(node):
                occurrence += 1
                if not any(a <= start and end <= b for a, b in silent) and not _of_parameters(node):
                    where = {"line": start[0], "column": start[1]}
                    found.append(Mutant(path=path, **where, operator=name, occurrence=occurrence))
    return sorted(found, key=lambda m: (m.line, m.column, m.operator, m.occurrence))


def _walk(node: parso.tree.NodeOrLeaf) -> Iterator[parso.tree.NodeOrLeaf]:
    """In the order in which cosmic-ray counts."""
    yield node
    for child in getattr(node, "children", ()):
        yield from _walk(child)


def _silent(tree: ast.Module, source: str) -> Iterator[Span]:
    """Places that carry no behaviour.

    Type annotations and aliases of types; ``__all__``; f-strings, which are messages; ``@dataclass`` and caches;
    ``strict=`` of zip, ``assert_never`` and what stands under TYPE_CHECKING, which guard against what the types exclude.
    """
    lines = source.split("\n")

    def span(node: ast.AST) -> Span:
        def at(line: int, offset: int) -> Position:
            return line, len(lines[line - 1].encode()[:offset].decode())

        return at(node.lineno, node.col_offset), at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    for node in ast.walk(tree):
        match node:
            case ast.arg(annotation=ast.expr() as kind) | ast.AnnAssign(annotation=kind):
                yield span(kind)
            case ast.JoinedStr():
                yield span(node)
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                yield span(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Subscript() | ast.BinOp() as value) if _is_type(
                name
            ):
                yield span(value)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield span(node)
            case ast.Expr(value=ast.Call(func=ast.Name(id="assert_never"))):
                yield span(node)
            case ast.Call(func=ast.Name(id="zip")):
                yield from (span(k.value) for k in node.keywords if k.arg == "strict")
            case _:
                pass
        if isinstance(node, ast.FunctionDef) and node.returns:
            yield span(node.returns)
        for decorator in getattr(node, "decorator_list", ()):
            (line, column), (last, _) = span(decorator)
            if re.match(r"(functools\.)?(cache|lru_cache|dataclass)\b", ast.unparse(decorator)):
                yield (line, column - 1), (last + 1, 0)  # with the @ and the end of the line


def _of_parameters(node: parso.tree.NodeOrLeaf) -> bool:
    """The star and the slash between parameters are no arithmetic."""
    return node.type == "operator" and node.parent.type in ("parameters", "lambdef")


def _is_type(name: str) -> bool:
    return name[0].isupper() and not name.isupper()
