"""What was said of a frame while the night went on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.model.match import Status

#: ``unread``: it is not complete after a while, or is no frame
WatchState = Literal["ok", "warning", "error", "unread"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """One frame that landed: the ``watched`` record.

    ``role`` is what it is for; only lights are judged. ``dark`` is the file that fits (the master, or the newest of
    the set), ``status`` how well. ``findings`` are the errors and warnings, the worst first; what the user set aside is
    not among them. ``alarm``: this trouble is new, the bell was rung. ``why`` says what was wrong with an ``unread``
    file.
    """

    path: str
    role: str | None
    state: WatchState
    status: Status | None = None
    dark: str | None = None
    exposure_s: float | None = None
    gain: float | None = None
    offset: float | None = None
    temperature_c: float | None = None
    setpoint_c: float | None = None
    readout_mode: str | None = None
    object: str | None = None
    filter: str | None = None
    findings: tuple[Finding, ...] = ()
    alarm: bool = False
    why: str | None = None
