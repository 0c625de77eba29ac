"""Documents that other programs open: the report in Chromium, SARIF, sequences for Ekos and N.I.N.A."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ampglow_plugin.errors import InputError
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.library import ToShoot
from ampglow_plugin.planning.sequences import sequence
from ampglow_plugin.planning.shooting import ShootingList
from ampglow_plugin.report.html import Options, html_report
from ampglow_plugin.report.results import Results
from ampglow_plugin.report.sarif import sarif
from ampglow_plugin.rules import RULES
from ampglow_plugin.writing import write_text
from tests.injection.hostile import TEXTS, as_name, steering
from tests.report.conftest import chromium  # noqa: F401 - a fixture

MADE = datetime(2025, 1, 1, tzinfo=UTC)


def _finding(text, **more):
    where = Where(path=f"/night/{as_name(text)}", group=text, field=text)
    return Finding(rule="AG201", name="exposure", outcome="failed", severity="error", where=where, message=text, fix=text,
                   measured=text, limit=text, unit=text, source=text, **more)  # fmt: skip


@pytest.mark.parametrize("full", [True, False], ids=["full", "redacted"])
def test_a_report_is_text_in_chromium(full, chromium, tmp_path):  # noqa: F811
    findings = tuple(map(_finding, TEXTS.values()))
    every = " ".join(TEXTS.values())
    page = tmp_path / "report.html"
    results = [Results(source=every, told="no_go", findings=findings)]
    write_text(page, html_report(results, Options(title=every, made=MADE, full=full)))
    chromium.open(page)
    assert chromium.complaints() == []
    assert chromium.run("return document.scripts.length") == 1
    assert (
        chromium.run("return document.querySelectorAll('img, iframe, object, embed, form, link, base, svg *').length")
        == 0
    )
    attributes = "[onerror], [onload], [onmouseover], [style]"
    assert chromium.run(f"return document.querySelectorAll('{attributes}').length") == 0
    assert not chromium.run("return document.title").startswith("OWNED")
    shown = chromium.run("return document.documentElement.textContent")
    assert [c for c in steering(shown) if c != r"'\t'"] == []
    if full:  # the whole text is there
        assert all(
            chromium.run(f"return document.body.textContent.includes({json.dumps(t)})")
            for t in TEXTS.values()
            if t.isprintable()
        )


def test_sarif_is_ascii_and_holds_the_texts(tmp_path):
    judged = {tmp_path / as_name(text): [_finding(text)] for text in TEXTS.values()}
    unread = {str(tmp_path / as_name(text, ".ssf")): text for text in TEXTS.values()}
    text = sarif(judged, unread, RULES)
    assert text.isascii()
    assert steering(text) == []
    results = json.loads(text)["runs"][0]["results"]
    assert len(results) == len(TEXTS)
    for wanted, result in zip(TEXTS.values(), results, strict=True):
        assert result["message"]["text"].startswith(wanted.encode("utf-8", "backslashreplace").decode())
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri.isascii()
        assert not set(uri) & set(' <>"\n\r\t\\^`{|}')
        assert not uri.lower().startswith("javascript")


def _list(text):
    entry = ToShoot(role="dark", why="missing", count=20, at_hand=0, camera=text, camera_serial=text, xbinning=1, ybinning=1,
                    exposure_s=10.0, setpoint_c=-10.0, temperature_c=-10.0, gain=100.0, offset=10.0, readout_mode=text,
                    conversion_gain=None, groups=1, frames=3, seconds=200.0)  # fmt: skip
    return ShootingList(entries=(entry,), exposing_s=200.0, cooling_s=0.0)


def _made(text, path):
    try:
        return (*sequence(_list(text), path), None)
    except InputError as refused:
        return b"", None, refused


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_sequences_hold_hostile_cameras_and_folders_as_data(text, tmp_path):
    for ending in (".esq", ".json"):
        path = tmp_path / as_name(text, "") / f"darks{ending}"
        data, written, refused = _made(text, path)
        if refused is not None:
            assert steering(str(refused)) == [], ending
            assert refused.fix
            assert not str(path).isprintable()
            continue
        told = data.decode("utf-8")
        assert steering(told.replace("\r\n", "\n")) == [], ending
        assert written.jobs == 1
        if ending == ".esq":
            root = ET.fromstring(data)
            folders = [e.text for e in root.iter("FITSDirectory")]
            assert folders == [str(path.parent)]
            assert len(list(root.iter("Job"))) == 1
        else:
            assert json.loads(told)["$type"].startswith("NINA.")


def test_the_title_of_a_report_that_is_a_path_of_bytes_is_written(tmp_path):
    text = html_report(
        [Results(source=TEXTS["bytes"], told="unknown", notes=(TEXTS["bytes"],))],
        Options(title=TEXTS["bytes"], made=MADE),
    )
    write_text(Path(tmp_path) / "page.html", text)
    assert "caf\\xdce9" in text or "caf\\udce9" in text
