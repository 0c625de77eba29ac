"""Stars, shifts and turns, recovered from nights whose truth is known."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.errors import HostFailed, HostMissing
from ampglow_plugin.headers import history, read_frame
from ampglow_plugin.hosts.builtin import align
from ampglow_plugin.hosts.builtin.align import Similarity, find_similarity, find_stars, resample
from ampglow_plugin.hosts.builtin.evidence import _entries
from ampglow_plugin.hosts.builtin.integrate import BLANK
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.model.plan import Align, Calibrate, Debayer, Group, Integrate, Master, Plan
from ampglow_plugin.simulate import Truth, make_night, scene

from .conftest import build, pixels, save

TOLERANCE_PX = 0.1


def plan_for(folder, truth, night, steps):
    dark = scene.bias_level(truth) + scene.dark_signal(truth, truth.exposure_s, truth.temperature_c)
    path = save(folder / "dark.fits", dark.astype(np.float32), EXPTIME=truth.exposure_s)
    return Plan(
        tool="test",
        masters=(Master(id="dark", role="dark", file=path, holds_bias=True),),
        groups=(
            Group(id="light", frames=tuple(map(str, night.lights)), steps=steps, cfa=truth.bayer_pattern is not None),
        ),
    )


def run_aligned(folder, truth, *, stack=False):
    night = make_night(folder / "night", truth, lights=5, darks=0, flats=0, flatdarks=0)
    mosaic = truth.bayer_pattern is not None
    last = (Integrate(rejection="none", normalization="additive_scaling"),) if stack else ()
    steps = (Calibrate(dark="dark"), *((Debayer(),) if mosaic else ()), Align(), *last)
    out = build(folder / "out", plan_for(folder, truth, night, steps))
    log = _entries((out / "ampglow-builtin.log").read_text(encoding="utf-8"))
    return out, [entry for entry in log if entry["did"] == "aligned"]


def stored_place(truth, index, x, y):
    """Where a place of the undithered sky lies in light ``index``, as stored."""
    dx, dy = scene.dither(truth, index)
    x, y = x + dx, y + dy
    if truth.flip_from is not None and index >= truth.flip_from:
        x, y = truth.width - 1 - x, truth.height - 1 - y
    return x, (truth.height - 1 - y if truth.row_order == "BOTTOM-UP" else y)


@pytest.mark.parametrize(
    ("pattern", "rows", "flip"), [("RGGB", "TOP-DOWN", None), (None, "BOTTOM-UP", None), ("GRBG", "TOP-DOWN", 3)]
)
def test_dithers_and_flips_are_recovered(tmp_path, pattern, rows, flip):
    truth = Truth(width=420, height=400, bayer_pattern=pattern, row_order=rows, flip_from=flip, seed=21)
    _, aligned = run_aligned(tmp_path, truth)
    reference = next(i for i, entry in enumerate(aligned) if entry.get("reference"))
    assert len(aligned) == 5
    for i, entry in enumerate(aligned):
        if i == reference:
            continue
        for place in ((50.0, 60.0), (350.0, 80.0), (200.0, 320.0)):
            x, y = stored_place(truth, i, *place)
            found = entry["a"] * x - entry["b"] * y + entry["x0"], entry["b"] * x + entry["a"] * y + entry["y0"]
            assert np.hypot(*np.subtract(found, stored_place(truth, reference, *place))) < TOLERANCE_PX


def test_aligned_frames_show_the_stars_at_one_place_and_blank_beyond(tmp_path):
    truth = Truth(width=420, height=400, bayer_pattern="RGGB", flip_from=3, seed=22)
    out, aligned = run_aligned(tmp_path, truth)
    reference = next(i for i, entry in enumerate(aligned) if entry.get("reference"))
    frames = [pixels(out / f"process/r_pp_light_{n:05d}.fit").astype(np.float32) for n in range(1, 6)]
    wanted = find_stars(frames[reference])
    for i, frame in enumerate(frames):
        assert frame.shape == (3, 400, 420)
        stars = find_stars(frame)
        distance = np.min(np.hypot(*(wanted[:, None] - stars[None]).transpose(2, 0, 1)), axis=1)
        assert np.median(distance) < TOLERANCE_PX
        edge = np.concatenate([frame[:, 0].ravel(), frame[:, -1].ravel()])
        assert (np.mean(edge == BLANK) > 0.3) == (i != reference)
    lines = history(out / "process/r_pp_light_00001.fit")
    assert any(line.startswith("ampglow: dark subtracted") for line in lines)
    assert any(line.startswith("ampglow: aligned") for line in lines)


def test_stack_is_deeper_than_one_frame_and_has_its_level(tmp_path):
    truth = Truth(width=420, height=400, bayer_pattern=None, glows=(), prnu=0.0, vignetting=0.0, seed=23)
    out, _ = run_aligned(tmp_path, truth, stack=True)
    stack, one = pixels(out / "results/light.fit"), pixels(out / "process/pp_light_00001.fit")
    inner = np.s_[60:-60, 60:-60]
    assert abs(np.median(stack[inner]) - truth.sky_adu / 65535) < 3 / 65535

    def noise(image):
        return 1.4826 * np.median(np.abs(image - np.median(image)))

    # five frames, and splines smooth a little more
    assert 0.3 < noise(stack[inner]) / noise(one[inner]) < 1 / np.sqrt(4.5)
    assert not np.any(stack[inner] == 0)


@pytest.mark.parametrize("rejection", ["winsorized", "sigma"])
def test_noise_of_a_stack_falls_with_the_root_of_the_number(tmp_path, rejection):
    """Frames that are not moved, so that no resampling smooths them; against the noise that the truth names."""
    truth = Truth(width=160, height=120, bayer_pattern=None, glows=(), star_count=0, hot_fraction=0.0, seed=25)
    night = make_night(tmp_path / "night", truth, lights=16, darks=0, flats=0, flatdarks=0)
    sky = scene.sky(truth, 0) * scene.response(truth)
    signal = sky + scene.dark_signal(truth, truth.exposure_s, truth.temperature_c)
    one = np.sqrt(signal / truth.gain_e_per_adu + truth.read_noise_adu**2 + truth.sample_step**2 / 12)
    for count in (4, 16):
        plan = plan_for(tmp_path / str(count), truth, night, (Calibrate(dark="dark"), Integrate(rejection=rejection)))
        group = replace(plan.groups[0], frames=plan.groups[0].frames[:count])
        stack = pixels(build(tmp_path / str(count) / "out", replace(plan, groups=(group,))) / "results/light.fit")
        off = (stack * 65535 - sky) / (one / np.sqrt(count))
        assert abs(off.mean()) < 0.05
        assert off.std() == pytest.approx(1.0, abs=0.05)  # a limit of 3 sigma costs a percent


def test_resampling_is_the_inverse_of_the_transformation():
    y, x = np.mgrid[0:200, 0:220]
    frame = np.exp(-((x - 70.3) ** 2 + (y - 120.6) ** 2) / 8).astype(np.float32)[None]
    by = Similarity(a=0.98 * np.cos(0.3), b=0.98 * np.sin(0.3), x0=30.0, y0=-10.0, stars=9, scatter_px=0.0)
    moved = resample(frame, by)[0]
    rows, columns = np.mgrid[0:200, 0:220]
    centre = (moved * columns).sum() / moved.sum(), (moved * rows).sum() / moved.sum()
    expected = by.a * 70.3 - by.b * 120.6 + by.x0, by.b * 70.3 + by.a * 120.6 + by.y0
    assert np.hypot(*np.subtract(centre, expected)) < 0.02


def test_frames_without_common_stars_are_named():
    rng = np.random.default_rng(1)
    with pytest.raises(HostFailed, match=r"clouds.fits: cannot be aligned: 0 stars"):
        find_similarity(np.empty((0, 2)), rng.uniform(0, 400, (30, 2)), "clouds.fits")
    with pytest.raises(HostFailed, match=r"other.fits: cannot be aligned"):
        find_similarity(rng.uniform(0, 400, (12, 2)), rng.uniform(0, 400, (12, 2)), "other.fits")
    assert len(find_stars(np.zeros((1, 64, 64), np.float32))) == 0
    assert len(find_stars(rng.normal(0.01, 1e-4, (1, 128, 128)).astype(np.float32))) <= 1


def clouded(night, truth, which):
    """The sky of these lights without a star."""
    for i in which:
        with fits.open(night.lights[i], mode="update") as units:
            units[0].data = scene.light(replace(truth, stars=()), i)


def test_a_frame_without_stars_is_left_out_and_named(tmp_path):
    truth = Truth(width=420, height=400, bayer_pattern=None, seed=26)
    night = make_night(tmp_path / "night", truth, lights=5, darks=0, flats=0, flatdarks=0)
    clouded(night, truth, [2])
    plan = plan_for(tmp_path, truth, night, (Calibrate(dark="dark"), Align(), Integrate()))
    out = build(tmp_path / "out", plan)
    manifest = read_manifest(out)
    assert manifest.status == "succeeded"
    (warning,) = manifest.problems
    assert warning.startswith(str(night.lights[2]))
    assert "left out" in warning
    assert [p.name[-6:] for p in sorted((out / "process").glob("r_*"))] == ["01.fit", "02.fit", "04.fit", "05.fit"]
    assert len(list((out / "process").glob("pp_*"))) == 5
    assert read_frame(out / "results/light.fit").stack_count == 4


def test_a_run_in_which_nothing_can_be_aligned_fails(tmp_path):
    truth = Truth(width=420, height=400, bayer_pattern=None, seed=26)
    night = make_night(tmp_path / "night", truth, lights=3, darks=0, flats=0, flatdarks=0)
    clouded(night, truth, [1, 2])
    with pytest.raises(HostFailed, match="cannot be aligned: "):
        build(tmp_path / "out", plan_for(tmp_path, truth, night, (Calibrate(dark="dark"), Align())))
    manifest = read_manifest(tmp_path / "out")
    assert manifest.status == "failed"
    assert "cannot be aligned" in manifest.problems[0]


def test_progress_only_moves_on_and_names_frames(tmp_path):
    truth = Truth(width=300, height=280, bayer_pattern=None, seed=27)
    night = make_night(tmp_path / "night", truth, lights=3, darks=3, flats=0, flatdarks=0)
    plan = plan_for(tmp_path, truth, night, (Calibrate(dark="dark"), Align(), Integrate()))
    master = Master(id="dark", role="dark", frames=tuple(map(str, night.darks)), steps=(Integrate(),), holds_bias=True)
    said = []
    build(tmp_path / "out", replace(plan, masters=(master,)), progress=lambda what, share: said.append((what, share)))
    shares = [share for _, share in said]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    assert max(b - a for a, b in itertools.pairwise(shares)) < 0.3
    words = " ".join(what for what, _ in said)
    assert night.lights[2].name in words
    assert "combining 3 frames" in words


def test_missing_libraries_are_said_before_anything_is_written(tmp_path, monkeypatch):
    truth = Truth(width=120, height=100, bayer_pattern=None, seed=24)
    night = make_night(tmp_path / "night", truth, lights=2, darks=0, flats=0, flatdarks=0)
    monkeypatch.setattr(align, "MODULES", (*align.MODULES, "a_module_that_is_not_there"))
    with pytest.raises(HostMissing, match=r"a_module_that_is_not_there.*\[engine\]"):
        build(tmp_path / "out", plan_for(tmp_path, truth, night, (Calibrate(dark="dark"), Align())))
    assert not (tmp_path / "out").exists()
