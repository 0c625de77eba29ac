"""The verdict over the evidence of one output: a pure function.

What was done and how well it worked are two answers. Pixels are proof, log and header are testimony:
where the pixels decide they decide alone, and testimony that disagrees makes a contradiction, not a
compromise. ``clean`` is never said on testimony, and never while anything that is known speaks against it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from ampglow_plugin.model.evidence import (
    Claim,
    DecidedBy,
    DoneVerdict,
    Evidence,
    PixelEvidence,
    SuccessVerdict,
    Verdict,
)
from ampglow_plugin.rules.matches.words import called
from ampglow_plugin.rules.verdict_dark import by_dark, offered_texts, subtracted
from ampglow_plugin.rules.verdict_left import (
    PEDESTAL_TOLERANCE,
    SHARE_TOLERANCE,
    explanations,
    glow_left,
    glow_left_text,
    measured_left,
    success_left,
)

#: a factor this near to a whole number is that number, where raw, output and masters are at hand;
#: source: the regression of this project on calibrations of real Siril, errors below 0.001
FACTOR_TOLERANCE: Final = 0.005
#: the same where the flat is missing; source: as above, errors below 0.01
FACTOR_TOLERANCE_NO_FLAT: Final = 0.02
#: tolerances are never wider than this many standard deviations, nor wider than the limit below
TOLERANCE_SIGMA: Final = 3.0
#: a factor that is less certain than this (3 sigma) tells "fully" from "nearly" no more
WIDEST_TOLERANCE: Final = 0.03
#: a factor that is less certain than this (3 sigma) says nothing at all
USELESS_TOLERANCE: Final = 0.25
#: factors named by header or log are rounded to 0.001
TESTIMONY_TOLERANCE: Final = 0.01
#: an output with more pixels at exactly 0 has lost its background; clipped noise around zero would be half
MOST_ZEROS: Final = 0.5


def judge(evidence: Evidence) -> Verdict:
    """What was done with the dark, and how well it worked."""
    reasons: list[str] = []
    hypotheses: list[str] = []
    if evidence.pixels is not None and evidence.pixels.same_light is False:
        reasons = [f"pixels: {evidence.pixels.why}; name the light it was made from", *_said(evidence)]
        return Verdict(done="undecided", success="undecided", decided_by=None, reasons=tuple(reasons))
    left = evidence.pixels is not None and evidence.pixels.rung > 1
    measured = measured_left(evidence, reasons) if left else _measured(evidence.pixels, reasons)
    measured = by_dark(evidence, measured, reasons)
    if evidence.pixels is not None and evidence.pixels.alternatives:
        hypotheses += [
            f"the dark was subtracted {name}, with factor {factor:.3f}"
            for name, factor in evidence.pixels.alternatives.items()
        ]
    done: DoneVerdict
    decided: DecidedBy | None
    if measured is None:
        done, decided = _by_testimony(evidence, reasons)
        if done == "applied" and _lost(evidence.pixels):
            reasons.append("a dark that is subtracted once leaves a background, and there is none")
            done, decided = "contradiction", "pixels"
    else:
        done, decided = _against_testimony(evidence, measured, reasons), "pixels"
        hypotheses += [] if left else _hypotheses(evidence, measured)
    if left and evidence.pixels is not None:
        hypotheses += explanations(evidence.pixels)
    offered = offered_texts(evidence.darks)
    hypotheses = offered if subtracted(evidence.darks) else [*offered, *hypotheses]
    success = _success(evidence, done, measured, reasons)
    return Verdict(done=done, success=success, decided_by=decided, hypotheses=tuple(hypotheses), reasons=tuple(reasons))


def factor_tolerance(pixels: PixelEvidence) -> float | None:
    """Within what the factor counts as equal to another; None where it says nothing."""
    if pixels.factor is None or pixels.factor_sigma is None:
        return None
    three_sigma = TOLERANCE_SIGMA * pixels.factor_sigma
    if three_sigma > USELESS_TOLERANCE:
        return None
    if pixels.rung > 1:
        return max(SHARE_TOLERANCE, three_sigma)
    floor = FACTOR_TOLERANCE_NO_FLAT if pixels.flat_used is None else FACTOR_TOLERANCE
    return max(floor, three_sigma)


def _measured(pixels: PixelEvidence | None, reasons: list[str]) -> DoneVerdict | None:
    """What the pixels alone say was done; None where they say nothing."""
    if pixels is None:
        reasons.append("pixels were not measured: that needs the output and its dark, and better the raw light as well")
        return None
    if pixels.why:
        reasons.append(pixels.why)
    tolerance = factor_tolerance(pixels)
    if tolerance is None or pixels.factor is None:
        if pixels.factor is not None and pixels.factor_sigma is not None:
            value = f"{pixels.factor:.2f} +- {pixels.factor_sigma:.2f}"
            unlike = "what was subtracted is not like this dark: it has no factor"
            weak = "the pattern of the dark is too weak to measure"
            reasons.append(f"pixels: {unlike if pixels.exact is False else weak} ({value})")
        return None
    reasons.append(_factor_text(pixels))
    factor = pixels.factor
    if pixels.exact is False:
        reasons.append(
            f"pixels: {pixels.noise_adu or 0:.2f} ADU remain that these files do not explain: "
            "the dark, or the flat, that was used is another one"
        )
        if abs(factor - 1) <= max(tolerance, WIDEST_TOLERANCE):
            return None  # nearly this dark: another flat would do that too
        removed = pixels.pedestals is not None and pixels.pedestals > PEDESTAL_TOLERANCE
        return "not_applied" if abs(factor) <= tolerance and not removed else "wrong_dark"
    if abs(factor) <= tolerance:
        return "wrong_dark" if pixels.alternatives else "not_applied"
    whole: dict[int, DoneVerdict] = {1: "applied", 2: "applied_twice"}
    near = next((n for n in whole if abs(factor - n) <= tolerance), None)
    if near is None:
        return "scaled"
    if tolerance > WIDEST_TOLERANCE:
        reasons.append("pixels: too uncertain to tell a whole dark from a scaled one")
        return None
    return whole[near]


def _factor_text(pixels: PixelEvidence) -> str:
    assert pixels.factor is not None
    factor = round(pixels.factor, 3) + 0.0  # no minus sign on zero
    text = f"pixels: {factor:.3f} +- {pixels.factor_sigma:.3f} of the dark was subtracted"
    if pixels.pedestals is not None:
        text += f", with {round(pixels.pedestals, 2) + 0.0:.2f} bias levels"
        if pixels.pedestal_basis and pixels.pedestal_basis != "bias":
            text += f" (no bias given: estimated from the {pixels.pedestal_basis})"
    return text


def _claims(evidence: Evidence) -> list[tuple[DecidedBy, Claim, float | None, str]]:
    header, log = evidence.header, evidence.log
    claims: list[tuple[DecidedBy, Claim, float | None, str]] = []
    if header.claim != "silent":
        claims.append(("header", header.claim, header.factor, header.why))
    if log.claim != "silent":
        claims.append(("log", log.claim, log.factor, log.why))
    return claims


def _said(evidence: Evidence) -> list[str]:
    return [f"{source}: {why or claim}" for source, claim, _, why in _claims(evidence)]


def _by_testimony(evidence: Evidence, reasons: list[str]) -> tuple[DoneVerdict, DecidedBy | None]:
    claims = _claims(evidence)
    if not claims:
        reasons.append(f"header: {evidence.header.why or 'silent'}")
        reasons.append("neither header nor log says anything about a dark")
        return "undecided", None
    reasons += _said(evidence)
    if len({claim for _, claim, _, _ in claims}) > 1:
        reasons.append("header and log disagree")
        return "contradiction", None
    return claims[0][1], claims[0][0]  # type: ignore[return-value]  # silent was left out above


def _against_testimony(evidence: Evidence, measured: DoneVerdict, reasons: list[str]) -> DoneVerdict:
    """The measurement, or ``contradiction`` where header or log testify to something else."""
    pixels = evidence.pixels
    assert pixels is not None
    verdict = measured
    for source, claim, factor, why in _claims(evidence):
        said = f"{source}: {why or claim}"
        if source == "log" and claim == "not_applied" and measured != "not_applied":
            reasons.append(f"{said}; the file may have had another name there, the pixels know it by its noise")
        elif _agrees(claim, factor, measured, pixels):
            reasons.append(said)
            verdict = "scaled" if claim == "scaled" and measured == "applied_twice" else verdict
        else:
            reasons.append(f"{said}, which the pixels contradict")
            verdict = "contradiction"
    flat_claimed = evidence.header.flat or evidence.log.flat_mismatch
    if pixels.flat_used is False and flat_claimed:
        testimony = "header: calibrated with a flat" if evidence.header.flat else "log: a flat of another size"
        reasons.append(f"{testimony}; the pixels show that no flat was divided by")
        verdict = "contradiction"
    return verdict


def _agrees(claim: Claim, factor: float | None, measured: DoneVerdict, pixels: PixelEvidence) -> bool:
    """Whether testimony and measurement can both be true."""
    if measured == "wrong_dark" and not pixels.alternatives:
        return claim != "not_applied"  # another file: header and log cannot know which one we hold against it
    if claim == "scaled":
        if factor is None:
            return measured in ("scaled", "applied_twice")
        tolerance = factor_tolerance(pixels) or 0.0
        return pixels.factor is not None and abs(factor - pixels.factor) <= max(TESTIMONY_TOLERANCE, tolerance)
    return claim == measured


def _hypotheses(evidence: Evidence, measured: DoneVerdict) -> list[str]:
    pixels = evidence.pixels
    assert pixels is not None
    testified = any(claim == "scaled" for _, claim, _, _ in _claims(evidence))
    if measured == "scaled" and not testified:
        scaled = "the dark was scaled (dark optimisation)"
        # to the rounding of the samples it was this very master
        return [scaled] if pixels.exact else [scaled, "a dark of other exposure, gain or temperature was subtracted"]
    if measured == "wrong_dark" and not pixels.alternatives:
        if pixels.residual_glow is None or pixels.residual_hot is None:
            return ["a dark of other exposure, gain or temperature was subtracted", "another master of the same frames"]
        found = explanations(replace(pixels, factor=None), this_master=False)
        return found or ["another master of the same settings, or another flat"]
    if measured == "applied_twice" and not testified:
        return ["the frame was calibrated twice", "the dark was scaled by 2"]
    return []


def _lost(pixels: PixelEvidence | None) -> bool:
    return pixels is not None and pixels.zero_share is not None and pixels.zero_share > MOST_ZEROS


def _success(evidence: Evidence, done: DoneVerdict, measured: DoneVerdict | None, reasons: list[str]) -> SuccessVerdict:
    pixels, conditions = evidence.pixels, evidence.conditions
    if pixels is not None and pixels.zero_share is not None and _lost(pixels):
        reasons.append(f"{pixels.zero_share:.0%} of the pixels are exactly 0: the background was subtracted away")
        return "oversubtracted"
    if conditions.differs:
        reasons.append(f"the dark was taken under other conditions than the light: {called(conditions.differs)}")
    if pixels is not None and pixels.rung > 1:
        return success_left(evidence, done, reasons)
    if measured is None or pixels is None or pixels.factor is None:
        return "undecided"
    short = _short_of_clean(evidence, pixels, measured, reasons)
    if short is not None:
        return short
    return "clean" if done == "applied" else "undecided"


def _short_of_clean(
    evidence: Evidence, pixels: PixelEvidence, measured: DoneVerdict, reasons: list[str]
) -> SuccessVerdict | None:
    """What the pixels, with the conditions, show to be wrong or leave open; None where nothing."""
    assert pixels.factor is not None
    conditions, tolerance = evidence.conditions, factor_tolerance(pixels) or 0.0
    if measured == "wrong_dark":
        left = "residual" if pixels.alternatives else glow_left(pixels)
        if left not in ("residual", "oversubtracted"):
            return "undecided"  # another dark may fit the light: then little of this one is left by chance
        reasons += [] if pixels.alternatives else [glow_left_text(pixels)]
        return left
    if measured == "not_applied":
        return "residual"
    if pixels.pedestals is not None and pixels.pedestals > 1 + PEDESTAL_TOLERANCE:
        reasons.append(f"{pixels.pedestals:.2f} bias levels were subtracted where the light holds one")
        return "oversubtracted"
    short_of_bias = pixels.pedestals is not None and pixels.pedestals < 1 - PEDESTAL_TOLERANCE
    if abs(pixels.factor - 1) > tolerance:
        known = _scaled_success(conditions.exposure_ratio, "oversubtracted" if pixels.factor > 1 else "residual")
        if known != "undecided" or not short_of_bias:
            return known
    if short_of_bias:
        reasons.append(f"only {pixels.pedestals:.2f} of the bias level was subtracted: the rest is left in the output")
        return "residual"
    if conditions.agree is False:
        if conditions.exposure_ratio is None or "exposure_s" not in conditions.differs:
            return "undecided"
        return "oversubtracted" if conditions.exposure_ratio > 1 else "residual"
    if pixels.flat_used is False and evidence.expected_flat:
        reasons.append("the flat was not divided out")
        return "residual"
    return _astray(pixels, reasons) or _second_opinion(pixels, reasons) or _left_open(evidence, pixels, reasons)


def _astray(pixels: PixelEvidence, reasons: list[str]) -> SuccessVerdict | None:
    """A part of the frame that does not obey what the rest shows: not calibrated there, or lost."""
    if not pixels.astray_share:
        return None
    part = f"{pixels.astray_share:.1%} of the frame does not agree with what was done to the rest"
    if pixels.astray_adu is None:
        reasons.append(f"{part}: its pixels are lost (no numbers, or exactly 0)")
        return "undecided"
    reasons.append(f"{part}: {abs(pixels.astray_adu):.0f} ADU too {'low' if pixels.astray_adu > 0 else 'high'} there")
    return "residual" if pixels.astray_adu < 0 else "oversubtracted"


def _second_opinion(pixels: PixelEvidence, reasons: list[str]) -> SuccessVerdict | None:
    """The dark was subtracted fully, and its glow is there all the same: the sensor glowed otherwise in the light."""
    left = glow_left(pixels)
    if left not in ("residual", "oversubtracted"):
        return None
    reasons.append(f"this dark was subtracted fully, and yet {glow_left_text(pixels)}: the light glowed otherwise")
    return left


def _scaled_success(exposure_ratio: float | None, otherwise: SuccessVerdict) -> SuccessVerdict:
    """A factor other than 1 is wrong for a dark of the same exposure; for another nobody can tell from the factor."""
    return otherwise if exposure_ratio is None or abs(exposure_ratio - 1) < TESTIMONY_TOLERANCE else "undecided"


def _left_open(evidence: Evidence, pixels: PixelEvidence, reasons: list[str]) -> SuccessVerdict | None:
    if evidence.conditions.agree is None:
        fields = called(evidence.conditions.unknown) or "their settings"
        reasons.append(
            f"whether dark and light were taken under the same conditions is not known ({fields}): stacking "
            "loses settings, --dark-frames names the singles"
        )
        return "undecided"
    if pixels.pedestals is None:
        reasons.append("whether the bias level was subtracted is not known: give the bias master (--bias)")
        return "undecided"
    return None
