"""A real CCD: 2400 s darks with a weak glow, and 24 s frames that show the structure of the readout alone.

Measured in the tiles of the mean of two darks less the mean of two 24 s frames: 5 to 8 ADU along the lower three quarters
of the right edge (as stored) above the rest of the frame, nothing on the left. The fitted peaks of 8 to 14 ADU lie above
the fitted background, which is lower than most of the frame. Where 13 ADU are seen in a corner of the dark itself, some
8 of them are in the 24 s frames as well.
"""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin import api
from ampglow_plugin.glow.background import mean_map
from ampglow_plugin.glow.measure import maps_of
from ampglow_plugin.pixels import read_pixels


def frames(real_data, name):
    return [real_data / "qsi683" / f"{name}_{number}.fit" for number in (1, 2)]


@pytest.mark.parametrize("number", [0, 1])
def test_structure_that_short_frames_have_as_well_is_taken_away(real_data, number):
    dark, short = frames(real_data, "dark")[number], frames(real_data, "flat_dark")[number]
    (alone,) = api.measure_glow(dark)
    assert {r.where for r in alone.regions} >= {"left", "right"}
    assert not any(r.certain for r in alone.regions)
    assert any("--bias" in note for note in alone.notes)
    (glow,) = api.measure_glow(dark, bias=short)
    assert glow.present
    brightest = max(glow.regions, key=lambda r: r.peak_adu)
    assert brightest.where == "right"
    assert 8 < brightest.peak_adu < 14
    # so weak and so wide it is told from a light leak in one of the two only, and said to be perhaps one in the other
    assert brightest.doubt == (None, "light_leak")[number]
    assert not any(r.where == "left" for r in glow.regions)


def test_short_frames_alone_hold_no_glow(real_data):
    for glow in api.measure_glow(frames(real_data, "flat_dark")):
        assert not glow.present
        assert {r.doubt for r in glow.regions} == {"readout"}


def test_what_the_tiles_show_without_any_fit(real_data):
    long, short = (
        np.mean([read_pixels(path).data for path in frames(real_data, name)], axis=0) for name in ("dark", "flat_dark")
    )
    values = mean_map(maps_of((long - short).astype(np.float32))).values
    values -= np.median(values)
    rows = len(values)
    assert 4 < values[rows // 4 :, -1].mean() < 9
    assert abs(values[:, 0].mean()) < 3
    assert np.max([values[:3, :3].mean(), values[:3, -3:].mean(), values[-3:, :3].mean(), values[-3:, -3:].mean()]) < 9
