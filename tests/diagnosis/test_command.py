"""``ampglow diagnose`` on files: records, text, exit codes, and what it refuses."""

import hashlib
import json

import jsonschema
import numpy as np
import pytest
from astropy.io import fits

import ampglow_plugin
from ampglow_plugin.cli.main import main
from ampglow_plugin.errors import InputError
from ampglow_plugin.report.schema import schema
from tests.diagnosis.scenes import draw


def run(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["diagnose", *(str(word) for word in words)])
    return ended.value.code, *capsys.readouterr()


@pytest.fixture(scope="module")
def glowing(tmp_path_factory):
    return draw(tmp_path_factory.mktemp("glowing"), 5, setup="dark", causes={"amp_glow"})


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    return draw(tmp_path_factory.mktemp("quiet"), 6, setup="dark", causes=set())


def test_records_and_summary(capsys, glowing):
    before = [p.read_bytes() for p in (*glowing.lights, glowing.dark)]
    code, out, _ = run(capsys, *glowing.lights, "--dark", glowing.dark, "--json")
    records = [json.loads(line) for line in out.splitlines()]
    for record in records:
        jsonschema.validate(record, schema())
    first, last = records[0], records[-1]
    assert (code, last["record"], last["exit"], last["verdict"]) == (0, "summary", 0, "go")
    assert first["record"] == "diagnosis"
    assert [c["cause"] for c in first["causes"]] == ["amp_glow"]
    assert first["causes"][0]["confidence"] > 0.95
    assert first["basis"] == "dark"
    (share,) = [e for e in first["evidence"] if e["name"] == "share_of_dark"]
    assert {"value", "limit", "unit", "source", "sigma", "speaks"} <= set(share)
    advice = [r for r in records if r["record"] == "advice"]
    assert advice
    assert {"order", "action", "reason", "host", "command"} <= set(advice[0])
    assert {r["action"] for r in advice} >= {"no_gradient_removal"}
    files = (*glowing.lights, glowing.dark)
    assert first["sha256"] == {str(p): hashlib.sha256(b).hexdigest() for p, b in zip(files, before, strict=True)}
    assert before == [p.read_bytes() for p in files]


def test_the_same_for_people_and_from_python(capsys, glowing, quiet):
    code, out, _ = run(capsys, *glowing.lights, "--dark", glowing.dark)
    assert code == 0
    assert out.startswith("Amp glow, brightest at the")
    assert "What to do" in out
    assert "Siril:" in out
    diagnosis = ampglow_plugin.diagnose(quiet.lights, dark=quiet.dark)
    assert [c.cause for c in diagnosis.causes] == ["none"]
    assert [a.action for a in ampglow_plugin.advise(diagnosis=diagnosis)] == ["nothing"]


def test_light_of_the_dark_that_may_be_no_glow_is_said_to_be_doubtful(glowing, tmp_path):
    """Light even along a whole edge: glow, or structure of the readout."""
    edge = draw(tmp_path, 0, family=1, setup="dark", causes={"amp_glow"})
    assert edge.mode == "raw"
    diagnosis = ampglow_plugin.diagnose(edge.lights, dark=edge.dark)
    doubts = [note for note in diagnosis.notes if "may also be structure of its readout" in note]
    assert len(doubts) == 1
    assert "ampglow glow DARK --bias" in doubts[0]
    corner = ampglow_plugin.diagnose(glowing.lights, dark=glowing.dark)
    assert not any("may also be" in note for note in corner.notes)


def test_undecided_counts_with_strict_and_says_what_is_missing(capsys, tmp_path):
    scene = draw(tmp_path, 21, setup="one", causes={"amp_glow"})
    for path in scene.lights:  # a mono frame with weak light of the size of glow and of a nebula
        with fits.open(path, mode="update") as units:
            y, x = np.mgrid[0 : units[0].data.shape[-2], 0 : units[0].data.shape[-1]]
            units[0].header.remove("BAYERPAT", ignore_missing=True)
            soft = 150 * np.exp(-((x - 300) ** 2 + (y - 20) ** 2) / 2 / 40**2)
            units[0].data = np.clip(1200 + soft + np.random.default_rng(1).normal(0, 8, soft.shape), 0, 65535).astype(
                np.uint16
            )
    code, out, _ = run(capsys, *scene.lights, "--json", "--strict")
    first, *_, last = (json.loads(line) for line in out.splitlines())
    if [c["cause"] for c in first["causes"]] == ["undecided"]:
        assert (code, last["verdict"]) == (1, "unknown")
    assert "amp_glow" not in [c["cause"] for c in first["causes"]]
    assert any("dark" in text for text in first["missing"])


def test_a_dark_or_flat_among_the_frames_is_refused_with_what_to_do(capsys, glowing):
    code, out, err = run(capsys, glowing.dark, "--json")
    assert code == 2
    assert "not a picture of the sky" in err
    assert "--dark" in err
    assert json.loads(out.splitlines()[-1])["verdict"] == "unknown"


def test_frames_that_do_not_lie_on_each_other_are_refused(glowing, put_frame, tmp_path):
    small = put_frame(tmp_path / "small.fits", size=(100, 90))
    with pytest.raises(InputError, match="pixels"):
        ampglow_plugin.diagnose(glowing.lights, dark=small)
    with pytest.raises(InputError, match="size"):
        ampglow_plugin.diagnose([*glowing.lights, put_frame(tmp_path / "b.fits", size=(100, 90), OBJECT="other")])
    with pytest.raises(InputError, match="too small"):
        ampglow_plugin.diagnose(put_frame(tmp_path / "tiny.fits"))
    with pytest.raises(InputError, match="no frames"):
        ampglow_plugin.diagnose([])


def test_a_short_dark_decides_nothing_and_that_is_said(glowing, tmp_path):
    short = tmp_path / "short.fits"
    with fits.open(glowing.dark) as units:
        units[0].header["EXPTIME"] = units[0].header["EXPOSURE"] = 1.0
        units.writeto(short)
    diagnosis = ampglow_plugin.diagnose(glowing.lights, dark=short)
    assert diagnosis.basis != "dark"
    assert any("too short" in note for note in diagnosis.notes)
