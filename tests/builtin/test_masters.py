"""Masters from few and from many frames, and the memory they take."""

from __future__ import annotations

import gzip
import itertools
import shutil
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.headers import read_frame
from ampglow_plugin.hosts.builtin import combine, rows
from ampglow_plugin.hosts.builtin.files import load
from ampglow_plugin.hosts.builtin.integrate import Member, integrate
from ampglow_plugin.hosts.builtin.rows import bands, fits_rows, levels, spool
from ampglow_plugin.model.plan import Calibrate, Group, Integrate, Master, Plan
from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.simulate import Truth, scene

from .conftest import build, pixels, save
from .test_siril import plan_of_master

TRUTH = Truth(width=120, height=101, seed=31)


def darks(folder, count, **cards):
    return [
        save(folder / f"dark_{i:02d}.fits", scene.dark(TRUTH, i), IMAGETYP="DARK", EXPTIME=180.0, GAIN=120, **cards)
        for i in range(count)
    ]


def built(tmp_path, frames, step=None, role="dark"):
    plan = plan_of_master(role, frames, (step or Integrate(),))
    return build(tmp_path / "out", plan) / "masters/built.fit"


def test_master_of_one_frame_is_that_frame(tmp_path):
    (frame,) = darks(tmp_path, 1)
    master = built(tmp_path, [frame])
    np.testing.assert_allclose(pixels(master) * 65535, pixels(frame), atol=0.01)
    assert read_frame(master).stack_count is None


@pytest.mark.parametrize("rejection", ["none", "winsorized", "percentile"])
def test_master_of_two_frames_is_their_mean(tmp_path, rejection):
    frames = darks(tmp_path, 2)
    master = built(tmp_path, frames, Integrate(rejection=rejection))
    close = np.abs(pixels(master) * 65535 - (pixels(frames[0]) + pixels(frames[1])) / 2) < 0.01
    # of two values nobody can say which is the outlier; percentile clipping drops both or none
    assert close.all()


def test_master_keeps_the_header_and_says_what_it_is(tmp_path):
    frames = darks(tmp_path, 5, BAYERPAT="RGGB", **{"CCD-TEMP": -10.0})
    frame = read_frame(built(tmp_path, frames))
    assert (frame.kind, frame.master, frame.stack_count) == ("dark", True, 5)
    assert (frame.exposure_s, frame.gain, frame.temperature_c, frame.bayer_pattern) == (180.0, 120.0, -10.0, "RGGB")
    assert frame.bits == 32


def test_median_min_and_max(tmp_path):
    frames = darks(tmp_path, 5)
    stack = np.array([pixels(f) for f in frames])
    for name in ("median", "min", "max"):
        step = Integrate(combination=name, rejection="none")
        members = [Member(name=f, source=_rows(f)) for f in frames]
        result = integrate(members, step, aligned=False, progress=lambda _: None)
        np.testing.assert_allclose(result[0] * 65535, getattr(np, name)(stack, axis=0), atol=0.01)


def _rows(path):
    return fits_rows(path, read_pixels(path))


@pytest.mark.parametrize("kind", ["uint16", "float share", "float adu", "int32", "rgb"])
def test_bands_hold_what_the_whole_frame_holds(tmp_path, kind):
    data = scene.dark(TRUTH, 0)
    stored = {
        "uint16": data,
        "float share": (data / 65535).astype(np.float32),
        "float adu": data.astype(np.float32),
        "int32": data.astype(np.int32),
        "rgb": np.array([data, data + 1, data + 2]),
    }[kind]
    path = save(tmp_path / "frame.fits", stored)
    whole = load(path)
    for source in (_rows(path), spool(whole, tmp_path / "spooled")):
        parts = [source.rows(start, min(start + 17, TRUTH.height)) for start in range(0, TRUTH.height, 17)]
        np.testing.assert_allclose(np.concatenate(parts, axis=1), whole, rtol=1e-6)


def test_compressed_frames_are_put_aside_and_taken_away(tmp_path):
    plain = darks(tmp_path, 3)
    packed = []
    for path in map(Path, plain):
        packed.append(path.with_name(path.name + ".gz"))
        with path.open("rb") as source, gzip.open(packed[-1], "wb") as target:
            shutil.copyfileobj(source, target)
    a = pixels(built(tmp_path / "a", plain))
    b = pixels(built(tmp_path / "b", list(map(str, packed))))
    np.testing.assert_allclose(a, b, atol=1e-7)
    assert sorted(p.name for p in (tmp_path / "b" / "out").iterdir()) == [
        "ampglow-builtin.log",
        "ampglow-builtin.yaml",
        "ampglow-run.json",
        "masters",
        "process",
    ]


def test_flats_are_calibrated_before_they_are_combined(tmp_path):
    flats = [save(tmp_path / f"flat_{i}.fits", scene.flat(TRUTH, i), EXPTIME=2.0) for i in range(4)]
    dark = (scene.bias_level(TRUTH) + scene.dark_signal(TRUTH, 2.0, TRUTH.temperature_c)).astype(np.float32)
    steps = (Calibrate(dark="flatdark"), Integrate(rejection="none", normalization="multiplicative"))
    plan = Plan(
        tool="test",
        masters=(
            Master(id="flatdark", role="flatdark", file=save(tmp_path / "fd.fits", dark), holds_bias=True),
            Master(id="flat", role="flat", frames=tuple(flats), steps=steps),
            Master(id="dark", role="dark", file=save(tmp_path / "d.fits", dark), holds_bias=True),
        ),
        groups=(Group(id="light", frames=(flats[0],), steps=(Calibrate(dark="dark", flat="flat"),), cfa=False),),
    )
    out = build(tmp_path / "out", plan)
    expected = TRUTH.flat_level_adu * scene.response(TRUTH)
    assert np.median(np.abs(pixels(out / "masters/flat.fit") * 65535 / expected - 1)) < 0.01
    assert read_frame(out / "masters/flat.fit").calibration_status == "D"


def test_frame_of_another_size_is_refused_and_nothing_is_written(tmp_path):
    frames = darks(tmp_path, 3)
    odd = save(tmp_path / "odd.fits", scene.dark(Truth(width=122, height=101), 0))
    with pytest.raises(HostRefused, match=r"odd.fits: is 122 x 101, but .* of the same master built is 120 x 101"):
        built(tmp_path, [*frames, odd])
    assert not (tmp_path / "out").exists()


def test_master_of_another_size_is_refused(tmp_path):
    frames = darks(tmp_path, 1)
    other = save(tmp_path / "other.fits", scene.dark(Truth(width=120, height=99), 0))
    plan = Plan(
        tool="test",
        masters=(Master(id="dark", role="dark", file=other, holds_bias=True),),
        groups=(Group(id="light", frames=tuple(frames), steps=(Calibrate(dark="dark"),), cfa=False),),
    )
    with pytest.raises(HostRefused, match=r"the master dark is 120 x 99, the frames are 120 x 101"):
        build(tmp_path / "out", plan)


def peak(frames, step, shape):
    """Peak of memory while frames are read, levelled and combined, in bytes of one frame."""
    tracemalloc.start()
    members = []
    for path in frames:
        found = read_pixels(path)
        members.append(Member(name=str(path), source=fits_rows(path, found), levels=levels(found.data)))
        del found
    integrate(members, step, aligned=False, progress=lambda _: None)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / (np.prod(shape) * 4)


def test_memory_does_not_grow_with_the_number_of_frames(tmp_path, monkeypatch):
    monkeypatch.setattr(rows, "_BAND_BYTES_MIN", 0)
    monkeypatch.setattr(combine, "_BLOCK_VALUES", 1 << 15)
    shape = (600, 800)
    path = save(tmp_path / "frame.fits", np.random.default_rng(1).integers(900, 1100, shape).astype(np.uint16))
    step = Integrate(normalization="multiplicative")
    few, many = (peak([path] * count, step, shape) for count in (6, 48))
    assert many < 1.15 * few
    assert many < 8


def test_bands_cover_every_row_once():
    for count, shape in ((3, (1, 101, 120)), (500, (3, 4000, 6000)), (1, (1, 1, 1))):
        starts_stops = list(bands(count, shape))
        assert starts_stops[0][0] == 0
        assert starts_stops[-1][1] == shape[1]
        assert all(a[1] == b[0] for a, b in itertools.pairwise(starts_stops))
