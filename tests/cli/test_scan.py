"""``ampglow scan`` as its users call it."""

from __future__ import annotations

import csv
import json

import jsonschema
import pytest
from astropy.table import Table

from ampglow_plugin.catalog.index.pool import _ALONE, LazyProcesses
from ampglow_plugin.cli.main import main
from ampglow_plugin.headers import read_frame
from ampglow_plugin.report.schema import schema
from tests.catalog.test_index import shoot

SCHEMA = jsonschema.Draft202012Validator(schema())


@pytest.fixture
def scan(capsys, tmp_path):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            main(["scan", *map(str, words), "--index", str(tmp_path / "index.sqlite")])
        said = capsys.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return call


@pytest.fixture
def archive(tmp_path):
    shoot(tmp_path / "archive" / "lights", "LIGHT")
    shoot(tmp_path / "archive" / "darks", first=100)
    (tmp_path / "archive" / "darks" / "half.fits").write_bytes(b"SIMPLE  =                    T")
    (tmp_path / "archive" / "darks" / "notes.txt").write_text("clouds")
    return tmp_path / "archive"


def test_a_scan_says_what_is_there_and_what_is_not(scan, archive):
    code, out, _ = scan(archive)
    assert code == 0
    assert out.startswith("9 frames: 9 read, 0 unchanged")
    assert "left out: 1 (not the name of a frame;" in out
    assert "half.fits: the header has no END card" in out
    assert scan(archive)[1].startswith("9 frames: 0 read, 9 unchanged")


def test_json_lines(scan, archive):
    code, out, _ = scan(archive, "--json", "--strict")
    records = [json.loads(line) for line in out.splitlines()]
    for record in records:
        SCHEMA.validate(record)
    problem, summary, end = records
    assert (problem["record"], problem["kind"]) == ("problem", "unreadable")
    assert (summary["files"], summary["read"], summary["unreadable"]) == (9, 9, 1)
    assert summary["left_out"] == {"not the name of a frame": 1}
    assert (end["warnings"], end["exit"], code) == (1, 1, 1)


def test_export_as_csv_and_as_astropy_tables(scan, archive, tmp_path):
    frames = {str(p): read_frame(p) for p in archive.rglob("*_0*.fits")}
    assert scan(archive, "--export", tmp_path / "t.csv")[0] == 0
    with (tmp_path / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["path"]: float(row["temperature_c"]) for row in rows} == {p: f.temperature_c for p, f in frames.items()}
    for ending in ("ecsv", "vot", "fits"):
        assert scan(archive, "--export", tmp_path / f"t.{ending}")[0] == 0
        table = Table.read(tmp_path / f"t.{ending}")
        assert {row["path"]: row["exposure_s"] for row in table} == {p: f.exposure_s for p, f in frames.items()}
        assert sorted(table["role"]) == ["dark"] * 4 + ["light"] * 4
    code, _, error = scan(archive, "--export", tmp_path / "t.xlsx")
    assert code == 2
    assert ".csv, .ecsv, .vot, .fits" in error
    assert not list(tmp_path.glob("*.part"))


def test_prune_forgets_what_is_gone(scan, archive):
    scan(archive)
    (archive / "darks" / "half.fits").unlink()
    assert "1 are gone since the last scan" in scan(archive)[1]
    assert "1 that were gone are forgotten" in scan(archive, "--prune")[1]


def test_a_dask_cluster_reads_the_headers(scan, archive):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        code, out, _ = scan(archive, "--scheduler", cluster.scheduler_address)
    assert code == 0
    assert out.startswith("9 frames: 9 read")
    assert scan(archive)[1].startswith("9 frames: 0 read, 9 unchanged")


def test_no_scheduler_there(scan, archive, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("ampglow_plugin.catalog.index.pool._CONNECT_S", 0.5)
    code, _, error = scan(archive, "--scheduler", "tcp://127.0.0.1:9")
    assert code == 2
    assert "no Dask scheduler answers" in error


def test_processes_are_started_only_when_there_is_enough_to_do():
    with LazyProcesses(workers=2) as pool:
        ids = [pool.submit(abs, -i).result() for i in range(_ALONE)]
        assert ids == list(range(_ALONE))
        assert pool._pool is None
        assert pool.submit(abs, -3).result() == 3
        assert pool._pool is not None
        with pytest.raises(TypeError):
            pool.submit(abs, "x").result()
