"""Speed of the linter: 500 scripts against the time that shlex takes to split the same lines.

    python -m tests.bench.bench_lint

Scripts are of the usual layouts (one shot colour and mono, with and without darks, flats and biases) for all three
series, with comments. Start-up is left out: both are run once before they are timed. The best of several rounds
counts, as the machine may be busy with other things.
"""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from ampglow_plugin import api

SCRIPTS = 500
#: times the time of shlex
LIMIT = 5.0
ROUNDS = 5
REQUIRES = {"1.0": "0.99.4", "1.2": "1.2.0", "1.4": "1.3.4"}


def layout(series: str, *, colour: bool, dark: bool, flat: bool, bias: bool, number: int) -> str:
    """A calibration script as people write them; ``number`` makes each a little different."""
    old = series == "1.0"
    calibrate, masters = ("preprocess", "") if old else ("calibrate", "../masters/")
    lines = [f"# Script number {number} for Siril {series}", "#", f"requires {REQUIRES[series]}", ""]

    def kind(folder: str, base: str, *work: str) -> None:
        lines.extend((f"# {base} frames", f"cd {folder}", f"convert {base} -out=../process", "cd ../process", *work))
        lines.extend(("cd ..", ""))

    def stacked(sequence: str, words: str, name: str) -> str:
        return f"stack {sequence} rej 3 3 {words}" + ("" if old else f" -out=../masters/{name}")

    if bias:
        kind("biases", "bias", stacked("bias", "-nonorm", "bias_stacked"))
    if flat:
        minus = f" -bias={masters}bias_stacked" if bias else ""
        kind("flats", "flat", f"{calibrate} flat{minus}", stacked("pp_flat", "-norm=mul", "pp_flat_stacked"))
    if dark:
        kind("darks", "dark", stacked("dark", "-nonorm", "dark_stacked"))
    words = [calibrate, "light"]
    words += [f"-dark={masters}dark_stacked"] * dark + [f"-flat={masters}pp_flat_stacked"] * flat
    words += ["-cc=dark"] * (dark and not old) + ["-cfa", "-debayer"] * colour + ["-equalize_cfa"] * (colour and flat)
    result = "stack r_pp_light rej 3 3 -norm=addscale -output_norm" + (" -32b" if series == "1.4" else "")
    kind("lights", "light", " ".join(words), "register pp_light", f"{result} -out=../result_{number}")
    return "\n".join([*lines, "close", ""])


def write(folder: Path, count: int = SCRIPTS) -> list[Path]:
    """``count`` scripts in all kinds, in turn."""
    paths = []
    for i in range(count):
        flags = {name: bool(i >> bit & 1) for bit, name in enumerate(("colour", "dark", "flat", "bias"))}
        path = folder / f"script_{i}.ssf"
        path.write_text(layout(tuple(REQUIRES)[i % 3], **flags, number=i), encoding="utf-8")
        paths.append(path)
    return paths


def split(paths: list[Path]) -> None:
    """Every line of every script through shlex."""
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            shlex.split(line)


def lint(paths: list[Path]) -> None:
    """Every script through the linter."""
    for path in paths:
        api.lint(path)


def seconds(work: Callable[[list[Path]], None], paths: list[Path]) -> float:
    """Processor time of one round."""
    begun = time.process_time()
    work(paths)
    return time.process_time() - begun


def measure(count: int = SCRIPTS, rounds: int = ROUNDS) -> tuple[float, float]:
    """(seconds of the linter, seconds of shlex) for ``count`` scripts, the best of rounds in turn."""
    with tempfile.TemporaryDirectory() as folder:
        paths = write(Path(folder), count)
        lint(paths[:20])
        split(paths[:20])
        both = [(seconds(lint, paths), seconds(split, paths)) for _ in range(rounds)]
    return min(ours for ours, _ in both), min(theirs for _, theirs in both)


def main() -> None:
    """Print the ratio; exit code 1 above the limit."""
    ours, theirs = measure()
    lines = f"{SCRIPTS} scripts: lint {ours * 1e3:.0f} ms, shlex {theirs * 1e3:.0f} ms"
    print(f"{lines}, ratio {ours / theirs:.2f} (limit {LIMIT:g})")
    sys.exit(ours / theirs > LIMIT)


if __name__ == "__main__":
    main()
