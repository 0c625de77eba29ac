"""The dark was subtracted as it is, not scaled.

What it checks
    The verdict of each proof. "Scaled" is an error: the dark went in with a factor other than 1.

Why it matters
    Amp glow does not grow with time as the dark current does, so no one factor fits both. The factor that dark
    optimisation finds is the one of least noise and is some percent off even for a dark of the right exposure; it
    leaves glow, or digs a hole where glow was.

How to fix it
    Switch dark scaling off (Siril: no -opt; PixInsight: Optimize off) and use a dark of the light's exposure.

Source
    Siril's search is limited to 0..2 and was 2 to 3 % off at factor 1 and 7 to 9 % off at 1/3 on 1.0.6, 1.2.6 and
    1.4.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import decided, proofs


def check(context: Context) -> Iterator[Finding]:
    """One finding an output of which something is known."""
    for proof in decided(proofs(context)):
        pixels, header, log = proof.evidence.pixels, proof.evidence.header, proof.evidence.log
        known = (pixels.factor if pixels else None, header.factor, log.factor)
        factor = next((f for f in known if f is not None), None)
        bad = proof.verdict.done == "scaled"
        text = "by an unknown factor" if factor is None else f"by {factor:.3f}"
        yield finding(
            RULE,
            "failed" if bad else "passed",
            f"the dark was scaled {text}" if bad else "the dark was not scaled",
            where=Where(path=proof.path),
            measured=None if factor is None else round(factor, 4),
            limit=1,
            unit="of the dark",
            fix="calibrate again with dark scaling off and a dark of the light's exposure" if bad else None,
        )


RULE = Rule(code="AG402", name="dark-scaled-in-output", severity="error", needs=("proofs",), check=check)
