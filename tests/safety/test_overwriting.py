"""Nothing is overwritten without --force, nothing of somebody else's with it, and no link leads a write elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from ampglow_plugin import api
from ampglow_plugin.cli.main import cli
from ampglow_plugin.errors import InputError
from ampglow_plugin.headers import read_frame
from ampglow_plugin.hosts import BUILTIN, PIXINSIGHT, SIRIL
from ampglow_plugin.library.lock import NAME as LOCK
from ampglow_plugin.library.lock import locked
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.simulate import GlowSource, Truth, make_night
from tests.safety.every_command import call, leaves

THEIRS = b"somebody's notes"
#: options with a path that is no output: databases of ours, and programs
NO_OUTPUT = {"index", "journal", "program", "siril"}
#: commands whose -o is a folder that they add files to, and never replace one of somebody else's
ADD = {("library", "build"), ("stamp",)}


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    folder = tmp_path_factory.mktemp("user")
    truth = Truth(width=160, height=120, bayer_pattern=None, glows=(GlowSource(amplitude_adu=600.0),))
    return make_night(folder / "night", truth, lights=2, darks=3, flats=3, flatdarks=3)


@pytest.fixture(scope="module")
def planned(night):
    return api.plan(api.check(night.lights, darks=night.darks, flats=night.flats, flat_darks=night.flatdarks))


@pytest.fixture
def theirs(tmp_path):
    path = tmp_path / "theirs" / "notes.txt"
    path.parent.mkdir()
    path.write_bytes(THEIRS)
    return path


def outputs():
    """(words of a command, its option that names an output)."""
    for words in leaves():
        command: click.Command = cli
        for word in words:
            assert isinstance(command, click.Group)
            command = command.get_command(click.Context(command), word)
        for option in command.params:
            if (
                isinstance(option, click.Option)
                and isinstance(option.type, click.Path)
                and not option.type.exists
                and option.name not in NO_OUTPUT
            ):
                yield words, command, option.opts[-1]


def test_every_output_has_its_force():
    without = {words for words, command, _ in outputs() if not any(o.name == "force" for o in command.params)}
    assert without == ADD


def _arguments(words, night, planned, tmp_path):
    """Enough for the command to begin; the file that is there is refused before its work is."""
    from ampglow_plugin.planning import to_yaml

    plan = tmp_path / "given.yaml"
    plan.write_text(to_yaml(planned.plan))
    lights, dark = str(night.lights[0].parent), str(night.darks[0])
    index = f"--index={tmp_path / 'index.sqlite'}"
    return {
        ("plan",): [lights, "--darks", str(night.darks[0].parent)],
        ("emit",): [str(plan)],
        ("run",): [str(plan), "--engine=builtin"],
        ("verify",): [lights],
        ("report",): [lights],
        ("glow",): [dark],
        ("gradient",): [str(night.lights[0]), "--last-resort=its raw frames are lost"],
        ("look",): [dark],
        ("scan",): [str(night.folder), index, "--workers=1"],
        ("library", "show"): [str(night.folder), index, "--for", lights],
        ("library", "compare"): [dark, str(night.darks[1])],
        ("library", "build"): [str(night.darks[0].parent), index, "--engine=builtin"],
        ("stamp",): [dark],
        ("demo",): ["--engine=builtin"],
    }[words]


@pytest.mark.parametrize(("words", "option"), [(w, o) for w, _, o in outputs()], ids=str)
@pytest.mark.parametrize("how", ["file", "link", "link to nothing"])
def test_what_is_there_stays_without_force(words, option, how, night, planned, theirs, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / ("x.esq" if option == "--sequence" else "x.csv" if option == "--export" else "x.fit")
    if how == "file":
        target.write_bytes(THEIRS)
    else:
        target.symlink_to(theirs if how == "link" else theirs.with_name("nothing"))
    before = target.lstat()
    code, said = call([*words, *_arguments(words, night, planned, tmp_path), option, str(target)])
    if words == ("library", "build") and how == "link to nothing":
        assert code == 2, said  # no folder can be made there
    elif words != ("stamp",):  # which tells of it as of every file that it refuses
        assert code == 2, said
    else:
        assert code == 1, said
    after = target.lstat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert theirs.read_bytes() == THEIRS
    assert [p.name for p in theirs.parent.iterdir()] == [theirs.name]
    assert [p.name for p in folder.iterdir()] == [target.name]


@pytest.mark.parametrize(
    ("words", "option", "name"),
    [(("plan",), "-o", "x.yaml"), (("scan",), "--export", "x.csv"), (("library", "show"), "--sequence", "x.esq"),
     (("look",), "--plot", "x.png")],
    ids=str,
)  # fmt: skip
def test_force_replaces_a_link_and_not_its_target(words, option, name, night, planned, theirs, tmp_path):
    target = tmp_path / name
    target.symlink_to(theirs)
    arguments = _arguments(words, night, planned, tmp_path)
    if words == ("library", "show"):
        other = make_night(tmp_path / "other", Truth(exposure_s=77.0), lights=1, darks=0, flats=0, flatdarks=0)
        arguments[-1] = str(other.lights[0])
    code, said = call([*words, *arguments, option, str(target), "--force"])
    assert code in (0, 1), said
    assert target.is_file()
    assert not target.is_symlink()
    assert theirs.read_bytes() == THEIRS


def test_a_frame_is_not_overwritten_with_force(night, tmp_path):
    frame = tmp_path / "light.fits"
    frame.write_bytes(night.lights[0].read_bytes())
    code, said = call(["look", str(night.darks[0]), "--plot", str(frame), "--force"])
    assert code == 2
    assert "is a frame" in said
    assert frame.read_bytes() == night.lights[0].read_bytes()


@pytest.mark.parametrize("host", [SIRIL, PIXINSIGHT, BUILTIN], ids=lambda h: h.name)
def test_links_in_the_folder_of_an_emission_lead_nowhere(host, planned, theirs, tmp_path):
    folder = tmp_path / "out"
    version = host.versions[-1]
    first = host.emit(planned, version, folder)
    for name in (*first.script.parent.iterdir(),):
        if name.name != first.manifest_path.name:  # a folder, script or log that became a link to theirs
            (_remove(name), name.symlink_to(theirs.parent if name.is_dir() else theirs))
    again = host.emit(planned, version, folder, force=True)
    assert again.script.is_file()
    assert not any(path.is_symlink() for path in folder.iterdir())
    assert theirs.read_bytes() == THEIRS
    assert [p.name for p in theirs.parent.iterdir()] == [theirs.name]


def _remove(path):
    import shutil

    shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


@pytest.mark.parametrize("host", [SIRIL, PIXINSIGHT, BUILTIN], ids=lambda h: h.name)
@pytest.mark.parametrize("linked", [False, True], ids=["file", "link"])
def test_inputs_in_the_folder_that_is_written_anew_are_refused(host, planned, night, tmp_path, linked):
    from dataclasses import replace

    folder = tmp_path / "out"
    host.emit(planned, host.versions[-1], folder)
    inside = folder / "masters" / "mine.fits"
    inside.parent.mkdir(exist_ok=True)
    if linked:
        inside.symlink_to(night.lights[0])
    else:
        inside.write_bytes(night.lights[0].read_bytes())
    group = planned.plan.groups[0]
    moved = replace(planned.plan, groups=(replace(group, frames=(str(inside), *group.frames[1:])),))
    frames = {frame.path: frame for frame in map(read_frame, _files(moved))}
    with pytest.raises(InputError, match="lies in the folder"):
        host.emit(check_plan(moved, frames), host.versions[-1], folder, force=True)
    assert os.path.lexists(inside)


def _files(plan):
    return [f for entry in (*plan.masters, *plan.groups) for f in entry.frames]


def test_a_build_writes_into_its_own_folder(night, theirs, tmp_path):
    """A link below --output leads out of it: the master is not built there, and nothing is pruned there."""
    masters = tmp_path / "masters"
    masters.mkdir()
    (masters / "MasterDark").symlink_to(theirs.parent)
    words = ["library", "build", str(night.darks[0].parent), "-o", str(masters), f"--index={tmp_path / 'i.sqlite'}",
             "--least=3", "--engine=builtin", "--no-pixels", "--template={kind}/{exposure}"]  # fmt: skip
    code, said = call(words)
    assert code == 1, said
    assert "a link leads out of the folder" in " ".join(said.split())
    assert [p.name for p in theirs.parent.iterdir()] == [theirs.name]


def test_the_lock_of_a_build_is_no_way_through_a_link(theirs, tmp_path):
    (tmp_path / LOCK).symlink_to(theirs.with_name("made"))
    with pytest.raises(InputError, match="is a link"), locked(tmp_path):
        pass
    assert not Path(theirs.with_name("made")).exists()
