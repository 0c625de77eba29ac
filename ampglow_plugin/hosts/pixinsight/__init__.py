"""PixInsight: process icons, scripts, and what its outputs say."""

from __future__ import annotations

from ampglow_plugin.hosts.pixinsight.host import PIXINSIGHT

__all__ = ["PIXINSIGHT"]
