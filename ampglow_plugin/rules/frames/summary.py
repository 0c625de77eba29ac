"""One finding for many frames that are all alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ampglow_plugin.model.finding import Finding, Outcome, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.rules.base import Rule, finding


def together(rule: Rule, outcome: Outcome, frames: Sequence[Frame], what: str) -> Iterator[Finding]:
    """One finding naming the first of ``frames``, none where there are none."""
    if frames:
        count = f"{len(frames)} frame{'s' if len(frames) > 1 else ''}"
        yield finding(rule, outcome, f"{count}: {what}", where=Where(path=frames[0].path), measured=len(frames))
