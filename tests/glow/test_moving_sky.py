"""What stands still under a sky that moves: shifts by the stars, and faint glow of a mono sensor told by them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ampglow_plugin.glow.moving_sky import dithered
from ampglow_plugin.glow.shifts import pointings, starry
from ampglow_plugin.simulate import Truth, scene
from tests.glow.coverage import Night
from tests.glow.test_coefficient import TRUTH

MONO = replace(TRUTH, bayer_pattern=None)
FLIPPED = Truth(width=400, height=360, bayer_pattern=None, flip_from=3, hot_fraction=0.01)


def seen(truth, count):
    """Stars of ``count`` lights without their dark."""
    dark = scene.dark(truth).astype(np.float32)
    found = [starry(scene.light(truth, i).astype(np.float32) - dark) for i in range(count)]
    return [image for image, _ in found], found[0][1]


def test_shifts_and_a_meridian_flip_are_those_of_the_truth():
    before, after = pointings(*seen(FLIPPED, 6))
    assert (before.lights, after.lights) == ((0, 1, 2), (3, 4, 5))
    true = np.array([scene.dither(FLIPPED, i)[::-1] for i in range(6)])
    for found, of, sign in ((before, true[:3], 1), (after, true[3:], -1)):  # a turned sky moves the other way
        apart = found.shifts - found.shifts.mean(axis=0) - sign * (of - of.mean(axis=0))
        assert np.abs(apart).max() < 1.0


def test_large_frames_are_binned_and_their_shifts_are_in_pixels_all_the_same():
    truth = replace(FLIPPED, width=1100, height=700, flip_from=None, star_count=200)
    images, factor = seen(truth, 3)
    assert factor == 3
    (found,) = pointings(images, factor)
    true = np.array([scene.dither(truth, i)[::-1] for i in range(3)])
    assert np.abs(found.shifts - true).max() < 1.5


def test_without_stars_nothing_is_laid_over_anything():
    (alone,) = pointings(*seen(replace(FLIPPED, star_count=0), 4))
    assert alone.lights == (0,)
    assert not dithered(alone.shifts)


@pytest.mark.parametrize(
    ("shifts", "enough"), [(np.zeros((20, 2)), False), (np.eye(20, 2) * 12, True), (np.eye(3, 2) * 12, False)]
)
def test_it_takes_dithers_and_some_lights(shifts, enough):
    assert dithered(shifts) is enough


@pytest.mark.parametrize(("factor", "flat"), [(0.0, True), (1.0, False)])
def test_dithers_tell_a_nebula_from_faint_glow_of_a_mono_sensor(factor, flat):
    night = Night(truth=MONO, factor=factor, flat=flat, lights=50)
    still, moving = night.measured(), night.measured(shifted=True)
    assert moving.sigma < 0.6 * still.sigma
    assert moving.value == pytest.approx(factor, abs=0.15)
    assert abs(moving.value - factor) < 2.5 * moving.sigma
