"""A small part of ``make coverage``: the truth lies where the sigmas say, on nights that are the same everywhere."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest

from tests.sigma.cases import RUNGS, case, pulls
from tests.sigma.moved import RUNGS as MOVED_RUNGS
from tests.sigma.moved import moved_case, moved_pulls

#: cases, and those of them that are measured without the flat as well, which takes longest
CASES, WITHOUT_FLAT = 30, 10
#: cases in which the bias was subtracted by itself
OWN_BIAS = 12
#: cases of aligned frames and stacks
MOVED = 8


def test_the_truth_lies_within_the_sigmas():
    found = defaultdict(list)
    for number in range(CASES):
        one = case(number)
        for pull in pulls(one, RUNGS if number < WITHOUT_FLAT else (RUNGS[0], RUNGS[2])):
            found[pull.rung].append(pull.pull)
    few = ("3 greens averaged: glow left", "3 greens averaged: hot pixels left")
    assert all(np.max(np.abs(found.pop(rung))) < 4 for rung in few)
    kept = {f"{rung} {name} left" for rung in (2, 3) for name in ("glow", "hot pixels")}
    assert set(found) == {*RUNGS[:2], *kept, "3 factor, with the flat"}
    for rung, values in found.items():
        # of 30 cases at 95 % fewer than 25 within two sigma come by chance once in 600; so do fewer than 5 of 7
        assert np.mean(np.abs(values) <= 2) >= (0.83 if len(values) > 20 else 0.7), (rung, values)
        assert np.max(np.abs(values)) < 5, (rung, values)
        # and sigmas that are far too wide would be useless
        assert np.std(values) > (0.5 if len(values) > 20 else 0.25), (rung, values)


def test_columns_of_a_bias_that_went_by_itself_move_no_truth():
    """Then they are in the dark, and not in the output, whatever is left of the glow."""
    values = []
    for number in range(OWN_BIAS):
        one = case(number, own_bias=True)
        assert one.bias is not None
        values += [pull.pull for pull in pulls(one, RUNGS[2:3]) if pull.rung == "2 glow left"]
    assert len(values) == OWN_BIAS
    # of 12 cases at 95 % fewer than 9 within two sigma come by chance once in 400
    assert np.count_nonzero(np.abs(values) <= 2) >= 9, values
    assert np.max(np.abs(values)) < 5, values


def test_the_truth_lies_within_the_sigmas_of_aligned_frames_and_stacks():
    found = defaultdict(list)
    for number in range(MOVED):
        for pull in moved_pulls(moved_case(number)):
            found[pull.rung].append((pull.pull, pull.sigma))
    assert set(found) == set(MOVED_RUNGS)
    for rung, rows in found.items():
        values, sigmas = np.array(rows).T
        # of 8 cases at 95 % fewer than 6 within two sigma come by chance once in 170
        assert np.count_nonzero(np.abs(values) <= 2) >= 6, (rung, values)
        assert np.max(np.abs(values)) < 5, (rung, values)
        assert np.median(sigmas) < 0.1, (rung, sigmas)  # wider ones would be useless


@pytest.mark.parametrize("number", [83, 185])
def test_a_score_of_hot_pixels_in_each_colour_tells_how_the_flat_was_scaled(number):
    """Greens are averaged here, and red and blue have 22 to 34 hot pixels: nebulae would decide without them."""
    pull = next(p for p in pulls(case(number), RUNGS[3:]) if p.rung == "3 greens averaged: hot pixels left")
    assert abs(pull.pull) < 4
