"""Pictures of glow as files, and ``ampglow look``: what a beginner sees."""

from __future__ import annotations

import dataclasses
import importlib.util
import json

import numpy as np
import pytest
from matplotlib import image

from ampglow_plugin.cli.main import main
from ampglow_plugin.glow.measure import About, examine
from ampglow_plugin.report.glow_plot import glow_picture, label_heights
from ampglow_plugin.report.look import drawn
from ampglow_plugin.simulate import GlowSource, Truth, make_night, scene

CORNER = GlowSource(x=1.0, y=0.0, amplitude_adu=60.0, decay_px=40.0, stretch_y=1.0)


def truth(*glows, **changes):
    return Truth(
        **{"height": 200, "width": 260, "glows": glows, "gain_e_per_adu": 1000.0, "dark_current_adu": 4.0, **changes}
    )


def measured(made, **about):
    samples = scene.dark(made, 0)[None].astype(np.float32)
    return examine(samples, About(**{"path": "a $dark$.fits", "kind": "dark", "exposure_s": 300.0, **about}))


def brightness(picture, left, right, top, bottom):
    """Mean of a part of the map, by shares of the picture."""
    height, width = picture.shape[:2]
    return picture[int(top * height) : int(bottom * height), int(left * width) : int(right * width), :3].mean()


@pytest.mark.parametrize(("row_order", "top"), [("TOP-DOWN", True), ("BOTTOM-UP", False)])
def test_the_map_shows_the_glow_where_a_viewer_does(tmp_path, row_order, top):
    found = measured(truth(CORNER), row_order=row_order)
    picture = image.imread(glow_picture(found, tmp_path / "glow.png"))
    assert not list(tmp_path.glob("*.part"))
    assert picture.shape[1] == 1430
    upper, lower = (brightness(picture, 0.47, 0.5, *part) for part in ((0.12, 0.16), (0.66, 0.7)))
    bright, dark = (upper, lower) if top else (lower, upper)
    assert bright > dark + 0.2


@pytest.mark.parametrize(
    "glows",
    [(), (GlowSource(shape="rows", y=1.0, amplitude_adu=30.0, decay_px=30.0, stretch_y=1.0),)],
    ids=["none", "edge"],
)
def test_every_kind_of_answer_can_be_drawn(tmp_path, glows):
    path = glow_picture(measured(truth(*glows)), tmp_path / "out.png")
    assert image.imread(path).std() > 0.05


def test_labels_do_not_cover_each_other():
    found = measured(truth(CORNER))
    (glowing,) = found.shown
    close = dataclasses.replace(found, shown=(glowing, glowing, glowing))
    heights = sorted(label_heights(close))
    assert min(np.diff(heights)) > 0.04 * 200
    assert min(heights) >= 0.04 * 200
    assert max(heights) <= 0.96 * 200
    assert label_heights(found)[0] == pytest.approx(0.95 * 200, abs=1)  # no row order: the first row is at the bottom


def test_the_map_in_the_terminal():
    lines = drawn(measured(truth(CORNER), row_order="TOP-DOWN"))
    assert lines[0][-1] == "@"
    assert not lines[-1].strip(" .")
    assert drawn(measured(truth(CORNER)))[-1][-1] == "@"
    assert set("".join(drawn(measured(truth())))) <= set(" .:-")


def command(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in words])
    return ended.value.code, *capsys.readouterr()


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    return make_night(
        tmp_path_factory.mktemp("look"),
        truth(CORNER, star_count=5, sky_adu=300.0, vignetting=0.0, dither_px=0.0, dithers=()),
        lights=1,
        darks=1,
        flats=0,
        flatdarks=0,
    )


def test_look_at_a_dark(night, tmp_path, capsys):
    code, out, _ = command(capsys, "look", night.darks[0], "--plot", tmp_path / "look.png")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].endswith(": dark")
    assert lines[1].startswith("  |")
    assert lines[1].endswith("@|")
    assert "Glow at the top-right, up to" in out
    assert (tmp_path / "look.png").exists()


def test_look_at_a_light_is_never_sure(night, capsys):
    code, out, _ = command(capsys, "look", night.lights[0])
    words = " ".join(out.split())
    assert code == 0
    assert "raw light" in out.splitlines()[0]
    assert "Bright at the top-right" in words
    assert "I need a dark of 180 s, gain 120, -10 C to be sure" in words
    code, out, _ = command(capsys, "look", night.lights[0], "--json")
    glow, summary = (json.loads(line) for line in out.splitlines())
    assert (glow["record"], glow["certain"], summary["exit"]) == ("glow", False, 0)
    assert {r["doubt"] for r in glow["regions"]} == {"scene"}


def test_plot_of_the_glow_command(night, tmp_path, capsys, monkeypatch):
    png = tmp_path / "glow.png"
    code, out, _ = command(capsys, "glow", night.darks[0], "--plot", png)
    assert code == 0
    assert f"drawn: {png}" in out
    assert png.read_bytes().startswith(b"\x89PNG")
    code, _, err = command(capsys, "glow", night.darks[0], night.lights[0], "--plot", tmp_path / "two.png")
    assert code == 2
    assert "name one file" in err
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "matplotlib" else find(name))
    code, _, err = command(capsys, "glow", night.darks[0], "--plot", tmp_path / "other.png")
    assert code == 2
    assert "ampglow-plugin[plot]" in err
