"""Whether debayering has averaged the greens, as VNG does."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.pixels import PATTERNS, SITES, greens_averaged, site_plane


def frame(pattern, *, averaged, seed=1, shape=(120, 160), noise=20.0):
    rng = np.random.default_rng(seed)
    sky = 500 + np.linspace(0, 300, shape[1]) + 0.002 * rng.normal(0, 500, shape)  # a gradient, and a grain
    stars = np.where(rng.random(shape) < 2e-3, rng.exponential(5000.0, shape), 0.0)
    rgb = bilinear((sky + stars + rng.normal(0, noise, shape)).astype(np.float32), pattern)
    if averaged:
        wide = np.pad(rgb[1], 1, mode="reflect")
        other = (wide[:-2, :-2] + wide[:-2, 2:] + wide[2:, :-2] + wide[2:, 2:]) / 4
        for site, letter in zip(SITES, pattern, strict=True):
            if letter == "G":
                site_plane(rgb[1], site)[...] = site_plane((rgb[1] + other) / 2, site)
    return rgb


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("averaged", [True, False])
def test_averages_are_told_by_the_noise_they_share(pattern, averaged):
    assert [greens_averaged(frame(pattern, averaged=averaged, seed=s), pattern) for s in range(5)] == [averaged] * 5


def test_what_has_no_noise_or_is_too_small_was_not_averaged():
    assert not greens_averaged(np.ones((3, 100, 100), np.float32), "RGGB")
    assert not greens_averaged(frame("RGGB", averaged=True, shape=(40, 40)), "RGGB")
    assert not greens_averaged(np.full((3, 100, 100), np.nan, np.float32), "RGGB")
