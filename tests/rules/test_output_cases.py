"""Every AG4xx rule on proofs written by hand; a proof is a clean one of the pixels unless the case says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ampglow_plugin.model.codec import from_dict
from ampglow_plugin.model.diagnosis import CauseFound, Diagnosis, Sign
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.outputs import RULES
from tests.rules.told import as_before

PIXELS = {"rung": 1, "factor": 1.0, "factor_sigma": 0.001, "pedestals": 1.0, "flat_used": True, "exact": True}


def cases() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['kind']}-{case['what']}")
        for path in sorted(Path(__file__).parent.glob("AG4*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def proof_of(data: dict[str, Any]) -> Proof:
    path = data.get("path", "pp_1.fit")
    pixels = data.get("pixels", {})
    evidence = {
        "path": path,
        "header": data.get("header", {}),
        "pixels": None if pixels is None else PIXELS | pixels,
        "conditions": data.get("conditions", {"agree": True}),
        "expected_flat": data.get("expected_flat"),
        "camera": data.get("camera"),
    }
    verdict = {
        "done": data.get("done", "applied"),
        "success": data.get("success", "clean"),
        "decided_by": data.get("decided_by", "pixels"),
        "reasons": data.get("reasons", ["why"]),
    }
    return from_dict(Proof, {"path": path, "inputs": {}, "evidence": evidence, "verdict": verdict})


def diagnosis_of(places: list[str]) -> Diagnosis:
    """Glow of the dark left in these places of the frame."""
    signs = tuple(Sign(cause="amp_glow", name="share_of_dark", speaks="for", what="left") for _ in places)
    causes = (CauseFound(cause="amp_glow", confidence=0.99, where=places[0]),) if places else ()  # type: ignore[arg-type]
    return Diagnosis(paths=("pp_1.fit",), basis="dark", causes=causes, evidence=signs)


@pytest.mark.parametrize(("code", "case"), cases())
def test_case(code: str, case: dict[str, Any]) -> None:
    rule = next(r for r in RULES if r.code == code)
    diagnosis = diagnosis_of(case["places"]) if "places" in case else None
    findings = run_rules(Context(proofs=tuple(proof_of(p) for p in case["proofs"]), diagnosis=diagnosis), [rule])
    outcomes = {f.outcome for f in findings}
    failed = [f for f in findings if f.outcome == "failed"]
    assert "crashed" not in outcomes, findings
    as_before(code, case, findings, Path("/outputs"))
    assert all(f.message for f in findings)
    expected = {
        "pass": {"passed"},
        "skip": {"skipped"},
        "fail": {"failed", "passed"},
        "near_miss": {"passed", "skipped"},
    }
    assert outcomes <= expected[case["kind"]], findings
    assert bool(failed) == (case["kind"] == "fail")
    assert all(f.fix and f.severity == case.get("severity", "error") and f.where.path for f in failed)
    assert all(case.get("says", "") in f.message for f in failed)


def test_every_part_of_the_contradiction_is_shown() -> None:
    proof = proof_of({"done": "contradiction", "reasons": ["header: one dark line", "pixels: 0.000 of the dark"]})
    rule = next(r for r in RULES if r.name == "contradiction")
    (found,) = run_rules(Context(proofs=(proof,)), [rule])
    assert "header: one dark line" in found.message
    assert "pixels: 0.000 of the dark" in found.message


def test_a_scaled_dark_is_reported_with_the_factor_that_is_known() -> None:
    rule = next(r for r in RULES if r.code == "AG402")
    header = proof_of({"done": "scaled", "pixels": None, "header": {"claim": "scaled", "factor": 1.031}})
    pixels = proof_of({"done": "scaled", "pixels": {"factor": 0.926}, "header": {"claim": "scaled", "factor": 1.031}})
    found = run_rules(Context(proofs=(header, pixels)), [rule])
    assert [f.measured for f in found] == [1.031, 0.926]
