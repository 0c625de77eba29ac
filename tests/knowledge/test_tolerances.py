"""The limits of matching: every row is typed, has a reason, and is the one the project states."""

from __future__ import annotations

import dataclasses

import pytest

from ampglow_plugin.knowledge import table
from ampglow_plugin.knowledge.tolerances import EVIDENCE, age_limits, dark_limit, limit, practices
from ampglow_plugin.matching.compare import JUDGED
from ampglow_plugin.model.frame import Frame

ROWS = table("tolerances.yaml")["limits"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['field']}-{row['scope']}")
def test_a_row_is_typed_and_explained(row):
    read = limit(row["field"], row["scope"])
    assert read.reason
    assert read.evidence in EVIDENCE
    assert read.field in {f.name for f in dataclasses.fields(Frame)}
    assert read.equal_within(100) <= read.tolerated_within(100)


def test_no_row_stands_twice():
    keys = [(row["field"], row["scope"]) for row in ROWS]
    assert len(set(keys)) == len(keys)


def test_every_judged_field_has_a_row():
    assert {name for names in JUDGED.values() for name in names} <= {row["field"] for row in ROWS}


@pytest.mark.parametrize(
    ("exposure", "equal", "tolerated"), [(0.001, 0.05, 0.05), (10.0, 0.05, 0.05), (50.0, 0.05, 0.25), (600.0, 0.6, 3.0)]
)
def test_exposure(exposure, equal, tolerated):
    row = limit("exposure_s")
    assert (row.equal_within(exposure), row.tolerated_within(exposure)) == pytest.approx((equal, tolerated))


def test_temperature():
    cooled, uncooled = limit("temperature_c", "cooled"), limit("temperature_c", "uncooled")
    assert (cooled.equal_within(-10), cooled.tolerated_within(-10)) == (1, 3)
    assert (uncooled.equal_within(20), uncooled.tolerated, uncooled.tolerated_within(20)) == (2, 5, 8)


def test_age():
    assert [(step.above_d, step.severity, step.strong) for step in age_limits()] == [
        (30, "info", False),
        (180, "warning", False),
        (365, "warning", True),
    ]


@pytest.mark.parametrize("row", table("tolerances.yaml")["darks"], ids=lambda row: row["what"])
def test_a_limit_of_darks_is_typed_and_explained(row):
    read = dark_limit(row["what"])
    assert 0 < read.limit < 1
    assert read.unit
    assert read.evidence in EVIDENCE
    assert read.reason in read.source


def test_numbers_of_other_tools():
    assert {p.tool: p.limit for p in practices("exposure_s")}["KStars dark library"] == 0.05
    assert {p.tool: p.limit for p in practices("temperature_c")}["ASTAP"] == 3
    for row in table("tolerances.yaml")["tools"]:
        assert row["evidence"] in EVIDENCE
        assert any(p.tool == row["tool"] for p in practices(row["field"]))


def test_an_unknown_field_is_an_error():
    with pytest.raises(KeyError):
        limit("exposure_s", "moon")
