"""One group against all sets of one role: the :class:`~ampglow_plugin.model.match.Match`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ampglow_plugin.knowledge.tolerances import age_limits, limit
from ampglow_plugin.matching.compare import Outcomes, differs, temperature_scope, vital_unknown
from ampglow_plugin.matching.facts import readout_text
from ampglow_plugin.matching.groups import FrameSet
from ampglow_plugin.matching.index import Judged, SetIndex, farthest
from ampglow_plugin.model.finding import Scalar
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Deviation, Match, Rejection, Role, Status

#: rejections told unless all are asked for
NEAREST = 20

#: what the members of a group share, as keys of the frame record
GROUP_FIELDS = (
    "camera",
    "camera_serial",
    "width",
    "height",
    "xbinning",
    "ybinning",
    "exposure_s",
    "temperature_c",
    "setpoint_c",
    "gain",
    "offset",
    "readout_mode",
    "conversion_gain",
    "filter",
    "object",
)
_NOT_NUMBERS = frozenset({"text", "normalised text", "flag", "side", "program"})
_STATUS_ORDER: tuple[Status, ...] = ("exact", "tolerated", "unknown", "none")


def choose(
    id: str, group: FrameSet, index: SetIndex, misfits: Sequence[Frame], *, all_rejections: bool = False
) -> Match:
    """The best set of ``index`` for ``group``, and why the others are not.

    Sets that no field rules out are ordered by

    1. status: exact, tolerated, unknown;
    2. staleness: a set within 180 days of the lights before one within a year, before an older one, so
       that no age warning is earned while a fresh set lies beside the old one;
    3. fewest deviations, and among tolerated sets the closest temperature in whole degrees;
    4. a master before single frames, which are still to be combined;
    5. most frames, then smallest age, then the closest temperature.

    Where every set is ruled out, the outcomes are those of the nearest one. ``misfits`` are frames
    that were offered and are no calibration frames of this kind (a light among the darks); they are
    rejected by ``kind``.
    """
    accepted = list(index.accepted(group))
    usable = sum(len(judged.sets) for judged in accepted)
    rejected = index.rejected(group)
    nearest = next(rejected, None)
    told = _told(group, rejected if nearest is None else itertools.chain([nearest], rejected), misfits)
    none = Match(
        id=id,
        role=index.role,
        group=_shared(group),
        lights=group.paths,
        dark=None,
        darks=(),
        status="none",
        outcomes=nearest.outcomes if nearest else None,
        rejections=tuple(_rejections(told, None if all_rejections else NEAREST)),
        rejected_total=index.total - usable + len(misfits),
    )
    if not accepted:
        return none
    status, chosen, outcomes = _best(group, accepted, index.role)
    return replace(
        none,
        dark=chosen.newest.path,
        darks=chosen.paths,
        status=status,
        age_days=_age(group, chosen),
        deviations=tuple(_deviation(name, group, chosen) for name in _having(outcomes, "tolerated")),
        unknown=_having(outcomes, "unknown"),
        not_recorded=_having(outcomes, "not_recorded"),
        outcomes=outcomes,
    )


def _having(outcomes: Outcomes, outcome: str) -> tuple[str, ...]:
    return tuple(name for name, found in outcomes.items() if found == outcome)


def _status(group: FrameSet, judged: Judged, role: Role) -> Status:
    kind = group.body.kind or judged.sets[0].body.kind
    if role != "flat" and vital_unknown(judged.outcomes, kind):
        return "unknown"
    return "tolerated" if "tolerated" in judged.outcomes.values() else "exact"


def _best(group: FrameSet, accepted: Sequence[Judged], role: Role) -> tuple[Status, FrameSet, Outcomes]:
    by_status = [(_status(group, judged, role), judged) for judged in accepted]
    status = min((status for status, _ in by_status), key=_STATUS_ORDER.index)
    rows = [(judged, s) for found, judged in by_status if found == status for s in judged.sets]
    judged, chosen = min(rows, key=lambda row: _rank(group, row[0], row[1], status))
    return status, chosen, judged.outcomes


def _rank(group: FrameSet, judged: Judged, chosen: FrameSet, status: Status) -> tuple[Any, ...]:
    age = _age(group, chosen)
    master = chosen.settings.master
    apart = 0.0
    if group.temperature_c is not None and chosen.temperature_c is not None:
        apart = abs(group.temperature_c - chosen.temperature_c)
    return (
        0 if age is None else sum(age > days for days in _stale_after()),
        len(_having(judged.outcomes, "tolerated")),
        round(apart) if status == "tolerated" else 0,
        not master,
        -((chosen.settings.stack_count or 0) if master else len(chosen.members)),
        age if age is not None else float("inf"),
        apart,
        chosen.first.path,
    )


def _stale_after() -> tuple[float, ...]:
    return tuple(step.above_d for step in age_limits() if step.severity == "warning")


def _age(group: FrameSet, chosen: FrameSet) -> float | None:
    """Days between the newest frame of the set and the night of the group that is farthest from it."""
    newest = chosen.nights[-1] if chosen.nights else None
    if newest is None or not group.nights:
        return None
    return float(max(abs((night - newest).days) for night in group.nights))


def _shared(group: FrameSet) -> dict[str, Scalar]:
    values: dict[str, Scalar] = {name: getattr(group.first, name) for name in GROUP_FIELDS}
    values["exposure_s"] = group.exposure_s
    values["temperature_c"] = group.temperature_c if group.basis == "measured" else None
    return values


def _rejections(told: Iterable[list[Rejection]], most: int | None) -> list[Rejection]:
    """Nearest sets first, one entry a differing field; the last set told is told whole."""
    found: list[Rejection] = []
    for entries in told:
        if most is not None and found and len(found) + len(entries) > most:
            break
        found += entries
    return found


def _told(group: FrameSet, rejected: Iterable[Judged], misfits: Sequence[Frame]) -> Iterator[list[Rejection]]:
    for judged in rejected:
        names = differs(judged.outcomes)
        yield from ([_rejection(name, group, s) for name in names] for s in judged.sets)
    for frame in misfits:
        yield [Rejection(dark=frame.path, field="kind", light=group.first.kind, dark_value=frame.kind)]


def _deviation(name: str, group: FrameSet, chosen: FrameSet) -> Deviation:
    light, dark = _values(name, group, chosen)
    reach, unit, _ = _limits(name, light, group, chosen)
    return Deviation(field=name, light=light, dark=dark, limit=reach, unit=unit)


def _rejection(name: str, group: FrameSet, rejected: FrameSet) -> Rejection:
    light, dark = _values(name, group, rejected)
    _, unit, reach = _limits(name, light, group, rejected)
    return Rejection(dark=rejected.newest.path, field=name, light=light, dark_value=dark, limit=reach, unit=unit)


def _values(name: str, group: FrameSet, other: FrameSet) -> tuple[Scalar, Scalar]:
    if name == "exposure_s":
        return farthest(group.exposures_s, other.exposure_s), other.exposure_s
    if name == "temperature_c":
        return farthest(group.temperatures_c, other.temperature_c), other.temperature_c
    if name == "readout_mode":
        return readout_text(group.first), readout_text(other.first)
    return getattr(group.first, name), getattr(other.first, name)


def _limits(
    name: str, light: Scalar, group: FrameSet, other: FrameSet
) -> tuple[float | None, str | None, float | None]:
    """Largest difference that is equal, its unit, and the largest that is tolerated."""
    row = limit(name, _scope(name, group, other))
    if row.unit in _NOT_NUMBERS:
        return None, None, None
    value = float(light) if isinstance(light, (int, float)) else 0.0
    return row.equal_within(value), row.unit, row.tolerated_within(value)


def _scope(name: str, group: FrameSet, other: FrameSet) -> str:
    match name:
        case "temperature_c":
            return temperature_scope(group.settings.cooled, other.settings.cooled)
        case "setpoint_c":
            return "settled"
        case "pixel_um":
            return "generic camera"
        case "bits" | "software":
            return "single frames"
        case "calibrated" | "stack_count":
            return "light"
        case "filter" | "focal_length_mm":
            return "flat"
        case "roi_x" | "roi_y" | "row_order" | "bayer_pattern" | "camera_serial":
            return "both sides have it"
        case _:
            return "all"
