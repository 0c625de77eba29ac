"""What lies exactly at a limit, where files of a case cannot: measured shares."""

from __future__ import annotations

import pytest

from ampglow_plugin.model.raw import RawState
from ampglow_plugin.rules.frames.device_subtracted import HOT_BELOW, ZEROS_FROM, subtracted


@pytest.mark.parametrize(
    ("zeros", "hot", "outcome"),
    [
        (ZEROS_FROM, 0.99 * HOT_BELOW, True),
        (ZEROS_FROM, HOT_BELOW, False),
        (0.99 * ZEROS_FROM, 0.0, False),
    ],
)
def test_a_device_subtracts_a_dark_where_samples_are_clipped_and_no_pixel_is_hot(zeros, hot, outcome):
    assert subtracted(RawState(paths=("l.fit",), zero_share=zeros, hot_share=hot)) is outcome
