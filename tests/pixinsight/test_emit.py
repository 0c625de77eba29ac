"""Icons and scripts of the demo night: golden by version, right against the process table, safe with any name."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from astropy.io import fits

import ampglow_plugin
from ampglow_plugin.errors import HostMissing, HostRefused, InputError
from ampglow_plugin.hosts.pixinsight import PIXINSIGHT
from ampglow_plugin.hosts.pixinsight.emitter import render
from ampglow_plugin.hosts.pixinsight.icons import write_icons
from ampglow_plugin.hosts.pixinsight.jobs import Survey
from ampglow_plugin.hosts.pixinsight.settings import Level
from ampglow_plugin.hosts.pixinsight.survey import dark_level
from ampglow_plugin.knowledge.pixinsight import SERIES, processes
from ampglow_plugin.model.codec import from_dict
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Group, Integrate, Master, Plan
from tests.pixinsight.plans import NIGHTS, checked

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "pixinsight"
SEEN = Survey(levels={"dark-120s": Level(hot_adu=1310.7)}, row_order=True)
NS = "{http://www.pixinsight.com/xpsm}"


def texts(name, version):
    icons, script, _ = render(NIGHTS[name], version, folder="/out", seen=SEEN)
    return [text.replace(f"ampglow {ampglow_plugin.__version__}", "ampglow VERSION") for text in (icons, script)]


@pytest.mark.parametrize("version", SERIES)
@pytest.mark.parametrize("name", NIGHTS)
def test_golden(name, version, update_golden):
    for text, ending in zip(texts(name, version), ("xpsm", "js"), strict=True):
        path = GOLDEN / version / f"{name}.{ending}"
        if update_golden:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
        assert path.read_text(encoding="utf-8") == text


def test_no_golden_file_is_left_over():
    wanted = {f"{v}/{n}.{e}" for v in SERIES for n in NIGHTS for e in ("xpsm", "js")}
    wanted |= {f"{name}-differences.txt" for name in NIGHTS}
    assert {p.relative_to(GOLDEN).as_posix() for p in GOLDEN.rglob("*") if p.is_file()} == wanted


def instances(text):
    return ET.fromstring(text).findall(f"{NS}instance")


def value(element):
    return element.get("value") if element.get("value") is not None else (element.text or "")


@pytest.mark.parametrize("version", SERIES)
@pytest.mark.parametrize("name", NIGHTS)
def test_every_parameter_of_the_version_in_its_order(name, version):
    """Against the table: ids, order, elements of enumerations, ranges, decimals; nothing else."""
    for instance in instances(texts(name, version)[0]):
        process = processes()[instance.get("class")]
        expected = {p.id: p for p in process.at(version)}
        written = [e.get("id") for e in instance if e.tag != f"{NS}description"]
        assert written == [key for key in expected if key in written]
        if not process.row.get("closed_source"):
            assert written == list(expected)
        for element in instance:
            if element.tag != f"{NS}parameter":
                continue
            parameter, text = expected[element.get("id")], value(element)
            assert (element.get("value") is None) == (parameter.type == "String")
            if parameter.type == "Boolean":
                assert text in ("true", "false")
            elif parameter.type == "Enum":
                assert text in parameter.enum
            elif parameter.type in ("Float", "Double", "Int32"):
                number = float(text)
                assert "e" not in text
                assert parameter.minimum is None or number >= parameter.minimum
                assert parameter.maximum is None or number <= parameter.maximum
                assert len(text.partition(".")[2]) <= 7


def differences(name):
    """Every parameter that is not at its factory value, with the reason the writer gives."""
    icons, _, work = render(NIGHTS[name], "1.9.3", folder="/out", seen=SEEN)
    lines = []
    for job, instance in zip(work.jobs, instances(icons), strict=True):
        process = processes()[job.process]
        lines.append(f"{job.number}. {job.process}: {job.what}")
        why = {s.id: s.why for s in job.settings}
        for parameter in process.at("1.9.3"):
            element = next((e for e in instance if e.get("id") == parameter.id), None)
            if element is None:
                continue
            if parameter.type == "Table":
                if int(element.get("rows")) != parameter.rows:
                    lines.append(f"   {parameter.id}: {element.get('rows')} rows ({why[parameter.id]})")
                continue
            default = parameter.default
            text = value(element)
            same = text == default or (parameter.type == "Boolean" and text == str(default).lower())
            if not same and parameter.type in ("Float", "Int32") and default is not None:
                same = float(text) == default
            if not same and parameter.id != "imageType":
                lines.append(f"   {parameter.id}: {text or '(empty)'}, factory {default} ({why[parameter.id]})")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", NIGHTS)
def test_exactly_these_differ_from_the_factory(name, update_golden):
    path = GOLDEN / f"{name}-differences.txt"
    if update_golden:
        path.write_text(differences(name), encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == differences(name)


def calibrations(name, version="1.9.3"):
    found = [i for i in instances(texts(name, version)[0]) if i.get("class") == "ImageCalibration"]
    return [{e.get("id"): value(e) for e in i if e.tag == f"{NS}parameter"} for i in found]


@pytest.mark.parametrize("version", SERIES)
def test_lights_and_flats_as_the_facts_say(version):
    flats, lights = calibrations("osc-nobias", version)
    for c in (flats, lights):
        assert c["optimizeDarks"] == c["calibrateFlat"] == c["masterBiasEnabled"] == "false"
        assert c["masterDarkEnabled"] == c["calibrateDark"] == "true"
        assert c["masterBiasPath"] == ""
        assert c.get("generateHistoryProperties", "true") == c.get("generateFITSKeywords", "true") == "true"
        assert ("generateHistoryProperties" in c) == (version != "1.8.9")
    assert flats["masterDarkPath"] == "/out/masters/flatdark-3s.xisf"
    assert (flats["masterFlatEnabled"], flats["masterFlatPath"]) == ("false", "")
    assert flats["outputPedestalMode"] == "OutputPedestal_Literal"
    assert lights["outputPedestalMode"] == "OutputPedestal_Auto"
    assert lights["enableCFA"] == "true"
    assert calibrations("mono-nobias", version)[1]["enableCFA"] == "false"
    flats, lights = calibrations("osc-bias", version)
    assert (flats["masterDarkEnabled"], flats["masterDarkPath"]) == ("false", "")
    assert lights["masterBiasEnabled"] == "true"
    assert lights["calibrateDark"] == "false"  # this dark is known to be free of bias
    assert lights["masterDarkPath"] == "/data/library/dark-120s.xisf"


def test_icons_of_1_8_9_leave_out_what_only_some_releases_have():
    for c in calibrations("osc-nobias", "1.8.9"):
        assert not {"autoPedestalThreshold", "autoPedestalLimit", "cosmeticCorrectionLow"} & set(c)


def test_masters_that_exist_are_not_built():
    plan = NIGHTS["osc-nobias"]
    ready = tuple(Master(id=m.id, role=m.role, file=f"/lib/{m.id}.xisf", holds_bias=m.holds_bias) for m in plan.masters)
    work = render(replace(plan, masters=ready), "1.9.4")[2]
    assert [j.process for j in work.jobs][:2] == ["ImageCalibration", "CosmeticCorrection"]


def lights(count=4, *steps, **more):
    return Group(id="L", frames=tuple(f"/l/{n}.fit" for n in range(count)), steps=steps, **more)


DARK = Master(id="d", role="dark", file="/m/d.fit", holds_bias=True)


@pytest.mark.parametrize(
    ("masters", "group", "said"),
    [
        ((Master(id="d", role="dark", frames=("/1", "/2"), steps=(Integrate(),)),), lights(4, Calibrate(dark="d")), "fewer than 3"),
        ((DARK,), lights(2, Calibrate(dark="d"), Align(), Integrate()), "fewer than 3"),
        ((DARK,), lights(4, Calibrate(dark="d", bias_level_adu=500.0)), "constant"),
        ((DARK,), lights(4, Calibrate(dark="d", dark_scaling="exposure")), "exposure"),
        ((DARK,), lights(4, Calibrate()), "without any master"),
        ((DARK,), lights(4, Calibrate(dark="x")), "no master 'x'"),
        ((DARK,), lights(4, Calibrate(dark="d"), Debayer(method="rcd")), "rcd"),
        ((DARK,), lights(4, Calibrate(dark="d"), Debayer(pattern="XTRANS")), "XTRANS"),
        ((DARK,), lights(4, Calibrate(dark="d"), Align(drizzle=True)), "drizzle"),
        ((DARK,), lights(4, Calibrate(dark="d"), CosmeticCorrect(method="map", dark="d")), "map"),
        ((DARK,), lights(4, Integrate(combination="sum")), "sum"),
        ((DARK,), lights(4, Integrate(rejection="mad")), "mad"),
        ((DARK,), lights(4, Integrate(output_normalized=True)), "stretch"),
        ((DARK,), lights(0, Calibrate(dark="d")), "no frames"),
        ((Master(id="d", role="dark", frames=("/1", "/2", "/3")),), lights(4, Calibrate(dark="d")), "not integrated"),
        ((Master(id="a", role="flat", frames=("/1", "/2", "/3"), steps=(Calibrate(flat="b"), Integrate())),
          Master(id="b", role="flat", frames=("/1", "/2", "/3"), steps=(Calibrate(flat="a"), Integrate()))), lights(), "circle"),
        ((DARK,), lights(4), "nothing to do"),
    ],
)  # fmt: skip
def test_refused_with_the_reason(masters, group, said):
    with pytest.raises(HostRefused, match=re.escape(said)) as refusal:
        render(Plan(tool="t", masters=masters, groups=(group,)), "1.9.3")
    assert refusal.value.fix


def test_an_unknown_version_is_refused():
    with pytest.raises(HostRefused, match=r"1\.7"):
        render(NIGHTS["osc-bias"], "1.7")


NAMES = [
    '/data/M 31 & <friends>/l\'été "1".fit',
    "/data/M 31 & <friends>/光 $HOME `x` */.fit",
    "/data/a]]>b/--x.fit",
    r"/data/back\slash.fit",
]


def only_lights(*paths):
    group = Group(id="L", frames=paths, steps=(Calibrate(dark="d"),))
    return Plan(tool="t", masters=(DARK,), groups=(group,))


@pytest.mark.parametrize("version", SERIES)
def test_any_name_survives_both_texts(version):
    icons, script, _ = render(only_lights(*NAMES), version)
    (instance,) = instances(icons)
    assert [td.text for td in instance.iter(f"{NS}td") if td.get("id") == "path"] == NAMES
    script.encode("ascii")
    table = re.search(r"P01\.targetFrames = (\[.*?\n   \]);", script, re.DOTALL)
    assert [row[1] for row in json.loads(table[1])] == NAMES


def test_windows_paths_get_forward_slashes():
    icons, script, _ = render(only_lights(r"D:\astro\light 1.fit", r"\\nas\x\light 2.fit"), "1.9.3")
    for text in ("D:/astro/light 1.fit", "//nas/x/light 2.fit"):
        assert f">{text}<" in icons
        assert f'"{text}"' in script
    assert "light 1_c.xisf" in script


@pytest.mark.parametrize("bad", ["/data/a\nb.fit", "/data/a\x01b.fit", "/data/a\u2028b.fit", "/data/\udcff.fit"])
def test_control_characters_are_refused(bad):
    with pytest.raises(HostRefused, match="control"):
        render(only_lights(bad), "1.9.3")


def test_frames_of_one_name_are_not_written_over_each_other():
    plan = only_lights("/n1/light_1.fit", "/n2/Light_1.fits", "/n1/light_2.fit", "/n3/light_1.xisf")
    work = render(plan, "1.9.4", folder="/o")[2]
    assert [j.inputs for j in work.jobs] == [
        ("/n1/light_1.fit", "/n1/light_2.fit"),
        ("/n2/Light_1.fits",),
        ("/n3/light_1.xisf",),
    ]
    outputs = [c.path for c in work.calibrated]
    assert len({o.casefold() for o in outputs}) == 4
    assert [c.light for c in work.calibrated] == list(plan.groups[0].frames)
    assert outputs[1] == "/o/calibrated/L/n2_Light_1_c.xisf"


def test_icons_stand_in_working_order_and_are_identifiers():
    root = ET.fromstring(texts("osc-nobias", "1.9.3")[0])
    icons = root.findall(f"{NS}icon")
    assert [i.get("instance") for i in icons] == [i.get("id") for i in root.findall(f"{NS}instance")]
    assert [int(i.get("ypos")) for i in icons] == sorted(int(i.get("ypos")) for i in icons)
    assert all(re.fullmatch(r"AG_\d\d_[A-Za-z0-9_]+", i.get("id")) for i in icons)
    processes_ = [i.get("class") for i in root.findall(f"{NS}instance")]
    assert processes_ == [
        "ImageIntegration",
        "ImageIntegration",
        "ImageCalibration",
        "ImageIntegration",
        "ImageCalibration",
        "CosmeticCorrection",
        "Debayer",
        "StarAlignment",
        "ImageIntegration",
    ]


def test_masters_are_integrated_as_they_are():
    for instance in instances(texts("osc-nobias", "1.9.3")[0])[:2]:
        found = {e.get("id"): value(e) for e in instance}
        assert (found["normalization"], found["weightMode"]) == ("NoNormalization", "DontCare")
        assert found["rejectionNormalization"] == "NoRejectionNormalization"
        assert found["rangeClipLow"] == "false"
        assert "Save it as: /out/masters/" in instance.find(f"{NS}description").text


def test_a_table_without_a_parameter_is_not_written_past():
    work = render(NIGHTS["osc-bias"], "1.9.3")[2]
    with pytest.raises(HostRefused, match="generateHistoryProperties"):
        write_icons(work.jobs, "1.8.9", [])


def fits_frame(path, kind, level, **cards):
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(abs(hash(path.name)) % 2**32)
    unit = fits.PrimaryHDU(rng.normal(level, 10, (96, 128)).clip(0).astype(np.uint16))
    unit.header["IMAGETYP"] = kind
    unit.header.update(cards)
    unit.writeto(path)
    return str(path)


def small_night(folder, **cards):
    darks = tuple(fits_frame(folder / "d" / f"d{n}.fits", "Dark", 500, EXPTIME=60.0, **cards) for n in range(3))
    lights_ = tuple(fits_frame(folder / "l" / f"l{n}.fits", "Light", 900, EXPTIME=60.0, **cards) for n in range(3))
    dark = Master(id="dark", role="dark", frames=darks, steps=(Integrate(rejection="none"),), holds_bias=True)
    steps = (Calibrate(dark="dark"), CosmeticCorrect(dark="dark", cfa=True))
    return Plan(tool="t", masters=(dark,), groups=(Group(id="L 1", frames=lights_, steps=steps, cfa=True),))


def test_emit_writes_a_folder_that_the_proof_can_use(tmp_path):
    plan = small_night(tmp_path / "in", ROWORDER="TOP-DOWN")
    emission = PIXINSIGHT.emit(checked(plan), "1.9.3", tmp_path / "out")
    out = tmp_path / "out"
    assert {p.name for p in out.iterdir()} == {
        "ampglow.js",
        "ampglow.xpsm",
        "ampglow-run.json",
        "plan.json",
        "masters",
        "calibrated",
        "cosmetic",
    }
    assert (out / "calibrated" / "L_1").is_dir()
    manifest = emission.manifest
    assert manifest.commands == ("ImageIntegration", "ImageCalibration", "CosmeticCorrection")
    assert [o.path for o in manifest.outputs] == [f"calibrated/L_1/l{n}_c.xisf" for n in range(3)]
    assert manifest.outputs[0].light.path == plan.groups[0].frames[0]
    assert (manifest.masters[0].path, manifest.masters[0].built) == ("masters/dark.xisf", True)
    icons = (out / "ampglow.xpsm").read_text(encoding="utf-8")
    cosmetic = next(i for i in instances(icons) if i.get("class") == "CosmeticCorrection")
    found = {e.get("id"): value(e) for e in cosmetic}
    assert found["useMasterDark"] == found["hotDarkCheck"] == "true"
    assert 500 < float(found["hotDarkLevel"]) * 65535 < 540  # 3 sigma of the mean of three, 10 ADU each
    calibration = next(i for i in instances(icons) if i.get("class") == "ImageCalibration")
    assert "use-roworder-keywords" in {e.get("id"): value(e) for e in calibration}["inputHints"]
    text = (out / "plan.json").read_text(encoding="ascii")
    assert from_dict(Plan, json.loads(text)) == plan  # what the window inside PixInsight loads
    with pytest.raises(InputError, match="earlier script"):
        PIXINSIGHT.emit(checked(plan), "1.9.3", out)
    PIXINSIGHT.emit(checked(plan), "1.9.4", out, force=True)
    assert (out / "ampglow.js").read_text().startswith("#engine v8\n")


def test_the_plan_beside_the_icons_has_whole_paths_in_ascii(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    plan = small_night(Path("Lübeck"))
    PIXINSIGHT.emit(checked(plan), "1.9.3", tmp_path / "out")
    text = (tmp_path / "out" / "plan.json").read_text(encoding="ascii")
    assert [Path(p) for p in json.loads(text)["groups"][0]["frames"]] == [tmp_path / f for f in plan.groups[0].frames]


def test_emit_without_row_order_leaves_the_hints_alone(tmp_path):
    PIXINSIGHT.emit(checked(small_night(tmp_path / "in")), "1.9.3", tmp_path / "out")
    assert "use-roworder" not in (tmp_path / "out" / "ampglow.xpsm").read_text()


def test_sizes_that_do_not_fit_are_refused_before_anything_is_written(tmp_path):
    plan = small_night(tmp_path / "in")
    odd = tmp_path / "in" / "odd.fits"
    fits.PrimaryHDU(np.zeros((96, 64), np.uint16)).writeto(odd)
    master = Master(id="dark", role="dark", file=str(odd), holds_bias=True)
    with pytest.raises(HostRefused, match="64 x 96"):
        PIXINSIGHT.emit(checked(replace(plan, masters=(master,))), "1.9.3", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_level_lies_above_the_glow_and_below_the_hot_pixels():
    """Truth: pedestal 500, noise 5, a corner that glows by 800 ADU, hot pixels of 3000 ADU."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:512, 0:512]
    glow = 800 * np.exp(-np.hypot(511 - x, 511 - y) / 80)
    dark = 500 + glow + rng.normal(0, 5, (512, 512))
    hot = rng.integers(0, 512, (200, 2))
    dark[hot[:, 0], hot[:, 1]] += 3000
    level = dark_level(dark, 3.0, None)
    assert level.cold_adu is None
    assert (dark > level.hot_adu).sum() <= 400  # the hot pixels and at most the tip of the corner
    assert (dark[hot[:, 0], hot[:, 1]] > level.hot_adu).all()
    assert dark_level(dark, None, 3.0).cold_adu < 500


def test_run_says_plainly_who_runs_pixinsight(tmp_path):
    emission = PIXINSIGHT.emit(checked(small_night(tmp_path / "in")), "1.9.3", tmp_path / "out")
    with pytest.raises(HostMissing, match="you run it") as missing:
        PIXINSIGHT.run(emission, engine="pixinsight")
    assert "Execute Script File" in missing.value.fix
    assert "ampglow verify" in missing.value.fix
