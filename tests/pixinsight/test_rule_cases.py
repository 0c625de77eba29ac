"""Every AG6xx rule on icons and scripts: cases that pass, fail, skip and nearly fail, read by the real readers.

``ic`` and ``cc`` are parameters of one ImageCalibration or CosmeticCorrection in a script; an ``ic`` that is not
``bare`` starts as a calibration with a dark alone. ``js`` is a script, ``xpsm`` the inside of an icon file, ``log`` a
console log.
``failed`` lists exactly the findings that must come out.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ampglow_plugin.hosts.pixinsight.lint import context_of, lint
from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules import Context
from ampglow_plugin.rules.pixinsight import RULES
from ampglow_plugin.rules.runner import run_rules
from tests.rules.told import as_before

CASES = Path(__file__).resolve().parents[1] / "rules"
DARK_ALONE = {
    "masterBiasEnabled": False,
    "masterFlatEnabled": False,
    "masterDarkPath": "/m/dark.xisf",
    "optimizeDarks": False,
}
XPSM = '<xpsm version="1.0" xmlns="http://www.pixinsight.com/xpsm">\n{}\n</xpsm>'


def cases() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['kind']}-{case['what']}")
        for path in sorted(CASES.glob("AG6*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def script(process: str, values: dict[str, Any]) -> str:
    lines = [f"P.{key} = {json.dumps(value)};" for key, value in values.items()]
    return "\n".join([f"var P = new {process};", *lines, "P.executeGlobal();"])


def context(case: dict[str, Any], folder: Path) -> Context:
    """The file of a case as the rules see it."""
    if "log" in case:
        path, text = folder / "case.log", case["log"]
    elif "xpsm" in case:
        path, text = folder / "case.xpsm", XPSM.format(case["xpsm"])
    else:
        path = folder / "case.js"
        base = {} if case.get("bare") else DARK_ALONE
        text = case.get("js") or (
            script("ImageCalibration", {**base, **case["ic"]})
            if "ic" in case
            else script("CosmeticCorrection", case["cc"])
        )
    path.write_text(text, encoding="utf-8")
    found = context_of(path)
    frames = {name: Frame(path=name, **fields) for name, fields in case.get("frames", {}).items()}
    listing = replace(found.listing, host_version=case["version"]) if "version" in case else found.listing
    return replace(found, frames=frames, listing=listing)


def judge(code: str, case: dict[str, Any], folder: Path) -> tuple[Finding, ...]:
    return run_rules(context(case, folder), [r for r in RULES if r.code == code])


@pytest.mark.parametrize(("code", "case"), cases())
def test_case(code: str, case: dict[str, Any], tmp_path: Path) -> None:
    findings = judge(code, case, tmp_path)
    outcomes = {f.outcome for f in findings}
    failed = [f for f in findings if f.outcome == "failed"]
    assert "crashed" not in outcomes, findings
    as_before(code, case, findings, tmp_path)
    assert all(f.rule == code and f.message for f in findings)
    assert all(f.fix and f.where.line and f.where.column for f in failed)
    expected = {
        "pass": {"passed"},
        "skip": {"skipped"},
        "fail": {"failed", "passed"},
        "near_miss": {"passed", "skipped"},
    }
    assert outcomes <= expected[case["kind"]], findings
    keys = ("severity", "step", "field")
    seen = [{"severity": f.severity, "step": f.where.step, "field": f.where.field} for f in failed]
    icon = {"step": "A"} if "xpsm" in case else {"step": "P"}
    wanted = [dict.fromkeys(keys) | {"severity": "error", **icon} | want for want in case.get("failed", ())]
    assert seen == wanted
    assert bool(wanted) == (case["kind"] == "fail")


#: rule -> what looks like its mistake and is none; each is a case of the rule
MUST_NOT_TRIGGER = {
    "AG601": (
        "off",
        "no dark at all",
        "sensor known to be free of glow and the bias handled",
        "on in a comment only",
        "never run",
    ),
    "AG602": (
        "flats with a bias only",
        "flats with a flat-dark given as bias",
        "darks with a bias",
        "the other branch enables it",
    ),
    "AG603": ("path computed", "set by a function that is not followed", "empty first and replaced later"),
    "AG604": ("both off", "computed"),
    "AG605": ("overscan with Calibrate", "dark and lights free of bias"),
    "AG606": ("bias off and the flag off", "flag equal to masterDarkEnabled", "dark known to be free of bias"),
    "AG607": ("nobody knows", "bias off"),
    "AG608": ("no flat", "dark off and a raw flat", "dark of the same exposure"),
    "AG609": ("order of functions", "order of new", "order of separate icons", "other frames"),
    "AG610": ("automatic", "flats", "nothing predicts it"),
    "AG611": (
        "mono with the harmless factory setting",
        "frames not found",
        "cosmetic correction of debayered frames",
        "a template",
    ),
    "AG612": (
        "an alias",
        "an alias of an element",
        "outputs are read and methods called",
        "a number that is a value",
    ),
    "AG613": ("one side silent", "within the limits"),
    "AG614": ("factory setting of CosmeticCorrection", "a version that does not have it"),
    "AG615": ("a file of CosmeticCorrection only", "frames calibrated elsewhere"),
    "AG616": ("defaults of a full listing", "today's default of the window"),
    "AG617": ("a helper that tries both", "the prototype of a dialog"),
    "AG618": ("the threshold alone", "a group listed as false"),
    "AG619": ("the other row is disabled", "other output folders"),
    "AG620": ("other numbers", "no factors"),
    "AG621": ("both are stacked, to compare", "other raw frames", "a row that is disabled"),
}


def test_what_must_not_trigger_has_a_case_that_shows_it() -> None:
    assert list(MUST_NOT_TRIGGER) == [rule.code for rule in RULES]
    kinds = {(p.values[0], p.values[1]["what"]): p.values[1]["kind"] for p in cases()}
    for code, whats in MUST_NOT_TRIGGER.items():
        for what in whats:
            assert kinds[code, what] != "fail"


def failed(path: Path) -> list[tuple[str, str]]:
    return [(f.rule, f.severity) for f in lint(path) if f.outcome == "failed"]


def test_the_place_is_that_of_the_parameter(tmp_path: Path) -> None:
    path = tmp_path / "x.js"
    path.write_text("var P = new ImageCalibration;\n  P.optimizeDarks = true;\nP.executeGlobal();\n")
    (found,) = [f for f in lint(path) if f.rule == "AG601"]
    assert (found.where.path, found.where.line, found.where.column) == (str(path), 2, 3)


TWICE = """var P = new ImageCalibration; P.targetFrames = [[true, "/l/1.fits"]];
P.masterBiasEnabled = true; P.masterBiasPath = "/m/bias.xisf";
P.masterDarkEnabled = true; P.masterDarkPath = "/m/dark.xisf"; P.masterFlatEnabled = false;
P.optimizeDarks = true;
P.calibrateDark = {}; P.executeGlobal();
"""


def test_what_two_rules_say_of_one_process_is_said_once(tmp_path: Path) -> None:
    path = tmp_path / "x.js"
    path.write_text(TWICE.format("false"))
    assert sorted(failed(path)) == [("AG601", "warning"), ("AG606", "warning")]  # and not AG303 and AG304 as well
    path.write_text(TWICE.format("true"))
    assert failed(path) == [("AG601", "warning")]  # Calibrate takes the bias out of the dark
    path.write_text(TWICE.format("false").replace("masterDarkEnabled = true", "masterDarkEnabled = false"))
    assert failed(path) == [("AG306", "error")]  # that these are lights weighs more than that the dark is off


def test_the_same_of_another_process_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.js"
    path.write_text(TWICE.format("false") + TWICE.format("false").replace("P.", "Q.").replace("var P", "var Q"))
    assert Counter(failed(path)) == {("AG601", "warning"): 2, ("AG606", "warning"): 2}


@pytest.mark.parametrize("version", ["1.8.9", "1.9.3", "1.9.4"])
@pytest.mark.parametrize("ending", ["xpsm", "js"])
@pytest.mark.parametrize("name", ["osc-bias", "osc-nobias", "mono-bias", "mono-nobias"])
def test_our_own_icons_and_scripts_are_clean(version: str, name: str, ending: str) -> None:
    golden = CASES.parent / "golden" / "pixinsight" / version / f"{name}.{ending}"
    # of a dark from a library nobody knows whether it holds its bias; with the flag off PixInsight asks the same
    unknown = [("AG606", "warning")] if name.endswith("-bias") else []
    assert [f for f in failed(golden) if f not in unknown] == []


def test_what_is_not_calibration_gives_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.xpsm"
    path.write_text(XPSM.format('<instance class="PixelMath"><parameter id="expression">$T</parameter></instance>'))
    assert lint(path) == ()
    path = tmp_path / "x.js"
    path.write_text("var P = new PixelMath; P.expression = 'a'; P.executeOn(v); function f() { return 1; }")
    assert lint(path) == ()


LISTINGS = {
    # an OSC script: debayers first, writes a flag that does nothing, and a name that does not exist
    "osc": (
        """var D = new Debayer; D.targetItems = files; D.executeGlobal();
var P = new ImageCalibration; P.inputFiles = files; P.masterBiasEnabled = false; P.masterFlatEnabled = flat != "";
P.masterFlatPath = flat; P.masterDarkEnabled = dark != ""; P.masterDarkPath = dark;
P.calibrateDark = P.masterDarkEnabled; P.optimizeDarks = false; P.executeGlobal();""",
        {("AG609", "error"), ("AG612", "error")},
    ),
    # paths set in branches: nothing is wrong
    "branches": (
        """var P = new ImageCalibration; P.optimizeDarks = false; P.masterBiasEnabled = false;
if (dark) { P.masterDarkEnabled = true; P.masterDarkPath = dark; } else P.masterDarkEnabled = false;
if (flat) { P.masterFlatEnabled = true; P.masterFlatPath = flat; } else P.masterFlatEnabled = false;
P.targetFrames = lights; P.executeGlobal();""",
        set(),
    ),
    # a listing of a flat run: bias and dark on, Calibrate on, Optimize on
    "flats": (
        """var P = new ImageCalibration;
P.targetFrames = [ // enabled, path
   [true, "D:/flat/1.fit"]
];
P.masterBiasEnabled = true; P.masterBiasPath = "D:/m/bias.xisf"; P.masterDarkEnabled = true;
P.masterDarkPath = "D:/m/dark.xisf"; P.masterFlatEnabled = false; P.calibrateDark = true; P.optimizeDarks = true;""",
        {("AG601", "warning")},
    ),
    # a flat builder: Optimize never turned off, names that do not exist
    "builder": (
        """var P = new ImageCalibration; P.masterBiasEnabled = false; P.masterFlatEnabled = false;
P.masterDarkPath = "/m/d.xisf"; P.masterDarkOptimizationLow = 3; P.masterDarkOptimizationWindow = 1024;
P.noiseEvaluation = false; P.outputSampleFormat = 4; P.targetFrames = flats; P.executeGlobal();""",
        {("AG601", "warning"), ("AG605", "error"), ("AG612", "error")},
    ),
}


@pytest.mark.parametrize("name", LISTINGS)
def test_patterns_of_public_scripts(name: str, tmp_path: Path) -> None:
    text, expected = LISTINGS[name]
    path = tmp_path / "x.js"
    path.write_text(text)
    assert {f for f in failed(path) if f[0].startswith("AG6") or f[1] == "error"} == expected


def test_headers_of_frames_that_are_there_are_read(tmp_path: Path) -> None:
    import numpy as np
    from astropy.io import fits

    for name, exposure in (("light", 120.0), ("dark", 300.0)):
        unit = fits.PrimaryHDU(np.zeros((4, 4), np.uint16))
        unit.header["EXPTIME"] = exposure
        unit.writeto(tmp_path / f"{name}.fits")
    path = tmp_path / "x.js"
    values = {
        **DARK_ALONE,
        "masterDarkPath": f"{tmp_path}/dark.fits",
        "targetFrames": [[True, f"{tmp_path}/light.fits"]],
    }
    path.write_text(script("ImageCalibration", values))
    (found,) = [f for f in lint(path) if f.rule == "AG613"]
    assert "300 s" in found.message
    assert "120 s" in found.message


FLATS = """<instance class="ImageCalibration" id="A_instance">
<table id="targetFrames" rows="1"><tr><td id="enabled" value="true"/><td id="path">/n/flats/flat_1.fit</td></tr></table>
<parameter id="masterFlatEnabled" value="false"/><parameter id="optimizeDarks" value="false"/>{masters}
</instance>"""
LEVELS = {
    "bias": """<parameter id="masterBiasPath">/m/bias.xisf</parameter><parameter id="masterDarkEnabled" value="false"/>""",
    "flatdark": """<parameter id="masterDarkPath">/m/x.xisf</parameter><parameter id="masterBiasEnabled" value="false"/>""",
}
INTEGRATION = """<instance class="ImageIntegration" id="B_instance"><description>Save it as: /m/x.xisf</description>
<table id="images" rows="1"><tr><td id="enabled" value="true"/><td id="path">/n/flatdark/1.fit</td></tr></table>
<parameter id="normalization" value="NoNormalization"/></instance>"""


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("more", ["", INTEGRATION])
def test_flats_with_a_master_from_a_file_or_a_later_icon_are_fine(level: str, more: str, tmp_path: Path) -> None:
    """A file is there before anything is built, and icons may be run in any order."""
    path = tmp_path / "x.xpsm"
    path.write_text(XPSM.format(FLATS.format(masters=LEVELS[level]) + more))
    assert failed(path) == []


def test_a_script_that_builds_a_master_after_its_use_is_told(tmp_path: Path) -> None:
    build = """var I = new ImageIntegration; I.images = [[true, '/n/flatdark/1.fit']]; I.normalization = 0;
I.executeGlobal(); ImageWindow.windowById(I.integrationImageId).saveAs('/m/x.xisf');
"""
    use = script(
        "ImageCalibration", {**DARK_ALONE, "masterDarkPath": "/m/x.xisf", "targetFrames": [[True, "/n/flat/1"]]}
    )
    path = tmp_path / "x.js"
    path.write_text(f"{use}\n{build}")
    assert ("AG315", "error") in failed(path)
    path.write_text(f"{build}\n{use}")
    assert ("AG315", "error") not in failed(path)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("masterFlat_BIN-1.xisf", True),
        ("MasterBias.xisf", True),
        ("masterDark_BIN-1_EXPOSURE-120.00s.xisf", False),
        ("masterFlatDark.xisf", False),
        ("master_dark_flats.xisf", False),
        ("m.xisf", False),
    ],
)
def test_a_flat_or_a_bias_given_as_a_dark_shows_by_its_name(name: str, wrong: bool, tmp_path: Path) -> None:
    path = tmp_path / "x.js"
    values = {**DARK_ALONE, "masterDarkPath": f"/m/{name}", "targetFrames": [[True, "/l/light.fit"]]}
    path.write_text(script("ImageCalibration", values))
    assert (("AG315", "error") in failed(path)) == wrong


MAYBE = {
    "set by the caller": "P.masterDarkEnabled = wanted; P.masterDarkPath = path;",
    "in one branch": "if (path) P.masterDarkPath = path; else P.masterDarkEnabled = false;",
    "handed to code that is not followed": "Object.assign(P, settings);",
    "under computed names": "for (var k in settings) P[k] = settings[k];",
}


@pytest.mark.parametrize("lines", MAYBE.values(), ids=MAYBE)
def test_where_nobody_can_say_whether_there_is_a_dark_none_is_missed(lines: str, tmp_path: Path) -> None:
    path = tmp_path / "x.js"
    start = "var P = new ImageCalibration; P.masterBiasEnabled = false; P.masterFlatPath = '/m/flat.xisf';"
    path.write_text(f"{start} P.optimizeDarks = false; P.targetFrames = lights;\n{lines}\nP.executeGlobal();")
    assert {severity for _, severity in failed(path)} <= {"info"}
    (found,) = [f for f in lint(path) if f.rule == "AG306"]
    assert "not decided" in found.message
    path.write_text(
        f"{start} P.optimizeDarks = false; P.targetFrames = lights;\n{lines}\nP.masterDarkEnabled = false;\nP.executeGlobal();"
    )
    assert ("AG306", "error") in failed(path)


def test_a_template_is_given_its_dark_later(tmp_path: Path) -> None:
    path = tmp_path / "x.xpsm"
    path.write_text(XPSM.format('<instance class="ImageCalibration" id="A_instance"/>'))
    assert not {"AG306", "AG312"} & {rule for rule, severity in failed(path) if severity != "info"}
