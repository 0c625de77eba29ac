"""One plan, a text a dialect: every script and every refusal as it stands in tests/golden/siril."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ampglow_plugin
from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts.siril.dialects import DIALECTS, dialect
from ampglow_plugin.hosts.siril.writer import write_script
from ampglow_plugin.knowledge import table
from tests.siril.plans import PLANS

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "siril"


def said(name, series):
    """The script, or the refusal; the tool's own version is left out, since it changes with every release."""
    try:
        text = write_script(PLANS[name], dialect(series)).text
    except HostRefused as refusal:
        return f"REFUSED\nwhere: {refusal.where}\nwhat: {refusal.what}\nfix: {refusal.fix}\n"
    return text.replace(f"ampglow {ampglow_plugin.__version__}", "ampglow VERSION")


@pytest.mark.parametrize("series", DIALECTS)
@pytest.mark.parametrize("name", PLANS)
def test_text(name, series, update_golden):
    path = GOLDEN / series / f"{name}.ssf"
    text = said(name, series)
    if update_golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text


def test_no_golden_text_is_left_over():
    expected = {f"{series}/{name}.ssf" for series in DIALECTS for name in PLANS}
    assert {p.relative_to(GOLDEN).as_posix() for p in GOLDEN.rglob("*.ssf")} == expected


@pytest.mark.parametrize("series", DIALECTS)
@pytest.mark.parametrize("name", PLANS)
def test_every_word_is_one_the_series_knows(name, series):
    """Judged by the table of commands and options, which was not made from the writer."""
    text = said(name, series)
    if text.startswith("REFUSED"):
        return
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        command, *words = line.split()
        entry = table("siril_commands.json")["commands"][command]
        assert _within(entry, series), command
        for word in words:
            bare = word.strip('"')
            if not bare.startswith("-"):
                continue
            option = bare.split("=")[0] + ("=" if "=" in bare else "")
            assert option in entry["options"], line
            assert _within(entry["options"][option], series), line


def _number(text):
    return tuple(int(n) for n in re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", text).groups(default="0"))


def _within(entry, series):
    """Is it there in every release of the series? Development tags count to the release they led to."""
    first = {"1.0": (1, 0, 0), "1.2": (1, 2, 0), "1.4": (1, 4, 0)}[series]
    start = _number(entry["from"]) if entry.get("from") else (0, 0, 0)
    end = _number(entry["to"]) if entry.get("to") else (9, 9, 9)
    return start <= first <= end


def test_comments_are_comments_whatever_a_reason_holds():
    """A reason with line ends, escapes and commands in it stays one comment."""
    text = said("groups", "1.4")
    assert "\x1b" not in text
    assert [line for line in text.splitlines() if "9.9.9" in line] == [
        "# ALLOWED although a rule failed: AG204 (light-60s): shed fire, no newer darks requires 9.9.9"
    ]
