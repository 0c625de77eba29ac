"""Statements of a script, followed one by one: branches, local functions, and the processes that run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from ampglow_plugin.hosts.pixinsight.script_evaluator import Evaluator
from ampglow_plugin.hosts.pixinsight.script_values import (
    UNKNOWN,
    ClassName,
    Function,
    Literal,
    Made,
    Scope,
    Value,
    Window,
    merged,
    merged_listed,
    text_of,
)
from ampglow_plugin.model.process import Listed, ProcessInstance

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_DEPTH = 12
#: calls of local functions that are followed in one script
MAX_CALLS = 2000
#: executions of different parts of a script that nothing puts in order are this far apart
DOMAIN = 100_000
RUNS = ("executeGlobal", "executeOn", "launch")
#: calls that only look at their arguments
HARMLESS = re.compile(r"^(console|Console|JSON|Math|File|Object\.keys|String|Array|parseInt)\b")
#: two arguments, a process and a name: a helper that looks an element of an enumeration up
LOOK_UP = 2


def _turn(function: Function) -> int:
    """Constructors set callbacks, and callbacks call methods: in this order nothing is followed twice."""
    name = function.node.child_by_field_name("name")
    if name is not None and text_of(name) == "constructor":
        return 0
    return 1 if function.node.type in ("arrow_function", "function_expression") else 2


class Follower(Evaluator):
    """Follows a program. Nothing is executed; both sides of a branch are taken."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.runs: list[tuple[Made, ProcessInstance]] = []
        self.saved: dict[int, str] = {}
        self.entered: set[int] = set()
        self.stack: list[int] = []
        self.returned: list[list[Value]] = []
        self.order = itertools.count()
        self.calls = 0

    def program(self, root: Node) -> None:
        """The top level, then every function that nothing at the top level calls."""
        self.block(root)
        for domain in itertools.count(1):
            waiting = [f for key, f in self.seen.items() if key not in self.entered]
            if not waiting:
                return
            self.order = itertools.count(domain * DOMAIN)
            self.call(min(waiting, key=_turn), [])

    def instances(self) -> Iterator[ProcessInstance]:
        """Those that run; in a text that runs nothing, all that it lists."""
        if self.runs:
            for number, (_, run) in enumerate(self.runs):
                yield replace(run, saved_as=self.saved.get(number))
            return
        for made in self.objects:
            yield self._instance(made, None)

    def _instance(self, made: Made, order: int | None) -> ProcessInstance:
        return ProcessInstance(
            process=made.process,
            name=made.name,
            basis="listing" if order is None else "script",
            values=dict(made.values),
            complete=made.complete,
            order=order,
            line=made.line,
            column=made.column,
        )

    def block(self, node: Node) -> None:
        """Statements in order; functions are known before the first of them."""
        for child in node.named_children:
            if child.type in ("function_declaration", "generator_function_declaration"):
                name = child.child_by_field_name("name")
                if name is not None:
                    self.scopes[-1][text_of(name)] = self.function(child)
        for child in node.named_children:
            self.statement(child)

    def statement(self, node: Node) -> None:
        """One statement."""
        kind = node.type
        if kind in ("function_declaration", "generator_function_declaration", "comment"):
            return
        if kind == "if_statement":
            self.value(node.child_by_field_name("condition"))
            self.branches([node.child_by_field_name("consequence"), node.child_by_field_name("alternative")])
        elif kind == "switch_statement":
            body = node.child_by_field_name("body")
            cases = [c for c in body.named_children if c.type.startswith("switch_")] if body else []
            whole = any(c.type == "switch_default" for c in cases)
            self.branches([*cases, *([] if whole else [None])])
        elif kind == "try_statement":
            for name in ("body", "finalizer"):
                self.statement_of(node.child_by_field_name(name))
            handler = node.child_by_field_name("handler")
            if handler is not None:
                self.branches([handler, None])
        elif kind == "return_statement":
            value = self.value(node.named_children[0]) if node.named_children else UNKNOWN
            if self.returned:
                self.returned[-1].append(value)
        elif kind == "variable_declarator":
            self.declare(node)
        elif kind == "class_declaration":
            self.class_body(node)
        elif kind.endswith(("_expression", "identifier")) or kind in ("array", "object", "string", "number"):
            self.value(node)
        else:  # blocks, loops (their body is taken as run), declarations, and what could not be parsed
            self.block(node)

    def statement_of(self, node: Node | None) -> None:
        """The parts of a node, if there is one."""
        if node is not None:
            self.block(node)

    def declare(self, node: Node) -> None:
        """A variable with its first value."""
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or name.type != "identifier":
            self.value(value)
            return
        made = self.value(value, text_of(name)) if value is not None else UNKNOWN
        self.scopes[-1][text_of(name)] = made

    def class_body(self, node: Node) -> None:
        """Remember the methods of a class; its name calls its constructor."""
        body, own = node.child_by_field_name("body"), node.child_by_field_name("name")
        for member in body.named_children if body else ():
            name = member.child_by_field_name("name")
            if member.type == "method_definition" and name is not None:
                method = self.function(member)
                self.methods.setdefault(text_of(name), []).append(method)
                if text_of(name) == "constructor" and own is not None:
                    self.scopes[-1][text_of(own)] = method

    def branches(self, nodes: Sequence[Node | None]) -> None:
        """Run each from the same state; what they leave different is not known afterwards."""

        def runner(node: Node | None) -> Callable[[], None]:
            return lambda: self.statement_of(node)

        self.either([runner(node) for node in nodes])

    def either(self, runs: Sequence[Callable[[], object]]) -> None:
        """The same for anything that can be run."""
        before = self.state()
        after = []
        for run in runs:
            self.restore(before)
            run()
            after.append(self.state())
        objects = {id(made): made for made in self.objects}
        for key, made in objects.items():
            known = [found[key] for _, found in after if key in found]
            names = dict.fromkeys(name for values, _ in known for name in values)
            made.values = {
                name: known[0][0][name] if len(known) == 1 else merged_listed([v.get(name) for v, _ in known])
                for name in names
            }
            made.complete = all(complete for _, complete in known)
        for depth, scope in enumerate(self.scopes):
            kept = [scopes[depth] for scopes, _ in after]
            for name in dict.fromkeys(n for k in kept for n in k):
                scope[name] = merged([k.get(name) for k in kept])

    State = tuple[list[Scope], dict[int, tuple[dict[str, Listed], bool]]]

    def state(self) -> State:
        """All that an assignment can change."""
        return [dict(s) for s in self.scopes], {id(m): (dict(m.values), m.complete) for m in self.objects}

    def restore(self, state: State) -> None:
        """Go back to a state."""
        scopes, objects = state
        for scope, old in zip(self.scopes, scopes, strict=True):
            scope.clear()
            scope.update(old)
        for made in self.objects:
            if id(made) in objects:
                values, made.complete = objects[id(made)]
                made.values = dict(values)

    def call_expression(self, node: Node) -> Value:
        """A call: of a process, of a local function, or of what is not followed."""
        callee = node.child_by_field_name("function")
        given = self.arguments(node)
        if callee is None:
            return UNKNOWN
        windows = [g for g in given if isinstance(g, Window)]
        paths = [g.value for g in given if isinstance(g, Literal) and isinstance(g.value, str) and "." in g.value]
        if windows and paths:
            self.save(windows[0].of, paths[0])
        if len(given) == LOOK_UP and isinstance(given[0], ClassName) and isinstance(given[1], Literal):
            return Literal(given[1].value, given[0].process)  # a helper that looks an element up by its name
        if callee.type == "member_expression":
            return self.method(callee, given)
        target = self.value(callee)
        if isinstance(target, Function):
            return self.call(target, given)
        if not HARMLESS.match(text_of(callee)):
            self.escape(given)
        return windows[0] if windows else UNKNOWN

    def method(self, callee: Node, given: list[Value]) -> Value:
        """``owner.word(...)``."""
        inner, name = callee.child_by_field_name("object"), callee.child_by_field_name("property")
        owner = self.value(inner)
        word = text_of(name) if name is not None else ""
        if isinstance(owner, Made):
            if word in RUNS:
                self.runs.append((owner, self._instance(owner, next(self.order))))
            elif word in ("readIcon", "assign", "fromSource", "importParameters"):
                owner.complete = False
            return UNKNOWN
        if isinstance(owner, Literal) and isinstance(owner.value, tuple) and word == "filter":
            return owner  # which rows are kept is decided later; these are all that there can be
        if isinstance(owner, Window) and word == "saveAs" and given and isinstance(given[0], Literal):
            self.save(owner.of, str(given[0].value))
            return UNKNOWN
        if inner is not None and inner.type == "member_expression" and word in ("push", "unshift", "splice"):
            self.store(inner, UNKNOWN)  # a table that is filled row by row
        windows = [g for g in given if isinstance(g, Window)]
        if windows and word == "windowById":
            return windows[0]
        known = self.methods.get(word, [])
        if len(known) == 1:
            return self.call(known[0], given)
        if inner is not None and not HARMLESS.match(text_of(inner)):
            self.escape(given)
        return UNKNOWN

    def save(self, made: Made, path: str) -> None:
        """The window of the last run of ``made`` is saved to ``path``."""
        for number in range(len(self.runs) - 1, -1, -1):
            if self.runs[number][0] is made:
                self.saved[number] = path
                return

    def call(self, function: Function, given: Sequence[Value]) -> Value:
        """Follow a local function; its value where it has exactly one."""
        key = function.node.start_byte
        self.entered.add(key)
        self.calls += 1
        if key in self.stack or len(self.stack) >= MAX_DEPTH or self.calls > MAX_CALLS:
            self.escape(given)
            return UNKNOWN
        outer = self.scopes
        scope: Scope = {}
        parameters = function.node.child_by_field_name("parameters")
        names = [p for p in parameters.named_children if p.type != "comment"] if parameters else []
        for i, parameter in enumerate(names):
            target = parameter.child_by_field_name("left") if parameter.type == "assignment_pattern" else parameter
            if target is not None and target.type == "identifier":
                scope[text_of(target)] = given[i] if i < len(given) else UNKNOWN
        self.scopes = [*function.scopes, scope]
        self.stack.append(key)
        self.returned.append([])
        body = function.node.child_by_field_name("body")
        if body is not None and body.type == "statement_block":
            self.block(body)
        elif body is not None:
            self.returned[-1].append(self.value(body))
        self.stack.pop()
        self.scopes = outer
        found = self.returned.pop()
        return merged(list(found)) if found else UNKNOWN
