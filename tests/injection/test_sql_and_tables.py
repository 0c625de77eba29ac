"""The index and the tables made from it: what a file and its header are called stays a value."""

from __future__ import annotations

import csv
import json

import pytest
from astropy.table import Table

from ampglow_plugin import api
from ampglow_plugin.catalog.index import Index
from ampglow_plugin.catalog.index.export import export
from ampglow_plugin.headers import read_frame
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.report.records import line, record
from tests.injection.hostile import TEXTS, as_name, put_card, steering


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """A frame a text, with the text in its name and in its header."""
    from astropy.io import fits

    folder = tmp_path_factory.mktemp("archive") / as_name("a'); DROP TABLE files; -- %s \u202e", "")
    folder.mkdir()
    for i, text in enumerate(TEXTS.values()):
        path = folder / as_name(text, f"{i}.fits")
        header = fits.Header({"IMAGETYP": "DARK", "EXPTIME": 10.0, "OBJECT": "x", "INSTRUME": "x", "FILTER": "x"})
        fits.PrimaryHDU(None, header).writeto(path)
        _with_image(path)
        for keyword in ("OBJECT", "INSTRUME", "FILTER"):
            put_card(path, keyword, text)
    return folder


def _with_image(path):
    import numpy as np
    from astropy.io import fits

    header = fits.getheader(path)
    fits.PrimaryHDU(np.zeros((4, 4), "uint16"), header).writeto(path, overwrite=True)


@pytest.fixture(scope="module")
def index(archive, tmp_path_factory):
    path = tmp_path_factory.mktemp("index") / "index.sqlite"
    scanned = api.update_index([archive], index=path, workers=1)
    assert [p.path for p in scanned.problems] == [str(p) for p in archive.iterdir() if "\udce9" in p.name]
    assert "no UTF-8" in scanned.problems[0].what
    return path


def test_the_index_gives_back_what_the_files_say(archive, index):
    with Index(index) as opened:
        found = {frame.path: frame for frame, _ in opened.frames(below=archive)}
    files = {str(path): read_frame(path) for path in archive.iterdir()}
    assert len(files) == len(TEXTS)
    assert files.keys() - found.keys() == {path for path in files if "\udce9" in path}
    for path, frame in ((path, files[path]) for path in found):
        assert (found[path].object, found[path].camera, found[path].filter) == (
            frame.object,
            frame.camera,
            frame.filter,
        )


def _rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_no_cell_of_a_csv_is_a_formula(archive, index, tmp_path):
    """A spreadsheet runs what a cell begins with =, +, - or @; the text behind the apostrophe is the whole value."""
    api.export_index(tmp_path / "frames.csv", [archive], index=index)
    rows = _rows(tmp_path / "frames.csv")
    assert len(rows) == len(TEXTS) - 1
    for row in rows:
        for name, cell in row.items():
            assert not cell.startswith(("@", "=", "+", "\t", "\r", "\n")), name
            assert not cell.startswith("-") or float(cell) < 0
    assert any(row["object"].startswith("'=") for row in rows)


@pytest.mark.parametrize("ending", [".csv", ".ecsv", ".vot", ".fits"])
def test_a_table_of_hostile_values_is_written_and_read(ending, tmp_path):
    """Or the format says that it cannot hold them, and nothing is written."""
    frames = [(Frame(path=f"/darks/{as_name(t)}", object=t, camera=t), "dark") for t in TEXTS.values() if _plain(t)]
    export(tmp_path / f"frames{ending}", frames)
    if ending == ".csv":
        assert [row["object"].removeprefix("'") for row in _rows(tmp_path / "frames.csv")] == [
            f.object.removeprefix("'") for f, _ in frames
        ]
        return
    read = Table.read(
        tmp_path / f"frames{ending}", format={".ecsv": "ascii.ecsv", ".vot": "votable", ".fits": "fits"}[ending]
    )
    assert len(read) == len(frames)
    assert [str(v).rstrip() for v in read["camera"]] == [f.camera.rstrip() for f, _ in frames]


def _plain(text):
    return text.isprintable() and text.isascii()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("ending", [".csv", ".ecsv", ".vot", ".fits"])
def test_any_text_gives_a_table_or_a_refusal(text, ending, tmp_path):
    from ampglow_plugin.errors import AmpglowError

    path = tmp_path / f"frames{ending}"
    try:
        export(path, [(Frame(path=f"/darks/{as_name(text)}", object=text, camera=text), "dark")])
    except AmpglowError:
        assert list(tmp_path.iterdir()) == []
    else:
        assert path.stat().st_size


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_record_is_one_line_of_ascii(text):
    written = line(record("frame", Frame(path=f"/{text}", object=text, camera=text)))
    assert written.isascii()
    assert steering(written) == []
    assert "\n" not in written
    assert json.loads(written)["object"] == text
