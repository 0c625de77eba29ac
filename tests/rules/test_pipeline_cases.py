"""Every AG3xx rule on plans written by hand: cases that pass, fail, skip and nearly fail.

A case names the masters its steps use by short words (MASTERS), unless it brings its own, and one
group ``lights`` unless it brings ``groups``. ``failed`` lists exactly the findings that must come out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ampglow_plugin.model.codec import from_dict
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.plan import Plan
from ampglow_plugin.planning import from_yaml
from ampglow_plugin.rules import Context, run_rules
from ampglow_plugin.rules.pipeline import RULES
from tests.rules.told import as_before

MASTERS = [
    {"id": "bias", "role": "bias", "file": "bias.fit"},
    {"id": "undivided", "role": "dark", "file": "undivided.fit", "holds_bias": True},
    {"id": "divided", "role": "dark", "file": "divided.fit", "holds_bias": False},
    {"id": "unsaid", "role": "dark", "file": "unsaid.fit"},
    {"id": "flatdark", "role": "flatdark", "file": "flatdark.fit", "holds_bias": True},
    {"id": "flat", "role": "flat", "file": "flat.fit"},
]


def cases() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}-{case['kind']}-{case['what']}")
        for path in sorted(Path(__file__).parent.glob("AG3*.yaml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))
    ]


def plan_of(case: dict[str, Any]) -> Plan:
    masters = [*MASTERS, *case.get("masters", ())] if "only_masters" not in case else case["only_masters"]
    masters = [
        m if "file" in m or "frames" in m or "bare" in case else {**m, "frames": ["a.fit", "b.fit"]} for m in masters
    ]
    groups = case.get("groups") or ([{"id": "lights", **case["group"]}] if "group" in case else [])
    groups = [{"frames": ["l1.fit", "l2.fit"], **group} for group in groups]
    data = {"plan": 1, "tool": "test", "masters": masters, "groups": groups}
    if "unreadable" in case:  # from_yaml refuses it already; a script's reader may still make it
        return from_dict(Plan, data)
    return from_yaml(yaml.safe_dump(data))


def judge(code: str, case: dict[str, Any]) -> tuple[Finding, ...]:
    rule = next(r for r in RULES if r.code == code)
    places = {"groups[0]": Where(path="night.ssf", line=3, column=1)} if case.get("script") else {}
    return run_rules(Context(plan=plan_of(case), places=places), [rule])


@pytest.mark.parametrize(("code", "case"), cases())
def test_case(code: str, case: dict[str, Any]) -> None:
    findings = judge(code, case)
    outcomes = {f.outcome for f in findings}
    failed = [f for f in findings if f.outcome == "failed"]
    assert "crashed" not in outcomes, findings
    as_before(code, case, findings, Path("/plan"))
    assert all(f.rule == code and f.message for f in findings)
    assert all(f.fix for f in failed)
    expected = {
        "pass": {"passed"},
        "skip": {"skipped"},
        "fail": {"failed", "passed"},
        "near_miss": {"passed", "skipped"},
    }
    assert outcomes <= expected[case["kind"]], findings
    keys = ("severity", "group", "step", "field")
    seen = [
        {"severity": f.severity, "group": f.where.group, "step": f.where.step, "field": f.where.field} for f in failed
    ]
    wanted = [dict.fromkeys(keys) | {"severity": "error", "group": "lights"} | want for want in case.get("failed", ())]
    assert seen == wanted
    assert bool(wanted) == (case["kind"] == "fail")
    broken = {(f.where.group, f.where.step) for f in failed}
    assert not [f for f in findings if f.outcome == "passed" and (f.where.group, f.where.step) in broken]


def test_places_in_a_script_are_passed_on() -> None:
    steps = [{"step": "debayer"}, {"step": "calibrate", "dark": "undivided"}]
    plan = plan_of({"group": {"steps": steps}})
    places = {
        "groups[0]": Where(path="night.ssf", line=3, column=1),
        "groups[0].steps[0]": Where(path="night.ssf", line=5, column=9),
    }
    rule = next(r for r in RULES if r.code == "AG302")
    (found,) = run_rules(Context(plan=plan, places=places), [rule])
    assert found.where == Where(path="night.ssf", group="lights", step="steps[0]", line=5, column=9)
    near = {"groups[0].steps[1].dark_scaling": Where(line=7, column=20), "groups[0].steps[1]": Where(line=6, column=1)}
    scaled = plan_of({"group": {"steps": [steps[0], {**steps[1], "dark_scaling": "optimize"}]}})
    rule = next(r for r in RULES if r.code == "AG303")
    (found,) = run_rules(Context(plan=scaled, places=near), [rule])
    assert (found.where.line, found.where.column) == (7, 20)


def failure(code: str, case: dict[str, Any]) -> Finding:
    (found,) = [f for f in judge(code, case) if f.outcome == "failed"]
    return found


@pytest.mark.parametrize(
    ("code", "steps", "measured", "limit", "unit"),
    [
        ("AG304", [{"step": "calibrate", "bias": "bias", "dark": "undivided"}], 2, 1, "bias levels"),
        ("AG304", [{"step": "calibrate", "bias": "bias", "dark": "unsaid"}], None, 1, "bias levels"),
        ("AG305", [{"step": "calibrate", "dark": "divided"}], 0, 1, "bias levels"),
        ("AG311", [{"step": "calibrate", "dark": "unsaid"}, {"step": "calibrate", "dark": "undivided"}], 2, 1, "times"),
        ("AG303", [{"step": "calibrate", "dark": "unsaid", "dark_scaling": "exposure"}], "exposure", "none", None),
    ],
)
def test_findings_carry_what_was_measured(code: str, steps: Any, measured: Any, limit: Any, unit: str | None) -> None:
    found = failure(code, {"group": {"steps": steps}})
    assert (found.measured, found.limit, found.unit) == (measured, limit, unit)


@pytest.mark.parametrize(("scaling", "word"), [("optimize", "optimised"), ("exposure", "scaled by exposure")])
def test_the_kind_of_scaling_is_named(scaling: str, word: str) -> None:
    steps = [{"step": "calibrate", "dark": "unsaid", "dark_scaling": scaling}]
    assert word in failure("AG303", {"group": {"steps": steps}}).message


@pytest.mark.parametrize(
    ("cameras", "severity"),
    [
        (("ZWO ASI2600MC Pro",) * 2, None),
        (("ZWO ASI294MC Pro",) * 2, "error"),
        (("ZWO ASI2600MC Pro", "ZWO ASI294MC Pro"), "warning"),
        ((None, None), "warning"),
    ],
)
def test_the_sensor_is_taken_from_the_frames_where_they_agree(cameras: Any, severity: str | None) -> None:
    steps = [{"step": "calibrate", "bias": "bias", "dark": "divided", "dark_scaling": "exposure"}]
    plan = plan_of({"group": {"steps": steps}})
    frames = {
        path: Frame(path=path, camera=camera) for path, camera in zip(plan.groups[0].frames, cameras, strict=True)
    }
    rule = next(r for r in RULES if r.code == "AG303")
    places = {"groups[0]": Where(line=1, column=1)}
    (found,) = run_rules(Context(plan=plan, frames=frames, places=places), [rule])
    assert (found.severity if found.outcome == "failed" else None) == severity
