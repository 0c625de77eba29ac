"""A thousand groups against ten thousand masters; tests/bench/bench_match.py says how long that takes."""

from __future__ import annotations

import random

import pytest

from ampglow_plugin.matching import match


@pytest.mark.slow
@pytest.mark.parametrize("cameras", [1, 50])
def test_a_large_library(light, dark, cameras):
    chance = random.Random(1)

    def some(make, path, i, spread, **fields):
        return make(
            path,
            camera=f"Camera {i % cameras} MC",
            gain=float(i % 7 * 10),
            exposure_s=30.0 * (1 + chance.randrange(9)),
            temperature_c=round(-10 + spread * chance.random(), 1),
            **fields,
        )

    lights = [some(light, f"l{i}.fit", i, 1, object=f"o{i}") for i in range(1000)]
    darks = [some(dark, f"d{i}.fit", i, 10, master=True) for i in range(10_000)]
    found = match(lights, darks)
    assert len(found) == 1000
    assert all(len(m.rejections) <= 20 for m in found)
    for m in found[::97]:  # the index finds what trying every dark finds
        (wanted,) = (f for f in lights if f.path in m.lights)
        fits = [
            d
            for d in darks
            if (d.camera, d.gain, d.exposure_s) == (wanted.camera, wanted.gain, wanted.exposure_s)
            and round(abs(d.temperature_c - wanted.temperature_c), 6) <= 3.0
        ]
        assert m.rejected_total == len(darks) - len(fits)
        assert (m.dark in {d.path for d in fits}) == bool(fits)
