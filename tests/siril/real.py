"""A small folder of frames, and what a real Siril does with a script in it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from astropy.io import fits

#: appended to every script: the file is there only where Siril came to the end
MARKER = "marker"
END = f"\nload md\nsave {MARKER}\n"
SERIES = ("1.0", "1.2", "1.4")
REQUIRES = {"1.0": "1.0.0", "1.2": "1.2.0", "1.4": "1.4.0"}
CALIBRATE = {"1.0": "preprocess", "1.2": "calibrate", "1.4": "calibrate"}
LEVEL, SKY, GLOW = 500, 1500, 300


@dataclass(frozen=True)
class Run:
    """``stops``: status 1 before the end. ``silent``: status 0, but the end was not reached. ``runs``: all of it."""

    fate: Literal["runs", "stops", "silent"]
    folder: Path
    log: str

    def pixels(self, name: str) -> np.ndarray:
        return fits.getdata(self.folder / name).astype(float)


def frames(folder: Path) -> None:
    """light_ and dark_ sequences, masters md and "m d" (dark), mb (bias), mf (flat); the light holds level, glow and sky."""
    folder.mkdir(parents=True)
    noise = np.random.default_rng(7)
    glow = np.zeros((32, 48))
    glow[:8, :8] = GLOW

    def put(name: str, data: np.ndarray, kind: str) -> None:
        header = fits.Header({"EXPTIME": 30.0 if kind == "Light Frame" else 60.0, "IMAGETYP": kind})
        fits.PrimaryHDU(data.round().astype(np.uint16), header).writeto(folder / f"{name}.fit")

    for i in (1, 2, 3):
        put(f"light_{i:05d}", LEVEL + glow + SKY + noise.normal(0, 9, glow.shape), "Light Frame")
        put(f"dark_{i:05d}", LEVEL + glow + noise.normal(0, 9, glow.shape), "Dark Frame")
    put("md", LEVEL + glow, "Dark Frame")
    put("m d", LEVEL + glow, "Dark Frame")
    put("mb", np.full(glow.shape, LEVEL), "Bias Frame")
    put("mf", np.full(glow.shape, 20000) + noise.normal(0, 20, glow.shape), "Flat Field")


def script(body: str, series: str) -> str:
    """``body`` under the right ``requires``; CAL is the series' own word for calibrating."""
    return f"requires {REQUIRES[series]}\n{body.replace('CAL', CALIBRATE[series])}"


def run(program: Path, folder: Path, text: str | bytes) -> Run:
    """Run a whole script on fresh frames."""
    frames(folder)
    data = text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text
    path, settings = folder / "case.ssf", folder / "case.ini"
    path.write_bytes(data + END.encode())
    settings.write_text("")
    done = subprocess.run(
        [program, "-s", path, "-d", folder, "-i", settings],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        timeout=120,
        check=False,
    )
    reached = (folder / f"{MARKER}.fit").exists()
    fate = "runs" if reached and done.returncode == 0 else "silent" if done.returncode == 0 else "stops"
    return Run(fate=fate, folder=folder, log=done.stdout.decode("utf-8", "replace"))
