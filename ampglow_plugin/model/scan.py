"""What a scan of folders found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True, slots=True)
class ScanSummary:
    """One update of the index: counts of files below ``roots``.

    ``files`` have the name of a frame; of these, ``read`` are new or changed, ``unchanged`` are as the index knows
    them, ``unreadable`` of those read are no frames. ``moved`` and ``copies`` of those read are known by their
    content from another place, which is empty now or still there. ``missing`` are gone since the last scan, and
    ``pruned`` were forgotten. ``left_out`` counts, by reason, what was not looked at.
    """

    index: str
    roots: tuple[str, ...]
    files: int
    read: int
    unchanged: int
    unreadable: int
    missing: int
    moved: int
    copies: int
    pruned: int = 0
    seconds: float
    left_out: Mapping[str, int] = field(default_factory=dict)
