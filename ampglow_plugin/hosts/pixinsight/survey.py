"""What must be known of the input files before they are named in icons: sizes, row order, levels of darks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from ampglow_plugin.errors import AmpglowError, HostRefused
from ampglow_plugin.headers import read_frame
from ampglow_plugin.hosts.entries import all_files
from ampglow_plugin.hosts.pixinsight.jobs import Entry, Survey
from ampglow_plugin.hosts.pixinsight.settings import Level
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.plan import Calibrate, CosmeticCorrect, Master, Plan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: pixels along the side of the tiles whose own median and noise decide what is hot there
TILE = 64
#: median absolute deviation to standard deviation of a normal distribution
MAD_TO_SIGMA = 1.4826


def survey(plan: Plan, read: Callable[[str], None]) -> Survey:
    """Open every input; ``read`` is told each file.

    Raises
    ------
    HostRefused
        For sizes that do not fit: ImageCalibration stops in the middle of the run for them.
    UnreadableFrame, UnsupportedFile
        For a file that is not a frame.
    """
    frames = {path: _frame(path, read) for path in all_files(plan)}
    _same_size(plan, frames)
    row_order = any(f.row_order is not None and not f.path.lower().endswith(".xisf") for f in frames.values())
    levels = {}
    for step in (s for g in plan.groups for s in g.steps):
        master = plan.master(step.dark) if isinstance(step, CosmeticCorrect) and step.method == "dark" else None
        if isinstance(step, CosmeticCorrect) and master is not None and master.id not in levels:
            levels[master.id] = _level(master, step, read)
    return Survey(levels={key: level for key, level in levels.items() if level is not None}, row_order=row_order)


def _frame(path: str, read: Callable[[str], None]) -> Frame:
    read(path)
    return read_frame(path)


def _same_size(plan: Plan, frames: dict[str, Frame]) -> None:
    def size(path: str) -> tuple[int | None, ...]:
        frame = frames[path]
        return frame.width, frame.height, frame.planes or 1

    sizes = {m.id: size(m.file or m.frames[0]) for m in plan.masters if m.file or m.frames}
    entries: tuple[Entry, ...] = (*plan.masters, *plan.groups)
    for entry in entries:
        for path in entry.frames:
            if size(path) != size(entry.frames[0]):
                fix = "take the frame that differs out of the plan"
                raise HostRefused(f"is {_said(size(path))}, the first of {entry.id} is not", where=path, fix=fix)
        for step in entry.steps:
            used = (step.dark, step.bias, step.flat) if isinstance(step, Calibrate) and entry.frames else ()
            for key in used:
                if key in sizes and sizes[key] != size(entry.frames[0]):
                    raise HostRefused(
                        f"the master {key} is {_said(sizes[key])}, the frames are {_said(size(entry.frames[0]))}",
                        where=entry.id,
                        fix="use a master of the frames' size and binning",
                    )


def _said(size: Iterable[int | None]) -> str:
    return " x ".join(str(n) if n is not None else "?" for n in size)


def _level(master: Master, step: CosmeticCorrect, read: Callable[[str], None]) -> Level | None:
    files = (master.file,) if master.file else master.frames
    try:
        image = _mean(files, read)
    except AmpglowError:  # pixels of a compression that is not at hand: the level stays unknown, which is said
        return None
    return dark_level(image, step.hot_sigma, step.cold_sigma)


def _mean(files: Iterable[str], read: Callable[[str], None]) -> NDArray[np.float64]:
    from ampglow_plugin.pixels import read_pixels

    total: NDArray[np.float64] | None = None
    count = 0
    for file in files:
        read(file)
        data = read_pixels(Path(file)).data[0]
        total = data.astype("float64") if total is None else total + data
        count += 1
    assert total is not None
    mean: NDArray[np.float64] = total / count
    return mean


def dark_level(image: NDArray[np.float64], hot_sigma: float | None, cold_sigma: float | None) -> Level:
    """Levels of a dark ``(height, width)`` in ADU beyond which a pixel is a defect.

    CosmeticCorrection has one level for the whole frame. One made from the whole dark's noise lies below a strong
    glow and would replace that whole corner. So each tile of 64 x 64 pixels gives median + sigma x 1.4826 MAD, and
    the highest of them is taken (for cold pixels the lowest).
    """
    import numpy as np

    height, width = image.shape
    hot, cold = [], []
    for y in range(0, height, TILE):
        for x in range(0, width, TILE):
            tile = image[y : y + TILE, x : x + TILE]
            median = float(np.median(tile))
            sigma = MAD_TO_SIGMA * float(np.median(np.abs(tile - median)))
            hot.append(median + (hot_sigma or 0.0) * sigma)
            cold.append(median - (cold_sigma or 0.0) * sigma)
    return Level(hot_adu=max(hot) if hot_sigma else None, cold_adu=min(cold) if cold_sigma else None)
