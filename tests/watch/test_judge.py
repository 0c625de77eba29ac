"""Each light by itself: against the darks, against its set point, against the lights before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ampglow_plugin.headers import read_frame
from ampglow_plugin.watch import Judge

ROOT = Path("/night")


@pytest.fixture
def frame(tmp_path, put_frame):
    """``frame(n, minutes, **cards)``: a light as its header reads."""
    numbers = iter(range(1000))

    def make(minutes=0.0, folder="lights", **cards):
        when = datetime.fromisoformat("2024-01-10T22:00:00") + timedelta(minutes=minutes)
        path = tmp_path / folder / f"{next(numbers):04}.fits"
        return read_frame(put_frame(path, **{"DATE_OBS": when.isoformat(), **cards}))

    return make


@pytest.fixture
def dark(frame):
    return lambda **cards: frame(-600, "darks", IMAGETYP="DARK", **cards)


@pytest.fixture
def judge(tmp_path, dark):
    def make(existing=(), darks=None):
        return Judge(tmp_path, existing, [dark() for _ in range(20)] if darks is None else darks)

    return make


def told(judged):
    return judged.state, [f.rule for f in judged.findings], judged.alarm


def test_a_light_whose_dark_is_there(judge, frame):
    judged = judge().land(frame())
    assert told(judged) == ("ok", [], False)
    assert judged.status == "exact"
    assert judged.dark.endswith(".fits")


@pytest.mark.parametrize(
    ("cards", "rule"),
    [
        ({"GAIN": 200}, "AG203"),
        ({"OFFSET": 50}, "AG204"),
        ({"READOUTM": "High Gain Mode"}, "AG205"),
        ({"EXPTIME": 300.0}, "AG201"),
        ({"SET_TEMP": -20.0, "CCD_TEMP": -20.0}, "AG202"),
        ({"XBINNING": 2, "YBINNING": 2}, "AG207"),
    ],
)
def test_a_light_of_other_settings(judge, frame, dark, cards, rule):
    night = judge(darks=[dark(READOUTM="Low Noise") for _ in range(20)]) if "READOUTM" in cards else judge()
    judged = night.land(frame(**cards))
    assert judged.state == "error"
    assert rule in [f.rule for f in judged.findings]
    assert judged.findings[0].severity == "error"
    assert judged.status == "none"
    assert judged.alarm


def test_no_dark_yet_and_then_there_is_one(judge, frame, dark):
    night = judge(darks=[])
    judged = night.land(frame(0))
    assert told(judged) == ("error", ["AG209"], True)
    assert told(night.land(frame(3))) == ("error", ["AG209"], False)  # the same trouble rings once
    assert [(e.why, e.count) for e in night.to_shoot().entries] == [("missing", 20)]
    landed = [night.land(dark()) for _ in range(10)]
    assert {(d.role, d.state) for d in landed} == {("dark", "ok")}
    assert told(night.land(frame(6)))[0] == "ok"
    assert [(e.why, e.count) for e in night.to_shoot().entries] == [("few", 10)]


def test_trouble_that_comes_back_rings_again(judge, frame):
    night = judge()
    alarms = [night.land(frame(3 * i, CCD_TEMP=t)).alarm for i, t in enumerate([-10.0, -7.0, -7.1, -10.0, -7.0])]
    assert alarms == [False, True, False, False, True]


def test_new_settings_with_the_same_trouble_ring_anew(judge, frame):
    night = judge(darks=[])
    assert [night.land(frame(3 * i, GAIN=g)).alarm for i, g in enumerate([120, 120, 100, 100])] == [
        True,
        False,
        True,
        False,
    ]


def test_a_sensor_that_has_not_settled(judge, frame):
    night = judge()
    judged = night.land(frame(CCD_TEMP=-8.5))
    assert judged.state == "warning"
    first = judged.findings[0]
    assert (first.rule, first.measured, first.limit) == ("AG107", 1.5, 1.0)
    assert first.message == "the sensor is at -8.5 C, 1.5 C from its set point of -10 C"
    assert night.land(frame(3, CCD_TEMP=-9.1)).state == "ok"  # near miss: within the degree


def test_frames_that_were_still_cooling_are_not_held_against_later_ones(judge, frame):
    night = judge()
    states = [night.land(frame(2 * i, CCD_TEMP=t)).state for i, t in enumerate([-8.1, -8.4, -10.0, -10.0, -10.1])]
    assert states == ["warning", "warning", "ok", "ok", "ok"]


def test_a_sensor_that_drifts_within_a_degree_of_its_set_point(judge, frame):
    """From -10.8 to -9.3 no frame is away from its set point, but the session is not of one temperature."""
    night = judge()
    judged = [night.land(frame(4 * i, CCD_TEMP=-10.8 + 0.15 * i)) for i in range(11)]
    drifting = [j for j in judged if "AG108" in [f.rule for f in j.findings]]
    assert drifting
    assert judged.index(drifting[0]) >= 7
    assert drifting[0].findings[0].where.path == drifting[0].path
    assert [j.alarm for j in judged].count(True) == 1


def test_a_steady_sensor_does_not_drift(judge, frame):
    night = judge()
    temperatures = [-10.0 + 0.4 * (-1) ** i for i in range(12)]
    assert {night.land(frame(4 * i, CCD_TEMP=t)).state for i, t in enumerate(temperatures)} == {"ok"}


def test_a_pause_begins_a_session(judge, frame):
    night = judge()
    first = [night.land(frame(4 * i, CCD_TEMP=-10.9)) for i in range(4)]
    second = [night.land(frame(180 + 4 * i, CCD_TEMP=-9.2)) for i in range(4)]
    assert {j.state for j in first + second} == {"ok"}


def test_lights_that_were_there_are_company(judge, frame):
    """The drift began before the watch did."""
    before = [frame(4 * i, CCD_TEMP=-10.9 + 0.1 * i) for i in range(10)]
    night = judge(existing=before)
    assert night.lights_before == 10
    assert night.counted().ok == 0
    judged = [night.land(frame(40 + 4 * i, CCD_TEMP=-9.9 + 0.1 * i)) for i in range(6)]
    assert judged[-1].findings[0].rule == "AG108"


def test_only_the_night_that_is_watched_is_shot_for(judge, frame):
    years = [frame(-60 * 24 * 100, EXPTIME=600.0, SITELONG=11.0), frame(-30, EXPTIME=300.0, SITELONG=11.0)]
    night = judge(existing=years)
    assert night.to_shoot().entries == ()
    night.land(frame(EXPTIME=120.0, SITELONG=11.0))
    assert sorted(e.exposure_s for e in night.to_shoot().entries) == [120.0, 300.0]


def test_other_frames_are_taken_into_account_and_not_judged(judge, frame):
    night = judge()
    flat = night.land(frame(folder="flats", IMAGETYP="FLAT", EXPTIME=2.0))
    stack = night.land(frame(IMAGETYP="Master Light", STACKCNT=40))
    assert (flat.role, flat.state) == ("flat", "ok")
    assert (stack.role, stack.state) == (None, "ok")
    assert night.counted().ok == 0


def test_what_the_user_set_aside_is_no_trouble(tmp_path, frame):
    night = Judge(
        tmp_path,
        (),
        set_aside=lambda found: tuple(replace(f, ignored="later") if f.rule == "AG209" else f for f in found),
    )
    assert told(night.land(frame())) == ("ok", [], False)


def test_a_stalled_file_rings_and_counts(judge):
    night = judge()
    judged = night.stalled("/night/x.fits", "5 bytes are missing")
    assert (judged.state, judged.alarm, judged.why) == ("unread", True, "5 bytes are missing")
    assert night.counted().unread == 1


def test_a_light_that_is_completed_later_counts_once(judge, frame):
    night, light = judge(), frame()
    night.stalled(light.path, "cut")
    night.land(light)
    assert (night.counted().unread, night.counted().ok) == (0, 1)
