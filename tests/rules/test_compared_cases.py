"""The rule about old and new darks on measured numbers: each case changes ``pair``; ``verdict`` is the word for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ampglow_plugin.model.aged import Comparison
from ampglow_plugin.model.codec import from_dict
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.matches import COMPARED_RULES as RULES
from ampglow_plugin.rules.matches.sensor_aged import verdict
from tests.rules.told import as_before

PAIR: dict[str, Any] = {
    "old": "/lib/old.fits",
    "new": "/lib/new.fits",
    "body": {"verdict": "same", "compared": 500, "in_first": 0.95, "in_second": 0.96},
    "level_old_adu": 500.0,
    "level_new_adu": 500.4,
    "level_sigma_adu": 0.01,
    "noise_old_adu": 10.0,
    "noise_new_adu": 10.1,
    "same_noise": True,
    "glow_adu": 60.0,
    "glow_ratio": {"value": 1.01, "sigma": 0.01},
    "hot_above_adu": 90.0,
    "hot_old": 800,
    "hot_new": 805,
    "came": 12,
    "went": 16,
    "hot_ratio": {"value": 1.02, "sigma": 0.01},
}
CASES = yaml.safe_load((Path(__file__).parent / "AG230.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['kind']}-{case['what']}")
def test_case(case: dict[str, Any]) -> None:
    pair = from_dict(Comparison, {**PAIR, **case.get("pair", {})}, where="case")
    found = run_rules(Context(compared=(pair,)), RULES)
    told = [(f.outcome, f.where.field, f.message) for f in found]
    outcomes = {f.outcome for f in found}
    match case["kind"]:
        case "pass" | "near_miss":
            assert "passed" in outcomes, told
            assert not outcomes & {"failed", "crashed"}, told
        case "fail":
            assert "failed" in outcomes, told
        case "skip":
            assert outcomes == {"skipped"}, told
    as_before("AG230", case, found, Path("/lib"))
    for want in case.get("want", ()):
        assert any(_fulfils(f, want) for f in found), (want, told)
    if "verdict" in case:
        assert verdict(pair) == case["verdict"], told


def _fulfils(found: Any, want: dict[str, Any]) -> bool:
    shown = {"says": found.message, "fix": found.fix or ""}
    for key, value in want.items():
        if key in shown:
            if value not in shown[key]:
                return False
        elif key == "field":
            if found.where.field != value:
                return False
        elif getattr(found, key) != (pytest.approx(value) if isinstance(value, float) else value):
            return False
    return True
