"""``ampglow glow`` on files: formats, row orders, bias, what cannot be read; and the API beside it."""

import dataclasses
import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import jsonschema
import numpy as np
import pytest
from astropy.io import fits

import ampglow_plugin
from ampglow_plugin.cli.main import main
from ampglow_plugin.errors import InputError
from ampglow_plugin.report.records import line, record
from ampglow_plugin.report.schema import schema
from ampglow_plugin.simulate import GlowSource, Truth, header, scene, write_frame
from tests.pixinsight import xisf_files

PEAK_ADU = 40.0
TRUTH = Truth(
    height=200,
    width=260,
    glows=(GlowSource(x=1.0, y=0.0, amplitude_adu=PEAK_ADU, decay_px=40.0, stretch_y=1.0),),
    gain_e_per_adu=1000.0,
    dark_current_adu=4.0,
    exposure_s=300.0,
)


def run(capsys, *words):
    with pytest.raises(SystemExit) as ended:
        main(["glow", *(str(word) for word in words)])
    return ended.value.code, *capsys.readouterr()


def records(capsys, *words):
    code, out, _ = run(capsys, *words, "--json")
    found = [json.loads(line) for line in out.splitlines()]
    for each in found:
        jsonschema.validate(each, schema())
    return code, found


def line_of(glow):
    return json.loads(line(record("glow", glow)))


@pytest.fixture
def put(tmp_path):
    """Writes a dark of a truth as N.I.N.A. would (int16 with BZERO)."""

    def file(name, truth=TRUTH, exposure_s=None, **cards):
        from datetime import datetime

        path = tmp_path / name
        seconds = truth.exposure_s if exposure_s is None else exposure_s
        made = header(truth, "DARK", seconds, datetime.fromisoformat(truth.dark_date_obs))
        samples = scene.dark(truth, 0, exposure_s=seconds)
        write_frame(path, samples, {k: v for k, v in {**made, **cards}.items() if v is not None})
        return path

    return file


def as_float(source, path):
    """The same frame as Siril stores it: floats from 0 to 1."""
    with fits.open(source) as units:
        fits.PrimaryHDU((units[0].data / 65535).astype(np.float32), units[0].header).writeto(path)
    return path


def as_xisf(source, path):
    """The same frame in an XISF file, whose first row is on top."""
    with fits.open(source) as units:
        data = units[0].data[None].astype(np.uint16)
    return xisf_files.write(path, data, keywords=(("IMAGETYP", "'DARK'", ""), ("EXPTIME", "300.", "")))


def test_record_of_a_raw_dark(put, capsys):
    path = put("dark.fits")
    assert fits.getheader(path)["BZERO"] == 32768
    code, (glow, summary) = records(capsys, path)
    assert (code, summary["exit"], summary["verdict"]) == (0, 0, "go")
    assert (glow["record"], glow["path"], glow["present"], glow["certain"]) == ("glow", str(path), True, True)
    (region,) = glow["regions"]
    assert region["where"] == "top-right"
    assert "TOP-DOWN" in region["where_basis"]
    assert region["peak_adu"] == pytest.approx(PEAK_ADU, rel=0.15)
    assert region["decay_px"] == pytest.approx(40.0, rel=0.15)
    assert (region["x"], region["y"]) == pytest.approx((259, 0), abs=6)
    assert region["snr"] > 20
    assert 0.005 < region["area_fraction"] < 0.03
    assert glow["background_adu"] == pytest.approx(TRUTH.pedestal_adu + 2, abs=2)
    assert glow["noise_adu"] == pytest.approx(TRUTH.read_noise_adu, rel=0.15)


@pytest.mark.parametrize("kind", ["float", "xisf", "mono", "bottom-up", "no row order"])
def test_formats_and_row_orders_agree(put, capsys, tmp_path, kind):
    """The same glow, however it is stored; where it is shown follows the row order."""
    where = "top-right"
    if kind == "float":
        path = as_float(put("dark.fits"), tmp_path / "float.fits")
    elif kind == "xisf":
        path = as_xisf(put("dark.fits"), tmp_path / "dark.xisf")
    elif kind == "mono":
        path = put("mono.fits", Truth(**{**fields(TRUTH), "bayer_pattern": None}))
    elif kind == "bottom-up":
        path = put("up.fits", Truth(**{**fields(TRUTH), "row_order": "BOTTOM-UP"}))
    else:
        path, where = put("silent.fits", ROWORDER=None), "bottom-right"
    _, (glow, _) = records(capsys, path)
    (region,) = glow["regions"]
    assert region["where"] == where
    assert region["peak_adu"] == pytest.approx(PEAK_ADU, rel=0.15)
    assert region["y"] == pytest.approx(199 if kind == "bottom-up" else 0, abs=6)
    assert {"xisf": "XISF", "no row order": "no ROWORDER", "bottom-up": "BOTTOM-UP"}.get(kind, "TOP-DOWN") in region[
        "where_basis"
    ]


def fields(truth):
    return {name: getattr(truth, name) for name in truth.__dataclass_fields__}


SIDES = (
    GlowSource(shape="columns", x=0.0, amplitude_adu=0.0, constant_adu=30.0, decay_px=30.0),
    GlowSource(shape="columns", x=1.0, amplitude_adu=0.0, constant_adu=20.0, decay_px=30.0),
)


def test_a_bias_tells_structure_from_glow(put, capsys):
    truth = Truth(**{**fields(TRUTH), "glows": (*TRUTH.glows, *SIDES)})
    dark, bias = put("dark.fits", truth), put("short.fits", truth, exposure_s=2.0)
    _, (alone, _) = records(capsys, dark)
    doubts = {r["where"]: r["doubt"] for r in alone["regions"]}
    assert doubts["left"] == "readout"
    code, (glow, _) = records(capsys, dark, "--bias", bias)
    assert code == 0
    assert [(r["where"], r["certain"]) for r in glow["regions"]] == [("top-right", True)]
    assert glow["reference"] == str(bias)
    _, (short, _) = records(capsys, bias)
    assert not short["present"]
    assert {r["where"] for r in short["regions"]} == {"left", "right"}
    code, out, _ = run(capsys, bias)
    assert "most likely by the readout and not by glow" in " ".join(out.split())


def test_text_is_read_in_seconds(put, capsys):
    bare = Truth(**{**fields(TRUTH), "glows": ()})
    code, out, err = run(capsys, put("glowing.fits"), put("bare.fits", bare))
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0].startswith("glowing.fits: glow at the top-right, up to ")
    assert lines[2].split()[0] == "top-right"
    answer = next(line for line in lines if line.startswith("bare.fits"))
    assert answer.startswith("bare.fits: no glow (from ")


def test_a_file_that_cannot_be_measured_does_not_stop_the_others(put, capsys, tmp_path):
    bad, small = tmp_path / "bad.fits", tmp_path / "small.fits"
    bad.write_bytes(b"SIMPLE  = nonsense")
    fits.PrimaryHDU(np.zeros((20, 20), np.uint16)).writeto(small)
    code, found = records(capsys, bad, small, put("dark.fits"))
    assert code == 2
    assert [r["record"] for r in found] == ["glow", "summary"]
    assert (found[1]["errors"], found[1]["exit"]) == (2, 2)
    _, _, err = run(capsys, small)
    assert "too small to see glow in: 20 x 20 pixels" in err
    assert "at least 64 pixels" in err


def test_a_bias_of_another_size_is_refused(put, capsys):
    other = put("other.fits", Truth(**{**fields(TRUTH), "width": 300}))
    code, _, err = run(capsys, put("dark.fits"), "--bias", other)
    assert code == 2
    assert "has 300 x 200 pixels, and dark.fits has 260 x 200" in err
    assert "same camera, binning and subframe" in err


def test_api(put):
    dark = put("dark.fits")
    (one,) = ampglow_plugin.measure_glow(dark)
    assert isinstance(one, ampglow_plugin.Glow)
    assert ampglow_plugin.measure_glow([dark, str(dark)]) == (one, ampglow_plugin.measure_glow([str(dark)])[0])
    with pytest.raises(InputError):
        ampglow_plugin.measure_glow([dark.with_name("missing.fits")])


def test_real_ccd_frames(real_data, capsys):
    """A weak glow at the right, and structure on both sides that the short darks have as well."""
    folder = real_data / "qsi683"
    _, (alone, _) = records(capsys, folder / "dark_2.fit")
    sides = [r for r in alone["regions"] if r["where"] in ("left", "right") and r["peak_adu"] > 10]
    assert {r["where"] for r in sides} == {"left", "right"}
    assert {r["doubt"] for r in sides} == {"readout"}
    assert not alone["certain"]
    for dark, short in ((1, 1), (2, 2)):
        _, (glow, _) = records(capsys, folder / f"dark_{dark}.fit", "--bias", folder / f"flat_dark_{short}.fit")
        assert glow["present"]
        assert max(r["peak_adu"] for r in glow["regions"] if r["where"] == "right") == pytest.approx(11.0, abs=3.0)
        assert not [r for r in glow["regions"] if r["where"] == "left"]
    _, (short, _) = records(capsys, folder / "flat_dark_1.fit")
    assert not short["present"]


@pytest.fixture
def archive(put):
    """Four darks, a bias of their size, one too small, and one that is no frame."""
    paths = [put(f"dark_{i}.fits", dataclasses.replace(TRUTH, seed=i)) for i in range(4)]
    paths.insert(2, put("small.fits", dataclasses.replace(TRUTH, width=8, height=6, glows=())))
    broken = paths[0].with_name("broken.fits")
    broken.write_bytes(b"SIMPLE  =")
    paths.insert(4, broken)
    return paths, put("bias.fits", exposure_s=0.0)


@pytest.mark.parametrize("jobs", [1, 2])
def test_frames_at_once_are_measured_as_one_after_the_other(capsys, archive, jobs):
    paths, bias = archive
    code, found = records(capsys, *paths, "--bias", bias, "--jobs", jobs)
    assert code == 2
    [*glows, end] = found
    assert [g["path"] for g in glows] == [str(p) for p in paths if p.name.startswith("dark")]
    assert glows == [line_of(ampglow_plugin.measure_glow(g["path"], bias=bias)[0]) for g in glows]
    assert end["errors"] == 2


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_any_executor_measures_the_same(archive, pool):
    paths, bias = archive
    darks = [p for p in paths if p.name.startswith("dark")]
    with pool(2) as executor:
        assert ampglow_plugin.measure_glow(darks, bias=bias, executor=executor) == ampglow_plugin.measure_glow(
            darks, bias=bias
        )
        with pytest.raises(InputError, match="too small"):
            ampglow_plugin.measure_glow(paths, bias=bias, executor=executor)


def test_a_dask_cluster_measures(capsys, archive):
    distributed = pytest.importorskip("distributed")
    paths, bias = archive
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as cluster:
        code, found = records(capsys, *paths, "--bias", bias, "--scheduler", cluster.scheduler_address)
        assert any("glow_or_say" in name for name in cluster.scheduler.task_prefixes)
    assert code == 2
    assert found == records(capsys, *paths, "--bias", bias)[1]


def test_a_bias_that_was_replaced_is_read_again(archive, put):
    paths, bias = archive
    before = ampglow_plugin.measure_glow(paths[0], bias=bias)
    shutil.copy(paths[1], bias)
    os.utime(bias, ns=(1, 1))
    assert ampglow_plugin.measure_glow(paths[0], bias=bias) != before


def test_linear_algebra_runs_in_one_thread_unless_told_otherwise(monkeypatch):
    """Its threads only wait for each other in systems this small: twice the time on a busy machine."""
    from ampglow_plugin import __main__
    from ampglow_plugin.cli import main as module

    seen = []
    monkeypatch.setattr(module, "main", lambda: seen.append(os.environ["OPENBLAS_NUM_THREADS"]))
    monkeypatch.setattr("sys.argv", ["ampglow", "glow"])
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "")  # so that it is put back
    monkeypatch.delenv("OPENBLAS_NUM_THREADS")
    __main__.main()
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    __main__.main()
    assert seen == ["1", "3"]
