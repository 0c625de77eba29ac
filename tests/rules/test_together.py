"""A rule says of many outputs, and of many groups, what it says of each alone: none hides the one behind it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ampglow_plugin.rules import Context
from ampglow_plugin.rules.outputs import RULES as OUTPUT_RULES
from ampglow_plugin.rules.pipeline import RULES as PIPELINE_RULES
from tests.rules import test_output_cases as outputs
from tests.rules import test_pipeline_cases as pipelines


def of(code: str, cases: list[Any]) -> list[dict[str, Any]]:
    return [param.values[1] for param in cases if param.values[0] == code]


@pytest.mark.parametrize("rule", OUTPUT_RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("backwards", [False, True])
def test_outputs(rule, backwards):
    proofs = [
        outputs.proof_of(p) for case in of(rule.code, outputs.cases()) if "places" not in case for p in case["proofs"]
    ]
    proofs = [dataclasses.replace(proof, path=f"pp_{n}.fit") for n, proof in enumerate(proofs)]
    proofs = proofs[::-1] if backwards else proofs
    alone = [found for proof in proofs for found in rule.check(Context(proofs=(proof,)))]
    assert list(rule.check(Context(proofs=tuple(proofs)))) == alone


@pytest.mark.parametrize("rule", PIPELINE_RULES, ids=lambda rule: rule.code)
@pytest.mark.parametrize("backwards", [False, True])
def test_groups(rule, backwards):
    usual = [
        case
        for case in of(rule.code, pipelines.cases())
        if not case.keys() & {"masters", "only_masters", "script", "unreadable"}
    ]
    plans = [pipelines.plan_of(case) for case in usual]
    groups = [
        (plan, dataclasses.replace(group, id=f"{n} {group.id}"))
        for n, plan in enumerate(plans)
        for group in plan.groups
    ]
    groups = groups[::-1] if backwards else groups
    alone = [f for plan, group in groups for f in rule.check(Context(plan=dataclasses.replace(plan, groups=(group,))))]
    whole = dataclasses.replace(plans[0], groups=tuple(group for _, group in groups))
    assert list(rule.check(Context(plan=whole))) == alone
