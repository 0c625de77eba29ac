"""The dark was subtracted.

What it checks
    The verdict of each proof. "Not applied" is an error: the factor of the dark in the pixels is 0 or, where pixels
    could not be measured, header or log say that no dark took part.

Why it matters
    Amp glow is light of the electronics that only a dark takes away. What is left of it is stretched together with
    the faint parts of the picture, and no gradient tool tells the two apart.

How to fix it
    Calibrate the raw light again with the dark. The prefix pp_ and the exit code of the host prove nothing.

Source
    The relation raw = scale x output x flat + factor x dark, measured on calibrations of Siril 1.0, 1.2 and 1.4.
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
        bad = proof.verdict.done == "not_applied"
        yield finding(
            RULE,
            "failed" if bad else "passed",
            "no dark was subtracted" if bad else "something was done with a dark",
            where=Where(path=proof.path),
            measured=None if factor is None else round(factor, 4),
            limit=1,
            unit="of the dark",
            fix="calibrate the raw light again, with its dark" if bad else None,
        )


RULE = Rule(code="AG401", name="dark-not-applied", severity="error", needs=("proofs",), check=check)
