"""XISF headers: keywords, properties and attributes become fields; hostile or damaged XML is refused."""

from __future__ import annotations

import struct

import pytest

from ampglow_plugin.errors import UnreadableFrame
from ampglow_plugin.headers import history, read_frame

IMAGE = 'geometry="6248:4176:1" sampleFormat="UInt16" colorSpace="Gray" location="attachment:4096:1"'
NS = 'version="1.0" xmlns="http://www.pixinsight.com/xisf"'


def test_keywords_geometry_and_format(xisf_file):
    cards = [
        ["INSTRUME", "'ZWO ASI2600MC Pro'", "camera"],
        ["EXPTIME", "300", ""],
        ["IMAGETYP", "'Dark'", ""],
        ["GAIN", "100.", ""],
        ["SIMPLE", "T", ""],
        ["OBJECT", "'O''Brien'", ""],
    ]
    frame = read_frame(xisf_file(cards, image=IMAGE))
    assert (frame.camera, frame.sensor, frame.kind, frame.gain) == ("ZWO ASI2600MC Pro", "IMX571", "dark", 100.0)
    assert (frame.width, frame.height, frame.planes, frame.bits) == (6248, 4176, 1, 16)
    assert (frame.exposure_s, frame.object) == (300.0, "O'Brien")
    assert frame.sources["width"].keyword == "geometry"


def test_properties_fill_what_keywords_leave_open(xisf_file):
    properties = {
        "Instrument:ExposureTime": "120.5",
        "Instrument:Sensor:Temperature": "-10.2",
        "Instrument:Sensor:TargetTemperature": "-10",
        "Instrument:Camera:Name": "ZWO ASI533MC Pro",
        "Instrument:Camera:XBinning": "2",
        "Instrument:Telescope:FocalLength": "0.4",
        "Observation:Time:Start": "2024-01-10T19:40:01.396Z",
    }
    inside = "".join(f'<Property id="{k}" type="String" value="{v}"/>' for k, v in properties.items())
    inside += '<ColorFilterArray pattern="RGGB" width="2" height="2"/>'
    frame = read_frame(xisf_file([["EXPTIME", "120", ""]], image=IMAGE, inside=inside))
    assert frame.exposure_s == 120.0  # the keyword comes first
    assert (frame.temperature_c, frame.setpoint_c, frame.xbinning) == (-10.2, -10.0, 2)
    assert (frame.sensor, frame.focal_length_mm, frame.bayer_pattern) == ("IMX533", 400.0, "RGGB")
    assert frame.date_obs == "2024-01-10T19:40:01.396"
    assert frame.sources["temperature_c"].keyword == "Instrument:Sensor:Temperature"


def test_property_gain_is_electrons_per_adu(xisf_file):
    frame = read_frame(xisf_file([], image=IMAGE, inside='<Property id="Instrument:Camera:Gain" value="0.25"/>'))
    assert (frame.gain, frame.egain_e_per_adu) == (None, 0.25)


def test_image_type_and_creator(xisf_file):
    creator = '<Property id="XISF:CreatorApplication" type="String">PixInsight 1.9.3</Property>'
    frame = read_frame(xisf_file([], image=f'{IMAGE} imageType="MasterDark"', metadata=creator))
    assert (frame.kind, frame.master, frame.software) == ("dark", True, "PixInsight 1.9.3")


def test_history_stands_in_the_comment_attribute(xisf_file):
    path = xisf_file([["HISTORY", "", "ImageIntegration.numberOfImages: 20"], ["IMAGETYP", "'dark'", ""]], image=IMAGE)
    assert history(path) == ("ImageIntegration.numberOfImages: 20",)
    frame = read_frame(path)
    assert (frame.stack_count, frame.master) == (20, True)


def test_wbpp_master_by_its_name(xisf_file):
    path = xisf_file([], "masterDark-BINNING_1-EXPTIME_300.xisf", image=IMAGE)
    frame = read_frame(path)
    assert (frame.kind, frame.master, frame.xbinning, frame.exposure_s) == ("dark", True, 1, 300.0)
    assert frame.sources["exposure_s"].how == "recovered"
    bare = read_frame(path, recover=False)
    assert (bare.kind, bare.master, bare.exposure_s) == ("unknown", False, None)


@pytest.mark.parametrize("geometry", ["", "100:100", "a:b:c", "0:100:1", "-5:5:1", "9999999999999:5:1"])
def test_geometry_of_nonsense_is_no_size(xisf_file, geometry):
    assert read_frame(xisf_file([], image=f'geometry="{geometry}" sampleFormat="Odd"')).width is None


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE xisf [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f"<xisf {NS}><Image geometry='1:1:1'><FITSKeyword name='OBJECT' value='&b;' comment=''/></Image></xisf>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE xisf SYSTEM "file:///etc/passwd">'
    f"<xisf {NS}><Image geometry='1:1:1'/></xisf>"
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "entities"),
        (EXTERNAL, "document type"),
        (f"<xisf {NS}><Image>", "damaged"),
        ("", "0 bytes"),
        ("<html><Image/></html>", "no XISF unit"),
        (f"<xisf {NS}/>", "no image"),
        (f'<?xml version="1.0" encoding="no-such"?><xisf {NS}><Image/></xisf>', "damaged"),
    ],
)
def test_hostile_or_damaged_xml_is_refused(xml_file, text, words):
    with pytest.raises(UnreadableFrame) as caught:
        read_frame(xml_file(text))
    assert words in caught.value.what


@pytest.mark.parametrize(("length", "words"), [(1000, "cut short"), (2**32 - 1, "no real file has")])
def test_length_beyond_the_file(tmp_path, length, words):
    path = tmp_path / "frame.xisf"
    path.write_bytes(struct.pack("<8sII", b"XISF0100", length, 0) + f"<xisf {NS}><Image/></xisf>".encode())
    with pytest.raises(UnreadableFrame, match=words):
        read_frame(path)


def test_processing_history_of_newer_pixinsight_shows_a_calibration(xisf_file):
    def with_history(process):
        text = f'&lt;ProcessingHistory&gt;&lt;instance class="{process}"/&gt;&lt;/ProcessingHistory&gt;'
        inside = f'<Property id="PixInsight:ProcessingHistory" type="String">{text}</Property>'
        return read_frame(xisf_file([], image=IMAGE, inside=inside))

    assert with_history("ImageCalibration").calibrated is True
    assert with_history("StarAlignment").calibrated is False


def test_cut_within_the_prefix(tmp_path):
    path = tmp_path / "frame.xisf"
    path.write_bytes(b"XISF0100\x05")
    with pytest.raises(UnreadableFrame, match="cut short"):
        read_frame(path)
