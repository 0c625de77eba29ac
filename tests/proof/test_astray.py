"""A part of the frame that was not calibrated like the rest is never "clean", however well the rest fits."""

from dataclasses import replace

import numpy as np
import pytest

from ampglow_plugin.model.evidence import Conditions, Evidence
from ampglow_plugin.proof.measure import Frames, measure
from ampglow_plugin.rules.verdict import judge
from ampglow_plugin.simulate import GlowSource, Truth, scene

TRUTH = Truth(width=256, height=192, glows=(GlowSource(amplitude_adu=400.0, decay_px=40.0),))


def calibrated():
    raw, flat = scene.light(TRUTH).astype(np.float32), scene.response(TRUTH).astype(np.float32)
    dark = np.mean([scene.dark(TRUTH, i) for i in range(5)], axis=0).astype(np.float32)
    return Frames(raw=raw, output=((raw - dark) / flat)[None], dark=dark, flat=flat, holds_bias=True)


def success(frames):
    return judge(Evidence(path="x", pixels=measure(frames), conditions=Conditions(agree=True))).success


def raw_on_the_right(frames, output):
    output[:, :, 192:] = frames.raw[:, 192:] - 1500.0


def more_glow(frames, output):
    output[:, :, 224:] += 300.0 * np.exp(-(256 - np.arange(224, 256)) / 30.0)


def a_step(frames, output):
    output[:, :, 216:] += 20.0


def too_much_taken(frames, output):
    output[:, :, 216:] -= 20.0


def too_much_taken_by_far(frames, output):
    output[:, :, 208:] -= 200.0


def no_numbers(frames, output):
    output[:, :, 160:] = np.nan


def zeros(frames, output):
    output[:, :, 192:] = 0.0


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (raw_on_the_right, "residual"),
        (more_glow, "residual"),
        (a_step, "residual"),
        (too_much_taken, "oversubtracted"),
        (no_numbers, "undecided"),
        (zeros, "undecided"),
    ],
)
def test_a_part_that_strays_is_found(spoil, expected):
    frames = calibrated()
    output = frames.output.copy()
    spoil(frames, output)
    assert success(replace(frames, output=output)) == expected


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (raw_on_the_right, "residual"),
        (more_glow, "residual"),
        (too_much_taken_by_far, "oversubtracted"),
        (no_numbers, "undecided"),
        (zeros, "undecided"),
    ],
)
def test_a_part_that_strays_is_found_without_the_flat(spoil, expected):
    frames = calibrated()
    output = frames.output.copy()
    spoil(frames, output)
    assert success(replace(frames, output=output, flat=None)) == expected


def test_dust_on_a_flat_that_is_not_at_hand_is_no_part_that_strays():
    frames = calibrated()
    y, x = np.mgrid[0:192, 0:256]
    dust = 1 - 0.3 * (np.hypot(y - 90, x - 150) < 30)
    sky = frames.raw - frames.dark
    raw = np.round(sky * dust + frames.dark)
    output = (raw - frames.dark) / (frames.flat * dust)
    found = measure(replace(frames, raw=raw, output=output.astype(np.float32)[None], flat=None))
    assert found.astray_share == 0.0
    assert success(replace(frames, raw=raw, output=output.astype(np.float32)[None], flat=None)) == "clean"


def test_the_same_frame_unspoiled_is_clean():
    assert success(replace(calibrated(), flat=None)) == "clean"
    assert success(calibrated()) == "clean"


def test_pixels_that_a_cosmetic_correction_smoothed_are_no_part_that_strays():
    frames = calibrated()
    output = frames.output.copy()
    hot = frames.dark > np.median(frames.dark) + 150.0  # hot pixels, and the bright end of the glow as a whole
    noise = np.random.default_rng(3).normal(0.0, 60.0, int(hot.sum()))
    output[0][hot] = np.median(output) + noise
    found = measure(replace(frames, output=output))
    assert hot.mean() > 0.005
    assert found.astray_share == 0.0


def test_a_saturated_part_is_not_counted():
    frames = calibrated()
    raw, output = frames.raw.copy(), frames.output.copy()
    raw[40:104, 40:104] = 65535.0
    output[0] = (raw - frames.dark) / frames.flat
    assert success(replace(frames, raw=raw, output=output)) == "clean"
