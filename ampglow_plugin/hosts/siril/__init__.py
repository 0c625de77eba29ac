"""Siril 1.0, 1.2 and 1.4: scripts written, read back, run and judged."""

from __future__ import annotations

from ampglow_plugin.hosts.siril.host import SIRIL

__all__ = ["SIRIL"]
