"""The emitted scripts and the installed one, run in node in a mock of PixInsight made from the process tables."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import pytest

from ampglow_plugin.hosts.pixinsight import PIXINSIGHT
from ampglow_plugin.hosts.pixinsight.emitter import render
from ampglow_plugin.hosts.pixinsight.jobs import Survey
from ampglow_plugin.hosts.pixinsight.settings import Level
from ampglow_plugin.knowledge.pixinsight import SERIES
from tests.pixinsight.plans import NIGHTS

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
SCRIPTS = REPOSITORY / "pixinsight_js"
SEEN = Survey(levels={"dark-120s": Level(hot_adu=1310.7)})


def emitted(tmp_path, name, version):
    _, script, work = render(NIGHTS[name], version, folder="/out", seen=SEEN)
    path = tmp_path / "ampglow.js"
    path.write_text(script, encoding="utf-8")
    inputs = [f for e in (*NIGHTS[name].masters, *NIGHTS[name].groups) for f in e.frames]
    inputs += [m.file for m in NIGHTS[name].masters if m.file]
    return path, work, inputs


@pytest.mark.parametrize("version", SERIES)
@pytest.mark.parametrize("name", NIGHTS)
def test_emitted_scripts_run_to_the_end(name, version, pixinsight, tmp_path):
    path, work, inputs = emitted(tmp_path, name, version)
    done = pixinsight(path, version, files=inputs, folders=["/out"])
    assert done["error"] is None
    result = json.loads(done["saved"]["/out/result.json"])
    assert (result["status"], result["error"]) == ("succeeded", None)
    assert [r["process"] for r in done["runs"]] == [j.process for j in work.jobs]
    assert {c.path for c in work.calibrated} <= set(done["files"])
    written = [o for step in result["steps"] for o in step["outputs"]]
    assert written == [o for j in work.jobs for o in (*j.outputs, *((j.save_as,) if j.save_as else ()))]
    assert all(step["ok"] for step in result["steps"])
    steps = [s for s in result["steps"] if s["process"] == "ImageCalibration"]
    assert all(s["optimizeDarks"] is False and s["darkFactors"] for s in steps)
    light = PIXINSIGHT.log_evidence(done["saved"]["/out/result.json"], "light_001_c.xisf", None)
    assert (light.claim, light.dark, light.success) == ("applied", "dark-120s", True)


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"failing": ["ImageCalibration"]}, "did not run"),
        ({"abortAfter": 2}, "aborted by the user"),
        ({"missing": "/data/night/light/light_003.fits"}, "light_003.fits"),
    ],
)
def test_an_emitted_script_that_fails_says_so(job, said, pixinsight, tmp_path):
    path, _, inputs = emitted(tmp_path, "osc-nobias", "1.9.3")
    missing = job.pop("missing", None)
    done = pixinsight(path, "1.9.3", files=[f for f in inputs if f != missing], folders=["/out"], **job)
    result = json.loads(done["saved"]["/out/result.json"])
    assert result["status"] == "failed"
    assert said in result["error"]


@pytest.mark.parametrize("version", SERIES)
def test_lights_that_cannot_be_aligned_are_left_out_of_the_stack(version, pixinsight, tmp_path):
    path, _, inputs = emitted(tmp_path, "osc-nobias", version)
    stems = [f"light_00{n}_c_cc_d" for n in range(1, 7)]
    path.write_text(path.read_text(encoding="utf-8").replace("light_001_c_cc_d_r", "<b>_c_cc_d_r"))  # no markup
    done = pixinsight(path, version, files=inputs, folders=["/out"], unaligned=stems[:3])
    assert json.loads(done["saved"]["/out/result.json"])["status"] == "succeeded"
    assert [row[1] for row in done["runs"][-1]["values"]["images"]] == [
        f"/out/registered/light-120s/{s}_r.xisf" for s in stems[3:]
    ]
    assert sum("could not be aligned" in line for line in done["log"]) == 3
    few = pixinsight(path, version, files=inputs, folders=["/out"], unaligned=stems[:4])
    assert "only 2 frames are left" in json.loads(few["saved"]["/out/result.json"])["error"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("P05.optimizeDarks", "P05.optimizeDark", "no parameter optimizeDark"),
        ('"f32"', '"SameAsTarget"', "SameAsTarget"),
        ("P05.calibrateDark = true", 'P05.calibrateDark = "true"', "no boolean"),
        ("[true, ", "[true, true, ", "rows of"),
        ("P04.pcClipLow = 0.3", "P04.pcClipLow = 3", "out of range"),
        ("P05.masterFlatEnabled = true", "P05.masterFlatEnabled = undefined", "undefined"),
        ("P03.masterBiasEnabled = false", "P03.masterBiasEnabled = true", "did not run"),
    ],
)
def test_the_mock_refuses_what_pixinsight_would(old, new, said, pixinsight, tmp_path):
    path, _, inputs = emitted(tmp_path, "osc-nobias", "1.9.3")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new))
    done = pixinsight(path, "1.9.3", files=inputs, folders=["/out"])
    assert said in json.loads(done["saved"]["/out/result.json"])["error"]


def test_a_script_for_one_engine_does_not_run_on_the_other(pixinsight, tmp_path):
    path, _, inputs = emitted(tmp_path, "mono-bias", "1.9.4")
    assert "another engine" in pixinsight(path, "1.9.3", files=inputs, folders=["/out"])["error"]


# ------------------------------------------------------------------------------------------ repository


def test_the_update_repository(tmp_path):
    command = [sys.executable, SCRIPTS / "tools" / "repository.py", tmp_path]
    subprocess.run(command, capture_output=True, text=True, check=True)
    root = ET.parse(tmp_path / "updates.xri").getroot()
    assert (root.tag, root.get("version")) == ("xri", "1.0")
    platforms = root.findall("platform")
    assert [(p.get("os"), p.get("arch"), p.get("version")) for p in platforms] == [
        ("all", "noarch", "1.8.9:1.9.3"),
        ("all", "noarch", "1.9.4:1.9.99"),
    ]
    for platform, engine in zip(platforms, ("", "#engine v8"), strict=True):
        package = platform.find("package")
        archive = tmp_path / package.get("fileName")
        assert hashlib.sha1(archive.read_bytes()).hexdigest() == package.get("sha1")
        assert re.fullmatch(r"\d{8}", package.get("releaseDate"))
        with zipfile.ZipFile(archive) as zipped:
            names = zipped.namelist()
            assert all(n.startswith("src/scripts/AmpGlow/") for n in names)
            main = zipped.read("src/scripts/AmpGlow/AmpGlow.js").decode()
            assert main.startswith(engine or "#feature-id")
            included = re.findall(r'#include "([^"]+)"', main)
            assert {f"src/scripts/AmpGlow/{name}" for name in included} <= set(names)
            assert "GNU GENERAL PUBLIC LICENSE" in zipped.read("src/scripts/AmpGlow/LICENSE").decode()
            assert "@VERSION@" not in "".join(zipped.read(n).decode() for n in names)
    again = tmp_path / "again"
    subprocess.run([*command[:2], again], capture_output=True, text=True, check=True)
    assert (again / "updates.xri").read_text() == (tmp_path / "updates.xri").read_text()
