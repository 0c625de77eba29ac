"""What names of files and folders give, and what they must not."""

from __future__ import annotations

import pytest

from ampglow_plugin.headers import read_frame


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (
            "Light_M 31_30.0s_Bin1_2600MC_None_gain100_20250824-225244_-10.0C_0009.fit",
            {"kind": "light", "object": "M 31", "exposure_s": 30.0, "xbinning": 1, "gain": 100.0, "filter": None,
             "temperature_c": -10.0, "night": "2025-08-24", "master": False},
        ),
        ("Dark_300.0s_Bin1_2600MC_gain100_20250825-033000_-10.0C_0001.fit",
         {"kind": "dark", "exposure_s": 300.0, "object": None, "camera": "2600MC", "night": "2025-08-24"}),
        ("MasterBias_1.0ms_-9.8C_gain100_2600MC_20250721-054720.fit",
         {"kind": "bias", "master": True, "exposure_s": 0.001, "temperature_c": -9.8, "night": "2025-07-20"}),
        ("Light_M 101_10.0s_IRCUT_20250704-232412.fit",
         {"kind": "light", "object": "M 101", "exposure_s": 10.0, "filter": "IRCUT", "night": "2025-07-04"}),
        ("CALI_FRAME/bias/cam_0/bias_gain_60_bin_1.fits",
         {"kind": "bias", "master": True, "gain": 60.0, "exposure_s": None}),
        ("DWARF_DARK/tele_exp_60_gain_60_bin_1_2025-10-17-22-10-03-000/0001.fits",
         {"kind": "dark", "exposure_s": 60.0, "gain": 60.0, "xbinning": 1, "master": False}),
        ("stacked-16_IC 434_60s60_Astro_20251018-045926401_16C.fits",
         {"kind": "light", "master": True, "stack_count": None, "object": "IC 434"}),
        ("Target_LIGHT_7350_3s_BIN1_-15C_001_20190513_214817_006_W.FIT",
         {"kind": "light", "exposure_s": 3.0, "temperature_c": -15.0, "night": "2019-05-13"}),
        ("master_dark_20x300s_at_-10C_2024-01-12.fit",
         {"kind": "dark", "master": True, "stack_count": 20, "exposure_s": 300.0, "temperature_c": -10.0}),
        ("MasterDark_Session_300s_4144x2822_m10p5C.fit",
         {"kind": "dark", "master": True, "exposure_s": 300.0, "temperature_c": -10.5}),
        ("2025-09-16_20-34-02_Dark_-10.00_120.00s_0001.fits",  # a filter slot called Dark
         {"kind": "unknown", "filter": "Dark", "exposure_s": 120.0, "temperature_c": -10.0, "night": "2025-09-16"}),
        ("img-0001-dark.fits", {"kind": "dark"}),
        ("master_flat_dark.fit", {"kind": "darkflat", "master": True}),
        ("flat-dark_0001.fit", {"kind": "darkflat", "master": False}),
        ("dark12.fit", {"kind": "dark"}),
        ("Dark Nebula B 33_0001.fit", {"kind": "unknown", "master": False}),
        ("master_darkness.fit", {"kind": "unknown", "master": False}),
        ("flattery.fit", {"kind": "unknown"}),
    ],
)  # fmt: skip
def test_names(fits_file, tmp_path, path, expected):
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    frame = read_frame(fits_file([], path))
    assert {field: getattr(frame, field) for field in expected} == expected
    for field, value in expected.items():
        if value not in (None, False, "unknown"):
            assert frame.sources[field].how == "recovered"
            assert frame.sources[field].keyword in ("file name", "folder")


def test_a_card_wins_over_the_name(fits_file):
    path = fits_file([["IMAGETYP", "Light", None], ["EXPTIME", 60.0, None]], "masterDark-BINNING_1-EXPTIME_300.fit")
    frame = read_frame(path)
    assert (frame.kind, frame.exposure_s) == ("light", 60.0)
    assert (frame.sources["kind"].how, frame.sources["exposure_s"].keyword) == ("read", "EXPTIME")
