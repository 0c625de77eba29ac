"""Scripts as people write them, with one mistake each: the rule that is meant fails, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ampglow_plugin import api
from tests.siril.real import CALIBRATE, REQUIRES, SERIES

ENTRIES = yaml.safe_load((Path(__file__).parent / "mistakes.yaml").read_text(encoding="utf-8"))
CASES = [
    pytest.param(entry, series, id=f"{series}-{entry['what']}")
    for entry in ENTRIES
    for series in entry.get("for", SERIES)
]


def failed(path, **options):
    return [f for f in api.lint(path, **options) if f.outcome in ("failed", "crashed") and f.severity != "info"]


@pytest.mark.parametrize(("entry", "series"), CASES)
def test_the_mistake_is_found_and_nothing_else(entry, series, tmp_path):
    path = tmp_path / "Preprocessing.ssf"
    lines = [f"requires {REQUIRES[series]}", *entry["lines"], ""]
    path.write_text("\n".join(lines).replace("CAL", CALIBRATE[series]), encoding="utf-8")
    found = failed(path)
    assert {f.rule: f.severity for f in found} == entry["rules"] | entry.get("also", {}).get(series, {}), found
    assert all(f.fix and f.where.line and f.where.column for f in found)


@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("name", ["OSC_WithoutDark.ssf", "Mono_Preprocessing_WithoutDBF.ssf", "without_darks.ssf"])
def test_a_script_that_is_named_so_wants_no_dark(name, series, tmp_path):
    text = f"requires {REQUIRES[series]}\nconvert light\n{CALIBRATE[series]} light -bias=b -flat=f -debayer\n"
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert not failed(path)
    assert [f.severity for f in api.lint(path) if f.rule == "AG306"] == ["info"]
    other = tmp_path / "Dark.ssf"
    other.write_text(text, encoding="utf-8")
    assert {f.rule for f in failed(other)} == {"AG306"}


def test_what_does_not_calibrate_gets_nothing(tmp_path):
    for text in (
        "requires 1.2.0\nload a\nset16bits\nsave b_$EXPTIME:%d$\n",
        "requires 1.4.0\nstack light rej 3 3\n",
        "",
    ):
        path = tmp_path / "x.ssf"
        path.write_text(text, encoding="utf-8")
        assert api.lint(path) == ()
