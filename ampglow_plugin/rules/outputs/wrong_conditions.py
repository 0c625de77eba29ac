"""The dark that was used fits the light.

What it checks
    Exposure, temperature, gain and the other settings of light and dark, by the limits of the pre-flight check, for
    each output; and whether the pixels show that another dark, or the same one mirrored, was subtracted. Both are
    errors. Skipped where light or dark is not at hand or silent about a vital setting.

Why it matters
    A dark of other conditions can be subtracted perfectly, with factor 1 and a header that says so, and still leave
    glow or dig a hole. Hosts compare nothing but the size.

How to fix it
    Take a dark of the light's exposure, temperature, gain and mode; ampglow check finds the ones that fit.

Source
    The limits of the rules AG201 to AG215. Siril 1.0.6, 1.2.6 and 1.4.2 used darks of a third and of three times
    the exposure, and darks stored upside down, without a word.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import called
from ampglow_plugin.rules.outputs.proofs import proofs


def check(context: Context) -> Iterator[Finding]:
    """One finding an output whose dark can be compared."""
    for proof in proofs(context):
        agree = proof.evidence.conditions.agree
        other = _other_dark(proof)
        if agree is None and other is None:
            continue
        bad = agree is False or other is not None
        fields = ", ".join(proof.evidence.conditions.differs)
        message = other or (
            f"the dark was taken under other conditions: {called(proof.evidence.conditions.differs)}"
            if bad
            else "the dark fits the light"
        )
        yield finding(
            RULE,
            "failed" if bad else "passed",
            message,
            where=Where(path=proof.path, field=fields or None),
            fix="use a dark of the light's exposure, temperature, gain and orientation" if bad else None,
        )


def _other_dark(proof: Proof) -> str | None:
    pixels = proof.evidence.pixels
    if pixels is not None and pixels.alternatives:
        return f"the dark was subtracted {', '.join(pixels.alternatives)}"
    if proof.verdict.done == "wrong_dark":
        return f"another dark was subtracted ({'; '.join(proof.verdict.hypotheses) or 'unknown which'})"
    return None


RULE = Rule(code="AG406", name="wrong-conditions", severity="error", needs=("proofs",), check=check)
