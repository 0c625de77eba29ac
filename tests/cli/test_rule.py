"""``ampglow rule`` and the start of the command line."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ampglow_plugin
from ampglow_plugin.cli.main import main
from ampglow_plugin.rules import RULES


def say(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main(["rule", *words])
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, said.err


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page_read_from_its_file_is_that_of_the_rule(rule, capsys):
    page = f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.page}\n"
    assert say(capsys, rule.code) == (0, page, "")
    assert say(capsys, rule.name)[1] == page


def test_a_code_in_small_letters_and_one_that_does_not_exist(capsys):
    assert say(capsys, "ag201")[1].startswith("AG201 ")
    code, _, error = say(capsys, "AG999")
    assert code == 2
    assert "there is no rule AG999" in error
    code, out, _ = say(capsys)
    assert code == 0
    assert len(out.splitlines()) == len(RULES)


def test_the_version_is_printed_before_anything_is_loaded():
    script = (
        "import sys; sys.argv = ['ampglow', '--version']; from ampglow_plugin.__main__ import main; main(); "
        "print(sorted({'click', 'numpy', 'astropy', 'yaml', 'rich'} & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert said.stdout == f"ampglow {ampglow_plugin.__version__}\n[]\n"
