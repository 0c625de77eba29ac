"""A small night, and each real Siril made to lie about it: what the entries of lies.yaml ask for."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import yaml
from astropy.io import fits

from ampglow_plugin.simulate import GlowSource, Star, Truth, header, scene
from ampglow_plugin.simulate.night import write_frame

SERIES = ("1.0", "1.2", "1.4")
#: not smaller: Siril crashes in -opt where the square of 512 pixels it looks at does not fit
TRUTH = Truth(
    seed=3,
    width=528,
    height=520,
    glows=(GlowSource(decay_px=100.0, amplitude_adu=500.0),),
    pedestal_adu=1000.0,
    stars=tuple(
        Star(x=40.0 + 120 * (i % 4) + 23 * (i // 4), y=50.0 + 110 * (i // 4) + 19 * (i % 3), flux_adu=3e5 + 2e4 * i)
        for i in range(16)
    ),
)
#: sequence -> exposures of its lights; cards beyond those of a light
LIGHTS = {
    "light": ((180.0, 180.0), {}),
    "short": ((60.0, 60.0), {}),
    "long": ((540.0, 540.0), {}),
    "mixed": ((180.0, 60.0), {}),
    "calstat": ((180.0, 180.0), {"CALSTAT": "BDF"}),
}
_DARKS, _BIASES, _FLATS = 4, 5, 4
_TIMEOUT_S = 60
_PIPE_BYTES = 65536
#: Siril compares the ages of files in whole seconds
_SECOND_S = 1.1


@dataclass(frozen=True)
class Entry:
    """One entry of lies.yaml; what the file says of each field."""

    id: str
    because: str
    series: tuple[str, ...] = SERIES
    script: str = ""
    alone: bool = False
    setup: str = ""
    requires: str = "requires {series}.0"
    folder: str | None = None
    pipe: bool = False
    environment: dict = field(default_factory=dict)
    status: int = 0
    says: str | None = None
    frames: tuple[dict, ...] = ()
    tested_by: str | None = None
    not_here: str | None = None


@functools.cache
def entries() -> tuple[Entry, ...]:
    rows = yaml.safe_load((Path(__file__).parent / "lies.yaml").read_text(encoding="utf-8"))
    return tuple(Entry(**{k: tuple(v) if isinstance(v, list) else v for k, v in row.items()}) for row in rows)


@dataclass
class Night:
    """Raw frames and masters; ``lights`` by the names of Siril's sequences."""

    folder: Path
    lights: dict[str, Path] = field(default_factory=dict)
    darks: tuple[Path, ...] = ()

    @property
    def masters(self) -> Path:
        return self.folder / "masters"

    def fill(self, process: Path) -> Path:
        """Copy the raw frames into a folder in which Siril is to work."""
        process.mkdir(parents=True)
        for path in (*self.lights.values(), *self.darks):
            shutil.copy(path, process / path.name)
        (process.parent / "masters").symlink_to(self.masters)
        (process.parent / "masters_made").mkdir()
        return process


def _cards(kind, exposure_s, minute):
    return header(TRUTH, kind, exposure_s, datetime.fromisoformat(f"2025-10-18T20:{minute:02d}"))


@pytest.fixture(scope="session")
def night(tmp_path_factory) -> Night:
    made = Night(tmp_path_factory.mktemp("lies"))
    raw = made.folder / "raw"
    minute = 0
    for sequence, (exposures, more) in LIGHTS.items():
        for number, exposure_s in enumerate(exposures, start=1):
            name = f"{sequence}_{number:05d}"
            samples = scene.light(TRUTH, minute, exposure_s=exposure_s)
            write_frame(raw / f"{name}.fit", samples, _cards("LIGHT", exposure_s, minute) | more)
            made.lights[name] = raw / f"{name}.fit"
            minute += 1
    for number in range(1, _DARKS + 1):
        write_frame(raw / f"dk_{number:05d}.fit", scene.dark(TRUTH, number - 1), _cards("DARK", 180.0, 30 + number))
    made.darks = tuple(sorted(raw.glob("dk_*.fit")))
    _masters(made.masters)
    return made


def _masters(folder: Path) -> None:
    def mean(make, count):
        return np.mean([make(i).astype(np.float64) for i in range(count)], axis=0)

    def save(name, array, kind, exposure_s, *, scale=65535.0, **more):
        unit = fits.PrimaryHDU((array / scale).astype(np.float32))
        unit.header.update({k: v for k, v in (_cards(kind, exposure_s, 50) | more).items() if v is not None})
        unit.writeto(folder / f"{name}.fit")

    folder.mkdir()
    dark = mean(lambda i: scene.dark(TRUTH, i), _DARKS)
    dark60 = mean(lambda i: scene.dark(TRUTH, i, exposure_s=60.0), _DARKS)
    bias = mean(lambda i: scene.bias(TRUTH, i), _BIASES)
    flat = mean(lambda i: scene.flat(TRUTH, i), _FLATS) - bias
    save("dark", dark, "DARK", 180.0)
    save("dark_whole", np.round(dark), "DARK", 180.0)
    save("dark180s", dark, "DARK", 180.0)
    save("dark_nobias", dark - bias, "DARK", 180.0)
    save("dark_noexp", dark - bias, "DARK", 180.0, EXPTIME=None, EXPOSURE=None)
    save("dark_exptime60", dark - bias, "DARK", 60.0)
    save("dark_bright", dark + 3000.0, "DARK", 180.0)
    save("bias", bias, "BIAS", 0.001)
    save("flat", flat, "FLAT", 2.0)
    save("flat_small", flat[:-2], "FLAT", 2.0)
    time.sleep(_SECOND_S)
    for name in ("dark60", "dark60s"):  # the newest: a wildcard takes dark60s
        save(name, dark60, "DARK", 60.0)


@dataclass(frozen=True)
class Made:
    """What one run left."""

    folder: Path
    status: int
    log: str


@pytest.fixture(scope="session")
def lies(night, siril, tmp_path_factory):
    """``lies(series, entry)``: the run of that Siril that made the entry; entries that can share one do."""
    together: dict[str, Made | None] = {}

    def run(series: str, entry: Entry) -> Made:
        program = siril(series)
        if entry.alone:
            return _alone(entry, series, program, night, tmp_path_factory.mktemp(entry.id))
        if series not in together:
            together[series] = None  # a run that failed is not tried again by every test
            together[series] = _together(series, program, night, tmp_path_factory.mktemp(f"all{series}"))
        made = together[series]
        assert made is not None, f"the run of Siril {series} failed before"
        return made

    return run


def fill_in(text: str, entry: Entry, series: str, folder: Path) -> str:
    word = "preprocess" if series == "1.0" else "calibrate"
    return text.format(calibrate=word, id=entry.id, series=series, folder=folder)


def _together(series: str, program: Path, night: Night, folder: Path) -> Made:
    process = night.fill(folder / "process")
    lines = [f"requires {series}.0"]
    for entry in entries():
        if not entry.alone and entry.script and series in entry.series:
            _set_up(entry, night, folder)
            lines.append(fill_in(entry.script, entry, series, folder).strip())
    made = _run(program, "\n".join(lines), process, folder)
    assert made.status == 0, made.log[-3000:]
    return made


def _set_up(entry: Entry, night: Night, folder: Path) -> None:
    """What lies beside the frames before the script starts."""
    if entry.setup == "leftover":  # number 1 will be written over, number 2 is that of another night
        shutil.copy(night.lights["light_00001"], folder / "process" / "L_00001.fit")
        shutil.copy(night.lights["light_00002"], folder / "process" / "L_00002.fit")
        (folder / "new").mkdir()
        shutil.copy(night.lights["short_00001"], folder / "new" / "one.fit")
    elif entry.setup == "ser":
        (folder / "ser").mkdir()
        for number in (1, 2):
            shutil.copy(night.lights["light_00001"], folder / "ser" / f"light_{number}.fit")
    elif entry.setup == "pyscript":
        (folder / "raises.py").write_text("raise RuntimeError('no')\n")


def _alone(entry: Entry, series: str, program: Path, night: Night, folder: Path) -> Made:
    process = night.fill(folder / "process")
    _set_up(entry, night, folder)
    requires = f"requires {series}.0\n"
    if "{calibrate}" in entry.setup or entry.setup.startswith("set"):
        before = _run(program, requires + fill_in(entry.setup, entry, series, folder), process, folder)
        assert before.status == 0, before.log
    script = fill_in(f"{entry.requires}\n{entry.script}", entry, series, folder)
    if entry.pipe:
        return _through_pipes(program, script, process, folder)
    start = entry.folder or process
    made = _run(program, script, start, folder, absolute=process, environment=entry.environment)
    if entry.environment and "Script execution" in made.log:
        pytest.skip("this Siril has no translation into the language of the entry")
    return made


def _run(
    program: Path,
    script: str,
    start: Path | str,
    folder: Path,
    *,
    absolute: Path | None = None,
    environment: dict | None = None,
) -> Made:
    """Settings stay in the folder, as the user's stay in his home."""
    if absolute is not None and str(absolute) != str(start):
        first, _, rest = script.partition("\n")
        script = f"{first}\ncd {absolute}\n{rest}"
    (folder / "run.ssf").write_text(f"{script}\n", encoding="utf-8")
    (folder / "ini").touch()
    command = [program, "-s", folder / "run.ssf", "-d", start, "-i", folder / "ini"]
    answer = subprocess.run(
        command,
        env=_environment(folder) | (environment or {}),
        capture_output=True,
        encoding="utf-8",
        timeout=_TIMEOUT_S,
        check=False,
    )
    return Made(folder, answer.returncode, answer.stdout)


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {"LC_ALL": "C", "TMPDIR": str(folder)}


def _through_pipes(program: Path, script: str, process: Path, folder: Path) -> Made:
    """Pipes opened so that nobody waits for the other; what Siril says of one command fits into one."""
    to, back = folder / "to_siril", folder / "from_siril"
    for path in (to, back):
        os.mkfifo(path)
    (folder / "ini").touch()
    command = [program, "-p", "-r", to, "-w", back, "-d", process, "-i", folder / "ini"]
    answers, asked = os.open(back, os.O_RDONLY | os.O_NONBLOCK), os.open(to, os.O_RDWR)
    try:
        with subprocess.Popen(command, env=_environment(folder), stdout=subprocess.DEVNULL, text=True) as child:
            os.write(asked, f"{script}\nexit\n".encode())
            try:
                status = child.wait(timeout=_TIMEOUT_S)
            finally:
                child.kill()
        log = os.read(answers, _PIPE_BYTES).decode()
    finally:
        os.close(answers)
        os.close(asked)
    return Made(folder, status, log)
