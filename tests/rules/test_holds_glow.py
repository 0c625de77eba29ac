"""How sure AG216 is: each thing that weakens a measurement weakens the verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.model.held import HeldGlow, HeldRegion, Share
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules.base import Context
from ampglow_plugin.rules.matches.holds_glow import RULE

AGREE, DISAGREE = Share(value=1.0, sigma=0.01), Share(value=3.0, sigma=0.02)
REGION = HeldRegion(where="right", peak_adu=50.0, certain=True, share=Share(value=2.0, sigma=0.1))
HELD = HeldGlow(
    group="dark-1",
    darks=("d.fits",),
    lights=("l.fits",),
    glow=Glow(path="d.fits", present=True, regions=(), noise_adu=8.0, background_adu=1920.0),
    regions=(REGION,),
    hot_in_lights=AGREE,
    hot_in_dark=AGREE,
)


def judged(held, *, colour=True, camera="Homemade 1"):
    frame = Frame(path="l.fits", camera=camera, bayer_pattern="RGGB" if colour else "none", planes=1)
    match = Match(
        id="dark-1", role="dark", group={}, lights=("l.fits",), dark="d.fits", darks=("d.fits",), status="exact"
    )
    (found,) = RULE.check(Context(frames={"l.fits": frame}, matches=(match,), held=(held,)))
    return found


def factor(value, sigma, **changes):
    return replace(HELD, regions=(replace(REGION, share=Share(value=value, sigma=sigma), **changes),))


@pytest.mark.parametrize(
    ("held", "colour", "outcome", "severity"),
    [
        (factor(2.0, 0.1), True, "failed", "error"),
        (factor(0.0, 0.1), True, "failed", "error"),
        (factor(2.0, 0.1), False, "failed", "warning"),  # a nebula may lie on the glow
        (replace(factor(2.0, 0.1), hot_in_lights=DISAGREE), False, "failed", "error"),
        (replace(factor(2.0, 0.1), hot_in_lights=None), False, "failed", "error"),
        (factor(2.0, 0.25), True, "failed", "warning"),  # 3.6 errors beyond the limit
        (factor(2.0, 0.1, certain=False), True, "skipped", "error"),  # structure of the readout, perhaps
        (factor(2.0, 0.1, peak_adu=2.0), True, "failed", "warning"),  # 2 ADU are left
        (factor(1.0, 0.01, certain=False), True, "skipped", "error"),  # a bias has it, too
        (factor(1.09, 0.001), True, "passed", "error"),
        (factor(1.12, 0.003), True, "failed", "error"),
        (factor(1.0, 0.19), True, "passed", "error"),
        (factor(1.0, 0.21), True, "skipped", "error"),  # may as well be 0.6
        (factor(1.5, 0.2), True, "skipped", "error"),  # neither
    ],
)
def test_severity(held, colour, outcome, severity):
    found = judged(held, colour=colour)
    assert (found.outcome, found.severity) == (outcome, severity)


def test_one_region_that_differs_is_enough_and_is_named():
    other = replace(REGION, where="top-left", share=AGREE)
    found = judged(replace(HELD, regions=(other, REGION)))
    assert found.outcome == "failed"
    assert "50 ADU at the right" in found.message
    assert "about 50 ADU would stay" in found.message


def test_a_sensor_without_glow_passes_by_its_hot_pixels_and_no_other_does():
    without = replace(HELD, regions=())
    assert judged(without, camera="ZWO ASI2600MC Pro").outcome == "passed"
    assert judged(without, camera="ZWO ASI294MC Pro").outcome == "skipped"
    assert judged(replace(without, hot_in_lights=DISAGREE), camera="ZWO ASI2600MC Pro").outcome == "skipped"
    third = replace(without, hot_in_lights=DISAGREE, hot_in_dark=Share(value=0.33, sigma=0.01))
    assert (judged(third).outcome, judged(third).severity) == ("failed", "warning")


def test_what_was_in_the_way_is_said():
    found = judged(HeldGlow(group="dark-1", darks=("d.fits",), why="the lights were calibrated before"))
    assert (found.outcome, "the lights were calibrated before" in found.message) == ("skipped", True)
