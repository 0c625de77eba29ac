"""The optional last step: refused without its proof, and run by real Siril where the proof is there."""

import hashlib
import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from astropy.io import fits
from click.testing import CliRunner

import ampglow_plugin
from ampglow_plugin.cli.main import cli
from ampglow_plugin.errors import HostRefused, InputError, PlanRefused
from ampglow_plugin.hosts import SIRIL, graxpert
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.model.plan import Group, Plan, RemoveGradient
from ampglow_plugin.report.schema import schema
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.simulate import GlowSource, Nebula, Truth, make_night
from tests.siril.plans import LEFT

#: less noise than a real one, so that few frames tell
SENSOR = Truth(
    width=480,
    height=360,
    glows=(GlowSource(x=1.0, y=0.0, amplitude_adu=120.0, decay_px=90.0, stretch_y=1.0),),
    nebulae=(Nebula(x=150.0, y=240.0, sigma_px=25.0, peak_adu=80.0),),
    vignetting=0.02,
    sky_adu=500.0,
    star_count=60,
    dither_px=2.0,
    gain_e_per_adu=8.0,
)


def with_glow(adu):
    return replace(SENSOR, glows=(replace(SENSOR.glows[0], amplitude_adu=adu),))


@pytest.fixture(scope="module")
def run(siril, tmp_path_factory):
    """``run(adu)``: the folder of a run whose darks hold this much of a glow of 120 ADU, by Siril 1.4."""
    made = {}

    def get(dark_adu):
        if dark_adu not in made:
            root = tmp_path_factory.mktemp("gradient")
            lights = make_night(root, SENSOR, lights=6, darks=0, flats=0, flatdarks=0).lights
            darks = make_night(root, with_glow(dark_adu), lights=0, darks=6, flats=0, flatdarks=0).darks
            planned = ampglow_plugin.plan(
                ampglow_plugin.check(lights, darks=darks, pixels=False), ampglow_plugin.PlanOptions(stack=True)
            )
            ampglow_plugin.run(planned, root / "run", program=str(siril("1.4")), engine="siril-cli", pixels=False)
            made[dark_adu] = root / "run"
        return made[dark_adu]

    return get


@pytest.fixture(scope="module")
def checked(run):
    """What is proved of a run whose darks lack 8 of 120 ADU."""
    return ampglow_plugin.remove_gradient(run(112.0))


def master_of(folder):
    return folder / read_manifest(folder).masters[0].path


def corner(file):
    """How much brighter the corner of the glow is than the other three, which the lens darkens as much (ADU)."""
    data = fits.getdata(file).mean(axis=0) * 65535
    found = sorted(np.median(data[rows, columns]) for rows in ENDS for columns in ENDS)
    return found[3] - np.mean(found[:3])


ENDS = (slice(None, 40), slice(-40, None))


def nebula(file):
    """Its peak above a ring around it (ADU)."""
    shown = fits.getdata(file).astype(float).mean(axis=0) * 65535
    y, x = np.mgrid[: SENSOR.height, : SENSOR.width]
    far = [np.hypot(x - 150, row - 240) for row in (y, SENSOR.height - 1 - y)]  # whichever row comes first
    return max(np.median(shown[r < 8]) - np.median(shown[(r > 80) & (r < 95)]) for r in far)


@pytest.mark.siril("1.4")
def test_what_is_proved_to_be_marginal_becomes_a_step_with_its_proof(run, checked):
    folder = run(112.0)
    (group,) = checked.plan.groups
    (step,) = group.steps
    assert [f.rule for f in checked.findings if f.outcome == "passed"] == ["AG306", "AG319"]
    assert group.frames == (str(folder / read_manifest(folder).products[0]),)
    assert len(step.evidence) == 6
    for left in step.evidence:
        assert (left.done, left.places, left.where) == ("applied", 1, "top-right")
        assert left.factor == pytest.approx(1.0, abs=1e-3)
        assert left.residual_glow == pytest.approx(8 / 112, abs=0.03)
        assert left.residual_glow_adu == pytest.approx(7.5, abs=3.0)
    assert 0.5 < step.tolerance <= 2.0  # samples may stand on it, and on little more


@pytest.mark.siril("1.2", "1.4")
@pytest.mark.parametrize("series", ["1.2", "1.4"])
def test_real_siril_takes_the_rest_away_and_leaves_the_nebula(checked, siril, tmp_path, series):
    emission = SIRIL.emit(checked, series, tmp_path / "levelled")
    done = SIRIL.run(emission, engine="siril-cli", program=str(siril(series)))
    assert done.status == "succeeded"
    stack, result = checked.plan.groups[0].frames[0], tmp_path / "levelled" / done.products[0]
    assert corner(stack) == pytest.approx(6.5, abs=1.0)
    assert corner(result) < 1.5
    assert nebula(stack) > 40.0
    assert nebula(result) == pytest.approx(nebula(stack), rel=0.08)
    noise = [np.median(np.abs(np.diff(fits.getdata(f)[1, ::2, ::2]))) for f in (stack, result)]
    assert noise[1] == pytest.approx(noise[0], rel=0.02)  # no dither of its own


@pytest.mark.siril("1.4")
def test_aligned_frames_are_worked_on_where_there_is_no_stack(run, siril, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(run(112.0), folder, symlinks=True)
    manifest = json.loads((folder / "ampglow-run.json").read_text())
    manifest["products"] = []
    (folder / "ampglow-run.json").write_text(json.dumps(manifest))
    checked = ampglow_plugin.remove_gradient(folder)
    (group,) = checked.plan.groups
    assert [Path(f).name[:5] for f in group.frames] == ["r_pp_"] * 6
    emission = SIRIL.emit(checked, "1.4", tmp_path / "levelled")
    done = SIRIL.run(emission, engine="siril-cli", program=str(siril("1.4")))
    assert len(done.products) == 6
    assert all((tmp_path / "levelled" / product).is_file() for product in done.products)


@pytest.mark.siril("1.4")
def test_more_than_marginal_is_refused_and_nothing_is_written(run, tmp_path):
    told = CliRunner().invoke(cli, ["gradient", str(run(80.0)), "-o", str(tmp_path / "x")], standalone_mode=False)
    assert isinstance(told.exception, PlanRefused)
    (finding,) = told.exception.findings
    assert finding.rule == "AG319"
    assert "in place of a dark" in finding.message
    assert "(at most 5 ADU or 10 %)" in finding.message
    assert not (tmp_path / "x").exists()


@pytest.mark.siril("1.4")
def test_frames_without_a_dark_are_refused_whatever_is_left(run):
    manifest = read_manifest(run(112.0))
    light, stack = manifest.outputs[0].light.path, run(112.0) / manifest.products[0]
    with pytest.raises(PlanRefused) as refused:
        ampglow_plugin.remove_gradient(light, stacks=[stack], lights=[light], dark=master_of(run(112.0)))
    assert "the dark is not proved to be applied" in refused.value.findings[0].message


@pytest.mark.siril("1.4")
def test_a_dark_that_fits_leaves_nothing_to_take_away(run):
    told = CliRunner().invoke(cli, ["gradient", str(run(120.0))], standalone_mode=False)
    assert told.return_value == 0
    assert "nothing to take away" in told.output


@pytest.mark.siril("1.4")
def test_the_command_takes_saved_proofs_of_every_output_and_of_no_newer_file(run, siril, tmp_path, monkeypatch):
    folder = run(112.0)
    saved = tmp_path / "proof.jsonl"
    saved.write_text(CliRunner().invoke(cli, ["verify", str(folder), "--json"], standalone_mode=False).stdout)
    plan = tmp_path / "gradient.yaml"
    monkeypatch.chdir(folder.parent)
    words = ["gradient", folder.name, "--proof", str(saved), "-o", str(plan)]
    told = CliRunner().invoke(cli, words, standalone_mode=False)
    assert told.return_value == 0, told.output
    assert "marginal" in told.output
    again = ampglow_plugin.read_plan(plan)
    assert again.groups[0].steps[0].evidence[0].done == "applied"
    monkeypatch.chdir(tmp_path)
    ran = CliRunner().invoke(
        cli,
        ["run", str(plan), "-o", "levelled", "--siril", str(siril("1.4")), "--json"],
        standalone_mode=False,
    )
    assert ran.return_value == 0, ran.output
    assert (tmp_path / "levelled" / read_manifest(tmp_path / "levelled").products[0]).is_file()
    for line in ran.stdout.splitlines():
        jsonschema.validate(json.loads(line), schema())
    plan.write_text(plan.read_text().replace("done: applied", "done: scaled", 1))  # and judged whenever it is used
    ran = CliRunner().invoke(cli, ["run", str(plan), "-o", "forged"], standalone_mode=False)
    assert isinstance(ran.exception, PlanRefused)
    monkeypatch.chdir(folder.parent)
    few = tmp_path / "few.jsonl"
    few.write_text("".join(saved.read_text().splitlines(keepends=True)[:2]))
    told = CliRunner().invoke(cli, [*words[:3], str(few), "-o", str(plan), "--force"], standalone_mode=False)
    assert isinstance(told.exception, InputError)
    assert "nothing is proved" in told.exception.what
    records = [json.loads(line) for line in saved.read_text().splitlines()]
    next(r for r in records if r["record"] == "proof")["sha256"]["output"] = "0" * 64
    saved.write_text("".join(json.dumps(record) + "\n" for record in records))
    told = CliRunner().invoke(cli, [*words, "--force"], standalone_mode=False)
    assert "not the file that was proved" in told.exception.what


@pytest.mark.siril("1.4")
def test_a_stack_of_frames_that_were_calibrated_otherwise_is_refused(run):
    """The same lights, so the same header; but a third of the glow is left in its pixels."""
    mine, other = run(112.0), run(80.0)
    stack = other / read_manifest(other).products[0]
    with pytest.raises(InputError, match="ADU of the dark's glow are left in its own pixels"):
        ampglow_plugin.remove_gradient(mine, stacks=[stack])
    own = mine / read_manifest(mine).products[0]
    assert ampglow_plugin.remove_gradient(mine, stacks=[own]).plan.groups[0].frames == (str(own),)


@pytest.mark.siril("1.4")
def test_a_stack_on_a_scale_of_its_own_is_measured_on_that_of_its_frames(run, tmp_path):
    """A marginal rest is no more than that on five times the scale, where it would be a third of the glow."""
    mine = run(112.0)
    own = mine / read_manifest(mine).products[0]
    with fits.open(own) as units:
        units[0].data = units[0].data * 5
        units.writeto(tmp_path / "scaled.fit")
    (step,) = ampglow_plugin.remove_gradient(mine, stacks=[tmp_path / "scaled.fit"]).plan.groups[0].steps
    assert step.unchecked == ()


@pytest.mark.siril("1.4")
def test_a_stack_that_changes_after_it_was_judged_is_not_worked_on(run, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(run(112.0), folder, symlinks=True)
    checked = ampglow_plugin.remove_gradient(folder)
    (file,), (digest,) = checked.plan.groups[0].frames, checked.plan.groups[0].steps[0].sha256
    assert hashlib.sha256(Path(file).read_bytes()).hexdigest() == digest
    shutil.copy(run(80.0) / read_manifest(run(80.0)).products[0], file)
    with pytest.raises(InputError, match="has changed since it was judged"):
        ampglow_plugin.emit(checked, tmp_path / "levelled")
    Path(file).unlink()
    with pytest.raises(InputError, match="is gone"):
        ampglow_plugin.emit(checked, tmp_path / "levelled")


@pytest.mark.siril("1.4")
def test_the_last_resort_says_what_it_costs_and_is_for_stacks_alone(run, siril, tmp_path):
    folder = run(80.0)
    stack = folder / read_manifest(folder).products[0]
    with pytest.raises(InputError, match="has its raw frames"):
        ampglow_plugin.remove_gradient(folder, last_resort="lost")
    words = ["gradient", str(stack), "--last-resort", "the raw frames are gone", "-o", str(tmp_path / "x")]
    told = CliRunner().invoke(cli, words, standalone_mode=False)
    assert told.return_value == 0, told.output
    script = (tmp_path / "x" / "ampglow.ssf").read_text()
    assert "WARNING: it is not proved that little is left" in script
    assert "ALLOWED although a rule failed: AG319: the raw frames are gone" in script
    emission = SIRIL.emit(
        ampglow_plugin.remove_gradient(stack, last_resort="the raw frames are gone"), "1.4", tmp_path / "y"
    )
    done = SIRIL.run(emission, engine="siril-cli", program=str(siril("1.4")))
    assert corner(stack) > 25.0
    assert corner(tmp_path / "y" / done.products[0]) < corner(stack) / 4


@pytest.mark.siril("1.4")
def test_a_stretched_stack_is_refused(run, tmp_path):
    folder = run(112.0)
    bent = tmp_path / "bent.fit"
    with fits.open(folder / read_manifest(folder).products[0]) as hdus:
        hdus[0].header["HISTORY"] = "Asinh Transformation: (stretch=100.0, bp=0.0)"
        hdus.writeto(bent)
    with pytest.raises(InputError, match="not linear any more"):
        ampglow_plugin.remove_gradient(bent, last_resort="the raw frames are gone")


@pytest.mark.siril("1.4")
def test_graxpert_is_told_on_both_kinds_of_shell(run, tmp_path):
    stack = tmp_path / "my $tack's.fit"
    folder = run(112.0)
    shutil.copy(folder / read_manifest(folder).products[0], stack)
    words = [
        "gradient",
        str(stack),
        "--last-resort",
        "100 % lost\nrm x",
        "--host",
        "graxpert",
        "-o",
        str(tmp_path / "g"),
    ]
    told = CliRunner().invoke(cli, words, standalone_mode=False)
    assert told.return_value == 0, told.output
    # a program in its place shows what it would be given
    seen = tmp_path / "seen"
    double = tmp_path / "graxpert"
    double.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {seen}\n')
    double.chmod(0o755)
    subprocess.run([tmp_path / "g" / "graxpert.sh"], env={**os.environ, "GRAXPERT": str(double)}, check=True)
    given = seen.read_text().splitlines()
    name = "bkg_my $tack's"
    assert given == [
        str(stack),
        *("-cli", "-cmd", "background-extraction", "-correction", "Subtraction", "-bg", "-smoothing", "0.2"),
        "-preferences_file",
        str(tmp_path / "g" / "samples" / f"{name}.json"),
        "-output",
        str(tmp_path / "g" / "results" / name),
    ]
    assert json.loads(Path(given[-3]).read_text())["interpol_type_option"] == "RBF"
    batch = (tmp_path / "g" / "graxpert.cmd").read_bytes()
    assert f'"{stack}"'.encode() in batch
    assert b"rem ALLOWED although a rule failed: AG319: 100  lost rm x\r\n" in batch
    assert b"\n" not in batch.replace(b"\r\n", b"")


def of_stacks(*files, samples=20):
    steps = (RemoveGradient(samples=samples, evidence=(LEFT,)),)
    groups = tuple(Group(id=f"g{i}", frames=(str(f),), steps=steps) for i, f in enumerate(files))
    return check_plan(Plan(tool="test", groups=groups))


def sky(file, bright=0.0):
    """A frame of even sky, a nebula of 400 x 300 pixels in its middle, and a rest of glow in a corner."""
    data = np.random.default_rng(1).normal(0.01, 5e-5, (600, 800)).astype(np.float32)
    data[150:450, 200:600] += bright
    data[:60, :60] += 8e-5
    file.parent.mkdir(exist_ok=True)
    fits.PrimaryHDU(data).writeto(file)
    return file


def test_results_of_graxpert_never_share_a_name(tmp_path):
    files = [sky(tmp_path / name) for name in ("a/Lights.fit", "b/Lights.fit", "a/Lights.Ha.fit")]
    graxpert.emit(of_stacks(*files), tmp_path / "g")
    lines = (tmp_path / "g" / "graxpert.sh").read_text().splitlines()
    for option in ("-output ", "-preferences_file "):
        assert len({line.partition(option)[2].split()[0] for line in lines if option in line}) == 3
    assert len(list((tmp_path / "g" / "samples").iterdir())) == 3


def test_samples_for_graxpert_keep_off_nebulae_and_reach_into_the_corners(tmp_path):
    stack = sky(tmp_path / "stack.fit", bright=1e-4)
    graxpert.emit(of_stacks(stack), tmp_path / "g")
    told = json.loads((tmp_path / "g" / "samples" / "bkg_stack.json").read_text())
    half, points = told["sample_size"], np.array(told["background_points"])
    assert half == 16
    assert points.shape[1] == 3
    inside = (abs(points[:, 0] - 400) < 200) & (abs(points[:, 1] - 300) < 150)
    assert not inside.any()
    assert len(points) > 150
    x, y = points[:, 0], points[:, 1]
    assert min(*x, *y) >= half
    assert ((x < 80) & (y > 520)).any()  # a corner without glow
    assert not ((x < 45) & (y < 45)).any()  # the surface goes on into that with


def test_with_few_samples_graxpert_is_not_told_to_guess(tmp_path):
    checked = of_stacks(sky(tmp_path / "stack.fit"), samples=4)
    with pytest.raises(HostRefused, match="of its sky 12 places can be sampled, and 20 are needed"):
        graxpert.emit(checked, tmp_path / "g")
    assert not (tmp_path / "g").exists()


@pytest.mark.skipif("AMPGLOW_GRAXPERT" not in os.environ, reason="no GraXpert (set AMPGLOW_GRAXPERT to its program)")
@pytest.mark.siril("1.4")
def test_real_graxpert_takes_the_rest_away_and_leaves_the_nebula(run, checked, tmp_path):
    stack = Path(checked.plan.groups[0].frames[0])
    graxpert.emit(checked, tmp_path / "g")
    program = os.environ["AMPGLOW_GRAXPERT"]
    subprocess.run([tmp_path / "g" / "graxpert.sh"], env={**os.environ, "GRAXPERT": program}, check=True)
    result = tmp_path / "g" / "results" / f"bkg_{stack.stem}.fits"
    assert corner(stack) > 5.5
    assert corner(result) < 1.5
    assert nebula(result) == pytest.approx(nebula(stack), rel=0.05)
    assert (tmp_path / "g" / "results" / f"bkg_{stack.stem}_background.fits").is_file()


@pytest.mark.parametrize("theirs", ["results/mine.fits", "samples/mine.json", "notes.txt"])
def test_files_of_others_are_left_in_a_folder_for_graxpert(tmp_path, theirs):
    folder, checked = tmp_path / "g", of_stacks(sky(tmp_path / "Lights.fit"))
    graxpert.emit(checked, folder)
    graxpert.emit(checked, folder, force=True)
    (folder / theirs).write_text("mine")
    before = (folder / "graxpert.sh").read_bytes()
    with pytest.raises(InputError, match="not written by ampglow"):
        graxpert.emit(checked, folder, force=True)
    assert (folder / theirs).read_text() == "mine"
    assert (folder / "graxpert.sh").read_bytes() == before


@pytest.mark.siril("1.4")
def test_pixinsight_and_siril_1_0_have_no_such_step(checked, tmp_path):
    for host, version in (("pixinsight", "1.9.3"), ("siril", "1.0")):
        with pytest.raises(HostRefused):
            ampglow_plugin.emit(checked, tmp_path / host, host=host, version=version)
        assert not (tmp_path / host).exists()


def test_without_an_output_the_command_says_how():
    from ampglow_plugin.diagnosis.advice import ways

    told = {way.host: way.command for way in ways("remove_gradient")}
    assert set(told) == {"siril", "pixinsight", "graxpert"}
    assert "samples by hand on empty sky" in told["pixinsight"]
    assert "quarter of a nebula" in {way.host: way.command for way in ways("synthetic_background")}["siril"]
