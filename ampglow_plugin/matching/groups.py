"""Frames to groups of equal settings: lights to be calibrated, and sets of calibration frames.

A group never hides a frame that lies apart: exposures and temperatures are split where they leave
a gap, and a match judges the frame that is farthest from the dark.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.matching.compare import TIMED, temperature_scope
from ampglow_plugin.matching.facts import Basis, Body, Facts, Settings, facts
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Role

#: a longer pause between two frames begins another session; shorter than the day between two nights,
#: longer than a cloudy spell
SESSION_GAP = timedelta(hours=8)


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameSet:
    """Frames with equal settings, by time.

    ``exposure_s`` and ``temperature_c`` are medians (near where the mean of the set will lie),
    ``exposures_s`` and ``temperatures_c`` are (lowest, highest); None where the headers are silent.
    ``settled`` is False where a frame was measured away from its set point, None where that cannot be told.
    """

    members: tuple[Facts, ...]
    body: Body
    settings: Settings
    exposure_s: float | None
    exposures_s: tuple[float, float] | None
    temperature_c: float | None
    temperatures_c: tuple[float, float] | None
    basis: Basis | None
    settled: bool | None
    nights: tuple[date, ...]

    @property
    def first(self) -> Frame:
        """The oldest frame; it speaks for the settings of all."""
        return self.members[0].frame

    @property
    def newest(self) -> Frame:
        """The newest frame of the set."""
        return self.members[-1].frame

    @property
    def paths(self) -> tuple[str, ...]:
        """All files, oldest first."""
        return tuple(member.frame.path for member in self.members)


def light_groups(frames: Iterable[Frame]) -> tuple[FrameSet, ...]:
    """Frames to be calibrated: one group per camera, settings, exposure, temperature, filter and object."""
    equal = _equal(frames, lambda f: (f.frame.object or "").strip().lower())
    return _ordered(part for members in equal for part in _split(members))


def flat_groups(frames: Iterable[Frame]) -> tuple[FrameSet, ...]:
    """Flats to be calibrated: as lights, and one group a session instead of an object."""
    return _ordered(part for members in _equal(frames) for session in sessions(members) for part in _split(session))


def calibration_sets(frames: Iterable[Frame], role: Role) -> tuple[FrameSet, ...]:
    """Sets to choose from: each master alone, single frames together by settings and session.

    Exposure and temperature keep sets apart in the roles where they decide; a set of sky flats
    may hold many exposures.
    """
    equal = _equal(frames, lambda f: f.frame.path if f.settings.master else None)
    parts = (session for members in equal for session in sessions(members))
    return _ordered(split for part in parts for split in (_split(part) if role in TIMED else [part]))


def master_sets(frames: Iterable[Frame], role: Role, *, within: timedelta) -> tuple[FrameSet, ...]:
    """Single frames that one master is made from: equal settings, exposure and temperature, and near in time.

    Sessions that begin within ``within`` of the first share a master; those of flats do not, since dust moves.
    Frames whose headers give no time form a set of their own.
    """
    if role == "flat":
        return flat_groups(frames)
    parts = (part for members in _equal(frames) for part in (_split(members) if role in TIMED else [members]))
    return _ordered(near for part in parts for near in _near(part, within))


def _near(members: Iterable[Facts], within: timedelta) -> list[list[Facts]]:
    found: list[list[Facts]] = []
    first: date | None = None
    for session in sorted(sessions(members), key=lambda s: (s[0].night or date.min, s[0].frame.path)):
        night = session[0].night
        if first is None or night is None or night - first > within:
            found.append([])
            first = night
        found[-1] += session
    return found


def _equal(frames: Iterable[Frame], apart: Callable[[Facts], Any] = lambda _: None) -> list[list[Facts]]:
    """Frames with equal body, settings and kind of temperature that ``apart`` does not keep apart."""
    equal: dict[Any, list[Facts]] = defaultdict(list)
    for frame in frames:
        f = facts(frame)
        equal[(f.body, f.settings, f.basis, apart(f))].append(f)
    return list(equal.values())


def sessions(members: Iterable[Facts]) -> list[list[Facts]]:
    """Frames that follow each other within :data:`SESSION_GAP`; those without a time by their night."""
    nights: dict[date | None, list[Facts]] = defaultdict(list)
    timed: list[tuple[datetime, int, Facts]] = []
    for number, f in enumerate(members):
        if f.time is None:
            nights[f.night].append(f)
        else:
            timed.append((f.time, number, f))
    found = list(nights.values())
    last: datetime | None = None
    for time, _, f in sorted(timed):
        if last is None or time - last > SESSION_GAP:
            found.append([])
        found[-1].append(f)
        last = time
    return found


def _ordered(parts: Iterable[list[Facts]]) -> tuple[FrameSet, ...]:
    return tuple(sorted(map(_frame_set, parts), key=lambda s: (s.first.date_obs or "", s.first.path)))


def _split(members: list[Facts]) -> list[list[Facts]]:
    exposure = limit("exposure_s")
    cooled = members[0].settings.cooled
    degrees = limit("temperature_c", temperature_scope(cooled, cooled)).exact
    parts = []
    for part in clusters(members, lambda f: f.exposure_s, exposure.equal_within, span=1.0):
        parts += clusters(part, lambda f: f.temperature_c, lambda _: degrees, span=2.0)
    return parts


def clusters(
    members: Sequence[Facts], value: Callable[[Facts], float | None], gap: Callable[[float], float], *, span: float
) -> list[list[Facts]]:
    """Parts of ``members`` in which neighbouring values lie within ``gap`` and all within ``span`` gaps.

    Frames without a value form a part of their own. With a span of two gaps one dark in the
    middle can still be equal to every frame of the part.
    """
    silent = [m for m in members if value(m) is None]
    known = sorted(((v, i) for i, m in enumerate(members) if (v := value(m)) is not None))
    parts: list[list[Facts]] = [silent] if silent else []
    start = last = float("-inf")
    for v, i in known:
        width = gap(v)
        if round(v - last, 6) > width or round(v - start, 6) > span * width:
            parts.append([])
            start = v
        parts[-1].append(members[i])
        last = v
    return parts


def _frame_set(members: list[Facts]) -> FrameSet:
    ordered = tuple(sorted(members, key=lambda f: (f.frame.date_obs or "", f.frame.path)))
    first = ordered[0]
    return FrameSet(
        members=ordered,
        body=first.body,
        settings=first.settings,
        exposure_s=_median([f.exposure_s for f in ordered]),
        exposures_s=_range([f.exposure_s for f in ordered]),
        temperature_c=_median([f.temperature_c for f in ordered]),
        temperatures_c=_range([f.temperature_c for f in ordered]),
        basis=first.basis,
        settled=_settled(ordered),
        nights=tuple(sorted({f.night for f in ordered if f.night})),
    )


def _range(values: Sequence[float | None]) -> tuple[float, float] | None:
    known = [v for v in values if v is not None]
    return (min(known), max(known)) if known else None


def _median(values: Sequence[float | None]) -> float | None:
    known = [v for v in values if v is not None]
    return round(statistics.median(known), 6) if known else None


def _settled(members: Sequence[Facts]) -> bool | None:
    row = limit("setpoint_c", "settled")
    away = [
        abs(f.frame.temperature_c - f.frame.setpoint_c)
        for f in members
        if f.frame.temperature_c is not None and f.frame.setpoint_c is not None
    ]
    return max(away) <= row.exact + 1e-6 if away else None
