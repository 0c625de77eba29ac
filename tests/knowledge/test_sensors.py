"""Which sensor a camera has, whether it is cooled, how it glows and when it switches to high conversion gain."""

from __future__ import annotations

import pytest

from ampglow_plugin.knowledge.sensors import sensor_by_geometry, sensor_of, sensors

SEVERITIES = ("none", "residual", "moderate", "severe")


@pytest.mark.parametrize(
    ("camera", "sensor", "cooled"),
    [
        ("ZWO ASI294MC Pro", "IMX294", True),
        ("ZWO ASI294MC", "IMX294", False),
        ("ZWO CCD ASI294MC Pro", "IMX294", True),
        ("ASI294MM Pro", "IMX492", True),
        ("ZWO ASI1600MM-Cool", "MN34230", True),
        ("ZWO ASI1600MM Pro", "MN34230", True),
        ("ZWO ASI183MC Pro", "IMX183", True),
        ("ZWO ASI183MC", "IMX183", False),
        ("ZWO ASI2600MC Duo", "IMX571", True),
        ("ZWO ASI585MC Air", "IMX585", True),
        ("ZWO ASI585MC", "IMX585", False),
        ("QHY268C", "IMX571", True),
        ("QHY CCD QHY268M-b3d6", "IMX571", True),
        ("QHY5III178M", "IMX178", False),
        ("QHY600M", "IMX455", True),
        ("ATR2600C", "IMX571", True),
        ("ATR3CMOS26000KPA", "IMX571", True),
        ("Poseidon-C PRO", "IMX571", True),
        ("Mars-C", "IMX462", False),
        ("Mars-C II", "IMX662", False),
        ("Seestar S50", "IMX462", False),
        ("Seestar S30", "IMX662", False),
        ("Seestar S30 Pro", "IMX585", False),
        ("imx585", "IMX585", False),
        ("DWARFIII", "IMX678", False),
        ("QSI 683ws", "KAF-8300", True),
        ("SBIG STF-8300", "KAF-8300", True),
        ("Altair 294C", "IMX294", None),
    ],
)
def test_camera(camera, sensor, cooled):
    found = sensor_of(camera)
    assert found is not None
    assert (found.id, found.cooled) == (sensor, cooled)


@pytest.mark.parametrize(
    "camera",
    [None, "", "ASI Camera (1)", "ASCOM Camera", "FLI", "SBIG CCD", "Apogee USB/Net", "Main", "CCD Simulator",
     "DWARFII", "Canon EOS 700D", "Celestron Nightscape 10100", "QSI 583", "ASI2940MC", "MASI294MC"],
)  # fmt: skip
def test_driver_names_and_unknown_models_have_no_sensor(camera):
    assert sensor_of(camera) is None


def test_no_camera_text_fits_two_sensors():
    texts = [
        "ZWO ASI294MC Pro",
        "ZWO ASI294MM Pro",
        "QHY294M",
        "QHY5III585",
        "Mars-M II",
        "Seestar S30 Pro",
        "ASI715MC",
    ]
    from ampglow_plugin.knowledge.sensors import _cameras

    for text in texts:
        assert len({row.sensor.id for row in _cameras() if row.pattern.search(text)}) == 1, text


def test_rows_are_sound():
    assert len(sensors()) == 37
    assert len({s.id for s in sensors()}) == 37
    for s in sensors():
        assert s.severity in (None, *SEVERITIES)
        assert s.severity_upper is None or SEVERITIES.index(s.severity_upper) > SEVERITIES.index(s.severity)
        for step in s.hcg.values():
            assert (step.from_gain is not None) == (step.by == "gain")
            assert bool(step.modes) == (step.by == "mode")


def test_glow_and_its_evidence():
    imx294, imx571 = sensor_of("ZWO ASI294MC Pro"), sensor_of("ZWO ASI2600MC Pro")
    assert (imx294.severity, imx294.glow_verified) == ("severe", False)
    assert "right edge" in imx294.glow_place
    assert (imx571.severity, imx571.glow_verified) == ("none", True)


def test_kind_and_bias():
    ccd, cmos = sensor_of("QSI 683ws"), sensor_of("ZWO ASI294MC Pro")
    assert (ccd.kind, ccd.bias_recommended) == ("ccd", True)
    assert (cmos.kind, cmos.bias_recommended) == ("cmos", False)


def test_gain_step_belongs_to_the_maker_of_the_camera():
    assert sensor_of("ZWO ASI2600MC Pro").gain_step.from_gain == 100
    assert sensor_of("Poseidon-M").gain_step.from_gain == 125
    assert sensor_of("ATR2600C").gain_step.by == "user"
    assert sensor_of("C3-26000").gain_step is None
    assert sensor_of("ZWO ASI2600MC Pro").gain_step.verified
    assert not sensor_of("Poseidon-M").gain_step.verified


def test_geometry_alone_names_a_sensor_only_where_one_fits():
    assert sensor_by_geometry(6248, 4176, 3.76).id == "IMX571"
    assert sensor_by_geometry(6252, 4176, 3.76).id == "IMX571"
    assert sensor_by_geometry(6248, 4176, 2.4) is None
    assert sensor_by_geometry(1936, 1096, 2.9) is None  # IMX290 and IMX462
    assert sensor_by_geometry(3856, 2180, 2.9).id == "IMX585"
    assert sensor_by_geometry(3856, 2180, 2.0).id == "IMX678"
