"""Whether a frame lies as the sensor does, seen in its noise, against frames of which it is known."""

import numpy as np
import pytest

from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.proof.leftover import MIRRORS
from ampglow_plugin.proof.native import lie
from ampglow_plugin.proof.transform import moved, warp
from ampglow_plugin.simulate import Truth, scene

LIES = ["as stored", *MIRRORS]


def frames(pattern, factor, **more):
    truth = Truth(seed=3, width=480, height=360, bayer_pattern=pattern, star_count=20, **more)
    dark = np.mean([scene.dark(truth, i) for i in range(8)], axis=0).astype(np.float32)
    light = scene.light(truth).astype(np.float32) - factor * dark
    light /= scene.response(truth).astype(np.float32)
    return dark, light[None] if pattern is None else bilinear(light, pattern)


def turned_over(output, name):
    return np.ascontiguousarray(output[(slice(None), *MIRRORS[name])]) if name in MIRRORS else output


@pytest.mark.parametrize("pattern", ["RGGB", "GBRG", None])
@pytest.mark.parametrize("factor", [0.0, 0.8, 1.0])
@pytest.mark.parametrize("name", LIES)
def test_how_a_frame_was_turned_over(pattern, factor, name):
    dark, output = frames(pattern, factor)
    assert lie(turned_over(output, name), dark, pattern) == name


@pytest.mark.parametrize("factor", [0.0, 1.0])
@pytest.mark.parametrize(
    ("pattern", "shift"), [("RGGB", (0.5, 0.4)), ("RGGB", (12.5, -7.5)), (None, (4.5, 0.6)), (None, (12.5, -7.5))]
)
def test_a_frame_on_another_grid(pattern, factor, shift):
    dark, output = frames(pattern, factor)
    aligned = np.nan_to_num(np.stack([warp(plane, moved(*shift), dark.shape) for plane in output]))
    assert lie(aligned, dark, pattern) == "resampled"


def test_a_cosmetic_correction_shows_where_the_hot_pixels_were():
    dark, output = frames(None, 0.0)
    around = np.mean([np.roll(output[0], s, a) for s in (1, -1) for a in (0, 1)], axis=0)
    corrected = np.where(dark > np.quantile(dark, 0.998), around, output[0])[None]
    assert lie(corrected, dark, None) == "as stored"
    assert lie(turned_over(corrected, "turned by 180 degrees"), dark, None) == "turned by 180 degrees"


@pytest.mark.parametrize("sample_step", [4, 16])
def test_a_mosaic_that_was_not_debayered_is_as_stored(sample_step):
    truth = Truth(seed=4, width=240, height=200, sample_step=sample_step)
    dark = np.mean([scene.dark(truth, i) for i in range(8)], axis=0).astype(np.float32)
    light = scene.light(truth).astype(np.float32) - dark
    assert lie(light[None], dark, "RGGB") == "as stored"


def test_a_dark_without_hot_pixels_decides_nothing():
    """Then the noise is looked at, and it is that of a frame that was not moved."""
    dark, output = frames(None, 1.0, hot_fraction=0.0, dark_current_adu=0.1)
    assert lie(output, dark, None) == "as stored"
    assert lie(output, np.zeros_like(dark), None) == "as stored"
