"""A small part of ``make coverage``: the truth lies where the sigmas say, on nights that are the same everywhere."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from tests.sigma.cases import RUNGS, case, pulls

#: cases, and those of them that are measured without the flat as well, which takes longest
CASES, WITHOUT_FLAT = 30, 10


def test_the_truth_lies_within_the_sigmas():
    found = defaultdict(list)
    for number in range(CASES):
        one = case(number)
        for pull in pulls(one, RUNGS if number < WITHOUT_FLAT else (RUNGS[0], RUNGS[2])):
            found[pull.rung].append(pull.pull)
    assert set(found) == {*RUNGS[:2], "2 glow left", "2 hot pixels left"}
    for rung, values in found.items():
        # of 30 cases at 95 % fewer than 25 within two sigma come by chance once in 600
        assert np.mean(np.abs(values) <= 2) >= 0.83, (rung, values)
        assert np.max(np.abs(values)) < 5, (rung, values)
        # and sigmas that are far too wide would be useless
        assert np.std(values) > 0.5, (rung, values)
