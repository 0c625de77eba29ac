"""``ampglow library darks`` as its users call it."""

from __future__ import annotations

import json

import jsonschema
import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.report.schema import schema
from tests.darks import sets


@pytest.fixture
def darks(capsys):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            main(["library", "darks", *map(str, words)])
        return int(left.value.code or 0), capsys.readouterr().out

    return call


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A good set of 10, one of 60 s with a frame too warm, and a file that is none."""
    folder = tmp_path_factory.mktemp("archive")
    truth = sets.truth_of(301)
    good = sets.good_set("plain", 301, 10)
    sets.put(good, truth, folder / "good")
    other = sets.truth_of(304, exposure_s=60.0)
    bad = sets.Set([sets.exposed(other, i) for i in range(8)], [sets.header(other, i, -10.0) for i in range(8)])
    sets.put(sets.spoiled(bad, other, "2.5 C warmer", 5), other, folder / "bad")
    (folder / "bad" / "notes.fits").write_text("no frame at all")
    return folder


def test_records(darks, archive):
    code, out = darks(archive, "--json")
    records = [json.loads(line) for line in out.splitlines()]
    validator = jsonschema.Draft202012Validator(schema())
    for record in records:
        validator.validate(record)
    assert code == 1
    assert sum(r["record"] == "dark" for r in records) == 19
    rejects = {r["path"].rpartition("/")[2]: r for r in records if r["record"] == "reject"}
    warm = rejects["304_005.fits"]
    assert (warm["reason"], warm["rule"], warm["limit"], warm["unit"]) == ("temperature", "AG124", 0.2, "share")
    assert warm["measured"] > 0.25
    assert "10 to 15 percent" in warm["source"]
    assert rejects["notes.fits"]["reason"] == "unreadable"
    assert len(rejects) == 2


def test_words(darks, archive):
    code, out = darks(archive)
    assert code == 1
    assert "8 x 60 s, -10 C, gain 120, offset 30, HCG, from 2025-03-01 (ZWO ASI294MC Pro): 1 to be left out" in out
    assert "304_005.fits\n      its hot pixels are 1.3" in out
    assert "limit 0.2 share: one degree is 10 to 15 percent" in out
    assert "19 darks in 3 sets: 2 to be left out" in out
    assert "10 x 300 s" not in out
    assert "10 x 300 s" in darks(archive, "-v")[1]


def test_a_good_set_and_one_frame_alone(darks, archive, tmp_path):
    code, out = darks(archive / "good")
    assert (code, out) == (0, "10 darks in 1 set: 0 to be left out\n")
    (tmp_path / "one.fits").write_bytes(next((archive / "good").iterdir()).read_bytes())
    code, out = darks(tmp_path)
    assert code == 0
    assert "too few to be compared with each other" in out
    assert darks(archive.parent / "archive-nothing")[0] == 2
