"""The pixels of the lights are as the sensor gave them: no device has subtracted a dark.

What it checks
    A few lights of each camera, in their pixels: the share of single pixels that are exactly 0, and isolated hot
    pixels that stand at the same place in every light. Zeros in more than 0.1 percent of the pixels and next to no
    hot pixel that repeats: a dark was subtracted and the rest clipped (a warning with both figures). Zeros beside hot
    pixels that repeat: the offset is too low (a warning). Pixels are read of three lights a camera; the rule is
    skipped where they could not be.

Why it matters
    Smart telescopes subtract a dark of their own and write nothing of it into the header. A second one takes the glow
    off twice and digs holes where hot pixels were; what was clipped at 0 cannot be brought back.

How to fix it
    Switch the device's own dark subtraction off, if it can be; otherwise process these lights without a dark. Where
    the offset is too low, raise it, for lights and darks alike.

Source
    Measured: a Seestar S50 of firmware 4.70 has 6.5 percent exact zeros and 4 repeating hot pixels in a million, raw
    frames of firmware 4.27 no zeros; darks of a CCD have over 80 in a million even at 24 s.
"""

from __future__ import annotations

from collections.abc import Iterator

from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.raw import RawState
from ampglow_plugin.rules.base import Context, Rule, finding

#: share of exact zeros from which samples are clipped; a raw frame with a sound offset has none
ZEROS_FROM = 1e-3
#: share of pixels that are hot in every light below which the sensor shows no hot pixels at all
HOT_BELOW = 2e-5
NOT_AGAIN = "do not subtract a dark again: switch the device's own dark off, or process these lights without a dark"


def check(context: Context) -> Iterator[Finding]:
    """One finding a camera and exposure."""
    for state in context.raw_states or ():
        yield _judge(state)


def subtracted(state: RawState) -> bool:
    """Whether the pixels look as if the device had subtracted a dark."""
    return state.zero_share >= ZEROS_FROM and state.hot_share < HOT_BELOW


def _judge(state: RawState) -> Finding:
    zeros = f"{state.zero_share:.1%} of the pixels are exactly 0"
    hot = f"{state.hot_share * 1e6:.0f} in a million are hot {'in every light' if len(state.paths) > 1 else 'pixels'}"
    fix = None
    if state.zero_share < ZEROS_FROM:
        text = f"{_lights(state)}: not clipped at 0; {hot}"
    elif subtracted(state):
        text = f"the device seems to have subtracted a dark itself: {zeros}, and only {hot} ({_lights(state)})"
        fix = NOT_AGAIN
    else:
        text = f"the offset is too low: {zeros} ({_lights(state)})"
        fix = "raise the offset, for lights and darks alike"
    return finding(
        RULE,
        "failed" if fix else "passed",
        text,
        where=Where(path=state.paths[0]),
        measured=round(state.zero_share, 5),
        limit=ZEROS_FROM,
        unit="share",
        fix=fix,
    )


def _lights(state: RawState) -> str:
    count = len(state.paths)
    return f"pixels of {count} light{'s' if count > 1 else ''}"


RULE = Rule(code="AG111", name="device-subtracted", severity="warning", needs=("raw_states",), check=check)
