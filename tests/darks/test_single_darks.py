"""Single darks of simulated sensors: good sets stay whole, every defect of a stated size is told for its own reason."""

from __future__ import annotations

import numpy as np
import pytest

from ampglow_plugin import api
from ampglow_plugin.glow.single_darks import hot_spots, sketch
from tests.darks import sets
from tests.darks.stats import reasons


@pytest.mark.parametrize("kind", sets.KINDS)
@pytest.mark.parametrize("count", [5, 12])
def test_a_good_set_is_left_whole(kind, count):
    blamed, doubts = reasons(sets.good_set(kind, 60 + count, count))
    assert (blamed, doubts) == ({}, set())


@pytest.mark.parametrize("defect", sets.DEFECTS)
@pytest.mark.parametrize("kind", ["plain", "banded", "hot"])
def test_one_spoiled_frame_is_found_for_its_reason(defect, kind):
    seed = {"plain": 300, "banded": 301, "hot": 304}[kind]  # steps of 1, 4 and 4 ADU, all with glow
    truth = sets.truth_of(seed, **sets.GOOD[kind][1])
    good = sets.good_set(kind, seed, 12)
    at = 3
    blamed, _ = reasons(sets.spoiled(good, truth, defect, at))
    wanted = sets.DEFECTS[defect][1]
    later = at + 1 if wanted == "duplicate" else at
    assert list(blamed) == [good.frames[later].path]
    assert wanted in blamed[good.frames[later].path]


@pytest.mark.parametrize(("ratio", "celsius"), [(2 ** (2.5 / 6), 2.5), (2 ** (-3 / 6), -3.0)])
def test_hot_pixels_tell_the_temperature(ratio, celsius):
    truth = sets.truth_of(300)
    good = sets.good_set("plain", 300, 9)
    good.planes[4] = sets.exposed(truth, 4, celsius=truth.temperature_c + celsius)
    measured = sets.measure(good).frames[4]
    assert measured.hot_ratio == pytest.approx(ratio, rel=0.08)
    assert measured.hot_sigma < 0.02


@pytest.mark.parametrize("share", [0.5, 2 / 3, 1.5])
def test_the_share_of_the_glow_is_measured(share):
    truth = sets.truth_of(301)
    good = sets.good_set("plain", 301, 9)
    good.planes[2] = sets.exposed(truth, 2, seconds=share * truth.exposure_s)
    measured = sets.measure(good)
    assert measured.frames[2].glow_ratio == pytest.approx(share, abs=0.05)
    assert measured.glow_adu > 20
    others = [f.glow_ratio for i, f in enumerate(measured.frames) if i != 2]
    assert np.allclose(others, 1, atol=0.05)


@pytest.mark.parametrize("step", [1, 4, 16])
def test_noise_is_that_of_the_readout_in_any_step(step):
    """Not that from pixel to pixel, which uneven dark current widens."""
    truth = sets.truth_of(300, sample_step=step, read_noise_adu=20.0, dark_current_adu=100.0, glows=())
    planes = [sets.exposed(truth, i) for i in range(8)]
    measured = sets.measure(sets.Set(planes, [sets.header(truth, i, -10.0) for i in range(8)]))
    expected = np.sqrt(20.0**2 + 50.0 / truth.gain_e_per_adu + step**2 / 12)
    # a few warmer pixels are noisier
    assert np.median([f.noise_adu for f in measured.frames]) == pytest.approx(expected, rel=0.06)


def test_a_set_of_two_kinds_is_in_doubt_and_nobody_is_blamed():
    truth = sets.truth_of(300)
    good = sets.good_set("plain", 300, 10)
    for i in range(5, 10):
        good.planes[i] = sets.exposed(truth, i, seconds=truth.exposure_s / 3)
    blamed, doubts = reasons(good)
    assert blamed == {}
    assert {"temperature", "wrong_glow"} <= doubts


def test_a_sensor_that_was_still_cooling_loses_its_first_frames():
    """Whatever the headers say: they are those of a settled sensor."""
    truth = sets.truth_of(300)
    good = sets.good_set("plain", 300, 14)
    for i, warmer in enumerate((9.0, 6.0, 3.5)):
        good.planes[i] = sets.exposed(truth, i, celsius=truth.temperature_c + warmer)
    blamed, _ = reasons(good)
    assert set(blamed) == {frame.path for frame in good.frames[:3]}
    assert all("temperature" in why for why in blamed.values())


def test_a_level_that_drifts_through_the_set_loses_its_ends():
    truth = sets.truth_of(301)
    good = sets.good_set("plain", 301, 15)
    noise = sets.total_noise(truth)
    for i in range(15):
        good.planes[i] = good.planes[i] + np.float32(round(1.6 * noise * i / 14))
    blamed, _ = reasons(good)
    paths = [frame.path for frame in good.frames]
    assert {paths[0], paths[-1]} <= set(blamed) <= {*paths[:5], *paths[-5:]}
    assert all(why == {"level"} for why in blamed.values())


def test_frames_of_a_few_pixels_and_numbers_that_are_none():
    with pytest.raises(ValueError, match="too small"):
        sketch(np.zeros((20, 40), np.float32), hot_spots([]))
    plane = sets.good_set("plain", 300, 1).planes[0]
    plane[:30, :30] = np.nan
    assert sketch(plane, hot_spots([plane])).empty_share == pytest.approx(30 / 256, abs=0.01)


def test_files_by_the_public_function(tmp_path):
    """Copies under other names and headers, files cut short, of another size, and of another kind."""
    truth = sets.truth_of(301)
    good = sets.good_set("plain", 301, 8)
    paths = sets.put(good, truth, tmp_path)
    copy = tmp_path / "copy.fits"
    copy.write_bytes(paths[2].read_bytes().replace(b"2025-03-01", b"2025-03-02"))
    cut = tmp_path / "cut.fits"
    cut.write_bytes(paths[3].read_bytes()[:-40_000])
    text = tmp_path / "text.fits"
    text.write_text("no frame")
    small = sets.put(sets.Set([good.planes[0][:200]], [sets.header(truth, 40, -10.0)]), truth, tmp_path)
    found = api.inspect_darks([*paths, copy, cut, text, *small])
    told = {(r.path, r.reason) for r in found.rejects}
    assert told == {
        (str(copy), "duplicate"),
        (str(cut), "unreadable"),
        (str(text), "unreadable"),
        (str(small[0]), "unreadable"),
    }
    assert set(found.kept) == set(map(str, paths))
    assert [r.message for r in found.rejects if r.reason == "duplicate"] == [
        f"copy.fits is the same exposure as {paths[2].name}, though its header has another date"
    ]
    assert all(r.source or r.reason == "unreadable" for r in found.rejects)
    assert found.doubts == ()


def test_processes_measure_what_one_does(tmp_path):
    truth = sets.truth_of(301)
    paths = sets.put(sets.good_set("plain", 301, 14), truth, tmp_path)
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(2) as pool:
        several = api.inspect_darks(paths, executor=pool)
    moved: list[float] = []
    alone = api.inspect_darks(paths, progress=lambda _what, share: moved.append(share or 0.0))
    assert several == alone
    assert moved == sorted(moved)
    assert moved[-1] == 1.0


def test_real_darks_agree(real_data):
    """Two long darks of a CCD, two nights apart: nothing to leave out, and what was measured is the same in both."""
    found = api.inspect_darks([real_data / "qsi683" / f"dark_{n}.fit" for n in (1, 2)])
    assert (found.rejects, found.doubts) == ((), ())
    one, two = found.measured.frames
    assert abs(one.level_adu - two.level_adu) < 1
    assert one.hot_ratio / two.hot_ratio == pytest.approx(1, abs=0.01)
    assert found.measured.hot_pixels > 1000


def test_a_short_dark_among_long_ones_is_told_on_real_frames(real_data):
    folder = real_data / "qsi683"
    found = api.inspect_darks([folder / "dark_1.fit", folder / "dark_2.fit", folder / "flat_dark_1.fit"])
    assert {r.path for r in found.rejects} == {str(folder / "flat_dark_1.fit")}
    assert {"temperature", "level"} <= {r.reason for r in found.rejects}
