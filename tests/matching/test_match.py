"""One light against darks: outcomes of fields, status, choice, rejections, age."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ampglow_plugin.matching import match
from ampglow_plugin.model.frame import Source

INFERRED = {"camera": Source(keyword="file name", how="recovered")}


def one(light, *darks, **options):
    (found,) = match([light], darks, **options)
    return found


def test_equal_frames_are_an_exact_match(light, dark):
    found = one(light(), dark())
    assert (found.status, found.dark, found.darks) == ("exact", "dark.fit", ("dark.fit",))
    assert found.id == "dark-1"
    assert found.group["exposure_s"] == 180.0
    assert found.deviations == ()
    assert (found.rejections, found.rejected_total) == ((), 0)
    assert found.age_days == 0


@pytest.mark.parametrize(
    ("field", "light_value", "dark_value", "outcome", "status"),
    [
        ("exposure_s", 180.0, 180.18, "equal", "exact"),
        ("exposure_s", 180.0, 180.19, "tolerated", "tolerated"),
        ("exposure_s", 180.0, 180.9, "tolerated", "tolerated"),
        ("exposure_s", 180.0, 180.91, "different", "none"),
        ("exposure_s", 1.0, 1.05, "equal", "exact"),
        ("exposure_s", 1.0, 1.051, "different", "none"),
        ("exposure_s", None, 180.0, "unknown", "unknown"),
        ("exposure_s", None, None, "not_recorded", "unknown"),
        ("gain", 120.0, 120.0000001, "equal", "exact"),
        ("gain", 120.0, 121.0, "different", "none"),
        ("gain", None, 120.0, "unknown", "unknown"),
        ("gain", None, None, "not_recorded", "unknown"),
        ("offset", 30.0, 31.0, "different", "none"),
        ("offset", 30.0, None, "unknown", "exact"),
        ("offset", None, None, "not_recorded", "exact"),
        ("readout_mode", "Default", "Default", "not_recorded", "exact"),
        ("readout_mode", "Default", None, "not_recorded", "exact"),
        ("readout_mode", "High Gain Mode", "Default", "unknown", "unknown"),
        ("readout_mode", "High Gain Mode", None, "unknown", "unknown"),
        ("readout_mode", "High Gain Mode", "high gain  mode", "equal", "exact"),
        ("readout_mode", "High Gain Mode", "Fast", "different", "none"),
        ("conversion_gain", "HCG", "LCG", "different", "none"),
        ("conversion_gain", "HCG", None, "unknown", "exact"),
        ("width", 4144, 4143, "different", "none"),
        ("xbinning", 1, 2, "different", "none"),
        ("roi_x", 0, 8, "different", "none"),
        ("roi_x", 0, None, "unknown", "exact"),
        ("planes", 1, 3, "different", "none"),
        ("planes", 3, 3, "different", "none"),
        ("bits", 16, 8, "tolerated", "tolerated"),
        ("row_order", "TOP-DOWN", "BOTTOM-UP", "tolerated", "tolerated"),
        ("bayer_pattern", "RGGB", "GBRG", "tolerated", "tolerated"),
        ("software", "N.I.N.A. 3.1", "N.I.N.A. 2.0", "equal", "exact"),
        ("software", "N.I.N.A. 3.1", "SharpCap v4.1", "tolerated", "tolerated"),
        ("software", "N.I.N.A. 3.1", "Siril v1.4.0", "unknown", "exact"),
        ("camera_serial", "A1", "A2", "different", "none"),
        ("camera_serial", "A1", "00000000", "unknown", "exact"),
        ("camera", "ZWO ASI294MC Pro", "ZWO CCD ASI294MC Pro", "equal", "exact"),
        ("camera", "ZWO ASI294MC Pro", "ASI294MC Pro (ASCOM)", "equal", "exact"),
        ("camera", "QHY CCD QHY268C-1a2b", "QHY268C-1a2b", "equal", "unknown"),
        ("camera", "ZWO ASI294MC Pro", "ZWO ASI294MM Pro", "different", "none"),
        ("camera", "ZWO ASI294MC Pro", "ASCOM Camera", "unknown", "exact"),
    ],
)
def test_outcome_of_a_field(light, dark, field, light_value, dark_value, outcome, status):
    extra = {"gain": None} if "268" in str(light_value) else {}
    found = one(light(**{field: light_value, **extra}), dark(**{field: dark_value, **extra}))
    assert found.outcomes[field] == outcome
    assert found.status == status
    assert (field in found.unknown) == (outcome == "unknown")
    if status == "none":
        assert found.dark is None
        assert field in [r.field for r in found.rejections]
    else:
        assert (field in [d.field for d in found.deviations]) == (outcome == "tolerated")
        assert (field in found.not_recorded) == (outcome == "not_recorded")


UNCOOLED = {"camera": "Seestar S50", "setpoint_c": None}


@pytest.mark.parametrize(
    ("settings", "light_c", "dark_c", "outcome"),
    [
        ({}, -10.0, -11.0, "equal"),
        ({}, -9.80000019073486, -10.8, "equal"),
        ({}, -10.0, -11.01, "tolerated"),
        ({}, -10.0, -13.0, "tolerated"),
        ({}, -10.0, -13.01, "different"),
        (UNCOOLED, 20.0, 22.0, "equal"),
        (UNCOOLED, 20.0, 22.01, "tolerated"),
        (UNCOOLED, 20.0, 28.0, "tolerated"),
        (UNCOOLED, 20.0, 28.01, "different"),
        ({"camera": "Homemade", "setpoint_c": None}, 20.0, 23.01, "different"),
        ({"camera": "Seestar S50", "setpoint_c": None, "cooler_power_pct": 50.0}, 20.0, 23.01, "different"),
    ],
)
def test_temperature(light, dark, settings, light_c, dark_c, outcome):
    found = one(light(temperature_c=light_c, **settings), dark(temperature_c=dark_c, **settings))
    assert found.outcomes["temperature_c"] == outcome


@pytest.mark.parametrize(
    ("light_c", "light_set", "dark_c", "dark_set", "outcome"),
    [
        (None, -10.0, None, -10.0, "tolerated"),
        (None, -10.0, None, -10.1, "different"),
        (-10.0, None, None, -10.0, "tolerated"),
        (-10.0, -10.0, None, -10.0, "tolerated"),
        (-10.0, None, None, -14.0, "different"),
        (-2.0, -10.0, None, -10.0, "different"),  # equal set points do not hide a warm sensor
        (None, None, -10.0, -10.0, "unknown"),
        (None, None, None, None, "not_recorded"),
    ],
)
def test_set_point_stands_in_second(light, dark, light_c, light_set, dark_c, dark_set, outcome):
    lights = light(temperature_c=light_c, setpoint_c=light_set)
    found = one(lights, dark(temperature_c=dark_c, setpoint_c=dark_set))
    assert found.outcomes["temperature_c"] == outcome
    expected = {"tolerated": "tolerated", "different": "none"}.get(outcome, "unknown")
    assert found.status == expected


def test_a_sensor_away_from_its_set_point_is_a_deviation(light, dark):
    found = one(light(), dark(temperature_c=-10.0, setpoint_c=-15.0))
    assert found.status == "tolerated"
    assert [d.field for d in found.deviations] == ["setpoint_c"]


@pytest.mark.parametrize(
    ("ours", "theirs", "outcome"),
    [
        (None, None, "not_applicable"),
        (5.0, None, "not_applicable"),
        (None, 5.0, "not_applicable"),
        (5.0, 5.0, "equal"),
        (5.0, 6.0, "different"),
    ],
)
def test_the_gain_of_a_ccd_counts_where_both_name_one(light, dark, ours, theirs, outcome):
    ccd = {"camera": "QSI 683ws"}
    assert one(light(**ccd, gain=ours), dark(**ccd, gain=theirs)).outcomes["gain"] == outcome


def test_a_ccd_without_gain_is_exact(light, dark):
    ccd = {"camera": "QSI 683ws", "gain": None, "offset": None}
    found = one(light(**ccd), dark(**ccd))
    assert found.status == "exact"
    assert found.outcomes["gain"] == "not_applicable"


def test_an_unknown_camera_without_gain_is_exact(light, dark):
    found = one(light(camera="Homemade", gain=None), dark(camera="Homemade", gain=None))
    assert found.status == "exact"
    assert "gain" in found.not_recorded


def test_the_sensor_told_by_its_size_says_whether_there_is_a_gain(light, dark):
    named = {"camera": "ASCOM Camera", "gain": None}
    assert one(light(sensor="IMX294", **named), dark(sensor="IMX294", **named)).status == "unknown"
    assert one(light(sensor="KAF-8300", **named), dark(sensor="KAF-8300", **named)).status == "exact"


@pytest.mark.parametrize(("pitch", "status"), [(4.6, "exact"), (4.5, "none"), (None, "exact")])
def test_pixel_pitch_decides_where_a_driver_names_no_model(light, dark, pitch, status):
    found = one(light(), dark(camera="ASI Camera (1)", pixel_um=pitch))
    assert found.status == status
    assert found.outcomes["camera"] == "unknown"


def test_a_camera_from_a_file_name_is_no_model(light, dark):
    found = one(light(camera="ZWO ASI2600MC Duo"), dark(camera="2600MC", sources=INFERRED))
    assert found.outcomes["camera"] == "unknown"
    assert found.status == "exact"


@pytest.mark.parametrize("fields", [{"calibrated": True}, {"stack_count": 20}, {"master": True}, {"planes": 3}])
def test_no_dark_fits_a_light_that_is_not_raw(light, dark, fields):
    assert one(light(**fields), dark()).status == "none"


def test_a_dark_that_was_dark_subtracted_fits_nothing(light, dark):
    assert one(light(), dark(calibrated=True, calibration_status="BD")).status == "none"
    assert one(light(), dark(calibrated=True, calibration_status="B")).status == "exact"


@pytest.mark.parametrize("kind", ["light", "flat", "bias"])
def test_what_is_no_dark_is_never_taken_for_one(light, dark, kind):
    found = one(light(), dark(kind=kind))
    assert found.status == "none"
    assert [(r.field, r.dark_value) for r in found.rejections] == [("kind", kind)]
    assert found.rejected_total == 1


def test_lights_are_lights_whatever_they_are_called(light, dark):
    assert one(light(kind="flat"), dark(kind="unknown")).status == "exact"


def test_one_rejection_a_differing_field(light, dark):
    found = one(light(), dark(exposure_s=300.0, gain=0.0, temperature_c=-20.0))
    rows = {r.field: (r.light, r.dark_value, r.limit, r.unit) for r in found.rejections}
    assert rows == {
        "exposure_s": (180.0, 300.0, 0.9, "s"),
        "gain": (120.0, 0.0, 0.0, "vendor units"),
        "temperature_c": (-10.0, -20.0, 3.0, "degC"),
    }
    assert found.rejected_total == 1


def test_rejections_are_the_nearest_twenty_unless_all_are_asked_for(light, dark):
    darks = [dark(f"d{i}.fit", exposure_s=200.0 + 10 * i) for i in range(30)]
    found = one(light(), *darks)
    assert [r.dark for r in found.rejections] == [f"d{i}.fit" for i in range(20)]
    assert found.rejected_total == 30
    assert len(one(light(), *darks, all_rejections=True).rejections) == 30


def test_rejections_of_one_exposure_go_outwards_from_the_temperature_of_the_lights(light, dark):
    outwards = (0.6, 2.3, 0.0, 4.0, -3.0, 7.0, -6.0, None)
    darks = [
        dark(f"{t}.fit", exposure_s=300.0, temperature_c=t, setpoint_c=None, master=True)
        for t in sorted(outwards, key=str)
    ]
    found = one(light(temperature_c=1.2, setpoint_c=None), *darks)
    assert list(dict.fromkeys(r.dark for r in found.rejections)) == [f"{t}.fit" for t in outwards]


def test_the_nearest_rejection_differs_in_fewest_fields(light, dark):
    far = dark("far.fit", exposure_s=180.0, gain=0.0, offset=0.0)
    near = dark("near.fit", exposure_s=600.0)
    assert one(light(), far, near).rejections[0].dark == "near.fit"


def test_age_is_counted_either_way_and_from_the_farthest_night(light, dark):
    lights = [light("a.fit"), light("b.fit", night="2023-12-11", date_obs="2023-12-11T22:00:00")]
    (found,) = match(lights, [dark(night="2024-01-12", date_obs="2024-01-12T22:00:00")])
    assert found.age_days == 32


def test_age_counts_from_the_newest_frame_of_the_set(light, dark):
    darks = [dark("a.fit", date_obs="2024-01-02T20:00:00", night="2024-01-02")]
    darks += [dark("b.fit", date_obs="2024-01-03T03:00:00", night="2024-01-03")]
    found = one(light(), *darks)
    assert found.darks == ("a.fit", "b.fit")
    assert (found.dark, found.age_days) == ("b.fit", 7)


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"temperature_c": -10.9}, {"temperature_c": -11.1, "master": True}),  # exact before tolerated
        ({"temperature_c": -12.0}, {"temperature_c": None, "setpoint_c": None, "master": True}),  # before unknown
        ({"master": True}, {}),  # a master before single frames
        ({"night": "2024-01-01"}, {"night": "2023-05-01", "master": True}),  # but no stale master
        ({"night": "2023-12-01", "master": True}, {}),  # forty days are told, and are not stale
        ({"night": "2023-06-01"}, {"night": "2023-01-01", "master": True}),  # and stale is not too old
        ({"master": True, "stack_count": 30}, {"master": True, "stack_count": 10}),
        ({"master": True, "night": "2024-01-09"}, {"master": True, "night": "2023-12-01"}),
        ({"temperature_c": -12.0}, {"temperature_c": -13.0, "master": True}),
        ({"temperature_c": -11.2}, {"temperature_c": -8.0, "master": True}),  # on the other side of the light
    ],
)
def test_the_better_set_is_chosen(light, dark, better, worse):
    def made(path, fields):
        night = fields.get("night", "2024-01-08")
        return dark(path, **{"date_obs": f"{night}T22:00:00", "night": night, **fields})

    for order in (1, -1):
        darks = [made("better.fit", better), made("worse.fit", worse)][::order]
        assert one(light(), *darks).dark == "better.fit"


def test_the_larger_set_is_chosen(light, dark):
    few = [dark(f"few{i}.fit", date_obs=f"2024-01-09T20:0{i}:00") for i in range(3)]
    many = [dark(f"many{i}.fit", date_obs=f"2024-01-05T20:0{i}:00", night="2024-01-05") for i in range(8)]
    assert len(one(light(), *few, *many).darks) == 8


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "exposure_s": st.sampled_from([None, 60.0, 180.0, 180.5]),
        "temperature_c": st.sampled_from([None, -10.0, -11.5, -20.0]),
        "setpoint_c": st.sampled_from([None, -10.0]),
        "gain": st.sampled_from([None, 0.0, 120.0]),
        "offset": st.sampled_from([None, 30.0, 31.0]),
        "readout_mode": st.sampled_from([None, "Default", "Fast"]),
        "camera": st.sampled_from([None, "ASCOM Camera", "ZWO ASI294MC Pro", "Homemade"]),
        "master": st.booleans(),
        "kind": st.sampled_from(["dark", "light", "unknown"]),
    },
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(FIELDS, max_size=6))
def test_status_and_lists_agree_whatever_is_offered(light, dark, offered):
    """Choosing does not depend on the order; what is called exact hides nothing; every set is told or chosen from."""
    darks = [dark(f"d{i}.fit", **fields) for i, fields in enumerate(offered)]
    found = one(light(), *darks, all_rejections=True)
    again = one(light(), *reversed(darks), all_rejections=True)
    assert (found.dark, found.status, found.rejected_total) == (again.dark, again.status, again.rejected_total)
    assert found.rejected_total == len({r.dark for r in found.rejections})
    assert not set(found.darks) & {r.dark for r in found.rejections}
    if found.status == "none":
        assert found.dark is None
        return
    chosen = next(d for d in darks if d.path == found.dark)
    assert chosen.kind != "light"
    if found.status == "exact":
        assert chosen.exposure_s == 180.0
        assert chosen.temperature_c == -10.0
        assert chosen.gain == 120.0
        assert chosen.readout_mode in (None, "Default")
    assert (found.status == "tolerated") <= bool(found.deviations)
