"""Hot pixels tell bodies apart: simulated sensors at many conditions, and real darks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ampglow_plugin.glow.fingerprint import changed, hot_pixels, middle, same_body
from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.simulate import scene
from tests.darks.bodies import KINDS, fingerprint, truth_of

#: of one hot pixel in 1000 and more
BODIES = (1, 2, 3, 5, 6, 7, 9, 10)


@pytest.fixture(scope="module")
def prints():
    return {(body, kind): fingerprint(body, kind, 1) for body in BODIES for kind in KINDS}


def test_no_two_bodies_are_taken_for_one(prints):
    pairs = [(a, b) for a, b in itertools.combinations(prints, 2) if a[0] != b[0]]
    verdicts = {(a, b): same_body(prints[a], prints[b]).verdict for a, b in pairs[::2]}
    assert "same" not in verdicts.values()
    sure = [v for (a, b), v in verdicts.items() if {a[1], b[1]} <= {"master", "lights"} and min(a[0], b[0]) > 1]
    assert sure.count("other") > 0.7 * len(sure)


def test_a_body_is_known_again_at_other_conditions(prints):
    for (body, kind), found in prints.items():
        for other in KINDS:
            again = same_body(found, fingerprint(body, other, 2))
            assert again.verdict != "other"
            if len(found.rows) >= 60:
                assert again.verdict == "same", (body, kind, other, again)
                assert again.in_place


@pytest.mark.parametrize(
    ("move", "turn", "shift"),
    [
        (lambda d: d[::-1], "rows reversed", (0, 0)),
        (lambda d: d[::-1, ::-1], "turned by 180 degrees", (0, 0)),
        (lambda d: np.roll(d, (6, -4), axis=(0, 1)), "as stored", (-4, 6)),
        (lambda d: np.roll(d, (-40, 30), axis=(0, 1)), "as stored", (30, -40)),
    ],
)
def test_another_row_order_or_subframe_of_one_body(move, turn, shift):
    truth = truth_of(2)
    one = hot_pixels([scene.dark(truth, i).astype(np.float32) for i in (0, 1)])
    moved = hot_pixels([move(scene.dark(truth, i).astype(np.float32)) for i in (2, 3)])
    found = same_body(one, moved)
    assert (found.verdict, found.turn, found.shift) == ("same", turn, shift)
    assert not found.in_place


@pytest.mark.parametrize("aged", [0.0, 0.1, 0.3])
def test_what_came_and_went_is_counted(aged):
    truth, other = truth_of(2), truth_of(6)  # equally hot
    part = np.random.default_rng(1).random((224, 256)) < aged
    old = hot_pixels([scene.dark(truth, i).astype(np.float32) for i in (0, 1)])
    new = hot_pixels([np.where(part, scene.dark(other, i), scene.dark(truth, i)).astype(np.float32) for i in (2, 3)])
    assert same_body(old, new).verdict == "same"
    found = changed(old, new)
    assert abs(found.came.value - aged) < 3 * found.came.sigma + 0.02
    assert abs(found.went.value - aged) < 3 * found.went.sigma + 0.02
    assert found.came.sigma < 0.06


def test_a_sensor_of_which_little_is_left_is_neither():
    truth, other = truth_of(2), truth_of(6)
    part = np.random.default_rng(1).random((224, 256)) < 0.75
    old = hot_pixels([scene.dark(truth, i).astype(np.float32) for i in (0, 1)])
    new = hot_pixels([np.where(part, scene.dark(other, i), scene.dark(truth, i)).astype(np.float32) for i in (2, 3)])
    found = same_body(old, new)
    assert found.verdict == "undecided"
    assert "too many for two sensors" in found.why


def test_too_few_and_cosmic_rays_are_undecided():
    empty = hot_pixels([np.random.default_rng(i).normal(500, 10, (200, 200)).astype(np.float32) for i in (0, 1)])
    assert same_body(empty, empty).verdict == "undecided"
    rays = []
    for seed in (3, 4):
        plane = np.random.default_rng(seed).normal(500, 10, (200, 200)).astype(np.float32)
        plane[tuple(np.random.default_rng(seed).integers(4, 196, (2, 90)))] = 3000
        rays.append(hot_pixels([plane]))
    assert same_body(*rays).verdict == "undecided"
    assert "cosmic rays" in same_body(*rays).why
    assert hot_pixels([np.zeros((8, 8), np.float32)]) is None
    assert same_body(None, empty).verdict == "undecided"


def test_real_darks_of_one_camera_and_of_two(real_data):
    """Two parts of the sensor that do not overlap have as much in common as two bodies."""
    names = ("dark_1", "dark_2", "flat_dark_1", "flat_dark_2")
    planes = {name: read_pixels(real_data / "qsi683" / f"{name}.fit").mono for name in names}
    prints = {name: hot_pixels([middle(plane)]) for name, plane in planes.items()}
    for one, two in itertools.combinations(names, 2):
        assert same_body(prints[one], prints[two]).verdict == "same", (one, two)
    left, right = planes["dark_1"][:600, :600], planes["dark_2"][600:1200, 900:1500]
    apart = same_body(hot_pixels([left]), hot_pixels([right]))
    assert apart.verdict == "other"
    assert max(apart.in_first, apart.in_second) < 0.02
