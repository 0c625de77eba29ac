"""Each dark master is looked at when it is built, and nothing is calibrated with one that does not hold the glow."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from ampglow_plugin.cli.main import main
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.hosts.siril.log import read_log
from ampglow_plugin.hosts.siril.parts import LIGHTS_LOG, LIGHTS_SCRIPT, MASTERS_SCRIPT
from ampglow_plugin.simulate import GlowSource, Truth, make_night, scene, write_frame

TRUTH = Truth(
    width=320, height=280, star_count=25, sky_adu=700.0, glows=(GlowSource(amplitude_adu=200.0, decay_px=45.0),)
)
ENGINES = [
    pytest.param("builtin", id="builtin"),
    pytest.param("pysiril", id="pysiril", marks=pytest.mark.siril),
    *(pytest.param(series, id=series, marks=pytest.mark.siril) for series in ("1.0", "1.2", "1.4")),
]


@pytest.fixture
def engine(request, siril):
    """Words that choose an engine."""
    if request.param == "builtin":
        return ("--engine", "builtin")
    if request.param == "pysiril":
        return ("--engine", "pysiril", "--siril", str(siril("1.4")))
    return ("--siril", str(siril(request.param)))


def call(capsys, *words):
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    said = capsys.readouterr()
    return int(left.value.code or 0), said.out, " ".join(said.err.split())


def night(folder, dark_truth, **darks):
    """Lights of TRUTH, and darks of another one under headers that fit."""
    files = make_night(folder, TRUTH, lights=3, darks=5, flats=3, flatdarks=3)
    from astropy.io import fits

    for i, path in enumerate(files.darks):
        write_frame(path, scene.dark(dark_truth, i, **darks), dict(fits.getheader(path)))
    return files


def planned(files, folder, capsys):
    """A plan made from headers alone, as --no-pixels does."""
    plan = folder / "plan.yaml"
    words = (*files.lights, "--darks", *files.darks, "--flats", *files.flats, "--flat-darks", *files.flatdarks)
    assert call(capsys, "plan", *words, "--no-pixels", "-o", plan)[0] == 0
    return plan


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_darks_without_their_glow_stop_the_run(engine, tmp_path, capsys):
    """Bias-like darks of a sensor that is known for glow."""
    files = night(tmp_path / "night", replace(TRUTH, glows=(), hot_fraction=0.0, dark_current_adu=1.0))
    plan, out = planned(files, tmp_path, capsys), tmp_path / "out"
    code, _, err = call(capsys, "run", plan, "-o", out, *engine)
    assert code == 1
    assert "the master darks do not hold the glow; nothing was calibrated" in err
    assert "AG217" in err
    manifest = read_manifest(out)
    assert manifest.status == "failed"
    assert manifest.problems[0].startswith("the master darks do not hold the glow; nothing was calibrated")
    assert not [o.path for o in manifest.outputs if (out / o.path).exists()]
    assert all((out / m.path).is_file() for m in manifest.masters if m.role == "dark")


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_darks_with_a_third_of_the_glow_stop_the_run(engine, tmp_path, capsys):
    files = night(tmp_path / "night", TRUTH, exposure_s=60.0)
    code, out, _ = call(capsys, "run", planned(files, tmp_path, capsys), "-o", tmp_path / "out", "--json", *engine)
    records = [json.loads(line) for line in out.splitlines()]
    assert (code, records[-1]["verdict"]) == (1, "no_go")
    (found,) = [r for r in records if r["record"] == "finding" and r["severity"] == "error"]
    assert found["rule"] == "AG216"
    assert found["measured"] == pytest.approx(3.0, abs=0.3)


@pytest.mark.parametrize("engine", ENGINES, indirect=True)
def test_right_darks_go_through_and_are_proved(engine, tmp_path, capsys):
    files = night(tmp_path / "night", TRUTH)
    out = tmp_path / "out"
    code, said, err = call(capsys, "run", planned(files, tmp_path, capsys), "-o", out, *engine)
    assert code == 0, (said, err)
    manifest = read_manifest(out)
    assert manifest.status == "succeeded"
    assert not [name for name in (MASTERS_SCRIPT, LIGHTS_SCRIPT, LIGHTS_LOG) if (out / name).exists()]
    if manifest.host == "siril":
        log = read_log((out / manifest.log).read_text(encoding="utf-8"))
        assert list(log.commands).count("requires") == 2
        assert [c for c in log.commands if c == "stack"] == [c for c in manifest.commands if c == "stack"]


@pytest.mark.parametrize("engine", ENGINES[:1], indirect=True)
def test_no_pixels_looks_at_nothing(engine, tmp_path, capsys):
    files = night(tmp_path / "night", TRUTH, exposure_s=60.0)
    words = (planned(files, tmp_path, capsys), "-o", tmp_path / "out", "--no-pixels", *engine)
    _, _, err = call(capsys, "run", *words)
    assert "the master darks" not in err
    assert (tmp_path / "out" / read_manifest(tmp_path / "out").outputs[0].path).exists()


@pytest.mark.parametrize("engine", ENGINES[:1], indirect=True)
def test_what_the_plan_allows_does_not_stop_it(engine, tmp_path, capsys):
    files = night(tmp_path / "night", TRUTH, exposure_s=60.0)
    plan = planned(files, tmp_path, capsys)
    text = plan.read_text(encoding="utf-8")
    assert "allowed" not in text
    plan.write_text(text + "allowed:\n- rule: AG216\n  reason: to see what happens\n", encoding="utf-8")
    _, _, err = call(capsys, "run", plan, "-o", tmp_path / "out", *engine)
    assert "nothing was calibrated" not in err
    assert read_manifest(tmp_path / "out").status == "succeeded"
