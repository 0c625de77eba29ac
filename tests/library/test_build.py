"""``ampglow library build``: what is built, what is not built again, and what is never touched."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin.headers import read_cards, read_frame
from ampglow_plugin.library import provenance
from ampglow_plugin.library.lock import NAME
from ampglow_plugin.simulate import Truth, make_night
from tests.library.conftest import SMALL, named, touch

SERIES = ["builtin", *(pytest.param(s, marks=pytest.mark.siril(s)) for s in ("1.0", "1.2", "1.4"))]


def states(records):
    return {r["kind"]: r["state"] for r in records if r["record"] == "master"}


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def edit(path, **cards):
    with fits.open(path, mode="update") as units:
        for keyword, value in cards.items():
            units[0].header[keyword.replace("_", "-")] = value


@pytest.mark.parametrize("engine", SERIES)
def test_a_master_keeps_what_its_frames_say_and_tells_how_it_was_made(build, night, siril, engine):
    darks = sorted((night / "darks").iterdir())
    for number, path in enumerate(darks):
        edit(path, READOUTM="HCG Mode", CAMERAID="abc123", SITELAT=47.1, CCD_TEMP=-10.0 + number / 10, FOCUSPOS=number)
    words = () if engine == "builtin" else ("--siril", siril(engine))
    records = build(night, *words)
    assert states(records) == {"dark": "built", "flatdark": "built", "flat": "built"}
    [record] = named(records, "dark")
    frame = read_frame(record["path"], recover=False)
    single = read_frame(darks[0], recover=False)
    for field in (
        *("camera", "camera_serial", "exposure_s", "setpoint_c", "gain", "egain_e_per_adu", "offset", "readout_mode"),
        *("xbinning", "ybinning", "pixel_um", "bayer_pattern", "row_order", "width", "height", "date_obs"),
        *("conversion_gain", "site_lat_deg"),
    ):
        assert getattr(frame, field) == getattr(single, field), field
    assert (frame.kind, frame.master, frame.stack_count, frame.temperature_c) == ("dark", True, 6, -9.75)
    assert frame.master_normalization in ("none", "un")
    header = fits.getheader(record["path"])
    assert "FOCUSPOS" not in header  # that of one frame
    made = provenance.read(read_cards(record["path"]))
    assert [(mark.sha256, mark.name) for mark in made.inputs] == [(digest(p), p.name) for p in darks]
    assert made.temperatures_c == (-10.0, -9.75, -9.5)
    assert made.recipe == ("mean, rejection percentile 0.3 0.3, normalization none",)
    assert made.engine.lower().startswith("ampglow" if engine == "builtin" else f"siril {engine}")
    assert (record["temperature_min_c"], record["temperature_max_c"]) == (-10.0, -9.5)
    flat = provenance.read(read_cards(named(records, "flat")[0]["path"]))
    level = Path(named(records, "flatdark")[0]["path"])
    assert flat.recipe[0].startswith("minus MasterFlatDark_2s")
    counted = fits.getdata(level) * 65535
    singles = np.mean([fits.getdata(p) for p in sorted((night / "flatdarks").iterdir())])
    assert abs(counted.mean() - singles) < 1.0
    assert fits.getheader(level)["DATASUM"]
    assert read_frame(named(records, "flat")[0]["path"]).kind == "flat"


def test_a_recovered_setting_stays_marked_as_recovered(build, put_frame, tmp_path):
    for number in range(5):
        name = f"Dark_180.0s_Bin1_2600MC_gain100_20250824-22525{number}_-10.0C_{number:04d}.fit"
        data = np.full((6, 8), 500 + number, np.uint16)
        put_frame(tmp_path / "darks" / name, data=data, IMAGETYP="DARK", GAIN=None, OFFSET=None)
    [record] = named(build(tmp_path / "darks", "--no-pixels"), "dark")
    frame = read_frame(record["path"], recover=False)
    assert (frame.gain, frame.sources["gain"].how) == (100.0, "recovered")
    assert "file name" in frame.sources["gain"].keyword
    assert frame.offset is None


def test_a_second_run_builds_nothing_and_reads_no_frame_again(build, night, monkeypatch):
    build(night)
    before = {p: (digest(p), p.stat().st_mtime_ns) for p in (night.parent / "masters").glob("*.fit")}
    monkeypatch.setattr("ampglow_plugin.catalog.file_facts.sha256_of", lambda path: pytest.fail(f"{path} was read"))
    assert set(states(build(night)).values()) == {"up to date"}
    assert {p: (digest(p), p.stat().st_mtime_ns) for p in before} == before


def test_it_is_up_to_date_without_the_cache_too(build, night, tmp_path):
    build(night)
    for cache in tmp_path.glob("index*"):
        cache.unlink()
    assert set(states(build(night)).values()) == {"up to date"}


@pytest.mark.parametrize("change", ["changed", "added", "removed"])
def test_another_input_rebuilds_its_master_and_no_other(build, night, change):
    darks = sorted((night / "darks").iterdir())
    if change == "added":
        darks[0].rename(night.parent / "kept.fits")
    build(night)
    if change == "changed":
        with fits.open(darks[2], mode="update") as units:
            units[0].data[3, 3] += 1
    elif change == "added":
        (night.parent / "kept.fits").rename(darks[0])
    else:
        darks[0].unlink()
    records = build(night)
    assert states(records) == {"dark": "built", "flatdark": "up to date", "flat": "up to date"}
    [new] = named(records, "dark")
    assert "have changed" in new["why"]
    hashes = {mark.sha256 for mark in provenance.read(read_cards(new["path"])).inputs}
    assert hashes == {digest(p) for p in (night / "darks").iterdir()}
    assert set(states(build(night)).values()) == {"up to date"}


def test_a_frame_with_another_time_of_change_alone_rebuilds_nothing(build, night):
    build(night)
    touch(next((night / "darks").iterdir()))
    assert set(states(build(night)).values()) == {"up to date"}


def test_another_flat_dark_rebuilds_the_flat_that_it_was_subtracted_from(build, night):
    build(night)
    with fits.open(next((night / "flatdarks").iterdir()), mode="update") as units:
        units[0].data[3, 3] += 1
    assert states(build(night)) == {"dark": "up to date", "flatdark": "built", "flat": "built"}


def test_a_replaced_master_goes_with_prune_alone(build, night):
    [old] = named(build(night), "dark")
    next((night / "darks").iterdir()).unlink()
    [new] = named(build(night), "dark")
    assert new["replaces"] == [old["path"]]
    assert Path(old["path"]).exists()
    [again] = named(build(night, "--prune"), "dark")
    assert (again["state"], again["removed"]) == ("up to date", [old["path"]])
    assert not Path(old["path"]).exists()
    assert Path(new["path"]).exists()


def test_a_replaced_master_that_was_changed_since_is_kept(build, night):
    [old] = named(build(night), "dark")
    edit(old["path"], OBSERVER="someone")
    next((night / "darks").iterdir()).unlink()
    [new] = named(build(night, "--prune"), "dark")
    assert new["removed"] == []
    assert Path(old["path"]).exists()


def test_a_renamed_master_is_known_again(build, night):
    [record] = named(build(night), "dark")
    moved = Path(record["path"]).with_name("my dark.fit")
    Path(record["path"]).rename(moved)
    [again] = named(build(night), "dark")
    assert (again["state"], again["path"]) == ("up to date", str(moved))


@pytest.mark.parametrize("what", ["another file", "a master with other pixels", "a master with another card"])
def test_no_file_of_someone_else_is_written_over(build, night, what):
    [record] = named(build(night), "dark")
    path = Path(record["path"])
    if what == "another file":
        path.write_bytes(b"mine")
    elif what == "a master with other pixels":
        with fits.open(path, mode="update") as units:
            units[0].data[0, 0] += 1
    else:
        edit(path, OBSERVER="someone")
        with fits.open(next((night / "darks").iterdir()), mode="update") as units:
            units[0].data[3, 3] += 1
    before = path.read_bytes()
    records = build(night, code=1)
    assert path.read_bytes() == before
    assert states(records) == {"dark": "failed", "flatdark": "up to date", "flat": "up to date"}
    assert "did not write" in named(records, "dark")[0]["why"]


def test_rebuild_builds_under_the_same_name(build, night):
    [first] = named(build(night), "dark")
    before = Path(first["path"]).stat().st_mtime_ns
    [again] = named(build(night, "--rebuild"), "dark")
    assert (again["state"], again["path"]) == ("built", first["path"])
    assert Path(first["path"]).stat().st_mtime_ns > before


def test_a_dry_run_tells_and_writes_nothing(build, ampglow, night, tmp_path):
    records = build(night, "--dry-run")
    assert set(states(records).values()) == {"to build"}
    assert all(r["seconds"] is not None for r in records)
    assert not (tmp_path / "masters").exists()
    words = ("library", "build", night, "-o", tmp_path / "masters", "--index", tmp_path / "index.sqlite")
    said = ampglow(*words, "--engine", "builtin", "--dry-run")
    assert (
        "to build: MasterDark_180s_-10C_gain120_offset30_HCG_bin1_ZWO-ASI294MC-Pro_6x_20251005.fit: 6 darks" in said.out
    )
    assert "3 to build, about" in said.out


def test_rejects_are_listed_and_the_rest_is_built(build, night):
    darks = sorted((night / "darks").iterdir())
    darks[0].write_bytes(darks[0].read_bytes()[:-2880])
    shutil.copy(darks[1], night / "darks" / "copy.fits")
    edit(darks[2], CALSTAT="B")
    records = build(night, "--least", "4")
    rejects = {Path(r["path"]).name: r["reason"] for r in records if r["record"] == "left_out"}
    assert "cut short" in rejects[darks[0].name]
    assert rejects["copy.fits"].startswith("is a copy of") or rejects[darks[1].name].startswith("is a copy of")
    assert rejects[darks[2].name] == "was calibrated already (B)"
    [master] = named(records, "dark")
    assert (master["state"], len(master["frames"])) == ("built", 4)
    assert fits.getheader(master["path"])["STACKCNT"] == 4


def test_one_master_that_fails_leaves_the_others(build, night):
    """An XISF name on what is no XISF inside its blocks: header in order, pixels not."""
    bad = next((night / "flatdarks").iterdir())
    with fits.open(bad) as units:
        units[0].scale("int16", bzero=32768)
        fits.CompImageHDU(units[0].data, units[0].header, compression_type="RICE_1").writeto(
            bad.with_suffix(".fits.fz")
        )
    bad.unlink()
    packed = bad.with_suffix(".fits.fz")
    data = bytearray(packed.read_bytes())
    data[-2880:] = b"\xff" * 2880  # the packed pixels
    packed.write_bytes(bytes(data))
    records = build(night, "--no-pixels", code=1)
    assert states(records) == {"dark": "built", "flatdark": "failed", "flat": "failed"}
    [flat] = named(records, "flat")
    assert "subtracted from its frames could not be built" in flat["why"]


def test_a_dark_that_light_fell_on_goes_into_no_master_and_is_not_looked_at_twice(build, night, monkeypatch):
    bad = sorted((night / "darks").iterdir())[3]
    with fits.open(bad, mode="update") as units:
        units[0].data += 400
    records = build(night)
    [left_out] = [r for r in records if r["record"] == "left_out"]
    assert (left_out["path"], left_out["rule"][:3]) == (str(bad), "AG1")
    [master] = named(records, "dark", "built")
    assert str(bad) not in master["frames"]
    monkeypatch.setattr("ampglow_plugin.proof.darks.measure_darks", lambda *_, **__: pytest.fail("looked at again"))
    again = build(night)
    assert states(again)["dark"] == "up to date"
    assert [r["path"] for r in again if r["record"] == "left_out"] == [str(bad)]
    unasked = build(night, "--no-pixels")
    assert str(bad) in named(unasked, "dark", "built")[0]["frames"]


def test_two_builds_do_not_meet(build, ampglow, night, tmp_path):
    fcntl = pytest.importorskip("fcntl")
    (tmp_path / "masters").mkdir()
    with (tmp_path / "masters" / NAME).open("a+b") as file:  # as another process has it
        fcntl.flock(file, fcntl.LOCK_EX)
        said = ampglow("library", "build", night, "-o", tmp_path / "masters", "--index", tmp_path / "i.sqlite")
    assert said.code == 2
    assert "another build writes into this folder" in said.err


@pytest.mark.parametrize("ending", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_whatever_ends_it_no_master_is_half_written(build, tmp_path, ending):
    truth = Truth(width=480, height=320, star_count=0)
    for number in range(4):
        make_night(
            tmp_path / f"n{number}",
            Truth(width=480, height=320, star_count=0, exposure_s=100.0 + number, seed=number),
            lights=0, flats=0, flatdarks=0, darks=5,
        )  # fmt: skip
    assert truth.width == 480
    folders = [tmp_path / f"n{number}" for number in range(4)]
    words = ["library", "build", *folders, "-o", tmp_path / "masters", "--engine", "builtin"]
    words += ["--index", tmp_path / "index.sqlite"]
    running = subprocess.Popen([sys.executable, "-m", "ampglow_plugin", *map(str, words)], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "masters").glob("*.fit")) and time.monotonic() < deadline:
        time.sleep(0.002)
    running.send_signal(getattr(signal, ending))
    code = running.wait(timeout=60)
    finished = list((tmp_path / "masters").glob("*.fit"))
    assert code != 0 or len(finished) == 4
    assert finished
    for path in finished:
        with fits.open(path, checksum=True) as units:  # a wrong sum is a warning, and so an error here
            assert units[0].header["STACKCNT"] == 5
    if ending != "SIGKILL":
        assert not list((tmp_path / "masters").glob(".ampglow-build-*/"))
    times = {path: path.stat().st_mtime_ns for path in finished}
    records = build(folders[0], *folders[1:])
    assert len(named(records, "dark", "up to date")) >= len(finished)
    assert len(list((tmp_path / "masters").glob("*.fit"))) == 4
    assert {path: path.stat().st_mtime_ns for path in finished} == times
    assert [p.name for p in (tmp_path / "masters").iterdir() if p.name.startswith(".")] == [".ampglow-build.lock"]


def test_the_users_frames_stay_as_they_are(build, night):
    before = {p: (digest(p), p.stat().st_mtime_ns) for p in night.rglob("*.fits")}
    build(night)
    assert {p: (digest(p), p.stat().st_mtime_ns) for p in night.rglob("*.fits")} == before


def test_an_unknown_field_of_the_template_is_told_before_anything_is_read(ampglow, night, tmp_path):
    said = ampglow("library", "build", night, "-o", tmp_path / "masters", "--template", "{kind}_{nonsense}")
    assert said.code == 2
    assert "unknown field {nonsense}" in said.err
    assert "{exposure}" in said.err


def test_a_template_that_gives_two_masters_one_name_tells_them_apart(build, tmp_path):
    for exposure in (60.0, 180.0):
        truth = dataclasses.replace(SMALL, exposure_s=exposure)
        make_night(tmp_path / f"n{exposure:g}", truth, lights=0, flats=0, flatdarks=0, darks=5)
    records = build(tmp_path / "n60", tmp_path / "n180", "--template", "{camera}/{kind}")
    paths = {Path(r["path"]) for r in named(records, "dark", "built")}
    assert len(paths) == 2
    assert {p.parent.name for p in paths} == {"ZWO-ASI294MC-Pro"}
    assert set(states(build(tmp_path / "n60", tmp_path / "n180", "--template", "{camera}/{kind}")).values()) == {
        "up to date"
    }


def test_real_darks_of_a_ccd(build, real_data, tmp_path):
    records = build(real_data / "qsi683", "--least", "2")
    [dark] = [m for m in named(records, "dark") if m["settings"]["exposure_s"] == 2400.0]
    single = read_frame(real_data / "qsi683" / "dark_1.fit", recover=False)
    frame = read_frame(dark["path"], recover=False)
    for field in ("camera", "camera_serial", "exposure_s", "setpoint_c", "readout_mode", "xbinning", "pixel_um"):
        assert getattr(frame, field) == getattr(single, field), field
    assert fits.getdata(dark["path"]).shape == (1252, 1663)
