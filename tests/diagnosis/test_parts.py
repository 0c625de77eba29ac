"""The measurements, one by one, on scenes of a single truth."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from ampglow_plugin.diagnosis.grey import parted
from ampglow_plugin.diagnosis.load import fine_map
from ampglow_plugin.diagnosis.maps import ViewMap, places
from ampglow_plugin.diagnosis.reflection import not_negative, reflected
from ampglow_plugin.diagnosis.search import search
from ampglow_plugin.diagnosis.signs import reflection
from ampglow_plugin.diagnosis.stars import bright_stars
from ampglow_plugin.diagnosis.trend import corners_of, planes_of, trend
from ampglow_plugin.diagnosis.twilight import rise_of
from ampglow_plugin.glow.background import mean_map
from ampglow_plugin.glow.measure import maps_of
from ampglow_plugin.glow.smooth import whitened
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.simulate import GlowSource, Nebula, Reflection, Star, Truth, scene

SKY_ADU = 600.0
QUIET = Truth(
    height=240,
    width=320,
    glows=(),
    vignetting=0.0,
    prnu=0.0,
    dark_current_adu=2.0,
    hot_fraction=0.001,
    sky_adu=SKY_ADU,
    star_count=25,
    stars=tuple(Star(x=13.0 * i % 320, y=31.0 * i % 240, flux_adu=3000.0) for i in range(25)),
    pedestal_adu=1000.0,
)
GLOW = GlowSource(x=1.0, y=0.0, amplitude_adu=90.0, decay_px=45.0, stretch_y=1.0)


def view(truth, first=0, count=2, pedestal=None):
    frames = [scene.light(truth, first + i).astype(np.float32)[None] for i in range(count)]
    maps = [maps_of(f) for f in frames]
    planes = np.mean([[m.values for m in one] for one in maps], axis=0) - (pedestal or 0.0)
    tile = mean_map(maps[0])
    noise = np.array([m.noise_adu for m in maps[0]]) / math.sqrt(count * tile.tile[0] * tile.tile[1] / 4)
    if truth.bayer_pattern is None:
        planes, noise = planes.mean(axis=0, keepdims=True), noise[:1] / 2
    return ViewMap(
        planes=planes,
        noise_adu=noise,
        tiles=replace(tile, values=planes.mean(axis=0)),
        coloured=truth.bayer_pattern is not None,
        level_known=pedestal is not None,
        fine=fine_map(frames[0]),
        exposure_s=truth.exposure_s,
        stars=bright_stars(frames[0]),
    )


def test_colours_part_glow_from_sky_and_tell_the_level_without_a_pedestal():
    truth = replace(QUIET, glows=(GLOW,), vignetting=0.3, gradient_adu=(120.0, 0.0))
    shown = view(truth)
    found = parted(shown, [glow_pattern(shown)])
    mean_colour = (0.5 + 1.0 + 1.0 + 0.7) / 4
    assert found.level_adu == pytest.approx(SKY_ADU * mean_colour * 0.9, rel=0.06)
    corner, opposite = found.glow[0, -1], found.glow[-1, 0]
    assert corner - opposite == pytest.approx(scene.glow(truth, truth.exposure_s)[:16, -16:].mean(), rel=0.25)


def glow_pattern(shown):
    glow = scene.glow(replace(QUIET, glows=(GLOW,)), QUIET.exposure_s)
    rows = [glow[int(y) : int(y) + shown.tiles.tile[0]] for y in shown.tiles.y]
    means = [[row[:, int(x) : int(x) + shown.tiles.tile[1]].mean() for x in shown.tiles.x] for row in rows]
    return np.array(means) / np.max(means)


def test_white_sky_and_mono_have_no_colours_to_part_by():
    assert parted(view(replace(QUIET, bayer_pattern=None, vignetting=0.3))) is None
    assert parted(view(replace(QUIET, colours=(1.0, 1.0, 1.0), vignetting=0.3))) is None


@pytest.mark.parametrize("colour", [None, "RGGB"])
def test_the_same_corner_in_two_targets_is_found_with_its_peak(colour):
    truth = replace(QUIET, bayer_pattern=colour, glows=(GLOW,), vignetting=0.25)
    cloud = Nebula(x=200.0, y=150.0, sigma_px=30.0, peak_adu=150.0)
    skies = [replace(truth, gradient_adu=(90.0, -60.0)), replace(truth, nebulae=(cloud,), sky_adu=400.0)]
    found = search([view(t, first=10 * i) for i, t in enumerate(skies)])
    assert (found.shape.x, found.shape.y) == (319.0, 0.0)
    assert found.amplitudes.significance > 8
    assert found.amplitudes.spread < 2
    assert found.amplitudes.common[0] == pytest.approx(90.0, rel=0.5)  # shapes are tried, not fitted
    assert (found.grey is None) == (colour is None)


def test_a_cloud_of_one_target_is_not_common():
    cloud = Nebula(x=310.0, y=10.0, sigma_px=35.0, peak_adu=150.0)
    found = search([view(replace(QUIET, nebulae=(cloud,))), view(QUIET, first=10)])
    assert found.amplitudes.significance < 5 or found.amplitudes.spread > 3
    assert found.grey is None or found.grey.significance < 4


def test_glow_grows_with_exposure_and_not_with_the_sky():
    long = replace(QUIET, glows=(GLOW,), exposure_s=180.0, bayer_pattern=None)
    short = replace(long, exposure_s=60.0, sky_adu=900.0, glows=(replace(GLOW, amplitude_adu=30.0),))
    found = search([view(long), view(short, first=10)])
    assert found.amplitudes.exposures == pytest.approx([1.0, 1 / 3])
    assert found.amplitudes.spread < 1.5
    assert found.amplitudes.sky_rather < 0


def test_a_plane_that_turns_is_told_from_one_that_stays():
    slope = 0.15 * SKY_ADU
    turned = [replace(QUIET, gradient_adu=(slope, 0.0)), replace(QUIET, gradient_adu=(-slope, 0.0))]
    found = planes_of([trend(view(t, first=10 * i), ()) for i, t in enumerate(turned)])
    assert found.largest == pytest.approx(0.15, rel=0.1)
    assert found.own > 10
    stays = [replace(QUIET, gradient_adu=(slope * s, 0.0), sky_adu=SKY_ADU * s) for s in (1.0, 0.7)]
    found = planes_of([trend(view(t, first=10 * i), ()) for i, t in enumerate(stays)])
    assert found.common[0] == pytest.approx(0.15, rel=0.1)
    assert found.largest < 0.02


@pytest.mark.parametrize(("vignetting", "corner"), [(0.3, -0.3), (-0.25, 0.25), (0.0, 0.0)])
def test_the_fall_off_of_a_lens_is_a_share_of_the_light(vignetting, corner):
    views = [view(replace(QUIET, vignetting=vignetting, sky_adu=s), first=10 * i) for i, s in enumerate((400.0, 900.0))]
    found = corners_of([trend(v, ()) for v in views])
    assert found.value == pytest.approx(corner / median_of_lens(vignetting), abs=0.04)
    assert found.spread < 2


def median_of_lens(vignetting):
    """Shares are of the median of the frame, which the lens has darkened as well."""
    y, x = np.mgrid[-0.5:0.5:60j, -0.5:0.5:80j]
    return 1 - vignetting * float(np.median((x**2 + y**2) / 0.5))


def test_the_pedestal_matters_to_mono_frames_and_is_said_not_to_be_known():
    truth = replace(QUIET, vignetting=0.3, bayer_pattern=None)
    known, unknown = (trend(view(truth, pedestal=p), ()) for p in (1000.0, None))
    assert known.level_known
    assert not unknown.level_known
    assert known.corner == pytest.approx(-0.3 / median_of_lens(0.3), abs=0.04)
    assert -0.3 < unknown.corner < -0.05


@pytest.mark.parametrize(("reach", "words"), [(1.0, "a nebula stays with its own"), (-1.0, "other side of the middle")])
def test_what_would_decide_about_a_disc_depends_on_where_its_star_is(reach, words):
    star = Star(x=230.0, y=80.0, flux_adu=500_000.0, beta=3.0)
    ghost = Reflection(star=0, reach=reach, radius_px=28.0, inner=0.4, peak_adu=120.0)
    truth = replace(QUIET, stars=(star, *QUIET.stars), reflections=(ghost,), dithers=((0.0, 0.0),))
    shown = view(truth)
    measured = SimpleNamespace(
        reflected=reflected([shown], ()), distinct=(SimpleNamespace(view=shown),), first=Frame(path="l.fits")
    )
    (missing,) = reflection.signs(measured).missing
    assert words in missing


@pytest.mark.parametrize("reach", [1.0, -1.0])
def test_a_ring_is_found_where_its_star_puts_it(reach):
    star = Star(x=230.0, y=80.0, flux_adu=500_000.0, beta=3.0)
    ghost = Reflection(star=0, reach=reach, radius_px=28.0, inner=0.4, peak_adu=120.0)
    truth = replace(QUIET, stars=(star, *QUIET.stars), reflections=(ghost,), dithers=((0.0, 0.0),))
    other = replace(QUIET, stars=(replace(star, x=60.0, y=50.0), *QUIET.stars), dithers=((0.0, 0.0),))
    found = reflected([view(truth), view(other, first=10)], ())
    middle_x, middle_y = 159.5, 119.5
    assert (found.disc.x, found.disc.y) == pytest.approx(
        (middle_x + reach * (230.0 - middle_x), middle_y + reach * (80.0 - middle_y)), abs=8
    )
    assert found.disc.radius == pytest.approx(28.0, abs=12)  # tiles are 16 pixels wide
    assert found.significance > 15
    assert found.edge > 25
    assert found.elsewhere < 0.3 * found.significance


def test_a_bright_star_with_wings_in_a_nebula_is_no_reflection():
    star = Star(x=230.0, y=80.0, flux_adu=500_000.0, beta=2.5)
    cloud = Nebula(x=228.0, y=83.0, sigma_px=25.0, peak_adu=150.0)
    found = reflected([view(replace(QUIET, stars=(star, *QUIET.stars), nebulae=(cloud,)))], ())
    assert found.edge < 25 or found.significance < 10


def test_tiles_of_a_star_are_told_from_those_of_light_of_some_width():
    y, x = 8.0 * np.arange(30), 8.0 * np.arange(40)
    even = np.ones((30, 40))
    disc = (np.hypot(y[:, None] - 80.0, x - 176.0) < 21.0).astype(float)
    values = np.random.default_rng(5).normal(60.0 * disc, 1.0)
    values[20, 5] += 100.0
    known = np.zeros(values.shape, dtype=bool)
    known[3, 3] = True
    covered = disc > 0
    assert np.count_nonzero(whitened(values, [even], y=y, x=x).far[covered]) > 10
    assert np.count_nonzero(whitened(values, [even], y=y, x=x, stars=known).far[covered]) == 0
    found = whitened(values, [even, disc], y=y, x=x, stars=known).far
    assert found[20, 5]
    assert found[3, 3]
    assert np.count_nonzero(found) < 6


@pytest.mark.parametrize("reach", [1.0, -1.0])
@pytest.mark.parametrize(("inner", "arc_deg"), [(0.0, 360.0), (0.5, 360.0), (0.0, 250.0)])
def test_a_bright_disc_is_not_taken_for_stars(reach, inner, arc_deg):
    """Its tiles lie as far from all that is smooth as those of stars do, but side by side."""
    star = Star(x=208.0, y=84.0, flux_adu=400_000.0, beta=3.3)
    ghost = Reflection(star=0, reach=reach, radius_px=24.0, inner=inner, arc_deg=arc_deg, peak_adu=64.0)
    truth = replace(QUIET, sky_adu=255.0, stars=(star, *QUIET.stars), reflections=(ghost,), dithers=((0.0, 0.0),))
    found = reflected([view(truth)], ())
    assert found.disc.reach * reach > 0
    assert found.disc.radius == pytest.approx(24.0, rel=0.2)
    assert found.peak_adu == pytest.approx(64.0 * 0.8, rel=0.3)  # mean of the colours
    assert found.significance > 15
    assert found.edge > 150


def test_light_is_never_taken_away():
    """A cloud less a narrower one would pass for a ring: what suits best alone and positive is the cloud."""
    products, fits = np.array([[1.0, 0.9], [0.9, 1.0]]), np.array([1.0, 0.5])
    factors, worth = not_negative(products, fits)
    assert factors == pytest.approx([1.0, 0.0])
    assert worth == pytest.approx(1.0)
    factors, worth = not_negative(np.eye(2), np.array([-1.0, -2.0]))
    assert (factors.tolist(), worth) == ([0.0, 0.0], 0.0)


def test_stars_are_found_brightest_first_and_hot_pixels_are_none():
    stars = (Star(x=100.0, y=60.0, flux_adu=150_000.0), Star(x=250.0, y=200.0, flux_adu=100_000.0))
    truth = replace(QUIET, stars=(*stars, *QUIET.stars), hot_fraction=0.003, hot_mean_adu=60_000.0)
    found = bright_stars(scene.light(truth, 0).astype(np.float32)[None])
    assert [(s.x, s.y) for s in found[:2]] == [pytest.approx((s.x, s.y), abs=2) for s in stars]
    assert bright_stars(np.zeros((1, 80, 80), np.float32)) == ()


def test_coordinates_reach_one_in_the_corners():
    at = places(view(QUIET).tiles)
    assert at.radius2.max() == pytest.approx(1.0, abs=0.15)
    assert abs(at.across.mean()) < 1e-9
    assert abs(at.down.mean()) < 1e-9


HOUR = 3600.0


def test_dawn_rises_into_the_last_frames_and_dusk_into_the_first():
    times = [0.15 * HOUR * i for i in range(10)]
    levels = [300, 301, 299, 300, 302, 310, 340, 420, 600, 950]
    dawn = rise_of(times, levels)
    assert dawn.end == "last"
    assert dawn.rise == pytest.approx(950 / 299.7 - 1, rel=0.05)
    assert dawn.rate_per_h > 2
    assert set(dawn.bright) == {8, 9} or set(dawn.bright) == {9}
    dusk = rise_of(times, levels[::-1])
    assert dusk.end == "first"
    assert {9 - i for i in dusk.bright} == set(dawn.bright)


@pytest.mark.parametrize(
    "levels",
    [
        [300, 302, 299, 301, 300, 303, 300, 301],  # even
        [300, 320, 380, 500, 380, 320, 300, 290],  # a cloud in the middle
    ],
)
def test_what_turns_back_is_no_twilight(levels):
    found = rise_of([600.0 * i for i in range(len(levels))], levels)
    assert found is None or found.rise < 0.1


def test_few_frames_or_one_time_are_no_series():
    assert rise_of([0, 600, 1200], [300, 400, 500]) is None
    assert rise_of([0, 0, 0, 0], [300, 400, 500, 600]) is None
    assert rise_of([], []) is None
