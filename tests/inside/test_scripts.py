"""The scripts in the real Siril 1.4: what they do, what they leave as it was, and how a failure is told."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest
from astropy.io import fits

from ampglow_plugin import __version__, api
from tests.inside.conftest import REPOSITORY, SCRIPTS, missing, result
from tests.siril.conftest import state

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the roots are for Linux")
ODD_SETTINGS = "[core]\nextension=.fts\nforce_16bit=true\n\n[compression]\nenabled=true\n"


def frames(night):
    return [p for p in sorted(night.rglob("*.fits")) if "ampglow-run" not in str(p)]


@pytest.mark.siril
def test_first_start_installs_the_wheel_beside_the_script(environment, wheel, night):
    made = environment()
    log = made.run(night, made.script("preflight"))
    assert "AmpGlow is not installed in Siril's Python" in log
    assert result(night, "preflight")["exit"] == 2
    assert "beside this script" in result(night, "preflight")["message"]
    shutil.copy(wheel, made.scripts)
    log = made.run(night, made.script("preflight"))
    digest = subprocess.run(["sha256sum", wheel], capture_output=True, text=True, check=True).stdout.split()[0]
    assert f"SHA-256 {digest}" in log
    said = result(night, "preflight")
    assert (said["exit"], said["verdict"]) == (0, "GO")
    assert f"ampglow {__version__}" == said["tool"]
    assert "progress: AmpGlow: headers" in log
    for line in said["lines"]:
        assert f"log: {line}".rstrip() in log
    assert "log: AmpGlow_Preflight: exit 0" in log
    assert {record["record"] for record in said["records"]} == {"match", "finding"}


@pytest.mark.siril
def test_calibrate_and_verify(inside, night):
    """With settings that would break the plan; they, the working directory and the frames stay as they were."""
    before = state(frames(night))
    output = "ampglow-run/process/pp_light-M31-180s-m10C-g120-o30_00002"
    log = inside.run(
        night, inside.script("calibrate"), f"load {output}", inside.script("verify"), settings=ODD_SETTINGS
    )
    calibrated = result(night, "calibrate")
    assert (calibrated["exit"], calibrated["verdict"]) == (0, "PROVED"), log
    assert state(frames(night)) == before
    settings = (night / ".ini").read_text()
    for line in ODD_SETTINGS.split():
        assert line in settings
    where = [line for line in log.splitlines() if "Setting CWD" in line]
    assert where[-1].endswith(f"'{night}'")
    manifest = night / "ampglow-run" / "ampglow-run.json"
    assert '"status": "succeeded"' in manifest.read_text()
    proofs = api.verify(night / "ampglow-run").proofs  # proved again from outside
    assert [(p.verdict.done, p.verdict.success, p.verdict.decided_by) for p in proofs] == [
        ("applied", "clean", "pixels")
    ] * 2
    verified = result(night, "verify")
    assert (verified["exit"], verified["verdict"]) == (0, "PROVED")
    assert len([r for r in verified["records"] if r["record"] == "proof"]) == 1  # the image that was loaded


@pytest.mark.siril
def test_frames_without_a_dark_are_found_out(inside, night):
    """Siril's own calibration, without ampglow: no run, so the conversion file names the light."""
    dark = night / "masters" / "dark.fit"
    inside.run(
        night,
        "cd darks",
        "link dark -out=../process",
        "cd ../process",
        "stack dark rej 3 3 -nonorm -out=../masters/dark",
        "cd ../lights",
        "link light -out=../process",
        "cd ../process",
        'calibrate light -bias="=10"',
        "cd ..",
        "load process/pp_light_00001",
        inside.script("verify", "--dark", dark),
    )
    said = result(night, "verify")
    assert (said["exit"], said["verdict"]) == (1, "NOT CLEAN")
    (proof,) = [r for r in said["records"] if r["record"] == "proof"]
    assert proof["verdict"] == "not_applied"
    assert proof["inputs"]["light"].endswith(".fits")


@pytest.mark.siril
def test_what_goes_wrong_reaches_the_user(inside, night, tmp_path):
    """pyscript ends with status 0 whatever happens: each of these is a message and a result file."""
    for path in (night / "darks").glob("*.fits"):
        fits.setval(path, "GAIN", value=200)
    empty = tmp_path / "empty"
    empty.mkdir()
    log = inside.run(
        night,
        inside.script("calibrate"),
        f'cd "{empty}"',
        inside.script("preflight"),
        inside.script("verify", "nothing.fit"),
        inside.script("calibrate", "--nonsense"),
    )
    refused = result(night, "calibrate")
    assert (refused["exit"], refused["verdict"]) == (1, "REFUSED")
    assert any("Shoot 20 darks" in line for line in refused["lines"])
    assert not (night / "ampglow-run").exists()
    stopped = result(empty, "preflight")
    assert (stopped["exit"], stopped["message"]) == (2, f"{empty}: no frames found.")
    assert result(empty, "verify")["exit"] == 2
    assert "arguments" in result(empty, "calibrate")["message"]
    for job, code in (("Preflight", 2), ("Verify", 2), ("Calibrate", 1), ("Calibrate", 2)):
        assert f"log: AmpGlow_{job}: exit {code}" in log


@pytest.fixture
def screen(tmp_path):
    """The display of a small laptop."""
    server = shutil.which("Xvfb")
    if server is None:
        missing("no Xvfb")
    read, write = os.pipe()
    words = [server, "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    child = subprocess.Popen(words, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as answer:
        number = answer.readline().strip()
    assert number
    yield f":{number}"
    child.terminate()
    child.wait()


@pytest.mark.siril
def test_the_window_fits_a_laptop(inside, night, screen, tmp_path):
    """Photographed from the screen: nothing is cut off, the verdict has its colour, both sides of the proof show."""
    from matplotlib.image import imread

    picture = tmp_path / "window.png"
    log = inside.run(night, inside.script("calibrate", "--window", "--picture", picture), DISPLAY=screen)
    assert result(night, "calibrate")["verdict"] == "PROVED", log
    seen = (imread(picture)[..., :3] * 255).round().astype(int)
    assert seen.shape[:2] == (768, 1366)
    lit = seen.max(axis=2) > 60
    rows, columns = lit.any(axis=1).nonzero()[0], lit.any(axis=0).nonzero()[0]
    assert rows[0] > 0
    assert rows[-1] < 767
    assert columns[0] > 0
    assert columns[-1] < 1365
    green = (abs(seen - (0x2E, 0x8B, 0x57)).max(axis=2) < 3).sum()
    assert green > 20_000  # the banner
    lower = seen[rows[0] + 250 : rows[-1] - 60, columns[0] : columns[-1]]
    for half in (lower[:, : lower.shape[1] // 2], lower[:, lower.shape[1] // 2 :]):
        assert (half.max(axis=2) < 50).sum() > 3_000  # dark sky ...
        assert (half.min(axis=2) > 240).sum() > 20  # ... and stars


def test_the_scripts_are_current():
    """They are written by a program; what it writes is what is there."""
    made = SCRIPTS / "tools" / "make.py"
    done = subprocess.run(
        [sys.executable, made, "--check"], capture_output=True, text=True, check=False, cwd=REPOSITORY
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("job", ["preflight", "calibrate", "verify"])
def test_conventions_of_sirils_scripts(job):
    """Siril's list takes a .py for a script by this very call, in double quotes."""
    text = (SCRIPTS / f"AmpGlow_{job.capitalize()}.py").read_text(encoding="utf-8")
    assert text.startswith("# SPDX-License-Identifier: GPL-3.0-or-later\n")
    assert re.search(r'check_module_version\(">=1\.0\.\d+"\)', text)
    assert f"# Version: {__version__}\n" in text
    assert re.search(r"^# Contact: \S", text, re.MULTILINE)
    assert re.search(r"^# Requires: Siril 1\.4\.0", text, re.MULTILINE)
    assert "@" not in text.replace("@dataclass", "")
    assert not re.search(r"pip.*install.*ampglow|ensure_installed\([^)]*ampglow", text, re.IGNORECASE)
