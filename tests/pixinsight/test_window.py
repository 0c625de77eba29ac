"""The script that users install: its window runs in the mock, on both engines."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from ampglow_plugin.hosts.pixinsight import PIXINSIGHT
from ampglow_plugin.hosts.pixinsight.jobs import Survey, plan_work
from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.rules import RULES
from tests.pixinsight.plans import NIGHTS
from tests.pixinsight.window import (
    BIASES,
    DARKS,
    FLATS,
    LIGHTS,
    NIGHT,
    PICK,
    PICKED,
    PLAN,
    RUN,
    SCRIPTS,
    image,
)
from tests.vectors import make


@pytest.mark.parametrize("version", ["1.8.9", "1.9.3", "1.9.4"])
def test_the_whole_night_from_picked_frames(window, version):
    done = window(clicks=RUN)
    assert done["messages"] == []
    preflight, calibrate, verify = (done["pages"][p] for p in ("Pre-flight", "Calibrate", "Verify"))
    assert preflight["headers"] == ["Frames", "Calibrated with", "Fit", "What differs"]
    assert preflight["rows"] == [
        ["3 lights, 120 s, -10 C, gain 120, offset 30", "dark d3.fits (+3)", "exact", "-"],
        ["", "flat f2.fits (+2)", "exact", "-"],
        ["3 flats, 2 s, -10 C, gain 120, offset 30", "flat-dark fd2.fits (+2)", "exact", "-"],
    ]
    assert preflight["labels"][0] == "GO: the lights have a dark that fits."
    processes = [r["process"] for r in done["runs"]]
    assert processes == [
        "ImageIntegration", "ImageIntegration", "ImageCalibration", "ImageIntegration",
        "ImageCalibration", "CosmeticCorrection", "Debayer", "StarAlignment",
    ]  # fmt: skip
    assert [row[1] for row in calibrate["rows"]] == processes
    assert all(row[3].startswith("done: ") for row in calibrate["rows"])
    assert calibrate["labels"][0] == "Done. /out holds the results; now Verify."
    calibrations = [r["values"] for r in done["runs"] if r["process"] == "ImageCalibration"]
    assert all(c["optimizeDarks"] is False and c["calibrateDark"] is True for c in calibrations)
    assert all(c["masterBiasEnabled"] is False for c in calibrations)
    assert [row[1:] for row in verify["rows"]] == [
        ["dark applied", "1.000", f"the dark was subtracted as it is ({Path(calibrations[1]['masterDarkPath']).name})"]
    ] * 3
    result = json.loads(done["saved"]["/out/result.json"])
    assert (result["status"], result["error"]) == ("succeeded", None)
    assert [s["process"] for s in result["steps"]] == processes
    light = PIXINSIGHT.log_evidence(done["saved"]["/out/result.json"], "l0_c.xisf", None)
    assert (light.claim, light.factor, light.success) == ("applied", 1.0, True)
    assert "/out/ampglow-pixinsight.log" in done["files"]
    assert [line for line in done["log"] if "step 8 of 8: StarAlignment" in line]


def test_the_window_comes_back_on_the_page_it_left(window):
    trees = window(clicks=RUN)["trees"]
    assert [tree["current"] for tree in trees] == [0, 1]


def test_options_and_a_bias(window):
    images = {**NIGHT, **{p: image("Bias", 0.001) for p in BIASES}}
    clicks = [
        ["Calibrate", "Replace hot pixels"],
        ["Calibrate", "Stack"],
        *PICK[:3],
        ["Pre-flight", "Biases..."],
        *RUN[4:],
    ]
    done = window(images, clicks=clicks, picks=[LIGHTS, DARKS, FLATS, BIASES])
    processes = [r["process"] for r in done["runs"]]
    assert "CosmeticCorrection" not in processes
    assert processes[-1] == "ImageIntegration"
    flats, lights = (r["values"] for r in done["runs"] if r["process"] == "ImageCalibration")
    assert (flats["masterBiasEnabled"], flats["masterDarkEnabled"]) == (True, False)
    assert (lights["masterBiasEnabled"], lights["masterDarkEnabled"]) == (False, True)
    assert "/out/results/light-120s-m10C-g120-o30.xisf" in done["files"]


def test_a_choice_after_the_plan_makes_it_anew(window):
    done = window(clicks=[*PLAN, ["Calibrate", "Stack"], ["Calibrate", "Replace hot pixels"]])
    rows = [row[1] for row in done["pages"]["Calibrate"]["rows"]]
    assert rows[-1] == "ImageIntegration"
    assert "CosmeticCorrection" not in rows


def test_a_plan_that_was_loaded_runs_as_python_would_run_it(window, version, tmp_path):
    plan = NIGHTS["osc-bias"]
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(to_dict(plan)))
    images = {f: image("Light", 120) for e in (*plan.masters, *plan.groups) for f in e.frames}
    images |= {m.file: image("Dark", 120) for m in plan.masters if m.file}
    clicks = [["Calibrate", "Load a plan..."], ["Calibrate", "Output folder..."], ["Calibrate", "Calibrate"]]
    done = window(images, clicks=clicks, picks=[[str(path)]])
    jobs = plan_work(plan, version, "/out", Survey()).jobs
    assert [r["process"] for r in done["runs"]] == [j.process for j in jobs]
    for run, job in zip(done["runs"], jobs, strict=True):
        stated = {s.id: s.value for s in job.settings}
        for key, value in stated.items():
            found = run["values"][key]
            if isinstance(value, tuple):
                assert found == [list(row) for row in value]
            elif not isinstance(value, str):
                assert found == value


@pytest.mark.parametrize(
    ("text", "said", "row"),
    [
        ("groups:\n- id: x", "There is no plan of plan.json.", "is no JSON"),
        ('{"groups": []}', "There is no plan of plan.json.", "tool is missing"),
        ('{"plan": 2, "tool": "x"}', "There is no plan of plan.json.", "plan must not be 2"),
        (
            '{"tool": "x", "groups": [{"id": "g", "frames": "a", "steps": [{"step": "fry"}]}]}',
            "There is no plan",
            "fry",
        ),
        (
            '{"tool": "x", "groups": [{"id": "L", "frames": ["/a"], "steps": [{"step": "debayer"}, {"step": "calibrate", "dark": "d"}]}]}',
            "breaks rules of calibration",
            "L: the frames are debayered before they are calibrated",
        ),
    ],
)
def test_plans_that_are_not_run(text, said, row, window, tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(text)
    done = window(clicks=[["Calibrate", "Load a plan..."], ["Calibrate", "Calibrate"]], picks=[[str(path)]])
    page = done["pages"]["Calibrate"]
    assert said in page["labels"][0]
    assert row in " ".join(r[2] for r in page["rows"])
    assert done["messages"] == ["make a plan first, or load one"]
    assert done["runs"] == []


def test_a_row_that_names_a_rule_explains_it(window, tmp_path):
    path = tmp_path / "plan.json"
    steps = [{"step": "calibrate", "flat": "f"}]
    masters = [{"id": "f", "role": "flat", "file": "/f"}]
    path.write_text(
        json.dumps({"tool": "x", "masters": masters, "groups": [{"id": "L", "frames": ["/a"], "steps": steps}]})
    )
    images = {**NIGHT, LIGHTS[1]: image("Light", 120, more=[["CALSTAT", "'D'", ""]])}
    clicks = [*PICK, ["Pre-flight", "Check"], ["Pre-flight", 0], ["Pre-flight", -1], ["Calibrate", "Load a plan..."]]
    done = window(images, clicks=[*clicks, ["Calibrate", 0]], picks=[*PICKED, [str(path)]])
    pages = {rule.code: rule.page for rule in RULES}
    assert [m.partition("\n")[0] for m in done["messages"]] == [
        f"{code}: {pages[code].partition(chr(10))[0]}" for code in ("AG103", "AG306")
    ]
    assert "How to fix it" in done["messages"][1]


def test_the_script_says_nothing_that_python_does_not_say():
    """Every sentence of the order rules in the script occurs in what Python answered to some case."""
    text = (SCRIPTS / "lib" / "order.jsh").read_text(encoding="utf-8")
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("//"))
    answers = make.text("orders")
    sentences = [s for s in re.findall(r'"((?:[^"\\]|\\.)*)"', code) if " " in s.strip()]
    assert len(sentences) > 80
    assert [s for s in sentences if s.strip() not in answers] == []


@pytest.mark.parametrize("as_bytes", [False, True])
def test_names_of_all_letters_come_through_a_plan_file(as_bytes, window, tmp_path):
    name = "/n/Données/Lübeck 春 1.fits"
    plan = {
        "tool": "x",
        "masters": [{"id": "d", "role": "dark", "file": "/n/d0.fits", "holds_bias": True}],
        "groups": [{"id": "L", "frames": [name], "steps": [{"step": "calibrate", "dark": "d"}]}],
    }
    path = tmp_path / "plan.json"
    path.write_text("\ufeff" + json.dumps(plan, ensure_ascii=False), encoding="utf-8")
    clicks = [["Calibrate", "Load a plan..."], ["Calibrate", "Output folder..."], ["Calibrate", "Calibrate"]]
    images = {name: image("Light", 120), "/n/d0.fits": image("Dark", 120)}
    done = window(images, clicks=clicks, picks=[[str(path)]], bytes=as_bytes)
    assert done["runs"][0]["values"]["targetFrames"] == [[True, name]]
    assert done["saved"]["/out/result.json"].isascii()
    assert json.loads(done["saved"]["/out/result.json"])["proof"][0]["light"] == name


def test_a_dark_that_does_not_fit_is_not_used(window):
    images = {**NIGHT, **{p: image("Dark", 300) for p in DARKS}}
    done = window(images, clicks=RUN)
    page = done["pages"]["Pre-flight"]
    assert page["labels"][0] == "NO GO: the lights have no dark that fits."
    assert page["rows"][0][1:] == ["no dark", "none", "exposure 300 s, not 120 s"]
    assert done["pages"]["Calibrate"]["rows"][0][1] == "refused"
    assert "exposure 300 s, not 120 s" in done["pages"]["Calibrate"]["rows"][0][2]
    assert done["runs"] == []


def test_lights_that_were_calibrated_are_told(window):
    images = {**NIGHT, LIGHTS[1]: image("Light", 120, more=[["CALSTAT", "'D'", ""]])}
    done = window(images, clicks=PLAN)
    page = done["pages"]["Pre-flight"]
    assert page["labels"][0] == "NO GO: 1 file cannot be used (l1.fits was calibrated before)."
    assert page["rows"][-1] == ["l1.fits", "AG103", "error", "l1.fits was calibrated before"]


def test_files_that_cannot_be_read_are_named(window):
    done = window(clicks=[*PICK[:2], ["Pre-flight", "Check"]], picks=[[*LIGHTS, "/n/gone.fits", "/n/raw"], DARKS])
    page = done["pages"]["Pre-flight"]
    assert page["labels"][0].endswith("2 files could not be read.")
    assert [row[3] for row in page["rows"][-2:]] == [
        "/n/gone.fits: holds no image: /n/gone.fits",
        "/n/raw: has no ending that tells its format: /n/raw",
    ]


def test_names_are_no_markup(window):
    name = "/n/<b>1</b> & <end>.fits"
    images = {**NIGHT, name: image("Light", 120)}
    done = window(images, clicks=[*PICK[:2], *RUN[4:]], picks=[[name], DARKS], failing=["ImageCalibration"])
    assert done["pages"]["Calibrate"]["rows"][-1][2] != ""
    lost = window(images, clicks=[*PICK[:2], *RUN[4:]], picks=[[name], DARKS], files=[f for f in images if f != name])
    assert lost["messages"] == [
        "/n/\u2039b>1\u2039/b> & \u2039end>.fits: there is no such file (bring it back, or make the plan anew)"
    ]


def test_a_file_picked_twice_has_the_role_of_the_last_pick(window):
    done = window(clicks=[*PICK[:2], ["Pre-flight", "Darks..."]], picks=[LIGHTS, DARKS, [LIGHTS[0], DARKS[0]]])
    assert (
        done["pages"]["Pre-flight"]["labels"][0]
        == "Lights: 2, Darks: 5, Flats: 0, Flat-darks: 0, Biases: 0. Not checked yet."
    )


@pytest.mark.parametrize("after", [0, 2])
def test_abort_is_respected(after, window):
    done = window(clicks=RUN, abortAfter=after)
    assert len(done["runs"]) == after
    result = json.loads(done["saved"]["/out/result.json"])
    assert (result["status"], result["error"]) == ("failed", "aborted by the user")
    assert sum(step["ok"] for step in result["steps"]) == after
    page = done["pages"]["Calibrate"]
    assert page["rows"][after][3] == "aborted by the user"
    assert {row[3] for row in page["rows"][after + 1 :]} == {"waits"}


def test_a_process_that_fails_ends_the_run_and_is_named(window):
    done = window(clicks=RUN, failing=["CosmeticCorrection"])
    result = json.loads(done["saved"]["/out/result.json"])
    assert "AG_06_CosmeticCorrection_light_120s_m10C_g120_o30 did not run" in result["error"]
    assert [row[1] for row in done["pages"]["Verify"]["rows"]] == ["dark applied"] * 3


def test_a_light_that_cannot_be_aligned_is_a_warning(window):
    lights = [f"/n/l{i}.fits" for i in range(5)]
    images = {**NIGHT, **{p: image("Light", 120) for p in lights}}
    clicks = [["Calibrate", "Stack"], *RUN]
    done = window(images, clicks=clicks, picks=[lights, *PICKED[1:]], unaligned=["l1_c_cc_d"])
    assert json.loads(done["saved"]["/out/result.json"])["status"] == "succeeded"
    assert done["pages"]["Calibrate"]["rows"][-2][3] == "done: 4 files, 1 could not be aligned"
    assert len(done["runs"][-1]["values"]["images"]) == 4
    too_few = window(
        images, clicks=clicks, picks=[lights, *PICKED[1:]], unaligned=["l1_c_cc_d", "l2_c_cc_d", "l3_c_cc_d"]
    )
    assert "only 2 frames are left" in json.loads(too_few["saved"]["/out/result.json"])["error"]


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ({"files": [*NIGHT, "/out/masters/flat-2s-m10C-g120-o30.xisf"]}, "exists already, and nothing is written over"),
        ({"files": [*NIGHT, "/out/result.json"]}, "exists already"),
        ({"files": [f for f in NIGHT if f != DARKS[0]]}, "there is no such file"),
    ],
)
def test_nothing_is_written_over_and_nothing_begun_that_cannot_end(job, said, window):
    done = window(clicks=RUN, **job)
    assert said in done["messages"][0]
    assert done["runs"] == []
    assert "/out/ampglow-pixinsight.log" not in done["files"]


def test_sizes_that_do_not_fit_are_refused_before_anything_runs(window, tmp_path):
    plan = tmp_path / "plan.json"
    master = {"id": "d", "role": "dark", "file": DARKS[0], "holds_bias": True}
    group = {"id": "L", "frames": LIGHTS, "steps": [{"step": "calibrate", "dark": "d"}]}
    plan.write_text(json.dumps({"tool": "x", "masters": [master], "groups": [group]}))
    images = {**NIGHT, DARKS[0]: image("Dark", 120, width=100)}
    clicks = [["Calibrate", "Load a plan..."], ["Calibrate", "Output folder..."], ["Calibrate", "Calibrate"]]
    done = window(images, clicks=clicks, picks=[[str(plan)]])
    assert "the master d is 100 x 2822 x 1" in done["messages"][0]
    assert done["runs"] == []


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_frames_are_refused(count, window):
    done = window(clicks=[*PICK[:2], *PLAN[4:]], picks=[LIGHTS, DARKS[:count]])
    page = done["pages"]["Calibrate"]
    assert f"fewer than 3 images, and here are {count}" in page["rows"][-1][2]
    assert done["runs"] == []


@pytest.mark.parametrize("carried", [True, False])
def test_fits_that_carry_row_order_get_the_hint(carried, window):
    more = [["ROWORDER", "'TOP-DOWN'", ""]] if carried else []
    images = {**NIGHT, **{p: image("Light", 120, more=more) for p in LIGHTS}}
    done = window(images, clicks=[*PICK[:2], *RUN[4:]], picks=[LIGHTS, DARKS])
    (calibrated,) = [r["values"] for r in done["runs"] if r["process"] == "ImageCalibration"]
    assert calibrated["inputHints"].endswith(" use-roworder-keywords") is carried


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pages.jsh", "tree.headerVisible", "tree.headersVisible", "TreeBox has no property headersVisible"),
        ("pages.jsh", "control.toolTip = entry.tip", "control.toolTip = undefined", "is no text"),
        ("pages.jsh", "node.setText( column, text )", "node.setText( column + 4, text )", "in the columns of its tree"),
        ("pages.jsh", "dialog.userResizable", "dialog.resizable", "a dialog has no property resizable"),
        ("pages.jsh", "new Label( page ), below", "new Label(), below", "Label has no parent"),
        ("settings.jsh", '["calibrateBias", false]', '["calibrateBiases", false]', "has no parameter calibrateBiases"),
        ("settings.jsh", '"outputSampleFormat", "f32"', '"outputSampleFormat", "f33"', "does not know the value f33"),
        ("settings.jsh", '["calibrateFlat", false]', '["calibrateFlat", 0]', "is no boolean: 0"),
        ("settings.jsh", "[true, true] : [true]", "[true] : [true]", "rows of 2, not 3"),
        ("run.jsh", "window.forceClose();", "", "'windows': ['integration"),
        ("run.jsh", "AG.asciiJson( result )", "JSON.stringify( result )", "not ASCII"),
    ],
)
def test_the_mock_refuses_what_would_go_wrong_inside_pixinsight(file, old, new, said, pixinsight, tmp_path):
    scripts = shutil.copytree(SCRIPTS, tmp_path / "scripts", ignore=shutil.ignore_patterns("tools"))
    text = (scripts / "lib" / file).read_text(encoding="utf-8")
    assert old in text
    (scripts / "lib" / file).write_text(text.replace(old, new), encoding="utf-8")
    images = {**NIGHT, LIGHTS[0]: image("Light", 120)}
    images["/n/lé.fits"] = images.pop(LIGHTS[0])
    job = {"files": [*images], "images": images, "picks": [["/n/lé.fits", *LIGHTS[1:]], *PICKED[1:]]}
    done = pixinsight(scripts / "AmpGlow.js", "1.9.3", clicks=RUN, folderPicks=["/out"], **job)
    seen = [done["error"], *done["messages"], done["saved"].get("/out/result.json"), str(done["leaks"])]
    assert said in " ".join(map(str, seen))


# ------------------------------------------------------------------------------------------ layout

#: pixels of a character and of what surrounds the text of a button, generous for the fonts that PixInsight uses
CHARACTER, AROUND, SPACE = 7, 32, 6


def test_the_window_has_room_and_says_what_each_control_does(window):
    (tree,) = window(clicks=[])["trees"]
    width, height = tree["size"]
    assert list(tree["pages"]) == ["Pre-flight", "Calibrate", "Verify"]
    for page in tree["pages"].values():
        assert page["controls"]
        for row in page["controls"]:
            assert sum(len(c["text"]) * CHARACTER + AROUND + SPACE for c in row) < width
            for control in row:
                assert re.fullmatch(r"[A-Z][^.]*(\.\.\.)?", control["text"])
                assert re.fullmatch(r"[A-Z].*\.", control["tip"])
                assert control["tip"].rstrip(".") != control["text"]
        assert len(page["headers"]) == 4
        assert all(label == label.strip() for label in page["labels"])
    assert height >= 400
    checked = [c["text"] for page in tree["pages"].values() for row in page["controls"] for c in row if c["checked"]]
    assert checked == ["Replace hot pixels"]
