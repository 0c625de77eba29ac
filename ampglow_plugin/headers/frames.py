"""Fields to one Frame, completed by what names and tables say."""

from __future__ import annotations

from pathlib import Path

from ampglow_plugin.headers.cards import Header
from ampglow_plugin.headers.fields import Reading, read_fields
from ampglow_plugin.headers.infer import infer
from ampglow_plugin.headers.recover import recover_from_path
from ampglow_plugin.model.frame import Frame


def frame_of(header: Header, path: str | Path, *, recover: bool = True) -> Frame:
    """The Frame that ``header`` describes; ``path`` is its name, no file is opened."""
    return frame_of_reading(read_fields(header), path, recover=recover)


def frame_of_reading(reading: Reading, path: str | Path, *, recover: bool = True) -> Frame:
    """The Frame of the fields that the cards gave; ``reading`` is completed in place."""
    if recover:
        recover_from_path(reading, path)
    infer(reading, recover=recover)
    return as_frame(reading, path)


def as_frame(reading: Reading, path: str | Path) -> Frame:
    """The Frame of what ``reading`` holds."""
    found = dict(reading.values)
    found.setdefault("calibrated", False)  # no sign of a calibration; testimony, not proof
    return Frame(path=str(path), sources=dict(sorted(reading.sources.items())), **found)
