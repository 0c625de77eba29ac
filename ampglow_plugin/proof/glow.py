"""Files to the glow that is in them."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import InputError
from ampglow_plugin.glow.measure import LEAST_SIDE, About, Measured, examine
from ampglow_plugin.headers import read_frame
from ampglow_plugin.knowledge.sensors import sensor_of
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.pixels import Pixels, read_pixels


@dataclass(frozen=True, kw_only=True, slots=True)
class Reference:
    """A bias or short dark as read, to be taken away from several frames."""

    frame: Frame
    pixels: Pixels


def read_reference(path: str | Path) -> Reference:
    """Header and pixels of a bias or short dark.

    Raises
    ------
    InputError
        Where it cannot be read.
    """
    return Reference(frame=read_frame(path), pixels=read_pixels(path))


def frame_glow(path: str | Path, *, bias: str | Path | Reference | None = None) -> Glow:
    """The glow of one frame, without the structure that is in ``bias``, a bias or short dark, as well.

    Raises
    ------
    InputError
        Where a file cannot be read, is too small, or the two have other sizes.
    """
    return examine_frame(path, bias=bias).glow


def glow_of_each(
    paths: Iterable[str | Path], *, bias: str | Path | None = None, executor: Executor | None = None
) -> Iterator[Glow | InputError]:
    """The glow of each frame, or why it cannot be measured, in their order, as soon as it is known.

    Frames are measured by ``executor`` where one is given (threads, processes, a cluster whose workers see the same
    files under the same names).

    Raises
    ------
    InputError
        Where ``bias`` cannot be read; before any frame is looked at.
    """
    if bias is not None:
        _reference_now(str(bias))
    measure = functools.partial(_glow_or_say, bias=None if bias is None else str(bias))
    files = [str(path) for path in paths]
    return map(measure, files) if executor is None else executor.map(measure, files)


def _glow_or_say(path: str, *, bias: str | None) -> Glow | InputError:
    """A plain function, so that processes and clusters can run it."""
    try:
        return frame_glow(path, bias=None if bias is None else _reference_now(bias))
    except InputError as error:
        return error


def _reference_now(path: str) -> Reference:
    try:
        changed_ns = Path(path).stat().st_mtime_ns
    except OSError:
        changed_ns = 0  # whoever reads it says what is wrong
    return _reference(path, changed_ns)


@functools.lru_cache(maxsize=1)
def _reference(path: str, changed_ns: int) -> Reference:  # noqa: ARG001 - workers of a cluster outlive a file
    """Read once by each process that measures frames with it."""
    return read_reference(path)


def examine_frame(path: str | Path, *, bias: str | Path | Reference | None = None) -> Measured:
    """As :func:`frame_glow`, with the map and the sources that it was read from."""
    frame, pixels = read_frame(path), read_pixels(path)
    if min(pixels.data.shape[1:]) < LEAST_SIDE:
        what = f"is too small to see glow in: {_size(pixels)} pixels"
        raise InputError(what, where=str(path), fix=f"name a frame of at least {LEAST_SIDE} pixels a side")
    reference = read_reference(bias) if isinstance(bias, (str, Path)) else bias
    if reference is None:
        return examine(pixels.data, about(frame))
    if reference.pixels.data.shape != pixels.data.shape:
        raise InputError(
            f"has {_size(reference.pixels)} pixels, and {Path(path).name} has {_size(pixels)}: "
            "they cannot be laid on each other",
            where=reference.pixels.path,
            fix="name a bias or short dark of the same camera, binning and subframe",
        )
    return examine(pixels.data, about(frame, reference.frame), reference=reference.pixels.data)


def about(frame: Frame, reference: Frame | None = None) -> About:
    """What the header of a frame, and that of its bias, say about its glow."""
    sensor = sensor_of(frame.camera)
    xisf = frame.path.lower().endswith(".xisf")
    return About(
        path=frame.path,
        kind=frame.kind,
        exposure_s=frame.exposure_s,
        row_order="TOP-DOWN" if xisf else frame.row_order,
        basis="XISF: first row on top" if xisf else None,
        sensor_kind=sensor.kind if sensor else None,
        calibrated=frame.calibrated,
        reference=reference.path if reference else None,
        reference_s=reference.exposure_s if reference else None,
    )


def _size(pixels: Pixels) -> str:
    planes, height, width = pixels.data.shape
    return f"{width} x {height}" + (f" x {planes}" if planes > 1 else "")
