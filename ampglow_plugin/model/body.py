"""Do two frames come from one sensor? Their hot pixels as a fingerprint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """A factor and its standard deviation."""

    value: float
    sigma: float


#: how the pixels of one frame lie on those of the other
Turn = Literal["as stored", "rows reversed", "columns reversed", "turned by 180 degrees"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SameBody:
    """Two frames (or groups of frames) compared by their hot pixels.

    ``compared`` is how many of the strongest of each were looked up in the other; ``in_second`` is the share of the
    first's that are hot in the second, ``in_first`` the reverse. ``by_chance`` is the share that sensors of their own
    would have in common. ``turn`` and ``shift`` (x, y, pixels) say how the first lies on the second where they are one
    sensor. ``verdict`` is ``undecided`` with ``why`` where too few are hot, or the shares say neither.
    """

    verdict: Literal["same", "other", "undecided"]
    compared: int = 0
    in_second: float = 0.0
    in_first: float = 0.0
    by_chance: float = 0.0
    turn: Turn = "as stored"
    shift: tuple[int, int] = (0, 0)
    why: str | None = None

    @property
    def in_place(self) -> bool:
        """Whether pixel lies on pixel."""
        return self.turn == "as stored" and self.shift == (0, 0)


@dataclass(frozen=True, kw_only=True, slots=True)
class HotChange:
    """Of the ``compared`` strongest hot pixels of each of two frames: the share that ``came``, and that ``went``."""

    compared: int
    came: Share
    went: Share
