"""``ampglow library`` as its users call it: what there is, what is lacking."""

from __future__ import annotations

import dataclasses
import json
import shutil

import jsonschema
import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.report.schema import schema
from ampglow_plugin.simulate import Truth, make_night

SCHEMA = jsonschema.Draft202012Validator(schema())
TRUTH = Truth(width=32, height=24, star_count=0)


@pytest.fixture
def library(capsys, tmp_path):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            main(["library", *map(str, words), "--index", str(tmp_path / "index.sqlite")])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def records(library):
    def call(*words):
        code, out, _ = library(*words, "--json")
        found = [json.loads(line) for line in out.splitlines()]
        for record in found:
            SCHEMA.validate(record)
        assert found[-1]["exit"] == code
        return found[:-1]

    return call


@pytest.fixture
def archive(tmp_path):
    """Six darks of 180 s and five of 60 s, and a night of lights and flats elsewhere."""
    night = make_night(tmp_path / "night", TRUTH, lights=4, flats=3, flatdarks=0, darks=6, wrong_darks=5)
    place = tmp_path / "library"
    for folder in ("darks", "wrong_darks"):
        shutil.move(night.folder / folder, place / folder)
    return place


def test_cells_count_what_there_is_by_setting(records, archive):
    cells = records(archive, "--today", "2026-01-05")
    found = {(c["kind"], c["exposure_s"]): (c["singles"], c["masters"], c["age_days"], c["age"]) for c in cells}
    assert found == {("dark", 180.0): (6, 0, 92.0, "noted"), ("dark", 60.0): (5, 0, 91.0, "noted")}
    assert {(c["camera"], c["setpoint_c"], c["gain"], c["conversion_gain"]) for c in cells} == {
        ("ZWO ASI294MC Pro", -10.0, 120.0, "HCG")
    }
    assert {c["age"] for c in records(archive, "--today", "2027-01-05")} == {"very old"}
    assert {c["age"] for c in records(archive, "--today", "2025-10-10")} == {"fresh"}


def test_copies_count_once(records, archive):
    shutil.copytree(archive / "darks", archive / "more")
    assert {c["exposure_s"]: c["singles"] for c in records(archive)} == {180.0: 6, 60.0: 5}


def test_a_folder_is_asked_for_alone_the_index_for_all(records, archive, tmp_path):
    other = dataclasses.replace(TRUTH, camera="ZWO ASI1600MM Pro", gain=139, dark_date_obs="2025-09-01T10:00:00")
    make_night(tmp_path / "other", other, lights=0, flats=0, flatdarks=0, darks=3)
    assert len(records(tmp_path / "other")) == 1
    assert len(records(archive)) == 2
    assert {c["camera"] for c in records()} == {"ZWO ASI1600MM Pro", "ZWO ASI294MC Pro"}


def test_what_is_lacking_for_these_lights(records, archive, tmp_path):
    night = tmp_path / "night"
    few, missing = (
        r for r in records(archive, "--for", night / "lights", night / "flats") if r["record"] == "to_shoot"
    )
    settings = {"setpoint_c": -10.0, "gain": 120.0, "offset": 30.0, "conversion_gain": "HCG", "xbinning": 1}
    assert {name: few[name] for name in settings} == settings
    assert (few["role"], few["why"], few["exposure_s"], few["count"], few["at_hand"]) == ("dark", "few", 180.0, 14, 6)
    assert few["seconds"] == 14 * 185.0
    assert (missing["role"], missing["why"], missing["count"]) == ("flatdark", "missing", 20)
    [enough] = [r for r in records(archive, "--for", night / "lights", night / "flats", "--count", "6") if "why" in r]
    assert (enough["role"], enough["count"]) == ("flatdark", 6)


def test_old_darks_are_shot_again(records, archive, tmp_path):
    late = dataclasses.replace(TRUTH, date_obs="2026-08-01T22:00:00")
    make_night(tmp_path / "late", late, lights=2, flats=0, flatdarks=0, darks=0)
    [entry] = [r for r in records(archive, "--for", tmp_path / "late", "--count", "5") if "why" in r]
    assert (entry["why"], entry["count"]) == ("old", 5)


def test_a_master_counts_with_what_it_was_made_from(records, archive, tmp_path):
    from astropy.io import fits

    night = tmp_path / "night"
    shutil.rmtree(archive / "wrong_darks")
    first, *others = sorted((archive / "darks").iterdir())
    for path in others:
        path.unlink()
    with fits.open(first, mode="update") as frame:
        frame[0].header["IMAGETYP"] = "Master Dark"
        frame[0].header["STACKCNT"] = 25
    [cell] = records(archive)
    assert (cell["singles"], cell["masters"]) == (0, 1)
    code = [r for r in records(archive, "--for", night / "lights") if r["record"] == "to_shoot"]
    assert code == []


def test_words(library, archive, tmp_path):
    code, out, _ = library(archive, "--today", "2026-01-05")
    assert code == 0
    assert "92 d, noted" in out
    code, out, _ = library("--for", tmp_path / "night")
    assert code == 1
    assert "14 x 180 s darks, -10 C, gain 120, offset 30, HCG, bin 1 (ZWO ASI294MC Pro)" in out
    assert "for 4 lights: only 6 there; 43 min" in out
    assert "15 min of it for cooling" in out
    code, out, _ = library("--for", tmp_path / "night" / "lights", "--count", "6")
    assert (code, out) == (0, "the library has darks for all of them\n")


def test_an_empty_index_says_what_to_do(library, tmp_path):
    code, out, _ = library()
    assert code == 0
    assert "ampglow scan FOLDER" in out
    code, _, error = library("--for", tmp_path)
    assert code == 2
    assert "no frames found" in error


def test_show_is_what_is_meant_where_no_command_is_named(records, archive, tmp_path):
    assert records("show", archive) == records(archive)
    shutil.move(archive, tmp_path / "show")
    assert {c["singles"] for c in records(tmp_path / "show")} == {6, 5}


def test_help_names_the_commands(capsys):
    with pytest.raises(SystemExit) as left:
        main(["library", "--help"])
    assert left.value.code == 0
    assert "show" in capsys.readouterr().out
