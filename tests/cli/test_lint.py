"""``ampglow lint``: scripts of others, plans, files that cannot be read; text and records."""

import json

import pytest

from ampglow_plugin.cli.main import main

SCALED = """\
requires 1.2.0
cd lights
convert light -out=../process
cd ../process
calibrate light -dark=../masters/dark -opt -cc=dark -cfa -debayer
register pp_light
"""
LATE = """\
requires 1.2.0
convert light -debayer -out=process
cd process
calibrate light -dark=../masters/dark
"""
NOTHING = "requires 1.2.0\nload result\nsave other\n"
PLAN = """\
plan: 1
tool: by hand
masters:
  - {id: d, role: dark, file: /library/d.fit, holds_bias: true}
groups:
  - id: g
    frames: [a.fit, b.fit]
    steps:
      - {step: calibrate, dark: d, dark_scaling: optimize}
"""


def lint(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["lint", *(str(word) for word in words)])
    return ended.value.code, *capsys.readouterr()


@pytest.fixture
def put(tmp_path):
    def file(name, text, encoding="utf-8"):
        path = tmp_path / name
        path.write_text(text, encoding=encoding)
        return path

    return file


def test_a_finding_says_path_line_column_code_and_what_to_do(put, capsys):
    path = put("scaled.ssf", SCALED)
    code, out, _ = lint(capsys, path)
    lines = out.splitlines()
    at = next(i for i, line in enumerate(lines) if " AG303 " in line)
    column = SCALED.splitlines()[4].index("-opt") + 1
    assert lines[at].startswith(f"{path}:5:{column}: ")
    assert lines[at + 1].startswith("    -> ")
    assert code == 1


def test_warnings_count_with_strict(put, capsys):
    path = put("beside.ssf", SCALED.replace("-dark=", "-bias=../masters/bias -dark="))
    code, out, _ = lint(capsys, path)
    assert (code, "warning AG304" in out) == (0, True)
    assert lint(capsys, path, "--strict")[0] == 1


def test_an_error_ends_with_1(put, capsys):
    code, out, _ = lint(capsys, put("late.ssf", LATE))
    assert code == 1
    assert ":2:" in out
    assert "error AG302" in out


def test_a_script_that_does_not_calibrate_gives_nothing(put, capsys):
    path = put("other.ssf", NOTHING)
    code, out, _ = lint(capsys, path, "--json")
    assert code == 0
    (summary,) = [json.loads(line) for line in out.splitlines()]
    assert (summary["record"], summary["verdict"], summary["exit"]) == ("summary", "unknown", 0)
    assert "does not calibrate" in lint(capsys, path)[1]


@pytest.mark.parametrize("text", ["", "# nothing\n"])
def test_an_empty_script_proves_nothing(put, capsys, text):
    path = put("empty.ssf", text)
    code, out, _ = lint(capsys, path, "--json")
    assert (code, json.loads(out)["verdict"]) == (0, "unknown")
    assert "does not calibrate" in lint(capsys, path)[1]


def test_the_user_may_ask_for_another_series(put, capsys):
    path = put("old.ssf", SCALED.replace("calibrate", "preprocess"))
    assert "AG504" not in lint(capsys, path)[1]
    code, out, _ = lint(capsys, path, "--siril", "1.4")
    assert code == 1
    assert f"{path}:5:1: error AG504" in out


def test_records_carry_the_place(put, capsys):
    code, out, _ = lint(capsys, put("late.ssf", LATE), "--json")
    records = [json.loads(line) for line in out.splitlines()]
    (found,) = [r for r in records if r.get("rule") == "AG302"]
    assert found["where"]["line"] == 2
    assert found["where"]["column"] == LATE.splitlines()[1].index("-debayer") + 1
    assert records[-1] == {
        "record": "summary",
        "v": 1,
        "verdict": "no_go",
        "errors": 1,
        "warnings": records[-1]["warnings"],
        "skipped": records[-1]["skipped"],
        "exit": code,
    }


def test_what_siril_would_not_read_does_not_stop_the_others(put, capsys):
    bom = put("bom.ssf", SCALED, encoding="utf-8-sig")
    code, out, err = lint(capsys, bom, put("late.ssf", LATE))
    assert code == 1
    assert err == ""
    assert f"{bom}:1:1: error AG502" in out
    assert f"{bom}:5:" in out  # the rest is judged all the same
    assert "AG302" in out
    records = lint(capsys, bom, "--json")[1].splitlines()
    assert json.loads(records[-1])["exit"] == 1
    assert json.loads(records[-1])["verdict"] == "no_go"


def test_what_cannot_be_read_does_not_stop_the_others(put, capsys):
    other = put("utf16.ssf", SCALED, encoding="utf-16")
    code, out, err = lint(capsys, other, put("late.ssf", LATE))
    assert code == 2
    assert "UTF-16" in err
    assert "AG302" in out


def test_a_plan_written_by_hand_is_judged(put, capsys):
    path = put("plan.yaml", PLAN)
    code, out, _ = lint(capsys, path)
    assert code == 1
    assert f"{path}: error AG303" in out


def test_what_a_plan_allows_stays_visible_with_its_reason(put, capsys):
    text = f"{PLAN}allowed:\n  - {{rule: AG303, reason: no other dark}}\n"
    code, out, _ = lint(capsys, put("plan.yaml", text))
    assert code == 0
    assert "allowed (no other dark) AG303" in out


def test_a_file_of_another_kind_is_said_so(put, capsys):
    code, _, err = lint(capsys, put("notes.txt", "calibrate light"))
    assert code == 2
    assert ".ssf" in err


FIXABLE = "requires 1.4\npreprocess light -dark=md # hot\n"


def test_fix_shows_and_write_writes(put, capsys):
    path = put("old.ssf", FIXABLE)
    code, out, _ = lint(capsys, path, "--fix")
    assert code == 1
    assert "\n-preprocess light -dark=md # hot\n+# hot\n+calibrate light -dark=md\n" in out
    assert "AG504" in out  # what is found is what the file holds
    assert path.read_text(encoding="utf-8") == FIXABLE
    code, out, _ = lint(capsys, path, "--fix", "--write")
    assert code == 0
    assert path.read_text(encoding="utf-8") == "requires 1.4\n# hot\ncalibrate light -dark=md\n"
    assert "2 things put right (AG503, AG504)" in out
    assert "@@" not in lint(capsys, path, "--fix", "--write")[1]


def test_write_alone_is_refused(put, capsys):
    path = put("old.ssf", FIXABLE)
    code, _, err = lint(capsys, path, "--write")
    assert code == 2
    assert "--fix" in err
    assert path.read_text(encoding="utf-8") == FIXABLE


def test_fix_as_records(put, capsys):
    import jsonschema

    from ampglow_plugin.report.schema import schema

    code, out, err = lint(capsys, put("old.ssf", FIXABLE), "--fix", "--format", "json")
    records = [json.loads(line) for line in out.splitlines()]
    told = [r for r in records if r["record"] != "finding" or r["outcome"] == "failed"]
    for record in told:
        jsonschema.validate(record, schema())
    assert (code, records[0]["record"], records[0]["written"]) == (1, "fix", False)
    assert "+calibrate light" in records[0]["diff"]
    assert "+calibrate light" in err
    edits = [e for r in records if r.get("rule") == "AG504" for e in r["edits"]]
    assert edits == [{"line": 2, "column": 1, "end_line": 2, "end_column": 11, "text": "calibrate"}]


def test_fix_leaves_other_files_alone(put, capsys):
    path = put("plan.yaml", PLAN)
    _, out, _ = lint(capsys, path, "--fix", "--write")
    assert "AG303" in out
    assert path.read_text(encoding="utf-8") == PLAN


def test_series_to_ask_for_are_those_of_the_table():
    from ampglow_plugin.cli.lint import SERIES
    from ampglow_plugin.knowledge.siril import SERIES as KNOWN

    assert tuple(KNOWN) == SERIES
