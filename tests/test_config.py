"""``ampglow.yaml``: where it lies, what is wrong in it, and what it changes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ampglow_plugin import api
from ampglow_plugin import config as settings
from ampglow_plugin.cli.main import main
from ampglow_plugin.errors import FormatError
from ampglow_plugin.knowledge.tolerances import age_limits, limit
from ampglow_plugin.model.config import Ignore
from ampglow_plugin.rules import RULES

CODES = {rule.code for rule in RULES}


@pytest.fixture
def run(capsys):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def run_json(run):
    def call(*words):
        code, out, _ = run(*words, "--json")
        records = [json.loads(line) for line in out.splitlines()]
        assert records[-1]["exit"] == code
        return records

    return call


@pytest.fixture
def night(tmp_path, put_frame):
    """A light and ten darks of it, 2.5 degrees colder and 40 days old."""
    folder = tmp_path / "night"
    put_frame(folder / "Lights" / "l.fits")
    for i in range(10):
        cards = {"CCD_TEMP": -12.5, "SET_TEMP": -12.5, "DATE_OBS": "2023-12-01T22:00:00"}
        put_frame(folder / "Darks" / f"d{i}.fits", IMAGETYP="DARK", **cards)
    return folder


def failed(records, code):
    return [r for r in records if r["record"] == "finding" and r["rule"] == code and r["outcome"] == "failed"]


def test_every_wrong_place_is_named_at_once(tmp_path):
    file = tmp_path / "ampglow.yaml"
    file.write_text(
        "limits:\n  temperature_c: {cooled: {exact: -1, tolerated: 2}}\n  exposure_s: {exact: 2, tolerated: 1}\n"
        "  age_d: [30, 20, 10]\nhosts: {gimp: /usr/bin/gimp}\n"
        "ignore: [{rule: AG999, reason: x}, {rule: AG211, reason: ' '}]\n"
    )
    with pytest.raises(FormatError) as wrong:
        settings.load([file], CODES)
    assert [p.place for p in wrong.value.problems] == [
        "limits.exposure_s",
        "limits.temperature_c.cooled.exact",
        "limits.age_d",
        "hosts.gimp",
        "ignore[0].rule",
        "ignore[1].reason",
    ]
    assert wrong.value.where == str(file)
    file.write_text("limit: {}\nignore: [{rule: AG211}]\nlibrary: Darks\n")
    with pytest.raises(FormatError) as wrong:
        settings.load([file], CODES)
    assert [p.place for p in wrong.value.problems] == ["limit", "library", "ignore[0].reason"]


def test_what_is_no_yaml_is_told_with_its_line(night, run):
    (night / "ampglow.yaml").write_text("limits:\n  exposure_s: {exact: 1\n")
    code, _, err = run("check", night)
    assert code == 2
    assert "line 3, column 1" in " ".join(err.split())


def test_files_are_laid_over_each_other(tmp_path, user_settings):
    near = tmp_path / "night"
    near.mkdir()
    (user_settings / "ampglow.yaml").write_text(
        "limits: {temperature_c: {cooled: {exact: 0.5, tolerated: 2}}}\nlibrary: [Darks]\n"
        "ignore: [{rule: AG211, reason: old ones are fine}]\nhosts: {siril: /opt/siril-cli}\n"
    )
    (near / "ampglow.yaml").write_text(
        "limits: {temperature_c: {cooled: {tolerated: 1.5}}}\nlibrary: [../more]\n"
        "ignore: [{rule: AG112, where: night, reason: known}]\n"
    )
    files = settings.find([near])
    assert files == (user_settings / "ampglow.yaml", near / "ampglow.yaml")
    found = settings.load(files, CODES)
    bounds = found.limits["temperature_c", "cooled"]
    assert (bounds.exact, bounds.tolerated) == (0.5, 1.5)
    assert found.library == (str(user_settings / "Darks"), str(tmp_path / "more"))
    assert [i.rule for i in found.ignore] == ["AG211", "AG112"]
    assert found.hosts == {"siril": "/opt/siril-cli"}
    assert found.origins["temperature_c/cooled exact 0.5"] == str(user_settings / "ampglow.yaml")
    assert found.origins["temperature_c/cooled tolerated 1.5"] == str(near / "ampglow.yaml")
    (near / "ampglow.yaml").write_text("hosts: {siril: siril-cli}")
    assert settings.load(files, CODES).hosts == {"siril": "siril-cli"}  # a command, not a file of this folder
    assert settings.find([near / "light.fits"])[1:] == (near / "ampglow.yaml",)


def test_an_empty_file_changes_nothing(tmp_path):
    (tmp_path / "ampglow.yaml").write_text("# nothing yet\n")
    assert settings.load([tmp_path / "ampglow.yaml"], CODES) == settings.load([], CODES)


def test_limits_decide_and_are_named(night, run, run_json):
    assert run_json("check", night)[-1]["verdict"] == "go"
    (night / "ampglow.yaml").write_text(
        "limits: {temperature_c: {cooled: {exact: 0.5, tolerated: 2}}, age_d: [50, 60, 70]}"
    )
    records = run_json("check", night)
    assert records[-1]["verdict"] == "no_go"
    (cold,) = failed(records, "AG202")
    assert (cold["severity"], cold["measured"], cold["limit"]) == ("error", 2.5, 2.0)
    assert cold["source"] == "set by ampglow.yaml (your settings)"
    assert limit("temperature_c", "cooled").tolerated == 3.0  # the user's numbers end with the call
    (night / "ampglow.yaml").write_text("limits: {temperature_c: {cooled: {exact: 3}}, age_d: [10, 20, 30]}")
    records = run_json("check", night)
    assert not failed(records, "AG202")
    (old,) = failed(records, "AG211")
    assert (old["severity"], old["limit"]) == ("warning", 30)
    assert age_limits()[0].above_d == 30
    said = run("check", night, "-v")[1]
    assert "setting temperature_c/cooled exact 3 (from" in said
    assert "setting age_d 10, 20, 30 (from" in said


def test_what_is_ignored_stays_visible(night, run, run_json):
    (night / "ampglow.yaml").write_text('ignore: [{rule: AG202, where: "Darks/*", reason: the shed is cold}]')
    records = run_json("check", night)
    (cold,) = failed(records, "AG202")
    assert cold["ignored"] == "the shed is cold"
    assert records[-1]["warnings"] == 0
    out = run("check", night)[1]
    assert out.startswith("GO: the lights have a dark that fits.\n")
    assert "ignored AG202" in out
    assert "the shed is cold" in " ".join(out.split())
    (night / "ampglow.yaml").write_text('ignore: [{rule: AG202, where: "Lights/*", reason: elsewhere}]')
    assert failed(run_json("check", night), "AG202")[0]["ignored"] is None


def test_an_error_that_is_ignored_is_allowed_in_the_plan_and_recorded_there(night, tmp_path, run):
    config, plan = tmp_path / "mine.yaml", tmp_path / "plan.yaml"
    config.write_text("ignore: [{rule: AG209, reason: no darks yet}]")
    for dark in (night / "Darks").glob("*.fits"):
        dark.unlink()
    assert run("check", night, "--config", config)[0] == 0
    assert run("plan", night, "-o", plan, "--config", config)[0] == 0
    (allowed,) = api.read_plan(plan).allowed
    assert (allowed.rule, allowed.where, allowed.reason) == ("AG209", "dark-1", "no darks yet (set in ampglow.yaml)")
    assert run("check", night)[0] == run("plan", night)[0] == 1  # both refuse without the settings


def test_an_unknown_dark_that_is_vouched_for_is_known_to_check_and_plan(tmp_path, put_frame, run, run_json):
    silent = {"SET_TEMP": None, "CCD_TEMP": None}
    for i in range(10):
        put_frame(tmp_path / "Darks" / f"d{i}.fits", IMAGETYP="DARK", **silent)
    put_frame(tmp_path / "Lights" / "l.fits", DATE_OBS="2024-01-10T23:00:00")
    assert run_json("check", tmp_path)[-1]["verdict"] == "unknown"
    assert run("plan", tmp_path)[0] == 1
    (tmp_path / "ampglow.yaml").write_text("ignore: [{rule: AG210, where: dark-1, reason: the cooler was at -10}]")
    assert run_json("check", tmp_path)[-1]["verdict"] == "go"
    code, out, _ = run("plan", tmp_path)
    assert code == 0
    assert "the cooler was at -10 (set in ampglow.yaml)" in out


def test_what_is_ignored_for_one_file_stops_a_plan_for_another(night, put_frame, run, tmp_path):
    for name in ("a", "b"):
        put_frame(night / "Lights" / f"{name}.fits", CALSTAT="D", DATE_OBS="2024-01-10T23:00:00")
    settings_file = night / "ampglow.yaml"
    settings_file.write_text("ignore: [{rule: AG103, where: a.fits, reason: it lies}]")
    code, _, err = run("plan", night)
    assert code == 1
    assert "b.fits was calibrated before" in err
    assert "a.fits was calibrated before" not in err


def test_a_library_is_searched_where_the_night_has_no_dark(night, tmp_path, put_frame, run, run_json):
    library = tmp_path / "library"
    for i in range(10):
        put_frame(library / f"a{i}.fits", IMAGETYP="DARK")
        put_frame(library / f"b{i}.fits", IMAGETYP="DARK", EXPTIME=60.0)
    (night / "ampglow.yaml").write_text("library: [../library, ../unplugged]")
    records = run_json("check", night)
    assert all(
        Path(d).parent.name == "Darks" for r in records if r["record"] == "match" for d in r["darks"]
    )  # the night's own fit
    for dark in (night / "Darks").glob("*.fits"):
        dark.unlink()
    records = run_json("check", night)
    (match,) = [r for r in records if r["record"] == "match"]
    assert match["status"] == "exact"
    assert len(match["darks"]) == 10
    assert all(Path(path).parent == library for path in match["darks"])
    assert any("this library folder is not there" in f["message"] for f in failed(records, "AG101"))
    plan = tmp_path / "plan.yaml"
    assert run("plan", night, "-o", plan)[0] == 0
    assert str(library) in plan.read_text()


def test_darks_of_the_night_do_not_count_twice_where_the_library_holds_the_night(night, put_frame, run_json):
    put_frame(night / "Lights" / "other.fits", EXPTIME=60.0)  # has no dark, so the library is searched
    (night / "ampglow.yaml").write_text("library: [.]")
    matches = [r for r in run_json("check", night) if r["record"] == "match"]
    assert sorted(len(m["darks"]) for m in matches) == [0, 10]


@pytest.mark.parametrize(
    ("where", "covered"),
    [(None, True), ("dark-1", True), ("*.fits", True), ("Darks/*", True), ("/n/Darks/*", True), ("Lights/*", False)],
)
def test_where_is_a_group_or_a_pattern(where, covered):
    from ampglow_plugin.model.finding import Finding, Where
    from ampglow_plugin.rules.ignored import ignore

    place = Where(group="dark-1", path="/n/Darks/d.fits")
    found = Finding(rule="AG211", name="x", outcome="failed", severity="warning", message="m", where=place)
    (judged,) = ignore([found], [Ignore(rule="AG211", reason="r", where=where)])
    assert judged.ignored == ("r" if covered else None)
    assert ignore([found], [Ignore(rule="AG210", reason="r")]) == (found,)


def test_a_file_beside_frames_does_not_choose_what_is_run(night, tmp_path, run):
    plan = night / "plan.yaml"
    assert run("plan", night, "-o", plan)[0] == 0
    (night / "ampglow.yaml").write_text(f"hosts: {{siril: {tmp_path / 'evil'}}}")
    (tmp_path / "evil").write_text(f"#!/bin/sh\ntouch '{tmp_path / 'ran'}'\n")
    (tmp_path / "evil").chmod(0o755)
    for words in (("run", plan, "-o", tmp_path / "out"), ("check", night)):
        code, _, err = run(*words)
        assert code == 2
        assert "must not stand beside frames" in " ".join(err.split())
    assert not (tmp_path / "ran").exists()


def test_the_siril_of_the_settings_is_used(night, tmp_path, run, user_settings):
    for dark in (night / "Darks").glob("*.fits"):
        dark.rename(dark.with_suffix(".fit"))
    plan = night / "plan.yaml"
    assert run("plan", night, "-o", plan)[0] == 0
    (user_settings / "ampglow.yaml").write_text("hosts: {siril: no-such/siril-cli}")
    code, _, err = run("run", plan, "-o", tmp_path / "out")
    assert code == 2
    assert "no-such/siril-cli" in "".join(err.split())


def test_the_pixinsight_of_the_settings_is_a_version(night, tmp_path, run, run_json, user_settings):
    plan = night / "plan.yaml"
    assert run("plan", night, "-o", plan)[0] == 0
    mine = user_settings / "ampglow.yaml"
    for given, options, version in (
        (None, (), "1.9.4"),
        ("1.8.9", (), "1.8.9"),
        ("1.8.9", ("--host-version", "1.9.3"), "1.9.3"),
    ):
        mine.write_text(f"hosts: {{pixinsight: {given}}}" if given else "")
        out = tmp_path / f"{given} {version}"
        emission = run_json("emit", plan, "--host", "pixinsight", *options, "-o", out)[0]
        assert emission["host_version"] == version
    mine.write_text("hosts: {pixinsight: /opt/PixInsight/bin/PixInsight.sh}")
    code, _, err = run("emit", plan, "--host", "pixinsight", "-o", tmp_path / "never")
    assert code == 2
    assert "the version to write for, one of 1.8.9, 1.9.3, 1.9.4" in " ".join(err.split())
    assert not (tmp_path / "never").exists()


def test_the_example_of_the_readme_is_right(tmp_path):
    readme = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
    (tmp_path / "ampglow.yaml").write_text(readme.split("```yaml\n")[1].split("```")[0])
    found = settings.load([tmp_path / "ampglow.yaml"], CODES)
    assert found.age_d == (30, 365, 730)
    assert [entry.rule for entry in found.ignore] == ["AG214"]
