"""Dark and lights have their rows in the same order.

What it checks
    ROWORDER and the Bayer pattern, where both sides record them. A difference is a warning.

Why it matters
    A dark stored upside down subtracts the glow at the wrong edge. Often the rows are the same and only the card
    differs, so this is no error.

How to fix it
    Look at a dark and a light side by side: a bright corner must be the same one. Best take lights and darks with one
    program; Siril converts rows when it reads, if the card is right.

Source
    Own judgement; programs write the card differently for one and the same camera (seen in headers).
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding
from ampglow_plugin.rules.base import Context, Rule
from ampglow_plugin.rules.matches.fields import judge


def check(context: Context) -> Iterator[Finding]:
    """One finding a match."""
    return judge(
        context, RULE, ("row_order", "bayer_pattern"), called="row order or Bayer pattern", scope="both sides have it"
    )


RULE = Rule(code="AG213", name="orientation", severity="warning", needs=("matches",), check=check)
