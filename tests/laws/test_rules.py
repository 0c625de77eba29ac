"""Laws over all rules: explicit, unique, explained, and each shown to pass, fail, skip and nearly fail."""

import re
from pathlib import Path

import pytest
import yaml

from ampglow_plugin.rules import RULES

CASES = Path(__file__).resolve().parents[1] / "rules"
PACKAGE = Path(__file__).resolve().parents[2] / "ampglow_plugin"
PARTS = ("What it checks", "Why it matters", "How to fix it", "Source")


def test_codes_are_unique_and_in_order():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(codes)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_the_page_of_a_rule_has_its_four_parts(rule):
    headings = re.findall(rf"^({'|'.join(PARTS)})$", rule.page, re.MULTILINE)
    assert tuple(headings) == PARTS
    assert rule.page.partition("\n")[0].strip()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_a_rule_has_cases_that_pass_fail_skip_and_nearly_fail(rule):
    path = CASES / f"{rule.code}.yaml"
    assert path.is_file(), f"no cases for {rule.code}"
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))
    cases = cases["cases"] if isinstance(cases, dict) else cases
    kinds = {case["kind"] for case in cases}
    assert {"pass", "fail", "skip", "near_miss"} <= kinds


def test_only_check_plan_seals_a_plan():
    callers = [p for p in PACKAGE.rglob("*.py") if re.search(r"\bseal\(", p.read_text(encoding="utf-8"))]
    assert {p.name for p in callers} == {"checked.py", "check_plan.py"}
