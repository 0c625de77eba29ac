"""What the pixels of a few lights say about their state: values, no pixels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class RawState:
    """Measured on the lights ``paths`` of one camera and exposure.

    ``zero_share`` is the largest share of single pixels that are exactly 0, ``hot_share`` the share of
    pixels that stand out alone in every light at the same place (in the only one, where there is one).
    """

    paths: tuple[str, ...]
    zero_share: float
    hot_share: float
