"""Rules about what a dark holds, on measured values: what files of a case cannot show exactly."""

from __future__ import annotations

import pytest

from ampglow_plugin.knowledge.sensors import sensor_of, unlikely_glow_adu
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.glow import Glow, GlowRegion
from ampglow_plugin.model.held import HeldGlow, HeldRegion, Share
from ampglow_plugin.rules import Context
from ampglow_plugin.rules.matches import unlike_sensor, without_glow

GLOWING, DARK = "ZWO ASI294MC Pro", "ZWO ASI2600MC Pro"


def region(peak_adu, **more):
    return GlowRegion(
        where="right",
        where_basis="rows",
        x=1.0,
        y=1.0,
        peak_adu=peak_adu,
        area_fraction=0.1,
        decay_px=9.0,
        snr=50.0,
        **more,
    )


def glow(*regions, path="d.fit", **more):
    fields = {"noise_adu": 5.0, "background_adu": 500.0, "least_adu": 2.0} | more
    return Glow(path=path, present=bool(regions), regions=regions, **fields)


def frame(camera, path="d.fit", **more):
    return Frame(path=path, camera=camera, **({"exposure_s": 180.0} | more))


def found(rule, one, measured, **held):
    whole = HeldGlow(group="lights", lights=("l.fit",), darks=(one.path,), glow=measured, **held)
    (said,) = rule.check(Context(frames={one.path: one}, held=(whole,)))
    return said


@pytest.mark.parametrize(
    ("share", "binning", "outcome"),
    [
        (0.6, None, "skipped"),  # not recorded: every pixel is one of the sensor
        (0.6, 1, "skipped"),
        (0.5, 2, "failed"),
        (1.0, None, "failed"),
    ],
)
def test_a_part_of_the_sensor_may_lie_beside_the_glow(share, binning, outcome):
    sensor = sensor_of(GLOWING)
    size = {"width": round(sensor.width * share), "height": round(sensor.height * share)}
    one = frame(GLOWING, roi_x=8, roi_y=8, xbinning=binning, **size)
    assert found(without_glow.RULE, one, glow()).outcome == outcome


@pytest.mark.parametrize(
    ("exposure_s", "least_adu", "outcome"),
    [
        (without_glow.LEAST_S, 2.0, "failed"),
        (without_glow.LEAST_S - 0.01, 2.0, "skipped"),
        (None, 2.0, "skipped"),
        (180.0, without_glow.VISIBLE_ADU, "failed"),
        (180.0, without_glow.VISIBLE_ADU + 0.01, "skipped"),
        (180.0, None, "skipped"),
    ],
)
def test_no_glow_is_told_where_it_would_be_seen(exposure_s, least_adu, outcome):
    assert found(without_glow.RULE, frame(GLOWING, exposure_s=exposure_s), glow(least_adu=least_adu)).outcome == outcome


def test_the_brightest_glow_of_a_sensor_without_any_counts_and_readout_does_not():
    limit = unlikely_glow_adu(180.0)
    rule, one = unlike_sensor.RULE, frame(DARK)
    assert found(rule, one, glow(region(limit))).outcome == "passed"
    assert found(rule, one, glow(region(limit + 0.1))).outcome == "failed"
    assert found(rule, one, glow(region(1.0), region(limit + 0.1))).measured == round(limit + 0.1, 1)
    assert found(rule, one, glow(region(9 * limit, doubt="readout"))).outcome == "passed"
    assert found(rule, one, glow(region(9 * limit, doubt="light_leak"))).outcome == "failed"
    assert found(rule, one, glow(light_leak_adu=limit + 0.1)).outcome == "failed"


def test_glow_that_the_lights_hold_once_is_taken_off_all_of_it():
    limit = unlikely_glow_adu(180.0)

    def outcome(*shares):
        regions = tuple(
            HeldRegion(where="right", peak_adu=peak, certain=True, share=Share(value=value, sigma=0.02))
            for peak, value in shares
        )
        return found(unlike_sensor.RULE, frame(DARK), glow(region(4 * limit)), regions=regions).outcome

    assert outcome((4 * limit, 1.0)) == "passed"
    assert outcome((4 * limit, 1.0), (limit, 0.0)) == "passed"
    assert outcome((4 * limit, 1.0), (limit + 1, 0.0)) == "failed"
    assert outcome((4 * limit, 2.0)) == "failed"
    assert outcome() == "failed"


@pytest.mark.parametrize("rule", [without_glow.RULE, unlike_sensor.RULE], ids=lambda rule: rule.code)
def test_one_finding_a_dark_whatever_lies_before_it(rule):
    frames = {name: frame(GLOWING, name) for name in ("a.fit", "b.fit")}
    held = [
        HeldGlow(group="1", darks=("lost.fit",), glow=glow()),
        HeldGlow(group="2", darks=()),
        HeldGlow(group="3", darks=("x.fit", "a.fit")),
        HeldGlow(group="4", darks=("x.fit", "a.fit"), glow=glow()),
        HeldGlow(group="5", darks=("a.fit",), glow=glow()),
        HeldGlow(group="6", darks=("b.fit",), glow=glow()),
    ]
    said = list(rule.check(Context(frames=frames, held=tuple(held))))
    assert [(one.where.path, one.where.group) for one in said] == [("a.fit", "4"), ("b.fit", "6")]
