"""A template beside a field, on maps whose truth is written down."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.glow.smooth_field import fit_beside_field
from ampglow_plugin.glow.tiles import TileMaps

ROWS, COLUMNS = 22, 28


def maps(share, *, noise_adu, said_adu, columns_adu=0.0, seed=1):
    """``share`` of a glow along a side; the template holds columns of the bias as well.

    Tiles scatter by ``noise_adu``; their pixels tell ``said_adu``.
    """
    rng = np.random.default_rng(seed)
    y, x = (axis.ravel() for axis in np.mgrid[: ROWS / COLUMNS : ROWS * 1j, -1 : 1 : COLUMNS * 1j])
    glow = 40.0 * np.exp(-(x + 1.0) / 0.15)
    bias = np.tile(rng.normal(0.0, columns_adu, COLUMNS), ROWS)
    return TileMaps(
        x=x,
        y=y,
        output=500.0 + 20.0 * x + share * glow + rng.normal(0.0, noise_adu, x.size),
        variance=np.full(x.size, said_adu**2),
        template=glow + bias,
        template_variance=np.full(x.size, 1e-6),
        shade=None,
        dark_snr=glow / said_adu,
        dark_peak_adu=40.0,
    )


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0, -1.0])
@pytest.mark.parametrize("columns_adu", [0.0, 0.7])
def test_tiles_that_scatter_wider_than_their_pixels_tell_do_not_make_lines_of_the_glow(share, columns_adu):
    """Lines of 0.7 ADU beside tiles said to be good to 0.3 would leave nothing of a glow that is even along them."""
    pulls, sigmas = [], []
    for seed in range(8):
        found = fit_beside_field(maps(share, noise_adu=2.0, said_adu=0.3, columns_adu=columns_adu, seed=seed))
        pulls.append((found.value - share) / found.sigma)
        sigmas.append(found.sigma)
    assert np.median(sigmas) < 0.07
    assert np.max(np.abs(pulls)) < 3.5
    assert np.mean(np.abs(pulls) <= 2) >= 0.75
