"""The starters for users without Python: each runs on the Siril that it is for, and its frames are proved."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from ampglow_plugin import api
from ampglow_plugin.hosts.siril.dialects import DIALECTS
from ampglow_plugin.hosts.siril.log import read_log
from ampglow_plugin.hosts.siril.starters import starter, starters
from ampglow_plugin.simulate import Truth, make_night

SCRIPTS = Path(__file__).resolve().parents[2] / "siril_scripts"
CASES = [
    (series, camera, dark) for series in DIALECTS for camera in ("OSC", "Mono") for dark in ("Darks", "MasterDark")
]


def night(folder, pattern):
    truth = Truth(width=320, height=240, bayer_pattern=pattern, camera="ZWO ASI294MC Pro")
    make_night(folder, truth, lights=3, darks=3, flats=3, flatdarks=3)
    return folder


@pytest.fixture(scope="session")
def nights(tmp_path_factory):
    folder = tmp_path_factory.mktemp("nights")
    return {"OSC": night(folder / "osc", "RGGB"), "Mono": night(folder / "mono", None)}


def run_siril(program, folder, script):
    (folder / "ini").touch()
    words = [program, "-s", script, "-d", folder, "-i", folder / "ini"]
    return subprocess.run(words, capture_output=True, text=True, errors="replace", check=False, timeout=120)


@pytest.mark.siril
@pytest.mark.parametrize(("series", "camera", "dark"), CASES)
def test_runs_and_is_proved(nights, series, camera, dark, tmp_path, siril):
    folder = Path(shutil.copytree(nights[camera], tmp_path / "night"))
    singles = sorted((folder / "darks").iterdir())
    if dark == "MasterDark":
        made = (
            "requires 1.0.0\ncd darks\nlink d -out=../made\ncd ../made\nstack d rej 3 3 -nonorm -out=../masters/dark\n"
        )
        (tmp_path / "made.ssf").write_text(made)
        assert run_siril(siril(series), folder, tmp_path / "made.ssf").returncode == 0
        shutil.rmtree(folder / "made")
        (folder / "darks").rename(tmp_path / "darks")
        singles = sorted((tmp_path / "darks").iterdir())
    script = SCRIPTS / f"AmpGlow_{camera}_{dark}_Siril{series}.ssf"
    done = run_siril(siril(series), folder, script)
    log = read_log(done.stdout)
    assert done.returncode == 0, done.stdout
    assert log.finished
    assert log.bad == ()
    assert list(log.commands) == [
        line.split()[0] for line in script.read_text().splitlines() if line[:1] not in ("#", "")
    ]
    assert (folder / "results" / "light.fit").is_file()
    outputs = sorted((folder / "process").glob("pp_light_*.fit"))
    lights = sorted((folder / "lights").iterdir()) if series == "1.0" else ()  # 1.0 leaves no conversion file
    result = api.verify(
        outputs, lights=lights, dark=folder / "masters/dark.fit", flat=folder / "masters/flat.fit", dark_frames=singles
    )
    assert [(p.verdict.done, p.verdict.success) for p in result.proofs] == [("applied", "clean")] * 3


def test_the_files_are_those_the_emitter_writes():
    """``make siril-scripts`` writes them anew."""
    written = dict(starters())
    assert {path.name: path.read_text(encoding="utf-8") for path in SCRIPTS.glob("*.ssf")} == written
    assert len(written) == len(CASES)


@pytest.mark.parametrize("name", [name for name, _ in starters()])
def test_our_own_linter_has_nothing_to_say(name):
    assert [f for f in api.lint(SCRIPTS / name) if f.outcome in ("failed", "crashed")] == []


def test_what_differs_by_series_and_camera():
    osc, mono = (starter(DIALECTS["1.4"], colour=colour, ready=False) for colour in (True, False))
    assert "-debayer" in osc
    assert "-equalize_cfa" in osc
    assert "cfa" not in mono
    old = starter(DIALECTS["1.0"], colour=True, ready=True)
    assert "\npreprocess light" in old
    assert "-cc=" not in old
    assert "stack dark " not in old
    for text in (osc, mono, old):
        assert "-opt" not in text
        assert all(len(line) < 200 for line in text.splitlines())
