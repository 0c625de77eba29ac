"""The embedded engine: runs a plan where no calibrating program is installed."""

from __future__ import annotations

from ampglow_plugin.hosts.builtin.host import BUILTIN

__all__ = ["BUILTIN"]
