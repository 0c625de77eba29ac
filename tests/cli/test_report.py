"""``ampglow report`` as its users call it."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import sys

import jsonschema
import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.report.schema import schema
from ampglow_plugin.simulate import GlowSource, Truth, make_night

SCHEMA = jsonschema.Draft202012Validator(schema())
TRUTH = Truth(width=96, height=80, star_count=6, glows=(GlowSource(amplitude_adu=250.0, decay_px=30.0),))


@pytest.fixture
def report(capsys):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            main(["report", *map(str, words)])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def saved(capsys, tmp_path):
    def call(name, *words):
        with pytest.raises(SystemExit):
            main([*map(str, words), "--json"])
        path = tmp_path / name
        path.write_text(capsys.readouterr().out, "utf-8")
        return path

    return call


@pytest.fixture
def frames(tmp_path):
    return make_night(tmp_path / "night", TRUTH, lights=3, darks=3, flats=3, flatdarks=3)


def verdict(page):
    return re.search(r'<h1 id="verdict">([^<]*)</h1>', page.read_text("utf-8"))[1]


def test_a_folder_is_checked_and_planned(report, frames, tmp_path):
    page = tmp_path / "report.html"
    code, out, err = report("-o", page, frames.folder)
    assert (code, err) == (0, "")
    assert out == f"written to {page}\n"
    assert verdict(page) == "GO"
    text = html.unescape(page.read_text("utf-8"))
    assert "3 lights in 1 group; 3 masters to build" in text
    assert '<td role="cell" data-label="Limit" class="short">0.18 s</td>' in text
    assert not list(tmp_path.glob(".report*"))


def test_what_check_saved_gives_the_same_page(report, saved, frames, tmp_path):
    lines = saved("check.jsonl", "check", frames.folder)
    assert report("-o", tmp_path / "a.html", lines)[0] == 0
    text = (tmp_path / "a.html").read_text("utf-8")
    assert verdict(tmp_path / "a.html") == "GO"
    report("-o", tmp_path / "b.html", frames.folder)
    headings = re.compile(r"<h[23][^>]*>(.*?)</h[23]>", re.DOTALL)
    of_folder = headings.findall((tmp_path / "b.html").read_text("utf-8"))
    assert set(headings.findall(text)) <= set(of_folder)
    assert 'alt="Brightness map of' in text


def test_lines_come_from_standard_input_too(report, saved, frames, tmp_path, monkeypatch):
    lines = saved("check.jsonl", "check", frames.folder, "--no-pixels")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.read_bytes())))
    assert report("-o", tmp_path / "a.html", "-")[0] == 0
    assert verdict(tmp_path / "a.html") == "GO"


def test_wrong_darks_are_no_go_and_exit_1(report, saved, tmp_path):
    night = make_night(tmp_path / "night", TRUTH, lights=3, darks=0, flats=0, flatdarks=0, wrong_darks=3)
    page = tmp_path / "report.html"
    code, out, _ = report("-o", page, night.folder, "--json")
    assert (code, verdict(page)) == (1, "NO GO")
    records = [json.loads(line) for line in out.splitlines()]
    for record in records:
        SCHEMA.validate(record)
    data = page.read_bytes()
    assert records[0] | {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} == records[0]
    assert (records[-1]["verdict"], records[-1]["exit"]) == ("no_go", 1)
    assert records[-1]["errors"] == 2


def test_what_is_bright_is_told_where_no_dark_takes_it_away(report, tmp_path):
    truth = Truth(width=320, height=280, star_count=30, glows=(GlowSource(amplitude_adu=250.0, decay_px=60.0),))
    night = make_night(tmp_path / "night", truth, lights=3, darks=0, flats=2, flatdarks=2)
    page = tmp_path / "report.html"
    assert report("-o", page, night.folder)[0] == 1
    text = page.read_text("utf-8")
    assert verdict(page) == "NO GO"
    assert '<h2 id="diagnosis-title">Diagnosis</h2>' in text
    assert text.count("<h3>Shoot") == 1  # advice and finding ask for the same darks
    assert "<h3>Use a flat" not in text  # there is one
    report("-o", page, night.folder, "--force", "--no-diagnose")
    assert "diagnosis-title" not in page.read_text("utf-8")


def test_a_folder_with_a_dark_that_fits_needs_no_diagnosis(report, frames, tmp_path):
    report("-o", tmp_path / "a.html", frames.folder)
    assert "diagnosis-title" not in (tmp_path / "a.html").read_text("utf-8")


def test_lines_that_were_cut_off_are_not_known(report, saved, frames, tmp_path):
    lines = saved("check.jsonl", "check", frames.folder, "--no-pixels")
    lines.write_text("".join(lines.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    page = tmp_path / "report.html"
    assert report("-o", page, lines)[0] == 1
    assert verdict(page) == "UNKNOWN"
    assert "ends before the command did" in page.read_text("utf-8")


def test_nothing_is_overwritten_unless_asked(report, frames, tmp_path):
    page = tmp_path / "report.html"
    page.write_text("mine")
    code, _, err = report("-o", page, frames.folder)
    assert code == 2
    assert "exists already" in err
    assert page.read_text() == "mine"
    assert report("-o", page, frames.folder, "--force")[0] == 0
    assert verdict(page) == "GO"


def test_a_page_that_cannot_be_written_leaves_nothing(report, frames, tmp_path, monkeypatch):
    page = tmp_path / "report.html"
    page.write_text("mine")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    assert report("-o", page, frames.folder, "--no-pictures", "--force")[0] == 2
    assert page.read_text() == "mine"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["night", "report.html"]


def test_secrets_stay_at_home_unless_full(report, saved, put_frame, tmp_path):
    """Site, serial and folders of lights, darks and a saved run, in every text of the page."""
    owner = tmp_path / "jane.doe" / "observatory"
    cards = {"CAMERAID": "SN0a1b2c3d4e", "SITELAT": 48.7654, "SITELONG": 11.2345, "OBSERVER": "Jane Doe"}
    for i in range(3):
        put_frame(owner / "lights" / f"l{i}.fits", **cards)
        put_frame(owner / "darks" / f"d{i}.fits", IMAGETYP="DARK", EXPTIME=60.0 if i else 180.0, **cards)
    lines = saved("check.jsonl", "check", owner, "--no-pixels")
    for source in (owner, lines):
        page = tmp_path / "page.html"
        report("-o", page, source, "--force", "--title", "night")
        text = page.read_text("utf-8")
        for secret in ("jane", "Jane", "observatory", str(tmp_path), "48.76", "11.23"):
            assert secret not in text, secret
        assert "0a1b2c3d4e" not in text.lower()
        assert "l0.fits" in text or "d0.fits" in text
        report("-o", page, source, "--force", "--full")
        text = page.read_text("utf-8")
        assert "48.7654" in text
        assert "latitude" in text
        assert "holds site, serial numbers and full paths" in text


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.jsonl", b"", "holds no records"),
        ("b.jsonl", b"not json\n", "line 1: is not JSON"),
        ("c.jsonl", b"\x89PNG\r\n\x1a\n", "is not text"),
    ],
)
def test_what_is_no_result_is_refused(report, tmp_path, name, data, says):
    (tmp_path / name).write_bytes(data)
    code, _, err = report("-o", tmp_path / "x.html", tmp_path / name)
    assert code == 2
    assert says in err
    assert not (tmp_path / "x.html").exists()


def test_an_empty_folder_is_refused(report, tmp_path):
    (tmp_path / "empty").mkdir()
    code, _, err = report("-o", tmp_path / "x.html", tmp_path / "empty")
    assert code == 2
    assert "no frames found" in err
    assert not (tmp_path / "x.html").exists()
