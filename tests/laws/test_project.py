"""Laws over the tree: the project speaks of itself alone, and prints only where it may."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "ampglow_plugin"
SOURCES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_only_cli_and_report_print(path):
    if path.parent.name in ("cli", "report"):
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    prints = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", None) == "print"]
    assert not [n.lineno for n in prints if not any(k.arg == "file" for k in n.keywords)]  # into a log is fine


def test_yaml_is_read_by_safe_loaders_only():
    unsafe = re.compile(r"yaml\.(load_all|unsafe_load|full_load)\b|\bFullLoader\b|\bUnsafeLoader\b")
    assert not [p for p in SOURCES if unsafe.search(p.read_text(encoding="utf-8"))]


def test_version_of_the_changelog_and_the_package_agree():
    import ampglow_plugin

    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", changelog, re.MULTILINE)
    assert "## [Unreleased]" in changelog
    assert not released or released[0] == ampglow_plugin.__version__
