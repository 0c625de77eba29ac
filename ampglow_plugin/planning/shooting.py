"""From matches to the list of what is to be shot: which frames, how many, how long it takes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from ampglow_plugin.knowledge.tolerances import FRAMES_TO_SHOOT, age_limits
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.library import ToShoot, Why
from ampglow_plugin.model.match import Match, Role

#: from the end of an exposure to the start of the next: readout and download of a large sensor over USB 2 (s);
#: an assumption, on the safe side
READOUT_S: Final = 5.0
#: cooling down: from this temperature of the air, at this rate; both assumptions, the text says so
AMBIENT_C: Final = 20.0
COOLING_C_PER_MIN: Final = 3.0
#: wait at the set point before the first dark, so that the sensor has settled (s)
SETTLING_S: Final = 300.0

#: what tells two entries of the list apart
_SETTINGS: Final = (
    "camera",
    "camera_serial",
    "xbinning",
    "ybinning",
    "exposure_s",
    "setpoint_c",
    "temperature_c",
    "gain",
    "offset",
    "readout_mode",
    "conversion_gain",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ShootingList:
    """What to shoot, and the time it takes: exposures with download, and cooling with its wait, in seconds."""

    entries: tuple[ToShoot, ...]
    exposing_s: float
    cooling_s: float


def shooting_list(
    matches: Iterable[Match], frames: Mapping[str, Frame], *, count: int = FRAMES_TO_SHOOT
) -> ShootingList:
    """The darks and flat-darks that ``matches`` lack; ``frames`` by path hold those that were matched.

    A group lacks its darks where there are none, where they are older than the step of age that deserves a warning,
    where there are fewer than ``count``, or where headers do not say whether they fit. Groups that need the same
    frames share one entry. Bias frames and flats are not asked for: flat-darks do what bias frames are for.
    """
    wanted: dict[tuple[Any, ...], list[tuple[Match, Why, int]]] = {}
    for match in matches:
        if match.role not in ("dark", "flatdark"):
            continue
        lack = _lack(match, frames, count)
        if lack is not None:
            settings = _settings(match)
            wanted.setdefault((match.role, *settings.values()), []).append((match, *lack))
    entries = tuple(sorted((_entry(key, found, count) for key, found in wanted.items()), key=_order))
    temperatures = {(e.camera, e.camera_serial, e.setpoint_c) for e in entries}
    return ShootingList(
        entries=entries,
        exposing_s=math.fsum(e.seconds or 0.0 for e in entries),
        cooling_s=math.fsum(_cooling(degrees) for _, _, degrees in temperatures if degrees is not None),
    )


def _lack(match: Match, frames: Mapping[str, Frame], count: int) -> tuple[Why, int] | None:
    """Why frames are to be shot, and how many usable ones there are."""
    if match.status == "none":
        return "missing", 0
    if match.status == "unknown":
        return "unknown settings", 0
    if match.age_days is not None and match.age_days > _old():
        return "old", 0
    dark = frames.get(match.dark or "")
    have = dark.stack_count if dark is not None and dark.master else len(match.darks)
    return ("few", have) if have is not None and have < count else None


def _old() -> float:
    """Age of darks that deserves a warning (days)."""
    return min(step.above_d for step in age_limits() if step.severity == "warning")


def _settings(match: Match) -> dict[str, Any]:
    settings: dict[str, Any] = {name: match.group.get(name) for name in _SETTINGS}
    if settings["setpoint_c"] is not None:
        settings["temperature_c"] = None  # the set point is what can be set
    elif settings["temperature_c"] is not None:
        settings["temperature_c"] = float(round(cast(float, settings["temperature_c"])))
    return settings


def _entry(key: tuple[Any, ...], found: Sequence[tuple[Match, Why, int]], count: int) -> ToShoot:
    role, *values = key
    settings = dict(zip(_SETTINGS, values, strict=True))
    _, why, at_hand = min(found, key=lambda row: row[2])
    number = count - at_hand
    exposure = settings["exposure_s"]
    return ToShoot(
        role=cast(Role, role),
        why=why,
        count=number,
        at_hand=at_hand,
        **settings,
        groups=len(found),
        frames=sum(len(match.lights) for match, _, _ in found),
        seconds=None if exposure is None else number * (exposure + READOUT_S),
    )


def _cooling(setpoint_c: float) -> float:
    return max(AMBIENT_C - setpoint_c, 0.0) / COOLING_C_PER_MIN * 60.0 + SETTLING_S


def _order(entry: ToShoot) -> tuple[Any, ...]:
    """By camera and temperature, so that it is cooled once; the longest exposures first."""
    degrees = entry.setpoint_c if entry.setpoint_c is not None else entry.temperature_c
    return (entry.camera or "", entry.camera_serial or "", degrees is None, degrees or 0.0, -(entry.exposure_s or 0.0))
