"""The dark was subtracted once.

What it checks
    The verdict of each proof. "Applied twice" is an error: two dark lines in the header, or factor 2 in the pixels.

Why it matters
    The second dark digs a hole in the shape of the glow, takes a bias level that the light no longer holds, and
    adds its noise again.

How to fix it
    Calibrate the raw light, not the output of an earlier calibration (pp_pp_ in a file name is the usual sign).

Source
    Two calibrations in a row on Siril 1.0.6, 1.2.6 and 1.4.2: factor 2.000, no warning, exit status 0.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import decided, proofs


def check(context: Context) -> Iterator[Finding]:
    """One finding an output of which something is known."""
    for proof in decided(proofs(context)):
        pixels = proof.evidence.pixels
        factor = pixels.factor if pixels else None
        bad = proof.verdict.done == "applied_twice"
        yield finding(
            RULE,
            "failed" if bad else "passed",
            "the dark was subtracted twice" if bad else "the dark was not subtracted twice",
            where=Where(path=proof.path),
            measured=None if factor is None else round(factor, 4),
            limit=1,
            unit="of the dark",
            fix="calibrate the raw light, once" if bad else None,
        )


RULE = Rule(code="AG403", name="dark-twice", severity="error", needs=("proofs",), check=check)
