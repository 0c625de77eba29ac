"""One test a quirk: what programs write differently, as files read through the real reader."""

from __future__ import annotations

import pytest

from ampglow_plugin.headers import read_frame
from ampglow_plugin.model.frame import Conflict

LIGHT = ["IMAGETYP", "Light Frame", None]


def value_of(fits_file, field, cards, **kwargs):
    return getattr(read_frame(fits_file(cards, **kwargs), recover=False), field)


@pytest.mark.parametrize(
    ("field", "cards", "expected"),
    [
        # exposure: units, twins, sums
        ("exposure_s", [["EXPTIME", 600000, "exposure time in milliseconds"]], 600.0),
        ("exposure_s", [["EXPOSURE", 2500.0, "[ms] duration"]], 2.5),
        ("exposure_s", [["EXPOINUS", 1500000, None]], 1.5),
        ("exposure_s", [["EXPTIME", "120.00", None]], 120.0),
        ("exposure_s", [["EXPTIME", "120,5", None]], 120.5),
        ("exposure_s", [["EXPTIME", -1.0, None], ["EXPOSURE", 30.0, None]], 30.0),
        ("exposure_s", [["EXPTIME", "bulb", None]], None),
        ("exposure_s", [["EXPTIME", 3600.0, None], ["SOFTWARE", "DeepSkyStacker 5.1.3", None]], None),
        ("total_exposure_s", [["EXPTIME", 3600.0, None], ["SOFTWARE", "DeepSkyStacker 5.1.3", None]], 3600.0),
        ("total_exposure_s", [["EXPTIME", 600.0, None], ["STACKEXP", 60.0, None]], 600.0),
        ("exposure_s", [["EXPTIME", 600.0, None], ["STACKEXP", 60.0, None]], 60.0),
        ("total_exposure_s", [["EXPTIME", 60.0, None]], None),
        # temperature: kelvin, text, placeholders
        ("temperature_c", [["CCD-TEMP", 263.15, None]], -10.0),
        ("temperature_c", [["CCD-TEMP", "-9,8 C", None]], -9.8),
        ("temperature_c", [["CCD-TEMP", -999.0, None], ["DET-TEMP", 15, None]], 15.0),
        ("temperature_c", [["CCD-TEMP", 999.0, None]], None),
        ("temperature_c", [["CCD-TEMP", -273.15, None]], None),
        ("temperature_c", [["CAMTEMP", -1.0, None]], None),
        ("temperature_c", [["CAMTEMP", 271.0, None]], -2.15),
        ("temperature_c", [["SET-TEMP", -10.0, None]], None),
        ("setpoint_c", [["SET-TEMP", -10.0, None]], -10.0),
        # gain, e-/ADU, offset
        ("gain", [["GAIN", -1, None]], None),
        ("gain", [["GAIN", 0, None]], 0.0),
        ("gain", [["ISOSPEED", "ISO800", None]], 800.0),
        ("gain", [["ISOSPEED", "Default", None]], None),
        ("gain", [["GAIN", 1.31, "[e-/ADU] gain"]], None),
        ("egain_e_per_adu", [["GAIN", 1.31, "[e-/ADU] gain"]], 1.31),
        ("gain", [["GAIN", 1.5, "amplifier setting"]], 1.5),  # integer data: a driver with small gains
        ("egain_e_per_adu", [["GAIN", 120, None]], None),
        ("offset", [["OFFSET", 0, None]], 0.0),
        ("offset", [["OFFSET", -50, None]], None),
        ("offset", [["BLKLEVEL", 8, None]], 8.0),
        ("pedestal_adu", [["PEDESTAL", -100, None]], -100.0),
        # readout mode
        ("readout_mode", [["READOUTM", "Default", None]], None),
        ("readout_mode", [["READOUTM", "Normal", None], ["READMODE", 3, None]], "3"),
        ("readout_mode", [["ISOSPEED", "Low Gain", None]], "Low Gain"),
        ("readout_mode", [["ISOSPEED", "800", None]], None),
        ("readout_options", [["LOWNOISE", "ON", None], ["READMODE", 3, None]], {"LOWNOISE": "ON"}),
        # firmware: of the device, not the program
        ("firmware", [["CREATOR", "ZWO Seestar S50", None], ["PROGRAM", "4.70", None]], "4.70"),
        ("firmware", [["PROGRAM", "4.70", None]], None),
        ("firmware", [["CREATOR", "ZWO Seestar S50", None], ["PROGRAM", "Siril 1.4.0", None]], None),
        # how a master was integrated; HISTORY cuts words
        ("master_normalization", [["HISTORY", "mean stacking with (low=3.0), unnormal", None], ["HISTORY", "ized input, unnormalized output", None]], "none"),
        ("master_normalization", [["HISTORY", "mean stacking, additive+scaling normalized input, x", None]], "additive+scaling"),
        ("master_normalization", [["HISTORY", "ImageIntegration.outputNormalization: None", None], ["HISTORY", "ImageIntegration.pixelRejection: x", None]], "none"),
        ("master_normalization", [["HISTORY", "ImageIntegration.outputNormalization: Additive", None]], "Additive"),
        ("master_normalization", [["HISTORY", "stacked", None]], None),
        # twins
        ("conflicts", [["EXPTIME", 180.0, None], ["EXPOSURE", 181.8, None]], ()),
        ("conflicts", [["EXPTIME", 180.0, None], ["EXPOSURE", 182.0, None]], (Conflict(field="exposure_s", keyword="EXPOSURE", value=182.0),)),
        ("conflicts", [["EXPTIME", 180.0, None], ["EXPOSURE", 180000.0, "[ms]"]], ()),
        ("conflicts", [["EXPTIME", 1800.0, None], ["EXPOSURE", 180.0, None], ["STACKCNT", 10, None]], ()),
        # binning
        ("xbinning", [["BINNING", "2*2", None]], 2),
        ("ybinning", [["BINNING", "(2 x 3)", None]], 3),
        ("ybinning", [["BINNING", "2", None]], 2),
        ("xbinning", [["XBINNING", 0, None]], None),
        ("pixel_um", [["PIXSIZE1", 5.2, None], ["XBINNING", 2, None]], 10.4),
        ("pixel_um", [["XPIXSZ", 0.0, None]], None),
        # kind
        ("kind", [["IMAGETYP", "DARKFLAT", None]], "darkflat"),
        ("kind", [["IMAGETYP", "Flat-Dark", None]], "darkflat"),
        ("kind", [["IMAGETYP", "Flat Field", None]], "flat"),
        ("kind", [["IMAGETYP", "zero", None]], "bias"),
        ("kind", [["IMAGETYP", "MASTER STACK", None]], "unknown"),
        ("kind", [["IMAGETYP", "focus", None], ["FRAME", "Dark", None]], "dark"),
        ("kind", [["PICTTYPE", 3, None]], "dark"),
        ("kind", [["FILTER", "Dark", None]], "unknown"),
        ("kind", [["CREATOR", "POCSv1", None], ["IMAGETYP", "Dark Frame", None], ["OBSTYPE", "bias", None]], "bias"),
        # master
        ("master", [["IMAGETYP", "Master Dark", None]], True),
        ("master", [["STACKCNT", 1, None]], False),
        ("master", [["STACKCNT", 20, None]], True),
        ("master", [["EXPTIME", 10.0, None], ["LIVETIME", 100.0, None]], True),
        ("master", [["EXPTIME", 10.0, None], ["TOTALEXP", 10.0, None]], False),
        ("master", [["INTEGRAT", "yes", None]], True),
        ("stack_count", [["DARK_CNT", 20, None], ["LIGH_CNT", 0, None], ["IMAGETYP", "DARK", None]], 20),
        ("stack_count", [["DARK_CNT", 20, None], ["LIGH_CNT", 7, None], LIGHT], 7),
        # camera and serial
        ("camera", [["INSTRUME", "QSI 683ws S/N 00601234 HW 09.00.00", None]], "QSI 683ws"),
        ("camera_serial", [["INSTRUME", "QSI 683ws S/N 00601234 HW 09.00.00", None]], "00601234"),
        ("camera_serial", [["INSTRUME", "QSI 683ws S/N 00000000 HW 09.00.00", None]], None),
        ("camera", [["CAMERA", "TELE", None], ["INSTRUME", "DWARFIII", None]], "DWARFIII"),
        ("camera", [["SWCREATE", "CCDciel 0.9", None], ["INSTRUME", "my rig", None], ["CAMERA", "ASI2600", None]], "ASI2600"),
        ("camera_serial", [["CAMERAID", "ASCOM.ASICamera2.Camera", None]], None),
        ("camera_serial", [["CAMERAID", "ZWOptical_ZWO ASI2600MC Duo_", None]], None),
        ("camera_serial", [["CAMERAID", "ZWOptical_ASI294_0a1b2c3d", None]], "ZWOptical_ASI294_0a1b2c3d"),
        ("camera_serial", [["CAMERAID", "\\\\?\\usb#vid_03c3&pid_294a", None]], None),
        # colour and rows
        ("bayer_pattern", [["BAYERPAT", "rggb", None]], "RGGB"),
        ("bayer_pattern", [["BAYERPAT", "INVALID", None]], "none"),
        ("bayer_pattern", [["CFAIMAGE", "no", None]], "none"),
        ("bayer_pattern", [["COLORTYP", 2, None]], None),
        ("row_order", [["ROWORDER", "bottom-up", None]], "BOTTOM-UP"),
        ("row_order", [["ROWORDER", "sideways", None]], None),
        # software
        ("software", [["SWCREATE", "N.I.N.A. 3.1", None], ["PROGRAM", "Siril 1.4.2", None]], "Siril 1.4.2"),
        ("software", [["CREATOR", "ZWO Seestar S50", None], ["PROGRAM", "4.70", None]], "ZWO Seestar S50"),
        ("software", [["CREATOR", "Unknown", None]], None),
        ("software", [["ORIGIN", "Some Observatory", None]], None),
        # pointing
        ("ra_deg", [["RA", 0.0, None], ["DEC", 0.0, None]], None),
        ("ra_deg", [["RA", 0.0, None], ["DEC", 0.0, None], ["OBJCTRA", "01 00 00", None], ["OBJCTDEC", "+10 00 00", None]], 15.0),
        ("ra_deg", [["RA", "12 30 00", None], ["DEC", "-00 30 00", None]], 187.5),
        ("dec_deg", [["RA", "12 30 00", None], ["DEC", "-00 30 00", None]], -0.5),
        ("ra_deg", [["RA", "187.5", None], ["DEC", "10.0", None]], 187.5),
        ("ra_deg", [["RA", 5.0, "[h] RA"], ["DEC", 10.0, None]], 75.0),
        ("ra_deg", [["RA", 400.0, None], ["DEC", 10.0, None]], None),
        ("dec_deg", [["RA", 40.0, None], ["DEC", 95.0, None]], None),
        ("pier_side", [["PIERSIDE", "pierWest", None]], "west"),
        ("pier_side", [["PIERSIDE", 0, None]], "east"),
        ("pier_side", [["PIERSIDE", "pierUnknown", None]], None),
        # site
        ("site_lat_deg", [["SITELAT", "-00 30 00", None]], -0.5),
        ("site_long_deg", [["SITELONG", 240.0, None]], -120.0),
        ("site_long_deg", [["LONGITUD", 110.88, None], ["CREATOR", "MicroObservatory2014", None]], -110.88),
        # text
        ("filter", [["FILTER", "None", None]], None),
        ("filter", [["FILTER", "NoFilter", None]], "NoFilter"),
        ("object", [["OBJECT", "Unknown", None]], None),
        ("object", [["OBJECT", "O'Brien's  ", None]], "O'Brien's"),
        ("focal_length_mm", [["FOCALLEN", 0.0, None]], None),
        ("focal_length_mm", [["FLENGTH", 0.4, None]], 400.0),
        # calibration that has been done
        ("calibration_status", [["CALSTAT", "FDB", None]], "BDF"),
        ("calibration_status", [["CALSTAT", "", None]], None),
        ("calibrated", [["HISTORY", "Auto Dark Subtraction", None]], True),
        ("calibration_status", [["HISTORY", "Calibrated with a master dark", None]], "D"),
        ("calibration_status", [["HISTORY", "Calibrated with an optimized master dark (factor: 0.333)", None]], "D"),
        ("calibration_status", [["HISTORY", "Calibrated with a synthetic bias of 500", None]], "B"),
        ("calibration_status", [["HISTORY", "Calibrated with a master flat, normalization of 0.301", None]], "F"),
        ("calibration_status", [["HISTORY", "ImageCalibration.masterDark.enabled: false", None]], None),
        ("calibration_status", [["HISTORY", "ImageCalibration.masterDark.enabled: true", None]], "D"),
        ("calibration_status", [["DARK_CNT", 20, None], LIGHT], "D"),
        ("calibrated", [["DARK_CNT", 20, None], ["IMAGETYP", "DARK", None]], False),
        ("calibrated", [["HISTORY", "Darks were taken", None]], False),
    ],
)  # fmt: skip
def test_quirk(fits_file, field, cards, expected):
    found = value_of(fits_file, field, cards)
    assert found == (pytest.approx(expected) if isinstance(expected, float) else expected)
    assert type(found) is type(expected)


def test_floating_data_with_a_small_fraction_as_gain_hold_electrons(fits_file):
    cards = [["GAIN", 1.31, None]]
    assert value_of(fits_file, "egain_e_per_adu", cards, bitpix=-32) == 1.31
    assert value_of(fits_file, "gain", cards, bitpix=-32) is None
    assert value_of(fits_file, "gain", [["GAIN", 12.5, None]], bitpix=-32) == 12.5


@pytest.mark.parametrize("program", [["INSTRUME", "DWARFIII", None], ["CREATOR", "ZWO Seestar S50", None]])
def test_three_planes_of_a_smart_telescope_are_a_stack(fits_file, program):
    assert value_of(fits_file, "master", [program], planes=3) is True
    assert value_of(fits_file, "master", [program], planes=1) is False


def test_dwarf_stack_has_the_sum_in_exptime(fits_file):
    frame = read_frame(fits_file([["INSTRUME", "DWARFIII", None], ["EXPTIME", 960.0, None]], planes=3), recover=False)
    assert (frame.exposure_s, frame.total_exposure_s) == (None, 960.0)


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ([["DATE-OBS", "2024-01-10T19:40:01.3960000", None]], "2024-01-10T19:40:01.3960000"),
        ([["DATE-OBS", "2014.7.13T12:41:31.528", None]], "2014-07-13T12:41:31.528"),
        ([["DATE-OBS", "2017-12-19T18:33:43.317-0700", None]], "2017-12-20T01:33:43.317"),
        ([["DATE-OBS", "2024-06-01T00:30:00+02:00", None]], "2024-05-31T22:30:00"),
        ([["DATE-OBS", "2024-06-01T00:30:00Z", None]], "2024-06-01T00:30:00"),
        ([["DATE-OBS", "2020-02-26", None], ["UT", "03:55:59", None]], "2020-02-26T03:55:59"),
        ([["DATE-OBS", "2020-02-26", None], ["TIME-OBS", "03:55:59.5", None]], "2020-02-26T03:55:59.5"),
        ([["DATE-OBS", "2020-02-26", None]], "2020-02-26"),
        ([["DATE-OBS", "04/07/18", None], ["UT", "14:03:03", None]], "2018-07-04T14:03:03"),
        ([["DATE-OBS", "2016-12-31T23:59:60", None]], "2017-01-01T00:00:00"),
        ([["DATE-OBS", "0001-01-01T00:00:00", None]], None),
        ([["DATE-OBS", "1970-01-01T00:00:00", None], ["MJD-OBS", 60000.5, None]], "2023-02-25T12:00:00.000"),
        ([["DATE-OBS", "2024-13-40T10:00:00", None]], None),
        ([["DATE-OBS", "yesterday", None]], None),
        ([["JD_UTC", 2460000.5, None]], "2023-02-25T00:00:00.000"),
        ([["DATE", "2024-01-10T19:40:01", None]], "2024-01-10T19:40:01"),
    ],
)
def test_dates(fits_file, cards, expected):
    assert value_of(fits_file, "date_obs", cards) == expected


@pytest.mark.parametrize(
    ("cards", "night", "keyword"),
    [
        # 21:30 at 120 degrees west is 05:30 UTC of the next day: one night
        ([["DATE-OBS", "2024-03-02T05:30:00", None], ["SITELONG", -120.0, None]], "2024-03-01", "DATE-OBS, SITELONG"),
        ([["DATE-OBS", "2024-03-02T12:30:00", None], ["SITELONG", -120.0, None]], "2024-03-01", "DATE-OBS, SITELONG"),
        # 22:00 in Sydney is 12:00 UTC of the same day, 04:00 is 18:00 UTC: one night
        ([["DATE-OBS", "2024-03-01T12:00:00", None], ["SITELONG", 151.0, None]], "2024-03-01", "DATE-OBS, SITELONG"),
        ([["DATE-OBS", "2024-03-01T18:00:00", None], ["SITELONG", 151.0, None]], "2024-03-01", "DATE-OBS, SITELONG"),
        ([["DATE-OBS", "2024-03-02T05:30:00", None], ["DATE-LOC", "2024-03-01T21:30:00", None]], "2024-03-01", "DATE-LOC"),
        ([["DATE-OBS", "2023-08-15T02:40:00", None], ["LOCALTIM", "8/14/2023 07:40:00.470 PM DST", None]], "2023-08-14", "LOCALTIM"),
        ([["DATE-OBS", "2024-03-02T05:30:00", None]], "2024-03-01", "DATE-OBS (UTC)"),
        ([["DATE-OBS", "2024-03-02T12:30:00", None]], "2024-03-02", "DATE-OBS (UTC)"),
        ([["DATE-OBS", "2024-03-02", None]], None, None),
    ],
)  # fmt: skip
def test_a_night_goes_from_noon_to_noon_of_the_site(fits_file, cards, night, keyword):
    frame = read_frame(fits_file(cards), recover=False)
    assert frame.night == night
    assert (frame.sources["night"].keyword if night else None) == keyword
    assert night is None or frame.sources["night"].how == "inferred"


@pytest.mark.parametrize(
    ("cards", "expected", "how"),
    [
        ([["READOUTM", "High Conversion Gain", None]], "HCG", "read"),
        ([["READOUTM", "Low Conversion Gain", None]], "LCG", "read"),
        ([["READOUTM", "High Dynamic Range", None]], "HDR", "read"),
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["GAIN", 99, None]], "LCG", "inferred"),
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["GAIN", 100, None]], "HCG", "inferred"),
        ([["INSTRUME", "ZWO ASI2600MC Pro", None]], None, None),
        ([["INSTRUME", "ATR2600C", None], ["GAIN", 500, None]], None, None),  # a setting beside the gain
        ([["INSTRUME", "QHY268C", None], ["GAIN", 30, None]], None, None),  # the readout mode decides, and is silent
        ([["INSTRUME", "QHY268C", None], ["GAIN", 30, None], ["READOUTM", "PhotoGraphic DSO", None]], "HCG", "inferred"),
        ([["INSTRUME", "QHY CCD QHY268C", None], ["GAIN", 30, None], ["READMODE", 1, None]], "LCG", "inferred"),
        ([["INSTRUME", "ZWO ASI183MM Pro", None], ["GAIN", 120, None]], None, None),  # has one conversion gain
        # the threshold moved with a driver update: between 200 and 252 nobody can tell
        ([["INSTRUME", "ZWO ASI585MC Pro", None], ["GAIN", 199, None]], "LCG", "inferred"),
        ([["INSTRUME", "ZWO ASI585MC Pro", None], ["GAIN", 200, None]], None, None),
        ([["INSTRUME", "ZWO ASI585MC Pro", None], ["GAIN", 251, None]], None, None),
        ([["INSTRUME", "ZWO ASI585MC Pro", None], ["GAIN", 252, None]], "HCG", "inferred"),
        # bin 1 of this sensor has no step
        ([["INSTRUME", "ZWO ASI294MM Pro", None], ["GAIN", 150, None], ["XBINNING", 1, None]], None, None),
        ([["INSTRUME", "ZWO ASI294MM Pro", None], ["GAIN", 150, None], ["XBINNING", 2, None]], "HCG", "inferred"),
        # a master that kept e-/ADU alone: as the driver reports it at gain 100, 99, 120 and 100
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["EGAIN", 0.242862924933434, None]], "HCG", "inferred"),
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["EGAIN", 0.245675, None]], "LCG", "inferred"),
        ([["INSTRUME", "ZWO ASI294MC Pro", None], ["EGAIN", 1.00224268436432, None]], "HCG", "inferred"),
        ([["INSTRUME", "ZWO ASI294MC Pro", None], ["EGAIN", "1.262", None]], "LCG", "inferred"),
        # the gain decides where both are there; e-/ADU may be of another frame
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["GAIN", 0, None], ["EGAIN", 0.242862924933434, None]], "LCG", "inferred"),
        # of gain 0, which is written at any gain; no value of this driver; measured or typed
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["EGAIN", 0.768, None]], None, None),
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["EGAIN", 0.2440, None]], None, None),
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["EGAIN", 2.43, None]], None, None),
        ([["INSTRUME", "ZWO ASI2600MC Pro", None], ["EGAIN", 0.242862924933434, None], ["SWCREATE", "SharpCap v4.1", None]], None, None),
        ([["INSTRUME", "ZWO ASI294MC Pro", None], ["EGAIN", 1.00224268436432, None], ["CREATOR", "Sequence Generator Pro v3.1", None]], None, None),
        ([["INSTRUME", "ZWO ASI183MC Pro", None], ["EGAIN", 1.14474451541901, None]], None, None),  # one conversion gain
        ([["INSTRUME", "QHY268C", None], ["EGAIN", 0.2429, None]], None, None),
    ],
)  # fmt: skip
def test_conversion_gain(fits_file, cards, expected, how):
    frame = read_frame(fits_file(cards), recover=False)
    assert frame.conversion_gain == expected
    assert (frame.sources["conversion_gain"].how if expected else None) == how


def test_an_unverified_threshold_says_so(fits_file):
    measured = read_frame(fits_file([["INSTRUME", "ZWO ASI2600MC Pro", None], ["GAIN", 100, None]]))
    stated = read_frame(fits_file([["INSTRUME", "ZWO ASI294MC Pro", None], ["GAIN", 120, None]]))
    electrons = read_frame(fits_file([["INSTRUME", "ZWO ASI294MC Pro", None], ["EGAIN", 1.00224268436432, None]]))
    assert electrons.sources["conversion_gain"].keyword == "e-/ADU and sensor table (unverified)"
    assert "unverified" not in measured.sources["conversion_gain"].keyword
    assert "unverified" in stated.sources["conversion_gain"].keyword


def test_sensor_by_frame_size_is_marked_as_recovered(fits_file):
    cards = [["INSTRUME", "ASI Camera (1)", None], ["XPIXSZ", 7.52, None], ["XBINNING", 2, None]]
    path = fits_file(cards, size=(3124, 2088))
    frame = read_frame(path)
    assert (frame.sensor, frame.sources["sensor"].how) == ("IMX571", "recovered")
    assert read_frame(path, recover=False).sensor is None
    subframe = fits_file(cards, size=(3000, 2088))
    assert read_frame(subframe).sensor is None
    two_sensors_fit = fits_file([["XPIXSZ", 2.9, None]], size=(1936, 1096))
    assert read_frame(two_sensors_fit).sensor is None
