"""Synthetic nights from named truths, for the demo and the tests."""

from __future__ import annotations

from ampglow_plugin.simulate.night import NightFiles, header, make_night, write_frame
from ampglow_plugin.simulate.truth import GlowSource, Nebula, Star, Truth

__all__ = ["GlowSource", "Nebula", "NightFiles", "Star", "Truth", "header", "make_night", "write_frame"]
