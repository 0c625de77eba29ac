"""Scripts and icons of the hosts, in the hosts: hostile names are the files they name, and nothing else happens."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.errors import FormatError, HostRefused, InputError
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.pixinsight.emitter import render
from ampglow_plugin.hosts.siril.grammar import lines as commands_of
from ampglow_plugin.hosts.siril.talk import command_lines
from ampglow_plugin.knowledge.pixinsight import SERIES as PIXINSIGHT_SERIES
from ampglow_plugin.model.plan import Allowance, Calibrate, Group, Integrate, Master, Plan
from ampglow_plugin.planning.text import from_yaml, to_yaml
from ampglow_plugin.rules.check_plan import check_plan
from tests.conftest import SERIES
from tests.injection.hostile import TEXTS, as_name, put_card, steering
from tests.pixinsight.conftest import node, pixinsight  # noqa: F401 - fixtures

EVERY = " ".join(text for name, text in TEXTS.items() if name not in ("long", "bytes"))
STEP_ADU, LEVEL_ADU = 40, 500
NS = "{http://www.pixinsight.com/xpsm}"


def _frame(path, level, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    header = fits.Header({"EXPTIME": 10.0, "OBJECT": "x", "FILTER": "x", "INSTRUME": "x"})
    data = np.full((16, 24), level, np.uint16)
    data[::2] += 6
    fits.PrimaryHDU(data, header).writeto(path)
    for keyword in ("OBJECT", "FILTER", "INSTRUME"):
        put_card(path, keyword, text)
    return str(path)


def _plan(folder, texts):
    """Lights of rising levels, one a text, below a hostile folder; ids, settings and reasons are hostile, too."""
    night = folder / as_name("$(touch CANARY) ';\"#%\\ \U0001f52d\n\u2028", "")
    lights = tuple(_frame(night / as_name(t, f"{i}.fits"), 1000 + STEP_ADU * i, t) for i, t in enumerate(texts))
    dark = _frame(night / as_name("-dark`touch CANARY`\n"), LEVEL_ADU, "dark")
    settings = {"object": EVERY, "filter": EVERY, "camera": EVERY}
    masters = (Master(id=EVERY, role="dark", file=dark, holds_bias=True, settings=settings),)
    group = Group(id=f"{EVERY}\u2028cd /\n", frames=lights, steps=(Calibrate(dark=EVERY),), settings=settings)
    allowed = (Allowance(rule="AG210", reason=EVERY, where=group.id),)
    return Plan(tool=EVERY, masters=masters, groups=(group,), allowed=allowed)


def _all_below(folder):
    return sorted(str(p) for p in folder.rglob("*"))


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("engine", ["siril-cli", "pysiril"])
def test_siril_calibrates_the_right_frames_and_does_nothing_else(series, engine, siril, tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    texts = [text for name, text in TEXTS.items() if series != "1.4" or name != "four bytes"]
    plan = _plan(tmp_path / "user", texts)
    before = _all_below(tmp_path / "user")
    folder = tmp_path / as_name("$(touch CANARY) `touch CANARY`; touch CANARY #'\"% \U0001f52d", "")
    emission = SIRIL.emit(check_plan(plan), series, folder)
    script = emission.script.read_text("utf-8")
    assert steering(script) == []
    manifest = SIRIL.run(emission, engine=engine, program=str(siril(series)))
    assert manifest.status == "succeeded"
    assert len(manifest.outputs) == len(texts)
    levels = [float(np.median(fits.getdata(folder / output.path).astype(float))) for output in manifest.outputs]
    scale = 65535 if max(levels) <= 1 else 1
    rising = 1000 - LEVEL_ADU + STEP_ADU * np.arange(len(texts))
    assert np.array(levels) * scale == pytest.approx(rising, abs=1)
    assert [Path(output.light.path).name for output in manifest.outputs] == [
        Path(f).name for f in plan.groups[0].frames
    ]
    assert _all_below(tmp_path / "user") == before
    assert not list(tmp_path.rglob("CANARY*"))
    assert not Path("CANARY").exists()


@pytest.mark.parametrize("text", ["M\u3000 31", "\u5000", "\U0001f000", "\U00020000", "a\udc80\udc80"], ids=ascii)
def test_a_character_over_which_siril_1_4_hangs_is_refused(text, tmp_path):
    plan = check_plan(_plan(tmp_path / "user", ["plain", text]))
    with pytest.raises(HostRefused, match="hangs") as caught:
        SIRIL.emit(plan, "1.4", tmp_path / "out")
    assert Path(caught.value.where) == Path(plan.plan.groups[0].frames[1])
    SIRIL.emit(plan, "1.2", tmp_path / "out")


@pytest.mark.parametrize("text", ["caf\xe9", "\u20ac", "\U0001f52d", "\u6708"], ids=ascii)
def test_other_letters_are_taken_by_every_siril(text, tmp_path):
    SIRIL.emit(check_plan(_plan(tmp_path / "user", [text, text])), "1.4", tmp_path / "out")


def test_a_comment_of_a_script_stays_one_whatever_ends_lines(tmp_path):
    """Siril's pipe is given single commands: a comment that fell apart would be one."""
    emission = SIRIL.emit(check_plan(_plan(tmp_path, ["a", "b"])), "1.4", tmp_path / "out")
    said = {line.words[0].text for line in commands_of(emission.script.read_text("utf-8"))}
    assert said <= {"requires", "cd", "link", "calibrate"}
    assert [line.split()[0] for line in command_lines(emission.script)] == [
        c.split()[0] for c in emission.manifest.commands
    ]


@pytest.mark.parametrize("mark", ["\n", "\x1b", "\u202e", "\u2028", "\x9b"], ids=ascii)
def test_a_folder_that_could_forge_a_log_is_refused(mark, tmp_path):
    plan = _plan(tmp_path / "user", ["a", "b"])
    with pytest.raises(InputError, match="control character") as caught:
        SIRIL.emit(check_plan(plan), "1.4", tmp_path / f"out{mark}x")
    assert steering(str(caught.value)) == []
    assert not list(tmp_path.glob("out*"))


def _pixinsight_plan(paths):
    settings = {"object": EVERY, "filter": EVERY, "camera": EVERY}
    dark = Master(id=EVERY, role="dark", file=paths[0], holds_bias=True)
    flat = Master(id=f"{EVERY} flat", role="flat", frames=tuple(paths[:3]), steps=(Calibrate(dark=EVERY), Integrate()))
    steps = (Calibrate(dark=EVERY, flat=flat.id),)
    group = Group(id=f"{EVERY}\nevil()", frames=tuple(paths), steps=steps, settings=settings)
    allowed = (Allowance(rule="AG210", reason=EVERY, where="x\nowned();\u2028owned();\rowned()"),)
    return Plan(tool=EVERY, masters=(dark, flat), groups=(group,), allowed=allowed)


def _paths(keep):
    return [f"/night/{as_name(t, f'{i}.fits')}" for i, t in enumerate(TEXTS.values()) if keep(t)]


def _carried(text):
    """What icons and scripts can carry: no control characters but C1's, which XML allows."""
    return not any(c < " " or c in "\x7f\x85\u2028\u2029" or "\ud800" <= c <= "\udfff" for c in text)


@pytest.mark.parametrize("version", PIXINSIGHT_SERIES)
def test_a_script_for_pixinsight_holds_the_values_in_node(version, pixinsight, tmp_path):  # noqa: F811
    paths = _paths(_carried)
    assert len(paths) > 20
    _, script, work = render(_pixinsight_plan(paths), version, folder="/out")
    assert script.isascii()
    path = tmp_path / "ampglow.js"
    path.write_text(script, encoding="ascii")
    done = pixinsight(path, version, files=paths, folders=["/out"])
    assert done["error"] is None
    assert [run["process"] for run in done["runs"]] == [job.process for job in work.jobs]
    assert json.loads(done["saved"]["/out/result.json"])["status"] == "succeeded"
    given = {row for job in work.jobs for s in job.settings if s.id == "targetFrames" for row in s.value}
    assert {row[1] for row in given if row[1].startswith("/night")} == set(paths)


@pytest.mark.parametrize("version", PIXINSIGHT_SERIES)
def test_icons_hold_the_values_in_other_readers_of_xml(version, tmp_path):
    paths = _paths(_carried)
    icons, _, _ = render(_pixinsight_plan(paths), version, folder="/out")
    path = tmp_path / "ampglow.xpsm"
    path.write_text(icons, encoding="utf-8")
    named = {td.text for td in ET.parse(path).getroot().iter(f"{NS}td") if td.get("id") == "path"}
    assert set(paths) <= named
    for program in (["xmllint", "--noout", "--nonet", path],):
        try:
            done = subprocess.run(program, capture_output=True, text=True, check=False)
        except FileNotFoundError:
            pytest.skip("xmllint is not installed (Debian: apt-get install libxml2-utils)")
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", _paths(lambda t: not _carried(t)), ids=ascii)
def test_names_that_icons_cannot_carry_are_refused(path):
    with pytest.raises(HostRefused, match="control character") as caught:
        render(_pixinsight_plan(["/a.fits", "/b.fits", path]), "1.9.4", folder="/out")
    assert steering(str(caught.value)) == []
    assert caught.value.fix


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_plan_is_the_same_after_yaml(text):
    settings = {"object": text, "filter": text, "camera": text}
    group = Group(id="lights", frames=(f"/n/{text}",), steps=(Calibrate(dark="dark"),), settings=settings)
    dark = Master(id="dark", role="dark", file=f"/d/{text}", settings=settings)
    allowed = (Allowance(rule="AG210", reason=text, where=text),)
    plan = Plan(tool=text, masters=(dark,), groups=(group,), allowed=allowed)
    written = to_yaml(plan)
    assert steering(written) == []
    assert from_yaml(written) == plan


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_id_that_is_no_name_is_refused(text):
    plan = Plan(tool="t", groups=(Group(id=text, frames=("/n/1.fit",), steps=(Calibrate(dark="dark"),)),))
    with pytest.raises(FormatError) as caught:
        from_yaml(to_yaml(plan))
    assert steering(str(caught.value)) == []


def test_the_manifest_of_a_run_is_read_back(tmp_path):
    emission = SIRIL.emit(check_plan(_plan(tmp_path, list(TEXTS.values()))), "1.2", tmp_path / "out")
    assert emission.manifest_path.read_bytes().isascii()
    from ampglow_plugin.hosts.folder import read_manifest

    assert read_manifest(emission.folder) == emission.manifest
