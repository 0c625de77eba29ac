"""Rung 2 on frames that real Sirils calibrated rightly, wrongly, and misleadingly: the raw light is not given."""

from __future__ import annotations

import pytest

from ampglow_plugin.proof import verify

#: the log and the header of 1.2 say what those of 1.4 say, and the pixels know no series
SERIES = ("1.0", "1.4")
FLAT = {"flat": "flat"}

#: prefix -> (masters beside the dark, what is left of dark, done, success); of 1.0, which writes no header, behind a slash
TRUTH = {
    "plain_": (FLAT, 0.0, "applied", "clean"),
    "equal_": (FLAT, 0.0, "applied", "clean"),
    "debayer_": (FLAT, 0.0, "applied", "clean"),
    "eqdeb_": (FLAT, 0.0, "applied", "clean"),
    "once_": ({}, 0.0, "applied", "clean"),
    "none_": ({}, 1.0, "not_applied", "residual"),
    "flatonly_": (FLAT, 1.0, "not_applied", "residual"),
    "foreign_": (FLAT, 1.0, "contradiction/not_applied", "residual"),
    "twice_": ({}, -1.0, "applied_twice/undecided", "oversubtracted"),
    "short_": ({}, 0.67, "wrong_dark/undecided", "residual"),
    "biasdark_": ({}, 1.0, "contradiction/not_applied", "residual"),
    "small_": (FLAT, 0.0, "contradiction/applied", "residual"),
}  # fmt: skip


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("prefix", TRUTH)
def test_the_verdict_is_the_truth(bench, siril_run, series, prefix):
    run = siril_run(series)
    given, left, done, success = TRUTH[prefix]
    proof = verify(run.output(prefix), dark=bench.master("dark"), **{r: bench.master(n) for r, n in given.items()})
    pixels = proof.evidence.pixels
    assert pixels.rung == 2
    assert pixels.residual_glow == pytest.approx(left, abs=max(0.05, 3 * pixels.residual_glow_sigma))
    if pixels.residual_hot is not None:
        assert pixels.residual_hot == pytest.approx(left, abs=max(0.03, 3 * pixels.residual_hot_sigma))
    assert proof.verdict.done == done.split("/")[-1 if series == "1.0" else 0], proof.verdict.reasons
    assert proof.verdict.success == success, proof.verdict.reasons
    assert proof.verdict.decided_by == (None if proof.verdict.done == "undecided" else "pixels")
