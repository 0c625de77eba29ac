"""``ampglow plan`` on a synthetic night: what it writes, what it refuses, what it lets pass."""

import json
import os
import shlex
import shutil
from pathlib import Path

import pytest

from ampglow_plugin import api
from ampglow_plugin.cli.main import main
from ampglow_plugin.simulate import Truth, make_night

SMALL = Truth(width=64, height=48, star_count=0)


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    return make_night(tmp_path_factory.mktemp("night"), SMALL, lights=2, darks=3, flats=3, flatdarks=3, wrong_darks=3)


def run(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return ended.value.code, *capsys.readouterr()


def good(night):
    return (*night.lights, "--darks", *night.darks, "--flats", *night.flats, "--flat-darks", *night.flatdarks)


def test_a_plan_is_written_and_reads_back_with_absolute_paths(night, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(night.folder)
    relative = [p.relative_to(night.folder) for p in night.lights]
    code, out, _ = run(capsys, "plan", *relative, "--darks", "darks", "-o", tmp_path / "plan.yaml")
    assert code == 0
    assert "next: ampglow run" in out
    plan = api.read_plan(tmp_path / "plan.yaml")
    assert plan.groups[0].frames == tuple(p.as_posix() for p in night.lights)
    assert all(Path(f).is_absolute() for m in plan.masters for f in m.frames)


def test_relative_paths_of_a_plan_are_meant_from_its_own_folder(night, tmp_path, capsys, monkeypatch):
    _, out, _ = run(capsys, "plan", *good(night))
    (night.folder / "plan.yaml").write_text(out.replace(night.folder.as_posix() + "/", ""), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert api.read_plan(night.folder / "plan.yaml").groups[0].frames == tuple(p.as_posix() for p in night.lights)


def test_a_wrong_dark_is_refused_and_nothing_is_written(night, tmp_path, capsys):
    target = tmp_path / "plan.yaml"
    code, out, err = run(capsys, "plan", *night.lights, "--darks", *night.wrong_darks, "-o", target)
    assert code == 1
    assert not target.exists()
    assert "AG201" in err
    assert "nothing was written" in err
    assert out == ""


def test_an_allowance_is_recorded_with_its_reason(night, tmp_path, capsys):
    target = tmp_path / "plan.yaml"
    words = ("plan", *night.lights, "--darks", *night.wrong_darks, "--allow", "AG209=no darks of this exposure yet")
    code, _, _ = run(capsys, *words, "--allow", "ag201=none yet", "-o", target)
    assert code == 0
    allowed = {(a.rule, a.reason) for a in api.read_plan(target).allowed}
    assert ("AG209", "no darks of this exposure yet") in allowed
    assert ("AG201", "none yet") in allowed


def test_to_allow_what_differs_means_to_use_the_nearest_dark(night, tmp_path, capsys):
    target = tmp_path / "plan.yaml"
    words = ("plan", *night.lights, "--darks", *night.wrong_darks, "--allow", "AG201@dark-1=to look at it")
    code, out, err = run(capsys, *words, "-o", target)
    assert code == 0
    plan = api.read_plan(target)
    assert plan.master(plan.groups[0].steps[0].dark).frames == tuple(sorted(p.as_posix() for p in night.wrong_darks))
    assert {(a.rule, a.where) for a in plan.allowed} == {("AG201", "dark-1"), ("AG209", "dark-1")}
    assert "allowed (to look at it) AG201 dark-1: " in err
    assert plan.groups[0].id in out


def test_what_was_allowed_stays_visible_as_ignored(night, capsys):
    words = ("plan", *night.lights, "--darks", *night.wrong_darks, "--allow", "AG201=to look at it", "--json")
    code, out, _ = run(capsys, *words)
    records = [json.loads(line) for line in out.splitlines()]
    ignored = {r["rule"]: r["ignored"] for r in records if r["record"] == "finding" and r["ignored"]}
    assert ignored == {"AG201": "to look at it", "AG209": "to look at it"}
    assert (code, records[-1]["errors"], records[-1]["verdict"]) == (0, 0, "go")


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--allow", "AG209="), "without a reason"), (("--allow", "AG203=x"), "did not fail"), (("--allow", "x"), "form")],
)
def test_an_allowance_that_says_nothing_is_an_error(night, capsys, words, said):
    code, _, err = run(capsys, "plan", *night.lights, "--darks", *night.wrong_darks, *words)
    assert code == 2
    assert said in err


def test_an_existing_plan_is_kept_unless_forced(night, tmp_path, capsys):
    target = tmp_path / "plan.yaml"
    target.write_text("mine", encoding="utf-8")
    code, _, err = run(capsys, "plan", *good(night), "-o", target)
    assert (code, target.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in err
    assert run(capsys, "plan", *good(night), "-o", target, "--force")[0] == 0
    assert target.read_text(encoding="utf-8").startswith("# A calibration plan")


def test_json_prints_the_plan_as_a_record(night, capsys):
    code, out, _ = run(capsys, "plan", *good(night), "--stack", "--json")
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert records[-1]["record"] == "summary"
    (plan,) = [r for r in records if r["record"] == "plan"]
    assert [s["step"] for s in plan["groups"][0]["steps"]] == ["calibrate", "cosmetic", "debayer", "align", "integrate"]


def test_the_next_command_can_be_pasted_whatever_the_folder_is_called(night, tmp_path, capsys):
    folder = tmp_path / "my night's data"
    folder.mkdir()
    _, out, _ = run(capsys, "plan", *good(night), "-o", folder / "plan.yaml")
    command = out.split("next: ")[1]
    assert shlex.split(command) == ["ampglow", "run", str(folder / "plan.yaml")]


@pytest.mark.parametrize("command", ["emit", "run"])
def test_a_plan_into_which_darks_of_another_exposure_were_written_is_refused(night, tmp_path, capsys, command):
    target, folder = tmp_path / "plan.yaml", tmp_path / "out"
    assert run(capsys, "plan", *good(night), "-o", target)[0] == 0
    text, dark = target.read_text(encoding="utf-8"), night.darks[0].as_posix()
    target.write_text(text.replace(dark, night.wrong_darks[0].as_posix()), encoding="utf-8")
    code, _, err = run(capsys, command, target, "-o", folder)
    assert code == 1
    assert "the darks of this plan do not fit its lights" in err
    assert f"exposure differs: {night.wrong_darks[0].name} has 60 s, the lights have 180 s" in " ".join(err.split())
    assert not folder.exists()


def test_what_a_plan_allows_is_no_objection_when_it_is_read_again(night, tmp_path, capsys):
    target = tmp_path / "plan.yaml"
    words = ("plan", *night.lights, "--darks", *night.wrong_darks, "--allow", "AG201=to look at it", "-o", target)
    assert run(capsys, *words)[0] == 0
    assert run(capsys, "emit", target, "-o", tmp_path / "out")[0] == 0


def test_limits_of_the_settings_are_remembered_by_the_plan(night, tmp_path, capsys):
    config, target = tmp_path / "mine.yaml", tmp_path / "plan.yaml"
    config.write_text("limits: {exposure_s: {exact: 0.01, tolerated: 200}}")
    words = ("plan", *night.lights, "--darks", *night.wrong_darks, "--config", config, "-o", target)
    assert run(capsys, *words)[0] == 0
    assert {a.rule for a in api.read_plan(target).allowed} == {"AG201", "AG209"}
    assert run(capsys, "emit", target, "-o", tmp_path / "out")[0] == 0


def test_a_fresh_plan_allows_nothing_by_itself(night, tmp_path, capsys):
    target = tmp_path / "plan.yaml"
    assert run(capsys, "plan", *good(night), "-o", target)[0] == 0
    assert api.read_plan(target).allowed == ()


@pytest.mark.parametrize("command", ["run", "emit"])
def test_a_light_that_was_damaged_since_is_named_before_anything_is_done(night, tmp_path, capsys, command):
    lights = [tmp_path / light.name for light in night.lights]
    for copy, light in zip(lights, night.lights, strict=True):
        shutil.copy(light, copy)
    words = ("--darks", *night.darks, "--flats", *night.flats, "--flat-darks", *night.flatdarks)
    run(capsys, "plan", *lights, *words, "-o", tmp_path / "plan.yaml")
    os.truncate(lights[1], lights[1].stat().st_size // 2)
    more = ("--engine", "builtin") if command == "run" else ("--host", "siril", "--host-version", "1.4")
    code, _, err = run(capsys, command, tmp_path / "plan.yaml", *more, "-o", tmp_path / "out")
    assert code == 2
    assert f"{lights[1].name}: its pixels are cut short" in err
    assert "make the plan anew" in err
    assert not (tmp_path / "out").exists()
    code, out, _ = run(capsys, "plan", *lights, *words)
    assert code == 0
    assert lights[0].name in out
    assert lights[1].name not in out


def test_the_embedded_engine_needs_no_script_and_emit_says_how_to_run_it(night, tmp_path, capsys):
    run(capsys, "plan", *good(night), "-o", tmp_path / "plan.yaml")
    code, _, err = run(capsys, "emit", tmp_path / "plan.yaml", "--host", "builtin", "-o", tmp_path / "out")
    assert code == 2
    assert "ampglow run PLAN --engine builtin" in err
