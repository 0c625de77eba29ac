"""Narrow rays: what the fit cannot resolve it must not make up."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.glow.measure import About, measure

SHAPE = (400, 560)


def starburst(*, width_deg: float, peak_adu: float, core: float, rays: int = 6) -> np.ndarray:
    """Rays of a width in degrees that meet at the right edge; ``core`` is the share of light that has no rays."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    dy, dx = y - 200.0, x - (SHAPE[1] - 1.0)
    distance, angle = np.hypot(dx, dy), np.arctan2(dy, dx)
    middles = np.pi / 2 + (np.arange(rays) + 0.5) * np.pi / rays
    off = np.abs(np.angle(np.exp(1j * (angle[..., None] - middles)))).min(axis=-1)
    shape = np.exp(-0.5 * (off / np.radians(width_deg)) ** 2)
    return peak_adu * np.exp(-distance / 110.0) * (core + (1 - core) * np.where(distance < 2, 1.0, shape))


@pytest.mark.parametrize(("width_deg", "core"), [(3.0, 0.0), (3.0, 0.3), (6.0, 0.0)])
@pytest.mark.parametrize(("frames", "peak_adu"), [(10, 60.0), (1, 25.0)])
def test_narrow_rays_are_found_and_their_peak_is_not_made_up(width_deg, core, frames, peak_adu):
    rng = np.random.default_rng(2)
    light = starburst(width_deg=width_deg, peak_adu=peak_adu, core=core)
    frame = 500 + light + rng.normal(0, 10 / np.sqrt(frames), SHAPE)
    glow = measure(frame[None].astype(np.float32), About(path="burst.fits", kind="dark", exposure_s=300.0))
    assert glow.present
    assert glow.certain
    assert glow.regions[0].where == "right"
    # rays that are narrower than a tile fill a part of it
    assert 0.25 * peak_adu <= glow.regions[0].peak_adu <= 1.15 * peak_adu


def test_a_steep_glow_keeps_its_fitted_peak():
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    light = 100 * np.exp(-np.hypot(y - 200.0, x - 559.0) / 15.0)
    frame = 500 + light + np.random.default_rng(1).normal(0, 3, SHAPE)
    glow = measure(frame[None].astype(np.float32), About(path="steep.fits", kind="dark", exposure_s=300.0))
    assert glow.regions[0].peak_adu == pytest.approx(100, rel=0.15)


def test_a_star_at_the_border_of_a_light_is_no_peak_of_its_light():
    """What is far above its tile in a light is a star; a dark has none."""
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    distance = np.hypot(y - 180.0, x - 6.0)
    shown = 200 * np.exp(-distance / 8.0) + 1800 * np.exp(-0.5 * (distance / 2.5) ** 2)
    frame = (500 + shown + np.random.default_rng(4).normal(0, 5, SHAPE))[None].astype(np.float32)
    light, dark = (measure(frame, About(path="x.fits", kind=kind, exposure_s=300.0)) for kind in ("light", "dark"))
    assert 20 <= light.regions[0].peak_adu <= 80
    assert dark.regions[0].peak_adu > 150


@pytest.mark.parametrize(("peak_adu", "decay_px"), [(390.0, 9.6), (320.0, 13.0), (3000.0, 60.0)])
@pytest.mark.parametrize("along", ["edge", "corner"])
def test_glow_that_is_steep_and_strong_is_found(peak_adu, decay_px, along):
    """The brighter it is, the less it may be missed."""
    y, x = np.mgrid[:240, :320]
    distance = x if along == "edge" else np.hypot(y, x)
    frame = 900 + peak_adu * np.exp(-distance / decay_px) + np.random.default_rng(5).normal(0, 5, distance.shape)
    glow = measure(frame[None].astype(np.float32), About(path="x.fits", kind="dark", exposure_s=300.0))
    assert glow.present
    assert glow.regions[0].where == ("left" if along == "edge" else "bottom-left")
    assert glow.regions[0].peak_adu == pytest.approx(peak_adu, rel=0.15)
