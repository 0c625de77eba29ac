"""Limits of matching, typed: how far a calibration frame may differ from the frames it corrects.

The rows are in ``tolerances.yaml``, each with unit, reason and evidence, beside the numbers of
other tools, which :func:`practices` gives.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Literal

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.codec import from_dict

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


EVIDENCE = {
    "H": "real headers",
    "S": "source code of other tools",
    "D": "vendor documentation",
    "L": "measured",
    "P": "public pages",
    "T": "third-party statement",
    "M": "not verified",
}


@functools.cache
def limit(field: str, scope: str = "all") -> Limit:
    """The row of ``field`` in ``scope``; a field has a row of its own scope only where the table says so.

    Raises
    ------
    KeyError
        Where the table has no such row.
    """
    for row in table("tolerances.yaml")["limits"]:
        if (row["field"], row["scope"]) == (field, scope):
            return from_dict(Limit, row, where="tolerances.yaml")
    raise KeyError((field, scope))


@functools.cache
def age_limits() -> tuple[AgeLimit, ...]:
    """The steps of age, youngest first."""
    rows = (from_dict(AgeLimit, row, where="tolerances.yaml") for row in table("tolerances.yaml")["age"])
    return tuple(sorted(rows, key=lambda row: row.above_d))


@functools.cache
def practices(field: str) -> tuple[Practice, ...]:
    """What other tools do about ``field``."""
    rows = table("tolerances.yaml")["tools"]
    return tuple(from_dict(Practice, row, where="tolerances.yaml") for row in rows if row["field"] == field)
