"""Darks of the user's library folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from pathlib import Path

from ampglow_plugin.catalog import Scan, scan
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.problem import FileProblem


def library_darks(
    folders: Iterable[str],
    *,
    beside: Iterable[Frame] = (),
    executor: Executor | None = None,
    progress: Callable[[str, float | None], None] | None = None,
) -> Scan:
    """The darks below ``folders`` that are not among the frames ``beside`` already, under whatever name.

    A folder that is not there (an unplugged disk) is a problem and never fatal.
    """
    places = [Path(folder) for folder in folders]
    missing = [
        FileProblem(
            path=str(place),
            kind="left_out",
            what="this library folder is not there",
            fix="connect its disk, or correct `library` in ampglow.yaml",
        )
        for place in places
        if not place.is_dir()
    ]
    found = scan([place for place in places if place.is_dir()], executor=executor, progress=progress)
    known = {Path(frame.path).resolve() for frame in beside}
    darks = tuple(f for f in found.frames if found.roles.get(f.path) == "dark" and Path(f.path).resolve() not in known)
    return Scan(
        frames=darks, roles=dict.fromkeys((f.path for f in darks), "dark"), problems=tuple(missing), walked=True
    )
