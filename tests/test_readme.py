"""The README's Python example runs as it stands, and its commands exist."""

import doctest
import re
from pathlib import Path

from ampglow_plugin.cli.main import COMMANDS

README = Path(__file__).resolve().parents[1] / "README.md"


def test_the_python_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    parsed = doctest.DocTestParser().get_doctest(block, {}, "README", str(README), 0)
    result = doctest.DocTestRunner().run(parsed)
    assert result.attempted > 5
    assert result.failed == 0


def test_every_command_of_the_readme_exists():
    named = set(re.findall(r"`ampglow ([a-z]+)", README.read_text(encoding="utf-8")))
    assert named <= set(COMMANDS)
    assert {"check", "plan", "run", "verify"} <= named
