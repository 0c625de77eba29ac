"""Which files below a folder may be frames."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ampglow_plugin.headers.formats import is_frame_name
from ampglow_plugin.knowledge import table


@functools.cache
def _skipped() -> frozenset[str]:
    return frozenset(row["name"] for row in _table()["skipped"])


def _table() -> Any:
    return table("folders.yaml")


def frame_files(folder: Path) -> Iterator[Path]:
    """Files below ``folder`` that may be frames, in the order of their names.

    Hidden files and folders (the ``._*`` files of macOS too), previews, bins, work folders of
    processing programs and outputs of ampglow are left out; ``folder`` itself is always entered.
    Links to folders are followed, each real folder once. A folder that cannot be listed is left out.
    """
    seen: set[tuple[int, int]] = set()
    for place, folders, files in os.walk(folder, followlinks=True):
        inside = Path(place).stat()
        key = (inside.st_dev, inside.st_ino)
        if key in seen or (Path(place) != folder and _own_output(files)):
            folders.clear()
            continue
        seen.add(key)
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name.lower() not in _skipped())
        for name in sorted(files):
            path = Path(place, name)
            if not name.startswith(".") and is_frame_name(path):
                yield path


def _own_output(files: list[str]) -> bool:
    return any(name in files for name in _table()["own_output"])
