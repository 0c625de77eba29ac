"""What a large index leaves out before matching is what matching would have rejected."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ampglow_plugin.matching import match_all, may_serve
from ampglow_plugin.model.frame import Frame
from tests.matching.conftest import SETTINGS

FIELDS = {
    "camera": st.sampled_from(["ZWO ASI294MC Pro", "ZWO ASI1600MM Pro", None]),
    "camera_serial": st.sampled_from([None, "1f0a", "2b7c"]),
    "width": st.sampled_from([4144, 2072]),
    "gain": st.sampled_from([None, 0.0, 120.0]),
    "offset": st.sampled_from([None, 30.0]),
    "readout_mode": st.sampled_from([None, "0", "1"]),
    "exposure_s": st.sampled_from([None, 0.05, 2.0, 179.5, 180.0, 300.0]),
    "temperature_c": st.sampled_from([None, -10.0, -9.0, 5.0]),
    "setpoint_c": st.sampled_from([None, -10.0, 5.0]),
    "master": st.booleans(),
    "calibrated": st.sampled_from([None, False, True]),
}


def frames(kind: str, most: int):
    made = st.fixed_dictionaries(FIELDS).map(lambda fields: {**SETTINGS, **fields, "kind": kind})
    return st.lists(made, max_size=most).map(
        lambda rows: [Frame(**{**row, "path": f"{kind}{i}.fit"}) for i, row in enumerate(rows)]
    )


@given(frames("light", 4), frames("flat", 3), frames("dark", 10))
def test_matches_are_the_same_without_what_is_left_out(lights, flats, darks):
    may = may_serve(lights, flats)
    some = [dark for dark in darks if may(dark)]

    def decided(offered):
        found = match_all({"light": lights, "flat": flats, "dark": offered})
        return [(m.role, m.lights, m.dark, m.darks, m.status, m.age_days) for m in found]

    assert decided(some) == decided(darks)


def test_a_dark_of_another_camera_or_exposure_is_left_out(light, dark):
    may = may_serve([light()], [light("flat.fit", exposure_s=2.0)])
    asked = [
        dark(), dark(exposure_s=2.0), dark(exposure_s=None), dark(temperature_c=20.0),
        dark(camera="ZWO ASI1600MM Pro"), dark(exposure_s=60.0), dark(gain=0.0),
    ]  # fmt: skip
    assert [may(d) for d in asked] == [True, True, True, True, False, False, False]
