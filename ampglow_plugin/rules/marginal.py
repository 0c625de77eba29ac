"""Is so little left of a dark's glow that a gradient removal may take it away? The limits of AG319 and AG412."""

from __future__ import annotations

from typing import Final

from ampglow_plugin.model.plan import LeftGlow

#: of the dark's factor from 1, or of the residual from 0: five times the error a right dark's factor shows
MOST_FACTOR_OFF: Final = 0.05
#: about as much as recent sensors glow at all
MOST_LEFT_ADU: Final = 5.0
#: of the dark's own glow
MOST_LEFT_SHARE: Final = 0.1
#: standard deviations within which what is left has to be marginal
SURE_SIGMA: Final = 2.0


def too_much(left: LeftGlow) -> str | None:
    """Why this is not marginal, or not proved to be; None where it is."""
    if left.done != "applied":
        return f"the dark is not proved to be applied ({left.done.replace('_', ' ')})"
    if left.residual_glow is None or left.residual_glow_adu is None:
        return "how much of the glow is left was not measured"
    off = abs(left.factor - 1) if left.factor is not None else abs(left.residual_glow)
    if off > MOST_FACTOR_OFF:
        return f"the factor of the dark is {off:.2f} away from 1 (at most {MOST_FACTOR_OFF})"
    adu, share = abs(left.residual_glow_adu), abs(left.residual_glow)
    if adu > MOST_LEFT_ADU and share > MOST_LEFT_SHARE:
        what = "are left" if left.residual_glow_adu > 0 else "too much were taken"
        return f"{adu:.1f} ADU {what}, {share:.0%} of the dark's glow (at most {MOST_LEFT_ADU:g} ADU or 10 %)"
    return _uncertain(left, adu, share) or _elsewhere(left)


def _uncertain(left: LeftGlow, adu: float, share: float) -> str | None:
    """Why it may be more than it seems."""
    if not left.residual_glow_sigma or not share:
        return None
    most = share + SURE_SIGMA * left.residual_glow_sigma
    if most > MOST_LEFT_SHARE and most * adu / share > MOST_LEFT_ADU:
        return f"it is known too poorly: up to {most * adu / share:.1f} ADU may be left, {most:.0%} of the dark's glow"
    return None


def _elsewhere(left: LeftGlow) -> str | None:
    """Why what is left does not sit in one corner or at one edge."""
    if left.places is None:
        return "nobody looked where it sits: `ampglow diagnose OUTPUT --dark MASTER` does"
    if left.places > 1:
        return f"it sits in {left.places} places"
    if left.places == 0:
        return "it was not found in any one place: it may be spread over the frame"
    if left.where == "interior":
        return "it sits inside the frame, where the picture is"
    return None
