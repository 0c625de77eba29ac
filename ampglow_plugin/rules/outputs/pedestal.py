"""The bias level was subtracted once.

What it checks
    How many bias levels went from raw light to output, in units of the bias master, or of the dark's level where no
    bias was given. 0.9 to 1.1 is right. Below it a level is left, above it one was taken twice: both errors.

Why it matters
    A bias frame and a dark that still holds the bias, subtracted together, take the level twice: most of the
    background becomes negative, and is cut off at 0 in 16 bits. A level that is left makes the flat overcorrect the
    corners.

How to fix it
    Give the dark alone, or the bias and a dark from which the bias was subtracted. Never a bias beside a raw dark.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2: two levels gone without a warning at a sky of 800 ADU. The level of a dark stands
    for the bias and is too high by the dark current, 5 % in those runs: hence 0.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import measured, proofs
from ampglow_plugin.rules.verdict_left import PEDESTAL_TOLERANCE

_RIGHT: Final = 1.0


def check(context: Context) -> Iterator[Finding]:
    """One finding an output whose bias levels could be counted."""
    for proof in measured(proofs(context)):
        pixels = proof.evidence.pixels
        if pixels is None or pixels.pedestals is None:
            continue
        count = pixels.pedestals
        bad = abs(count - _RIGHT) > PEDESTAL_TOLERANCE
        basis = f" of {pixels.pedestal_adu:.0f} ADU ({pixels.pedestal_basis})" if pixels.pedestal_adu else ""
        yield finding(
            RULE,
            "failed" if bad else "passed",
            f"{round(count, 2) + 0.0:.2f} bias levels{basis} were subtracted",
            where=Where(path=proof.path),
            measured=round(count, 3),
            limit=_RIGHT,
            unit="bias levels",
            fix="give the dark alone, or the bias and a dark without bias" if bad else None,
        )


RULE = Rule(code="AG408", name="pedestal", severity="error", needs=("proofs",), check=check)
