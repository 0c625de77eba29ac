"""Saved JSON lines become the values they were printed from, and what is missing is never taken for good."""

from __future__ import annotations

import json

import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.errors import FormatError, InputError
from ampglow_plugin.report.records import line, record
from ampglow_plugin.report.results import read_saved


@pytest.fixture
def saved(capsys):
    def call(*words):
        with pytest.raises(SystemExit):
            main([*map(str, words), "--json"])
        return capsys.readouterr().out.encode()

    return call


def test_what_check_printed_comes_back(check_lines, checked):
    (found,) = read_saved(check_lines, "check.jsonl")
    assert found.matches == checked.matches
    assert found.findings == checked.findings
    assert found.held == checked.held
    assert (found.told, found.verdict) == ("go", "go")


def test_what_verify_printed_comes_back(verify_lines, verification):
    (found,) = read_saved(verify_lines, "verify.jsonl")
    proofs = verification.proofs
    assert [p.path for p in found.proofs] == [p.path for p in proofs]
    for read, made in zip(found.proofs, proofs, strict=True):
        assert read.verdict == made.verdict
        assert read.evidence.pixels == made.evidence.pixels
        assert read.evidence.header == made.evidence.header
        assert read.inputs == made.inputs


def test_each_summary_ends_the_results_of_one_command(check_lines, verify_lines):
    data = check_lines + verify_lines
    assert [(bool(r.matches), bool(r.proofs), r.verdict) for r in read_saved(data, "all")] == [
        (True, False, "go"),
        (False, True, "go"),
    ]


def test_a_command_that_did_not_end_has_said_nothing(check_lines):
    cut = b"\n".join(check_lines.splitlines()[:-1])
    (found,) = read_saved(cut, "cut.jsonl")
    assert (found.told, found.verdict) == (None, "unknown")


def test_records_outweigh_a_summary_that_is_better_than_they_are(saved, night):
    (found,) = read_saved(saved("check", *night.lights, "--darks", *night.wrong_darks), "wrong.jsonl")
    assert found.verdict == "no_go"
    lines = [line(record("finding", f)) for f in found.findings]
    good = {"record": "summary", "v": 1, "verdict": "go", "errors": 0, "warnings": 0, "skipped": 0, "exit": 0}
    (forged,) = read_saved("\n".join([*lines, json.dumps(good)]).encode(), "forged.jsonl")
    assert forged.verdict == "no_go"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_shells_write(saved, night, encoding):
    text = saved("check", night.folder, "--no-pixels").decode()
    (found,) = read_saved(text.replace("\n", "\r\n").encode(encoding), "check.jsonl")
    assert len(found.matches) == 3


def test_findings_alone_are_judged(saved, night):
    """A plan that was refused, and what ``lint`` says of a script."""
    (found,) = read_saved(saved("plan", *night.lights), "plan.jsonl")
    assert (found.verdict, found.empty) == ("no_go", False)
    rows = [
        {
            "record": "finding",
            "v": 1,
            "rule": "AG301",
            "name": "n",
            "outcome": "passed",
            "severity": "error",
            "message": "m",
        }
    ]
    rows.append({"record": "summary", "v": 1, "verdict": "go"})
    (clean,) = read_saved("\n".join(map(json.dumps, rows)).encode(), "lint.jsonl")
    assert clean.verdict == "go"


def test_kinds_and_keys_of_later_versions_are_passed_over():
    kept = {"record": "finding", "v": 1, "rule": "AG201", "name": "exposure", "outcome": "passed", "severity": "error"}
    rows = [{**kept, "message": "equal", "mood": "fine"}, {"record": "weather", "v": 1, "rain": True}]
    rows.append({"record": "summary", "v": 1, "verdict": "go"})
    (found,) = read_saved("\n".join(map(json.dumps, rows)).encode(), "later.jsonl")
    assert [f.rule for f in found.findings] == ["AG201"]


def test_every_wrong_line_is_named():
    rows = ['{"record":"match","v":1}', "no json", "[1]", '{"record":"finding","v":2}', '{"record":"proof","v":1}', ""]
    with pytest.raises(FormatError) as caught:
        read_saved("\n".join(rows).encode(), "bad.jsonl")
    places = [p.place for p in caught.value.problems]
    assert [place.split()[1] for place in places if place.split()[1] in "2345"][-5:] == ["2", "3", "4", "5", "5"]
    assert "line 1 lights" in places
    assert "is of version 2" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xff\xfe\x00"])
def test_nothing_is_no_report(data):
    with pytest.raises(InputError):
        read_saved(data, "empty")
