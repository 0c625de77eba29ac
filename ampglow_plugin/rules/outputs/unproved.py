"""The verdict rests on pixels.

What it checks
    Whether the pixels decided about each output. A verdict from header or log alone, or none at all, is a warning:
    it is testimony and no proof.

Why it matters
    Siril 1.0 writes nothing, 1.2 and 1.4 write nothing for an optimised dark alone, and every version loses all
    lines in the stack. The lines there are follow from the options given, not from what was done.

How to fix it
    Name the master dark: ampglow verify OUTPUT --dark MASTER --flat MASTER measures what is left of it. Keep the raw
    lights and name them as well (--light RAW): then the factor of the dark itself is measured, ten times sharper, and
    nebulae do not matter. A dark without any pattern above its noise cannot be proved by pixels; then there was no glow
    to remove.

Source
    HISTORY cards of Siril 1.0.6, 1.2.6 and 1.4.2, compared with the pixels.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import proofs


def check(context: Context) -> Iterator[Finding]:
    """One finding an output."""
    for proof in proofs(context):
        verdict = proof.verdict
        proved = verdict.decided_by == "pixels"
        if proved:
            message = "decided by the pixels"
            if proof.evidence.pixels is not None and proof.evidence.pixels.rung > 1:
                message += ", from what is left in the output: the raw light was not used"
        elif verdict.decided_by is None:
            message = f"not proved: {'; '.join(verdict.reasons)}"
        else:
            message = f"testimony of the {verdict.decided_by} only, no proof: {'; '.join(verdict.reasons)}"
        yield finding(
            RULE,
            "passed" if proved else "failed",
            message,
            where=Where(path=proof.path),
            fix=None
            if proved
            else "name dark and flat, and the raw light where it is kept: --dark MASTER --flat MASTER --light RAW",
        )


RULE = Rule(code="AG405", name="unproved", severity="warning", needs=("proofs",), check=check)
