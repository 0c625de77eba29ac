"""Every rule about single darks on measured numbers: cases that pass, fail, skip and nearly fail.

A case is a set of ``count`` frames (12 unless given) whose numbers wobble by the shares in ``WOBBLE``; ``drift`` adds
a change from the first frame to the last, ``odd`` replaces numbers of the last frames, one entry a frame, and ``every``
of all frames. ``set`` are numbers of the set. ``blamed`` is how many frames the rule leaves out, ``want`` holds for one finding of the rule.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import yaml

from ampglow_plugin.model.darks import DarkMeasure, DarkSetMeasure
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.darks import REASONS, RULES
from tests.rules.told import as_before

USUAL: dict[str, float] = {
    "level_adu": 500.0,
    "noise_adu": 10.0,
    "saturated_share": 0.0001,
    "empty_share": 0.0,
    "hot_ratio": 1.0,
    "glow_ratio": 1.0,
    "unlike_adu": 1.0,
    "bands_adu": 0.5,
    "temperature_c": -10.0,
}
#: standard deviation from frame to frame
WOBBLE = {
    "level_adu": 0.2,
    "noise_adu": 0.05,
    "hot_ratio": 0.02,
    "glow_ratio": 0.01,
    "unlike_adu": 0.1,
    "bands_adu": 0.1,
}
#: normal quantiles in an order without a trend
NORMAL = (0.3, -1.2, 0.8, -0.1, 1.5, -0.6, -0.9, 0.5, 0.1, -0.3, 1.0, -1.6, 0.6, 0.0, -0.4, 1.2)


def cases() -> list[Any]:
    return [
        pytest.param(rule.code, case, id=f"{rule.code}-{case['kind']}-{case['what']}")
        for rule in RULES
        for case in yaml.safe_load((Path(__file__).parent / f"{rule.code}.yaml").read_text(encoding="utf-8"))
    ]


def measured(case: dict[str, Any]) -> DarkSetMeasure:
    count = case.get("count", 12)
    odd = case.get("odd", [])
    frames = []
    for i in range(count):
        values: dict[str, Any] = dict(USUAL)
        for field, sigma in WOBBLE.items():
            values[field] += sigma * NORMAL[i % len(NORMAL)]
        for field, change in case.get("drift", {}).items():
            values[field] += change * i / (count - 1)
        values |= case.get("every", {})
        values |= odd[i - count + len(odd)] if i >= count - len(odd) else {}
        known = {"setpoint_c": -10.0, "hot_sigma": 0.003, "glow_sigma": 0.01, "usable": "why" not in values}
        path, date = f"/darks/{i:03}.fits", f"2025-03-01T{20 + i // 12:02}:{i % 12 * 5:02}:00"
        frames.append(DarkMeasure(**{"path": path, "date_obs": date, **known, **values}))
    whole = DarkSetMeasure(frames=tuple(frames), glow_adu=100.0, hot_pixels=500, cooled=True)
    return dataclasses.replace(whole, **case.get("set", {}))


@pytest.mark.parametrize(("code", "case"), cases())
def test_case(code: str, case: dict[str, Any]) -> None:
    sets = () if case.get("none") else (measured(case),)
    found = [f for f in run_rules(Context(dark_sets=sets), RULES) if f.rule == code]
    told = [(f.outcome, f.severity, f.message) for f in found]
    outcomes = {f.outcome for f in found}
    match case["kind"]:
        case "pass" | "near_miss":
            assert outcomes == {"passed"}, told
        case "fail":
            assert "failed" in outcomes, told
        case "skip":
            assert outcomes == {"skipped"}, told
    as_before(code, case, found, Path("/darks"))
    if "blamed" in case:
        assert sum(f.outcome == "failed" and f.where.path is not None for f in found) == case["blamed"], told
    for want in case.get("want", ()):
        assert any(_fulfils(f, want) for f in found), (want, told)


def _fulfils(found: Any, want: dict[str, Any]) -> bool:
    words = {"says": found.message, "fix": found.fix or ""}
    return all(str(v) in words[k] if k in words else getattr(found, k) == v for k, v in want.items())


def test_every_rule_about_darks_has_a_reason():
    assert list(REASONS) == [rule.code for rule in RULES]
