"""Writes the scripts for Siril's scripts folder from their template, and the .ssf starters with the emitter.

Run by ``make siril-scripts``; ``--check`` only says whether what is there is current (exit code 1 where it is not).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from ampglow_plugin import __version__
from ampglow_plugin.hosts.siril.starters import starters

FOLDER = Path(__file__).resolve().parents[1]
TEMPLATE = Path(__file__).with_name("script.py.in")

#: job -> (summary, description, arguments)
SCRIPTS = {
    "preflight": (
        "do the darks of a night match its lights?",
        "AmpGlow pre-flight: compares lights with darks, flats, flat-darks and biases before anything is calibrated.",
        "[FOLDER] --no-window",
    ),
    "calibrate": (
        "calibrate a night in the one right order, and prove it.",
        "AmpGlow calibration: checks the folder, runs the plan in this Siril, and proves the result by its pixels.",
        "[FOLDER] [--stack] --no-window",
    ),
    "verify": (
        "was the dark really applied, and did it fit?",
        "AmpGlow proof: judges the loaded image or sequence (or the frames named) by header and pixels.",
        "[FRAME...] [--dark MASTER] [--flat MASTER] [--light RAW...] --no-window",
    ),
}


def files() -> Iterator[tuple[Path, str]]:
    """Every generated file with its text."""
    template = TEMPLATE.read_text(encoding="utf-8")
    for job, (summary, description, usage) in SCRIPTS.items():
        name = f"AmpGlow_{job.capitalize()}"
        values = {
            "NAME": name,
            "JOB": job,
            "SUMMARY": summary,
            "DESCRIPTION": description,
            "USAGE": usage,
            "VERSION": __version__,
            "RESULT": f"ampglow-{job}.json",
        }
        text = template
        for key, value in values.items():
            text = text.replace(f"@{key}@", value)
        yield FOLDER / f"{name}.py", text
    for name, text in starters():
        yield FOLDER / name, text


def main() -> int:
    """Write, or with ``--check`` compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = [path.name for path, text in files() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    if check:
        for name in stale:
            print(f"not current: {name}; run make siril-scripts")
        return int(bool(stale))
    for path, text in files():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
