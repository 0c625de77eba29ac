"""Limits of matching, typed: how far a calibration frame may differ from the frames it corrects.

The rows are in ``tolerances.yaml``, each with unit, reason and evidence, beside the numbers of
other tools, which :func:`practices` gives.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Final, Literal

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.codec import from_dict

#: enough that the noise of the master adds less than 3 percent to that of one light: (1 + 1/20)^0.5 = 1.025
FRAMES_TO_SHOOT: Final = 20

Beyond = Literal["different", "tolerated"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limit:
    """One field in one scope. Differences are absolute, in ``unit``, or percent of the light's value.

    A difference up to ``exact`` counts as equal, up to ``tolerated`` is accepted with a warning, up
    to ``strong`` with a strong one; what lies farther is ``beyond``.
    """

    field: str
    scope: str
    unit: str
    beyond: Beyond
    reason: str
    evidence: str
    exact: float = 0.0
    exact_percent: float = 0.0
    tolerated: float = 0.0
    tolerated_percent: float = 0.0
    strong: float = 0.0

    def equal_within(self, value: float) -> float:
        """Largest difference from ``value`` that counts as equal."""
        return max(self.exact, abs(value) * self.exact_percent / 100)

    def tolerated_within(self, value: float) -> float:
        """Largest difference from ``value`` that is accepted with a warning, however strong."""
        share = abs(value) * self.tolerated_percent / 100
        return max(self.equal_within(value), self.tolerated, share, self.strong)

    @property
    def source(self) -> str:
        """Where the limit comes from, in one line."""
        return f"{self.reason} ({EVIDENCE[self.evidence]})"


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeLimit:
    """A dark more than ``above_d`` days from the lights deserves a word of this severity."""

    above_d: float
    severity: Literal["info", "warning"]
    reason: str
    evidence: str
    strong: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Practice:
    """What another tool does about a field (``other`` for fields it compares without a limit)."""

    tool: str
    field: str
    mode: str
    evidence: str
    limit: float | None = None
    low: float | None = None
    unit: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkLimit:
    """How far one dark may lie from the others of its set, or a new master from an old one, in ``unit``."""

    what: str
    limit: float
    unit: str
    reason: str
    evidence: str

    @property
    def source(self) -> str:
        """Where the limit comes from, in one line."""
        return f"{self.reason} ({EVIDENCE[self.evidence]})"


EVIDENCE = {
    "H": "real headers",
    "S": "source code of other tools",
    "D": "vendor documentation",
    "L": "measured",
    "P": "public pages",
    "T": "third-party statement",
    "M": "not verified",
    "U": "your settings",
}


@dataclass(frozen=True, slots=True)
class _Changed:
    limits: Mapping[tuple[str, str], Mapping[str, float]]
    age_d: tuple[float, ...] | None
    by: str


_CHANGED: ContextVar[_Changed | None] = ContextVar("limits changed by the user", default=None)


@contextlib.contextmanager
def changed(
    limits: Mapping[tuple[str, str], Mapping[str, float]], age_d: tuple[float, ...] | None, by: str
) -> Iterator[None]:
    """Within the block, rows of :func:`limit` by (field, scope) and the steps of age have the user's numbers.

    ``by`` says who changed them. Only exposure, temperature, set point and age may be changed: outcomes of
    other fields are remembered.
    """
    token = _CHANGED.set(_Changed(limits, age_d, by))
    try:
        yield
    finally:
        _CHANGED.reset(token)


def limit(field: str, scope: str = "all") -> Limit:
    """The row of ``field`` in ``scope``; a field has a row of its own scope only where the table says so.

    Raises
    ------
    KeyError
        Where the table has no such row.
    """
    row, ours = _limit(field, scope), _CHANGED.get()
    numbers = ours.limits.get((field, scope)) if ours else None
    return replace(row, **numbers, reason=f"set by {ours.by}", evidence="U") if ours and numbers else row  # type: ignore[arg-type]


@functools.cache
def _limit(field: str, scope: str) -> Limit:
    for row in table("tolerances.yaml")["limits"]:
        if (row["field"], row["scope"]) == (field, scope):
            return from_dict(Limit, row, where="tolerances.yaml")
    raise KeyError((field, scope))


def age_limits() -> tuple[AgeLimit, ...]:
    """The steps of age, youngest first."""
    steps, ours = _age_limits(), _CHANGED.get()
    if ours is None or ours.age_d is None:
        return steps
    return tuple(
        replace(step, above_d=days, reason=f"set by {ours.by}", evidence="U")
        for step, days in zip(steps, ours.age_d, strict=True)
    )


@functools.cache
def _age_limits() -> tuple[AgeLimit, ...]:
    rows = (from_dict(AgeLimit, row, where="tolerances.yaml") for row in table("tolerances.yaml")["age"])
    return tuple(sorted(rows, key=lambda row: row.above_d))


@functools.cache
def dark_limit(what: str) -> DarkLimit:
    """The row of ``what`` among the limits for single darks and masters.

    Raises
    ------
    KeyError
        Where the table has no such row.
    """
    for row in table("tolerances.yaml")["darks"]:
        if row["what"] == what:
            return from_dict(DarkLimit, row, where="tolerances.yaml")
    raise KeyError(what)


@functools.cache
def practices(field: str) -> tuple[Practice, ...]:
    """What other tools do about ``field``."""
    rows = table("tolerances.yaml")["tools"]
    return tuple(from_dict(Practice, row, where="tolerances.yaml") for row in rows if row["field"] == field)
