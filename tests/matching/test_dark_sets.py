"""Single darks by set, two darks against each other, and a library in which every set is found."""

from __future__ import annotations

import pytest

from ampglow_plugin.matching import match
from ampglow_plugin.matching.darks import dark_sets, outcomes_of


def session(make, count, day="10", **fields):
    dated = {"night": f"2024-01-{day}"}
    return [
        make(f"{day}-{fields.get('exposure_s', '')}-{i}.fit", date_obs=f"2024-01-{day}T22:{i:02}:00", **dated, **fields)
        for i in range(count)
    ]


@pytest.mark.parametrize(("second", "sizes"), [(3, [3, 3]), (2, [5]), (1, [4])])
def test_a_session_of_fewer_than_three_frames_joins_the_others(dark, second, sizes):
    frames = [*session(dark, 3), *session(dark, second, "12")]
    assert [len(s) for s in dark_sets(frames)] == sizes


def test_masters_are_in_no_set_and_frames_are_in_the_order_of_time(dark):
    frames = session(dark, 3)
    (found,) = dark_sets([dark("master.fit", master=True), *frames[::-1]])
    assert found == tuple(frames)


def test_other_exposures_and_set_points_are_other_sets(dark):
    # 180 s: equal within 0.18 s, and all of a set within that
    exposures = [frame for s in (180.0, 180.1, 180.25) for frame in session(dark, 3, exposure_s=s)]
    assert [len(s) for s in dark_sets(exposures)] == [6, 3]
    set_points = [*session(dark, 3), *session(dark, 3, setpoint_c=-20.0, exposure_s=180.0)]
    assert [len(s) for s in dark_sets(set_points)] == [3, 3]


@pytest.mark.parametrize(("setpoint", "sizes"), [(-10.0, [6]), (None, [3, 3])])
def test_what_was_measured_keeps_sets_apart_only_without_a_set_point(dark, setpoint, sizes):
    warm, cold = (
        session(dark, 3, temperature_c=t, setpoint_c=setpoint, exposure_s=e) for t, e in ((-5.0, 180.0), (-10.0, 180.1))
    )
    assert [len(s) for s in dark_sets([*warm, *cold])] == sizes


def test_two_darks_are_compared_by_what_decides_a_match_alone(dark):
    old = dark("old.fit", bits=32, software="Siril 1.4", master=True, calibrated=True, stack_count=30, gain=120.0)
    new = dark("new.fit", temperature_c=-12.0, exposure_s=60.0, gain=100.0, software="N.I.N.A. 3.1")
    outcomes = outcomes_of(old, new)
    assert outcomes["exposure_s"] == outcomes["gain"] == "different"
    assert outcomes["temperature_c"] == "tolerated"
    assert outcomes["offset"] == outcomes["camera"] == "equal"
    assert not {"bits", "software", "pixel_um"} & set(outcomes)
    # a dark is calibrated or stacked as it likes: that is nothing against the other one
    assert "different" not in (outcomes["calibrated"], outcomes["stack_count"])


@pytest.mark.parametrize("degrees", [-6.0, -3.0, 0.0, 3.0, 6.0, None])
@pytest.mark.parametrize("exposure", [0.0, 0.5, 30.0, 31.0, 300.0])
def test_each_light_finds_its_own_set_of_a_library(light, dark, degrees, exposure):
    """Also at zero degrees and zero seconds, which are no silence."""
    library = [
        dark(f"{e}-{t}.fit", exposure_s=e, temperature_c=t, setpoint_c=None)
        for t in (3.0, 0.0, None, -6.0, 6.0, -3.0)
        for e in (30.0, 0.5, 300.0, 0.0, 31.0)
    ]
    (found,) = match([light(exposure_s=exposure, temperature_c=degrees, setpoint_c=None)], library)
    if degrees is None:
        assert found.status == "unknown"
    else:
        assert (found.status, found.dark) == ("exact", f"{exposure}-{degrees}.fit")
