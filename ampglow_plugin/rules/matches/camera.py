"""The dark was taken with the camera of the lights.

What it checks
    The model, in one spelling for all drivers (ZWO ASI294MC Pro, ZWO CCD ASI294MC Pro and the ASCOM form are one); the
    serial where both sides have one. A generic driver name such as ASCOM Camera names no model: then size and pixel
    pitch decide.

Why it matters
    Hot pixels belong to one body, glow to one model and partly to one body. Another camera of the same size subtracts
    foreign spots.

How to fix it
    Use darks of this camera. With two bodies of one model, keep two libraries.

Source
    Texts seen in real headers of fourteen programs. An id of a driver is no serial.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(context, RULE, ("camera", "camera_serial", "pixel_um"), called="camera")


RULE = Rule(code="AG208", name="camera", severity="error", needs=("matches",), check=check)
