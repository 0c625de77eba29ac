"""What a proof holds beside its frames."""

from __future__ import annotations

import tracemalloc

import pytest

from ampglow_plugin.glow.regression import SAMPLE_PX, _step
from ampglow_plugin.proof.measure import measure
from tests.bench.bench_verify import frames

#: bytes, of a frame of any size: samples of it and maps
MOST = 40e6


@pytest.mark.parametrize("megapixels", [1.15, 3.0])
def test_rung_1_holds_no_copy_of_a_large_frame(megapixels):
    _, case = frames(megapixels)
    tracemalloc.start()
    found = measure(case)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.factor == pytest.approx(1.0, abs=1e-6)
    assert peak < MOST


@pytest.mark.parametrize("pixels", [1000, SAMPLE_PX, SAMPLE_PX + 1, 4_000_000, 26_000_000, 151_000_000])
def test_samples_are_bounded_and_in_step_with_no_pattern_of_two(pixels):
    step = _step(pixels)
    assert step % 2 == 1
    assert pixels / step**2 <= SAMPLE_PX
    assert (step == 1) == (pixels <= SAMPLE_PX)
