"""The night while it happens: frames are found as they land, are judged, and what is missing is listed at dawn."""

from __future__ import annotations

from ampglow_plugin.watch.arrivals import Arrivals, Arrived, Gone, Returned, Stalled
from ampglow_plugin.watch.judge import Judge

__all__ = ["Arrivals", "Arrived", "Gone", "Judge", "Returned", "Stalled"]
