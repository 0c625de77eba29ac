"""Glow measured on arrays: every shape, every way to combine and quantise; and nothing where there is none.

``make glow-stats`` runs the same scenes in the hundreds.
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from ampglow_plugin.glow.measure import About, examine, measure
from ampglow_plugin.simulate import GlowSource, Nebula, Truth, scene
from tests.glow.scenes import (
    COMBINATIONS,
    FREE,
    LEAKS,
    SHAPES,
    SIZE,
    combined,
    dark_of,
    free_dark,
    glowing,
    peak_errors,
)

ABOUT = About(path="dark.fits", kind="dark", exposure_s=300.0, row_order="TOP-DOWN")
WITHIN = 0.15

#: each shape with one of the 15 combinations of step, number and combination
CASES = [(shape, COMBINATIONS[7 * i % 15]) for i, shape in enumerate(SHAPES)]


@pytest.mark.parametrize(
    ("shape", "combination"), CASES, ids=lambda v: "-".join(map(str, v)) if isinstance(v, tuple) else v
)
def test_every_shape_is_found_with_its_peak(shape, combination):
    step, count, how, peak = combination
    truth = glowing(shape, peak_adu=peak, decay_share=0.14, step=step, seed=count + step)
    glow = measure(dark_of(truth, count, how), ABOUT)
    assert glow.present
    assert {r.where for r in glow.regions} == SHAPES[shape][1]
    assert np.abs(peak_errors(truth, glow.regions)).max() <= WITHIN
    even = shape in ("bottom edge", "both sides")  # without a bias it may be structure of the readout
    assert {r.doubt for r in glow.regions} == {"readout" if even else None}
    assert glow.certain is not even


def test_both_sides_whose_light_meets_in_the_middle():
    truth = glowing("both sides", peak_adu=5.0, decay_share=0.1701, step=16, seed=113)
    glow = measure(dark_of(truth, 11, "median"), ABOUT)
    assert {r.where for r in glow.regions} == {"left", "right"}


def test_light_that_a_gradient_explains_as_well_is_not_called_none():
    """A fall over a quarter of the frame."""
    truth = glowing("bottom edge", peak_adu=5.0, decay_share=0.1725, step=16, seed=512)
    glow = measure(dark_of(truth, 12, "median"), ABOUT)
    assert not glow.present
    assert not glow.certain
    assert any("glow along an edge" in note and "--bias" in note for note in glow.notes)
    # with a bias it is found
    bias = combined([scene.bias(truth, i) for i in range(12)], "median")
    (region,) = measure(dark_of(truth, 12, "median"), replace(ABOUT, reference="bias.fits"), reference=bias).regions
    assert (region.where, region.certain) == ("bottom", True)


@pytest.mark.parametrize("kind", FREE)
def test_a_dark_without_glow_has_none(kind):
    for seed in (1, 6):
        glow = measure(free_dark(kind, seed), ABOUT)
        assert not glow.present, glow.regions
        if kind in LEAKS:
            assert glow.light_leak_adu is not None or glow.gradient_adu is not None
            assert any("light leak" in note for note in glow.notes)
        if kind == "flat":
            assert glow.certain
            assert glow.light_leak_adu is None
            assert glow.notes == ()


def test_numbers_beside_the_peak():
    truth = glowing("right", peak_adu=60.0, decay_share=0.1, step=1, seed=3)
    glow = measure(dark_of(truth, 1, "mean"), ABOUT)
    (region,) = glow.regions
    decay = 0.1 * SIZE[1]
    assert region.decay_px == pytest.approx(decay, rel=0.1)
    # half of the peak within ln 2 of a decay length: half a disc
    assert region.area_fraction == pytest.approx(0.5 * np.pi * (np.log(2) * decay) ** 2 / np.prod(SIZE), rel=0.2)
    assert (region.x, region.y) == pytest.approx((559, 199.5), abs=8)
    assert region.snr > 50
    assert glow.noise_adu == pytest.approx(10.0, rel=0.1)
    assert glow.background_adu == pytest.approx(truth.pedestal_adu + truth.dark_current_adu / 2, abs=1.0)


def test_the_faintest_glow_that_would_be_found():
    """``least_adu`` is between what is missed and what is found."""
    limit = measure(
        dark_of(glowing("top-left", peak_adu=0.0, decay_share=0.1, step=1, seed=5), 4, "mean"), ABOUT
    ).least_adu
    assert 1.0 <= limit < 4.0
    found = [
        measure(
            dark_of(glowing("top-left", peak_adu=k * limit, decay_share=0.1, step=1, seed=s), 4, "mean"), ABOUT
        ).present
        for k, s in itertools.product((0.4, 1.5), range(4))
    ]
    assert sum(found[:4]) <= 1
    assert found[4:] == [True] * 4


@pytest.mark.parametrize(
    ("row_order", "where"), [("TOP-DOWN", "top-right"), ("BOTTOM-UP", "bottom-right"), (None, "bottom-right")]
)
def test_where_is_as_a_viewer_shows_it(row_order, where):
    truth = glowing("top-right", peak_adu=25.0, decay_share=0.14, step=4, seed=2)
    about = About(path="d", kind="dark", exposure_s=300.0, row_order=row_order)
    (region,) = measure(dark_of(truth, 1, "mean"), about).regions
    assert region.where == where
    assert ("no ROWORDER" if row_order is None else row_order) in region.where_basis
    assert (region.x, region.y) == pytest.approx((559, 0), abs=8)  # array order, whatever is shown


def test_structure_that_a_bias_has_as_well_is_no_glow():
    """Sides that glow in the bias, and a corner that does not."""
    sides = (
        GlowSource(shape="columns", x=0.0, amplitude_adu=20.0, decay_px=60.0),
        GlowSource(shape="columns", x=1.0, amplitude_adu=12.0, decay_px=60.0),
    )
    corner = GlowSource(x=0.0, y=1.0, amplitude_adu=15.0, decay_px=70.0, stretch_y=1.0)
    truth = glowing("top", peak_adu=0, decay_share=0.1, step=1, seed=4, glows=(*sides, corner))
    dark = dark_of(truth, 4, "mean")
    bias = dark_of(glowing("top", peak_adu=0, decay_share=0.1, step=1, seed=4, glows=sides), 5, "mean")
    alone = measure(dark, ABOUT)
    assert {"left", "right"} <= {r.where for r in alone.regions if r.doubt == "readout"}
    assert any("--bias" in note for note in alone.notes)
    about = About(
        path="d", kind="dark", exposure_s=300.0, row_order="TOP-DOWN", reference="bias.fits", reference_s=0.001
    )
    against = measure(dark, about, reference=bias)
    (region,) = against.regions
    assert (region.where, region.certain) == ("bottom-left", True)
    assert region.peak_adu == pytest.approx(15.0, rel=WITHIN)
    assert against.reference == "bias.fits"
    assert not measure(
        bias,
        about,
        reference=dark_of(glowing("top", peak_adu=0, decay_share=0.1, step=1, seed=9, glows=sides), 5, "mean"),
    ).present


def test_a_reference_with_glow_of_its_own_is_said():
    about = About(path="d", kind="dark", exposure_s=300.0, reference="dark60.fits", reference_s=60.0)
    dark = free_dark("flat", 0)
    assert any(
        "its own glow was taken away" in note for note in measure(dark, about, reference=free_dark("flat", 3)).notes
    )


def test_light_of_a_colour_came_from_outside():
    """A corner that only the red sites of the mosaic see."""
    truth = glowing("top-left", peak_adu=40.0, decay_share=0.14, step=1, seed=6)
    grey, none = (
        dark_of(truth, 1, "mean"),
        dark_of(glowing("top-left", peak_adu=0, decay_share=0.14, step=1, seed=6), 1, "mean"),
    )
    red = none.copy()
    red[0, ::2, ::2] = grey[0, ::2, ::2]
    assert measure(grey, ABOUT).regions[0].doubt is None
    glow = measure(red, ABOUT)
    assert glow.regions[0].doubt == "light_leak"
    assert not glow.certain
    assert any("through the filters" in note for note in glow.notes)


def test_hot_pixels_stars_and_dead_pixels_do_not_count():
    rng = np.random.default_rng(8)
    truth = glowing("top-right", peak_adu=25.0, decay_share=0.14, step=4, seed=7)
    dark = dark_of(truth, 1, "mean")
    whole = measure(dark, ABOUT)
    spoilt = dark.copy()
    spoilt[0][rng.random(SIZE) < 0.03] += 3000.0
    spoilt[0][rng.random(SIZE) < 0.01] = 0.0
    spoilt[0][rng.random(SIZE) < 0.001] = np.nan
    spoilt[0, 200:206, 100:140] += 500.0  # the track of a cosmic ray
    glow = measure(spoilt, ABOUT)
    assert [r.where for r in glow.regions] == ["top-right"]
    assert glow.regions[0].peak_adu == pytest.approx(whole.regions[0].peak_adu, rel=0.05)


def test_planes_of_a_debayered_frame():
    truth = glowing("bottom-left", peak_adu=25.0, decay_share=0.14, step=1, seed=2)
    rgb = np.concatenate(
        [dark_of(glowing("bottom-left", peak_adu=25.0, decay_share=0.14, step=1, seed=s), 1, "mean") for s in (1, 2, 3)]
    )
    (region,) = measure(rgb, ABOUT).regions
    assert region.where == "bottom-left"
    assert np.abs(peak_errors(truth, [region])).max() <= WITHIN


def test_frames_that_cannot_be_measured():
    with pytest.raises(ValueError, match="too small"):
        measure(np.zeros((1, 40, 500), np.float32), ABOUT)
    with pytest.raises(ValueError, match="cannot be laid on each other"):
        measure(np.zeros((1, 100, 100), np.float32), ABOUT, reference=np.zeros((1, 100, 102), np.float32))
    constant = measure(np.full((1, 100, 100), 7.0, np.float32), ABOUT)
    assert (constant.present, constant.background_adu) == (False, 7.0)
    nothing = measure(np.full((1, 100, 100), np.nan, np.float32), ABOUT)
    assert not nothing.present


def stack_of_nebulae(seed):
    """The mean of three flattened lights, with nebulae, a hundred stars and glow at the right, as (1, height, width)."""
    rng = np.random.default_rng(seed)
    nebulae = [
        (rng.uniform(-20, 500), rng.uniform(-20, 420), rng.uniform(8, 130), rng.uniform(20, 120))
        for _ in range(rng.integers(1, 8))
    ]
    truth = Truth(
        seed=seed + 50,
        width=480,
        height=400,
        bayer_pattern=None,
        glows=(GlowSource(x=1.0, y=0.25, amplitude_adu=60.0, decay_px=60.0),),
        nebulae=tuple(Nebula(x=x, y=y, sigma_px=s, peak_adu=p) for x, y, s, p in nebulae),
        gradient_adu=(rng.uniform(-50, 50), rng.uniform(-50, 50)),
        star_count=100,
        dithers=(),
        hot_fraction=0.0,
    )
    lights = [(scene.light(truth, i) - scene.bias_level(truth)) / scene.response(truth) for i in range(3)]
    return np.mean(lights, axis=0)[None].astype(np.float32)


@pytest.mark.parametrize("seed", [1, 11, 13])
def test_stars_in_a_stack_are_no_regions_and_peaks_are_those_seen(seed):
    """Once a star whose rest lay within a tile was told as 259 ADU where tiles show 81."""
    measured = examine(stack_of_nebulae(seed), About(path="stack.fits", kind="light", row_order="TOP-DOWN"))
    tiles = measured.tiles
    brightest = float(tiles.values.max()) - measured.glow.background_adu
    height, width = tiles.shape
    for region in measured.glow.regions:
        inside = all(
            max(tiles.tile) <= at < size - max(tiles.tile) for at, size in ((region.y, height), (region.x, width))
        )
        assert region.decay_px >= max(tiles.tile) or not inside  # steep glow lies at the border
        assert region.peak_adu < 1.4 * brightest
        assert 0 <= region.x <= width - 1
        assert 0 <= region.y <= height - 1
