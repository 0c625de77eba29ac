"""The alias table is whole: fields of the frame record, known readings, sound patterns, evidence everywhere."""

from __future__ import annotations

import dataclasses
import re

import pytest

from ampglow_plugin.errors import FormatError
from ampglow_plugin.headers.fields import READINGS
from ampglow_plugin.knowledge import table
from ampglow_plugin.knowledge.keywords import KeyRow, _rows, keywords
from ampglow_plugin.model.frame import Frame

TABLE = keywords()
ROWS = [row for entry in TABLE.fields for row in entry.rows] + [*TABLE.master_signs, *TABLE.calibration]


def test_fields_are_those_of_the_frame_record():
    frame_fields = {field.name for field in dataclasses.fields(Frame)}
    assert {entry.field for entry in TABLE.fields} <= frame_fields
    elsewhere = {"path", "master", "sensor", "width", "height", "planes", "bits", "conversion_gain", "night"}
    elsewhere |= {"ra_deg", "dec_deg", "calibrated", "calibration_status", "sources"}
    elsewhere |= {"readout_options", "master_normalization", "conflicts"}
    assert frame_fields - {entry.field for entry in TABLE.fields} == elsewhere


def test_every_reading_exists_and_is_used():
    assert {entry.reading for entry in TABLE.fields} == set(READINGS)


def test_evidence_marks_are_explained():
    marks = set(table("keywords.yaml")["evidence"])
    used = {row.evidence for row in (*ROWS, *TABLE.programs, *TABLE.pointing, *TABLE.names)}
    assert used <= marks


def test_patterns_compile_and_programs_exist():
    programs = {row.id for row in TABLE.programs}
    for row in ROWS:
        assert row.pattern is None or row.pattern.flags & re.IGNORECASE
        assert set(row.only) | set(row.never) <= programs
    assert TABLE.master_programs <= programs
    for row in TABLE.programs:
        re.compile(row.match)


@pytest.mark.parametrize("row", TABLE.names, ids=lambda row: f"{row.program}: {row.example[:20]}")
def test_every_name_form_fits_its_own_example(row):
    name = row.example.split("/")[0] if row.part == "folder" and "/" not in row.match else row.example
    candidates = [name, *row.example.split("/")]
    assert any(re.search(row.match, c, re.IGNORECASE) for c in candidates)


def test_a_wrong_row_is_named():
    with pytest.raises(FormatError, match=r"keywords\.yaml: fields\[1\].*factr") as caught:
        _rows(KeyRow, {"fields": [{"key": "A", "evidence": "H"}, {"key": "B", "evidence": "H", "factr": 2}]}, "fields")
    assert caught.value.problems[0].place == "factr"
