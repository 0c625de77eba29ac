"""Calibration sets, arranged so that the right one and the nearest wrong ones are found without trying all.

Sets lie by body, by settings, by exposure and by temperature. Bodies and settings are compared
once a pair of distinct ones, so the work for a group grows with the number of distinct settings
and not with the number of sets.
"""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ampglow_plugin.matching.compare import (
    TIMED,
    Outcomes,
    compare_body,
    compare_exposure,
    compare_settings,
    compare_temperature,
    differs,
    temperature_scope,
)
from ampglow_plugin.matching.facts import Basis, Body, Settings
from ampglow_plugin.matching.groups import FrameSet
from ampglow_plugin.model.match import FieldOutcome, Role


@dataclass(frozen=True, kw_only=True, slots=True)
class Leaf:
    """Sets that no group can tell apart by its fields: equal body, settings, exposure and temperature."""

    sets: tuple[FrameSet, ...]
    exposure_s: float | None
    temperature_c: float | None
    basis: Basis | None
    settled: bool | None
    settings: Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """The outcome of every field for the sets of one leaf against one group."""

    sets: tuple[FrameSet, ...]
    outcomes: Outcomes


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Sets of one body and settings, by exposure (unknown last), each by temperature (unknown last)."""

    exposures: tuple[tuple[float | None, tuple[Leaf, ...]], ...]

    @classmethod
    def of(cls, sets: Sequence[FrameSet]) -> _Shelf:
        equal: dict[tuple[float | None, float | None, Basis | None, bool | None], list[FrameSet]] = defaultdict(list)
        for s in sets:
            equal[(s.exposure_s, s.temperature_c, s.basis, s.settled)].append(s)
        by_exposure: dict[float | None, list[Leaf]] = defaultdict(list)
        for (exposure, temperature, basis, settled), found in equal.items():
            leaf = Leaf(
                sets=tuple(sorted(found, key=lambda s: s.nights[-1:], reverse=True)),
                exposure_s=exposure,
                temperature_c=temperature,
                basis=basis,
                settled=settled,
                settings=found[0].settings,
            )
            by_exposure[exposure].append(leaf)
        rows = [(e, tuple(sorted(leaves, key=_by_temperature))) for e, leaves in by_exposure.items()]
        return cls(tuple(sorted(rows, key=lambda row: (row[0] is None, row[0] or 0.0))))


def _by_temperature(leaf: Leaf) -> tuple[bool, float]:
    return (leaf.temperature_c is None, leaf.temperature_c or 0.0)


class SetIndex:
    """All sets that may serve one role."""

    def __init__(self, sets: Sequence[FrameSet], role: Role) -> None:
        self.role = role
        self.total = len(sets)
        shelves: dict[Body, dict[Settings, list[FrameSet]]] = defaultdict(lambda: defaultdict(list))
        for s in sets:
            shelves[s.body][s.settings].append(s)
        self._shelves = {
            body: {settings: _Shelf.of(found) for settings, found in rows.items()} for body, rows in shelves.items()
        }

    def accepted(self, group: FrameSet) -> Iterator[Judged]:
        """Every set that no field rules out, with its outcomes."""
        for body, rows in self._shelves.items():
            bodies = compare_body(group.body, body)
            if differs(bodies):
                continue
            for settings, shelf in rows.items():
                outcomes = compare_settings(group.settings, settings, self.role, group.body.kind)
                if differs(outcomes):
                    continue
                for exposure, leaves in shelf.exposures:
                    if self.role in TIMED and exposure_outcome(group, exposure) == "different":
                        continue
                    for leaf in leaves:
                        if self.role in TIMED and temperature_outcome(group, leaf) == "different":
                            continue
                        yield self._judge(group, leaf, {**bodies, **outcomes})

    def rejected(self, group: FrameSet) -> Iterator[Judged]:
        """Every set that some field rules out, nearest first.

        Near means: fewest differences in the camera, then fewest in its settings, then the closest
        exposure, then the closest temperature.
        """
        bodies = [(compare_body(group.body, body), rows) for body, rows in self._shelves.items()]
        for body_outcomes, rows in sorted(bodies, key=lambda row: len(differs(row[0]))):
            settings = [
                (compare_settings(group.settings, settings, self.role, group.body.kind), shelf)
                for settings, shelf in rows.items()
            ]
            for outcomes, shelf in sorted(settings, key=lambda row: len(differs(row[0]))):
                for leaf in _nearest(group, shelf):
                    judged = self._judge(group, leaf, {**body_outcomes, **outcomes})
                    if differs(judged.outcomes):
                        yield judged

    def _judge(self, group: FrameSet, leaf: Leaf, outcomes: dict[str, FieldOutcome]) -> Judged:
        if self.role in TIMED:
            outcomes["exposure_s"] = exposure_outcome(group, leaf.exposure_s)
            outcomes["temperature_c"] = temperature_outcome(group, leaf)
            if group.settled is False or leaf.settled is False:
                outcomes["setpoint_c"] = "tolerated"
        return Judged(sets=leaf.sets, outcomes=outcomes)


def exposure_outcome(group: FrameSet, exposure: float | None) -> FieldOutcome:
    """Outcome for the light that is farthest from ``exposure``."""
    return compare_exposure(farthest(group.exposures_s, exposure), exposure)


def temperature_outcome(group: FrameSet, leaf: Leaf) -> FieldOutcome:
    """Outcome for the light that is farthest from the set."""
    scope = temperature_scope(group.settings.cooled, leaf.settings.cooled)
    light = farthest(group.temperatures_c, leaf.temperature_c)
    return compare_temperature(light, group.basis, leaf.temperature_c, leaf.basis, scope)


def farthest(span: tuple[float, float] | None, value: float | None) -> float | None:
    """The end of ``span`` that is farther from ``value``."""
    if span is None:
        return None
    low, high = span
    return low if value is None or abs(low - value) >= abs(high - value) else high


def _nearest(group: FrameSet, shelf: _Shelf) -> Iterator[Leaf]:
    for _, leaves in sorted(shelf.exposures, key=lambda row: _distance(group.exposure_s, row[0])):
        yield from _outwards(leaves, group.temperature_c)


def _outwards(leaves: tuple[Leaf, ...], temperature: float | None) -> Iterator[Leaf]:
    """Leaves sorted by temperature, from the closest outwards; those without one last."""
    known = sum(leaf.temperature_c is not None for leaf in leaves)
    if temperature is None:
        yield from leaves
        return
    right = bisect.bisect_left(leaves, temperature, hi=known, key=lambda leaf: leaf.temperature_c or 0.0)
    left = right - 1
    while left >= 0 or right < known:
        if right >= known or (left >= 0 and _gap(leaves[left], temperature) <= _gap(leaves[right], temperature)):
            yield leaves[left]
            left -= 1
        else:
            yield leaves[right]
            right += 1
    yield from leaves[known:]


def _gap(leaf: Leaf, temperature: float) -> float:
    return abs((leaf.temperature_c or 0.0) - temperature)


def _distance(light: float | None, dark: float | None) -> float:
    if light is None or dark is None:
        return float("inf")
    return abs(light - dark)
