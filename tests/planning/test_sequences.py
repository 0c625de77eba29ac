"""The shooting list for capture programs: what is asked for is what a reader of the format would take."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampglow_plugin.api import write_sequence
from ampglow_plugin.cli.main import main
from ampglow_plugin.errors import InputError
from ampglow_plugin.model.library import ToShoot
from ampglow_plugin.planning.sequences import sequence
from ampglow_plugin.planning.shooting import ShootingList
from ampglow_plugin.simulate import Truth, make_night
from tests.planning.readers import Shot, read_ekos, read_nina

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "sequences"


def entry(**fields) -> ToShoot:
    known = {
        "role": "dark", "why": "missing", "count": 20, "at_hand": 0, "camera": "ZWO ASI294MC Pro",
        "camera_serial": None, "xbinning": 1, "ybinning": 1, "exposure_s": 180.0, "setpoint_c": -10.0,
        "temperature_c": None, "gain": 120.0, "offset": 30.0, "readout_mode": None, "conversion_gain": "HCG",
        "groups": 1, "frames": 30, "seconds": 3700.0,
    }  # fmt: skip
    return ToShoot(**{**known, **fields})


def lacking(*entries: ToShoot) -> ShootingList:
    return ShootingList(entries=entries, exposing_s=1.0, cooling_s=900.0)


COLD = entry(setpoint_c=-15.0, exposure_s=300.0, xbinning=2, ybinning=2, count=12)
LIST = lacking(COLD, entry(), entry(role="flatdark", exposure_s=0.05, count=30))
ASKED = [
    Shot(count=12, exposure_s=300.0, gain=120, offset=30, binning=(2, 2), setpoint_c=-15.0),
    Shot(count=20, exposure_s=180.0, gain=120, offset=30, binning=(1, 1), setpoint_c=-10.0),
    Shot(count=30, exposure_s=0.05, gain=120, offset=30, binning=(1, 1), setpoint_c=-10.0),
]


def test_ekos_takes_what_was_asked_for(tmp_path):
    path = tmp_path / "it's <new> & cold" / "darks.esq"
    path.parent.mkdir()
    told = write_sequence(LIST, path)
    shots, folders = read_ekos(path)
    assert shots == ASKED
    assert folders == [str(path.parent)] * 3
    assert (told.program, told.jobs, told.frames) == ("Ekos", 3, 62)
    said = "; ".join(told.not_held)
    for word in (str(path.parent), "wait of 5 minutes", "flat-darks", "conversion gain (HCG)"):
        assert word in said
    assert "the readout mode (" not in said


@pytest.mark.parametrize("name", ["darks.esq", "darks.json"])
def test_the_whole_text(name, update_golden):
    """What no reader of ours asks for: the program that was meant does, in words of its own."""
    mode = entry(readout_mode="1", conversion_gain=None)
    silent = entry(gain=None, offset=None, setpoint_c=None, temperature_c=14.0, xbinning=None, ybinning=None)
    data, told = sequence(lacking(COLD, mode, silent, entry(role="flatdark", exposure_s=0.05)), Path("/night") / name)
    text = data.decode() + "".join(f"\n{left}" for left in told.not_held) + "\n"
    golden = GOLDEN / f"{name}.txt"
    if update_golden:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text == golden.read_text(encoding="utf-8")


def test_ekos_is_well_formed_for_another_parser(tmp_path):
    if shutil.which("xmllint") is None:
        pytest.skip("no xmllint")
    write_sequence(LIST, tmp_path / "darks.esq")
    subprocess.run(["xmllint", "--noout", "--nonet", tmp_path / "darks.esq"], check=True)


def test_nina_takes_what_was_asked_for(tmp_path):
    told = write_sequence(LIST, tmp_path / "darks.json")
    shots, steps = read_nina(tmp_path / "darks.json")
    assert shots == ASKED
    # at 3 C a minute from 20 C, then five minutes
    assert steps == [("CoolCamera", 12.0), ("WaitForTimeSpan", 300.0), ("CoolCamera", 10.0), ("WaitForTimeSpan", 300.0)]
    assert (told.program, told.jobs, told.frames) == ("N.I.N.A.", 3, 62)
    assert any("profile" in text for text in told.not_held)


def test_a_readout_mode_is_set_where_the_program_can(tmp_path):
    modes = lacking(entry(readout_mode="1"), entry(readout_mode="1", exposure_s=60.0), entry(readout_mode="Low Noise"))
    told = write_sequence(modes, tmp_path / "darks.json")
    assert [shot.mode for shot in read_nina(tmp_path / "darks.json")[0]] == [1, 1, 1]
    assert any("(Low Noise)" in text for text in told.not_held)
    assert any("(1, Low Noise)" in text for text in write_sequence(modes, tmp_path / "darks.esq").not_held)


@pytest.mark.parametrize(("name", "read"), [("darks.esq", read_ekos), ("darks.json", read_nina)])
def test_what_lights_do_not_say_is_left_to_the_camera_and_told(tmp_path, name, read):
    silent = entry(gain=None, offset=None, setpoint_c=None, temperature_c=14.0, xbinning=None, ybinning=None)
    told = write_sequence(lacking(silent, entry(exposure_s=None)), tmp_path / name)
    [shot] = read(tmp_path / name)[0]
    assert (shot.gain, shot.offset, shot.setpoint_c, shot.binning) == (None, None, None, (1, 1))
    said = "; ".join(told.not_held)
    for word in ("the gain where", "the offset where", "about 14 C", "1 entries of the list"):
        assert word in said


def test_a_gain_between_whole_numbers_is_told_not_rounded(tmp_path):
    told = write_sequence(lacking(entry(gain=12.5)), tmp_path / "darks.json")
    assert read_nina(tmp_path / "darks.json")[0][0].gain is None
    assert any(text.startswith("gain 12.5:") for text in told.not_held)
    write_sequence(lacking(entry(gain=12.5)), tmp_path / "darks.esq")
    assert read_ekos(tmp_path / "darks.esq")[0][0].gain == 12.5


def test_what_cannot_be_written_says_why(tmp_path):
    two = lacking(entry(), entry(camera="ZWO ASI1600MM Pro"))
    for found, name, words in (
        (two, "darks.esq", "2 cameras"),
        (lacking(entry(exposure_s=None)), "darks.json", "exposure"),
        (LIST, "darks.txt", ".txt"),
    ):
        with pytest.raises(InputError, match=words) as caught:
            write_sequence(found, tmp_path / name)
        assert caught.value.fix
    with pytest.raises(InputError, match="control characters"):
        sequence(LIST, Path("/tmp/a\nb/darks.esq"))
    assert not list(tmp_path.iterdir())


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6))
entries = st.builds(
    entry,
    role=st.sampled_from(["dark", "flatdark"]),
    count=st.integers(1, 500),
    exposure_s=st.floats(1e-6, 1e5),
    setpoint_c=st.none() | st.integers(-50, 30).map(float),
    temperature_c=st.none() | st.integers(-50, 50).map(float),
    gain=numbers,
    offset=numbers,
    xbinning=st.none() | st.integers(1, 8),
    ybinning=st.none() | st.integers(1, 8),
    readout_mode=st.none() | st.text(max_size=8),
)


@given(st.lists(entries, min_size=1, max_size=6))
def test_any_list_is_read_back(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("sequences")
    for name, read in (("darks.esq", read_ekos), ("darks.json", read_nina)):
        write_sequence(lacking(*found), folder / name)
        shots = read(folder / name)[0]
        assert [(s.count, pytest.approx(e.exposure_s)) for s, e in zip(shots, found, strict=True)] == [
            (s.count, s.exposure_s) for s in shots
        ]


def test_the_command_writes_it(tmp_path, capsys):
    night = make_night(
        tmp_path / "night", Truth(width=32, height=24, star_count=0), lights=3, flats=0, flatdarks=0, darks=0
    )
    path = tmp_path / "darks.json"
    words = ["library", "--for", str(night.folder / "lights"), "--index", str(tmp_path / "index.sqlite")]
    with pytest.raises(SystemExit) as left:
        main([*words, "--sequence", str(path)])
    out = capsys.readouterr().out
    assert left.value.code == 1
    assert "written:" in out
    assert "not in it: the camera" in out
    [shot] = read_nina(path)[0]
    assert shot == Shot(count=20, exposure_s=180.0, gain=120, offset=30, binning=(1, 1), setpoint_c=-10.0)
    with pytest.raises(SystemExit):
        main([*words, "--sequence", str(path), "--force", "--json"])
    kinds = [json.loads(line)["record"] for line in capsys.readouterr().out.splitlines()]
    assert kinds == ["to_shoot", "sequence", "summary"]
    with pytest.raises(SystemExit) as left:
        main(["library", "--sequence", str(path)])
    assert left.value.code == 2
    assert "needs --for" in capsys.readouterr().err
