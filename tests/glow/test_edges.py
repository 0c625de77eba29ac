"""Light along edges in profiles, and what looks like it."""

import numpy as np
import pytest

from ampglow_plugin.glow.edges import read_profile

COUNT = 40
PLACE = (np.arange(COUNT) + 0.5) / COUNT


def noisy(profile, seed=0):
    return profile + np.random.default_rng(seed).normal(0, 0.1, COUNT)


@pytest.mark.parametrize("far", [False, True])
def test_one_edge(far):
    fall = 5 * np.exp(-PLACE / 0.12)
    (edge,) = read_profile(noisy(fall[::-1] if far else fall), 0.1).edges
    assert edge.far is far
    assert edge.peak_adu == pytest.approx(5, rel=0.1)
    assert edge.decay_share == pytest.approx(0.12, rel=0.15)


def test_both_edges_of_different_strength_beside_a_step():
    profile = 5 * np.exp(-PLACE / 0.15) + 8 * np.exp(-(1 - PLACE) / 0.08) + 6 * (PLACE > 0.5)
    found = read_profile(noisy(profile), 0.1)
    assert found.step
    assert [e.peak_adu for e in found.edges] == pytest.approx([5, 8], rel=0.15)
    assert found.rest_adu < 0.2


def test_a_wide_fall_that_a_bent_gradient_explains_as_well_is_left_open():
    place = (np.arange(24) + 0.5) / 24
    wide, found = 5 * np.exp(-(1 - place) / 0.25), []
    for seed in range(30):
        profile = read_profile(wide + np.random.default_rng(seed).normal(0, 0.1, 24), 0.1)
        found.append((bool(profile.edges), profile.open))
    assert set(found) == {(True, False), (False, True)}  # never neither
    plain = [read_profile(noisy(slope * PLACE, seed), 0.1) for slope in (0, 8) for seed in range(10)]
    assert not any(profile.open for profile in plain)


@pytest.mark.parametrize(
    "profile",
    [
        np.zeros(COUNT),
        8 * PLACE,
        8 * PLACE**2,
        -8 * PLACE**2,
        5 * np.sin(2 * np.pi * PLACE / 0.7),
        5 * (PLACE > 0.8),
        5 * (PLACE > 0.5),
        -5 * np.exp(-PLACE / 0.12),
    ],
    ids=["flat", "tilted", "bent", "bent down", "wave", "step", "two taps", "dark edge"],
)
def test_no_edge(profile):
    for seed in range(5):
        edges = read_profile(noisy(profile, seed), 0.1).edges
        assert not [e for e in edges if e.decay_share < 0.4]  # longer ones are told as a leak or a gradient
