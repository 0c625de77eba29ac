"""What is asked for, why, how many, and how long it takes."""

from __future__ import annotations

import dataclasses

import pytest

from ampglow_plugin.model.match import Match
from ampglow_plugin.planning.shooting import ShootingList, shooting_list
from tests.planning.builders import Night

GROUP = {
    "camera": "ZWO ASI294MC Pro",
    "camera_serial": None,
    "xbinning": 1,
    "ybinning": 1,
    "exposure_s": 180.0,
    "setpoint_c": -10.0,
    "temperature_c": -9.8,
    "gain": 120.0,
    "offset": 30.0,
    "readout_mode": None,
    "conversion_gain": None,
}


def lacking(night: Night, **options) -> ShootingList:
    return shooting_list(night.matches, night.frames, **options)


def asked(night: Night, darks, *, status: str | None = None, age: float | None = 0, role="dark", **group) -> Match:
    """Three lights more, matched with ``darks``."""
    lights = night.shoot("light", 3, f"l{len(night.matches)}")
    night.match(role, lights, darks, status=status)
    night.matches[-1] = dataclasses.replace(night.matches[-1], group={**GROUP, **group}, age_days=age)
    return night.matches[-1]


def test_what_fits_is_not_asked_for() -> None:
    night = Night()
    asked(night, night.shoot("dark", 20), age=180)
    found = lacking(night)
    assert found == ShootingList(entries=(), exposing_s=0.0, cooling_s=0.0)


@pytest.mark.parametrize(
    ("count", "status", "age", "why", "wanted"),
    [
        (0, None, None, "missing", 20),
        (30, "unknown", 0, "unknown settings", 20),
        (30, None, 180.5, "old", 20),  # the step of age that deserves a warning is 180 days
        (19, None, 180, "few", 1),
        (7, None, None, "few", 13),  # nobody knows how old
    ],
)
def test_why_darks_are_asked_for(count, status, age, why, wanted) -> None:
    night = Night()
    asked(night, night.shoot("dark", count), status=status, age=age)
    (entry,) = lacking(night).entries
    assert (entry.why, entry.count, entry.at_hand) == (why, wanted, 20 - wanted)
    assert entry.seconds == wanted * 185.0  # the exposure and 5 s of readout
    assert (entry.groups, entry.frames, entry.role) == (1, 3, "dark")


@pytest.mark.parametrize(("frames", "wanted"), [(20, 0), (19, 1), (None, 0)])
def test_a_master_counts_the_frames_it_was_made_of_where_it_says_so(frames, wanted) -> None:
    night = Night()
    asked(night, night.master("dark", stack_count=frames))
    assert sum(entry.count for entry in lacking(night).entries) == wanted


def test_groups_that_need_the_same_share_an_entry_and_the_worst_decides() -> None:
    night = Night()
    asked(night, night.shoot("dark", 15))
    asked(night, ())
    (entry,) = lacking(night).entries
    assert (entry.why, entry.count, entry.groups, entry.frames) == ("missing", 20, 2, 6)


def test_the_set_point_is_asked_for_and_else_whole_degrees() -> None:
    night = Night()
    asked(night, ())
    asked(night, (), setpoint_c=None, temperature_c=14.6)
    warm, cold = sorted(lacking(night).entries, key=lambda e: e.setpoint_c is not None)
    assert (warm.setpoint_c, warm.temperature_c) == (None, 15.0)
    assert (cold.setpoint_c, cold.temperature_c) == (-10.0, None)


def test_flats_and_biases_are_not_asked_for_and_flat_darks_are() -> None:
    night = Night()
    for role in ("flat", "bias", "flatdark"):
        asked(night, (), role=role, exposure_s=2.5)
    (entry,) = lacking(night).entries
    assert (entry.role, entry.exposure_s, entry.seconds) == ("flatdark", 2.5, 150.0)


def test_it_is_cooled_once_a_temperature_and_the_longest_comes_first() -> None:
    night = Night()
    for degrees, exposure in ((-10.0, 60.0), (-10.0, 300.0), (-20.0, 180.0)):
        asked(night, (), setpoint_c=degrees, exposure_s=exposure)
    found = lacking(night, count=10)
    assert [(e.setpoint_c, e.exposure_s) for e in found.entries] == [(-20.0, 180.0), (-10.0, 300.0), (-10.0, 60.0)]
    assert found.exposing_s == 10 * (185 + 305 + 65)
    # from 20 degrees at 3 a minute, then 5 minutes to settle: 40 / 3 and 30 / 3 minutes
    assert found.cooling_s == pytest.approx((40 / 3 + 10) * 60 + 2 * 300)


def test_above_the_air_there_is_only_the_wait() -> None:
    night = Night()
    asked(night, (), setpoint_c=25.0)
    assert lacking(night).cooling_s == 300.0


def test_without_an_exposure_there_is_no_time() -> None:
    night = Night()
    asked(night, (), exposure_s=None)
    found = lacking(night)
    assert (found.entries[0].seconds, found.exposing_s) == (None, 0.0)
