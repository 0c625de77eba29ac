"""One file to arrays: ADU on the scale of the raw frame, rows as stored, colour mosaics."""

from __future__ import annotations

from ampglow_plugin.pixels.cfa import PATTERNS, SITES, greens_averaged, remosaic, site_names, site_plane, stored_pattern
from ampglow_plugin.pixels.read import Image, Pixels, read_pixels

__all__ = [
    "PATTERNS",
    "SITES",
    "Image",
    "Pixels",
    "greens_averaged",
    "read_pixels",
    "remosaic",
    "site_names",
    "site_plane",
    "stored_pattern",
]
