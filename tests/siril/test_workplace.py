"""The folder where Siril works: what is whole comes out of it, on every disk and by every way to it."""

import os
from pathlib import Path

import pytest

from ampglow_plugin.hosts.siril.workplace import Workplace
from ampglow_plugin.hosts.siril.writer import FRAMES, MASTERS, PROCESS, RESULTS
from ampglow_plugin.model.manifest import RunManifest
from ampglow_plugin.simulate import Truth, make_night

MANIFEST = RunManifest(
    tool="t", plan_sha256="0", host="siril", host_version="1.4", script="a.ssf", log="log", commands=()
)


@pytest.fixture
def folder(tmp_path):
    for name in (FRAMES, MASTERS, PROCESS, RESULTS):
        (tmp_path / "run" / name).mkdir(parents=True)
    return tmp_path / "run"


def frame_into(path: Path) -> None:
    night = make_night(path.parent.parent / "made", Truth(width=32, height=24, star_count=0), lights=1, darks=0, flats=0,
                       flatdarks=0)  # fmt: skip
    night.lights[0].rename(path)


@pytest.mark.parametrize("links", ["symbolic", "hard", "none"])
def test_masters_get_their_names_early_and_siril_still_finds_them(folder, monkeypatch, links):
    def refuse(*_args, **_more):
        raise OSError(95, "Operation not supported")

    with Workplace(folder, MANIFEST) as work:
        work.ended = True
        frame_into(work.path / MASTERS / "dark.fit")
        if links != "symbolic":  # Windows without its mode for developers, exFAT
            monkeypatch.setattr(Path, "symlink_to", refuse)
            monkeypatch.setattr(os, "symlink", refuse)
        if links == "none":
            monkeypatch.setattr(os, "link", refuse)
        work.put_masters()
        assert (folder / MASTERS / "dark.fit").is_file()
        assert (work.path / MASTERS / "dark.fit").is_file()
        assert (work.path / MASTERS / "dark.fit").samefile(folder / MASTERS / "dark.fit") is (links != "none")
        frame_into(work.path / PROCESS / "pp_light_00001.fit")
    assert (folder / MASTERS / "dark.fit").is_file()
    assert (folder / PROCESS / "pp_light_00001.fit").is_file()
    assert not work.path.exists()


def test_links_lead_home_by_whatever_way_siril_names_its_folder(folder, tmp_path):
    (tmp_path / "way").symlink_to(folder, target_is_directory=True)
    there = tmp_path / "way"
    with Workplace(there, MANIFEST) as work:
        work.ended = True
        frame_into(work.path / FRAMES / "light.fit")
        (work.path / PROCESS / "named.fit").symlink_to(work.path / FRAMES / "light.fit")
        (work.path / PROCESS / "followed.fit").symlink_to(work.path.resolve() / FRAMES / "light.fit")
        said = f"'{work.path.resolve()}/frames/light.fit' -> 'light_00001.fit'\n"
        (work.path / PROCESS / "light_conversion.txt").write_text(said)
    for name in ("named.fit", "followed.fit"):
        assert (folder / PROCESS / name).samefile(folder / FRAMES / "light.fit")
    assert (folder / PROCESS / "light_conversion.txt").read_text().startswith(f"'{folder}/frames/light.fit'")
