"""The verdict where the raw light is gone: over what is left of the dark in the output.

A residual says how well it worked before it says what was done. Nothing left is a dark that was applied; all of it
left is none. Anything between is a scaled dark as well as one of another exposure or gain: only equal conditions, or
the host's own words, tell which, and the hypotheses are ranked by how well they explain glow and hot pixels together.
"""

from __future__ import annotations

import math
from typing import Final

from ampglow_plugin.model.evidence import DoneVerdict, Evidence, PixelEvidence, SuccessVerdict

#: glow that is left counts from this many standard deviations on, and from this level (ADU); source: the design of the
#: proof, clean is a residual below the larger of both
LEFT_SIGMA: Final = 3.0
LEFT_ADU: Final = 1.0
#: less certain than this (3 sigma, share of the glow, and ADU: a tenth of a glow of 20 ADU) a residual does not prove
#: that nothing is left
USELESS_SHARE: Final = 0.1
USELESS_ADU: Final = 2.0
#: where the factor of the dark itself was measured the residual is a second opinion: it counts from this many standard
#: deviations and this share of the glow on; source: nebulae at the place of the glow, which no sigma knows to be there
SECOND_OPINION_SIGMA: Final = 5.0
SECOND_OPINION_SHARE: Final = 0.1
#: and up to this share: under equal settings no sensor glows several times as much, it is the shape of sky or optics;
#: source: real flats of 27,000 ADU, calibrated with their dark, show 11 times its 25 ADU of glow
SECOND_OPINION_MOST: Final = 3.0
#: ... and from this share of the sky on; source: flats repeat the light of the night to about 1 %
SECOND_OPINION_SKY: Final = 0.01
#: what is left, and so many standard deviations more, has to be less than this share of the glow, or this level (ADU),
#: to be called clean: a dark scaled by 0.926 leaves 0.074 of it
UNSEEN_SIGMA: Final = 2.0
UNSEEN_SHARE: Final = 0.05
UNSEEN_ADU: Final = 1.5
#: what is left within this of 0, 1 or -1 is that number; source: set points are held to a quarter of a degree, and hot
#: pixels double every 6 degrees
SHARE_TOLERANCE: Final = 0.03
#: less certain than this (3 sigma) "nothing was subtracted" cannot be said either
USELESS_FOR_NONE: Final = 0.25
#: of an output without a scale: more of the glow than this share is left, at least, where no dark was subtracted
MOST_IS_LEFT: Final = 0.75
#: hot pixels that are left beyond this, with the glow gone, are those of another temperature; source: the widest
#: tolerated difference of 2 degrees, at a doubling every 6 degrees
HOT_TOLERANCE: Final = 0.3
#: share of pedestals within which 1 is right; source: the level of a dark stands for the bias and is too high by its
#: dark current, 5 % in the reference runs on Siril
PEDESTAL_TOLERANCE: Final = 0.1
#: exponents of glow in exposure from 0.8 to 1.2, as seen on sensors: glow and hot pixels of another exposure differ
_EXPONENT_SIGMA: Final = 0.2
_DOUBLING_C: Final = 6.0
_AGREE: Final = 9.0


def measured_left(evidence: Evidence, reasons: list[str]) -> DoneVerdict | None:
    """What the residuals alone say was done; None where they do not decide."""
    pixels = evidence.pixels
    assert pixels is not None
    if pixels.why:
        reasons.append(pixels.why)
    reasons.extend(_residual_texts(pixels))
    if pixels.mirrored:
        return "wrong_dark" if min(pixels.mirrored.values()) < 0 else None
    found = _share(pixels)
    if found is None:
        return None
    value, sigma = found
    width = LEFT_SIGMA * sigma
    tolerance = max(SHARE_TOLERANCE, width)
    if pixels.scale_low is not None and abs(value) > tolerance:  # the most that may be left; and the least of it
        return "not_applied" if (value - width) * pixels.scale_low > MOST_IS_LEFT else None
    if abs(value - 1) <= tolerance and width <= USELESS_FOR_NONE:
        return "not_applied"
    if not _sharp(pixels, width):
        return None
    if abs(value) <= tolerance:
        return "wrong_dark" if _hot_left(pixels) else "applied"
    if abs(value + 1) <= tolerance:
        return "applied_twice"
    claims = {evidence.header.claim, evidence.log.claim}
    if "scaled" in claims:
        return "scaled"
    if "applied" in claims or evidence.conditions.agree is False:
        return "wrong_dark"
    return "scaled" if evidence.conditions.agree else None


def success_left(evidence: Evidence, done: DoneVerdict, reasons: list[str]) -> SuccessVerdict:
    """How well it worked, by the glow that is left; the reasons name number and limit."""
    pixels = evidence.pixels
    assert pixels is not None
    if pixels.mirrored:
        return "residual" if min(pixels.mirrored.values()) < 0 else "undecided"
    by_glow = _glow_success(pixels, reasons)
    if by_glow not in ("clean", "undecided"):
        return by_glow
    if _hot_left(pixels):
        assert pixels.residual_hot is not None
        glow = "the glow is gone, and" if by_glow == "clean" else "whatever became of the glow,"
        hot = "are left" if pixels.residual_hot > 0 else "were taken too much"
        reasons.append(f"{glow} {abs(pixels.residual_hot):.2f} of the hot pixels {hot}, limit {HOT_TOLERANCE:g}")
        return "residual" if pixels.residual_hot > 0 else "oversubtracted"
    if by_glow == "undecided":
        return by_glow
    if evidence.conditions.agree is False:
        reasons.append("nothing of this dark is left, but it does not fit the light: name the dark that was used")
        return "undecided"
    if pixels.pedestals is not None and abs(pixels.pedestals - 1) > PEDESTAL_TOLERANCE:
        reasons.append(f"{pixels.pedestals:.2f} bias levels were subtracted where the light holds one")
        return "oversubtracted" if pixels.pedestals > 1 else "residual"
    if pixels.flat_used is False and evidence.expected_flat:
        reasons.append("the flat was not divided out")
        return "residual"
    if pixels.astray_share:
        reasons.append(f"{pixels.astray_share:.1%} of the frame does not agree with what was done to the rest")
        return "undecided"
    return "clean" if done == "applied" else "undecided"


def explanations(pixels: PixelEvidence, *, this_master: bool = True) -> list[str]:
    """What could have left these residuals, the best explanation first; nothing where nothing is left.

    Ranked by likelihood: what allows for more must explain more. ``this_master``: whether the named dark itself may
    have been subtracted; its own noise would then be in the output.
    """
    if pixels.mirrored:
        return [_mirror_text(name, share) for name, share in pixels.mirrored.items()]
    found = _share(pixels)
    if found is None or (abs(found[0]) <= max(SHARE_TOLERANCE, LEFT_SIGMA * found[1]) and not _hot_left(pixels)):
        return []
    value, sigma = found
    width = LEFT_SIGMA * sigma
    if pixels.scale_low is not None:
        dark = "no dark was subtracted" if value > 0 else "the dark was subtracted twice"
        return [dark, "a scaled dark, or one of other exposure, gain or temperature, was subtracted"]
    if abs(value - 1) <= max(SHARE_TOLERANCE, width) and width <= USELESS_FOR_NONE:
        return ["no dark was subtracted"]
    glow, hot = pixels.residual_glow, pixels.residual_hot
    ratio = 1 - value
    in_time = ratio if hot is None else 1 - hot  # hot pixels are linear in time, glow need not be
    twice = abs(value + 1) <= max(SHARE_TOLERANCE, width)
    scaled = (
        "the dark was subtracted twice" if twice else f"the dark was scaled by about {ratio:.2f} (dark optimisation)"
    )
    exposure = f"a dark of other exposure was subtracted, about {in_time:.2f} of the light's"
    gain = f"a dark of other gain was subtracted, with about {ratio:.2f} of the signal"
    if glow is None or hot is None:
        return [*([scaled] if this_master else []), exposure, gain, "a dark of other temperature was subtracted"]
    glow_sigma, hot_sigma = pixels.residual_glow_sigma or 0.0, math.hypot(pixels.residual_hot_sigma or 0.0, 0.03)
    apart = (glow - hot) ** 2
    nonlinear = _EXPONENT_SIGMA * abs(ratio * math.log(abs(ratio))) if abs(ratio) > 1e-3 else 0.0
    both = glow_sigma**2 + hot_sigma**2
    free = both + nonlinear**2
    ranked = [
        (apart / both, 0.0, gain),
        (apart / free, math.log(free / both), exposure),
        ((glow / math.hypot(glow_sigma, SHARE_TOLERANCE)) ** 2, 0.0, _temperature_text(hot)),
    ]
    ranked = [(apart / both, 0.0, scaled), *ranked] if this_master else ranked
    good = [text for chi2, _, text in sorted(ranked, key=lambda r: r[0] + r[1]) if chi2 <= _AGREE]
    return good or ["a dark of other exposure and other temperature was subtracted"]


def _share(pixels: PixelEvidence) -> tuple[float, float] | None:
    """What is left as a share of the dark: by factor where known, else by the glow, else by the hot pixels."""
    if pixels.factor is not None and pixels.factor_sigma is not None:
        return 1 - pixels.factor, pixels.factor_sigma
    if pixels.residual_glow is not None and pixels.residual_glow_sigma is not None:
        return pixels.residual_glow, pixels.residual_glow_sigma
    if pixels.residual_hot is not None and pixels.residual_hot_sigma is not None:
        return pixels.residual_hot, pixels.residual_hot_sigma
    return None


def _sharp(pixels: PixelEvidence, width: float) -> bool:
    peak = pixels.glow_peak_adu
    return width <= USELESS_SHARE or (bool(peak) and width * (peak or 0.0) <= USELESS_ADU)


def _hot_left(pixels: PixelEvidence) -> bool:
    """Whether more than the tolerance is left, on any scale that the output may have."""
    if pixels.residual_hot is None:
        return False
    sigma = _without_scale(pixels.residual_hot, pixels.residual_hot_sigma, pixels.scale_sigma)
    most = HOT_TOLERANCE * (1.0 + LEFT_SIGMA * (pixels.scale_sigma or 0.0))
    return abs(pixels.residual_hot) > most + LEFT_SIGMA * sigma


def glow_limit_adu(pixels: PixelEvidence | None) -> float | None:
    """Up to which level of what is left the glow counts as gone (ADU); None where it was not measured."""
    if pixels is None or pixels.residual_glow_sigma is None or not pixels.glow_peak_adu:
        return None
    if pixels.rung > 1:
        sigma = _without_scale(pixels.residual_glow or 0.0, pixels.residual_glow_sigma, pixels.scale_sigma)
        return max(LEFT_SIGMA * sigma * pixels.glow_peak_adu, LEFT_ADU)
    share = max(SECOND_OPINION_SIGMA * pixels.residual_glow_sigma, SECOND_OPINION_SHARE)
    return max(share * pixels.glow_peak_adu, LEFT_ADU, SECOND_OPINION_SKY * abs(pixels.sky_adu or 0.0))


def _without_scale(residual: float, sigma: float | None, scale_sigma: float | None) -> float:
    """Standard deviation of a residual without that of the scale: on any scale nothing is 0, and something is not."""
    return math.sqrt(max((sigma or 0.0) ** 2 - (residual * (scale_sigma or 0.0)) ** 2, 0.0))


def glow_left(pixels: PixelEvidence) -> SuccessVerdict | None:
    """The glow by itself: ``clean``, ``residual``, ``oversubtracted``, ``undecided`` where too uncertain.

    None where it was not measured, or is no glow.
    """
    limit, left = glow_limit_adu(pixels), pixels.residual_glow_adu
    if limit is None or left is None or pixels.residual_glow_sigma is None:
        return None
    if pixels.rung == 1 and abs(pixels.residual_glow or 0.0) > SECOND_OPINION_MOST:
        return None
    if abs(left) > limit:
        return "residual" if left > 0 else "oversubtracted"
    sharp = _sharp(pixels, LEFT_SIGMA * pixels.residual_glow_sigma) and not (pixels.rung > 1 and _unseen(pixels))
    return "clean" if sharp else "undecided"


def _unseen(pixels: PixelEvidence) -> bool:
    """Whether more may be left than a clean frame may have."""
    most = abs(pixels.residual_glow or 0.0) + UNSEEN_SIGMA * (pixels.residual_glow_sigma or 0.0)
    return most > UNSEEN_SHARE and most * (pixels.glow_peak_adu or 0.0) > UNSEEN_ADU


def glow_left_text(pixels: PixelEvidence) -> str:
    """What :func:`glow_left` says, with number and limit."""
    left, limit, peak = pixels.residual_glow_adu or 0.0, glow_limit_adu(pixels) or 0.0, pixels.glow_peak_adu or 0.0
    if abs(left) <= limit:
        unseen = LEFT_SIGMA * (pixels.residual_glow_sigma or 0.0) * peak
        missing = "the raw light (--light)" if pixels.exact is None else "the dark that was used"
        more = f"; name {missing} to be sure" if pixels.rung > 1 else ""
        return (
            f"too uncertain to call clean: up to {unseen:.0f} ADU of a glow of {peak:.0f} ADU may be left unseen{more}"
        )
    what = "of the glow is left" if left > 0 else "more than the glow was taken"
    return f"{abs(left):.1f} ADU {what}, limit {limit:.1f} ADU"


def _glow_success(pixels: PixelEvidence, reasons: list[str]) -> SuccessVerdict:
    left = glow_left(pixels)
    if left is None:
        return _without_glow(pixels)
    if left != "clean":
        reasons.append(glow_left_text(pixels))
    return left


def _without_glow(pixels: PixelEvidence) -> SuccessVerdict:
    """A dark that shows no glow has none to leave: then its hot pixels decide."""
    hot, sigma = pixels.residual_hot, pixels.residual_hot_sigma
    if pixels.glow_peak_adu != 0.0 or hot is None or sigma is None:
        return "undecided"
    if abs(hot) > max(LEFT_SIGMA * sigma, USELESS_SHARE):
        return "residual" if hot > 0 else "oversubtracted"
    return "clean" if LEFT_SIGMA * sigma <= USELESS_SHARE else "undecided"


def _residual_texts(pixels: PixelEvidence) -> list[str]:
    texts = []
    if pixels.residual_glow is not None:
        peak = f" (peak of the dark's glow: {pixels.glow_peak_adu:.0f} ADU)" if pixels.glow_peak_adu else ""
        share = round(pixels.residual_glow, 3) + 0.0
        texts.append(f"pixels: {share:.3f} +- {pixels.residual_glow_sigma:.3f} of the dark's glow is left{peak}")
    if pixels.residual_hot is not None:
        share = round(pixels.residual_hot, 3) + 0.0
        texts.append(f"pixels: {share:.3f} +- {pixels.residual_hot_sigma:.3f} of the dark's hot pixels are left")
    texts += [_mirror_text(name, share) for name, share in pixels.mirrored.items()]
    return texts


def _mirror_text(name: str, share: float) -> str:
    if share > 0:
        return f"{share:.2f} of the dark's pattern is there {name}: the frame was turned against its dark"
    return f"the dark was subtracted {name}: {-share:.2f} of its pattern is missing there"


def _temperature_text(hot: float) -> str:
    if hot >= 0:
        degrees = -_DOUBLING_C * math.log2(max(1 - hot, 0.05)) if hot < 1 else _DOUBLING_C * math.log2(1 + hot)
        return f"a dark of other temperature was subtracted, about {degrees:.0f} degrees colder than the light"
    return (
        f"a dark of other temperature was subtracted, about {_DOUBLING_C * math.log2(1 - hot):.0f} degrees warmer than "
        "the light"
    )
