"""What pixels say of an old dark: "it still fits" takes everything that can change, measured and within its limit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampglow_plugin.model.aged import Comparison, FieldPair
from ampglow_plugin.model.body import HotChange, SameBody, Share
from ampglow_plugin.model.glow import Glow
from ampglow_plugin.model.held import HeldGlow, HeldRegion
from ampglow_plugin.rules.matches.age_evidence import evidence

GLOW = Glow(path="d.fits", present=True, regions=(), noise_adu=8.0, background_adu=500.0)
REGION = HeldRegion(where="right", peak_adu=60.0, certain=True, share=Share(value=1.01, sigma=0.02))
CHANGE = HotChange(compared=200, came=Share(value=0.03, sigma=0.01), went=Share(value=0.05, sigma=0.015))
HELD = HeldGlow(
    group="dark-1",
    darks=("d.fits",),
    glow=GLOW,
    regions=(REGION,),
    hot_in_lights=Share(value=1.02, sigma=0.01),
    body=SameBody(verdict="same", compared=400, in_first=0.95, in_second=0.96),
    hot_change=CHANGE,
)
NEWER = Comparison(
    old="d.fits",
    new="new.fits",
    body=HELD.body,
    level_old_adu=500.0,
    level_new_adu=500.5,
    level_sigma_adu=0.01,
    noise_old_adu=10.0,
    noise_new_adu=10.0,
    glow_adu=60.0,
    glow_ratio=Share(value=1.01, sigma=0.01),
    hot_above_adu=100.0,
    hot_old=400,
    hot_new=400,
    came=8,
    went=9,
    hot_ratio=Share(value=1.0, sigma=0.01),
)


def share(value, sigma):
    return Share(value=value, sigma=sigma)


def region(value, sigma, *, certain=True):
    return (replace(REGION, share=share(value, sigma), certain=certain),)


def test_all_measured_and_within_limits_fits():
    found = evidence(HELD)
    assert found.answer == "unchanged"
    assert "3 +- 1 % came and 5 +- 2 % went" in found.text
    assert "1.01 +- 0.02 times its glow at the right" in found.text


@pytest.mark.parametrize(
    "lacking",
    [
        {"hot_change": None},
        {"hot_in_lights": None},
        {"regions": ()},
        {"regions": region(1.0, 0.02, certain=False)},
        {"regions": region(1.0, 0.08)},
        {"regions": region(1.09, 0.01)},
        {"hot_in_lights": share(1.25, 0.01)},
        {"hot_in_lights": share(1.0, 0.15)},
        {"hot_change": replace(CHANGE, came=share(0.18, 0.02))},
        {"hot_change": replace(CHANGE, went=share(0.22, 0.02))},
        {"why": "dark and lights have different sizes"},
    ],
    ids=str,
)
def test_what_is_not_measured_or_not_settled_proves_nothing(lacking):
    assert evidence(replace(HELD, **lacking)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"hot_change": replace(CHANGE, came=share(0.3, 0.03))},
        {"hot_change": replace(CHANGE, went=share(0.3, 0.03))},
        {"regions": region(1.3, 0.05)},
        {"regions": (REGION, *region(0.7, 0.05))},
    ],
    ids=str,
)
def test_one_clear_change_is_age(changed):
    assert evidence(replace(HELD, **changed)).answer == "changed"


def test_a_sensor_without_glow_needs_none():
    flat = replace(GLOW, present=False)
    assert evidence(replace(HELD, regions=(), glow=flat)).answer == "unchanged"
    assert evidence(replace(HELD, regions=(), glow=replace(flat, certain=False))) is None


def test_a_newer_dark_speaks_too_and_a_change_counts_more():
    nothing = replace(HELD, hot_change=None)
    fits = evidence(replace(nothing, newer=NEWER))
    assert (fits.answer, fits.newer) == ("unchanged", None)
    aged = replace(NEWER, glow_ratio=share(1.4, 0.02))
    found = evidence(replace(HELD, newer=aged))
    assert (found.answer, found.newer) == ("changed", "new.fits")
    assert "1.40 +- 0.02 times that of the old one" in found.text
    assert evidence(replace(nothing, newer=replace(NEWER, level_new_adu=None))) is None
    other = replace(NEWER, differing=(FieldPair(field="temperature_c", old=-10.0, new=-5.0),))
    assert evidence(replace(nothing, newer=other)) is None
