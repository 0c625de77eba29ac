"""Fixtures of the PixInsight tests."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ampglow_plugin.knowledge.pixinsight import processes
from tests.pixinsight.window import NIGHT, PICKED, shell

MOCK = Path(__file__).parent / "pjsr_mock.js"


@pytest.fixture
def update_golden():
    """AMPGLOW_UPDATE_GOLDEN=1 writes the golden texts anew; look at the difference before you commit it."""
    return os.environ.get("AMPGLOW_UPDATE_GOLDEN") == "1"


@pytest.fixture(scope="session")
def node():
    """Path of node; skips without it, fails where AMPGLOW_REQUIRE_NODE=1."""
    found = shutil.which("node")
    if found is None:
        if os.environ.get("AMPGLOW_REQUIRE_NODE") == "1":
            pytest.fail("node is not installed (Debian: apt-get install nodejs)")
        pytest.skip("node is not installed: the scripts for PixInsight are not run")
    return found


def parameters(version):
    return {name: [dataclasses.asdict(p) for p in process.at(version)] for name, process in processes().items()}


@pytest.fixture
def pixinsight(node, tmp_path):
    """``pixinsight(script, version, **job)`` runs a script in the mock."""

    def run(script, version, **job):
        engine = "v8" if version == "1.9.4" else "legacy"
        path = tmp_path / "job.json"
        job = {"script": str(script), "engine": engine, "processes": parameters(version), **job}
        path.write_text(json.dumps(job))
        done = subprocess.run([node, MOCK, path], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(params=["1.9.3", "1.9.4"])
def version(request):
    """One version of each engine; parameters that 1.8.9 lacks are tested by the whole night."""
    return request.param


@pytest.fixture
def window(pixinsight, version):
    """Runs the installed script; what it leaves behind is checked every time."""

    def run(images=NIGHT, **job):
        job = {"files": [*images], "images": images, "picks": PICKED, "folderPicks": ["/out"], **job}
        done = pixinsight(shell(version), version, **job)
        assert done["error"] is None, done["log"]
        assert done["leaks"] == {"windows": [], "files": 0}
        assert set(done["globals"]) <= {"AG", "AmpGlowDialog"}
        return done

    return run
