"""The verdict over evidence: every kind of claim against every kind of measurement, then the special cases."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from ampglow_plugin.model.evidence import Conditions, Evidence, HeaderEvidence, LogEvidence, PixelEvidence
from ampglow_plugin.rules.verdict import judge

AGREE = Conditions(agree=True, exposure_ratio=1.0)
MEASURED = {  # name -> (what the pixels show, done, success) under agreeing conditions and without testimony
    "none": (None, "undecided", "undecided"),
    "one": (PixelEvidence(rung=1, factor=1.0, factor_sigma=0.001, pedestals=1.0, flat_used=True, exact=True), "applied", "clean"),
    "zero": (PixelEvidence(rung=1, factor=0.0, factor_sigma=0.001, pedestals=0.0, flat_used=True, exact=True), "not_applied", "residual"),
    "two": (PixelEvidence(rung=1, factor=2.0, factor_sigma=0.001, pedestals=2.0, flat_used=True, exact=True), "applied_twice", "oversubtracted"),
    "less": (PixelEvidence(rung=1, factor=0.926, factor_sigma=0.001, pedestals=1.0, flat_used=True, exact=True), "scaled", "residual"),
    "more": (PixelEvidence(rung=1, factor=1.2, factor_sigma=0.001, pedestals=1.0, flat_used=True, exact=True), "scaled", "oversubtracted"),
    "weak": (PixelEvidence(rung=1, factor=0.7, factor_sigma=0.3, pedestals=1.0, flat_used=True, exact=True), "undecided", "undecided"),
    "other": (PixelEvidence(rung=1, factor=0.33, factor_sigma=0.01, pedestals=1.0, flat_used=True, exact=False), "wrong_dark", "undecided"),
    "mirrored": (PixelEvidence(rung=1, factor=0.0, factor_sigma=0.001, pedestals=1.0, flat_used=True, exact=True, alternatives={"upside down": 1.0}), "wrong_dark", "residual"),
}  # fmt: skip
CLAIMS = {
    "silent": None,
    "applied": None,
    "not_applied": None,
    "applied_twice": None,
    "scaled": 0.926,
}
#: (claim, measurement) that can both be true; everything else measured is a contradiction
COMPATIBLE = {
    ("applied", "one"), ("not_applied", "zero"), ("applied_twice", "two"), ("scaled", "less"),
    ("applied", "other"), ("applied_twice", "other"), ("scaled", "other"),
    *(("silent", m) for m in MEASURED),
}  # fmt: skip


@pytest.mark.parametrize(("claim", "measured"), list(itertools.product(CLAIMS, MEASURED)))
def test_header_against_pixels(claim, measured):
    pixels, done, success = MEASURED[measured]
    header = HeaderEvidence(host="siril", claim=claim, factor=CLAIMS[claim], why=f"claim {claim}")
    verdict = judge(Evidence(path="pp.fit", header=header, pixels=pixels, conditions=AGREE))
    if done == "undecided":  # the pixels are silent: the header decides what was done, nobody how well
        assert verdict.done == ("undecided" if claim == "silent" else claim)
        assert verdict.decided_by == (None if claim == "silent" else "header")
        assert verdict.success == "undecided"
    elif (claim, measured) in COMPATIBLE:
        assert (verdict.done, verdict.success, verdict.decided_by) == (done, success, "pixels")
    else:
        assert verdict.done == "contradiction"
        assert verdict.success != "clean"
        assert any("contradict" in r for r in verdict.reasons)
        assert any(r.startswith("pixels:") for r in verdict.reasons)
        assert any(r.startswith(f"header: claim {claim}") for r in verdict.reasons)
    assert verdict.reasons


@pytest.mark.parametrize(("header", "log"), list(itertools.product(CLAIMS, CLAIMS)))
def test_header_against_log_without_pixels_is_never_clean(header, log):
    evidence = Evidence(
        path="pp.fit",
        header=HeaderEvidence(host="siril", claim=header, factor=CLAIMS[header]),
        log=LogEvidence(claim=log, factor=CLAIMS[log]),
        conditions=AGREE,
    )
    verdict = judge(evidence)
    claims = {header, log} - {"silent"}
    expected = "undecided" if not claims else claims.pop() if len(claims) == 1 else "contradiction"
    assert verdict.done == expected
    assert verdict.success == "undecided"
    assert verdict.decided_by in (("header", "log") if expected not in ("undecided", "contradiction") else (None,))


def one(**changes):
    pixels = replace(MEASURED["one"][0], **{k: v for k, v in changes.items() if hasattr(MEASURED["one"][0], k)})
    rest = {k: v for k, v in changes.items() if not hasattr(pixels, k)}
    return judge(Evidence(**({"path": "pp.fit", "pixels": pixels, "conditions": AGREE} | rest)))


@pytest.mark.parametrize(
    ("changes", "done", "success"),
    [
        # the tolerance of the factor, with and without the flat, and what a large sigma does to it
        ({"factor": 1.0049}, "applied", "clean"),
        ({"factor": 1.0051}, "scaled", "oversubtracted"),
        ({"factor": 0.9949}, "scaled", "residual"),
        ({"factor": 0.981, "flat_used": None}, "applied", "clean"),
        ({"factor": 0.979, "flat_used": None}, "scaled", "residual"),
        ({"factor": 0.975, "factor_sigma": 0.0099}, "applied", "clean"),
        ({"factor": 0.95, "factor_sigma": 0.03}, "undecided", "undecided"),
        ({"factor": 0.33, "factor_sigma": 0.02}, "scaled", "residual"),
        ({"factor": 1.93, "factor_sigma": 0.03}, "undecided", "undecided"),
        ({"factor": 0.02, "factor_sigma": 0.03}, "not_applied", "residual"),
        ({"factor": 1.0, "factor_sigma": 0.09}, "undecided", "undecided"),
        ({"factor": None, "why": "the dark is constant"}, "undecided", "undecided"),
        # pedestals
        ({"pedestals": 1.98}, "applied", "oversubtracted"),
        ({"pedestals": 0.0}, "applied", "residual"),
        ({"pedestals": 1.09}, "applied", "clean"),
        ({"pedestals": None}, "applied", "undecided"),
        # conditions: factor 1 with the wrong dark is applied, and a failure
        ({"conditions": Conditions(agree=False, differs=("exposure_s",), exposure_ratio=3.0)}, "applied", "oversubtracted"),
        ({"conditions": Conditions(agree=False, differs=("exposure_s",), exposure_ratio=0.33)}, "applied", "residual"),
        ({"conditions": Conditions(agree=False, differs=("gain",), exposure_ratio=1.0)}, "applied", "undecided"),
        ({"conditions": Conditions(agree=None, unknown=("temperature_c",))}, "applied", "undecided"),
        ({"factor": 0.333, "conditions": Conditions(agree=False, differs=("exposure_s",), exposure_ratio=3.0)}, "scaled", "undecided"),
        ({"factor": 0.0, "conditions": Conditions(agree=False, differs=("exposure_s",), exposure_ratio=3.0)}, "not_applied", "residual"),
        # other files
        ({"exact": False, "noise_adu": 4.0}, "undecided", "undecided"),
        ({"exact": False, "factor": 0.0, "pedestals": 0.0}, "not_applied", "residual"),
        ({"exact": False, "factor": 0.0, "pedestals": 1.0}, "wrong_dark", "undecided"),
        # the flat
        ({"flat_used": False, "expected_flat": True}, "applied", "residual"),
        ({"flat_used": False, "header": HeaderEvidence(claim="applied", flat=True)}, "contradiction", "undecided"),
        ({"flat_used": False, "log": LogEvidence(claim="applied", flat_mismatch=True)}, "contradiction", "undecided"),
        ({"flat_used": False}, "applied", "clean"),
        # lost backgrounds
        ({"factor": None, "zero_share": 1.0}, "undecided", "oversubtracted"),
        ({"factor": None, "zero_share": 1.0, "header": HeaderEvidence(claim="applied")}, "contradiction", "oversubtracted"),
        ({"zero_share": 0.98}, "applied", "oversubtracted"),
        ({"zero_share": 0.3}, "applied", "clean"),
        # a scaled dark that testimony names
        ({"factor": 1.998, "header": HeaderEvidence(claim="scaled", factor=1.998)}, "scaled", "oversubtracted"),
        ({"factor": 1.031, "log": LogEvidence(claim="scaled", factor=1.031)}, "scaled", "oversubtracted"),
        ({"factor": 0.365, "header": HeaderEvidence(claim="scaled", factor=0.5)}, "contradiction", "residual"),
        # the log knows files by name, the pixels by their noise
        ({"log": LogEvidence(claim="not_applied")}, "applied", "clean"),
        ({"factor": 0.0, "log": LogEvidence(claim="applied")}, "contradiction", "residual"),
    ],
)  # fmt: skip
def test_special_cases(changes, done, success):
    verdict = one(**changes)
    assert (verdict.done, verdict.success) == (done, success), verdict.reasons


def test_every_failure_says_why():
    differs = Conditions(agree=False, differs=("exposure_s", "gain"))
    assert any("other conditions than the light: exposure and gain" in r for r in one(conditions=differs).reasons)
    assert any("temperature" in r for r in one(conditions=Conditions(agree=None, unknown=("temperature_c",))).reasons)
    assert any("--bias" in r for r in one(pedestals=None).reasons)
    assert any("1.98 bias levels" in r for r in one(pedestals=1.98).reasons)
    assert one(factor=0.8).hypotheses
    assert one(factor=0.0, alternatives={"upside down": 1.0}).hypotheses == (
        "the dark was subtracted upside down, with factor 1.000",
    )
    assert "without" not in " ".join(one().hypotheses)
    assert not one(factor=0.926, header=HeaderEvidence(claim="scaled", factor=0.926)).hypotheses


def test_only_this_very_master_scaled_is_offered_where_it_explains_every_sample():
    scaled, _, _ = MEASURED["less"]
    assert judge(Evidence(path="pp.fit", pixels=scaled, conditions=AGREE)).hypotheses == (
        "the dark was scaled (dark optimisation)",
    )
    loose = judge(Evidence(path="pp.fit", pixels=replace(scaled, exact=None), conditions=AGREE)).hypotheses
    assert any("other exposure" in text for text in loose)


def test_another_dark_is_explained_by_its_residuals_and_never_as_this_one_scaled():
    other, _, _ = MEASURED["other"]
    seen = replace(
        other,
        residual_glow=0.60,
        residual_glow_sigma=0.01,
        residual_hot=0.671,
        residual_hot_sigma=0.003,
        glow_peak_adu=200.0,
        residual_glow_adu=120.0,
    )
    found = judge(Evidence(path="pp.fit", pixels=seen, conditions=AGREE)).hypotheses
    assert "other exposure was subtracted, about 0.33 of the light's" in found[0]
    assert not any("scaled" in text for text in found)


def test_a_dark_unlike_the_one_that_was_subtracted_is_not_called_weak():
    weak, _, _ = MEASURED["weak"]
    text = " ".join(judge(Evidence(path="pp.fit", pixels=replace(weak, exact=False), conditions=AGREE)).reasons)
    assert "not like this dark" in text
    assert "too weak" not in text
