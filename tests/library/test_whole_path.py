"""From single darks to a proof: masters are built, checked, used for lights, and the result is proved."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ampglow_plugin.headers import read_cards, read_frame
from ampglow_plugin.simulate import Truth, make_night
from tests.library.conftest import named

TRUTH = Truth(width=360, height=320, seed=41)


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    """The night, with its darks elsewhere: the library."""
    place = tmp_path_factory.mktemp("whole")
    night = make_night(place / "night", TRUTH, lights=3, darks=7, flats=5, flatdarks=5).folder
    shutil.move(night / "darks", place / "library" / "darks")
    for kind in ("flats", "flatdarks"):
        shutil.move(night / kind, place / "library" / kind)
    return place


@pytest.mark.parametrize("engine", ["builtin", pytest.param("1.4", marks=pytest.mark.siril("1.4"))])
def test_masters_of_a_library_calibrate_a_night(frames, build, ampglow, siril, tmp_path, engine):
    words = ("--engine", "builtin") if engine == "builtin" else ("--siril", siril(engine))
    masters = {r["kind"]: r["path"] for r in build(frames / "library", *words) if r["record"] == "master"}
    given = ("--darks", masters["dark"], "--flats", masters["flat"])
    lights = frames / "night" / "lights"

    checked = ampglow("check", lights, *given, "--json")
    assert checked.code == 0, checked.out
    findings = {r["rule"]: r for r in checked.records if r["record"] == "finding"}
    for rule in ("AG109", "AG216", "AG221", "AG220", "AG210"):
        assert findings[rule]["outcome"] in ("passed", "skipped") or findings[rule]["severity"] == "info", findings[
            rule
        ]
    assert {findings[rule]["outcome"] for rule in ("AG109", "AG216", "AG221")} == {"passed"}

    plan, out = tmp_path / "plan.yaml", tmp_path / "out"
    assert ampglow("plan", lights, *given, "-o", plan).code == 0
    ran = ampglow("run", plan, "-o", out, *words, "--json")
    assert ran.code == 0, ran.err
    proofs = [r for r in ran.records if r["record"] == "proof"]
    assert [(p["verdict"], p["success"]) for p in proofs] == [("applied", "clean")] * 3
    assert ampglow("verify", out).code == 0


@pytest.mark.siril("1.2")
def test_a_master_by_siril_says_all_by_itself(frames, build, siril, tmp_path):
    """What a master says is read again after the file was copied under another name, far from its frames."""
    [dark] = named(build(frames / "library", "--siril", siril("1.2")), "dark")
    lone = shutil.copy(dark["path"], tmp_path / "x.fit")
    frame = read_frame(lone, recover=False)
    assert (frame.gain, frame.offset, frame.setpoint_c, frame.exposure_s, frame.stack_count) == (120, 30, -10, 180, 7)
    assert frame.master_normalization == "none"
    assert sum(card.keyword == "AGKEY" for card in read_cards(Path(lone))) == 1
