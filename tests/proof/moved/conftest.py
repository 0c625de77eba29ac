"""Dithered nights across a meridian flip, registered and stacked by each real Siril with, without and with half a dark."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.simulate import GlowSource, NightFiles, Truth, make_night

TRUTH = Truth(
    seed=5,
    width=480,
    height=400,
    star_count=90,
    glows=(GlowSource(decay_px=80.0, amplitude_adu=300.0),),
    flip_from=3,
    dither_px=15.0,
    pedestal_adu=1000.0,
)
LIGHTS = 5
#: a glow of 20 ADU in the stack, where it lies on both sides, under a darker sky
FAINT = replace(
    TRUTH,
    seed=8,
    glows=(replace(TRUTH.glows[0], amplitude_adu=30.0),),
    flip_from=4,
    sky_adu=300.0,
    dark_current_adu=5.0,
)
FAINT_LIGHTS = 8
#: prefix -> options of calibrate
DONE = {
    "whole_": "-dark=../masters/dark",
    "none_": "-bias=../masters/bias",
    "short_": "-dark=../masters/dark_short",
}
_AFTER = "-flat=../masters/flat -cfa -equalize_cfa"


@dataclass(frozen=True)
class Session:
    """What one Siril left in ``process``, and the raw frames and masters beside it."""

    series: str
    process: Path
    masters: Path
    night: NightFiles

    def master(self, name: str) -> Path:
        return self.masters / f"{name}.fit"

    def file(self, name: str) -> Path:
        return self.process / f"{name}.fit"

    def sequence(self, prefix: str) -> Path:
        return self.process / f"{prefix}light_.seq"


def _raw(folder: Path, truth: Truth, lights: int) -> tuple[NightFiles, Path]:
    """The files of a night, and a folder with the masters."""
    night = make_night(folder, truth, lights=lights, darks=6, flats=4, flatdarks=4, biases=6, wrong_darks=6)
    masters = folder / "masters"
    masters.mkdir()

    def mean(paths):
        return np.mean([fits.getdata(p).astype(np.float64) for p in paths], axis=0)

    def save(name, array, like):
        header = fits.getheader(like)
        for keyword in ("BZERO", "BSCALE"):
            header.remove(keyword, ignore_missing=True)
        fits.PrimaryHDU((array / 65535).astype(np.float32), header).writeto(masters / f"{name}.fit")

    save("dark", mean(night.darks), night.darks[0])
    save("dark_short", mean(night.wrong_darks), night.wrong_darks[0])
    save("bias", mean(night.biases), night.biases[0])
    save("flat", mean(night.flats) - mean(night.flatdarks), night.flats[0])
    return night, masters


@pytest.fixture(scope="session")
def raw(tmp_path_factory):
    return _raw(tmp_path_factory.mktemp("dithered"), TRUTH, LIGHTS)


@pytest.fixture(scope="session")
def session(siril, tmp_path_factory):
    """``session("1.4")``: bright glow, everything that follows the calibration."""
    return _once(siril, tmp_path_factory, TRUTH, LIGHTS, _everything)


@pytest.fixture(scope="session")
def faint(siril, tmp_path_factory):
    """``faint("1.4")``: a faint glow, stacked."""
    return _once(siril, tmp_path_factory, FAINT, FAINT_LIGHTS, _stacks)


def _once(siril, tmp_path_factory, truth: Truth, lights: int, script: Callable[[str, str], Iterator[str]]):
    """By series; each Siril runs once, and the night is made once."""
    made: dict[str, Session | None] = {}
    raw: list[tuple[NightFiles, Path]] = []

    def get(series: str) -> Session:
        program = siril(series)
        if not raw:
            raw.append(_raw(tmp_path_factory.mktemp("dithered"), truth, lights))
        if series not in made:
            made[series] = None
            lines = list(script(series, "preprocess" if series == "1.0" else "calibrate"))
            made[series] = _run(series, program, *raw[0], lines, tmp_path_factory.mktemp(f"moved{series}"))
        found = made[series]
        assert found is not None, f"the run of Siril {series} failed before"
        return found

    return get


def _everything(series: str, word: str) -> Iterator[str]:
    for prefix, options in DONE.items():
        yield from (
            f"{word} light {options} {_AFTER} -debayer -prefix={prefix}",
            f"register {prefix}light",
            f"stack r_{prefix}light rej 3 3 -nonorm -out={prefix}stack",
            f"stack r_{prefix}light rej 3 3 -norm=addscale -out={prefix}scaled",
            f"stack r_{prefix}light rej 3 3 -norm=addscale -output_norm -out={prefix}stretched",
            f"load {prefix}stack",
            "crop 40 30 400 320",
            f"save {prefix}cropped",
            f"load {prefix}stack",
            "mirrorx -bottomup" if series != "1.0" else "mirrorx",
            f"save {prefix}mirrored",
        )
    if series == "1.4":
        yield from _drizzle("raw_", DONE["none_"], "drizzled")
    if series != "1.0":
        for prefix, options in DONE.items():
            yield from (
                f"calibrate light {options} {_AFTER} -prefix=mosaic_{prefix}",
                f"register mosaic_{prefix}light",
                f"stack r_mosaic_{prefix}light rej 3 3 -nonorm -out=mosaic_{prefix}stack",
                f"stack r_mosaic_{prefix}light rej 3 3 -norm=addscale -out=mosaic_{prefix}scaled",
            )


def _stacks(series: str, word: str) -> Iterator[str]:
    for prefix, options in DONE.items():
        yield from (
            f"{word} light {options} {_AFTER} -debayer -prefix={prefix}",
            f"register {prefix}light",
            f"stack r_{prefix}light rej 3 3 -nonorm -out={prefix}stack",
            f"stack r_{prefix}light rej 3 3 -norm=addscale -output_norm -out={prefix}stretched",
        )
        if series == "1.4":
            yield from _drizzle(f"raw_{prefix}", options, f"{prefix}drizzled")


def _drizzle(prefix: str, options: str, out: str) -> Iterator[str]:
    yield f"calibrate light {options} -flat=../masters/flat -cfa -prefix={prefix}"
    yield f"register {prefix}light -drizzle -scale=1.0 -pixfrac=1.0 -kernel=square"
    yield f"stack r_{prefix}light rej 3 3 -nonorm -out={out}"


def _run(series: str, program: Path, night: NightFiles, masters: Path, lines: list[str], folder: Path) -> Session:
    process = folder / "process"
    process.mkdir()
    (folder / "masters").symlink_to(masters)
    for number, light in enumerate(night.lights, start=1):
        shutil.copy(light, process / f"light_{number:05d}.fit")
    (folder / "run.ssf").write_text("\n".join([f"requires {series}.0", *lines]) + "\n")
    (folder / "ini").touch()
    command = [program, "-s", folder / "run.ssf", "-d", process, "-i", folder / "ini"]
    environment = os.environ | {"LC_ALL": "C", "TMPDIR": str(folder)}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240, check=False)
    assert answer.returncode == 0, answer.stdout[-3000:]
    return Session(series, process, masters, night)
