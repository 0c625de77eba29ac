"""Real frames of two cameras (not part of the project) give what their headers say."""

from __future__ import annotations

import pytest

from ampglow_plugin.headers import read_frame
from ampglow_plugin.knowledge.sensors import sensor_of


@pytest.mark.parametrize(
    ("name", "kind", "exposure"),
    [
        ("dark_1", "dark", 2400.0),
        ("flat_1", "flat", 24.0),
        ("flat_dark_1", "dark", 24.0),
        ("flat_dark_2", "dark", 24.0),
    ],
)
def test_qsi_683_is_a_cooled_ccd(real_data, name, kind, exposure):
    frame = read_frame(real_data / "qsi683" / f"{name}.fit")
    assert (frame.kind, frame.exposure_s, frame.master) == (kind, exposure, False)
    assert (frame.camera, frame.camera_serial, frame.sensor) == ("QSI 683ws", None, "KAF-8300")
    assert (frame.temperature_c, frame.setpoint_c) == (-20.0, -20.0)
    assert (frame.width, frame.height, frame.planes, frame.bits) == (1663, 1252, 1, 16)
    assert (frame.xbinning, frame.ybinning, frame.roi_x, frame.roi_y) == (2, 2, 0, 0)
    assert (frame.gain, frame.offset, frame.bayer_pattern) == (None, None, None)
    assert frame.readout_mode == "Low Gain"
    assert frame.conversion_gain is None  # a gain setting of a CCD, no conversion gain
    sensor = sensor_of(frame.camera)
    assert (sensor.kind, sensor.cooled) == ("ccd", True)


def test_seestar_lights(real_data):
    paths = sorted((real_data / "seestar_s50").glob("*.fit"))
    frames = [read_frame(path) for path in paths]
    assert {f.kind for f in frames} == {"light"}
    assert {f.exposure_s for f in frames} == {10.0, 20.0}
    assert {(f.camera, f.sensor, f.bayer_pattern, f.gain) for f in frames} == {("Seestar S50", "IMX462", "GRBG", 80.0)}
    assert {f.software for f in frames} == {"ZWO Seestar S50"}
    assert {(f.offset, f.setpoint_c, f.master, f.calibrated) for f in frames} == {(None, None, False, False)}
    assert {f.night for f in frames} == {"2025-03-26", "2025-06-29"}
    assert all(f.sources["kind"].how == "read" for f in frames)
    assert sensor_of(frames[0].camera).cooled is False
