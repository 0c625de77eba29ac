"""The page Verify of the installed script: what it reads of headers, and the command that it asks."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from tests.pixinsight.test_evidence import calibration, era_a, era_b
from tests.pixinsight.window import (
    DARKS,
    LIGHTS,
    NIGHT,
    PICK,
    RUN,
    image,
)
from tests.pixinsight.xisf_files import write


def test_verify_reads_both_eras(window):
    history = [["HISTORY", "", line] for line in era_a()]
    scaled = [["HISTORY", "", line] for line in era_a(factors="0.464")]
    document = {"PixInsight:ProcessingHistory": era_b(calibration())}
    images = {
        "/o/a_c.xisf": image("Light", 120, more=history),
        "/o/b_c.xisf": image("Light", 120, more=scaled),
        "/o/c_c.xisf": image("Light", 120, properties=document),
        "/o/d.xisf": image("Light", 120),
        "/o/e.xisf": image("Light", 120, properties={"PCL:Signature:Calibration": "process=ImageCalibration"}),
    }
    done = window(images, picks=[[*images, "/o/gone.xisf"]], clicks=[["Verify", "Outputs..."]])
    rows = done["pages"]["Verify"]["rows"]
    assert [row[1] for row in rows] == [
        "dark applied",
        "dark applied scaled",
        "dark applied",
        "not known",
        "not known",
        "not read",
    ]
    assert [row[2] for row in rows] == ["1.000", "0.464", "1.000", "-", "-", "-"]
    assert rows[2][3] == "the dark was subtracted as it is (dark.xisf)"
    assert "switched off" in rows[4][3]


PROOF = json.dumps(
    {
        "record": "proof",
        "path": "C:\\out\\l0_c.xisf",
        "verdict": "applied",
        "success": "clean",
        "factor": 0.9996,
        "reasons": ["measured"],
    }
)


@pytest.mark.parametrize("as_bytes", [False, True])
def test_the_pixel_proof_is_the_commands(as_bytes, window):
    said = {"ampglow": {"code": 0, "out": PROOF + '\n{"record": "summary"}\n'}}
    clicks = [*RUN, ["Verify", "Prove by pixels..."]]
    done = window(clicks=clicks, command=said, folderPicks=["/out", "/out"], bytes=as_bytes)
    (call,) = done["calls"]
    dark = "/out/masters/dark-120s-m10C-g120-o30.xisf"
    assert call[:9] == [
        "ampglow",
        "verify",
        "--json",
        "--dark",
        dark,
        "--flat",
        "/out/masters/flat-2s-m10C-g120-o30.xisf",
        "--log",
        "/out/result.json",
    ]
    assert call[9:] == [
        "--dark-frames",
        *DARKS,
        "--light",
        *LIGHTS,
        "--",
        *(f"/out/calibrated/light-120s-m10C-g120-o30/l{i}_c.xisf" for i in range(3)),
    ]
    assert done["pages"]["Verify"]["rows"] == [["l0_c.xisf", "dark applied, clean", "1.000", "measured"]]


def test_a_folder_of_emit_is_proved_as_a_whole(window):
    said = {"ampglow": {"code": 2, "out": "", "err": "holds no light"}}
    done = window(
        clicks=[["Verify", "Prove by pixels..."]],
        command=said,
        folderPicks=["/emitted/"],
        files=["/emitted/ampglow-run.json"],
    )
    assert done["calls"] == [["ampglow", "verify", "--json", "/emitted"]]
    assert done["pages"]["Verify"]["rows"] == [["ampglow", "not proved", "-", "holds no light"]]


def test_without_the_command_headers_are_all_there_is(window):
    done = window(clicks=[*RUN, ["Verify", "Prove by pixels..."]], folderPicks=["/out", "/out"])
    assert "was not found" in done["pages"]["Verify"]["labels"][0]
    assert [row[1] for row in done["pages"]["Verify"]["rows"]] == ["dark applied"] * 3
    lost = window(clicks=[["Verify", "Prove by pixels..."]], folderPicks=["/elsewhere"])
    assert "nobody knows what belongs together" in lost["messages"][0]


def test_many_outputs_are_proved_in_parts(window):
    lights = [f"/n/l{i:02d}.fits" for i in range(45)]
    images = {**NIGHT, **{p: image("Light", 120) for p in lights}}
    said = {"ampglow": {"code": 0, "out": PROOF}}
    clicks = [*PICK[:2], *RUN[4:], ["Verify", "Prove by pixels..."]]
    done = window(images, clicks=clicks, picks=[lights, DARKS], command=said, folderPicks=["/out", "/out"])
    assert [len(call) - call.index("--") - 1 for call in done["calls"]] == [20, 20, 5]


def test_the_real_command_proves_real_pixels(window, version, tmp_path):
    """Frames on disk, an output made as ImageCalibration does, and the installed command, started by the window."""
    rng = np.random.default_rng(5)
    dark = np.round(500 + 300 * np.exp(-np.arange(64) / 9)[None, :] + rng.normal(0, 4, (64, 64)))
    dark[rng.integers(0, 64, 60), rng.integers(0, 64, 60)] += 4000
    raw = np.round(dark + rng.normal(900, 20, (64, 64)))
    for name, data in (("light", raw), ("dark", dark)):
        unit = fits.PrimaryHDU(data.astype(np.uint16))
        unit.header.update({"EXPTIME": 120.0, "GAIN": 100, "CCD-TEMP": -10.0, "IMAGETYP": name.capitalize()})
        unit.writeto(tmp_path / f"{name}.fits")
    write(
        tmp_path / "light_c.xisf",
        ((raw - dark) / 65535).astype(np.float32)[None],
        properties={"PixInsight:ProcessingHistory": era_b(calibration())},
    )
    files = {name: str(tmp_path / name) for name in ("light.fits", "dark.fits", "light_c.xisf", "result.json")}
    proof = {
        "light": files["light.fits"],
        "output": files["light_c.xisf"],
        "dark": files["dark.fits"],
        "flat": None,
        "bias": None,
        "darkFrames": [],
    }
    Path(files["result.json"]).write_text(json.dumps({"tool": "AmpGlow", "steps": [], "proof": [proof]}))
    command = tmp_path / "ampglow"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ampglow_plugin "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    clicks = [["Verify", "Command..."], ["Verify", "Prove by pixels..."]]
    done = window({}, clicks=clicks, picks=[[str(command)]], folderPicks=[str(tmp_path)], files=[*files.values()])
    ((name, verdict, factor, _),) = done["pages"]["Verify"]["rows"]
    assert (name, verdict) == ("light_c.xisf", "dark applied, clean")
    assert float(factor) == pytest.approx(1.0, abs=0.005)
