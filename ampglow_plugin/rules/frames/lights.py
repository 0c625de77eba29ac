"""Which frames are the lights, and whether they can be calibrated at all."""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Context


def lights(context: Context) -> Iterator[Frame]:
    """The frames that are to be calibrated as lights."""
    return (frame for path, frame in context.frames.items() if context.roles.get(path) == "light")


def stacked(frame: Frame) -> bool:
    """Whether the header says that this combines several frames."""
    return frame.master or (frame.stack_count or 1) > 1


def unfit(frame: Frame) -> bool:
    """Whether no dark can be subtracted from this frame any more."""
    return bool(frame.calibrated) or stacked(frame) or (frame.planes or 1) > 1
