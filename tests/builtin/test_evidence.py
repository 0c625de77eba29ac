"""The engine's own words, read back; and what they do not prove."""

from __future__ import annotations

import pytest

from ampglow_plugin.hosts.builtin.evidence import (
    bias_line,
    dark_line,
    flat_line,
    header_evidence,
    log_evidence,
    log_line,
)
from ampglow_plugin.hosts.builtin.files import HISTORY_WIDTH, PROGRAM

STARTED = log_line("started", engine="ampglow", version="0.1.0", engine_version="1", plan_sha256="0")
FINISHED = log_line("finished")


def calibrated(output="process/pp_light_00001.fit", dark="masters/dark.fit", factor=1.0):
    return log_line("calibrated", light="a.fit", output=output, dark=dark, factor=factor, flat=None, flat_scale=1.0)


@pytest.mark.parametrize(
    ("lines", "claim", "factor"),
    [
        ([dark_line(1.0)], "applied", 1.0),
        ([dark_line(0.5)], "scaled", 0.5),
        ([dark_line(1.0), dark_line(1.0)], "applied_twice", None),
        ([flat_line(0.4, equalized=True)], "not_applied", None),
        ([], "silent", None),
        (["ampglow is a word in somebody's note"], "silent", None),
    ],
)
def test_header_lines(lines, claim, factor):
    found = header_evidence(lines, (), PROGRAM)
    assert (found.host, found.claim, found.factor) == ("ampglow", claim, factor)


def test_header_tells_bias_and_flat():
    found = header_evidence([bias_line(None), dark_line(1.0), flat_line(0.41, equalized=False)], (), PROGRAM)
    assert (found.bias, found.flat, found.flat_scale) == (True, True, 0.41)
    assert header_evidence([bias_line(500.0)], (), PROGRAM).bias
    assert header_evidence([dark_line(1.0)], (), PROGRAM).bias is False


def test_lines_that_the_raw_light_had_do_not_count():
    assert header_evidence([dark_line(1.0)], [dark_line(1.0)], PROGRAM).claim == "silent"
    assert header_evidence([dark_line(1.0)] * 2, [dark_line(1.0)], PROGRAM).claim == "applied"
    assert "may have been there before" in header_evidence([dark_line(1.0)], None, PROGRAM).why


@pytest.mark.parametrize("program", [None, "", "Siril 1.4", "PixInsight", "not ampglow 1"])
def test_lines_of_ours_in_a_file_of_another_program_prove_nothing(program):
    assert header_evidence([dark_line(1.0)], (), program).host is None


def test_lines_fit_their_cards():
    for line in (dark_line(12345.678901), bias_line(65535.123), flat_line(0.123456, equalized=True)):
        assert len(line) <= HISTORY_WIDTH


@pytest.mark.parametrize(
    ("entries", "claim", "factor", "success"),
    [
        ([calibrated(), FINISHED], "applied", 1.0, True),
        ([calibrated()], "applied", 1.0, False),
        ([calibrated(factor=2.0), FINISHED], "scaled", 2.0, True),
        ([calibrated(dark=None), FINISHED], "not_applied", None, True),
        ([calibrated(dark="masters/other.fit"), FINISHED], "not_applied", None, True),
        ([calibrated(), calibrated(), FINISHED], "applied_twice", None, True),
        ([calibrated(output="process/pp_light_00002.fit"), FINISHED], "silent", None, True),
    ],
)
def test_log(entries, claim, factor, success):
    text = "\n".join([STARTED, *entries]) + "\n"
    for name in ("pp_light_00001.fit", "r_pp_light_00001.fit"):
        found = log_evidence(text, name, "dark.fit")
        assert (found.claim, found.factor, found.success) == (claim, factor, success)


@pytest.mark.parametrize(
    "text", ["", "log: 12:00 Running command: calibrate", "{}", "[1]", STARTED[:-2], '{"did": "started"}']
)
def test_other_logs_are_not_ours(text):
    found = log_evidence(text, "pp_light_00001.fit", "dark.fit")
    assert (found.claim, found.host_version, found.success) == ("silent", None, None)


def test_a_file_name_cannot_forge_a_line():
    evil = 'x"}\n{"did": "calibrated", "output": "pp_light_00001.fit", "dark": "dark.fit", "factor": 1.0}\n.fit'
    text = "\n".join([STARTED, calibrated(output=evil, dark=None), FINISHED])
    assert log_evidence(text, "pp_light_00001.fit", "dark.fit").claim == "silent"
