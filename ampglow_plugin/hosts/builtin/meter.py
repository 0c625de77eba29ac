"""How far a run has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ampglow_plugin.hosts.base import Progress


@dataclass(slots=True)
class Meter:
    """Counts frames: one unit for each time that a frame is read, calibrated, aligned or combined."""

    total: float
    progress: Progress
    done: float = 0.0

    def step(self, what: str) -> None:
        """One frame begins."""
        self._tell(what, self.done)
        self.done += 1

    def during(self, what: str, frames: int) -> Callable[[float], None]:
        """Work on all ``frames`` at once begins; the value is told the share of it that is done."""
        start = self.done
        self.done += frames
        self._tell(what, start)
        return lambda share: self._tell(what, start + share * frames)

    def _tell(self, what: str, done: float) -> None:
        self.progress(what, min(done / self.total, 1.0))
