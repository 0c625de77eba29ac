"""The scripts that come with Siril, read where they are installed, and those that ampglow writes: no false alarm."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from ampglow_plugin import api
from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.siril.dialects import dialect
from ampglow_plugin.hosts.siril.writer import write_script
from ampglow_plugin.model.plan import Calibrate
from tests.conftest import SERIES
from tests.siril.plans import PLANS

#: folders of scripts, as seen from the program: of a package, of a root beside it
PLACES = ("share/siril/scripts", "usr/share/siril/scripts")
#: scripts that only compose colours
NOT_CALIBRATING = ("RGB_Composition.ssf",)


def scripts(program: Path, series: str) -> list[Path]:
    """Those of the Siril that ``program`` starts; a wrapper of ours starts that of the root beside it."""
    prefix = program.resolve().parent.parent
    roots = (prefix, prefix / f"root-{series}")
    return [path for root in roots for place in PLACES for path in sorted((root / place).glob("*.ssf"))]


@pytest.fixture(params=SERIES)
def official(request, siril):
    program = siril(request.param)
    version = subprocess.run([program, "-v"], capture_output=True, text=True, timeout=60, check=False).stdout
    assert re.search(rf"siril v?{request.param}", version, re.IGNORECASE)
    found = scripts(program, request.param)
    if not found:
        pytest.skip(f"Siril {request.param} is installed without its scripts")
    return request.param, found


def test_no_false_alarm(official):
    _, paths = official
    assert len(paths) >= 5
    for path in paths:
        told = [f for f in api.lint(path) if f.outcome in ("failed", "crashed") and f.severity != "info"]
        assert not told, (path.name, told)


def test_asked_for_their_own_series_they_are_fine_too(official):
    series, paths = official
    for path in paths:
        assert not [f for f in api.lint(path, siril=series) if f.outcome == "failed" and f.severity == "error"], path


def test_what_they_do_is_understood(official):
    _, paths = official
    for path in paths:
        plan = SIRIL.parse(path).plan
        if path.name in NOT_CALIBRATING:
            assert not plan.groups
            assert api.lint(path) == ()
            continue
        assert {m.role for m in plan.masters} == {"bias", "dark", "flat"}, path
        lights = [group for group in plan.groups if group.frames == ("lights",)]
        assert lights, path
        for group in lights:
            (calibration,) = [step for step in group.steps if isinstance(step, Calibrate)]
            assert plan.master(calibration.dark).role == "dark"
            assert plan.master(calibration.flat).role == "flat"
            assert calibration.bias is None


def test_those_of_1_0_and_1_2_on_newer_ones(official):
    """``preprocess`` is gone in 1.4; what 1.2 says, 1.4 still reads."""
    series, paths = official
    for path in paths:
        rules = {f.rule for f in api.lint(path, siril="1.4") if f.outcome == "failed" and f.severity == "error"}
        assert ("AG504" in rules) == (series == "1.0"), path


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("name", PLANS)
def test_scripts_that_ampglow_writes_are_in_the_dialect_they_are_for(name, series, tmp_path):
    try:
        text = write_script(PLANS[name], dialect(series)).text
    except HostRefused:
        return  # tests/siril/test_reader.py counts them
    path = tmp_path / "x.ssf"
    path.write_text(text, encoding="utf-8")
    told = [f for f in api.lint(path) if f.outcome in ("failed", "crashed") and f.rule.startswith("AG5")]
    assert not told, text
