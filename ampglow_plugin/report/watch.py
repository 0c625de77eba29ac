"""The night as it goes on, a line a frame, and its end."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING

from ampglow_plugin.model.watched import Watched, WatchState
from ampglow_plugin.report.console import clean, console
from ampglow_plugin.report.library import show_shooting
from ampglow_plugin.report.matches import settings
from ampglow_plugin.report.plan import count

if TYPE_CHECKING:
    from ampglow_plugin.planning.shooting import ShootingList
    from ampglow_plugin.watch.judge import Counted

STYLES: Mapping[WatchState, str] = MappingProxyType(
    {"ok": "green", "warning": "yellow", "error": "bold red", "unread": "bold magenta"}
)
_WORDS: Mapping[WatchState, str] = MappingProxyType({"ok": "ok", "warning": "mind", "error": "BAD", "unread": "UNREAD"})
_ROLES = {"dark": "dark", "darkflat": "flat-dark", "flat": "flat", "bias": "bias"}
ENDS: Mapping[str, str] = MappingProxyType(
    {
        "dawn": "the Sun is coming up",
        "until": "the time is up",
        "idle": "nothing landed any more",
        "stopped": "stopped",
    }
)


def show_watched(judged: Watched, root: Path, when: datetime) -> None:
    """One line: when, how it is, which frame, its settings, and its dark or what is wrong."""
    from rich.text import Text

    word = _WORDS[judged.state]
    line = Text.assemble(
        (f"{when:%H:%M:%S}  ", "dim"),
        (f"{word:<7}", STYLES[judged.state]),
        clean(short(judged.path, root)),
        "  ",
        (clean(_about(judged)), "dim"),
        "  " if _about(judged) else "",
        (clean(said(judged)), "" if judged.state == "ok" else STYLES[judged.state]),
    )
    console().print(line, soft_wrap=True)


def said(judged: Watched) -> str:
    """The dark that fits, or the trouble: the worst first, then how much more there is."""
    if judged.why is not None:
        return judged.why
    if judged.findings:
        first = judged.findings[0]
        more = f" (and {len(judged.findings) - 1} more)" if len(judged.findings) > 1 else ""
        return f"{first.rule} {first.message}{more}"
    if judged.role == "light":
        return f"dark fits: {PurePath(judged.dark).name}" if judged.dark else "no dark"
    if judged.role == "dark":
        return "dark, counts from now on"
    return _ROLES.get(judged.role or "", "not a frame that is judged")


def _about(judged: Watched) -> str:
    if judged.state == "unread" or judged.role not in ("light", "dark"):
        return ""
    names = ("exposure_s", "temperature_c", "setpoint_c", "gain", "offset", "readout_mode")
    return settings({name: getattr(judged, name) for name in names})


def short(path: str, root: Path) -> str:
    """The path from the watched folder on."""
    return os.path.relpath(path, root) if Path(path).is_relative_to(root) else path


def show_start(root: Path, *, frames: int, lights: int, darks: int, until: str) -> None:
    """What is there, and when it will end."""
    out = console()
    out.print(f"watching {clean(root)}", style="bold", soft_wrap=True)
    out.print(
        f"  {count(frames, 'frame')} here already, {count(lights, 'light')} among them; {count(darks, 'dark')} known",
        soft_wrap=True,
    )
    out.print(f"  {clean(until)}", style="dim", soft_wrap=True)


def show_event(text: str, when: datetime) -> None:
    """Something about the folder, or the alarm, on stderr."""
    console(stderr=True).print(clean(f"{when:%H:%M:%S}  {text}"), style="yellow", soft_wrap=True)


def show_end(counted: Counted, lacking: ShootingList, ended_by: str) -> None:
    """The night in one line, then what to shoot."""
    out = console()
    total = counted.ok + counted.warning + counted.error
    parts = [f"{counted.ok} with a dark that fits"]
    parts += [f"{counted.warning} with warnings"] if counted.warning else []
    parts += [f"{counted.error} with errors"] if counted.error else []
    parts += [f"{count(counted.unread, 'file')} not readable"] if counted.unread else []
    out.print(f"\n{ENDS[ended_by]}: {count(total, 'light')}, {', '.join(parts)}", style="bold")
    if total:
        show_shooting(lacking)
