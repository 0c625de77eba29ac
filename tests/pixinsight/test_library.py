"""The library behind the installed script: one engine or the other, its answers are those of Python."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vectors import make

HERE = Path(__file__).parent
SCRIPTS = HERE.parents[1] / "pixinsight_js"
LIBRARY = sorted((SCRIPTS / "lib").glob("*.jsh"))


@pytest.mark.parametrize("file", [*LIBRARY, *sorted(SCRIPTS.glob("*.js"))], ids=lambda p: p.name)
def test_syntax(file, node, tmp_path):
    plain = tmp_path / "x.js"
    plain.write_text(re.sub(r"^#.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    done = subprocess.run([node, "--check", plain], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


#: what the engine before V8 does not know, or only in part
NEWER = frozenset(
    """
    arrow_function class_declaration class lexical_declaration template_string spread_element for_in_of
    object_pattern array_pattern assignment_pattern rest_pattern optional_chain yield_expression await_expression
    shorthand_property_identifier method_definition computed_property_name
    """.split()  # noqa: SIM905
)


@pytest.mark.parametrize("file", [*LIBRARY, SCRIPTS / "AmpGlow.js"], ids=lambda p: p.name)
def test_the_library_is_es5_and_declares_nothing_but_its_own_name(file):
    import tree_sitter_javascript
    from tree_sitter import Language, Parser

    text = re.sub(r"^#[^\n]*", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    root = Parser(Language(tree_sitter_javascript.language())).parse(text.encode()).root_node
    assert not root.has_error
    waiting, found = [root], set()
    while waiting:
        node = waiting.pop()
        found.add(node.type)
        waiting += node.children
    assert found & NEWER == set()
    assert not re.search(r"\bfor \([^;)]*\bof\b", text)
    top = [n.text.decode().split("=")[0].strip() for n in root.children if n.type != "comment"]
    own = [t for t in top if not t.startswith("AG.")]
    expected = {"base.jsh": ["var AG", "if"], "AmpGlow.js": ["function AmpGlowDialog", "AmpGlowDialog.prototype"]}
    assert [re.match(r"[\w. ]+", t)[0].strip() for t in own] == expected.get(file.name, [])


def test_both_shells_include_the_whole_library_in_one_order():
    included = [
        re.findall(r'#include "lib/(.*)"', (SCRIPTS / name).read_text()) for name in ("AmpGlow.js", "AmpGlow-v8.js")
    ]
    assert included[0] == included[1]
    assert sorted(included[0]) == [p.name for p in LIBRARY]


def test_generated_tables_are_current():
    done = subprocess.run(
        [sys.executable, SCRIPTS / "tools" / "tables.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", make.VECTORS)
def test_vectors_are_current(name):
    assert (HERE.parent / "vectors" / f"{name}.json").read_text(encoding="utf-8") == make.text(name)


def test_javascript_answers_as_python_does(node):
    command = [node, HERE / "run_vectors.js", SCRIPTS / "lib", HERE.parent / "vectors"]
    done = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert done["wrong"] == []
    least = {"headers": 40, "matches": 200, "checks": 90, "tables": 90, "errors": 90, "verdicts": 90, "plans": 100}
    least |= {"orders": 150, "jobs": 15, "refusals": 15, "evidence": 30}
    assert {kind: count for kind, count in least.items() if done["count"].get(kind, 0) < count} == {}
