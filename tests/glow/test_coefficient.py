"""How much of a dark's glow is in lights: named truths are recovered within 0.1, and errors are honest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ampglow_plugin.glow.smooth import share_of, together
from ampglow_plugin.model.held import Share
from ampglow_plugin.simulate import GlowSource, Nebula, Truth
from tests.glow.coverage import Night, errors

#: 20 ADU of glow at the right under 700 ADU of sky, with vignetting, a gradient and a nebula
TRUTH = Truth(
    width=640,
    height=600,
    sky_adu=700.0,
    glows=(GlowSource(x=1.0, y=0.4, amplitude_adu=20.0, decay_px=80.0, stretch_y=1.2),),
    nebulae=(Nebula(x=180.0, y=330.0, sigma_px=90.0, peak_adu=120.0),),
    gradient_adu=(40.0, -30.0),
)


@pytest.mark.parametrize("factor", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("flat", [False, True], ids=["no flat", "flat"])
@pytest.mark.parametrize(("pattern", "peak_adu"), [("RGGB", 20.0), (None, 50.0)], ids=["colour", "mono"])
def test_faint_glow_is_told_within_a_tenth(pattern, peak_adu, flat, factor):
    """A mono sensor of this size needs more of it; one of ten megapixels tells 20 ADU as well."""
    truth = replace(TRUTH, bayer_pattern=pattern, glows=(replace(TRUTH.glows[0], amplitude_adu=peak_adu),))
    share = Night(truth=truth, factor=factor, flat=flat, lights=6).measured()
    assert share.value == pytest.approx(factor, abs=0.1)
    assert share.sigma < 0.12


@pytest.mark.parametrize("step", [1, 4, 16])
def test_steps_of_the_converter_do_not_matter(step):
    truth = replace(TRUTH, sample_step=step, glows=(replace(TRUTH.glows[0], amplitude_adu=40.0),))
    share = Night(truth=truth, factor=1.0, flat=False).measured()
    assert share.value == pytest.approx(1.0, abs=0.1)
    assert share.sigma < 0.1


def test_a_nebula_beside_the_glow_of_a_mono_sensor_makes_the_error_larger():
    truth = replace(TRUTH, bayer_pattern=None, nebulae=(Nebula(x=560.0, y=320.0, sigma_px=80.0, peak_adu=60.0),))
    share = Night(truth=truth, factor=1.0, flat=False).measured()
    assert share.sigma > 0.2
    assert abs(share.value - 1.0) < 3 * share.sigma


def test_colours_tell_a_nebula_that_lies_on_the_glow():
    truth = replace(TRUTH, nebulae=(Nebula(x=640.0, y=240.0, sigma_px=80.0, peak_adu=60.0),))
    assert Night(truth=truth, factor=1.0, flat=False, lights=6).measured().value == pytest.approx(1.0, abs=0.1)


def test_errors_cover_the_truth():
    z = np.abs(errors(range(12)))
    assert np.mean(z < 1) >= 0.5
    assert np.mean(z < 2) >= 0.85
    assert z.max() < 4


def test_a_pattern_under_a_smooth_background_and_noise():
    rng = np.random.default_rng(3)
    y = x = np.arange(30.0)
    pattern = np.exp(-np.hypot(y[:, None], x[None, :] - 29) / 4)
    fixed = rng.normal(0, 1, (30, 30))
    sky = 50 * np.exp(-((y[:, None] - 20) ** 2 + (x[None, :] - 8) ** 2) / 128) + 3 * y[:, None]
    values = 0.7 * pattern * 20 + sky + 2 * fixed + rng.normal(0, 0.5, (30, 30))
    values[12, 4] += 400  # a star
    share = share_of(values, 20 * pattern, y=y, x=x, centre=(14.5, 14.5), others=[fixed])
    assert share.value == pytest.approx(0.7, abs=0.1)
    assert abs(share.value - 0.7) < 3 * share.sigma
    assert share.sigma < 0.1


def test_independent_measurements_count_by_their_errors():
    assert together([Share(value=1.0, sigma=0.1), Share(value=2.0, sigma=0.2)]) == Share(
        value=pytest.approx(1.2), sigma=pytest.approx(0.1 * 0.8**0.5)
    )
    assert together([Share(value=0.0, sigma=np.inf)]).sigma == np.inf
