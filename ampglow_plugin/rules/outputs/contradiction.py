"""Header, log and pixels tell the same story.

What it checks
    The verdict of each proof. "Contradiction" is an error: the pixels show something other than header or log say,
    or header and log disagree where the pixels are silent. The message quotes each side.

Why it matters
    A header follows from the options that were given, not from what was done. Lines of an earlier calibration are
    carried along, a flat of the wrong size is skipped and claimed, a later step can undo what the header still
    says.

How to fix it
    Believe the pixels. Look at the log of the run, then calibrate the raw light again in an empty folder.

Source
    Runs of Siril 1.0.6, 1.2.6 and 1.4.2 whose header or exit status did not tell the truth.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import proofs


def check(context: Context) -> Iterator[Finding]:
    """One finding an output about which there is a verdict."""
    for proof in proofs(context):
        if proof.verdict.done == "undecided":
            continue
        bad = proof.verdict.done == "contradiction"
        yield finding(
            RULE,
            "failed" if bad else "passed",
            "; ".join(proof.verdict.reasons) if bad else "nothing contradicts the verdict",
            where=Where(path=proof.path),
            fix="believe the pixels, and calibrate the raw light again in an empty folder" if bad else None,
        )


RULE = Rule(code="AG404", name="contradiction", severity="error", needs=("proofs",), check=check)
