"""The soak of verify in small: what it may keep of each frame, and load at all."""

from __future__ import annotations

import gc
import json

import pytest
from click.testing import CliRunner

from ampglow_plugin.cli.main import cli
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.proof import pair_folder
from ampglow_plugin.report import proof as reports
from tests.soak.verify import verify, write_run

FRAMES = 12


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("soak") / "run"
    write_run(folder, FRAMES)
    return folder


def test_the_command_proves_all_and_loads_nothing_heavy(run):
    found = verify(run)
    assert (found.exit, found.clean) == (0, FRAMES)
    assert found.findings > FRAMES
    assert found.heavy == ()


def test_no_proof_is_kept_once_it_is_told(run, monkeypatch):
    alive = []
    told = reports.proof_record

    def counting(proof):
        alive.append(sum(isinstance(value, Proof) for value in gc.get_objects()))
        return told(proof)

    monkeypatch.setattr(reports, "proof_record", counting)
    result = CliRunner().invoke(cli, ["verify", str(run), "--json"], standalone_mode=False, catch_exceptions=False)
    assert result.return_value == 0
    assert len(alive) == FRAMES
    assert max(alive) - min(alive) <= 1
    records = [json.loads(line) for line in result.stdout.splitlines()]
    first = [r["record"] for r in records].index("finding")
    assert records[first - 1]["record"] == "proof"  # what is found in a frame stands behind it
    assert [r["record"] for r in records].count("proof") == FRAMES
    skipped = [r["rule"] for r in records if r.get("outcome") == "skipped"]
    assert len(skipped) == len(set(skipped)) == records[-1]["skipped"]


def test_frames_of_one_run_share_what_is_the_same(run):
    first, *_, last = pair_folder(run).jobs
    assert first.output != last.output
    assert len(first.dark_frames) == 4
    for name in ("dark", "log", "dark_frames", "hashes"):
        assert getattr(first, name) is getattr(last, name)
