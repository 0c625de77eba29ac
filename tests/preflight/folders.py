"""Twelve folders as imagers bring them, each made from a truth: what is wrong in it is in its docstring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from ampglow_plugin.simulate import GlowSource, Truth, header, scene, write_frame

TRUTH = Truth(width=240, height=208, star_count=8, glows=(GlowSource(decay_px=36.0),))
NIGHT = "2025-10-18T20:30:00"
LIGHTS, DARKS, FLATS, FLATDARKS, BIASES = 6, 20, 10, 10, 20


def shoot(
    folder: Path,
    kind: str,
    count: int,
    truth: Truth = TRUTH,
    *,
    exposure: float | None = None,
    start: str = NIGHT,
    name: str | None = None,
    number: int = 1,
    drift: float = 0.0,
    **cards: Any,
) -> None:
    """``count`` frames of ``kind``; ``cards`` replace those of N.I.N.A., None leaves one out."""
    seconds = truth.flat_exposure_s if kind in ("FLAT", "DARKFLAT") else truth.exposure_s
    seconds = 0.001 if kind == "BIAS" else seconds if exposure is None else exposure
    for i in range(count):
        when = datetime.fromisoformat(start) + i * timedelta(seconds=seconds + 6.0)
        head = header(truth, kind, seconds, when)
        head["CCD-TEMP"] = round(head["CCD-TEMP"] + i * drift, 2)
        head |= {key.replace("_", "-"): value for key, value in cards.items()}
        samples = {
            "LIGHT": lambda i=i: scene.light(_exposed(truth, seconds), i),
            "DARK": lambda i=i: scene.dark(truth, i, exposure_s=seconds),
            "FLAT": lambda i=i: scene.flat(truth, i),
            "DARKFLAT": lambda i=i: scene.flatdark(truth, i),
            "BIAS": lambda i=i: scene.bias(truth, i),
        }[kind]()
        write_frame(
            folder / f"{name or kind.lower()}_{i + number:04d}.fits",
            samples,
            {key: value for key, value in head.items() if value is not None},
        )


def _exposed(truth: Truth, seconds: float) -> Truth:
    """The same sensor at another exposure: glow, warm and hot pixels in step with it, as its darks have them."""
    share = seconds / truth.exposure_s
    return replace(
        truth,
        exposure_s=seconds,
        glows=tuple(replace(g, amplitude_adu=g.amplitude_adu * share) for g in truth.glows),
        dark_current_adu=truth.dark_current_adu * share,
        hot_mean_adu=truth.hot_mean_adu * share,
    )


def master(folder: Path, kind: str, truth: Truth = TRUTH, *, name: str, exposure: float | None = None, **cards: Any):
    """A master as a processing program leaves it: the mean of five frames, with the cards given and no others."""
    seconds = truth.exposure_s if exposure is None else exposure
    take = {"DARK": lambda i: scene.dark(truth, i, exposure_s=seconds), "FLAT": lambda i: scene.flat(truth, i)}[kind]
    mean = np.mean([take(i) for i in range(5)], axis=0).astype(np.float32) / 65535
    kept = {key.replace("_", "-"): value for key, value in cards.items()}
    write_frame(folder / name, mean, kept)


def everything_right(folder: Path) -> None:
    """A careful imager: all four kinds of frames, 20 darks of the same month."""
    shoot(folder / "Lights", "LIGHT", LIGHTS)
    shoot(folder / "Darks", "DARK", DARKS, start="2025-10-06T10:00:00")
    shoot(folder / "Flats", "FLAT", FLATS, start="2025-10-19T05:30:00")
    shoot(folder / "FlatDarks", "DARKFLAT", FLATDARKS, start="2025-10-19T05:50:00")


def beginner_mixed_exposures(folder: Path) -> None:
    """Lights of 180 s and 60 s in one folder, darks of 180 s and a stray one of 60 s; flats without flat-darks."""
    shoot(folder / "M31", "LIGHT", LIGHTS)
    shoot(folder / "M31", "LIGHT", 4, exposure=60.0, start="2025-10-18T22:00:00", number=7)
    shoot(folder / "Darks", "DARK", 10, start="2025-10-18T23:30:00")
    shoot(folder / "Darks", "DARK", 1, exposure=60.0, start="2025-10-19T01:00:00", number=11)
    shoot(folder / "Flats", "FLAT", FLATS, start="2025-10-19T05:30:00")


def asiair_flat_darks_called_dark(folder: Path) -> None:
    """ASIAIR: one folder of darks and flat-darks, both Dark; whole set points, temperatures in tenths."""
    asiair = {"SWCREATE": None, "CREATOR": "ZWO ASIAIR Plus", "CCD_TEMP": -9.8}
    shoot(folder / "Light", "LIGHT", LIGHTS, name="Light_M 31_180.0s_Bin1", IMAGETYP="Light", **asiair)
    shoot(folder / "Flat", "FLAT", FLATS, start="2025-10-19T05:30:00", IMAGETYP="Flat", **asiair)
    shoot(folder / "Dark", "DARK", DARKS, start="2025-10-19T06:00:00", IMAGETYP="Dark", **asiair)
    later = "2025-10-19T07:30:00"
    shoot(folder / "Dark", "DARK", FLATDARKS, exposure=2.0, start=later, number=21, IMAGETYP="Dark", **asiair)


def uncooled_seestar(folder: Path) -> None:
    """A Seestar S50 whose firmware saves raw frames, without darks, cooling down by 3 degrees in the night."""
    truth = replace(TRUTH, camera="Seestar S50", pixel_um=2.9, gain=80, object="M 94", exposure_s=10.0)
    truth = replace(truth, temperature_c=26.0, glows=())
    cards = {"SET_TEMP": None, "OFFSET": None, "SWCREATE": None, "CREATOR": "ZWO Seestar S50", "PROGRAM": "4.27"}
    shoot(
        folder / "M 94_sub", "LIGHT", 12, truth, drift=-0.25, IMAGETYP="Light", BAYERPAT="GRBG", ROWORDER=None, **cards
    )


def nina_conversion_gain_mix(folder: Path) -> None:
    """N.I.N.A. with an IMX571: lights at gain 100 (high conversion gain), darks at gain 90 (low)."""
    truth = replace(TRUTH, camera="ZWO ASI2600MC Pro", pixel_um=3.76, gain=100, offset=50, glows=())
    shoot(folder / "LIGHT", "LIGHT", LIGHTS, truth)
    shoot(folder / "DARK", "DARK", DARKS, replace(truth, gain=90), start="2025-10-06T10:00:00")


def pixinsight_masters_without_metadata(folder: Path) -> None:
    """Masters of PixInsight: exposure and nothing else, and a dark integrated with additive normalisation."""
    shoot(folder / "Lights", "LIGHT", LIGHTS)
    common = {"INSTRUME": TRUTH.camera, "XBINNING": 1, "YBINNING": 1, "XPIXSZ": 4.63, "BAYERPAT": "RGGB"}
    for name, kind, seconds in (("masterDark", "Dark", 180.0), ("masterFlat", "Flat", 2.0)):
        master(
            folder / "master",
            kind.upper(),
            name=f"{name}-BINNING_1-EXPTIME_{seconds:g}.fits",
            exposure=seconds,
            IMAGETYP=f"Master {kind}",
            EXPTIME=seconds,
            COMMENT="Integration with PixInsight 1.8.9-3",
            HISTORY="ImageIntegration.outputNormalization: None",
            **common,
        )


def maxim_ccd_with_bias(folder: Path) -> None:
    """MaxIm DL with a CCD: no gain or offset anywhere, a bias, flats that are calibrated with it, old darks."""
    truth = replace(TRUTH, camera="QSI 683", pixel_um=5.4, bayer_pattern=None, exposure_s=600.0, temperature_c=-20.0)
    truth = replace(truth, glows=())
    cards = {"GAIN": None, "OFFSET": None, "SWCREATE": "MaxIm DL Version 6.27", "ROWORDER": None, "EGAIN": 0.5}
    shoot(folder / "Lights", "LIGHT", LIGHTS, truth, IMAGETYP="Light Frame", FILTER="Ha", **cards)
    shoot(folder / "Darks", "DARK", 15, truth, start="2025-03-02T10:00:00", IMAGETYP="Dark Frame", **cards)
    shoot(
        folder / "Flats", "FLAT", FLATS, truth, start="2025-10-19T05:30:00", IMAGETYP="Flat Field", FILTER="Ha", **cards
    )
    shoot(folder / "Bias", "BIAS", BIASES, truth, start="2025-03-02T09:00:00", IMAGETYP="Bias Frame", **cards)


def dslr_iso(folder: Path) -> None:
    """A camera with ISO, no cooler and no set point: lights at ISO 800, darks at ISO 1600 on a warmer evening."""
    truth = replace(TRUTH, camera="Canon EOS 700D", pixel_um=4.3, exposure_s=120.0, temperature_c=18.0)
    truth = replace(truth, glows=())
    cards = {"GAIN": None, "OFFSET": None, "EGAIN": None, "SET_TEMP": None, "SWCREATE": None, "ROWORDER": None}
    shoot(folder / "Lights", "LIGHT", LIGHTS, truth, ISOSPEED=800, **cards)
    shoot(
        folder / "Darks",
        "DARK",
        10,
        replace(truth, temperature_c=27.0),
        ISOSPEED=1600,
        start="2025-07-01T20:00:00",
        **cards,
    )


def indi_without_set_point(folder: Path) -> None:
    """Ekos: measured temperatures only; the cooler was still working when the darks began."""
    truth = replace(TRUTH, camera="ZWO CCD ASI294MC Pro")
    cards = {"SET_TEMP": None, "SWCREATE": None, "COMMENT": "Generated by INDI"}
    shoot(folder / "Light", "LIGHT", LIGHTS, truth, IMAGETYP="Light Frame", **cards)
    warm = {"IMAGETYP": "Dark Frame", "CCD_TEMP": -6.2, **cards}
    shoot(folder / "Dark", "DARK", 2, truth, start="2025-10-18T23:30:00", **warm)
    settled = {"IMAGETYP": "Dark Frame", **cards}
    shoot(folder / "Dark", "DARK", 18, truth, start="2025-10-18T23:36:12", number=3, **settled)


def wrong_gain_by_one_step(folder: Path) -> None:
    """Lights at gain 121, darks at gain 120: one step of the slider."""
    shoot(folder / "Lights", "LIGHT", LIGHTS, replace(TRUTH, gain=121))
    shoot(folder / "Darks", "DARK", DARKS, start="2025-10-06T10:00:00")


def two_targets(folder: Path) -> None:
    """Two targets of one night in one folder, 180 s and 300 s; darks of 180 s alone."""
    shoot(folder / "Lights", "LIGHT", LIGHTS)
    other = replace(TRUTH, object="NGC 281", exposure_s=300.0)
    shoot(folder / "Lights", "LIGHT", 4, other, start="2025-10-19T00:10:00", number=7)
    shoot(folder / "Darks", "DARK", DARKS, start="2025-10-06T10:00:00")


def dark_library(folder: Path) -> None:
    """A library of many sets: four exposures at three temperatures; the fitting set is ten months old."""
    shoot(folder / "Lights", "LIGHT", LIGHTS)
    day = datetime.fromisoformat("2024-12-20T09:00:00")
    for degrees in (-20.0, -10.0, 0.0):
        for seconds in (60.0, 120.0, 180.0, 300.0):
            truth = replace(TRUTH, temperature_c=degrees)
            place = folder / "Library" / "Darks" / f"{degrees:g}C" / f"{seconds:g}s"
            shoot(place, "DARK", 10, truth, exposure=seconds, start=day.isoformat())
            day += timedelta(hours=12)


FOLDERS: dict[str, Callable[[Path], None]] = {
    make.__name__: make
    for make in (
        everything_right,
        beginner_mixed_exposures,
        asiair_flat_darks_called_dark,
        uncooled_seestar,
        nina_conversion_gain_mix,
        pixinsight_masters_without_metadata,
        maxim_ccd_with_bias,
        dslr_iso,
        indi_without_set_point,
        wrong_gain_by_one_step,
        two_targets,
        dark_library,
    )
}
