"""``ampglow check`` and ``ampglow match`` as their users call them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.report.schema import schema

SCHEMA = jsonschema.Draft202012Validator(schema())


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
        for record in records:
            SCHEMA.validate(record)
        assert records[-1]["record"] == "summary"
        assert records[-1]["exit"] == code
        return records

    return call


def of(records, kind):
    return [record for record in records if record["record"] == kind]


def failed(records, severity):
    return {r["rule"] for r in of(records, "finding") if r["outcome"] == "failed" and r["severity"] == severity}


@pytest.fixture
def qsi(real_data):
    return lambda *names: [real_data / "qsi683" / f"{name}.fit" for name in names]


def test_short_darks_are_found_for_flats_given_as_lights(qsi, run_json):
    darks = qsi("dark_1", "dark_2", "flat_dark_1", "flat_dark_2")
    records = run_json("check", *qsi("flat_1", "flat_2"), "--darks", *darks)
    (match,) = of(records, "match")
    assert (match["status"], match["role"], match["id"]) == ("exact", "dark", "dark-1")
    assert [Path(path).name for path in match["darks"]] == ["flat_dark_1.fit", "flat_dark_2.fit"]
    assert match["age_days"] == pytest.approx(190, abs=2)
    rejected = {(Path(r["dark"]).name, r["field"], r["light"], r["dark_value"]) for r in match["rejections"]}
    assert rejected == {("dark_1.fit", "exposure_s", 24, 2400), ("dark_2.fit", "exposure_s", 24, 2400)}
    assert failed(records, "error") == set()
    assert failed(records, "warning") == {"AG211", "AG220"}  # old, and only two
    assert failed(records, "info") == {"AG102", "AG110"}
    assert records[-1]["verdict"] == "go"
    assert records[-1]["exit"] == 0


def test_long_darks_are_refused_naming_the_exposure(qsi, run, run_json):
    words = ["check", *qsi("flat_1", "flat_2"), "--darks", *qsi("dark_1", "dark_2")]
    records = run_json(*words)
    assert failed(records, "error") == {"AG201", "AG209"}
    assert records[-1]["verdict"] == "no_go"
    code, out, _ = run(*words)
    assert code == 1
    assert "NO GO: the lights have no dark that fits." in out
    assert "exposure 2400 s, not 24 s" in out.replace("\n", " ") or "2400 s" in out


def test_a_warning_counts_with_strict(qsi, run):
    words = ["check", *qsi("flat_1", "flat_2"), "--darks", *qsi("flat_dark_1", "flat_dark_2")]
    assert run(*words)[0] == 0
    assert run(*words, "--strict")[0] == 1


def test_seestar_without_darks(real_data, run, run_json):
    folder = real_data / "seestar_s50"
    records = run_json("check", folder)
    assert records[-1]["verdict"] == "no_go"
    matches = of(records, "match")
    assert [(m["group"]["object"], len(m["lights"]), m["status"]) for m in matches] == [
        ("M 94", 7, "none"),
        ("NGC 7023", 2, "none"),
    ]
    assert failed(records, "error") == {"AG209"}
    assert failed(records, "warning") == {"AG106", "AG111"}
    (subtracted,) = [r for r in of(records, "finding") if r["rule"] == "AG111" and r["outcome"] == "failed"]
    assert "NGC_7023" in subtracted["where"]["path"]  # firmware 4.70; the lights of 4.27 are not clipped
    assert subtracted["measured"] == pytest.approx(0.065, abs=0.003)
    code, out, _ = run("check", folder)
    text = " ".join(out.split())
    assert code == 1
    assert "NO GO: none of the 2 groups of lights has a dark." in text
    assert "Shoot 20 darks of 10 s at a sensor temperature of about 26 C, gain 80" in text
    assert "Shoot no darks for these lights before AG111 is settled" in text
    assert "Seestar S50 is uncooled" in text


def test_match_lists_rejections(qsi, run, run_json):
    words = ["match", "--lights", *qsi("flat_1", "flat_2"), "--darks", *qsi("dark_1", "dark_2", "flat_dark_1")]
    records = run_json(*words)
    assert [r["record"] for r in records] == ["match", "summary"]
    assert records[0]["rejected_total"] == 2
    assert records[-1]["verdict"] == "go"
    out = run(*words)[1]
    assert "2 sets that do not fit" in out
    assert "dark_1.fit: exposure 2400 s, not 24 s" in out


def test_match_without_a_dark_that_fits_is_a_finding(qsi, run_json):
    records = run_json("match", "--lights", *qsi("flat_1"), "--darks", *qsi("dark_1"))
    assert records[-1]["verdict"] == "no_go"
    assert records[-1]["exit"] == 1
    assert records[-1]["errors"] == 1


def test_match_all_shows_every_rejection(tmp_path, put_frame, run_json):
    light = put_frame(tmp_path / "l.fits")
    for i in range(25):
        put_frame(tmp_path / "darks" / f"{i}.fits", IMAGETYP="DARK", EXPTIME=200.0 + 10 * i)
    words = ["match", "--lights", light, "--darks", tmp_path / "darks"]
    assert len(run_json(*words)[0]["rejections"]) == 20
    everything = run_json(*words, "--all")[0]
    assert len(everything["rejections"]) == everything["rejected_total"] == 25


@pytest.mark.parametrize("columns", [80, 120])
def test_the_table_fits_the_terminal_and_long_lists_are_folded(tmp_path, put_frame, run, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    for i in range(15):
        put_frame(tmp_path / "Lights" / f"l{i}.fits", OBJECT=f"Object {i}", EXPTIME=60.0 if i == 14 else 180.0)
    put_frame(tmp_path / "Darks" / "d.fits", IMAGETYP="DARK")
    code, out, _ = run("check", tmp_path)
    lines = out.splitlines()
    assert code == 1
    assert max(map(len, lines)) <= columns
    assert lines[0] == "NO GO: 1 of 15 groups of lights has no dark that fits."
    assert "Object 14" in out.split("What to do")[0]  # the worst is not folded away
    assert "and 3 more: 3 exact (--verbose shows them)" in out
    assert "1. Shoot 20 darks of 60 s at -10 C, gain 120, offset 30" in out
    verbose = run("check", tmp_path, "--verbose")[1]
    assert all(f"Object {i}" in verbose for i in range(15))
    assert "passed" in verbose


@pytest.mark.parametrize(
    ("cards", "start"),
    [
        ({}, "GO: the lights have a dark that fits."),
        ({"CCD_TEMP": -12.0, "SET_TEMP": -12.0}, "GO: the lights have a dark that fits; mind the warning below."),
        ({"GAIN": None}, "UNKNOWN: the lights have a dark, but the headers do not say whether it fits."),
        ({"GAIN": 0}, "NO GO: the lights have no dark that fits."),
    ],
)
def test_the_first_line_is_the_verdict(tmp_path, put_frame, run, cards, start):
    light = put_frame(tmp_path / "l.fits")
    darks = [put_frame(tmp_path / f"d{i}.fits", IMAGETYP="DARK", **cards) for i in range(5)]
    assert run("check", light, "--darks", *darks)[1].splitlines()[0] == start


def test_a_light_that_is_no_raw_light_is_the_reason(tmp_path, put_frame, run):
    light = put_frame(tmp_path / "l.fits", CALSTAT="BD")
    dark = put_frame(tmp_path / "d.fits", IMAGETYP="DARK")
    out = run("check", light, "--darks", dark)[1]
    assert out.startswith("NO GO: 1 of the lights cannot be calibrated (l.fits was calibrated before")
    assert "Shoot" not in out  # new darks would not help


def test_escape_sequences_in_headers_do_not_reach_the_terminal(tmp_path, put_frame, run):
    light = put_frame(tmp_path / "[red]l\x1b[31m.fits", OBJECT="[bold]M 31[/bold]")
    out = run("check", light)[1]
    assert "\x1b" not in out
    assert "[bold]M 31[/bold]" in out


def test_nothing_to_check_is_an_error_with_a_way_out(tmp_path, run):
    code, out, err = run("check", tmp_path)
    assert (code, out) == (2, "")
    assert "no frames found" in " ".join(err.split())
    assert "->" in err
    (tmp_path / "x.fits").write_text("nonsense")
    code, _, err = run("check", tmp_path / "x.fits")
    assert code == 2
    assert "no frame can be read" in " ".join(err.split())


def test_several_folders_are_sorted_too(tmp_path, put_frame, run_json):
    put_frame(tmp_path / "night" / "l.fits")
    put_frame(tmp_path / "library" / "d.fits", IMAGETYP="DARK")
    records = run_json("check", tmp_path / "night", tmp_path / "library")
    assert [m["status"] for m in of(records, "match")] == ["exact"]


def test_a_file_that_cannot_be_read_is_told_on_stderr(tmp_path, put_frame, run):
    light = put_frame(tmp_path / "l.fits")
    put_frame(tmp_path / "darks" / "d.fits", IMAGETYP="DARK")
    (tmp_path / "darks" / "half.fits").write_text("SIMPLE")
    code, out, err = run("match", "--lights", light, "--darks", tmp_path / "darks", "--json")
    assert code == 0
    assert json.loads(out.splitlines()[-1])["warnings"] == 1
    assert "half.fits" in "".join(err.split())


def test_flats_alone_say_nothing_about_lights(tmp_path, put_frame, run_json):
    put_frame(tmp_path / "f.fits", IMAGETYP="FLAT", EXPTIME=2.0)
    records = run_json("check", tmp_path)
    assert records[-1]["verdict"] == "unknown"
    assert records[-1]["exit"] == 1


def test_the_command_itself(tmp_path, put_frame):
    put_frame(tmp_path / "Lights" / "l.fits")
    put_frame(tmp_path / "Darks" / "d.fits", IMAGETYP="DARK")
    done = subprocess.run(
        [sys.executable, "-m", "ampglow_plugin", "check", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("GO: ")
