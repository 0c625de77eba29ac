"""The output still holds its background.

What it checks
    The share of pixels that are exactly 0. More than half is an error: noise around zero, cut off, would be half.

Why it matters
    A dark that is far too bright (a master on the wrong scale, a bias level too many, normalised masters) subtracts
    the sky. In 16 bits everything below zero is cut off and gone; no later step brings it back.

How to fix it
    Check the scale of the master dark (ADU or 0..1) and that it was integrated without normalisation, then
    calibrate again in 32 bits.

Source
    Siril 1.0.6, 1.2.6 and 1.4.2: a float master in ADU with a Siril PROGRAM card makes every pixel 0; a dark 1600
    ADU too bright 98 % of them in 16 bits.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import proofs
from ampglow_plugin.rules.verdict import MOST_ZEROS


def check(context: Context) -> Iterator[Finding]:
    """One finding an output whose pixels were read."""
    for proof in proofs(context):
        pixels = proof.evidence.pixels
        if pixels is None or pixels.zero_share is None:
            continue
        bad = pixels.zero_share > MOST_ZEROS
        yield finding(
            RULE,
            "failed" if bad else "passed",
            f"{pixels.zero_share:.1%} of the pixels are exactly 0",
            where=Where(path=proof.path),
            measured=round(pixels.zero_share, 4),
            limit=MOST_ZEROS,
            unit="of the pixels",
            fix="check the scale of the master dark, then calibrate again in 32 bits" if bad else None,
        )


RULE = Rule(code="AG409", name="background-lost", severity="error", needs=("proofs",), check=check)
