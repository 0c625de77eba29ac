"""Which light a frame of a Siril sequence was made from, by the file that ``convert`` and ``link`` leave (from 1.2).

``BASE_conversion.txt`` lies beside the sequence ``BASE_00001.fit`` and has one line a frame,
``'/night/lights/m31 1.fits' -> '../process/light_00001.fit'``, the source always with its whole path.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

FILE_ENDING = "_conversion.txt"
_LINE = re.compile(r"^'(?P<source>.+)' -> '(?P<target>[^']+)'$")
_FITS = re.compile(r"\.(?:fits?|fts)(?:\.fz|\.gz)?$", re.IGNORECASE)


def conversions(folder: Path) -> Mapping[str, Path]:
    """Frame of a sequence in ``folder`` (``light_00001``) -> the file it was made from; {} where nothing is recorded.

    A frame that two files tell different things about is left out.
    """
    found: dict[str, Path] = {}
    told_twice: set[str] = set()
    for file in sorted(folder.glob(f"*{FILE_ENDING}")):
        for name, source in _read(file).items():
            if found.setdefault(name, source) != source:
                told_twice.add(name)
    return {name: source for name, source in found.items() if name not in told_twice}


def _read(file: Path) -> Mapping[str, Path]:
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    lines = (_LINE.match(line.rstrip("\r")) for line in text.split("\n"))
    return {
        stem(Path(m["target"].replace("\\", "/")).name): Path(m["source"])
        for m in lines
        if m is not None and m["source"].count("' -> '") == 0
    }


def source_of(output: Path, recorded: Mapping[str, Path]) -> Path | None:
    """The light of ``output``: of the longest recorded name that its own ends with, behind the prefixes of Siril.

    ``r_pp_light_00001.fit`` was made from ``light_00001``.
    """
    name = stem(output.name)
    fitting = [known for known in recorded if name == known or name.endswith(f"_{known}")]
    return recorded[max(fitting, key=len)] if fitting else None


def stem(name: str) -> str:
    """A file name without its FITS ending."""
    return _FITS.sub("", name)
