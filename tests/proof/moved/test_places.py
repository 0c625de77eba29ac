"""Matrices, warps and what headers tell of crops and mirrors, against arrays that are known."""

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.headers import read_frame
from ampglow_plugin.pixels import read_pixels
from ampglow_plugin.proof.moved import templates, without_hot
from ampglow_plugin.proof.placing import has_blank_edge, places, scale_of, shift_of, was_moved
from ampglow_plugin.proof.transform import enlarged, from_siril, identity, moved, turned, upside_down, warp

RNG = np.random.default_rng(1)
SCENE = RNG.normal(0.0, 1.0, (40, 50)).cumsum(0).cumsum(1).astype(np.float32)
STACKED = "mean stacking with winsorized sigma clipping rejection, unnormalized input, unnormalized output"


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (identity(), SCENE),
        (upside_down(40), SCENE[::-1]),
        (turned(40, 50), SCENE[::-1, ::-1]),
    ],
)
def test_views_are_exact(matrix, expected):
    np.testing.assert_allclose(warp(SCENE, matrix, SCENE.shape), expected, atol=1e-3)


def test_a_shift_leaves_what_does_not_reach_without_numbers():
    result = warp(SCENE, moved(3, -2), SCENE.shape)
    np.testing.assert_allclose(result[:-2, 3:], SCENE[2:, :-3], atol=1e-3)
    assert np.isnan(result[-2:]).all()
    assert np.isnan(result[:, :3]).all()


def test_half_a_pixel_is_a_mean():
    result = warp(SCENE, moved(0.5, 0), SCENE.shape)
    np.testing.assert_allclose(result[:, 1:-1], (SCENE[:, :-2] + SCENE[:, 1:-1]) / 2, atol=1e-3)


def test_every_pixel_of_a_drizzle_of_two_lies_in_its_own():
    y, x = np.mgrid[0:40, 0:50].astype(np.float32)
    slope = 3 * x - 2 * y
    large = warp(slope, enlarged(2.0), (80, 100))
    means = large.reshape(40, 2, 50, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(means[1:-1, 1:-1], slope[1:-1, 1:-1], atol=1e-3)


def test_siril_counts_rows_from_the_last_one():
    """Shift by (dx, dy) in Siril's count is (dx, -dy) in stored rows, whatever the height."""
    matrix = from_siril((1, 0, 5.0, 0, 1, 7.0, 0, 0, 1), 40, 40)
    np.testing.assert_allclose(matrix, moved(5, -7), atol=1e-9)


def test_templates_of_a_mosaic_have_their_colours_and_the_glow_of_the_dark():
    y, x = np.mgrid[0:80, 0:100]
    glow = 200 * np.exp(-np.hypot(x - 99, y - 40) / 25.0)
    for matrix, expected in ((identity(), glow), (turned(80, 100), glow[::-1, ::-1])):
        planes = templates(glow.astype(np.float32), "RGGB", ((1.0, matrix),), (80, 100))
        assert len(planes) == 3
        for plane in planes:
            np.testing.assert_allclose(plane[2:-2, 2:-2], expected[2:-2, 2:-2], atol=6.0)


def test_hot_pixels_give_way_to_their_neighbours():
    dark = RNG.normal(1000, 5, (60, 60)).astype(np.float32)
    dark[30, 30] = 20000
    assert without_hot(dark, "RGGB")[30, 30] < 1020


def put(path, data, *lines, **cards):
    unit = fits.PrimaryHDU(data.astype(np.float32))
    unit.header.update(cards)
    for line in lines:
        unit.header["HISTORY"] = line
    unit.writeto(path)
    return path


@pytest.fixture
def dark(tmp_path):
    return read_frame(put(tmp_path / "dark.fit", SCENE + 1000, ROWORDER="TOP-DOWN", EXPTIME=180.0, IMAGETYP="DARK"))


def placed(path, dark):
    data = fits.getdata(path)
    found, note = places(path, SCENE.shape, data.shape, sequence=None, dark=dark)
    return [warp(SCENE, p.parts[0][1], data.shape) for p in found if len(p.parts) == 1], note


@pytest.mark.parametrize(
    ("steps", "cards", "made"),
    [
        ((), {}, SCENE),
        (("TOP-DOWN mirror",), {"ROWORDER": "BOTTOM-UP"}, SCENE[::-1]),
        ((), {"ROWORDER": "BOTTOM-UP"}, SCENE[::-1]),
        (("Left-right mirror",), {}, SCENE[:, ::-1]),
        (("Crop (x=4, y=6, w=30, h=20)",), {}, SCENE[40 - 6 - 20 : 40 - 6, 4:34]),
        (("TOP-DOWN mirror", "Crop (x=4, y=6, w=30, h=20)"), {}, SCENE[::-1][14:34, 4:34]),
        (("Crop (x=4, y=6, w=30, h=20)", "Crop (x=1, y=2, w=10, h=10)"), {}, SCENE[14:34, 4:34][8:18, 1:11]),
    ],
)
def test_history_tells_where_the_sensor_lies(tmp_path, dark, steps, cards, made):
    path = put(tmp_path / "stack.fit", made, STACKED, *steps, **({"STACKCNT": 5, "ROWORDER": "TOP-DOWN"} | cards))
    shown, note = placed(path, dark)
    np.testing.assert_allclose(shown[0], made, atol=1e-3)
    assert "--seq" in note


def test_a_size_that_nothing_explains_has_no_place(tmp_path, dark):
    path = put(tmp_path / "stack.fit", SCENE[:30, :30], STACKED, "Resampled from 50 x 40", STACKCNT=5)
    shown, note = placed(path, dark)
    assert shown == []
    assert "cropped or scaled" in note


def test_aligned_outputs_are_known_by_header_name_size_and_edge(tmp_path):
    sensor = put(tmp_path / "dark.fit", SCENE)
    assert not was_moved(put(tmp_path / "pp_light_00001.fit", SCENE), sensor)
    assert was_moved(put(tmp_path / "r_pp_light_00001.fit", SCENE), sensor)
    assert was_moved(put(tmp_path / "a.fit", SCENE, STACKCNT=3), sensor)
    assert was_moved(put(tmp_path / "b.fit", SCENE, "Registration with StarAlignment process"), sensor)
    assert was_moved(put(tmp_path / "c.fit", SCENE[:, :-2]), sensor)
    edge = np.ones((3, 20, 20), np.float32)
    assert not has_blank_edge(edge)
    edge[:, :, 0] = 0
    assert has_blank_edge(edge)


@pytest.mark.parametrize(
    ("text", "stretch", "known", "sigma"),
    [
        (STACKED, True, True, 0.0),
        ("mean stacking, additive+scaling normalized input, unnormalized output", False, True, 0.05),
        ("mean stacking, additive+scaling normalized input, normalized output", False, False, 0.0),
        ("", True, False, 0.0),  # Siril 1.0 notes nothing
        ("", False, True, 0.05),
    ],
)
def test_whether_a_stack_has_kept_its_scale(tmp_path, text, stretch, known, sigma):
    data = 0.2 + 0.1 * (SCENE - SCENE.mean()) / SCENE.std() / 10
    if stretch:
        data = (data - data.min()) / (data.max() - data.min())
    path = put(tmp_path / "s.fit", data, *([text] if text else []), STACKCNT=5, PROGRAM="Siril v1.0.6")
    found = scale_of(path, read_pixels(path), None, mosaic=False)
    assert found.known is known
    assert found.sigma == sigma


@pytest.mark.parametrize("planes", [1, 3])
def test_scaled_frames_that_were_never_debayered_have_no_sure_scale(tmp_path, planes):
    text = "mean stacking, additive+scaling normalized input, unnormalized output"
    data = np.repeat(SCENE[None], planes, axis=0)
    path = put(tmp_path / "s.fit", data if planes > 1 else SCENE, text, STACKCNT=5, PROGRAM="Siril v1.4.2")
    found = scale_of(path, read_pixels(path), None, mosaic=True)
    assert found.sigma == (0.3 if planes == 1 else 0.05)
    assert ("never debayered" in found.note) == (planes == 1)


def test_many_frames_are_sampled_on_both_sides_of_a_flip(tmp_path, dark):
    lines = ["S 'pp_light_' 1 40 40 5 0 4 0 0", "L 1", *(f"I {i} 1" for i in range(1, 41))]
    for i in range(40):
        flipped = i >= 30
        turn = f"{-1 if flipped else 1} 0 {49 + i % 3 if flipped else i % 5} 0 {-1 if flipped else 1} {39 if flipped else 0}"
        lines.append(f"R0 3 3 0.9 0 0.01 60 H {turn} 0 0 1")
    (tmp_path / "pp_light_.seq").write_text("\n".join(lines))
    path = put(tmp_path / "stack.fit", SCENE, STACKED, STACKCNT=40, ROWORDER="TOP-DOWN")
    (found,), note = places(path, SCENE.shape, SCENE.shape, sequence=tmp_path / "pp_light_.seq", dark=dark)
    assert note == ""
    assert len(found.parts) < 25
    assert sum(w for w, _ in found.parts) == pytest.approx(1.0)
    assert sum(w for w, m in found.parts if m[0, 0] < 0) == pytest.approx(0.25)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (3, 0), (-2, 4), (1, -5)])
def test_blank_edges_tell_the_shift(x, y):
    frame = warp(SCENE + 1000, moved(x, y), SCENE.shape)
    assert shift_of(np.nan_to_num(frame)[None]) == (x, y)


def test_a_turned_frame_is_shifted_by_the_middle_of_its_wedges():
    angle = np.radians(2.0)
    turn = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    about = moved(24.5, 19.5) @ turn @ moved(-24.5, -19.5)
    frame = np.nan_to_num(warp(SCENE + 1000, moved(6, -4) @ about, SCENE.shape))
    assert shift_of(frame[None]) == pytest.approx((6, -4), abs=1)


def test_blank_edges_on_both_sides_tell_nothing():
    frame = np.ones((1, 30, 30), np.float32)
    frame[:, :4] = frame[:, -4:] = 0
    assert shift_of(frame) is None
    assert shift_of(np.zeros_like(frame)) is None
