"""Registered frames with PixInsight's drizzle data beside them: the dark is looked for where the matrix puts it."""

import numpy as np
import pytest
from astropy.io import fits

from ampglow_plugin import api
from ampglow_plugin.errors import InputError, UnreadableFrame
from ampglow_plugin.hosts.builtin.debayer import bilinear
from ampglow_plugin.hosts.pixinsight.drizzle_data import find_drizzle_data, read_drizzle_data
from ampglow_plugin.proof.transform import moved, turned, warp
from ampglow_plugin.simulate import GlowSource, Truth, scene

TRUTH = Truth(seed=8, width=560, height=440, star_count=60, glows=(GlowSource(decay_px=60.0, amplitude_adu=250.0),))
XDRZ = """<?xml version="1.0" encoding="UTF-8"?>
<xdrz version="1.0" xmlns="http://www.pixinsight.com/xdrz">
   <SourceImage>/night/light_c.xisf</SourceImage>
   <ReferenceGeometry width="560" height="440" numberOfChannels="3"/>
   <AlignmentOrigin x="0.5" y="0.5"/>
   <AlignmentMatrix>{}</AlignmentMatrix>
</xdrz>
"""


def written(path, matrix):
    path.write_text(XDRZ.format(",".join(repr(float(v)) for v in np.ravel(matrix))))
    return path


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(
    ("factor", "flip", "done", "success"),
    [(1.0, False, "applied", "clean"), (1.0, True, "applied", "clean"), (0.0, True, "not_applied", "residual"),
     (0.0, False, "not_applied", "residual"), (0.5, True, None, "residual")],
)  # fmt: skip
def test_the_glow_is_looked_for_where_the_matrix_puts_it(tmp_path, way, factor, flip, done, success):
    dark = np.mean([scene.dark(TRUTH, i) for i in range(8)], axis=0).astype(np.float32)
    flat = (TRUTH.flat_level_adu * scene.response(TRUTH)).astype(np.float32)
    light = (scene.light(TRUTH) - factor * dark) / (flat / flat.mean())
    place = moved(9.0, -6.0) @ (turned(440, 560) if flip else np.eye(3))
    planes = [np.nan_to_num(warp(plane, place, dark.shape)) for plane in bilinear(light.astype(np.float32), "RGGB")]
    outside = moved(0.5, 0.5) @ place @ moved(-0.5, -0.5)  # first pixel at 0.5, as PixInsight counts
    frame = tmp_path / "light_c_d_r.fits"
    unit = fits.PrimaryHDU((np.stack(planes) / 65535).astype(np.float32))
    unit.header["EXPTIME"] = 180.0
    steps = ("Calibration with ImageCalibration process", f"ImageCalibration.masterDark.enabled: {str(factor > 0).lower()}",
             "ImageCalibration.masterFlat.enabled: true", "Registration with StarAlignment process")  # fmt: skip
    for line in steps:
        unit.header["HISTORY"] = line
    unit.writeto(frame)
    written(frame.with_suffix(".xdrz"), outside if way == 1 else np.linalg.inv(outside))
    for name, data in (("dark", dark), ("flat", flat)):
        master = fits.PrimaryHDU((data / 65535).astype(np.float32))
        master.header.update({"IMAGETYP": name.upper(), "EXPTIME": 180.0, "BAYERPAT": "RGGB"})
        master.writeto(tmp_path / f"{name}.fits")
    (proof,) = api.verify(frame, dark=tmp_path / "dark.fits", flat=tmp_path / "flat.fits").proofs
    pixels = proof.evidence.pixels
    assert pixels.rung == 4
    assert "light_c_d_r.xdrz" in pixels.why
    assert pixels.residual_glow == pytest.approx(1 - factor, abs=max(0.03, 3 * pixels.residual_glow_sigma))
    assert pixels.residual_glow_sigma < 0.05
    assert proof.verdict.success == success, proof.verdict.reasons
    assert done is None or proof.verdict.done == done


def test_what_the_file_says(tmp_path):
    path = written(tmp_path / "a_r.xdrz", moved(3.5, -2.0))
    data = read_drizzle_data(path)
    assert data.matrix == (1, 0, 3.5, 0, 1, -2, 0, 0, 1)
    assert data.origin == (0.5, 0.5)
    assert find_drizzle_data(tmp_path / "a_r.xisf") == path
    assert find_drizzle_data(tmp_path / "b_r.xisf") is None


@pytest.mark.parametrize(
    "text",
    [
        "no xml",
        "<xdrz/>",
        "<xdrz><AlignmentMatrix>1,2,3</AlignmentMatrix></xdrz>",
        "<xdrz><AlignmentMatrix>1,0,nan,0,1,0,0,0,1</AlignmentMatrix></xdrz>",
        "<xdrz><AlignmentMatrix>1,0,x,0,1,0,0,0,1</AlignmentMatrix></xdrz>",
        '<!DOCTYPE a [<!ENTITY b "c">]><xdrz><AlignmentMatrix>1,0,0,0,1,0,0,0,1</AlignmentMatrix></xdrz>',
    ],
)
def test_damaged_files_are_refused(tmp_path, text):
    (tmp_path / "a_r.xdrz").write_text(text)
    with pytest.raises(UnreadableFrame):
        read_drizzle_data(tmp_path / "a_r.xdrz")


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(InputError):
        read_drizzle_data(tmp_path / "a_r.xdrz")
