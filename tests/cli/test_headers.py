"""``ampglow headers`` as a user calls it: table, details, JSON lines, exit codes."""

from __future__ import annotations

import json

import pytest
from astropy.io import fits

from ampglow_plugin.cli.main import main
from ampglow_plugin.model.codec import from_dict
from ampglow_plugin.model.frame import Frame


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")  # paths of temporary folders are long


@pytest.fixture
def night(tmp_path):
    """Two lights and a dark of one camera, in folders."""
    for name, kind, exposure in (("l1.fit", "LIGHT", 60.0), ("l2.fits", "LIGHT", 60.0), ("d/d1.fit", "DARK", 30.0)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        header = fits.Header(
            [("IMAGETYP", kind), ("EXPTIME", exposure), ("INSTRUME", "ZWO ASI294MC Pro"), ("GAIN", 120)]
        )
        fits.PrimaryHDU(header=header).writeto(path)
    (tmp_path / "notes.txt").write_text("clear")
    (tmp_path / "preview.jpg").write_bytes(b"\xff\xd8\xff")
    return tmp_path


def run(capsys, *args):
    with pytest.raises(SystemExit) as stop:
        main(["headers", *map(str, args)])
    captured = capsys.readouterr()
    return stop.value.code, captured.out, captured.err


def test_a_folder_is_a_table_with_what_differs(capsys, night):
    code, out, err = run(capsys, night)
    assert (code, err) == (0, "")
    shared, *rows = out.splitlines()
    assert shared.startswith("The same in all 3:")
    assert "Camera ZWO ASI294MC Pro" in shared
    assert "Gain 120" in shared
    assert [line.split()[:3] for line in rows[1:4]] == [
        ["d1.fit", "dark", "30"],
        ["l1.fit", "light", "60"],
        ["l2.fits", "light", "60"],
    ]
    assert "HCG=" in shared


def test_mixed_frames_keep_their_names_in_a_narrow_window(capsys, night, monkeypatch):
    name = "Light_NGC 7023_300.0s_Bin1_294MC_gain120_20250630-023420_-10.0C_0001.fit"
    cards = [("IMAGETYP", "FLAT"), ("EXPTIME", 2.5), ("INSTRUME", "QHY268C"), ("GAIN", 56), ("OFFSET", 30)]
    fits.PrimaryHDU(header=fits.Header([*cards, ("CCD-TEMP", -9.8), ("FILTER", "Ha")])).writeto(night / name)
    monkeypatch.setenv("COLUMNS", "80")
    lines = run(capsys, night)[1].splitlines()
    assert max(map(len, lines)) <= 80
    below = lines[lines.index(name) + 1].split(", ")
    assert below[:5] == ["  flat", "2.5 s", "-9.8 C", "gain 56", "offset 30"]
    assert lines[lines.index("d1.fit") + 1].startswith("  dark, 30 s, temperature ?, gain 120, offset ?")
    monkeypatch.setenv("COLUMNS", "200")
    assert any(line.startswith(name + "  flat ") for line in run(capsys, night)[1].splitlines())


def test_one_file_is_shown_in_full_with_its_cards(capsys, night):
    code, out, _ = run(capsys, night / "l1.fit")
    assert code == 0
    line = next(line for line in out.splitlines() if "exposure" in line)
    assert line.split() == ["exposure", "60", "s", "EXPTIME"]
    assert "inferred: sensor table" in out
    missing = out[out.index("Not in the header") :]
    assert "offset" in missing
    assert "gain," not in missing.replace("conversion gain", "")


def test_json_records_are_frames_and_end_with_a_summary(capsys, night):
    code, out, _ = run(capsys, "--json", night)
    *frames, summary = (json.loads(line) for line in out.splitlines())
    assert code == 0
    assert summary == {
        "record": "summary",
        "v": 1,
        "verdict": "go",
        "errors": 0,
        "warnings": 0,
        "skipped": 0,
        "exit": 0,
    }
    assert [f["record"] for f in frames] == ["frame"] * 3
    for data in frames:
        frame = from_dict(Frame, {k: v for k, v in data.items() if k not in ("record", "v")})
        assert frame.camera == "ZWO ASI294MC Pro"
    assert frames[0]["sources"]["exposure_s"] == {"keyword": "EXPTIME", "how": "read"}
    assert frames[0]["offset"] is None


def test_unreadable_files_are_named_and_the_others_shown(capsys, night):
    (night / "broken.fit").write_bytes(b"SIMPLE  =                    T")
    code, out, err = run(capsys, "--json", night, night / "preview.jpg", night / "gone.fit")
    records = [json.loads(line) for line in out.splitlines()]
    assert code == 2
    assert [r["record"] for r in records] == ["frame"] * 3 + ["summary"]
    assert (records[-1]["exit"], records[-1]["errors"], records[-1]["verdict"]) == (2, 3, "unknown")
    words = " ".join(err.split())
    assert "broken.fit" in words
    assert "JPEG" in words
    assert "there is no such file" in words
    assert "Traceback" not in err


def test_folder_without_frames(capsys, tmp_path):
    code, out, err = run(capsys, tmp_path)
    assert (code, out) == (2, "")
    assert "no frames there" in " ".join(err.split())


def test_names_are_believed_unless_told_otherwise(capsys, tmp_path):
    path = tmp_path / "masterDark_BIN-1_EXPTIME_300.fit"
    fits.PrimaryHDU().writeto(path)
    recovered = json.loads(run(capsys, "--json", path)[1].splitlines()[0])
    assert (recovered["kind"], recovered["master"]) == ("dark", True)
    assert recovered["sources"]["kind"]["how"] == "recovered"
    bare = json.loads(run(capsys, "--json", "--no-recover", path)[1].splitlines()[0])
    assert (bare["kind"], bare["master"]) == ("unknown", False)


def test_header_text_cannot_reach_the_terminal_as_an_escape_or_as_markup(capsys, tmp_path):
    path = tmp_path / "frame.fit"
    fits.PrimaryHDU(header=fits.Header([("OBJECT", "[bold]M31[/bold]"), ("INSTRUME", "x")])).writeto(path)
    data = path.read_bytes().replace(b"'x       '", b"'\x1b[31mred'")
    path.write_bytes(data)
    _, details, _ = run(capsys, path)
    _, table, _ = run(capsys, path, path)
    assert "[bold]M31[/bold]" in details
    for out in (details, table):
        assert "\x1b" not in out
        assert "\\x1b[31mred" in out
