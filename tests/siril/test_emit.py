"""What emit writes, what it leaves alone, and the inputs it refuses before anything is written."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.errors import HostRefused, InputError, PlanRefused
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.folder import read_manifest
from ampglow_plugin.model.plan import Align, Calibrate, Debayer, Group, Integrate, Master, Plan
from ampglow_plugin.planning.text import plan_sha256
from ampglow_plugin.rules.check_plan import check_plan
from tests.siril.conftest import ODD_NAME, state
from tests.siril.test_run import master_plan, write


def image(path, shape=(40, 50), dtype=np.uint16, level=700, **cards):
    return write(path, np.full(shape, level, dtype), EXPTIME=10.0, **cards)


@pytest.fixture
def lights(tmp_path):
    return [image(tmp_path / f"l{i}.fits") for i in range(2)]


@pytest.fixture
def dark(tmp_path):
    return image(tmp_path / "dark.fit", level=500)


def test_manifest_names_every_input_and_output(osc, tmp_path):
    planned = osc.plan(stack=True)
    emission = SIRIL.emit(planned, "1.4", tmp_path / ODD_NAME)
    manifest = read_manifest(emission.folder)
    assert manifest == emission.manifest
    assert manifest.plan_sha256 == plan_sha256(planned.plan)
    text = emission.script.read_text(encoding="utf-8")
    commands = [line.split()[0] for line in text.splitlines() if line and not line.startswith("#")]
    assert manifest.commands == tuple(commands)
    inputs = [f for m in manifest.masters for f in m.inputs] + [o.light for o in manifest.outputs]
    assert {f.path for f in inputs} == {str(p.resolve()) for p in osc.paths}
    for file in inputs:
        data = Path(file.path).read_bytes()
        assert (file.size, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert [o.light.path for o in manifest.outputs] == [str(p) for p in osc.files.lights]
    assert {m.role for m in manifest.masters} == {"dark", "flat", "flatdark"}
    assert manifest.status == "emitted"
    assert manifest.host_version == "1.4"
    assert len(manifest.products) == 1


def test_no_name_of_the_user_is_in_the_script(tmp_path):
    names = ["a b.fits", 'it\'s "x".fits', "$(touch x).fits", "-dark=x.fits", "#c.fits", "\u00fc\u00e9.fits"]
    lights = [image(tmp_path / name) for name in names]
    dark = image(tmp_path / "master 'dark' $x.fit")
    emission = SIRIL.emit(master_plan(lights, dark), "1.4", tmp_path / ODD_NAME)
    text = emission.script.read_text(encoding="utf-8")
    commands = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    assert commands.isascii()
    assert not set("'\"$") & set(commands)
    links = sorted((emission.folder / "frames" / "light").iterdir())
    assert [p.name for p in links] == [f"light_{i:05d}.fit" for i in range(1, 7)]
    assert [p.resolve() for p in links] == [p.resolve() for p in lights]


@pytest.mark.parametrize("forbidden", [("symlink",), ("symlink", "link")])
def test_where_links_are_not_allowed(lights, dark, tmp_path, monkeypatch, forbidden):
    """Windows without the right, or a disk that knows no links: a hard link, else a copy."""

    def no(*_):
        raise OSError("no links here")

    for name in forbidden:
        monkeypatch.setattr(os, name, no)
    folder = SIRIL.emit(master_plan(lights, dark), "1.4", tmp_path / "out").folder
    made = folder / "frames" / "light" / "light_00001.fit"
    assert not made.is_symlink()
    assert made.read_bytes() == lights[0].read_bytes()
    assert made.samefile(lights[0]) == ("link" not in forbidden)


def test_nothing_is_overwritten(lights, dark, tmp_path):
    planned, folder = master_plan(lights, dark), tmp_path / "out"
    (folder / "frames").mkdir(parents=True)
    (folder / "frames" / "precious.fit").write_text("x")
    for force in (False, True):
        with pytest.raises(InputError, match="not written by ampglow"):
            SIRIL.emit(planned, "1.4", folder, force=force)
    assert (folder / "frames" / "precious.fit").read_text() == "x"


def test_our_own_folder_is_written_anew_only_by_force(lights, dark, tmp_path):
    planned, folder = master_plan(lights, dark), tmp_path / "out"
    SIRIL.emit(planned, "1.4", folder)
    (folder / "process" / "pp_old.fit").write_text("x")
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(InputError, match="earlier script"):
        SIRIL.emit(planned, "1.4", folder)
    assert (folder / "process" / "pp_old.fit").exists()
    before = state([*lights, dark])
    SIRIL.emit(planned, "1.0", folder, force=True)
    assert not (folder / "process" / "pp_old.fit").exists()
    assert (folder / "notes.txt").read_text() == "mine"
    assert read_manifest(folder).host_version == "1.0"
    assert state([*lights, dark]) == before


def test_inputs_in_the_folder_itself_are_never_taken_away(lights, dark, tmp_path):
    folder = tmp_path / "out"
    SIRIL.emit(master_plan(lights, dark), "1.4", folder)
    built = image(folder / "masters" / "built.fit")
    with pytest.raises(InputError, match="lies in the folder"):
        SIRIL.emit(master_plan(lights, built), "1.4", folder, force=True)
    assert built.exists()


def refused(planned, tmp_path, says, error=HostRefused):
    folder = tmp_path / "refused"
    with pytest.raises(error, match=says) as caught:
        SIRIL.emit(planned, "1.4", folder)
    assert caught.value.where
    assert caught.value.fix
    assert not folder.exists()


def test_sizes_that_do_not_fit(lights, tmp_path):
    small = image(tmp_path / "small.fit", shape=(40, 48))
    refused(master_plan(lights, small), tmp_path, "the dark dark is 48 x 40, the frames are 50 x 40")
    refused(master_plan([*lights, small], image(tmp_path / "d.fit")), tmp_path, "is 48 x 40, but l0.fits")


def test_flat_of_another_size_is_refused_before_siril_skips_it(lights, dark, tmp_path):
    refused(master_plan(lights, dark, image(tmp_path / "f.fit", shape=(50, 40))), tmp_path, "the flat flat is 40 x 50")


def test_colour_lights_and_a_mono_dark(dark, tmp_path):
    colour = image(tmp_path / "colour.fits", shape=(3, 40, 50))
    refused(master_plan([colour], dark), tmp_path, "the frames are 50 x 40 x 3")


@pytest.mark.parametrize("program", ["Siril v1.2.6", "Siril 1.4.2"])
def test_float_adu_that_siril_would_take_for_0_to_1(lights, tmp_path, program):
    dark = image(tmp_path / "float.fit", dtype=np.float32, PROGRAM=program)
    refused(master_plan(lights, dark), tmp_path, "every calibrated pixel 0")


@pytest.mark.siril
@pytest.mark.parametrize("series", ["1.0", "1.2", "1.4"])
@pytest.mark.parametrize("kind", ["adu", "adu siril", "unit siril"])
def test_float_masters_are_refused_exactly_where_siril_reads_them_wrongly(lights, tmp_path, run, series, kind):
    """The refusal against the real behaviour, made with the check switched off."""
    scale, cards = (1.0, {}) if "adu" in kind else (1 / 65535, {})
    if "siril" in kind:
        cards = {"PROGRAM": "Siril v1.2.6"}
    dark = write(tmp_path / "float.fit", np.full((40, 50), 500 * scale, np.float32), EXPTIME=10.0, **cards)
    planned = master_plan(lights, dark)
    if kind == "adu siril":
        with pytest.raises(HostRefused):
            SIRIL.emit(planned, series, tmp_path / "out")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ampglow_plugin.hosts.siril.inputs._float_adu", lambda _: False)
            emission = SIRIL.emit(planned, series, tmp_path / "out")
    else:
        emission = SIRIL.emit(planned, series, tmp_path / "out")
    manifest = run(emission)
    level = np.median(fits.getdata(emission.folder / manifest.outputs[0].path)) * 65535
    assert (abs(level - 200) < 0.1) == (kind != "adu siril")


@pytest.mark.parametrize("name", ["master.xisf", "dark.tif", "dark.cr2", "dark"])
def test_formats_that_siril_scripts_cannot_take(lights, tmp_path, name):
    path = tmp_path / name
    path.write_bytes(b"x")
    refused(master_plan(lights, path), tmp_path, "take FITS")


def test_file_that_is_gone_or_broken(lights, dark, tmp_path):
    broken = tmp_path / "broken.fits"
    broken.write_text("SIMPLE")
    refused(master_plan([*lights, broken], dark), tmp_path, ".", InputError)
    refused(master_plan([*lights, tmp_path / "gone.fits"], dark), tmp_path, ".", InputError)


def test_debayering_frames_without_a_pattern(lights, dark, tmp_path):
    planned = master_plan(lights, dark)
    group = planned.plan.groups[0]
    group = replace(group, steps=(*group.steps, Debayer()))
    refused(check_plan(replace(planned.plan, groups=(group,))), tmp_path, "names no Bayer pattern")


@pytest.mark.parametrize("name", ["a\nb", "a\x1bb"])
def test_folder_whose_name_could_forge_messages(lights, dark, tmp_path, name):
    with pytest.raises(InputError, match="control character"):
        SIRIL.emit(master_plan(lights, dark), "1.4", tmp_path / name)
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("version", ["0.9", "1.3", "1.5", "2", "x", ""])
def test_versions_that_are_not_written_for(lights, dark, tmp_path, version):
    with pytest.raises(HostRefused, match="not a version"):
        SIRIL.emit(master_plan(lights, dark), version, tmp_path / "out")


def test_an_unchecked_plan_is_checked(lights, tmp_path):
    group = Group(id="x", frames=tuple(map(str, lights)), steps=(Calibrate(dark="none-of-these"),))
    with pytest.raises(PlanRefused):
        api.emit(Plan(tool="t", groups=(group,)), tmp_path / "out")


def test_hosts_that_do_not_exist(lights, dark, tmp_path):
    with pytest.raises(InputError, match="no host"):
        api.emit(master_plan(lights, dark), tmp_path / "out", host="gimp")


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ((Integrate(), Align()), "nothing can follow"),
        ((Integrate(combination="sum"),), "another scale"),
        ((Integrate(combination="median"),), "only in a mean"),
        ((Calibrate(dark="dark", dark_scaling="exposure"),), None),
        ((Calibrate(bias_level_adu=500.5), Integrate()), "whole numbers"),
        ((Calibrate(bias_level_adu=0.0), Integrate()), "whole numbers"),
        ((Calibrate(dark_scaling="optimize"), Integrate()), "no dark to scale"),
        ((Calibrate(dark="ghost"), Integrate()), "no master 'ghost'"),
        ((), "not stacked"),
    ],
)
def test_what_cannot_be_said_of_a_master(steps, says):
    from ampglow_plugin.hosts.siril.dialects import dialect
    from ampglow_plugin.hosts.siril.writer import write_script

    made = Master(id="m", role="dark", frames=("a.fit", "b.fit"), steps=steps)
    plan = Plan(tool="t", masters=(Master(id="dark", role="dark", file="d.fit"), made))
    with pytest.raises(HostRefused, match=says or "not stacked") as caught:
        write_script(plan, dialect("1.4"))
    assert caught.value.where.startswith("masters[1]")


def test_masters_in_a_circle():
    from ampglow_plugin.hosts.siril.dialects import dialect
    from ampglow_plugin.hosts.siril.writer import write_script

    one = Master(id="a", role="dark", frames=("1", "2"), steps=(Calibrate(bias="b"), Integrate()))
    two = Master(id="b", role="bias", frames=("1", "2"), steps=(Calibrate(dark="a"), Integrate()))
    with pytest.raises(HostRefused, match="circle"):
        write_script(Plan(tool="t", masters=(one, two)), dialect("1.4"))


def test_names_of_sets_are_plain_and_different():
    from ampglow_plugin.hosts.entries import set_names

    ids = ["dark.1", "dark_1", "DARK_1", "--", "a b;rm", "light_"]
    plan = Plan(
        tool="t",
        masters=tuple(Master(id=i, role="dark", file="x") for i in ids),
        groups=(Group(id="dark.1", frames=("x",), steps=()),),
    )
    names = list(set_names(plan).values())
    assert len({n.casefold() for n in names}) == len(names) == 7
    assert all(n.replace("_", "").replace("-", "").isalnum() and n[0].isalnum() and n[-1].isalnum() for n in names)
