"""Which frames form a group, and which calibration frames a set."""

from __future__ import annotations

import pytest

from ampglow_plugin.matching import match, match_all
from ampglow_plugin.matching.choose import GROUP_FIELDS


def groups(lights, darks=()):
    return [m.lights for m in match(lights, darks)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("exposure_s", 60.0),
        ("gain", 0.0),
        ("offset", 10.0),
        ("filter", "Ha"),
        ("object", "M 31"),
        ("camera", "Homemade"),
        ("camera_serial", "A1"),
        ("xbinning", 2),
        ("width", 100),
        ("readout_mode", "Fast"),
        ("temperature_c", -4.0),
        ("temperature_c", None),
        ("calibrated", True),
        ("stack_count", 5),
        ("planes", 3),
    ],
)
def test_lights_that_differ_are_not_in_one_group(light, field, value):
    assert groups([light("a.fit"), light("b.fit", **{field: value}), light("c.fit")]) == [
        ("a.fit", "c.fit"),
        ("b.fit",),
    ]


def test_writers_noise_and_jitter_do_not_split_a_group(light):
    lights = [
        light("a.fit", exposure_s=180.0, temperature_c=-10.3),
        light("b.fit", exposure_s=180.0000001, temperature_c=-9.8),
        light("c.fit", exposure_s=180.05, temperature_c=-9.5, night="2024-02-01"),
    ]
    assert len(groups(lights)) == 1


def test_exposures_of_a_group_lie_within_one_step_of_each_other_from_end_to_end(light):
    lights = [light(f"{e}.fit", exposure_s=e) for e in (180.0, 180.15, 180.3)]
    assert groups(lights) == [("180.0.fit", "180.15.fit"), ("180.3.fit",)]


def test_temperatures_of_a_group_lie_within_two_steps(light):
    lights = [light(f"{t}.fit", temperature_c=t) for t in (-10.0, -9.2, -8.4, -7.6)]
    assert groups(lights) == [("-10.0.fit", "-8.4.fit", "-9.2.fit"), ("-7.6.fit",)]


def test_a_group_is_told_with_the_middle_of_its_temperatures(light):
    lights = [
        light(f"{t}.fit", temperature_c=t, exposure_s=e) for t, e in ((-10.6, 180.0), (-10.4, 180.02), (-10.0, 180.04))
    ]
    (found,) = match(lights, [])
    assert (found.group["temperature_c"], found.group["exposure_s"]) == (-10.4, 180.02)
    (found,) = match([light(temperature_c=None)], [])  # a set point is no temperature
    assert (found.group["temperature_c"], found.group["setpoint_c"]) == (None, -10.0)
    assert set(found.group) == set(GROUP_FIELDS)


def test_an_outlier_is_not_hidden_by_the_others(light, dark):
    lights = [light(f"{i}.fit", temperature_c=-10.0 + 0.1 * (i % 3)) for i in range(20)]
    lights.append(light("warm.fit", temperature_c=-6.0))
    found = {m.lights: m.status for m in match(lights, [dark()])}
    assert found["warm.fit",] == "none"
    assert sorted(found.values()) == ["exact", "none"]


def test_a_slow_drift_is_split_before_it_is_wide(light, dark):
    lights = [light(f"{i:02d}.fit", temperature_c=-10.0 + 0.25 * i) for i in range(40)]
    for found in match(lights, [dark()]):
        temperatures = [f.temperature_c for f in lights if f.path in found.lights]
        assert max(temperatures) - min(temperatures) <= 2.0
        farthest = max(abs(t + 10.0) for t in temperatures)
        assert found.status == ("exact" if farthest <= 1 else "tolerated" if farthest <= 3 else "none")


def test_the_light_farthest_from_the_dark_decides(light, dark):
    lights = [light("a.fit", temperature_c=-10.0), light("b.fit", temperature_c=-9.1)]
    (found,) = match(lights, [dark(temperature_c=-10.5)])
    assert found.status == "tolerated"
    assert [(d.field, d.light, d.dark) for d in found.deviations] == [("temperature_c", -9.1, -10.5)]


def test_darks_of_one_session_are_a_set(light, dark):
    darks = [
        dark(f"d{i}.fit", date_obs=f"2024-01-10T{10 + i}:00:00", night=f"2024-01-{9 + (i > 2):02d}") for i in range(5)
    ]
    (found,) = match([light()], darks)
    assert len(found.darks) == 5  # across local noon, where one night ends and the next begins


def test_darks_of_two_sessions_are_two_sets(light, dark):
    darks = [dark("a.fit"), dark("b.fit", date_obs="2024-01-11T22:00:00", night="2024-01-11")]
    (found,) = match([light()], darks)
    assert len(found.darks) == 1


def test_an_outlier_among_the_darks_is_not_in_the_set(light, dark):
    darks = [dark(f"d{i}.fit") for i in range(5)] + [dark("warm.fit", temperature_c=-7.5)]
    (found,) = match([light()], darks)
    assert "warm.fit" not in found.darks
    assert found.status == "exact"


def test_a_master_is_a_set_of_its_own(light, dark):
    (found,) = match([light()], [dark("single.fit"), dark("master.fit", master=True, bits=-32, software="Siril 1.4")])
    assert found.darks == ("master.fit",)
    assert found.status == "exact"


def test_two_masters_of_one_night_are_two_sets(light, dark):
    (found,) = match([light()], [dark("a.fit", master=True), dark("b.fit", master=True)])
    assert len(found.darks) == 1


def test_ids_number_the_groups_in_order_of_time(light, dark, flat_frame):
    lights = [light("b.fit", object="B", date_obs="2024-01-10T23:00:00"), light("a.fit", object="A")]
    found = match_all({"light": lights, "dark": [dark()], "flat": [flat_frame()]})
    by_id = {m.id: m.lights for m in found}
    assert by_id["dark-1"] == by_id["flat-1"] == ("a.fit",)
    assert by_id["dark-2"] == by_id["flat-2"] == ("b.fit",)


@pytest.fixture
def flat_frame(light):
    return lambda path="flat.fit", **fields: light(path, **{"kind": "flat", "exposure_s": 2.0, **fields})


def statuses(found):
    return {m.id: (m.status, m.dark) for m in found}


def test_all_roles(light, dark, flat_frame):
    found = match_all(
        {
            "light": [light()],
            "dark": [dark()],
            "flat": [flat_frame()],
            "darkflat": [dark("flatdark.fit", exposure_s=2.0)],
            "bias": [dark("bias.fit", kind="bias", exposure_s=0.001, temperature_c=5.0)],
        }
    )
    assert statuses(found) == {
        "dark-1": ("exact", "dark.fit"),
        "flat-1": ("exact", "flat.fit"),
        "bias-1": ("exact", "bias.fit"),
        "flatdark-1": ("exact", "flatdark.fit"),
        "flatbias-1": ("exact", "bias.fit"),
    }


def test_a_dark_of_the_flats_exposure_serves_as_flat_dark_and_the_other_way_round(light, dark, flat_frame):
    short = dark("short.fit", exposure_s=2.0)
    found = match_all({"light": [light()], "dark": [dark(), short], "flat": [flat_frame()]})
    assert statuses(found)["flatdark-1"] == ("exact", "short.fit")
    both = match_all({"light": [light(exposure_s=2.0)], "darkflat": [short], "flat": [flat_frame()]})
    assert statuses(both)["dark-1"] == statuses(both)["flatdark-1"] == ("exact", "short.fit")


def test_a_master_flat_needs_no_flat_dark(light, flat_frame):
    found = match_all({"light": [light()], "flat": [flat_frame(master=True)]})
    assert statuses(found) == {"dark-1": ("none", None), "flat-1": ("exact", "flat.fit")}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"filter": "Ha"}, "exact"),
        ({"filter": "ha"}, "exact"),
        ({"filter": "OIII"}, "none"),
        ({"filter": "Ha", "gain": 0.0}, "tolerated"),
        ({"filter": "Ha", "focal_length_mm": 420.0}, "tolerated"),
        ({"filter": "Ha", "focal_length_mm": 405.0}, "exact"),
        ({"filter": "Ha", "temperature_c": 20.0, "offset": 0.0}, "exact"),
        ({"filter": "Ha", "gain": None}, "exact"),
        ({"filter": "Ha", "width": 100}, "none"),
    ],
)
def test_a_flat_must_share_filter_and_pixels(light, flat_frame, fields, status):
    lights = [light(filter="Ha", focal_length_mm=400.0)]
    (found,) = match(lights, [flat_frame(**fields)], role="flat")
    assert found.status == status


def test_sky_flats_of_many_exposures_are_one_set_for_the_lights(light, flat_frame):
    flats = [flat_frame(f"f{i}.fit", exposure_s=1.0 + i) for i in range(5)]
    (found,) = match([light()], flats, role="flat")
    assert len(found.darks) == 5


@pytest.mark.parametrize(("exposure", "status"), [(0.001, "exact"), (0.01, "exact"), (1.0, "none")])
def test_a_dark_of_next_to_no_exposure_serves_as_bias(light, dark, exposure, status):
    (found,) = match([light()], [dark(exposure_s=exposure)], role="bias")
    assert found.status == status
