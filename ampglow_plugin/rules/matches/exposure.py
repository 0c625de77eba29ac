"""The dark was exposed as long as the lights.

What it checks
    The exposure of the dark against that of the light farthest from it. Equal within 0.05 s or 0.1 %, whichever is
    larger; usable with a warning up to 0.5 %; an error beyond. Flat-darks against flats likewise, as a warning.

Why it matters
    Amp glow grows with exposure, and not as the dark current does. A dark of another length leaves a bright corner or
    digs a dark one, and no scale factor fits glow and hot pixels at once.

How to fix it
    Shoot darks of the exposure named in the message, at the settings of the lights. Where a library is kept, use few
    exposures (60, 180, 300 s) so that one set serves many nights.

Source
    Writers of headers differ by rounding only, so 0.05 s and 0.1 % are generous; several dark libraries use 0.05 s, the
    batch script of PixInsight 10 s. The 0.5 % up to which a dark is accepted is the project's own choice.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(context, RULE, ("exposure_s",), called="exposure")


RULE = Rule(code="AG201", name="exposure", severity="error", needs=("matches",), check=check)
