"""A library of single frames, and the command that builds masters of it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

import jsonschema
import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.report.schema import schema
from ampglow_plugin.simulate import Truth, make_night

SCHEMA = jsonschema.Draft202012Validator(schema())
SMALL = Truth(width=64, height=48, star_count=0)


@dataclass(frozen=True)
class Said:
    """What one command said: exit code, text, records (with --json)."""

    code: int
    out: str
    err: str

    @property
    def records(self):
        found = [json.loads(line) for line in self.out.splitlines()]
        for record in found:
            SCHEMA.validate(record)
        assert found[-1]["exit"] == self.code
        return found[:-1]


@pytest.fixture
def ampglow(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words):
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        return Said(int(left.value.code or 0), *capsys.readouterr())

    return call


@pytest.fixture
def build(ampglow, tmp_path):
    """``build(folder, *words)``: masters into ``tmp_path/masters`` with the embedded engine; the masters by kind."""

    def call(folder, *words, code=0):
        engine = () if "--siril" in words else ("--engine", "builtin")
        said = ampglow(
            *("library", "build", folder, "-o", tmp_path / "masters", "--index", tmp_path / "index.sqlite"),
            *(*engine, "--json", *words),
        )
        assert said.code == code, said.out
        return said.records

    return call


@pytest.fixture
def night(tmp_path):
    """Six darks and five flat-darks, and five flats, in a folder of their own."""
    return make_night(tmp_path / "night", SMALL, lights=0, darks=6, flats=5, flatdarks=5).folder


def touch(path, seconds=10):
    """Another time of change."""
    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns + seconds * 10**9))


def named(records, kind, state=None):
    """Masters of a kind among the records, of one state if named."""
    masters = [r for r in records if r["record"] == "master" and r["kind"] == kind]
    return [m for m in masters if state is None or m["state"] == state]
