"""Expressions of a script: what each is, as far as it is followed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from ampglow_plugin.hosts.pixinsight.script_values import (
    UNKNOWN,
    ClassName,
    Function,
    Literal,
    Made,
    Scope,
    Unknown,
    Value,
    Window,
    merged,
    number_of,
    string_of,
    text_of,
)
from ampglow_plugin.knowledge.pixinsight import processes
from ampglow_plugin.model.process import Listed, Mark, Rows

if TYPE_CHECKING:
    from tree_sitter import Node

FUNCTIONS = (
    "function_declaration",
    "function_expression",
    "arrow_function",
    "method_definition",
    "generator_function_declaration",
)


class Evaluator(ABC):
    """State of a script that is followed, and the value of its expressions. ``scopes``: innermost last."""

    def __init__(self, text: str) -> None:
        self.lines = text.encode().split(b"\n")
        self.static: list[Mark] = []
        self.prototype: list[Mark] = []
        self.scopes: list[Scope] = [{}]
        self.objects: list[Made] = []
        self.methods: dict[str, list[Function]] = {}
        #: processes kept in ``this.NAME`` and the like; None where several are
        self.kept: dict[str, Made | None] = {}
        self.seen: dict[int, Function] = {}

    @abstractmethod
    def call_expression(self, node: Node) -> Value:
        """A call; what it does is the follower's business."""

    @abstractmethod
    def call(self, function: Function, given: Sequence[Value]) -> Value:
        """Follow a local function."""

    def place(self, node: Node) -> tuple[int, int]:
        """Line and column in characters, from 1."""
        row, column = node.start_point
        return row + 1, len(self.lines[row][:column].decode("utf-8", "ignore")) + 1

    def value(self, node: Node | None, name: str = "") -> Value:
        """What an expression is; ``name`` is that of the variable it goes into."""
        if node is None:
            return UNKNOWN
        simple = self.simple(node)
        if simple is not None:
            return simple
        kind = node.type
        if kind == "parenthesized_expression":
            return self.value(node.named_children[0], name) if node.named_children else UNKNOWN
        if kind == "new_expression":
            return self.new(node, name)
        if kind == "member_expression":
            return self.member(node)
        if kind == "call_expression":
            return self.call_expression(node)
        if kind == "assignment_expression":
            return self.assign(node)
        if kind in FUNCTIONS:
            return self.function(node)
        if kind == "ternary_expression":
            self.value(node.child_by_field_name("condition"))
            parts = [self.value(node.child_by_field_name(k)) for k in ("consequence", "alternative")]
            return merged(list(parts))
        if kind == "binary_expression":
            return self.binary(node)
        if kind == "array":
            return self.array(node)
        if kind == "unary_expression":
            inner = self.value(node.child_by_field_name("argument"))
            if text_of(node).startswith("-") and isinstance(inner, Literal) and isinstance(inner.value, (int, float)):
                return Literal(-inner.value)
            return UNKNOWN
        if kind == "augmented_assignment_expression":
            left = node.child_by_field_name("left")
            self.value(node.child_by_field_name("right"))
            if left is not None:
                self.store(left, UNKNOWN)
            return UNKNOWN
        for child in node.named_children:
            if child.type == "pair":
                self.pair(child)
            else:
                self.value(child)
        return UNKNOWN

    def simple(self, node: Node) -> Value | None:
        """Literals and names; None for anything that has parts."""
        kind = node.type
        if kind == "string" or (
            kind == "template_string" and not any(c.type == "template_substitution" for c in node.children)
        ):
            return Literal(string_of(node))
        if kind == "number":
            number = number_of(node)
            return UNKNOWN if number is None else Literal(number)
        if kind in ("true", "false"):
            return Literal(kind == "true")
        if kind == "identifier":
            name = text_of(node)
            found = next((s[name] for s in reversed(self.scopes) if name in s), None)
            if found is None and name in processes():
                return ClassName(name)
            return UNKNOWN if found is None else found
        return None

    def pair(self, node: Node) -> None:
        """An entry of an object; a function in it can be called by its name."""
        key, value = node.child_by_field_name("key"), self.value(node.child_by_field_name("value"))
        if isinstance(value, Function) and key is not None:
            self.methods.setdefault(text_of(key), []).append(value)

    def new(self, node: Node, name: str) -> Value:
        """A process, where the class is one."""
        constructor = node.child_by_field_name("constructor")
        given = self.arguments(node)
        kind = self.value(constructor)
        if isinstance(kind, ClassName):
            line, column = self.place(node)
            made = Made(process=kind.process, name=name or kind.process, line=line, column=column, complete=not given)
            self.objects.append(made)
            return made
        self.escape(given)
        if isinstance(kind, Function):
            self.call(kind, given)
        return UNKNOWN

    def arguments(self, node: Node) -> list[Value]:
        """Values of the arguments of a call."""
        arguments = node.child_by_field_name("arguments")
        return [self.value(a) for a in arguments.named_children if a.type != "comment"] if arguments else []

    def member(self, node: Node) -> Value:
        """``X.prototype.NAME`` and ``X.NAME`` are elements of an enumeration."""
        inner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        if inner is None or name is None:
            return UNKNOWN
        word = text_of(name)
        if inner.type == "member_expression" and text_of(inner).endswith(".prototype"):
            owner = self.value(inner.child_by_field_name("object"))
            if isinstance(owner, ClassName):
                self.prototype.append(Mark(word=text_of(node), line=self.place(node)[0], column=self.place(node)[1]))
                return Literal(word, owner.process)
            return UNKNOWN
        owner = self.value(inner)
        if isinstance(owner, ClassName) and word != "prototype":
            self.static.append(Mark(word=text_of(node), line=self.place(node)[0], column=self.place(node)[1]))
            return Literal(word, owner.process)
        if isinstance(owner, Made):
            if word == "integrationImageId":
                return Window(owner)
            listed = owner.values.get(word)
            return Literal(listed.value, listed.owner) if listed is not None and listed.literal else UNKNOWN
        return self.kept.get(word) or UNKNOWN

    def binary(self, node: Node) -> Value:
        """Text put together from literals; nothing else is worked out."""
        left, right = (self.value(node.child_by_field_name(k)) for k in ("left", "right"))
        operator = node.child_by_field_name("operator")
        if (
            operator is not None
            and text_of(operator) == "+"
            and isinstance(left, Literal)
            and isinstance(right, Literal)
        ):
            both = (left.value, right.value)
            if any(isinstance(v, str) for v in both) and not any(isinstance(v, (tuple, bool, float)) for v in both):
                return Literal(f"{left.value}{right.value}")
        return UNKNOWN

    def array(self, node: Node) -> Value:
        """Rows of a table, if all of it stands in the text."""
        cells = [self.value(child) for child in node.named_children if child.type != "comment"]
        literals = [c.value for c in cells if isinstance(c, Literal)]
        return Literal(cast("Rows", tuple(literals))) if len(literals) == len(cells) else UNKNOWN

    def assign(self, node: Node) -> Value:
        """An assignment, whose value is that of its right side."""
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        value = self.value(right, text_of(left) if left is not None and left.type == "identifier" else "")
        if left is not None:
            self.store(left, value)
        return value

    def store(self, left: Node, value: Value) -> None:
        """Set a variable, or a parameter of a process."""
        if left.type == "identifier":
            name = text_of(left)
            scope = next((s for s in reversed(self.scopes) if name in s), self.scopes[0])
            scope[name] = value
            return
        owner = self.value(left.child_by_field_name("object"))
        name_node = left.child_by_field_name("property")
        word = text_of(name_node) if name_node is not None else ""
        if left.type == "subscript_expression":
            index = self.value(left.child_by_field_name("index"))
            word = index.value if isinstance(index, Literal) and isinstance(index.value, str) else ""
        if isinstance(value, Function):
            self.methods.setdefault(word, []).append(value)
        if not isinstance(owner, Made):
            if isinstance(value, Made):
                self.keep(word, value)
            return
        if not word:  # which parameter is set is computed
            owner.complete = False
            return
        line, column = self.place(left)
        if isinstance(value, Literal):
            owner.values[word] = Listed(value=value.value, owner=value.owner, line=line, column=column)
        else:
            alternatives = value.alternatives if isinstance(value, Unknown) else ()
            owner.values[word] = Listed(literal=False, alternatives=alternatives, line=line, column=column)

    def keep(self, word: str, made: Made) -> None:
        """Remember a process under the name of a property, as long as it is the only one of that name."""
        if self.kept.setdefault(word, made) is not made:
            self.escape([made, *([other] if (other := self.kept[word]) else [])])
            self.kept[word] = None

    def function(self, node: Node) -> Function:
        """The function, with the scopes it is written in; remembered until it is called."""
        key = node.start_byte
        if key not in self.seen:
            self.seen[key] = Function(node, list(self.scopes))
        return self.seen[key]

    def escape(self, given: Sequence[Value]) -> None:
        """Code that is not followed got hold of these: it may have set anything."""
        for value in given:
            if isinstance(value, Made):
                value.complete = False
