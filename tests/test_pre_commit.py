"""The hooks of this repository, as pre-commit runs them: their entries on files, and pre-commit itself on a clone."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from ampglow_plugin.cli.main import main

ROOT = Path(__file__).resolve().parents[1]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
GOOD = "requires 1.2.0\nconvert light\ncalibrate light -dark=d -flat=f\n"
BAD = "requires 1.4.0\nconvert light\npreprocess light -dark=d -flat=f # all of them\n"


def entry(hook, *files):
    """Exit code of the hook's entry on files, by the program that the package installs."""
    program, *words = shlex.split(HOOKS[hook]["entry"])
    assert program == "ampglow"
    with pytest.raises(SystemExit) as ended:
        main([*words, *map(str, files)])
    return ended.value.code


def test_the_hooks_take_scripts_of_siril_only():
    for hook in HOOKS.values():
        assert re.search(hook["files"], "a b/OSC.ssf")
        assert not re.search(hook["files"], "a.ssf.txt")
        assert hook["language"] == "python"


def test_the_entry_stops_a_commit(tmp_path, capsys):
    good, bad = tmp_path / "good.ssf", tmp_path / "bad.ssf"
    good.write_text(GOOD, encoding="utf-8")
    bad.write_text(BAD, encoding="utf-8")
    assert entry("ampglow-lint", good) == 0
    assert entry("ampglow-lint", good, bad) == 1
    assert "bad.ssf:3:1: error AG504" in capsys.readouterr().out
    assert bad.read_text(encoding="utf-8") == BAD


def test_the_fixing_entry_changes_the_file(tmp_path, capsys):
    bad = tmp_path / "bad.ssf"
    bad.write_text(BAD, encoding="utf-8")
    assert entry("ampglow-lint-fix", bad) == 0
    assert bad.read_text(encoding="utf-8") == GOOD.replace("1.2.0", "1.4.0").replace(
        "calibrate", "# all of them\ncalibrate"
    )


@pytest.fixture
def repository(tmp_path):
    """A repository of scripts that uses the hooks by the program that is installed here: pre-commit builds nothing."""
    program, git = shutil.which("pre-commit", path=Path(sys.executable).parent), shutil.which("git")
    if program is None or git is None:
        pytest.skip("pre-commit or git is not installed")
    env = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    env |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}", "GIT_CONFIG_GLOBAL": os.devnull}
    folder = tmp_path / "scripts"
    folder.mkdir()
    hook = {**HOOKS["ampglow-lint"], "language": "system"}
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (folder / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")

    def run(*words):
        return subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)

    assert run(git, "init", "-q").returncode == 0

    def commit(name, text):
        (folder / name).write_text(text, encoding="utf-8")
        run(git, "add", "-A")
        return run(program, "run", "--all-files")

    return commit


def test_pre_commit_itself_stops_at_a_mistake_and_lets_pass_what_is_right(repository):
    done = repository("good.ssf", GOOD)
    assert done.returncode == 0, done.stdout
    assert "ampglow lint" in done.stdout
    assert "Passed" in done.stdout
    done = repository("bad.ssf", BAD)
    assert done.returncode == 1
    assert "bad.ssf:3:1: error AG504" in done.stdout
