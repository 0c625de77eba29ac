"""Dark and lights were stored with the same number of bits.

What it checks
    Bits of a stored sample of single frames. A difference is a warning. A master is written with more bits on purpose
    and is not judged.

Why it matters
    Programs store 12 or 14 bits as they are or shifted to 16: the same glow is then 4 or 16 times as many units. A
    frame of 8 bits has lost it altogether.

How to fix it
    Take lights and darks in one format (16-bit FITS), with one program.

Source
    Real headers: cameras of 12 and 14 bits are stored times 16 and 4 by most programs, unshifted by some.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(context, RULE, ("bits",), called="bit depth", scope="single frames")


RULE = Rule(code="AG218", name="bit-depth", severity="warning", needs=("matches",), check=check)
