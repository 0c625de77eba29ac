"""What an expression of a script can be, as far as it is followed: a literal, a process, a function, or not known."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ampglow_plugin.model.process import Cell, Listed, Rows

if TYPE_CHECKING:
    from tree_sitter import Node

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the text. ``owner`` is the class that an element of an enumeration belongs to."""

    value: Cell | Rows
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Computed, or different between branches; ``alternatives`` are the literals it may be."""

    alternatives: tuple[Cell | Rows, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassName:
    """The constructor of a process."""

    process: str


@dataclass(eq=False, slots=True)
class Made:
    """A process made by ``new``; changed by assignments."""

    process: str
    name: str
    line: int
    column: int
    values: dict[str, Listed] = field(default_factory=dict)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Window:
    """The window that an integration left."""

    of: Made


@dataclass(eq=False, slots=True)
class Function:
    """A function with the scopes it was written in."""

    node: Node
    scopes: list[dict[str, Value]]


Value = Literal | Unknown | ClassName | Made | Window | Function
Scope = dict[str, Value]
UNKNOWN = Unknown()


def merged(values: list[Value | None]) -> Value:
    """One value for what branches leave behind."""
    first = next((v for v in values if v is not None), UNKNOWN)
    if all(v is first or v == first for v in values):
        return first
    if isinstance(first, Made) and all(v is None or v is first for v in values):
        return first  # made in one branch only, and of no use in the other
    literals = [v.value for v in values if isinstance(v, Literal)]
    more = [a for v in values if isinstance(v, Unknown) for a in v.alternatives]
    return Unknown(tuple(dict.fromkeys([*literals, *more])))


def merged_listed(values: list[Listed | None]) -> Listed:
    """The same for an assigned parameter; one that a branch does not assign may also keep its factory value."""
    first = values[0]
    if first is not None and all(
        v is not None and v.value == first.value and v.literal and first.literal for v in values
    ):
        return first
    known = [v for v in values if v is not None]
    alternatives = [a for v in known for a in ((v.value,) if v.literal else v.alternatives)]
    last = known[-1]
    return Listed(literal=False, alternatives=tuple(dict.fromkeys(alternatives)), line=last.line, column=last.column)


def text_of(node: Node) -> str:
    """Source text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def string_of(node: Node) -> str:
    """Value of a string, or of a template without substitutions."""
    return "".join(_pieces(node))


def _pieces(node: Node) -> Iterator[str]:
    for child in node.named_children:
        text = text_of(child)
        if child.type != "escape_sequence":
            yield text
        elif match := re.fullmatch(r"\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))", text):
            code = int(match[1] or match[2] or match[3], 16)
            yield chr(code) if code <= sys.maxunicode else "\ufffd"
        else:
            yield _ESCAPES.get(text[1:].replace("\r\n", "\n"), text[1:])


def number_of(node: Node) -> Cell:
    """Value of a number; None where it is none that a parameter takes."""
    text = text_of(node).replace("_", "").lower()
    try:
        return int(text, 0)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            return None
