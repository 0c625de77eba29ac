"""A year of outputs proved in one go: memory stays flat, and the time is that of each frame.

``python -m tests.soak.verify [--frames 1000 10000]``, a part of ``make soak``. ``ampglow verify FOLDER --json`` judges the
run of so many frames, with the log of a Siril that wrote a line for each. A dozen small lights and outputs stand for
all: their names are hard links. Every process tells its own peak of memory.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
from astropy.io import fits

from ampglow_plugin.hosts.folder import describe, write_manifest
from ampglow_plugin.model.manifest import MasterFile, OutputFile, RunManifest
from ampglow_plugin.simulate import GlowSource, Truth, header, scene, write_frame

#: bytes that a frame more may cost: the names and hashes in the run's own list, and nothing of its proof (over 10 kB)
LIMIT_BYTES = 1500
#: and this many times the processor time a frame: the clock tells what else the machine does
LIMIT_SECONDS = 1.3
DIFFERENT = 12
_DARKS = 4
TRUTH = Truth(
    seed=11, width=256, height=192, glows=(GlowSource(decay_px=60.0, amplitude_adu=600.0),), pedestal_adu=1000.0
)
_START = datetime.fromisoformat("2025-10-18T20:00")
_CODE = """
import sys
from ampglow_plugin.cli.main import main
try:
    main()
finally:
    from tests.memory import peak_bytes
    from pathlib import Path
    heavy = [name for name in ("astropy", "scipy", "matplotlib", "rich", "sqlite3") if name in sys.modules]
    print(peak_bytes(), *heavy, file=sys.stderr)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """One run of the command: seconds on the clock and of a processor, peak of memory (bytes), proofs, and modules
    that it should have no use for."""

    seconds: float
    used_s: float
    peak: int
    clean: int
    exit: int
    findings: int
    heavy: tuple[str, ...]


def write_run(folder: Path, frames: int) -> None:
    """A run as ``ampglow run`` leaves it: links to lights, masters, outputs, log and manifest."""
    (folder / "few").mkdir(parents=True)
    (folder / "process").mkdir()
    (folder / "lights").mkdir()
    dark = _masters(folder)
    for i in range(DIFFERENT):
        raw = scene.light(TRUTH, i)
        cards = header(TRUTH, "LIGHT", 180.0, _START + timedelta(minutes=4 * i))
        write_frame(folder / "few" / f"light_{i}.fit", raw, cards)
        unit = fits.PrimaryHDU((raw.astype(np.float32) - dark) / np.float32(65535))
        unit.header.update(cards | {"PROGRAM": "Siril 1.4.2"})
        unit.header["HISTORY"] = "Calibrated with a master dark"
        unit.writeto(folder / "few" / f"pp_{i}.fit")
    described = [describe(folder / "few" / f"light_{i}.fit") for i in range(DIFFERENT)]
    outputs = []
    for i in range(frames):
        light, output = folder / "lights" / f"light_{i + 1:05d}.fit", folder / "process" / f"pp_light_{i + 1:05d}.fit"
        os.link(folder / "few" / f"light_{i % DIFFERENT}.fit", light)
        os.link(folder / "few" / f"pp_{i % DIFFERENT}.fit", output)
        file = replace(described[i % DIFFERENT], path=str(light))
        outputs.append(OutputFile(path=f"process/{output.name}", group="light", light=file, dark="dark"))
    write_manifest(folder, _manifest(folder, tuple(outputs)))
    (folder / "siril.log").write_text(_log(frames), encoding="utf-8")


def _masters(folder: Path) -> np.ndarray:
    frames = [scene.dark(TRUTH, i) for i in range(_DARKS)]
    for i, frame in enumerate(frames):
        write_frame(folder / "few" / f"dark_{i}.fit", frame, header(TRUTH, "DARK", 180.0, _START))
    dark = np.mean([frame.astype(np.float64) for frame in frames], axis=0).astype(np.float32)
    unit = fits.PrimaryHDU(dark / np.float32(65535))
    unit.header.update(header(TRUTH, "DARK", 180.0, _START))
    unit.writeto(folder / "dark.fit")
    return dark


def _manifest(folder: Path, outputs: tuple[OutputFile, ...]) -> RunManifest:
    dark = MasterFile(
        id="dark",
        role="dark",
        path="dark.fit",
        built=True,
        holds_bias=True,
        inputs=tuple(describe(folder / "few" / f"dark_{i}.fit") for i in range(_DARKS)),
        sha256=hashlib.sha256((folder / "dark.fit").read_bytes()).hexdigest(),
    )
    return RunManifest(
        tool="ampglow soak",
        plan_sha256="0" * 64,
        host="siril",
        host_version="1.4",
        script="run.ssf",
        commands=("requires", "calibrate"),
        masters=(dark,),
        outputs=outputs,
        log="siril.log",
        status="succeeded",
    )


def _log(frames: int) -> str:
    """As Siril 1.4 writes it: two lines a frame."""
    size = f"1 layer(s), {TRUTH.width}x{TRUTH.height} pixels"
    lines = [
        "Welcome to siril 1.4.2 for linux (x86_64) - CLI",
        "Running command: requires",
        "Running command: calibrate",
    ]
    lines.append(f"Reading FITS: file dark.fit, {size}, 32 bits")
    for i in range(1, frames + 1):
        lines.append(f"Reading FITS: file light_{i:05d}.fit, {size}, 16 bits")
        lines.append(f"Saving FITS: file pp_light_{i:05d}.fit, {size}, 32 bits")
    lines += ["Sequence processing succeeded.", "Script execution finished successfully."]
    return "".join(f"log: {line}\n" for line in lines)


def verify(folder: Path) -> Measured:
    """``ampglow verify FOLDER --json`` in a process of its own; its records are read as they come, and not kept."""
    start, before = time.perf_counter(), os.times()
    command = [sys.executable, "-c", _CODE, "verify", str(folder), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        clean = findings = 0
        for line in child.stdout:
            record = json.loads(line)
            findings += record["record"] == "finding"
            if record["record"] == "proof":
                assert record["log"]["claim"] == "applied", record
                clean += (record["verdict"], record["success"]) == ("applied", "clean")
        said = child.stderr.read()
        code = child.wait()
    seconds, after = time.perf_counter() - start, os.times()
    used_s = after.children_user + after.children_system - before.children_user - before.children_system
    peak, *heavy = said.splitlines()[-1].split()
    return Measured(
        seconds=seconds,
        used_s=used_s,
        peak=int(peak),
        clean=clean,
        exit=code,
        findings=findings,
        heavy=tuple(heavy),
    )


def main() -> int:
    """Print the table; 1 where a limit is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, nargs=2, default=(1000, 10000))
    found = []
    counts = parser.parse_args().frames
    with tempfile.TemporaryDirectory() as name:
        for frames in counts:
            folder = Path(name) / str(frames)
            write_run(folder, frames)
            one = verify(folder)
            found.append(one)
            assert (one.exit, one.clean) == (0, frames), one
            each = 1e3 * one.used_s / frames
            print(
                f"{frames} frames: {one.seconds:.0f} s, {each:.1f} ms of a processor a frame, "
                f"peak {one.peak / 1e6:.1f} MB",
                flush=True,
            )
    short, long = found
    grown = (long.peak - short.peak) / (counts[1] - counts[0])
    seconds = long.used_s / short.used_s * counts[0] / counts[1]
    print(
        f"memory: {grown:.0f} bytes a frame more (limit {LIMIT_BYTES}), time a frame: {seconds:.2f} times (limit {LIMIT_SECONDS:g})"
    )
    return int(grown > LIMIT_BYTES or seconds > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
