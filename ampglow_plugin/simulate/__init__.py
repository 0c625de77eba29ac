"""Synthetic nights from named truths, for the demo and the tests."""

from __future__ import annotations

from ampglow_plugin.simulate.night import NightFiles, header, make_night, write_frame
from ampglow_plugin.simulate.truth import GlowSource, Star, Truth

__all__ = ["GlowSource", "NightFiles", "Star", "Truth", "header", "make_night", "write_frame"]
