"""Rejection against a plain loop over pixels, which says what each is meant to do; and against astropy."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.stats import sigma_clip

from ampglow_plugin.hosts.builtin import combine as module
from ampglow_plugin.hosts.builtin.combine import combine
from ampglow_plugin.model.plan import Integrate

PIXELS = 400


def stack(count, *, outliers=0.03, missing=0.0, seed=3):
    rng = np.random.default_rng(seed)
    values = rng.normal(1000, 8, (count, PIXELS))
    values[rng.random(values.shape) < outliers] += 4000
    values[rng.random(values.shape) < outliers / 3] -= 700
    values[rng.random(values.shape) < missing] = np.nan
    if missing:
        values[:, 0] = np.nan
        values[1:, 1] = np.nan
    return (values / 65535).astype(np.float32)


def winsorized_sigma(values):
    """As PixInsight documents it, and Siril does: https://pixinsight.com/doc/tools/ImageIntegration."""
    drawn, sigma = values.copy(), np.std(values, ddof=1)
    for _ in range(20):
        centre = np.median(drawn)
        drawn = np.clip(drawn, centre - 1.5 * sigma, centre + 1.5 * sigma)
        before, sigma = sigma, 1.134 * np.std(drawn, ddof=1)
        if abs(sigma - before) <= 0.0005 * before:
            break
    return sigma


SPREADS = {
    "sigma": lambda values: np.std(values, ddof=1),
    "mad": lambda values: 1.4826 * np.median(np.abs(values - np.median(values))),
    "winsorized": winsorized_sigma,
}


def one_pixel(values, step):
    """The mean of what is kept of one pixel, in plain words."""
    values = values[~np.isnan(values)].astype(np.float64)
    if not values.size:
        return 0.0
    if step.rejection == "percentile":
        low, high = (np.median(values) * (1 + sign * k) for sign, k in ((-1, step.low_sigma), (1, step.high_sigma)))
        kept = values[(values >= low) & (values <= high)]
        return (kept if kept.size else values).mean()
    for _ in range(20):
        if values.size < 2:
            break
        spread = (SPREADS.get(step.rejection) or SPREADS["sigma"])(values)
        middle = np.median(values)
        out = (values < middle - step.low_sigma * spread) | (values > middle + step.high_sigma * spread)
        if not out.any() or (step.rejection != "median_sigma" and np.count_nonzero(~out) < module.MIN_KEPT):
            break
        values = np.where(out, middle, values) if step.rejection == "median_sigma" else values[~out]
    return values.mean()


@pytest.mark.parametrize("count", [1, 2, 4, 5, 12, 31])
@pytest.mark.parametrize("missing", [0.0, 0.2])
@pytest.mark.parametrize(
    ("rejection", "low", "high"),
    [("sigma", 3, 3), ("sigma", 2, 2.5), ("mad", 3, 3), ("winsorized", 3, 3), ("winsorized", 2.5, 2), ("median_sigma", 3, 3), ("percentile", 0.3, 0.2)],
)  # fmt: skip
def test_each_pixel_is_what_the_plain_loop_makes_of_it(count, missing, rejection, low, high, monkeypatch):
    monkeypatch.setattr(module, "_BLOCK_VALUES", 1000)  # many blocks
    values = stack(count, missing=missing)
    step = Integrate(rejection=rejection, low_sigma=low, high_sigma=high)
    expected = [one_pixel(pixel, step) for pixel in values.T]
    found = combine(values, step)
    # a value within rounding of a limit may fall on either side
    assert np.mean(np.abs(found - expected) * 65535 > 0.01) < 0.005
    assert np.abs(found - expected).max() * 65535 < 5


def test_clipping_by_mad_agrees_with_astropy():
    values = stack(15).astype(np.float64)
    clipped = sigma_clip(values, sigma=3, maxiters=20, cenfunc="median", stdfunc="mad_std", axis=0)
    ours = combine(values.astype(np.float32), Integrate(rejection="mad", low_sigma=3.0, high_sigma=3.0))
    enough = clipped.count(axis=0) >= module.MIN_KEPT
    assert enough.mean() > 0.95
    assert np.mean(np.abs(ours - clipped.mean(axis=0))[enough] * 65535 > 0.01) < 0.03  # it goes on below four values


@pytest.mark.parametrize(("name", "function"), [("median", np.nanmedian), ("min", np.nanmin), ("max", np.nanmax)])
def test_missing_values_do_not_count(name, function):
    values = stack(7, missing=0.3)
    there = ~np.isnan(values).all(axis=0)
    found = combine(values, Integrate(combination=name, rejection="none"))
    np.testing.assert_allclose(found[there], function(values[:, there], axis=0), rtol=1e-6)
    assert not found[~there].any()


def test_outliers_of_any_size_are_gone():
    values = stack(20, outliers=0.0)
    clean = combine(values, Integrate(rejection="none"))
    values[3] = 1.0
    values[4] = 0.0
    for rejection in ("sigma", "winsorized", "mad"):
        limit = 2.0 if rejection == "sigma" else 3.0  # two such outliers widen a plain standard deviation
        found = combine(values, Integrate(rejection=rejection, low_sigma=limit, high_sigma=limit))
        assert np.abs(found - clean).max() * 65535 < 16  # one that is left moves the mean by 3000


def test_what_is_not_built_in_is_refused():
    with pytest.raises(ValueError, match="linear_fit"):
        combine(stack(5), Integrate(rejection="linear_fit"))
    with pytest.raises(ValueError, match="sum"):
        combine(stack(5), Integrate(combination="sum", rejection="none"))
