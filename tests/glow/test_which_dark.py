"""Which dark was subtracted: the truth is drawn, an output is made from it, and the dark has to be named."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin.glow.which_dark import SURE_SIGMA, Taken, contrasts, scaled_by, weigh

SHAPE = (160, 200)


class Night:
    """A sensor with hot pixels, its light, and darks of several settings; each dark is a mean of ten."""

    def __init__(self, seed: int, *, noise_adu: float = 8.0) -> None:
        self.rng = np.random.default_rng(seed)
        hot = self.rng.random(SHAPE) < 3e-3
        self.pattern = self.rng.gamma(2.0, 3.0, SHAPE) + np.where(hot, self.rng.exponential(400.0, SHAPE), 0.0)
        self.noise = noise_adu
        self.bias = self.rng.normal(500, 3, SHAPE)
        sky = 300 + 60 * np.linspace(-1, 1, SHAPE[1])
        stars = np.where(self.rng.random(SHAPE) < 2e-3, self.rng.exponential(2000.0, SHAPE), 0.0)
        self.light = self.rng.poisson(self.pattern + sky + stars) + self._read(1) + self.bias

    def _read(self, frames: int) -> np.ndarray:
        return self.rng.normal(0, self.noise / np.sqrt(frames), SHAPE)

    def dark(self, share: float, *, frames: int = 10, warmer: float = 0.0) -> np.ndarray:
        """A master with ``share`` of the light's pattern; a warmer one has hot pixels that rose unevenly."""
        rise = np.exp(warmer * np.random.default_rng(5).normal(0.1, 0.03, SHAPE))
        return self.rng.poisson(frames * self.pattern * share * rise) / frames + self._read(frames) + self.bias


def ranking(night, output, reference, darks, *, light=None, **options):
    """The names, the best first, with what was weighed."""
    seen, own = contrasts([output]), contrasts([reference])
    taken = [Taken(name="none", contrasts=None), Taken(name="whole", contrasts=own, reference_share=1.0)]
    factor = scaled_by(seen, own)
    if abs(factor) > 0.03 and abs(factor - 1) > 0.03:
        taken.append(Taken(name="scaled", contrasts=np.float32(factor) * own, reference_share=factor))
    taken += [Taken(name=name, contrasts=contrasts([dark])) for name, dark in darks.items()]
    against = own if light is None else contrasts([light])
    return weigh(seen, against, taken, reference_is_light=light is not None, **options)


@pytest.fixture(scope="module")
def night():
    night = Night(1)
    night.whole = night.dark(1.0)
    night.darks = {
        "60 s": night.dark(1 / 3),
        "120 s": night.dark(2 / 3),
        "other gain": night.dark(0.45),
        "5 degrees warmer": night.dark(1.0, warmer=5.0),
        "another master": night.dark(1.0),
        "another of 120 s": night.dark(2 / 3),
    }
    return night


@pytest.mark.parametrize("name", ["60 s", "120 s", "other gain", "5 degrees warmer", "another master"])
@pytest.mark.parametrize("with_light", [False, True])
def test_the_dark_that_was_subtracted_is_named(night, name, with_light):
    output = night.light - night.darks[name]
    found = ranking(night, output, night.whole, night.darks, light=night.light if with_light else None)
    assert found[0].name == name
    assert found[1].behind_sigma > (100 if with_light else 0)
    if not with_light:
        assert {w.name for w in found if w.own_noise} == {name}
        # what has other hot pixels cannot be meant; another master of the same settings differs by its noise alone
        assert all(w.behind_sigma > SURE_SIGMA for w in found if w.name in {"none", "60 s", "other gain"} - {name})


def test_the_expected_dark_is_named_where_it_was_taken(night):
    found = ranking(night, night.light - night.whole, night.whole, night.darks)
    assert found[0].name == "whole"
    assert {w.name for w in found if w.own_noise} == {"whole"}


def test_a_scaled_dark_is_no_dark_of_other_exposure(night):
    output = night.light - night.bias - 2 / 3 * (night.whole - night.bias)
    found = ranking(night, output, night.whole, night.darks)
    assert found[0].name == "scaled"
    assert {w.name for w in found if w.own_noise} == {"whole"}


def test_no_dark_is_named_where_none_was_subtracted(night):
    found = ranking(night, night.light - night.bias, night.whole, night.darks)
    assert found[0].name == "none"
    assert found[1].behind_sigma > SURE_SIGMA
    assert not any(w.own_noise for w in found)


@pytest.mark.parametrize("seed", range(6))
def test_a_dark_that_was_not_offered_leaves_no_noise_to_be_found(seed):
    night = Night(seed + 10)
    taken, whole = night.dark(2 / 3), night.dark(1.0)
    offered = {"60 s": night.dark(1 / 3), "another of 120 s": night.dark(2 / 3, frames=30)}
    found = ranking(night, night.light - taken, whole, offered)
    assert found[0].name in ("scaled", "another of 120 s")
    assert not any(w.own_noise for w in found)


def test_replaced_hot_pixels_do_not_mislead(night):
    taken = night.darks["120 s"]
    output = night.light - taken
    hot = taken > np.median(taken) + 60
    output = np.where(hot, np.median(output), output)
    found = ranking(night, output, night.whole, night.darks, without_hot=True)
    assert found[0].name == "120 s"
    assert {w.name for w in found if w.own_noise} == {"120 s"}


def test_too_few_pixels_say_nothing():
    small = np.zeros((20, 20))
    assert ranking(None, small, small, {}) == []


def test_contrasts_take_the_sky_out():
    y, x = np.mgrid[:40, :50]
    plane = (3.0 * x + 2.0 * y).astype(np.float32)
    np.testing.assert_allclose(contrasts([plane]), 0, atol=1e-3)
    plane[20, 25] += 100
    assert max(contrasts([plane])) == pytest.approx(100)
