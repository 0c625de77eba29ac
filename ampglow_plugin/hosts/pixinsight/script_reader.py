"""A script of PixInsight (.js): the processes it runs, with the values they have at that moment.

The text is parsed by tree-sitter, which goes on after what it cannot read (macros, the syntax of either engine), and
then followed: assignments to processes, branches, local functions. Nothing is executed. What is computed is
said to be computed; only values that stand in the text are taken for known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ampglow_plugin.errors import InputError
from ampglow_plugin.hosts.pixinsight.script_follower import Follower
from ampglow_plugin.hosts.pixinsight.text_files import read_text
from ampglow_plugin.model.process import Listing, Mark

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_BYTES = 8 * 1024 * 1024
MODERN = {
    "class_declaration": "class",
    "optional_chain": "?.",
    "private_property_identifier": "#",
    "await_expression": "await",
}


def read_script(path: Path) -> Listing:
    """The processes of a script.

    Raises
    ------
    InputError
        The file cannot be read, is larger than any script, no text, or nested more deeply than any script.
    """
    return parse(read_text(path, max_bytes=MAX_BYTES, what="a script"), str(path))


def parse(text: str, where: str) -> Listing:
    """The processes in the text of a script; see :func:`read_script`."""
    import tree_sitter_javascript
    from tree_sitter import Language, Parser

    # lines of the preprocessor are no JavaScript; blanks keep every position as it is
    plain = re.sub(r"^[ \t]*#[^\n]*", lambda m: " " * len(m[0]), text, flags=re.MULTILINE)
    tree = Parser(Language(tree_sitter_javascript.language())).parse(plain.encode())
    follower = Follower(plain)
    try:
        follower.program(tree.root_node)
    except RecursionError:
        raise InputError("is nested too deeply to be followed", where=where) from None
    engine = re.search(r"^[ \t]*#engine[ \t]+v8\b", text, re.MULTILINE) is not None
    return Listing(
        path=where,
        instances=tuple(follower.instances()),
        script=True,
        engine_v8=engine,
        static_constants=tuple(follower.static),
        prototype_constants=tuple(follower.prototype),
        modern_syntax=tuple(_modern(tree.root_node)),
        host_version="1.9.4" if engine else None,
    )


def _modern(root: Node) -> Iterator[Mark]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in MODERN and not node.is_missing:
            yield Mark(word=MODERN[node.type], line=node.start_point[0] + 1, column=node.start_point[1] + 1)
        waiting.extend(reversed(node.children))
