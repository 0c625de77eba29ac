"""The dark covers the pixels of the lights.

What it checks
    Width, height, binning, origin of a subframe (where both record it) and number of planes.

Why it matters
    Glow and hot pixels stay where they are on the sensor. A dark of another crop or binning subtracts them beside
    their place, and hosts skip a master of the wrong size without an error. Some sensors change converter and black
    level with binning. A debayered dark or light has lost the pixels altogether.

How to fix it
    Shoot darks in the full frame or the same subframe, at the same binning. Do not crop, bin or debayer before
    calibration.

Source
    Vendors crop differently in their own programs (seen in headers); converter and level change measured on the
    IMX492. Siril skips a flat of the wrong size with exit code 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(
        context, RULE, ("width", "height", "planes", "xbinning", "ybinning", "roi_x", "roi_y"), called="size or binning"
    )


RULE = Rule(code="AG207", name="geometry", severity="error", needs=("matches",), check=check)
