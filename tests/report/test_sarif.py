"""SARIF 2.1.0: the properties we write, by the types and limits of the standard; places, fixes, what was allowed.

The schema below is a subset in our own words (OASIS SARIF 2.1.0, sections 3.13 to 3.58), closed: a property that the
standard does not have is refused. ``sarif-pydantic`` reads the same log as an independent model of all of it.
"""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from ampglow_plugin import __version__, api
from ampglow_plugin.cli.main import main
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.report.sarif import sarif
from ampglow_plugin.rules import RULES

TEXT = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "required": ["text"],
    "additionalProperties": False,
}
POSITIVE = {"type": "integer", "minimum": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}


def closed(required, **properties):
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def several(item):
    return {"type": "array", "items": item}


FILE = closed(["uri"], uri={"type": "string", "format": "uri-reference"}, uriBaseId={"type": "string"})
REGION = closed(["startLine"], startLine=POSITIVE, startColumn=POSITIVE, endLine=POSITIVE, endColumn=POSITIVE)
LOCATION = closed(
    ["physicalLocation"], physicalLocation=closed(["artifactLocation"], artifactLocation=FILE, region=REGION)
)
CHANGE = closed(
    ["artifactLocation", "replacements"],
    artifactLocation=FILE,
    replacements=several(closed(["deletedRegion"], deletedRegion=REGION, insertedContent=TEXT)) | {"minItems": 1},
)
RESULT = closed(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=TEXT,
    locations=several(LOCATION),
    suppressions=several(closed(["kind"], kind={"enum": ["inSource", "external"]}, justification={"type": "string"})),
    fixes=several(closed(["artifactChanges"], description=TEXT, artifactChanges=several(CHANGE) | {"minItems": 1})),
)
RULE = closed(
    ["id"],
    id={"type": "string"},
    name={"type": "string"},
    shortDescription=TEXT,
    fullDescription=TEXT,
    help=TEXT,
    defaultConfiguration=closed([], level=LEVEL),
)
DRIVER = closed(["name"], name={"type": "string"}, version={"type": "string"}, rules=several(RULE))
NOTE = closed(["message"], level=LEVEL, message=TEXT, locations=several(LOCATION))
RUN = closed(
    ["tool"],
    tool=closed(["driver"], driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": FILE},
    invocations=several(
        closed(
            ["executionSuccessful"],
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=several(NOTE),
        )
    ),
    results=several(RESULT),
)
SCHEMA = closed(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs=several(RUN),
)
BAD = """\
requires 1.4.0
cd lights
link light -out=../process
cd ../process
preprocess light -DARK=../masters/dark -opt
"""


def lint(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["lint", "--format", "sarif", *(str(word) for word in words)])
    out, err = capsys.readouterr()
    log = json.loads(out)
    jsonschema.validate(log, SCHEMA)
    pytest.importorskip("sarif_pydantic").Sarif.model_validate(log)
    return ended.value.code, log["runs"][0], err


@pytest.fixture
def put(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def file(name, text):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


def test_results_have_rule_level_and_place(put, capsys):
    code, log, _ = lint(capsys, put("my scripts/bad.ssf", BAD))
    assert code == 1
    assert log["tool"]["driver"]["version"] == __version__
    (found,) = [r for r in log["results"] if r["ruleId"] == "AG504"]
    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "my%20scripts/bad.ssf", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 5, "startColumn": 1}
    assert found["level"] == "error"
    rule = log["tool"]["driver"]["rules"][found["ruleIndex"]]
    assert (rule["id"], rule["name"]) == ("AG504", "SirilUnknownCommand")
    assert "How to fix it" in rule["help"]["text"]
    assert log["originalUriBaseIds"]["SRCROOT"]["uri"] == f"{Path.cwd().as_uri()}/"


def test_every_result_has_its_rule_described_once(put, capsys):
    _, log, _ = lint(capsys, put("a.ssf", BAD), put("b.ssf", BAD))
    ids = [rule["id"] for rule in log["tool"]["driver"]["rules"]]
    assert len(ids) == len(set(ids))
    assert all(ids[r["ruleIndex"]] == r["ruleId"] for r in log["results"])


def test_fixes_carried_out_by_their_regions_give_what_fix_gives(put, capsys):
    text = "requires 1.4.0\npreprocess light -dark=md\n"
    path = put("x.ssf", text)
    _, log, _ = lint(capsys, path)
    (found,) = [r for r in log["results"] if "fixes" in r]
    ((change,),) = [found["fixes"][0]["artifactChanges"]]
    lines = text.split("\n")
    for replacement in change["replacements"]:
        region = replacement["deletedRegion"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        new = replacement["insertedContent"]["text"]
        lines[region["startLine"] - 1] = line[: region["startColumn"] - 1] + new + line[region["endColumn"] - 1 :]
    assert "\n".join(lines).encode() == api.fix(path).after


def test_a_file_that_cannot_be_read_is_a_notification(put, capsys):
    path = put("x.ssf", "")
    path.write_bytes("requires 1.2.0\n".encode("utf-16"))
    code, log, err = lint(capsys, path)
    assert code == 2
    assert "UTF-16" in err
    assert log["invocations"][0]["executionSuccessful"] is False
    assert "UTF-16" in log["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_what_passed_is_no_result_and_what_was_allowed_is_suppressed():
    def found(outcome, ignored=None):
        return Finding(
            rule="AG303", name="x", outcome=outcome, severity="error", message="m", where=Where(line=1), ignored=ignored
        )

    log = json.loads(
        sarif({Path("/p.yaml"): [found("passed"), found("skipped"), found("failed", "no \udce9 other")]}, {}, RULES)
    )
    jsonschema.validate(log, SCHEMA)
    (result,) = log["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "no \\udce9 other"}]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": "file:///p.yaml"}


def test_nothing_found_is_an_empty_log(put, capsys):
    code, log, _ = lint(capsys, put("x.ssf", "requires 1.2.0\nload a\n"))
    assert (code, log["results"], log["invocations"][0]["executionSuccessful"]) == (0, [], True)
