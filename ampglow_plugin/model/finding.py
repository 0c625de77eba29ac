"""What a rule says: one of four outcomes, with the evidence and the next action."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["passed", "failed", "skipped", "crashed"]
Severity = Literal["error", "warning", "info"]
Scalar = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Where:
    """The place a finding is about; only what applies is set. ``line`` and ``column`` start at 1."""

    path: str | None = None
    group: str | None = None
    step: str | None = None
    field: str | None = None
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """Text in place of what stands from (``line``, ``column``) up to, not at, (``end_line``, ``end_column``)."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Outcome of one rule at one place.

    ``measured`` and ``limit`` are in ``unit``; ``source`` names where the limit comes from.
    ``message`` says what is so, ``fix`` what to do next. ``ignored`` carries the user's reason
    where the finding was set aside; it stays visible. ``edits`` put the file right, where that is safe.
    """

    rule: str
    name: str
    outcome: Outcome
    severity: Severity
    message: str
    where: Where = field(default_factory=Where)
    measured: Scalar = None
    limit: Scalar = None
    unit: str | None = None
    source: str | None = None
    fix: str | None = None
    url: str | None = None
    ignored: str | None = None
    edits: tuple[Edit, ...] = ()
