"""Commands that a Python program sends to Siril, read from its source; nothing of it is run.

``cmd("calibrate", "light", f"-dark={dark}")`` of sirilpy and ``Execute("calibrate light")`` of pysiril become command
lines, as both put their words together with blanks and leave the rest to Siril's own grammar. Constants, f-strings,
sums, ``%`` and ``os.path.join`` of them are followed through names that are set once; any other part of a word
stands in braces, as it is in the source.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts.siril.grammar import Line, Word, words

#: modules that talk to Siril -> what a program with them runs on, where that is sure
MODULES = {"sirilpy": "1.4.0", "pysiril": None}
SENDING = ("cmd", "Execute")
#: where Python begins a new line, a carriage return alone included
_LINE_END = re.compile(r"\r\n?|\n")
#: a part that is worked out at run time, by its number: no blank, no quote, so that words stay whole
_UNKNOWN = re.compile("\ue000(\\d+)\ue001")
_BRANCHING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match, ast.ExceptHandler, ast.IfExp, ast.Lambda)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef)
#: more parts than this are no path and no command
_MAX_DEPTH = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Calls:
    """Command lines in the order of the source; every word stands where its call does.

    ``requires`` is the version that a program with these modules runs on at least. ``straight`` is False where
    branches, loops or several functions decide what runs. ``unread`` are places of calls whose command is not
    written out.
    """

    lines: tuple[Line, ...]
    requires: str | None
    straight: bool
    unread: tuple[tuple[int, int], ...] = ()


def read_calls(text: str, where: str) -> Calls:
    """What the program in ``text`` sends; no lines where it uses neither module.

    Raises
    ------
    InputError
        Where it is not Python.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = f"line {error.lineno}: " if isinstance(error, SyntaxError) else ""
        what = error.msg if isinstance(error, SyntaxError) else str(error)
        raise InputError(f"is not Python that can be read ({line}{what})", where=where) from None
    modules = {name for name in _imported(tree) if name in MODULES}
    if not modules:
        return Calls(lines=(), requires=None, straight=True)
    reader = _Reader(_LINE_END.split(text))
    reader.visit(tree)
    return Calls(
        lines=tuple(reader.lines),
        requires=next((v for v in (MODULES[name] for name in sorted(modules)) if v), None),
        straight=reader.straight and len(reader.scopes) <= 1,
        unread=tuple(reader.unread),
    )


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


@dataclass
class _Names:
    """Values of names that are set once in a scope; None for those that are set in any other way."""

    values: dict[str, ast.expr | None] = field(default_factory=dict)
    outer: _Names | None = None

    def find(self, name: str) -> ast.expr | None:
        if name in self.values:
            return self.values[name]
        return self.outer.find(name) if self.outer else None


def _set_in(scope: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef, outer: _Names | None) -> _Names:
    names = _Names(outer=outer)

    def bind(name: str, value: ast.expr | None) -> None:
        names.values[name] = None if name in names.values else value

    def walk(node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            bind(node.targets[0].id, node.value)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            bind(node.target.id, node.value)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            bind(node.id, None)
            return
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (*_SCOPES, ast.ClassDef)):
                bind(child.name, None)
            elif not (isinstance(node, (ast.Assign, ast.AnnAssign)) and _is_target(child)):
                walk(child)

    if not isinstance(scope, ast.Module):
        parameters = (*scope.args.posonlyargs, *scope.args.args, *scope.args.kwonlyargs)
        for parameter in (*parameters, scope.args.vararg, scope.args.kwarg):
            if parameter is not None:
                bind(parameter.arg, None)
    for statement in scope.body:
        walk(statement)
    return names


def _is_target(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


class _Reader(ast.NodeVisitor):
    """Collects the calls of a module in the order of its source."""

    def __init__(self, source: list[str]) -> None:
        self.lines: list[Line] = []
        self.unread: list[tuple[int, int]] = []
        self.straight = True
        self.scopes: set[int] = set()
        self._source = source
        self._names = _Names()
        self._scope = 0
        self._branches = 0
        self._parts: list[str] = []

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, (ast.Module, *_SCOPES)):
            kept = self._names, self._scope
            self._names = _set_in(node, None if isinstance(node, ast.Module) else self._names)
            self._scope = id(node)
            self.generic_visit(node)
            self._names, self._scope = kept
        elif isinstance(node, _BRANCHING):
            self._branches += 1
            self.generic_visit(node)
            self._branches -= 1
        else:
            if isinstance(node, ast.Call) and (sends := self._sends(node.func)) is not None:
                self._call(node, execute=sends == "Execute")
            self.generic_visit(node)

    def _sends(self, called: ast.expr) -> str | None:
        """``cmd`` or ``Execute`` where that is what is called, also by another name (``run = siril.cmd``)."""
        method = self._names.find(called.id) if isinstance(called, ast.Name) else called
        return method.attr if isinstance(method, ast.Attribute) and method.attr in SENDING else None

    def _call(self, node: ast.Call, *, execute: bool) -> None:
        place = (node.lineno, self._column(node))
        starred = [i for i, arg in enumerate(node.args) if isinstance(arg, ast.Starred)]
        given = node.args[: starred[0]] if starred else node.args
        if execute:  # the second argument says whether to wait
            given = given[:1]
        self._parts = []
        text = " ".join(self._text(arg) for arg in given)
        found = [line for part in text.split("\n") if (line := self._line(part, place, complete=not starred))]
        self.lines += found
        if any(_UNKNOWN.match(part.lstrip()) for part in text.split("\n")) or (starred and not text):
            self.unread.append(place)
        self.scopes.add(self._scope)
        self.straight = self.straight and not self._branches

    def _line(self, text: str, place: tuple[int, int], *, complete: bool) -> Line | None:
        found = [self._named(word, place[1]) for word in words(text)]
        if not found or found[0].text.startswith("#") or not found[0].known:
            return None
        loose = any(not w.known and w.text.startswith("{") for w in found[2:])  # a whole word, and it may be several
        shown = " ".join(w.text for w in found)
        return Line(number=place[0], words=tuple(found), text=shown, complete=complete and not loose)

    def _named(self, word: Word, column: int) -> Word:
        text = _UNKNOWN.sub(lambda match: self._parts[int(match[1])], word.text)
        return word._replace(text=text, column=column, end=column, known=text == word.text)

    def _column(self, node: ast.expr) -> int:
        before = self._source[node.lineno - 1].encode("utf-8", "surrogatepass")[: node.col_offset]
        return len(before.decode("utf-8", "replace")) + 1

    def _text(self, node: ast.expr, depth: int = 0) -> str:
        """The text of an argument, with marks for the parts that are not written out."""
        known = None if depth > _MAX_DEPTH else self._known(node, depth + 1)
        if known is not None:
            return known
        self._parts.append("{" + re.sub(r"\s+", "", ast.unparse(node)) + "}")
        return f"\ue000{len(self._parts) - 1}\ue001"

    def _known(self, node: ast.expr, depth: int) -> str | None:
        match node:
            case ast.Constant(value=str() as text):
                return None if "\ue000" in text else text  # no text may look like a mark
            case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
                return str(number)
            case ast.JoinedStr(values=values):
                return "".join(self._text(value, depth) for value in values)
            case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
                return self._text(value, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self._text(left, depth) + self._text(right, depth)
            case ast.BinOp(left=ast.Constant(value=str() as pattern), op=ast.Mod(), right=right):
                return self._percent(pattern, right, depth)
            case ast.Name(id=name):
                bound = self._names.find(name)
                return None if bound is None else self._constant(bound, depth)
            case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]):
                return self._text(value, depth)
            case ast.Call(func=ast.Attribute(attr="join", value=ast.Attribute(attr="path")), args=parts, keywords=[]):
                return "/".join(self._text(part, depth) for part in parts)
        return None

    def _constant(self, value: ast.expr, depth: int) -> str | None:
        """The text behind a name, where it is written out to its end."""
        if depth > _MAX_DEPTH:
            return None
        text = self._text(value, depth)
        return None if _UNKNOWN.search(text) else text

    def _percent(self, pattern: str, right: ast.expr, depth: int) -> str | None:
        values = list(right.elts) if isinstance(right, ast.Tuple) else [right]
        pieces = re.split("%[sd]", pattern)
        if len(pieces) != len(values) + 1 or "%" in "".join(pieces) or "\ue000" in pattern:
            return None
        texts = [self._text(value, depth) for value in values]
        return pieces[0] + "".join(text + piece for text, piece in zip(texts, pieces[1:], strict=True))
