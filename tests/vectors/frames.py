"""Frames that are varied in every field that decides a match, from a real one on."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from ampglow_plugin.model.codec import to_dict
from ampglow_plugin.model.frame import Frame

BASE = Frame(
    path="/l/0.fits",
    kind="light",
    camera="ZWO ASI294MC Pro",
    width=4144,
    height=2822,
    planes=1,
    bits=16,
    pixel_um=4.63,
    xbinning=1,
    ybinning=1,
    exposure_s=120.0,
    temperature_c=-10.0,
    setpoint_c=-10.0,
    gain=120.0,
    offset=30.0,
    bayer_pattern="RGGB",
    row_order="TOP-DOWN",
    date_obs="2026-01-10T22:00:00",
    night="2026-01-10",
    software="N.I.N.A. 3.1",
    calibrated=False,
)


VARIED: dict[str, tuple[Any, ...]] = {
    "exposure_s": (120.0, 120.04, 120.12, 120.5, 121.0, 300.0, 119.9, None),
    "temperature_c": (-10.0, -9.5, -9.0, -8.0, -7.0, -6.9, 0.0, 15.0, None),
    "setpoint_c": (-10.0, -15.0, None),
    "gain": (120.0, 121.0, 0.0, None),
    "offset": (30.0, 8.0, None),
    "readout_mode": (None, "Default", "High Gain Mode", "High  gain mode", "Low Noise"),
    "readout_options": (
        None,
        {"LOWNOISE": "ON"},
        {"LOWNOISE": "Off"},
        {"AMPGLOW": "Auto", "LOWNOISE": "ON"},
        {"AMPGLOW": "On"},
    ),
    "conversion_gain": (None, "HCG", "LCG"),
    "camera": (
        "ZWO ASI294MC Pro",
        "ASI294MC",
        "ZWO CCD ASI294MC Pro",
        "ASI Camera (1)",
        "ZWO ASI2600MC Pro",
        "QSI 683",
        None,
    ),
    "camera_serial": (None, "0000", "1f2a", "1F2A", "2b3c"),
    "pixel_um": (4.63, 4.64, 4.8, None),
    "width": (4144, 2072, None),
    "planes": (1, 3, None),
    "roi_x": (None, 0, 8),
    "xbinning": (1, 2, None),
    "bits": (16, 32, None),
    "row_order": ("TOP-DOWN", "BOTTOM-UP", None),
    "bayer_pattern": ("RGGB", "rggb", "GRBG", None),
    "software": ("N.I.N.A. 3.1", "N.I.N.A. 2.3 (x64)", "ZWO ASIAIR", "Siril v1.4.2", None),
    "calibrated": (False, True, None),
    "calibration_status": (None, "B", "D"),
    "stack_count": (None, 1, 20),
    "master": (False, True),
    "filter": (None, "L", "Ha"),
    "focal_length_mm": (None, 800.0, 810.0, 900.0),
    "kind": ("dark", "darkflat", "unknown", "flat", "light"),
    "date_obs": (
        "2026-01-10T22:00:00",
        "2026-01-10T23:30:00.5",
        "2026-01-11T21:00:00",
        "2025-06-01T01:00:00",
        "2024-01-01",
        None,
    ),
    "night": ("2026-01-10", "2025-05-31", None),
}


def vary(dice: random.Random, frame: Frame, count: int, skip: tuple[str, ...] = ()) -> Frame:
    names = [n for n in VARIED if n not in skip]
    # more often the fields that decide: exposure, temperature, gain, dates
    names += ["exposure_s", "temperature_c", "gain", "date_obs", "temperature_c"]
    chosen = {name: dice.choice(VARIED[name]) for name in dice.sample(names, count)}
    return replace(frame, **chosen)


def plain(frame: Frame) -> dict[str, Any]:
    """In what the frame differs from :data:`BASE`; the runner lays it over that."""
    base = to_dict(BASE)
    return {k: v for k, v in to_dict(frame).items() if v != base[k] or k == "path"}
