"""Which frames make a master, and which are not to go into one."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest

from ampglow_plugin.library.sets import sort_frames
from ampglow_plugin.model.frame import Conflict, Frame
from ampglow_plugin.model.library import LeftOut

START = datetime(2025, 10, 6, 20, 0)  # noqa: DTZ001 - UTC throughout, as in headers


def shot(number, *, days=0.0, **fields):
    when = START + timedelta(days=days, minutes=4 * number)
    known = {
        "kind": "dark",
        "camera": "ZWO ASI294MC Pro",
        "width": 8,
        "height": 6,
        "planes": 1,
        "exposure_s": 180.0,
        "temperature_c": -10.0,
        "setpoint_c": -10.0,
        "gain": 120.0,
        "date_obs": when.isoformat(),
        "night": f"{when - timedelta(hours=12):%Y-%m-%d}",
    }
    return Frame(path=f"{days:g}-{number}-{fields.get('kind', 'dark')}.fit", **{**known, **fields})


def series(count=5, **fields):
    return [shot(number, **fields) for number in range(count)]


def sort(frames, roles=None, **options):
    found = [(frame, (roles or {}).get(frame.path, frame.kind)) for frame in frames]
    return sort_frames(found, **{"digest": str, **options})


def reasons(sorting):
    return [(reject.path, reject.reason) for reject in sorting.left_out]


def test_sessions_within_some_weeks_share_a_master_later_ones_do_not():
    frames = [*series(), *series(days=29), *series(days=31)]
    assert [len(w.paths) for w in sort(frames).wanted] == [10, 5]
    assert [len(w.paths) for w in sort(frames, within_d=0).wanted] == [5, 5, 5]
    assert [len(w.paths) for w in sort(frames, within_d=40).wanted] == [15]


def test_another_setting_is_another_master():
    frames = [
        *series(),
        *series(gain=200.0, days=1),
        *series(exposure_s=60.0, days=2),
        *series(temperature_c=0.0, setpoint_c=0.0, days=3),
    ]
    assert [len(w.paths) for w in sort(frames).wanted] == [5, 5, 5, 5]


def test_too_few_are_said():
    sorting = sort(series(4))
    assert sorting.wanted == []
    assert [why for _, why in sorting.few] == ["4 frames of these settings, fewer than 5 (--least)"]
    assert len(sort(series(4), least=4).wanted) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"planes": 3}, "was debayered: it has 3 planes"),
        ({"calibrated": True, "calibration_status": "B"}, "was calibrated already (B)"),
        ({"exposure_s": None}, "does not say its exposure"),
        (
            {"conflicts": (Conflict(field="exposure_s", keyword="EXPOSURE", value=60.0),)},
            "says two exposures: 180 s, and 60 s in EXPOSURE",
        ),
        ({"temperature_c": -8.9}, "measured at -8.9 C, its set point is -10 C"),
    ],
)
def test_a_frame_that_cannot_be_used_is_rejected_with_its_reason(fields, reason):
    bad = shot(9, **fields)
    sorting = sort([*series(), bad])
    assert reasons(sorting) == [(bad.path, reason)]
    assert [len(w.paths) for w in sorting.wanted] == [5]


def test_a_near_miss_is_used():
    assert sort([*series(), shot(9, temperature_c=-9.0)]).left_out == []


def test_where_the_cooler_never_held_the_measured_temperature_counts():
    sorting = sort(series(temperature_c=-6.0))
    assert (len(sorting.wanted), sorting.left_out) == (1, [])


def test_a_copy_is_used_once():
    sorting = sort(series(6), digest=lambda path: "same" if path[2] in "25" else path)
    assert reasons(sorting) == [("0-5-dark.fit", "is a copy of 0-2-dark.fit")]
    assert [len(w.paths) for w in sorting.wanted] == [5]


def test_masters_and_lights_go_into_no_master():
    frames = [*series(), shot(7, master=True, stack_count=20), shot(8, kind="light")]
    sorting = sort(frames)
    assert ([len(w.paths) for w in sorting.wanted], sorting.left_out) == ([5], [])


def test_a_dark_without_exposure_to_speak_of_is_a_bias():
    assert [w.kind for w in sort(series(exposure_s=0.001)).wanted] == ["bias"]


def test_flats_get_their_flat_darks_else_a_bias_else_are_left_out():
    flats = series(kind="flat", exposure_s=2.0)
    flat_darks = series(kind="darkflat", exposure_s=2.0, days=1)
    bias = series(kind="bias", exposure_s=0.0, days=2)
    needs = {w.kind: w.needs for w in sort([*flats, *flat_darks, *bias]).wanted}
    assert needs["flat"].kind == "flatdark"
    needs = {w.kind: w.needs for w in sort([*flats, *bias]).wanted}
    assert needs["flat"].kind == "bias"
    sorting = sort([*flats, *series(days=3)])
    assert [w.kind for w in sorting.wanted] == ["dark"]
    assert "no flat-darks and no bias frames fit" in sorting.few[0][1]
    other = [dataclasses.replace(f, gain=0.0) for f in flat_darks]
    assert [w.kind for w in sort([*flats, *other]).wanted] == ["flatdark"]


def test_flats_of_two_sessions_are_two_masters():
    frames = [
        *series(kind="flat", exposure_s=2.0),
        *series(kind="flat", exposure_s=2.0, days=1),
        *series(kind="bias", exposure_s=0.0),
    ]
    assert [w.kind for w in sort(frames).wanted] == ["bias", "flat", "flat"]


def test_what_a_judge_rejects_goes_into_none():
    def judge(role, frames):
        if role == "dark":
            yield LeftOut(path=frames[1].path, reason="light fell on it", measured=9.0, limit=1.0, unit="ADU")

    sorting = sort(series(6), judge=judge)
    assert reasons(sorting) == [("0-1-dark.fit", "light fell on it")]
    assert [len(w.paths) for w in sorting.wanted] == [5]
