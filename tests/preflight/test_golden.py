"""What ``ampglow check`` tells twelve imagers of their folders, word by word, as it stands in tests/golden/preflight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ampglow_plugin.cli.main import main
from tests.preflight.folders import FOLDERS

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "preflight"
VERDICTS = {
    "everything_right": ("GO", 0),
    "beginner_mixed_exposures": ("GO", 0),
    "asiair_flat_darks_called_dark": ("GO", 0),
    "uncooled_seestar": ("NO GO", 1),
    "nina_conversion_gain_mix": ("NO GO", 1),
    "pixinsight_masters_without_metadata": ("UNKNOWN", 1),
    "maxim_ccd_with_bias": ("GO", 0),
    "dslr_iso": ("NO GO", 1),
    "indi_without_set_point": ("GO", 0),
    "wrong_gain_by_one_step": ("NO GO", 1),
    "two_targets": ("NO GO", 1),
    "dark_library": ("GO", 0),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Each folder, made once."""
    root = tmp_path_factory.mktemp("preflight")

    def folder(name):
        if not (root / name).exists():
            FOLDERS[name](root / name)
        return root / name

    return folder


@pytest.mark.parametrize("name", FOLDERS)
def test_text(name, made, update_golden, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit) as left:
        main(["check", str(made(name))])
    text = "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines()) + "\n"
    # how many rules there are changes with every new one, and is not what these texts are about
    text = re.sub(r"\d+ checks passed, \d+ had nothing", "NN checks passed, N had nothing", text)
    path = GOLDEN / f"{name}.txt"
    if update_golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text
    word, code = VERDICTS[name]
    assert text.startswith(f"{word}: ")
    assert left.value.code == code


@pytest.mark.parametrize("name", FOLDERS)
def test_a_text_fits_its_columns_and_names_codes_that_exist(name):
    from ampglow_plugin.rules import RULES

    text = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 100
    assert set(re.findall(r"AG\d+", text)) <= {rule.code for rule in RULES}
    if not text.startswith("GO"):
        assert " 1. " in text  # what to do next


def test_no_golden_text_is_left_over():
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(FOLDERS) == set(VERDICTS)
