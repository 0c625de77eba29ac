"""emit and run as a user calls them: from a plan file to proof, with the exit code that scripts rely on."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from ampglow_plugin.model.plan import Debayer
from ampglow_plugin.planning import to_yaml
from tests.siril.conftest import ODD_NAME, state


def ampglow(*words, **environ):
    command = [sys.executable, "-m", "ampglow_plugin", *map(str, words)]
    values = {k: v for k, v in os.environ.items() if k != "AMPGLOW_SIRIL"} | environ
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False, env=values)


def records(result):
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert found[-1]["record"] == "summary"
    assert found[-1]["exit"] == result.returncode
    return found


@pytest.fixture
def plan_file(osc, tmp_path):
    path = tmp_path / "plan.yaml"
    path.write_text(to_yaml(osc.plan().plan), encoding="utf-8")
    return path


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.2", "1.4"])
def test_run_proves_what_it_did(plan_file, osc, series, siril, tmp_path):
    folder = tmp_path / ODD_NAME
    before = state(osc.paths)
    result = ampglow("run", plan_file, "-o", folder, "--siril", siril(series), "--json")
    assert result.returncode == 0, result.stderr
    found = records(result)
    (ran,) = [r for r in found if r["record"] == "run"]
    assert (ran["status"], ran["host_version"]) == ("succeeded", series)
    for master in ran["masters"]:
        assert master["built"]
        assert master["sha256"] == hashlib.sha256((folder / master["path"]).read_bytes()).hexdigest()
    proofs = [r for r in found if r["record"] == "proof"]
    assert [(p["verdict"], p["success"]) for p in proofs] == [("applied", "clean")] * 3
    assert all(abs(p["factor"] - 1) < 0.005 for p in proofs)
    assert state(osc.paths) == before
    again = ampglow("run", plan_file, "-o", folder, "--siril", siril(series))
    assert again.returncode == 2
    assert "--force" in again.stderr
    assert ampglow("run", plan_file, "-o", folder, "--siril", siril(series), "--force").returncode == 0


@pytest.mark.siril
def test_run_writes_beside_the_plan_and_says_where(plan_file, siril, tmp_path):
    result = ampglow("run", plan_file, AMPGLOW_SIRIL=str(siril("1.4")))
    assert result.returncode == 0, result.stderr
    assert "siril 1.4" in result.stdout
    assert (tmp_path / "plan-run" / "ampglow-run.json").is_file()
    assert "dark applied" in result.stdout


def test_run_without_siril_writes_nothing_and_says_how_to_get_it(plan_file, tmp_path):
    result = ampglow("run", plan_file, "--siril", "/nowhere/siril-cli")
    assert result.returncode == 2
    assert "/nowhere/siril-cli" in result.stderr
    assert "siril.org" in result.stderr
    assert not (tmp_path / "plan-run").exists()


def test_run_with_an_engine_that_is_not_there(plan_file):
    result = ampglow("run", plan_file, "--engine", "siril-gui")
    assert result.returncode == 2
    assert "siril-cli" in result.stderr
    assert "builtin" in result.stderr


@pytest.mark.siril
def test_failure_quotes_siril(plan_file, siril, tmp_path):
    """The script is spoiled on the way to Siril, which then stops in the middle."""
    stopping = tmp_path / "siril-cli"
    stopping.write_text(
        f'#!/bin/sh\nsed -i s/^calibrate/calibrate_nothing/ "$2" 2>/dev/null\nexec {siril("1.4")} "$@"\n'
    )
    stopping.chmod(0o755)
    result = ampglow("run", plan_file, "--siril", stopping)
    assert result.returncode == 2
    assert "Unknown command" in result.stderr
    assert "ampglow-siril.log" in result.stderr.replace("\n", "")


@pytest.mark.parametrize("series", ["1.0", "1.2", "1.4"])
def test_emit(plan_file, series, tmp_path):
    folder = tmp_path / ODD_NAME
    result = ampglow("emit", plan_file, "--host-version", series, "-o", folder, "--json")
    assert result.returncode == 0, result.stderr
    (emission,) = [r for r in records(result) if r["record"] == "emission"]
    assert emission["host_version"] == series
    script = (folder / "ampglow.ssf").read_text(encoding="utf-8")
    assert f"requires {series}.0" in script
    assert emission["plan_sha256"] in script
    assert ampglow("emit", plan_file, "-o", folder).returncode == 2
    assert ampglow("emit", plan_file, "-o", folder, "--force").returncode == 0
    assert ampglow("lint", folder / "ampglow.ssf").returncode == 0


def test_emit_refuses_what_the_version_cannot_say(plan_file, tmp_path):
    text = plan_file.read_text(encoding="utf-8").replace("hot_sigma: 3.0", "hot_sigma: 5.0")
    assert "hot_sigma: 5.0" in text
    plan_file.write_text(text, encoding="utf-8")
    result = ampglow("emit", plan_file, "--host-version", "1.0", "-o", tmp_path / "out")
    assert result.returncode == 2
    assert "groups[0].steps[0]" in result.stderr
    assert not (tmp_path / "out").exists()
    assert ampglow("emit", plan_file, "--host-version", "1.4", "-o", tmp_path / "out").returncode == 0


def test_emit_of_a_plan_that_breaks_rules(osc, tmp_path):
    plan = osc.plan().plan
    (group,) = plan.groups
    wrong = replace(plan, groups=(replace(group, steps=(Debayer(), *group.steps[:2])),))
    path = tmp_path / "wrong.yaml"
    path.write_text(to_yaml(wrong), encoding="utf-8")
    result = ampglow("emit", path, "-o", tmp_path / "out")
    assert result.returncode == 1
    assert "AG302" in result.stderr
    assert not (tmp_path / "out").exists()
