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

import math
from collections.abc import Iterator
from typing import Final

from ampglow_plugin.model.diagnosis import Diagnosis, Sign
from ampglow_plugin.model.evidence import Proof
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.plan import LeftGlow
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.marginal import MOST_LEFT_ADU, too_much
from ampglow_plugin.rules.outputs.proofs import proofs
from ampglow_plugin.rules.verdict_left import glow_left

#: a share of the dark's glow that is so many standard deviations from 0 is there
FOUND_SIGMA: Final = 3.0


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
    return too_much(left_of(proof, diagnosis))


def left_of(proof: Proof, diagnosis: Diagnosis | None) -> LeftGlow:
    """What proof and diagnosis say to be left in this output: the more certain of the two, where they agree."""
    pixels = proof.evidence.pixels
    places = where = best = None
    if diagnosis is not None:
        seen = found_left(diagnosis)
        glow = diagnosis.found("amp_glow")
        best = max((s for s in seen if s.value is not None), key=lambda s: abs(s.value or 0.0), default=None)
        places = len(seen)
        where = best.where if best is not None and best.where is not None else None if glow is None else glow.where
    share = sigma = adu = None
    if pixels is not None:
        share, sigma, adu = pixels.residual_glow, pixels.residual_glow_sigma, pixels.residual_glow_adu
    if best is not None and _better(best, share, sigma):
        peak = None if pixels is None else pixels.glow_peak_adu
        share, sigma, adu = best.value, best.sigma, None if peak is None or best.value is None else best.value * peak
    return LeftGlow(
        output=proof.path,
        output_sha256=proof.sha256.get("output"),
        dark=proof.inputs.get("dark"),
        dark_sha256=proof.sha256.get("dark"),
        done=proof.verdict.done,
        factor=None if pixels is None else pixels.factor,
        residual_glow=share,
        residual_glow_sigma=sigma,
        residual_glow_adu=adu,
        places=places,
        where=where,
    )


def found_left(diagnosis: Diagnosis) -> tuple[Sign, ...]:
    """The places where the dark's glow is found in the frames, however little of it."""
    shares = (s for s in diagnosis.evidence if s.name == "share_of_dark")
    return tuple(
        s for s in shares if s.speaks == "for" or (s.value and s.sigma and abs(s.value) > FOUND_SIGMA * s.sigma)
    )


def _better(best: Sign, share: float | None, sigma: float | None) -> bool:
    """Is the diagnosis of several outputs better than the proof of one? Not where that shows clearly more."""
    if best.value is None or best.sigma is None or share is None or sigma is None:
        return False
    return best.sigma < sigma and abs(share) - abs(best.value) < FOUND_SIGMA * math.hypot(best.sigma, sigma)


RULE = Rule(code="AG412", name="gradient-for-dark", severity="error", needs=("proofs", "diagnosis"), check=check)
