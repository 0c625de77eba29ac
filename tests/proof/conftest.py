"""One synthetic OSC night, its masters, and everything that can be done wrong with them on a real Siril."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.simulate import NightFiles, Truth, make_night

DARK = "-dark=../masters/dark"
FLAT = "-flat=../masters/flat"
DIVIDED = "-bias=../masters/bias -dark=../masters/dark_nobias"

#: prefix of the output -> options of calibrate (preprocess) on the sequence ``light``; {cc} is -cc=dark where it exists
CALIBRATIONS = {
    "plain_": f"light {DARK} {FLAT} {{cc}} -cfa",
    "equal_": f"light {DARK} {FLAT} {{cc}} -cfa -equalize_cfa",
    "debayer_": f"light {DARK} {FLAT} {{cc}} -cfa -debayer",
    "eqdeb_": f"light {DARK} {FLAT} {{cc}} -cfa -equalize_cfa -debayer",
    "none_": "light",
    "flatonly_": f"light {FLAT} -cfa -equalize_cfa -debayer",
    "foreign_": f"foreign {FLAT}",
    "opt_": f"light {DIVIDED} {FLAT} -opt",
    "optalone_": f"light {DARK} -opt",
    "once_": f"light {DARK}",
    "twice_": f"once_light {DARK}",
    "twobias_": f"light -bias=../masters/bias {DARK} {FLAT}",
    "divided_": f"light -dark=../masters/dark_nobias {FLAT}",
    "small_": f"light {DARK} -flat=../masters/flat_small",
    "flipped_": "light -dark=../masters/dark_flipped",
    "short_": "light -dark=../masters/dark60",
    "biasdark_": "light -dark=../masters/bias",
    "floatadu_": "light -dark=../masters/dark_floatadu",
}
IN_16_BITS = {
    "whole_": f"light {DARK} {FLAT}",
    "bright_": "light -dark=../masters/dark_bright",
}


@dataclass(frozen=True)
class Bench:
    """The night with its masters, beside which runs are made."""

    night: NightFiles
    masters: Path

    def master(self, name: str) -> Path:
        return self.masters / f"{name}.fit"


@dataclass(frozen=True)
class Run:
    """What one Siril left: outputs by prefix, its log."""

    series: str
    folder: Path
    log: Path
    lights: dict[str, Path] = field(default_factory=dict)

    def output(self, prefix: str, number: int = 1) -> Path:
        base = {"foreign_": "foreign", "twice_": "once_light"}.get(prefix, "light")
        return self.folder / "process" / f"{prefix}{base}_{number:05d}.fit"


@pytest.fixture(scope="session")
def bench(tmp_path_factory) -> Bench:
    folder = tmp_path_factory.mktemp("bench")
    night = make_night(
        folder / "night", Truth(seed=11), lights=2, darks=6, flats=4, flatdarks=4, biases=6, wrong_darks=3
    )
    masters = folder / "masters"
    masters.mkdir()

    def mean(paths):
        return np.mean([fits.getdata(p).astype(np.float64) for p in paths], axis=0)

    def save(name, array, like, *, scale=65535.0, **cards):
        header = fits.getheader(like)
        for keyword in ("BZERO", "BSCALE"):
            header.remove(keyword, ignore_missing=True)
        header.update(cards)
        fits.PrimaryHDU((array / scale).astype(np.float32), header).writeto(masters / f"{name}.fit")

    dark, bias, flat = mean(night.darks), mean(night.biases), mean(night.flats) - mean(night.flatdarks)
    save("dark", dark, night.darks[0])
    save("dark_nobias", dark - bias, night.darks[0])
    save("dark60", mean(night.wrong_darks), night.wrong_darks[0])
    save("dark_flipped", dark[::-1], night.darks[0], ROWORDER="BOTTOM-UP")
    save("dark_bright", dark + 3000, night.darks[0])
    save("dark_floatadu", dark, night.darks[0], scale=1.0, PROGRAM="Siril 1.4.2")
    save("bias", bias, night.biases[0])
    save("flat", flat, night.flats[0])
    save("flat_small", flat[:-2], night.flats[0])
    return Bench(night, masters)


@pytest.fixture(scope="session")
def siril_run(bench, siril, tmp_path_factory):
    """``siril_run("1.4")``: every calibration above, by that Siril, in one go."""
    done: dict[str, Run | None] = {}

    def run(series: str) -> Run:
        program = siril(series)
        if series not in done:
            done[series] = None  # a run that failed is not tried again by every test
            done[series] = _run(series, program, bench, tmp_path_factory.mktemp(f"siril{series}"))
        if done[series] is None:
            raise AssertionError(f"the run of Siril {series} failed before")
        return done[series]

    return run


def _run(series: str, program: Path, bench: Bench, folder: Path) -> Run:
    process = folder / "process"
    process.mkdir()
    (folder / "masters").symlink_to(bench.masters)
    lights = {}
    for number, light in enumerate(bench.night.lights, start=1):
        for base in ("light", "foreign"):
            target = process / f"{base}_{number:05d}.fit"
            with fits.open(light) as units:
                if base == "foreign":
                    units[0].header["HISTORY"] = "Calibrated with a master dark"
                units.writeto(target)
            lights[f"{base}_{number:05d}"] = target
    word = "preprocess" if series == "1.0" else "calibrate"
    cosmetic = "" if series == "1.0" else "-cc=dark"
    lines = [f"requires {series}.0"]
    lines += [f"{word} {o.format(cc=cosmetic)} -prefix={p}" for p, o in CALIBRATIONS.items()]
    lines += ["load plain_light_00001", "iadd ../masters/dark", "save undone"]
    lines += ["set16bits", *(f"{word} {o} -prefix={p}" for p, o in IN_16_BITS.items())]
    (folder / "run.ssf").write_text("\n".join(lines) + "\n")
    (folder / "ini").touch()
    command = [program, "-s", folder / "run.ssf", "-d", process, "-i", folder / "ini"]
    environment = os.environ | {"LC_ALL": "C", "TMPDIR": str(folder)}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=False)
    log = folder / "siril.log"
    log.write_text(answer.stdout)
    assert answer.returncode == 0, answer.stdout[-2000:]
    assert "Script execution finished successfully." in answer.stdout
    return Run(series, folder, log, lights)
