"""Folders to frames with roles."""

from __future__ import annotations

import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from ampglow_plugin.catalog import scan, scan_given
from ampglow_plugin.catalog.roles import role_of_folder


def roles(found):
    return {path.rsplit("/", 1)[-1]: role for path, role in found.roles.items()}


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Lights", "light"),
        ("LIGHT", "light"),
        ("M31_lights_2024-01-10", "light"),
        ("Brutes", "light"),
        ("darks", "dark"),
        ("Darks 300s -10C", "dark"),
        ("master dark", "dark"),
        ("DarkFlats", "darkflat"),
        ("Flat-Darks", "darkflat"),
        ("flat darks 2s", "darkflat"),
        ("flatdark", "darkflat"),
        ("Flats_Ha", "flat"),
        ("PLU", "flat"),
        ("Bias", "bias"),
        ("Biases", "bias"),
        ("offsets", "bias"),
        ("Offset", "bias"),
        ("Dark Nebula LDN 1622", None),
        ("ASIAIR Plus", None),
        ("masters", None),
        ("2024-01-10", None),
        ("Flatiron", None),
        ("", None),
    ],
)
def test_role_of_a_folders_name(name, role):
    assert role_of_folder(name) == role


def test_header_first_folder_second(tmp_path, put_frame):
    put_frame(tmp_path / "Lights" / "dark.fits", IMAGETYP="DARK")
    put_frame(tmp_path / "Darks" / "silent.fits", IMAGETYP=None)
    put_frame(tmp_path / "Flats" / "2024-01-10" / "silent2.fits", IMAGETYP=None, EXPTIME=1.0)
    put_frame(tmp_path / "Flats" / "FlatDarks" / "called_dark.fits", IMAGETYP="DARK", EXPTIME=2.0)
    put_frame(tmp_path / "Biases" / "b.fits", IMAGETYP="DARK", EXPTIME=0.0)
    put_frame(tmp_path / "what.fits", IMAGETYP=None)
    found = scan([tmp_path])
    assert roles(found) == {
        "dark.fits": "dark",
        "silent.fits": "dark",
        "silent2.fits": "flat",
        "called_dark.fits": "darkflat",
        "b.fits": "bias",
    }
    kinds = {problem.path.rsplit("/", 1)[-1]: problem.kind for problem in found.problems}
    assert kinds == {"dark.fits": "contradiction", "what.fits": "left_out"}
    assert found.walked


def test_a_folder_above_the_one_given_says_nothing(tmp_path, put_frame):
    put_frame(tmp_path / "Darks" / "night" / "x.fits", IMAGETYP=None)
    assert scan([tmp_path / "Darks" / "night"]).roles == {}
    assert roles(scan([tmp_path / "Darks"])) == {"x.fits": "dark"}


def test_darks_of_the_flats_exposure_are_flat_darks(tmp_path, put_frame):
    put_frame(tmp_path / "l.fits")
    put_frame(tmp_path / "f.fits", IMAGETYP="FLAT", EXPTIME=2.0)
    put_frame(tmp_path / "d180.fits", IMAGETYP="DARK")
    put_frame(tmp_path / "d2.fits", IMAGETYP="DARK", EXPTIME=2.0)
    put_frame(tmp_path / "d60.fits", IMAGETYP="DARK", EXPTIME=60.0)
    found = roles(scan([tmp_path]))
    assert found == {
        "l.fits": "light",
        "f.fits": "flat",
        "d180.fits": "dark",
        "d2.fits": "darkflat",
        "d60.fits": "dark",
    }


def test_darks_of_lights_and_flats_alike_stay_darks(tmp_path, put_frame):
    put_frame(tmp_path / "l.fits", EXPTIME=2.0)
    put_frame(tmp_path / "f.fits", IMAGETYP="FLAT", EXPTIME=2.0)
    put_frame(tmp_path / "d2.fits", IMAGETYP="DARK", EXPTIME=2.0)
    assert roles(scan([tmp_path]))["d2.fits"] == "dark"


def test_unreadable_files_are_listed_and_never_fatal(tmp_path, put_frame):
    put_frame(tmp_path / "good.fits")
    (tmp_path / "empty.fits").touch()
    (tmp_path / "noise.fit").write_bytes(os.urandom(4000))
    found = scan([tmp_path])
    assert len(found.frames) == 1
    assert {p.path.rsplit("/", 1)[-1]: p.kind for p in found.problems} == dict.fromkeys(
        ["empty.fits", "noise.fit"], "unreadable"
    )
    assert all(p.what for p in found.problems)


def test_links_are_followed_once(tmp_path, put_frame):
    put_frame(tmp_path / "library" / "d.fits", IMAGETYP="DARK")
    night = tmp_path / "night"
    put_frame(night / "l.fits")
    (night / "darks").symlink_to(tmp_path / "library")
    (night / "loop").symlink_to(night)
    assert len(scan([night]).frames) == 2


def test_frames_come_in_the_order_of_their_names(tmp_path, put_frame):
    for name in ("b/2.fits", "a/9.fits", "a/1.fits", "c.fits"):
        put_frame(tmp_path / name)
    found = [os.path.relpath(frame.path, tmp_path) for frame in scan([tmp_path]).frames]
    assert found == ["c.fits", "a/1.fits", "a/9.fits", "b/2.fits"]


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_reads_the_same(tmp_path, put_frame, pool):
    for i in range(5):
        put_frame(tmp_path / f"{i}.fits")
    (tmp_path / "bad.fits").write_text("x")
    seen = []
    with pool(2) as executor:
        found = scan([tmp_path], executor=executor, progress=lambda what, share: seen.append(share))
    assert found == scan([tmp_path])
    assert seen[-1] == 1.0
    assert len(seen) == 6


def test_named_files_have_the_role_they_are_named_for(tmp_path, put_frame):
    flat = put_frame(tmp_path / "Darks" / "f.fits", IMAGETYP="FLAT")
    dark = put_frame(tmp_path / "d.fits", IMAGETYP="LIGHT")
    found = scan_given({"light": [flat], "dark": [dark, flat]})
    assert roles(found) == {"f.fits": "light", "d.fits": "dark"}
    assert not found.walked


def test_of_a_library_the_fitting_frames_are_taken(tmp_path, put_frame):
    light = put_frame(tmp_path / "l.fits")
    for kind in ("DARK", "BIAS", "FLAT"):
        put_frame(tmp_path / "library" / f"{kind}.fits", IMAGETYP=kind, EXPTIME={"DARK": 180.0}.get(kind, 0.0))
    library = tmp_path / "library"
    found = scan_given({"light": [light], "dark": [library], "bias": [library]})
    assert roles(found) == {"l.fits": "light", "DARK.fits": "dark", "BIAS.fits": "bias"}


def test_a_night_serves_its_other_frames_unless_their_role_is_given(tmp_path, put_frame):
    for kind in ("LIGHT", "FLAT", "DARK"):
        put_frame(tmp_path / "night" / f"{kind}.fits", IMAGETYP=kind)
    library = put_frame(tmp_path / "master.fits", IMAGETYP="DARK")
    found = scan_given({"light": [tmp_path / "night"], "dark": [library]})
    assert roles(found) == {"LIGHT.fits": "light", "FLAT.fits": "flat", "master.fits": "dark"}


def test_a_folder_of_flats_given_as_lights_is_taken(tmp_path, put_frame):
    put_frame(tmp_path / "flats" / "f.fits", IMAGETYP="FLAT")
    dark = put_frame(tmp_path / "d.fits", IMAGETYP="DARK")
    assert roles(scan_given({"light": [tmp_path / "flats"], "dark": [dark]}))["f.fits"] == "light"


def test_frames_are_opened_read_only(tmp_path, put_frame):
    path = put_frame(tmp_path / "l.fits")
    path.chmod(0o400)
    before = path.read_bytes(), path.stat().st_mtime_ns
    scan([tmp_path])
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
