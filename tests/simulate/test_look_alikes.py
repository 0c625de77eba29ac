"""What is no glow and looks like it: reflections, twilight, wrong flats, a sky that turns. Truths are recovered."""

from dataclasses import replace

import numpy as np
import pytest

from ampglow_plugin.headers import read_frame
from ampglow_plugin.simulate import Nebula, Reflection, Star, Truth, make_lights, scene

QUIET = Truth(
    height=120,
    width=160,
    glows=(),
    vignetting=0.0,
    prnu=0.0,
    bayer_pattern=None,
    sky_adu=400.0,
    stars=(Star(x=110.0, y=40.0, flux_adu=0.0),),
    dithers=((0.0, 0.0), (6.0, -4.0)),
)
MIDDLE = (79.5, 59.5)


def centre(shown):
    """Middle of light above the sky (x, y)."""
    above = shown - 400.0
    return float(above.sum(axis=0) @ np.arange(160) / above.sum()), float(
        above.sum(axis=1) @ np.arange(120) / above.sum()
    )


@pytest.mark.parametrize("reach", [1.0, -0.8])
@pytest.mark.parametrize("index", [0, 1])
def test_a_reflection_goes_where_its_star_sends_it(reach, index):
    ghost = Reflection(star=0, reach=reach, radius_px=14.0, inner=0.5, peak_adu=50.0)
    truth = replace(QUIET, reflections=(ghost,))
    shown = scene.sky(truth, index)
    ((star_x, star_y),) = scene.star_places(truth, index)
    assert (star_x, star_y) == pytest.approx((110.0 + 6.0 * index, 40.0 - 4.0 * index))
    expected = [m + reach * (s - m) for m, s in zip(MIDDLE, (star_x, star_y), strict=True)]
    assert centre(shown) == pytest.approx(expected, abs=0.1)
    assert shown.max() == pytest.approx(450.0)
    assert shown[round(expected[1]), round(expected[0])] == pytest.approx(400.0)  # the hole


def test_an_arc_is_a_part_of_a_ring():
    whole, arc = (
        scene.sky(replace(QUIET, reflections=(Reflection(radius_px=20.0, inner=0.6, arc_deg=a),)), 0)
        for a in (360.0, 90.0)
    )
    assert (arc > 401).sum() == pytest.approx((whole > 401).sum() / 4, rel=0.1)


def test_stars_and_nebulae_turn_together():
    cloud = Nebula(x=110.0, y=40.0, sigma_px=5.0, peak_adu=80.0)
    star = Star(x=110.0, y=40.0, flux_adu=50_000.0)
    for degrees in (0.0, 90.0, 180.0, 137.0):
        turned = replace(QUIET, sky_rotation_deg=degrees, nebulae=(cloud,))
        expected = scene.star_places(replace(turned, stars=(star,)), 0)[0]
        assert centre(scene.sky(turned, 0)) == pytest.approx(expected, abs=0.1)
    flipped = scene.sky(replace(QUIET, flip_from=0, nebulae=(cloud,)), 0)
    assert flipped == pytest.approx(scene.sky(replace(QUIET, sky_rotation_deg=180.0, nebulae=(cloud,)), 0), abs=1e-9)


def test_a_gradient_may_bend():
    plain, bent = (scene.sky(replace(QUIET, gradient_adu=(100.0, 0.0), gradient_bend=b), 0) for b in (0.0, 0.8))
    assert plain[0, -1] - plain[0, 0] == pytest.approx(100.0, rel=0.02)
    assert bent[0, -1] + bent[0, 0] - 2 * bent[0, 80] == pytest.approx(100 * 0.8 * 0.5, rel=0.05)


def test_twilight_brightens_one_light_after_the_other():
    truth = replace(QUIET, twilight=(0.0, 0.1, 0.5))
    levels = [float(np.median(scene.sky(truth, 0, series=i))) for i in range(4)]
    assert levels == pytest.approx([400.0, 440.0, 600.0, 600.0], rel=0.01)


def test_a_flat_of_another_light_path_leaves_the_rest_of_the_vignetting():
    truth = replace(QUIET, vignetting=0.3, flat_vignetting=0.1, flat_centre=(0.4, 0.5))
    flat = np.mean([scene.flat(truth, i) for i in range(8)], axis=0) - truth.pedestal_adu
    assert flat[0, 0] / flat[60, 64] == pytest.approx(0.9 / 1.0, abs=0.03)
    assert scene.response(truth)[0, 0] == pytest.approx(0.7, abs=0.01)
    assert scene.flat_response(replace(truth, flat_vignetting=None, flat_centre=None)) == pytest.approx(
        scene.response(truth)
    )


def test_wings_of_a_star_hold_light_that_a_gaussian_does_not():
    star = Star(x=80.0, y=60.0, flux_adu=100_000.0, fwhm_px=3.0)
    gauss, moffat = (scene.sky(replace(QUIET, stars=(replace(star, beta=b),)), 0) - 400.0 for b in (None, 2.5))
    assert gauss.sum() == pytest.approx(100_000.0, rel=0.01)
    assert moffat.sum() == pytest.approx(100_000.0, rel=0.02)
    assert moffat[60, 95] > 1.0 > gauss[60, 95]


def test_headers_tell_target_side_rotation_site_and_time(tmp_path):
    truth = replace(
        QUIET, object="M 33", ra_deg=23.4, dec_deg=30.6, pier_side="East", sky_rotation_deg=40.0, site_deg=(48.2, 11.5)
    )
    first, second = (read_frame(p) for p in make_lights(tmp_path, truth, count=2, first=7, apart_s=60.0))
    assert (first.object, first.ra_deg, first.dec_deg, first.pier_side) == ("M 33", 23.4, 30.6, "east")
    assert (first.rotation_deg, first.site_lat_deg, first.site_long_deg) == (40.0, 48.2, 11.5)
    assert (first.date_obs or "") < (second.date_obs or "")
    silent = read_frame(make_lights(tmp_path / "b", replace(QUIET, pier_side=None), count=1)[0])
    assert (silent.pier_side, silent.rotation_deg, silent.site_lat_deg) == (None, None, None)
