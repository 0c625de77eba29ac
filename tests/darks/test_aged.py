"""A sensor that aged by a known amount: the comparison of an old and a new dark finds it again."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from ampglow_plugin import api
from ampglow_plugin.cli.main import main
from ampglow_plugin.glow.aging import aging
from ampglow_plugin.simulate import GlowSource, Truth, header, scene, write_frame

TRUTH = Truth(seed=4, width=320, height=256, star_count=0, glows=(GlowSource(amplitude_adu=80.0, decay_px=60.0),))


def master(truth: Truth, first: int, *, count: int = 8, aged: float = 0.0, **changes: float) -> np.ndarray:
    """The mean of some darks; of a share ``aged`` of the sensor, the pixels are those of another."""
    part = np.random.default_rng(3).random((truth.height, truth.width)) < aged
    other = replace(truth, seed=31, glows=truth.glows)
    frames = [
        np.where(part, scene.dark(other, first + i, **changes), scene.dark(truth, first + i, **changes))
        for i in range(count)
    ]
    return np.mean(frames, axis=0).astype(np.float32)


@pytest.mark.parametrize("glow", [0.7, 1.0, 1.3])
@pytest.mark.parametrize("count", [1, 8])
def test_the_change_of_the_glow_is_found_within_its_error(glow, count):
    """A single frame against a master, too: its noise must not count as structure."""
    brighter = replace(TRUTH, glows=(replace(TRUTH.glows[0], amplitude_adu=80.0 * glow),))
    found = aging(master(TRUTH, 0), master(brighter, 50, count=count), sure=(True, count > 1))
    assert found.glow.sigma < 0.03
    assert abs(found.glow.value - glow) < 3 * found.glow.sigma + 0.01


def test_the_noise_of_a_single_frame_is_no_structure():
    """Of a faint glow, over many frames: the ratio does not lean to either side."""
    faint = replace(TRUTH, glows=(replace(TRUTH.glows[0], amplitude_adu=20.0),))
    good = master(faint, 100)
    ratios = [aging(master(faint, i, count=1), good).glow for i in range(12)]
    values = np.array([ratio.value for ratio in ratios])
    assert abs(values.mean() - 1) < 3 * values.std() / np.sqrt(len(values)) + 0.005
    assert np.median([ratio.sigma for ratio in ratios]) == pytest.approx(values.std(), rel=0.7)


@pytest.mark.parametrize("aged", [0.0, 0.1, 0.4])
def test_hot_pixels_that_came_and_went_are_counted(aged):
    found = aging(master(TRUTH, 0), master(TRUTH, 50, aged=aged), sure=(True, True))
    assert found.body.verdict == "same"
    for count, of in ((found.hot.came, found.hot.new), (found.hot.went, found.hot.old)):
        assert abs(count / of - aged) < 3 * np.sqrt(max(aged * of, 1)) / of + 0.01
    assert found.hot.ratio.value == pytest.approx(1, abs=0.02)


def test_a_warmer_sensor_has_higher_hot_pixels():
    found = aging(master(TRUTH, 0), master(TRUTH, 50, temperature_c=-7.0), sure=(True, True))
    assert found.hot.ratio.value == pytest.approx(2**0.5, rel=0.02)
    assert found.glow.value == pytest.approx(1, abs=0.05)


def test_nothing_is_said_of_two_bodies_or_sizes():
    found = aging(master(TRUTH, 0), master(replace(TRUTH, seed=9), 0), sure=(True, True))
    assert (found.body.verdict, found.hot) == ("other", None)
    with pytest.raises(ValueError, match="320 x 256 and 320 x 200"):
        aging(np.zeros((256, 320), np.float32), np.zeros((200, 320), np.float32))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Masters of float32: old, as it was, aged, of another body, of another exposure."""
    from datetime import UTC, datetime

    folder = tmp_path_factory.mktemp("masters")

    def put(name, data, **cards):
        path = folder / f"{name}.fits"
        when = datetime(2023 if name == "old" else 2025, 3, 1, 22, 0, 0, tzinfo=UTC)
        usual = {**header(TRUTH, "DARK", TRUTH.exposure_s, when), "IMAGETYP": "Master Dark", "STACKCNT": 8}
        write_frame(path, data, usual | cards)
        return path

    bright = replace(TRUTH, glows=(replace(TRUTH.glows[0], amplitude_adu=110.0),))
    return {
        "old": put("old", master(TRUTH, 0)),
        "same": put("same", master(TRUTH, 50)),
        "aged": put("aged", master(bright, 50, aged=0.4)),
        "other": put("other", master(replace(TRUTH, seed=9), 50)),
        "short": put("short", master(TRUTH, 50, exposure_s=60.0), EXPTIME=60.0, EXPOSURE=60.0),
    }


@pytest.mark.parametrize(
    ("new", "verdict"),
    [("same", "unchanged"), ("aged", "aged"), ("other", "not comparable"), ("short", "not comparable")],
)
def test_verdicts_on_files(files, new, verdict):
    found = api.compare_darks(files["old"], files[new])
    assert found.verdict == verdict, [f.message for f in found.findings]


def test_the_command(files, tmp_path, capsys):
    def call(*words):
        with pytest.raises(SystemExit) as left:
            main(["library", "compare", *map(str, words)])
        return int(left.value.code or 0), capsys.readouterr().out

    import jsonschema

    from ampglow_plugin.report.schema import schema

    plot = tmp_path / "aged.png"
    code, out = call(files["old"], files["aged"], "--plot", plot)
    assert code == 0
    assert out.startswith("the sensor has changed in 731 days: old.fits no longer fits\n")
    assert "changed  glow: the new one holds 1.3" in out
    assert "changed  places of hot pixels" in out
    assert "same     level" in out
    assert plot.read_bytes().startswith(b"\x89PNG")
    code, out = call(files["old"], files["aged"], "--json", "--strict")
    records = [json.loads(line) for line in out.splitlines()]
    for record in records:
        jsonschema.validate(record, schema())
    assert code == 1
    assert records[0]["glow_ratio"]["value"] == pytest.approx(1.37, abs=0.05)
    assert records[-1]["aged"] == "aged"
    code, out = call(files["old"], files["short"])
    assert (code, out.splitlines()[0]) == (0, "old.fits and short.fits cannot be compared")
    assert "exposure 180 s and 60 s" in out


def test_real_darks_two_days_apart(real_data):
    found = api.compare_darks(*(real_data / "qsi683" / f"dark_{n}.fit" for n in (1, 2)))
    assert found.verdict == "unchanged"
    assert found.compared.result.glow_ratio.value == pytest.approx(1, abs=0.03)
    assert found.compared.result.days == 2
