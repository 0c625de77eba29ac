"""Our matching of one dark to one light against that of seiza (Apache-2.0), an independent implementation in Rust.

Where both sides record everything, the two agree on whether the dark may be used without asking. Where they
differ, we differ on purpose, and :data:`ON_PURPOSE` says why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import seiza
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ampglow_plugin.matching import match
from ampglow_plugin.model.frame import Frame

COMMON: dict[str, Any] = {
    "camera": "ZWO ASI294MC Pro",
    "width": 4144,
    "height": 2822,
    "xbinning": 1,
    "gain": 120,
    "offset": 30,
    "exposure_s": 180.0,
    "temperature_c": -10.0,
    "bayer_pattern": "RGGB",
    "readout_mode": None,
}
#: what a field may be in a light or dark; the first is common, None is silence
VALUES: dict[str, tuple[Any, ...]] = {
    "camera": ("ZWO ASI294MC Pro", "ZWO ASI533MC Pro", None),
    "width": (4144, 4142),
    "xbinning": (1, 2),
    "gain": (120, 121, 0, None),
    "offset": (30, 31, 0, None),
    "exposure_s": (180.0, 180.17, 180.5, 181.0, 60.0, 2.0, 2.04, 2.06, None),
    "temperature_c": (-10.0, -10.9, -12.9, -13.1, -20.0, 0.0, None),
    "bayer_pattern": ("RGGB", "GBRG", None),
    "readout_mode": (None, "1", "2"),
}

Side = dict[str, Any]


def ours(light: Side, dark: Side) -> bool:
    """Whether we take the dark without asking: exact, or tolerated with a warning."""

    def frame(kind: Any, side: Side) -> Frame:
        extra = {"ybinning": side["xbinning"], "planes": 1, "bits": 16, "setpoint_c": -10.0, "calibrated": False}
        if side["temperature_c"] is None:
            extra["setpoint_c"] = None
        return Frame(path=f"{kind}.fits", kind=kind, pixel_um=4.63, **extra, **side)

    (found,) = match([frame("light", light)], [frame("dark", dark)])
    return found.status in ("exact", "tolerated")


def theirs(light: Side, dark: Side) -> bool:
    def record(role: str, side: Side) -> seiza.CalibrationRecord:
        signature = seiza.FrameSignature(
            camera=side["camera"],
            width=side["width"],
            height=side["height"],
            channels=1,
            binning_x=side["xbinning"],
            binning_y=side["xbinning"],
            gain=side["gain"],
            offset=side["offset"],
            readout_mode=None if side["readout_mode"] is None else int(side["readout_mode"]),
            bayer_pattern=side["bayer_pattern"],
            exposure_seconds=side["exposure_s"],
            camera_temp_c=side["temperature_c"],
        )
        return seiza.CalibrationRecord(f"{role}.fits", signature, role=role)

    return seiza.plan_calibration("dark", record("light", light), [record("dark", dark)], minimum=1).ready


@dataclass(frozen=True)
class Difference:
    """Where ``applies``, the two may differ; ``shown`` is a pair (light, dark) in which we say ``ours``, it the opposite."""

    what: str
    why: str
    applies: Callable[[Side, Side], bool]
    shown: tuple[Side, Side]
    ours: bool


def _apart(light: Side, dark: Side) -> float:
    """Difference of the exposures, as a share of the light's."""
    return abs(light["exposure_s"] - dark["exposure_s"]) / light["exposure_s"]


def silent(field: str, *, light: bool = False, dark: bool = False) -> Callable[[Side, Side], bool]:
    def applies(ours: Side, other: Side) -> bool:
        return (light and ours[field] is None) or (dark and other[field] is None)

    return applies


ON_PURPOSE = (
    Difference(
        "exposures between 0.1 and 0.5 percent apart",
        "programs round exposures differently; half a percent of the glow is far below the noise, and is warned of",
        lambda a, b: bool(a["exposure_s"] and b["exposure_s"]) and 0.001 < _apart(a, b) <= 0.005,
        ({}, {"exposure_s": 180.5}),
        ours=True,
    ),
    Difference(
        "the light does not say its gain",
        "a silence is no match: glow changes with gain by a factor of two and more",
        silent("gain", light=True),
        ({"gain": None}, {}),
        ours=False,
    ),
    Difference(
        "the light does not say its temperature",
        "a silence is no match",
        silent("temperature_c", light=True),
        ({"temperature_c": None}, {}),
        ours=False,
    ),
    Difference(
        "the dark does not say its offset",
        "many programs and masters do not record it; the user is told that it was not compared, and may go on",
        silent("offset", dark=True),
        ({}, {"offset": None}),
        ours=True,
    ),
    Difference(
        "the light does not name a readout mode that the dark names",
        "the mode may be another camera as far as glow goes; one side alone proves nothing",
        silent("readout_mode", light=True),
        ({}, {"readout_mode": "1"}),
        ours=False,
    ),
    Difference(
        "the dark names no camera",
        "masters lose it, drivers write generic names: size and pixel pitch decide",
        silent("camera", dark=True),
        ({}, {"camera": None}),
        ours=True,
    ),
    Difference(
        "Bayer patterns differ, or the dark has none",
        "programs write the pattern of one camera differently, by row order; a warning, for the pixels are the same",
        lambda a, b: a["bayer_pattern"] != b["bayer_pattern"],
        ({}, {"bayer_pattern": "GBRG"}),
        ours=True,
    ),
)

sides = st.fixed_dictionaries({field: st.sampled_from(values) for field, values in VALUES.items()})


@given(light=sides, dark=sides, same=st.sets(st.sampled_from(sorted(VALUES))))
@settings(max_examples=600, deadline=None)
@example(light=COMMON, dark=COMMON, same=set())
def test_both_say_the_same_unless_we_differ_on_purpose(light, dark, same):
    light = {**COMMON, **light}
    dark = {**COMMON, **dark, **{field: light[field] for field in same}}  # most pairs would differ in everything
    reasons = [difference for difference in ON_PURPOSE if difference.applies(light, dark)]
    if ours(light, dark) != theirs(light, dark):
        assert ours(light, dark) in {difference.ours for difference in reasons}, reasons


@pytest.mark.parametrize("field", VALUES)
def test_each_field_alone(field):
    """Every pair of values of one field, all else equal: a difference has its reason."""
    for one in VALUES[field]:
        for other in VALUES[field]:
            light, dark = {**COMMON, field: one}, {**COMMON, field: other}
            reasons = {d.ours for d in ON_PURPOSE if d.applies(light, dark)}
            assert ours(light, dark) == theirs(light, dark) or ours(light, dark) in reasons, (one, other)


@pytest.mark.parametrize("difference", ON_PURPOSE, ids=lambda d: d.what)
def test_what_we_do_otherwise_is_so(difference):
    light, dark = ({**COMMON, **side} for side in difference.shown)
    assert difference.applies(light, dark)
    assert ours(light, dark) is difference.ours
    assert theirs(light, dark) is not difference.ours
    assert difference.why
