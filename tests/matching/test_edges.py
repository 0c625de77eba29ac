"""Where a group, a set or an outcome ends: each just inside and just outside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ampglow_plugin.matching import match
from ampglow_plugin.matching.facts import facts
from ampglow_plugin.matching.groups import calibration_sets, light_groups, master_sets, sessions


@pytest.mark.parametrize(
    ("light_count", "dark_count", "chosen"),
    [
        (30, 20, "one.fit"),  # the master of more frames
        (20, 30, "two.fit"),
        (None, 1, "two.fit"),  # one frame is more than nobody knows
        (None, None, "one.fit"),  # as good as each other: the first by name
    ],
)
def test_of_two_masters_that_fit_the_one_of_more_frames_is_taken(light, dark, light_count, dark_count, chosen):
    masters = [
        dark("one.fit", master=True, stack_count=light_count),
        dark("two.fit", master=True, stack_count=dark_count),
    ]
    for order in (1, -1):
        (found,) = match([light()], masters[::order])
        assert found.dark == chosen


def test_what_a_comparison_leaves_out_has_its_own_word(light, dark):
    (found,) = match([light(camera="QHY9", gain=None, sensor=None)], [dark(camera="QHY9", gain=None, master=True)])
    assert found.outcomes["pixel_um"] == "not_applicable"  # the camera has a name
    assert found.outcomes["bits"] == "not_applicable"  # a master is stored as its program likes
    assert found.outcomes["software"] == "not_applicable"


@pytest.mark.parametrize(
    ("light_options", "dark_options", "outcome", "status"),
    [
        ({"LOWNOISE": "ON"}, {"LOWNOISE": "ON"}, "equal", "exact"),
        ({"LOWNOISE": "ON"}, {"LOWNOISE": "OFF"}, "different", "none"),
        ({}, {}, "not_recorded", "exact"),
    ],
)
def test_switches_beside_the_readout_mode_count(light, dark, light_options, dark_options, outcome, status):
    (found,) = match([light(readout_options=light_options)], [dark(readout_options=dark_options)])
    assert (found.outcomes["readout_mode"], found.status) == (outcome, status)


def night(make, day, hour=22, **fields):
    return make(f"{day}-{hour}.fit", night=f"2024-01-{day}", date_obs=f"2024-01-{day}T{hour}:00:00", **fields)


@pytest.mark.parametrize(("last", "masters"), [("17", 1), ("18", 2)])
def test_sessions_of_darks_share_a_master_up_to_the_limit_and_not_beyond(dark, last, masters):
    frames = [night(dark, "10"), night(dark, last)]
    found = master_sets(frames, "dark", within=timedelta(days=7))
    assert [len(s.paths) for s in found] == ([2] if masters == 1 else [1, 1])


def test_the_limit_is_counted_from_the_first_session(dark):
    frames = [night(dark, day) for day in ("10", "15", "20")]
    found = master_sets(frames, "dark", within=timedelta(days=7))
    assert [s.paths for s in found] == [("10-22.fit", "15-22.fit"), ("20-22.fit",)]


@pytest.mark.parametrize(("more_s", "count"), [(0, 1), (1, 2)])
def test_a_session_ends_where_nothing_comes_for_longer_than_the_gap(dark, more_s, count):
    first = datetime.fromisoformat("2024-01-10T22:00:00")
    later = first + timedelta(hours=8, seconds=more_s)
    found = sessions([facts(dark("b.fit", date_obs=later.isoformat())), facts(dark("a.fit"))])
    assert [[f.frame.path for f in one] for one in found] == (
        [["a.fit", "b.fit"]] if count == 1 else [["a.fit"], ["b.fit"]]
    )


def test_sessions_are_taken_in_order_of_time_whatever_their_files_are_called(dark):
    named = (("10", "z.fit"), ("15", "y.fit"), ("18", "x.fit"))
    frames = [replace(night(dark, day), path=path) for day, path in named]
    found = master_sets(frames, "dark", within=timedelta(days=7))
    assert {s.paths for s in found} == {("z.fit", "y.fit"), ("x.fit",)}


def test_flats_of_two_nights_never_share_a_master(dark):
    frames = [night(dark, "10"), night(dark, "12")]
    assert len(master_sets(frames, "flat", within=timedelta(days=7))) == 2
    assert len(master_sets(frames, "bias", within=timedelta(days=7))) == 1


@pytest.mark.parametrize(("role", "sets"), [("dark", 2), ("flatdark", 2), ("flat", 1), ("bias", 1)])
def test_exposure_divides_a_set_where_it_decides(dark, role, sets):
    frames = [dark("a.fit", exposure_s=1.0), dark("b.fit", exposure_s=2.0, date_obs="2024-01-10T22:01:00")]
    assert len(calibration_sets(frames, role)) == sets


@pytest.mark.parametrize(("measured", "basis"), [(-9.8, "measured"), (None, "setpoint")])
def test_a_set_point_stands_in_where_nothing_was_measured(light, measured, basis):
    (found,) = light_groups([light(temperature_c=measured, setpoint_c=-10.0)])
    assert (found.basis, found.temperature_c) == (basis, measured if measured is not None else -10.0)


def test_a_frame_that_says_no_temperature_has_no_basis(light):
    (found,) = light_groups([light(temperature_c=None, setpoint_c=None)])
    assert (found.basis, found.temperature_c, found.temperatures_c, found.settled) == (None, None, None, None)


def test_frames_of_a_set_are_in_the_order_of_time(dark):
    frames = [dark(f"{name}.fit", date_obs=f"2024-01-10T22:0{i}:00") for i, name in enumerate("cab")]
    (found,) = calibration_sets(frames[::-1], "dark")
    assert found.paths == ("c.fit", "a.fit", "b.fit")
    assert (found.first.path, found.newest.path) == ("c.fit", "b.fit")


@pytest.mark.parametrize(("degrees", "settled"), [(-9.5, True), (-9.0, True), (-8.9, False), (-11.1, False)])
def test_a_sensor_is_settled_up_to_the_limit(light, degrees, settled):
    (found,) = light_groups([light(temperature_c=degrees)])
    assert found.settled is settled


@pytest.mark.parametrize(
    ("ours", "theirs", "outcome"),
    [
        ("N.I.N.A. 3.1.2.9001 (x64)", "N.I.N.A. 2.3", "equal"),
        ("SharpCap v4.1.11, 64 bit", "SharpCap version 4.0", "equal"),
        ("KStars 3.6.8", "N.I.N.A. 3.1", "tolerated"),
        ("PixInsight 1.8.9", "PixInsight 1.8.9", "not_recorded"),  # processes frames, took none
        ("4.1.1", "N.I.N.A. 3.1", "unknown"),  # a version alone names no program
    ],
)
def test_capture_programs_are_compared_without_their_version(light, dark, ours, theirs, outcome):
    (found,) = match([light(software=ours)], [dark(software=theirs)])
    assert found.outcomes["software"] == outcome
