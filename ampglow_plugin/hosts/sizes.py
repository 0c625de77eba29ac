"""Do frames have one size? Asked of their headers before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.model.frame import Frame


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """Pixels along x and y, and planes."""

    width: int
    height: int
    planes: int

    def __str__(self) -> str:
        return f"{self.width} x {self.height}" + (f" x {self.planes}" if self.planes > 1 else "")


def one_size(files: Iterable[str], what: str, read: Callable[[str], Frame]) -> Size:
    """The size of all of ``files``, which are the frames of ``what``.

    Raises
    ------
    HostRefused
        For no files, a file without an image, sizes that differ.
    """
    first: tuple[str, Size] | None = None
    for file in files:
        frame = read(file)
        if frame.width is None or frame.height is None:
            raise HostRefused("has no image in it", where=file, fix="take it out of the plan")
        size = Size(width=frame.width, height=frame.height, planes=frame.planes or 1)
        if first is None:
            first = (file, size)
        elif size != first[1]:
            raise HostRefused(
                f"is {size}, but {Path(first[0]).name} of the same {what} is {first[1]}",
                where=file,
                fix="take the frame that differs out of the plan",
            )
    if first is None:
        raise HostRefused("there are no frames here", where=what, fix="name frames, or a master file")
    return first[1]
