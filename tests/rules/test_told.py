"""The golden texts of the rules and their cases are the same list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.rules import told

CASES = Path(__file__).parent


def test_a_case_without_a_golden_text_fails(monkeypatch):
    monkeypatch.setattr(told, "UPDATE", False)
    with pytest.raises(AssertionError, match="make golden"):
        told.as_before("AG101", {"kind": "fail", "what": "nobody wrote this one down"}, [], Path("/"))


def test_every_golden_text_belongs_to_a_case():
    for golden in sorted(told.GOLDEN.glob("*.txt")):
        cases = yaml.safe_load((CASES / f"{golden.stem}.yaml").read_text(encoding="utf-8"))
        titles = re.findall(r"^## (.*)$", golden.read_text(encoding="utf-8"), flags=re.MULTILINE)
        assert titles == sorted(f"{case['kind']}: {case['what']}" for case in cases), golden.name
