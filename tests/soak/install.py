"""Wheel and sdist installed into clean environments of every supported Python, then a night proved with each.

``python -m tests.soak.install [PYTHON ...]``; without any, python3.11 to python3.13 where they are found. Each
environment gets the locked versions by hash, then the wheel (or the sdist), and runs the demo on the embedded engine.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / ".ci" / "requirements-run.txt"
SERIES = ("3.11", "3.12", "3.13")


def pythons() -> Iterator[tuple[str, str]]:
    """(series, program) of every interpreter that is found; in PATH, else below pyenv's folder."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for series in SERIES:
        inside = sorted(pyenv.glob(f"{series}.*/bin/python{series}"))
        for program in (*map(str, inside), shutil.which(f"python{series}")):
            if (
                program
                and subprocess.run([program, "-c", "import venv"], capture_output=True, check=False).returncode == 0
            ):
                yield series, program
                break


def check(program: str, package: Path, folder: Path) -> str:
    """Install ``package`` with the locked dependencies and run the demo; what was installed, in one line."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "AMPGLOW_SIRIL", "VIRTUAL_ENV")}

    def run(*words: str | Path) -> str:
        done = subprocess.run(
            list(map(str, words)), cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return done.stdout

    run(program, "-m", "venv", folder / "env")
    python = folder / "env" / "bin" / "python"
    pip = (python, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    run(*pip, "--require-hashes", "--only-binary", ":all:", "-r", LOCK)
    run(*pip, "--no-deps", package)
    run(python, "-m", "pip", "check")
    version = run(folder / "env" / "bin" / "ampglow", "--version").strip()
    shown = run(folder / "env" / "bin" / "ampglow", "demo", "-o", folder / "demo", "--engine", "builtin")
    if not re.search(r"clean", shown):
        raise SystemExit(f"the demo proves nothing:\n{shown}")
    return version


def main(arguments: list[str]) -> int:
    """Print one line per Python and package; 1 where a supported Python is missing."""
    chosen = [(Path(a).name.removeprefix("python"), a) for a in arguments] or list(pythons())
    with tempfile.TemporaryDirectory(prefix="ampglow-install-") as made:
        folder = Path(made)
        words = [sys.executable, "-m", "hatchling", "build", "-d", str(folder / "dist")]
        subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
        for series, program in chosen:
            for package in sorted((folder / "dist").iterdir()):
                clean = folder / f"{series}{package.suffix}"
                clean.mkdir()
                print(f"Python {series}, {package.name}: {check(program, package, clean)}, demo clean", flush=True)
                shutil.rmtree(clean)
    missing = [series for series in SERIES if not arguments and series not in dict(chosen)]
    for series in missing:
        print(f"Python {series}: not found, not checked")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
