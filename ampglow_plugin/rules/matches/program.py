"""Dark and lights come from the same kind of program.

What it checks
    The name of the capture program, without its version, of single frames. A difference is a warning. Masters are
    not judged: the program that made them is not the one that took the picture.

Why it matters
    Two programs may talk to one camera through two drivers, with other units of offset, another row order, another
    speed of the USB line, and the header fields agree all the same.

How to fix it
    Best take darks with the program that takes the lights.

Source
    Own judgement; pages of users report darks that stopped fitting after a change of driver.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(context, RULE, ("software",), called="program", scope="single frames")


RULE = Rule(code="AG214", name="program", severity="warning", needs=("matches",), check=check)
