"""The flat was divided out where it should have been.

What it checks
    Outputs for which a flat was given, or whose header claims one. If raw light, output and dark agree without any
    flat, to the rounding of the samples, none was divided by: an error. Skipped where the pixels cannot tell.

Why it matters
    Siril skips a flat of another size, writes "Calibrated with a master flat" all the same and ends with status 0.
    The vignetting that stays looks like glow in the corners.

How to fix it
    Make the flat with the lights' size, binning and number of planes, and calibrate again.

Source
    A flat of 598 rows for lights of 600 on Siril 1.0.6, 1.2.6 and 1.4.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import measured, proofs


def check(context: Context) -> Iterator[Finding]:
    """One finding an output with a flat, given or claimed."""
    for proof in measured(proofs(context)):
        evidence = proof.evidence
        if not (evidence.expected_flat or evidence.header.flat) or evidence.pixels is None:
            continue
        used = evidence.pixels.flat_used
        if used is None:
            continue
        claimed = " although the header claims it" if evidence.header.flat else ""
        yield finding(
            RULE,
            "passed" if used else "failed",
            "the flat was divided out" if used else f"no flat was divided by{claimed}",
            where=Where(path=proof.path),
            fix=None if used else "compare the sizes of flat and light, then calibrate again",
        )


RULE = Rule(code="AG407", name="flat-skipped", severity="error", needs=("proofs",), check=check)
