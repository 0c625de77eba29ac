"""docs/lint.md says what is: its table of rules, its options, its editor patterns."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from ampglow_plugin.cli.lint import command
from ampglow_plugin.rules import RULES

DOC = (Path(__file__).resolve().parents[2] / "docs" / "lint.md").read_text(encoding="utf-8")


def test_every_rule_is_in_the_table_as_its_page_says():
    rows = re.findall(r"^\| (AG\d+) \| (\w+) \| (.*) \|$", DOC, re.MULTILINE)
    judging = [rule for rule in RULES if rule.code.startswith(("AG3", "AG5"))]
    assert rows == [(r.code, r.severity, r.page.partition("\n")[0].rstrip(".")) for r in judging]


def test_every_option_is_in_the_text():
    for parameter in command.params:
        for name in parameter.opts:
            if name.startswith("--"):
                assert name in DOC, name


def test_the_pattern_for_editors_fits_the_output(tmp_path):
    (pattern,) = re.findall(r'"regexp": "(.*)",', DOC)
    script = tmp_path / "x.ssf"
    script.write_text("requires 1.4.0\npreprocess light -dark=d\n", encoding="utf-8")
    lines = CliRunner().invoke(command, [str(script)]).output.splitlines()
    found = [m for line in lines if (m := re.fullmatch(pattern.replace("\\\\", "\\"), line))]
    assert [(m[1], m[2], m[4], m[5]) for m in found][:1] == [(str(script), "2", "error", "AG504")]
