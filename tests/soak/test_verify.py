"""The soak of verify in small: what it may keep of each frame, and load at all."""

from __future__ import annotations

import gc
import json

import pytest
from click.testing import CliRunner

from ampglow_plugin.cli.main import cli
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.proof import Joined, pair_folder
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


def test_jobs_of_runs_are_made_when_asked_for_and_share_what_is_the_same(run):
    jobs = pair_folder(run).jobs
    first, *_, last = jobs
    assert first.output.name == "pp_light_00001.fit"
    assert last.output.name == f"pp_light_{FRAMES:05d}.fit"
    assert len(first.dark_frames) == 4
    for name in ("dark", "log", "dark_frames"):
        assert getattr(first, name) is getattr(last, name)
    assert first.hashes == last.hashes != ()
    two = Joined([jobs, (), [last]])
    assert len(two) == FRAMES + 1
    assert [two[0], two[FRAMES - 1], two[FRAMES], two[-1]] == [first, last, last, last]
    assert list(two) == [*jobs, last]
    assert two[FRAMES - 1 :] == [last, last]
    assert jobs[:1] == [first]
    with pytest.raises(IndexError):
        two[FRAMES + 1]
