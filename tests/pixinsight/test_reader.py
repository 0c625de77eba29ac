"""Icons and scripts of all kinds read to a plan: ours back to the same, others to what they do."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from ampglow_plugin.errors import FormatError, InputError, UnsupportedFile
from ampglow_plugin.hosts.pixinsight import PIXINSIGHT
from ampglow_plugin.hosts.pixinsight.emitter import render
from ampglow_plugin.hosts.pixinsight.jobs import Survey
from ampglow_plugin.hosts.pixinsight.reader import read_listing
from ampglow_plugin.hosts.pixinsight.settings import Level
from ampglow_plugin.knowledge.pixinsight import SERIES
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Integrate
from tests.pixinsight.plans import NIGHTS
from tests.pixinsight.test_emit import NAMES, only_lights

SEEN = Survey(levels={"dark-120s": Level(hot_adu=1310.7)})


def reading(tmp_path, text, name="x.xpsm"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return PIXINSIGHT.parse(path)


def written(plan, version, ending, tmp_path, **kwargs):
    icons, script, _ = render(plan, version, folder="/out", **kwargs)
    return reading(tmp_path, icons if ending == "xpsm" else script, f"x.{ending}")


def facts(plan):
    masters = {m.id: (m.role, m.file, m.frames, m.steps) for m in plan.masters}
    return masters, [(g.id, g.frames, g.steps) for g in plan.groups]


@pytest.mark.parametrize("ending", ["xpsm", "js"])
@pytest.mark.parametrize("version", SERIES)
@pytest.mark.parametrize("name", NIGHTS)
def test_what_we_write_reads_back(name, version, ending, tmp_path):
    back = written(NIGHTS[name], version, ending, tmp_path, seen=SEEN)
    assert facts(back.plan) == facts(NIGHTS[name])
    assert all(place.line and place.column for place in back.places.values())
    built = next(i for i, master in enumerate(back.plan.masters) if master.steps)
    places = {"groups[0].steps[0].dark", "groups[0].steps[0].dark_scaling", f"masters[{built}].steps[0]"}
    assert places <= set(back.places)


@pytest.mark.parametrize("ending", ["xpsm", "js"])
@pytest.mark.parametrize(
    "step",
    [
        Calibrate(dark="dark-120s", dark_scaling="optimize"),
        Calibrate(flat="flat"),
        CosmeticCorrect(method="auto", hot_sigma=4.5, cold_sigma=5.0, cfa=True),
        CosmeticCorrect(method="auto", hot_sigma=None, cold_sigma=2.5),
        Debayer(pattern="GBRG", method="bilinear"),
        Integrate(combination="median", rejection="none"),
        Integrate(rejection="linear_fit", low_sigma=4.0, high_sigma=2.0, normalization="multiplicative_scaling"),
        Integrate(rejection="gesdt", low_sigma=0.25, high_sigma=0.1, normalization="additive"),
    ],
)
def test_every_setting_of_a_step_reads_back(step, ending, tmp_path):
    night = NIGHTS["osc-nobias"]
    before = () if isinstance(step, Calibrate) else (Calibrate(dark="dark-120s"),)
    plan = replace(night, groups=(replace(night.groups[0], steps=(*before, step)),))
    back = written(plan, "1.9.4", ending, tmp_path)
    assert back.plan.groups[0].steps == plan.groups[0].steps


@pytest.mark.parametrize("ending", ["xpsm", "js"])
def test_any_name_reads_back(ending, tmp_path):
    plan = only_lights(*NAMES, r"D:\n1\light.fit")
    back = written(plan, "1.9.3", ending, tmp_path)
    assert back.plan.groups[0].frames == (*NAMES, "D:/n1/light.fit")


@pytest.mark.parametrize("ending", ["xpsm", "js"])
@pytest.mark.parametrize("align", [(), (Align(),)])
def test_frames_of_one_name_read_back_as_one_group(ending, align, tmp_path):
    plan = only_lights("/n1/light.fit", "/n2/light.fit", "/n3/light.fit")
    plan = replace(plan, groups=(replace(plan.groups[0], steps=(*plan.groups[0].steps, *align)),))
    (group,) = written(plan, "1.9.3", ending, tmp_path).plan.groups
    assert sorted(group.frames) == list(plan.groups[0].frames)
    assert group.steps == plan.groups[0].steps


# ------------------------------------------------------------------------------------------- icons


XPSM = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<xpsm version="1.0" xmlns="http://www.pixinsight.com/xpsm">\n{}\n</xpsm>\n'
)
IC = """<instance class="ImageCalibration" version="256" id="{id}_instance">
 <table id="targetFrames" rows="1"><tr><td id="enabled" value="true"/><td id="path">{light}</td></tr></table>
 <parameter id="masterBiasEnabled" value="false"/>
 <parameter id="masterDarkEnabled" value="true"/>
 <parameter id="masterDarkPath">{dark}</parameter>
 <parameter id="masterFlatEnabled" value="false"/>
 <parameter id="optimizeDarks" value="false"/>
 <parameter id="outputDirectory">{out}</parameter>
</instance>"""


def test_old_namespace_and_missing_version_are_read(tmp_path):
    text = XPSM.format(IC.format(id="A", light="/l.fit", dark="/d.xisf", out="/o"))
    old = text.replace("pixinsight.com/xpsm", "pixinsight.com").replace(' version="256"', "")
    assert facts(reading(tmp_path, old).plan) == facts(reading(tmp_path, text).plan)
    (group,) = reading(tmp_path, old).plan.groups
    assert group.steps == (Calibrate(dark="d"),)


def test_a_container_runs_in_order_and_disabled_members_do_not(tmp_path):
    member = '<instance class="Debayer" version="256" enabled="{}"></instance>'
    text = XPSM.format(
        '<instance class="ProcessContainer" id="C_instance">\n'
        + member.format("true")
        + member.format("false")
        + "</instance>"
    )
    found = read_listing(_file(tmp_path, text)).instances
    assert [(i.process, i.basis, i.order, i.line, i.column) for i in found] == [("Debayer", "container", 1, 4, 1)]


def _file(tmp_path, text, name="x.xpsm"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_script_instance_shows_its_parameters(tmp_path):
    text = XPSM.format(
        '<instance class="Script" version="256" id="W_instance"><parameter id="filePath">$PXI_SRCDIR/x.js</parameter>'
        '<table id="parameters" rows="1"><tr><td id="id">optimizeDarks</td><td id="value">true</td></tr></table></instance>'
    )
    (found,) = read_listing(_file(tmp_path, text)).instances
    assert found.values["parameters.optimizeDarks"].value is True


def test_icons_of_debayered_frames_are_one_chain_by_their_files(tmp_path):
    debayer = """<instance class="Debayer" id="B_instance">
 <table id="targetItems" rows="1"><tr><td id="enabled" value="true"/><td id="image">/l/a.fit</td></tr></table>
 <parameter id="outputDirectory">/o</parameter></instance>"""
    text = XPSM.format(IC.format(id="A", light="/o/a_d.xisf", dark="/d.xisf", out="/c") + debayer)
    (group,) = reading(tmp_path, text).plan.groups
    assert [s.step for s in group.steps] == ["debayer", "calibrate"]


def test_what_does_not_calibrate_gives_no_plan(tmp_path):
    text = XPSM.format('<instance class="CosmeticCorrection"/><instance class="PixelMath"/><instance class="Debayer"/>')
    plan = reading(tmp_path, text).plan
    assert (plan.masters, plan.groups) == ((), ())


BOMB = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xpsm>&b;</xpsm>'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BOMB, "document type"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><xpsm/>', "document type"),
        ("<xpsm><instance></xpsm>", "line 1"),
        ("", "line 1"),
        ("<html/>", "<html>"),
        ('<?xml version="1.0" encoding="no-such"?><xpsm/>', "no-such"),
    ],
)
def test_hostile_and_broken_files_are_refused(text, said, tmp_path):
    with pytest.raises(FormatError, match=re.escape(said)):
        reading(tmp_path, text)


def test_other_files_are_told_apart(tmp_path):
    with pytest.raises(UnsupportedFile):
        read_listing(_file(tmp_path, "", "x.txt"))
    with pytest.raises(InputError):
        read_listing(tmp_path / "missing.js")


# ----------------------------------------------------------------------------------------- scripts


def script(tmp_path, text):
    return read_listing(_file(tmp_path, text, "x.js"))


def only(tmp_path, text):
    (found,) = script(tmp_path, text).instances
    return found


def plain(instance):
    return {key: v.value if v.literal else "?" for key, v in instance.values.items()}


def test_the_last_assignment_before_the_run_counts(tmp_path):
    found = script(
        tmp_path,
        "var P = new ImageCalibration;\nP.optimizeDarks = true;\nP.optimizeDarks = false;\n"
        "P.executeGlobal();\nP.optimizeDarks = true;\nP.executeGlobal();",
    ).instances
    assert [plain(i)["optimizeDarks"] for i in found] == [False, True]
    place = found[0].values["optimizeDarks"]
    assert (place.line, place.column) == (3, 1)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("if (x) P.optimizeDarks = true; else P.optimizeDarks = false;", "?"),
        ("if (x) P.optimizeDarks = false; else P.optimizeDarks = false;", False),
        ("P.optimizeDarks = false; if (x) P.optimizeDarks = true;", "?"),
        ("P.optimizeDarks = x;", "?"),
        ("P.optimizeDarks = x ? true : false;", "?"),
        ("P.optimizeDarks = !1;", "?"),
        ("const off = false; P.optimizeDarks = off;", False),
        ('P["optimizeDarks"] = false;', False),
        ("// P.optimizeDarks = true;\nP.optimizeDarks = false; /* P.optimizeDarks = true; */", False),
        ("switch (x) { case 1: P.optimizeDarks = true; break; default: P.optimizeDarks = false; }", "?"),
        ("for (var i = 0; i < 3; ++i) P.optimizeDarks = false;", False),
        ("try { P.optimizeDarks = false; } catch (e) { }", False),
        ("with_args(P, function() {}); P.optimizeDarks = false;", False),
    ],
)
def test_branches_and_expressions(body, expected, tmp_path):
    found = only(tmp_path, f"var P = new ImageCalibration;\n{body}\nP.executeGlobal();")
    assert plain(found)["optimizeDarks"] == expected


def test_branches_keep_their_literals(tmp_path):
    found = only(tmp_path, "var P = new ImageCalibration; P.optimizeDarks = a ? true : false; P.executeGlobal();")
    assert set(found.values["optimizeDarks"].alternatives) == {True, False}


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("var P = new ImageCalibration; P.executeGlobal();", True),
        ("var P = new ImageCalibration(); P.executeGlobal();", True),
        ("var P = new ImageCalibration(other); P.executeGlobal();", False),
        ("var P = new ImageCalibration; configure(P); P.executeGlobal();", False),
        ("var P = new ImageCalibration; setup.apply(null, [P]); P.executeGlobal();", True),
        ("var P = new ImageCalibration; P.readIcon('x'); P.executeGlobal();", False),
        ("var P = new ImageCalibration; console.writeln(P); P.executeGlobal();", True),
        ("function f(Q) { Q.optimizeDarks = false; } var P = new ImageCalibration; f(P); P.executeGlobal();", True),
    ],
)
def test_what_is_not_stated_is_a_default_only_where_nothing_else_may_have_set_it(text, complete, tmp_path):
    assert only(tmp_path, text).complete is complete


def test_local_functions_are_followed(tmp_path):
    found = only(
        tmp_path,
        "function make(dark) { var P = new ImageCalibration; P.masterDarkPath = dark; P.optimizeDarks = false; return P; }\n"
        "function run(P) { if (!P.executeGlobal()) throw new Error('no'); }\n"
        "run(make('/m/' + 'dark.xisf'));",
    )
    assert plain(found) == {"masterDarkPath": "/m/dark.xisf", "optimizeDarks": False}
    assert (found.basis, found.line) == ("script", 1)


def test_the_order_of_runs_counts_not_that_of_functions(tmp_path):
    text = """function debayer() { var D = new Debayer; D.executeGlobal(); }
function calibrate() { var P = new ImageCalibration; P.masterDarkPath = "/d.xisf"; P.executeGlobal(); }
calibrate(); debayer();"""
    assert [i.process for i in script(tmp_path, text).instances] == ["ImageCalibration", "Debayer"]
    (group,) = reading(tmp_path, text, "y.js").plan.groups
    assert [s.step for s in group.steps] == ["calibrate", "debayer"]


def test_methods_and_dialogs_are_followed_without_an_order_between_them(tmp_path):
    text = """#engine v8
#include <pjsr/Sizer.jsh>
class D extends Dialog {
   constructor() { super(); this.b.onClick = () => { this.debayer(); }; this.c.onClick = () => this.calibrate(); }
   debayer() { let P = new Debayer; P.executeGlobal(); }
   calibrate() { let P = new ImageCalibration; P.cfaPattern = ImageCalibration.Auto; P.executeGlobal(); }
}
(new D).execute();"""
    listing = script(tmp_path, text)
    assert {i.process for i in listing.instances} == {"Debayer", "ImageCalibration"}
    assert len({i.order // 100_000 for i in listing.instances}) == 2
    assert listing.engine_v8
    assert [m.word for m in listing.static_constants] == ["ImageCalibration.Auto"]
    assert "class" in {m.word for m in listing.modern_syntax}


def test_constants_of_both_engines_and_through_a_helper(tmp_path):
    found = only(
        tmp_path,
        "var P = new ImageCalibration;\nP.cfaPattern = ImageCalibration.prototype.RGGB;\n"
        'P.outputSampleFormat = constant(ImageCalibration, "f32");\nP.onError = Debayer.OnError_Abort;\nP.executeGlobal();',
    )
    assert plain(found) == {"cfaPattern": "RGGB", "outputSampleFormat": "f32", "onError": "OnError_Abort"}
    assert [found.values[k].owner for k in plain(found)] == ["ImageCalibration", "ImageCalibration", "Debayer"]


def test_a_listing_that_runs_nothing_is_read_whole_and_its_read_only_part_is_not(tmp_path):
    text = """var P = new ImageCalibration;
P.targetFrames = [ // enabled, path
   [true, "D:/flats/f1.fit"],
   [false, "D:/flats/f2.fit"]
];
P.optimizeDarks = true;
/*
 * Read-only properties
 *
P.outputData = [ ];
 */"""
    found = only(tmp_path, text)
    assert (found.basis, found.order) == ("listing", None)
    assert "outputData" not in found.values
    assert found.values["targetFrames"].value == ((True, "D:/flats/f1.fit"), (False, "D:/flats/f2.fit"))


def test_a_table_that_is_filtered_keeps_its_rows(tmp_path):
    """Which of them are left is decided when the script runs; there are no others."""
    text = """var P = new ImageIntegration; P.images = [[true, "/a.xisf", "", ""], [true, "/b.xisf", "", ""]];
P.images = P.images.filter(function(row) { return File.exists(row[1]); }); P.executeGlobal();"""
    listed = only(tmp_path, text).values["images"]
    assert listed.literal
    assert [row[1] for row in listed.value] == ["/a.xisf", "/b.xisf"]


def test_processes_never_run_in_a_script_that_runs_others_do_not_count(tmp_path):
    text = "var A = new ImageCalibration; A.optimizeDarks = true; var P = new ImageCalibration; P.executeGlobal();"
    assert only(tmp_path, text).name == "P"


def test_strings_numbers_and_damage(tmp_path):
    found = only(
        tmp_path,
        r"""var P = new ImageCalibration; P.a = 'l\'été A\x42\u{1F600}'; P.b = 0x10; P.c = -2.5; P.d = `t`; P.e = `t${x}`;
P.f = "unended
P.executeGlobal();""",
    )
    got = plain(found)
    assert got["a"] == "l'été AB😀"
    assert (got["b"], got["c"], got["d"], got["e"]) == (16, -2.5, "t", "?")


def test_endless_recursion_ends(tmp_path):
    text = "function f(P) { g(P); } function g(P) { f(P); f(P); } f(new ImageCalibration);"
    assert script(tmp_path, text).instances


@pytest.mark.parametrize(
    "text",
    [
        """class C { constructor() { this.ic = new ImageCalibration; this.ic.optimizeDarks = true; }
  run(d) { this.ic.masterDarkPath = "/m/d.xisf"; this.ic.executeGlobal(); } }
new C().run(1);""",
        """class C { run() { this.ic.masterDarkPath = "/m/d.xisf"; this.ic.executeGlobal(); }
  constructor() { this.ic = new ImageCalibration; this.ic.optimizeDarks = true; } }""",
        """function C() { this.ic = new ImageCalibration; this.ic.optimizeDarks = true; }
C.prototype.run = function () { this.ic.masterDarkPath = "/m/d.xisf"; this.ic.executeGlobal(); };
var c = new C; c.run();""",
        """var engine = {}; engine.ic = new ImageCalibration; engine.ic.optimizeDarks = true;
engine.ic.masterDarkPath = "/m/d.xisf"; engine.ic.executeGlobal();""",
    ],
)
def test_a_process_kept_in_a_property_is_followed(text, tmp_path):
    assert plain(only(tmp_path, text)) == {"optimizeDarks": True, "masterDarkPath": "/m/d.xisf"}


def test_of_two_processes_kept_under_one_name_nothing_is_taken_for_known(tmp_path):
    text = """class A { constructor() { this.ic = new ImageCalibration; this.ic.optimizeDarks = false; } }
class B { constructor() { this.ic = new ImageCalibration; } run() { this.ic.executeGlobal(); } }
new A; new B().run();"""
    assert not any(found.complete for found in script(tmp_path, text).instances)


def test_nesting_without_end_is_refused(tmp_path):
    text = f"var P = new ImageCalibration;{'if (a) {' * 3000} P.optimizeDarks = true; {'}' * 3000}P.executeGlobal();"
    with pytest.raises(InputError, match="nested too deeply"):
        script(tmp_path, text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "latin-1"])
@pytest.mark.parametrize("name", ["x.js", "x.log"])
def test_text_is_read_in_the_encoding_it_was_saved_in(name, encoding, tmp_path):
    text = 'var P = new ImageCalibration;\nP.masterDarkPath = "/é/dark.xisf";\n'
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    path = tmp_path / name
    path.write_bytes((mark + text).encode(encoding))
    (found,) = read_listing(path).instances
    assert found.values["masterDarkPath"].value == "/é/dark.xisf"


@pytest.mark.parametrize("name", ["x.js", "x.log"])
def test_what_is_no_text_is_refused(name, tmp_path):
    path = tmp_path / name
    path.write_bytes(b"\x1f\x8b\0\0 var P = new ImageCalibration;")
    with pytest.raises(InputError, match="no text"):
        read_listing(path)


def test_flats_are_a_master_even_where_their_files_are_computed(tmp_path):
    text = """var F = new ImageCalibration; F.masterBiasEnabled = false; F.masterFlatEnabled = false;
F.masterDarkPath = "/m/flatdark.xisf"; F.optimizeDarks = false; F.targetFrames = list; F.outputDirectory = "/o/flats";
F.executeGlobal();
var P = new ImageCalibration; P.masterBiasEnabled = false; P.masterDarkPath = "/m/dark.xisf"; P.masterFlatPath = "/m/flat.xisf";
P.targetFrames = lights; P.outputDirectory = "/o/lights"; P.executeGlobal();"""
    plan = reading(tmp_path, text, "x.js").plan
    assert [(m.role, m.id) for m in plan.masters if m.steps] == [("flat", "flat F")]
    (group,) = plan.groups
    assert group.steps == (Calibrate(dark="dark", flat="flat", dark_scaling="optimize", equalize_cfa=True),)


def test_bias_with_a_calibrated_dark_is_the_dark_as_it_is(tmp_path):
    """light - bias - (dark - bias) = light - dark: no bias is subtracted twice."""
    text = XPSM.format(IC.format(id="A", light="/l.fit", dark="/d.xisf", out="/o"))
    text = text.replace(
        'masterBiasEnabled" value="false"/>',
        'masterBiasEnabled" value="true"/>\n<parameter id="masterBiasPath">/b.xisf</parameter>',
    )
    (group,) = reading(tmp_path, text).plan.groups
    assert group.steps == (Calibrate(dark="d", bias="b"),)
    text = text.replace(
        '<parameter id="optimizeDarks"', '<parameter id="calibrateDark" value="true"/><parameter id="optimizeDarks"'
    )
    (group,) = reading(tmp_path, text).plan.groups
    assert group.steps == (Calibrate(dark="d"),)
