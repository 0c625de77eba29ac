"""The emitted scripts and the installed one, run in node in a mock of PixInsight made from the process tables."""

from __future__ import annotations

import dataclasses
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
from ampglow_plugin.knowledge.pixinsight import SERIES, processes
from tests.pixinsight.plans import NIGHTS
from tests.pixinsight.test_evidence import calibration, era_a, era_b
from tests.vectors import make

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
SCRIPTS = REPOSITORY / "pixinsight_js"
SEEN = Survey(levels={"dark-120s": Level(hot_adu=1310.7)})


def parameters(version):
    return {name: [dataclasses.asdict(p) for p in process.at(version)] for name, process in processes().items()}


@pytest.fixture
def pixinsight(node, tmp_path):
    """``pixinsight(script, version, **job)`` runs a script in the mock."""

    def run(script, version, **job):
        engine = "v8" if version == "1.9.4" else "legacy"
        path = tmp_path / "job.json"
        job = {"script": str(script), "engine": engine, "processes": parameters(version), **job}
        path.write_text(json.dumps(job))
        done = subprocess.run(
            [node, HERE / "pjsr_mock.js", path], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


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
    done = pixinsight(path, version, files=inputs)
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
    done = pixinsight(path, "1.9.3", files=[f for f in inputs if f != missing], **job)
    result = json.loads(done["saved"]["/out/result.json"])
    assert result["status"] == "failed"
    assert said in result["error"]


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
    done = pixinsight(path, "1.9.3", files=inputs)
    assert said in json.loads(done["saved"]["/out/result.json"])["error"]


def test_a_script_for_one_engine_does_not_run_on_the_other(pixinsight, tmp_path):
    path, _, inputs = emitted(tmp_path, "mono-bias", "1.9.4")
    assert "another engine" in pixinsight(path, "1.9.3", files=inputs)["error"]


# ------------------------------------------------------------------------------------ installed script


@pytest.mark.parametrize(
    "file", sorted((SCRIPTS / "lib").glob("*.jsh")) + sorted(SCRIPTS.glob("*.js")), ids=lambda p: p.name
)
def test_syntax(file, node, tmp_path):
    plain = tmp_path / "x.js"
    plain.write_text(re.sub(r"^#.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE), encoding="utf-8")
    done = subprocess.run([node, "--check", plain], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


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
    assert done["count"]["headers"] >= 40
    assert done["count"]["matches"] >= 100


def image(kind, exposure, *, pattern="'RGGB'", more=(), properties=None, temperature="-10"):
    cards = [
        ["IMAGETYP", f"'{kind}'", ""], ["EXPTIME", str(exposure), ""], ["GAIN", "120", ""], ["OFFSET", "30", ""],
        ["CCD-TEMP", temperature, ""], ["SET-TEMP", "-10", ""], ["INSTRUME", "'ZWO ASI294MC Pro'", ""],
        ["BAYERPAT", pattern, ""], ["DATE-OBS", "'2026-01-10T22:00:00'", ""], ["XBINNING", "1", ""], ["YBINNING", "1", ""],
        *more,
    ]  # fmt: skip
    shape = {"width": 4144, "height": 2822, "planes": 1, "bits": 16, "floating": False}
    return {"cards": cards, "shape": shape, "properties": properties or {}}


def shell(version):
    return SCRIPTS / ("AmpGlow-v8.js" if version == "1.9.4" else "AmpGlow.js")


LIGHTS = [f"/n/l{i}.fits" for i in range(3)]
DARKS = [f"/n/d{i}.fits" for i in range(4)]


@pytest.fixture(params=["1.8.9", "1.9.3", "1.9.4"])
def version(request):
    return request.param


def test_preflight_and_calibrate(version, pixinsight):
    images = {**{p: image("Light", 120) for p in LIGHTS}, **{p: image("Dark", 120) for p in DARKS}}
    done = pixinsight(
        shell(version),
        version,
        images=images,
        files=[*images, "/m/flat.xisf"],
        picks=[LIGHTS, DARKS, ["/m/flat.xisf"]],
        folderPicks=["/out"],
        clicks=[
            ["preflight", "Lights..."], ["preflight", "Darks..."], ["preflight", "Check"],
            ["calibrate", "Master flat..."], ["calibrate", "Output folder..."], ["calibrate", "Calibrate"],
        ],
    )  # fmt: skip
    assert done["error"] is None
    assert done["messages"] == []
    (row,) = done["pages"]["preflight"]["rows"]
    assert row[1:3] == ["dark d3.fits (+3)", "exact"]
    assert "3 lights" in row[0]
    assert "120 s" in row[0]
    assert [r["process"] for r in done["runs"]] == ["ImageIntegration", "ImageCalibration", "Debayer"]
    integration, calibrated, _ = (r["values"] for r in done["runs"])
    assert len(integration["images"]) == 4
    assert calibrated["optimizeDarks"] is False
    assert calibrated["calibrateDark"] is True
    assert calibrated["masterDarkPath"] == "/out/dark-1/masters/dark.xisf"
    assert (calibrated["masterFlatPath"], calibrated["masterBiasEnabled"]) == ("/m/flat.xisf", False)
    assert done["pages"]["calibrate"]["rows"][0][1:3] == ["done", "6 files"]
    assert done["title"].startswith("AmpGlow ")


def test_a_dark_that_does_not_fit_is_not_used(version, pixinsight):
    images = {**{p: image("Light", 120) for p in LIGHTS}, "/n/d.fits": image("Dark", 300)}
    clicks = [["preflight", "Lights..."], ["preflight", "Darks..."], ["preflight", "Check"]]
    clicks += [["calibrate", "Output folder..."], ["calibrate", "Calibrate"]]
    done = pixinsight(
        shell(version),
        version,
        images=images,
        files=[*images],
        picks=[LIGHTS, ["/n/d.fits"]],
        folderPicks=["/out"],
        clicks=clicks,
    )
    assert done["error"] is None
    assert done["pages"]["preflight"]["rows"][0][1:] == ["no dark", "none", "exposure 300 s, not 120 s"]
    assert done["runs"] == []
    assert done["pages"]["calibrate"]["rows"][0][1] == "refused"


def test_problems_are_told_and_abort_is_respected(version, pixinsight):
    images = {**{p: image("Light", 120) for p in LIGHTS}, **{p: image("Dark", 120) for p in DARKS}}
    clicks = [["calibrate", "Calibrate"], ["preflight", "Lights..."], ["preflight", "Darks..."], ["preflight", "Check"]]
    clicks += [["calibrate", "Output folder..."], ["calibrate", "Calibrate"]]
    done = pixinsight(
        shell(version), version, images=images, files=[*images], picks=[[*LIGHTS, "/n/gone.fits"], DARKS],
        folderPicks=["/out"], clicks=clicks, abortAfter=1,
    )  # fmt: skip
    assert done["error"] is None
    assert done["messages"] == [
        "choose an output folder",
        "1 files could not be read; the console names them.",
        "aborted",
    ]
    assert [r["process"] for r in done["runs"]] == ["ImageIntegration"]


def test_verify_reads_both_eras(version, pixinsight):
    history = [["HISTORY", "", line] for line in era_a()]
    scaled = [["HISTORY", "", line] for line in era_a(factors="0.464")]
    document = {"PixInsight:ProcessingHistory": era_b(calibration())}
    images = {
        "/o/a_c.xisf": image("Light", 120, more=history),
        "/o/b_c.xisf": image("Light", 120, more=scaled),
        "/o/c_c.xisf": image("Light", 120, properties=document),
        "/o/d.xisf": image("Light", 120),
    }
    done = pixinsight(
        shell(version), version, images=images, picks=[[*images, "/o/gone.xisf"]], clicks=[["verify", "Outputs..."]]
    )
    assert done["error"] is None
    verdicts = [row[1] for row in done["pages"]["verify"]["rows"]]
    assert verdicts == ["applied (k = 1.000)", "scaled (k = 0.464)", "applied (k = 1.000)", "silent", "unreadable"]
    assert done["pages"]["verify"]["rows"][2][2] == "dark.xisf"


@pytest.mark.parametrize("command", [None, "light_c.xisf: applied, clean"])
def test_the_pixel_proof_is_the_commands(command, version, pixinsight):
    done = pixinsight(
        shell(version), version, folderPicks=["/out"], clicks=[["verify", "Prove by pixels..."]], command=command
    )
    assert done["error"] is None
    if command is None:
        assert "not found" in done["messages"][0]
    else:
        assert done["pages"]["verify"]["rows"][0][0] == command


def test_a_plan_is_judged(version, pixinsight, tmp_path):
    plan = tmp_path / "plan.json"
    plan.write_text(
        json.dumps(
            {"masters": [], "groups": [{"id": "L", "steps": [{"step": "debayer"}, {"step": "calibrate", "dark": "d"}]}]}
        )
    )
    done = pixinsight(shell(version), version, picks=[[str(plan)]], clicks=[["preflight", "Judge a plan (JSON)..."]])
    (row,) = done["pages"]["preflight"]["rows"]
    assert row[:3] == ["L", "error", "AG302"]


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
            assert "@VERSION@" not in "".join(zipped.read(n).decode() for n in names)
    again = tmp_path / "again"
    subprocess.run([*command[:2], again], capture_output=True, text=True, check=True)
    assert (again / "updates.xri").read_text() == (tmp_path / "updates.xri").read_text()
