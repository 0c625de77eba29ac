"""A slice of the matrix that ``make matrix`` prints as a whole."""

import pytest

from tests.matrix.__main__ import kind
from tests.matrix.cases import FAULTS, STAGES, combination, verdict

#: every fault at every second stage
SLICE = [n for n in range(len(FAULTS) * len(STAGES)) if (n % len(FAULTS) + n // len(FAULTS)) % 2 == 0]


def test_the_slice_holds_every_fault_and_every_stage():
    assert {combination(n).fault for n in SLICE} == {name for name, _, _ in FAULTS}
    assert {combination(n).stage for n in SLICE} == set(STAGES)


@pytest.mark.parametrize("number", SLICE)
def test_no_verdict_is_false(number):
    one = combination(number)
    found, _ = verdict(one)
    assert kind(one, found.done, found.success) not in ("false clean", "false alarm"), (str(one), found.reasons)
