"""Synthetic nights from named truths, for the demo and the tests."""

from __future__ import annotations

from ampglow_plugin.simulate.night import NightFiles, header, make_lights, make_night, write_frame
from ampglow_plugin.simulate.truth import GlowSource, Nebula, Reflection, Star, Truth

__all__ = [
    "GlowSource",
    "Nebula",
    "NightFiles",
    "Reflection",
    "Star",
    "Truth",
    "header",
    "make_lights",
    "make_night",
    "write_frame",
]
