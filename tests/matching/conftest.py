"""Frames by hand: a light and a dark of one cooled CMOS camera that fit each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ampglow_plugin.model.frame import Frame

SETTINGS = {
    "camera": "ZWO ASI294MC Pro",
    "width": 4144,
    "height": 2822,
    "planes": 1,
    "bits": 16,
    "pixel_um": 4.63,
    "xbinning": 1,
    "ybinning": 1,
    "exposure_s": 180.0,
    "temperature_c": -10.0,
    "setpoint_c": -10.0,
    "gain": 120.0,
    "offset": 30.0,
    "calibrated": False,
    "night": "2024-01-10",
    "date_obs": "2024-01-10T22:00:00",
}


@pytest.fixture
def light() -> Callable[..., Frame]:
    return lambda path="light.fit", **fields: Frame(**{**SETTINGS, "kind": "light", "path": path, **fields})


@pytest.fixture
def dark() -> Callable[..., Frame]:
    return lambda path="dark.fit", **fields: Frame(**{**SETTINGS, "kind": "dark", "path": path, **fields})
