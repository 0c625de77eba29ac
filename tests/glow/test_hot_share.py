"""Hot pixels of darks and lights: the factor is that of exposure and temperature, whatever the glow is."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.glow.hot_share import hot_shares
from ampglow_plugin.simulate import Truth, scene

TRUTH = Truth(width=480, height=440, sky_adu=700.0, star_count=40)


def planes(frames):
    return [frame.astype(np.float32) for frame in frames]


LIGHTS = planes(scene.light(TRUTH, i) for i in range(3))


@pytest.mark.parametrize(
    ("exposure", "temperature", "factor"), [(180.0, -10.0, 1.0), (60.0, -10.0, 3.0), (180.0, -4.0, 0.5)]
)
def test_the_factor_of_exposure_and_temperature(exposure, temperature, factor):
    (dark,) = planes([scene.dark(TRUTH, exposure_s=exposure, temperature_c=temperature)])
    in_lights, in_dark = hot_shares(dark, LIGHTS)
    assert in_lights.value == pytest.approx(factor, rel=0.05)
    assert abs(in_lights.value - factor) < 4 * in_lights.sigma
    assert in_dark.value == pytest.approx(1 / factor, rel=0.05)


def test_a_dark_without_hot_pixels_holds_none_of_the_lights():
    (bias,) = planes([scene.bias(TRUTH)])
    in_lights, in_dark = hot_shares(bias, LIGHTS)
    assert in_lights is None
    assert in_dark.value == pytest.approx(0.0, abs=0.02)


def test_one_light_cannot_tell_hot_pixels_from_cosmic_rays():
    (dark,) = planes([scene.dark(TRUTH)])
    in_lights, in_dark = hot_shares(dark, LIGHTS[:1])
    assert in_lights.value == pytest.approx(1.0, rel=0.05)
    assert in_dark is None


def test_too_few_hot_pixels_say_nothing():
    clean = Truth(width=200, height=160, hot_fraction=0.0, dark_current_adu=1.0, star_count=0)
    assert hot_shares(planes([scene.dark(clean)])[0], planes([scene.light(clean)])) == (None, None)


def test_saturated_pixels_do_not_count():
    bright = Truth(width=480, height=440, hot_mean_adu=40000.0, star_count=0)
    dark = planes([scene.dark(bright, exposure_s=60.0)])[0]
    in_lights, _ = hot_shares(dark, planes(scene.light(bright, i) for i in range(3)))
    assert in_lights.value == pytest.approx(3.0, rel=0.05)
