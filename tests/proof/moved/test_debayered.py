"""Outputs that a real Siril debayered, by every method it has: with the raw light, and without it."""

from __future__ import annotations

import os
import subprocess

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api

#: Siril's numbers of its methods
METHODS = {"bilinear": 0, "VNG": 1, "AHD": 2, "AMaZE": 3, "DCB": 4, "HPHD": 5, "IGV": 6, "LMMSE": 7, "RCD": 8}
SERIES = ("1.2", "1.4")
DONE = {"whole": "-dark=../masters/dark", "none": "-bias=../masters/bias", "short": "-dark=../masters/dark_short"}
EXPECTED = {"whole": ("applied", "clean"), "none": ("not_applied", "residual"), "short": ("wrong_dark", "residual")}
#: with the raw light the factor of the named dark is 1/3, and HISTORY says that a dark was subtracted
SEEN_BY_LIGHT = EXPECTED | {"short": ("contradiction", "residual")}


def turned_over(source, target):
    """The same frame with its rows stored from the bottom, as its header says."""
    with fits.open(source) as units:
        unit = units[0]
        data = np.ascontiguousarray(unit.data[::-1])
        header = unit.header
        header["ROWORDER"] = "BOTTOM-UP"
    fits.PrimaryHDU(data, header).writeto(target)
    return target


@pytest.fixture(scope="module")
def debayered(raw, siril, tmp_path_factory):
    """``debayered(series)``: the folder with ``pp_METHOD_DONE_light_00001.fit`` and its mirrored twin."""
    night, masters = raw
    made = {}

    def get(series):
        program = siril(series)
        if series in made:
            return made[series]
        folder = tmp_path_factory.mktemp(f"debayered{series}")
        process = folder / "process"
        process.mkdir()
        (folder / "masters").symlink_to(masters)
        (folder / "masters_up").mkdir()
        for name in ("dark", "flat", "bias"):
            turned_over(masters / f"{name}.fit", folder / "masters_up" / f"{name}.fit")
        for number, light in enumerate(night.lights[:2], start=1):
            (process / f"light_{number:05d}.fit").symlink_to(light)
            turned_over(light, process / f"up_{number:05d}.fit")
        lines = [f"requires {series}.0"]
        for method, number in METHODS.items():
            lines.append(f"set debayer.interpolation={number}")
            for done, options in DONE.items():
                if done == "short" and method != "RCD":
                    continue
                equal = " -equalize_cfa" if number % 2 else ""
                prefix = f"{method}_{done}_"
                lines.append(f"calibrate light {options} -flat=../masters/flat -cfa{equal} -debayer -prefix={prefix}")
                if method in ("VNG", "RCD"):
                    lines += [f"load {prefix}light_00001", "mirrorx", f"save {prefix}mirrored"]
                    up = f"calibrate up {options} -flat=../masters_up/flat -cfa -debayer -prefix={prefix}"
                    lines += [up.replace("masters/", "masters_up/")] if done != "short" else []
        (folder / "run.ssf").write_text("\n".join(lines) + "\n")
        (folder / "ini").touch()
        command = [program, "-s", folder / "run.ssf", "-d", process, "-i", folder / "ini"]
        environment = os.environ | {"LC_ALL": "C", "TMPDIR": str(folder)}
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
        assert answer.returncode == 0, answer.stdout[-3000:]
        made[series] = folder
        return folder

    return get


def judged(path, masters, light=None):
    given = {"dark": masters / "dark.fit", "flat": masters / "flat.fit"}
    (proof,) = api.verify(path, lights=[light] if light else (), **given).proofs
    return proof


def answers(proof):
    return proof.verdict.done, proof.verdict.success


def assert_seen_by_light(proof, method, done):
    """VNG writes means of both greens in the place of each, so it need not be called clean."""
    expected = SEEN_BY_LIGHT[done]
    open_to_doubt = method == "VNG" and done == "whole"
    assert answers(proof) in (expected, ("applied", "undecided") if open_to_doubt else expected), proof.verdict.reasons


CASES = [("1.4", m, d) for m in METHODS for d in ("whole", "none")] + [(s, "RCD", "short") for s in SERIES]
CASES += [("1.2", m, d) for m, d in (("bilinear", "whole"), ("VNG", "none"), ("RCD", "whole"), ("RCD", "none"))]


@pytest.mark.siril
@pytest.mark.parametrize(("series", "method", "done"), CASES)
def test_every_method_without_the_raw_light(debayered, raw, series, method, done):
    folder = debayered(series)
    proof = judged(folder / "process" / f"{method}_{done}_light_00001.fit", raw[1])
    assert proof.evidence.pixels.rung == 2
    assert answers(proof) == EXPECTED[done], proof.verdict.reasons


@pytest.mark.siril
@pytest.mark.parametrize(("series", "method", "done"), CASES)
def test_every_method_with_the_raw_light(debayered, raw, series, method, done):
    folder = debayered(series)
    proof = judged(folder / "process" / f"{method}_{done}_light_00001.fit", raw[1], raw[0].lights[0])
    assert proof.evidence.pixels.rung == 1
    assert_seen_by_light(proof, method, done)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize("method", ["VNG", "RCD"])
@pytest.mark.parametrize("done", ["whole", "none"])
def test_rows_stored_from_the_bottom(debayered, raw, series, method, done):
    folder = debayered(series)
    name = folder / "process" / f"{method}_{done}_up_00001.fit"
    masters = folder / "masters_up"
    assert_seen_by_light(judged(name, masters, folder / "process" / "up_00001.fit"), method, done)
    alone = judged(name, masters)
    assert answers(alone) == EXPECTED[done], alone.verdict.reasons


MIRRORED = [("VNG", "whole"), ("VNG", "none"), ("RCD", "whole"), ("RCD", "none"), ("RCD", "short")]


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(("method", "done"), MIRRORED)
def test_mirrored_afterwards(debayered, raw, series, method, done):
    name = debayered(series) / "process" / f"{method}_{done}_mirrored.fit"
    assert_seen_by_light(judged(name, raw[1], raw[0].lights[0]), method, done)


@pytest.mark.siril
@pytest.mark.parametrize("series", SERIES)
@pytest.mark.parametrize(("method", "done"), MIRRORED)
def test_mirrored_afterwards_without_the_raw_light(debayered, raw, series, method, done):
    """The noise of the sites that were sampled shows it, whatever the header says."""
    proof = judged(debayered(series) / "process" / f"{method}_{done}_mirrored.fit", raw[1])
    assert answers(proof) == EXPECTED[done], proof.verdict.reasons
    assert "upside down" in proof.verdict.reasons[0]
