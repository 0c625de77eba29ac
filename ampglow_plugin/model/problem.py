"""A file that cannot be used as it is, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class FileProblem:
    """``unreadable``, ``left_out`` (read, but not used), or ``contradiction`` (used; header and folder disagree)."""

    path: str
    kind: Literal["unreadable", "left_out", "contradiction"]
    what: str
    fix: str | None = None
