"""Verdicts on frames that real Sirils calibrated rightly, wrongly, and misleadingly."""

from __future__ import annotations

import re

import pytest

from ampglow_plugin.proof import verify

SERIES = ("1.0", "1.2", "1.4")
FLAT = {"flat": "flat"}
BIAS = {"bias": "bias"}
DIVIDED = {"dark": "dark_nobias", "bias": "bias"}

#: prefix -> (masters given beside the dark, factor, bias levels, done, success); done of 1.0, which writes no
#: header, stands behind a slash where it differs. Factor "k": the one that Siril logs.
TRUTH = {
    "plain_": (FLAT, 1.0, 1.0, "applied", "clean"),
    "equal_": (FLAT, 1.0, 1.0, "applied", "clean"),
    "debayer_": (FLAT, 1.0, 1.0, "applied", "clean"),
    "eqdeb_": (FLAT, 1.0, 1.0, "applied", "clean"),
    "whole_": (FLAT, 1.0, 1.0, "applied", "clean"),
    "none_": ({}, 0.0, 0.0, "not_applied", "residual"),
    "flatonly_": (FLAT, 0.0, 0.0, "not_applied", "residual"),
    "foreign_": (FLAT, 0.0, 0.0, "not_applied", "residual"),
    "opt_": (DIVIDED | FLAT, "k", 1.0, "scaled", None),
    "optalone_": (BIAS, "k", "k", "scaled", None),
    "once_": (BIAS, 1.0, 1.0, "applied", "clean"),
    "twice_": (BIAS, 2.0, 2.0, "applied_twice", "oversubtracted"),
    "twobias_": (BIAS | FLAT, 1.0, 2.0, "applied", "oversubtracted"),
    "divided_": (DIVIDED | FLAT, 1.0, 0.0, "applied", "residual"),
    "small_": ({"flat": "flat_small"}, 1.0, 1.0, "contradiction/applied", "residual"),
    "flipped_": ({}, 0.0, 1.0, "contradiction/wrong_dark", "residual"),
    "short_": ({"dark": "dark60"}, 1.0, 1.0, "applied", "residual"),
    "biasdark_": (BIAS, 0.0, 1.0, "contradiction/not_applied", "residual"),
}  # fmt: skip


def prove(bench, run, prefix, given, *, log=False, light=None, number=1):
    named = {role: bench.master(name) for role, name in given.items()}
    named.setdefault("dark", bench.master("dark"))
    light = light or (run.lights[f"foreign_{number:05d}"] if prefix == "foreign_" else bench.night.lights[number - 1])
    return verify(run.output(prefix, number), light=light, log=run.log if log else None, **named)


def logged_factor(run, prefix, number=1):
    """k0 of the frame in the block of the command with this prefix."""
    blocks = run.log.read_text().split("Running command: ")
    block = next(b for b in blocks if f"Saving FITS: file {prefix}light_{number:05d}" in b)
    image = rf" of image {number - 1}" if run.series != "1.0" else ""
    return [float(k) for k in re.findall(rf"Dark optimization{image}: k0=([\d.]+)", block)]


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("prefix", TRUTH)
def test_the_verdict_is_the_truth(bench, siril_run, series, prefix):
    run = siril_run(series)
    given, factor, pedestals, done, success = TRUTH[prefix]
    proof = prove(bench, run, prefix, given)
    pixels = proof.evidence.pixels
    if factor == "k":
        logged = logged_factor(run, prefix)
        assert logged
        assert min(abs(pixels.factor - k) for k in logged) < 0.001
    else:
        assert pixels.factor == pytest.approx(factor, abs=0.005)
    if pedestals is not None:
        assert pixels.pedestals == pytest.approx(pixels.factor if pedestals == "k" else pedestals, abs=0.03)
    expected = done.split("/")
    assert proof.verdict.done == expected[-1 if series == "1.0" else 0], proof.verdict.reasons
    if success is None:
        success = "oversubtracted" if pixels.factor > 1 else "residual"
    assert proof.verdict.success == success, proof.verdict.reasons
    assert proof.verdict.decided_by == "pixels"


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(("prefix", "factor"), [("equal_", 1.0), ("eqdeb_", 1.0), ("flatonly_", 0.0), ("plain_", 1.0)])
def test_without_the_flat_the_factor_is_within_two_hundredths(bench, siril_run, series, prefix, factor):
    proof = prove(bench, siril_run(series), prefix, {})
    assert proof.evidence.pixels.factor == pytest.approx(factor, abs=0.02)
    assert proof.evidence.pixels.flat_used is None
    expected = ("applied", "clean") if factor else ("not_applied", "residual")
    assert (proof.verdict.done, proof.verdict.success) == expected
    assert any("flat is not at hand" in r for r in proof.verdict.reasons)


@pytest.mark.parametrize("series", SERIES)
def test_an_optimised_dark_without_the_flat(bench, siril_run, series):
    run = siril_run(series)
    proof = prove(bench, run, "opt_", DIVIDED)
    assert min(abs(proof.evidence.pixels.factor - k) for k in logged_factor(run, "opt_")) < 0.02
    assert proof.evidence.pixels.pedestals == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("prefix", ["plain_", "flatonly_", "opt_", "twice_", "eqdeb_"])
def test_the_log_changes_no_true_verdict(bench, siril_run, series, prefix):
    run = siril_run(series)
    given, *_, done, _ = TRUTH[prefix]
    proof = prove(bench, run, prefix, given, log=True)
    assert proof.verdict.done == done
    assert proof.evidence.log.claim in (done, "applied_twice", "not_applied"), proof.evidence.log


@pytest.mark.parametrize("series", SERIES)
def test_what_was_undone_is_not_called_applied(bench, siril_run, series):
    run = siril_run(series)
    output = run.folder / "process" / "undone.fit"
    proof = verify(output, light=bench.night.lights[0], dark=bench.master("dark"), flat=bench.master("flat"))
    assert (proof.verdict.done, proof.verdict.success) != ("applied", "clean")
    assert proof.evidence.pixels.factor is None or abs(proof.evidence.pixels.factor - 1) > 0.02


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(("prefix", "dark"), [("floatadu_", "dark_floatadu"), ("bright_", "dark_bright")])
def test_a_background_subtracted_away_is_seen(bench, siril_run, series, prefix, dark):
    proof = prove(bench, siril_run(series), prefix, {"dark": dark})
    assert proof.evidence.pixels.zero_share > 0.9
    assert proof.verdict.success == "oversubtracted"
    assert proof.verdict.done == ("undecided" if series == "1.0" else "contradiction")


@pytest.mark.parametrize("series", SERIES)
def test_another_dark_than_the_one_used_is_not_called_applied(bench, siril_run, series):
    """The frame was calibrated with the 60 s dark; the user believes it was the 180 s dark."""
    for given in ({}, BIAS, FLAT, BIAS | FLAT):
        proof = prove(bench, siril_run(series), "short_", given)
        assert proof.verdict.done in (("scaled", "wrong_dark") if series == "1.0" else ("contradiction", "wrong_dark"))
        assert 0.2 < proof.evidence.pixels.factor < 0.5
        assert any("other exposure" in h for h in proof.verdict.hypotheses)


@pytest.mark.parametrize("series", SERIES)
def test_a_dark_stored_upside_down_is_found_out(bench, siril_run, series):
    proof = prove(bench, siril_run(series), "flipped_", {})
    assert proof.evidence.pixels.alternatives["upside down"] == pytest.approx(1.0, abs=0.005)
    assert any("upside down" in h for h in proof.verdict.hypotheses)


@pytest.mark.parametrize("series", SERIES)
def test_a_light_that_is_not_the_one_is_not_proved(bench, siril_run, series):
    proof = prove(bench, siril_run(series), "equal_", FLAT, light=bench.night.lights[1])
    assert (proof.verdict.done, proof.verdict.success) != ("applied", "clean")


@pytest.mark.parametrize("series", SERIES)
def test_header_alone_is_testimony(bench, siril_run, series):
    run = siril_run(series)
    proof = verify(run.output("small_"))
    assert proof.verdict.done == ("undecided" if series == "1.0" else "applied")
    assert proof.verdict.success == "undecided"
    assert proof.verdict.decided_by == (None if series == "1.0" else "header")
