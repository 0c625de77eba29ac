"""From mosaic to three planes."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.pixels import PATTERNS, SITES, remosaic, site_plane

#: odd and even in both directions
SHAPES = ((40, 60), (41, 60), (40, 61), (41, 61))


def mosaic_of(planes, pattern):
    mosaic = np.empty(planes.shape[1:], dtype=np.float32)
    for site, letter in zip(SITES, pattern, strict=True):
        site_plane(mosaic, site)[...] = site_plane(planes["RGB".index(letter)], site)
    return mosaic


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_flat_colour_stays_flat_up_to_the_edges(pattern, shape):
    planes = np.ones((3, *shape), dtype=np.float32) * np.array([0.2, 0.5, 0.3], dtype=np.float32)[:, None, None]
    np.testing.assert_allclose(bilinear(mosaic_of(planes, pattern), pattern), planes, rtol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("pattern", PATTERNS)
def test_samples_stay_as_they_are_and_nothing_overshoots(pattern, shape):
    mosaic = np.random.default_rng(1).random(shape, dtype=np.float32)
    planes = bilinear(mosaic, pattern)
    assert np.array_equal(remosaic(planes, pattern), mosaic)
    for plane, colour in zip(planes, "RGB", strict=True):
        own = [site_plane(mosaic, site) for site, letter in zip(SITES, pattern, strict=True) if letter == colour]
        assert plane.min() >= min(s.min() for s in own) - 1e-6
        assert plane.max() <= max(s.max() for s in own) + 1e-6


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_slope_of_each_colour_is_recovered(pattern):
    y, x = np.mgrid[0:40, 0:60]
    planes = np.array([0.1 + 0.002 * x, 0.5 - 0.001 * x + 0.003 * y, 0.2 + 0.001 * y], dtype=np.float32)
    found = bilinear(mosaic_of(planes, pattern), pattern)
    np.testing.assert_allclose(found[:, 1:-1, 1:-1], planes[:, 1:-1, 1:-1], atol=1e-6)
