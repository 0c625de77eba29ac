"""Gradient removal is no substitute for a dark.

What it checks
    Whether what is left of the glow may be taken away as a gradient: only what is proved to be marginal. The dark was
    applied; its factor is within 0.05 of 1 (the residual within 0.05 of 0 where there is no factor); the glow left sits
    in one corner or at one edge; and it is at most 5 ADU, or a tenth of the dark's glow. Anything else is refused.
    Skipped where no output was proved, or nobody looked where the residual sits.

Why it matters
    A model of the background follows smooth light of any origin. Where the glow is strong it takes nebulae along
    with it, it leaves the glow's noise, and its hot pixels; and it hides that the calibration failed, in every later
    night as well. A dark of the right settings takes the glow away to its noise and touches nothing else.

How to fix it
    Calibrate again with a dark of the light's exposure, gain, mode and temperature, with dark scaling off. For what is
    then left, samples must keep off nebulae.

Source
    The limits are this project's: 0.05 is five times the error that a right dark's factor shows on real frames, and
    5 ADU is near what recent sensors glow at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ampglow_plugin.model.diagnosis import Diagnosis
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.outputs.proofs import proofs
from ampglow_plugin.rules.verdict_left import glow_left

MOST_FACTOR_OFF: Final = 0.05
MOST_LEFT_ADU: Final = 5.0
MOST_LEFT_SHARE: Final = 0.1


def check(context: Context) -> Iterator[Finding]:
    """One finding an output of which something is left."""
    for proof in proofs(context):
        if not something_left(proof):
            continue
        why = refused(proof, context.diagnosis)
        pixels = proof.evidence.pixels
        yield finding(
            RULE,
            "failed" if why else "passed",
            f"gradient removal is refused in place of a dark: {why}"
            if why
            else "what is left is marginal: gradient removal may take it away",
            where=Where(path=proof.path),
            measured=None if pixels is None or pixels.residual_glow_adu is None else round(pixels.residual_glow_adu, 2),
            limit=MOST_LEFT_ADU,
            unit="ADU",
            fix="calibrate again with a dark of the light's exposure, gain, mode and temperature" if why else None,
        )


def something_left(proof: Proof) -> bool:
    """Whether glow is left in an output, or no dark took it away."""
    if proof.verdict.done in ("not_applied", "scaled", "wrong_dark", "applied_twice"):
        return True
    pixels = proof.evidence.pixels
    return proof.verdict.success == "residual" or (pixels is not None and glow_left(pixels) == "residual")


def refused(proof: Proof, diagnosis: Diagnosis | None) -> str | None:
    """Why a gradient removal is refused for this output; None where what is left is proved to be marginal."""
    pixels = proof.evidence.pixels
    if proof.verdict.done != "applied":
        return f"the dark is not proved to be applied ({proof.verdict.done.replace('_', ' ')})"
    if pixels is None or pixels.residual_glow is None or pixels.residual_glow_adu is None:
        return "how much of the glow is left was not measured"
    off = abs(pixels.factor - 1) if pixels.factor is not None else abs(pixels.residual_glow)
    if off > MOST_FACTOR_OFF:
        return f"the factor of the dark is {off:.2f} away from 1 (at most {MOST_FACTOR_OFF})"
    left, share = pixels.residual_glow_adu, abs(pixels.residual_glow)
    if left > MOST_LEFT_ADU and share > MOST_LEFT_SHARE:
        return f"{left:.1f} ADU are left, {share:.0%} of the dark's glow (at most {MOST_LEFT_ADU:g} ADU or 10 %)"
    return _elsewhere(diagnosis)


def _elsewhere(diagnosis: Diagnosis | None) -> str | None:
    """Why what is left does not sit in one corner or at one edge."""
    if diagnosis is None:
        return "nobody looked where it sits: `ampglow diagnose OUTPUT --dark MASTER` does"
    held = [s for s in diagnosis.evidence if s.name == "share_of_dark" and s.speaks == "for"]
    glow = diagnosis.found("amp_glow")
    if len(held) > 1:
        return f"it sits in {len(held)} places"
    if glow is not None and glow.where == "interior":
        return "it sits inside the frame, where the picture is"
    return None


RULE = Rule(code="AG412", name="gradient-for-dark", severity="error", needs=("proofs", "diagnosis"), check=check)
