"""Plain data and back: exact inverse, and every wrong place named at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ampglow_plugin.errors import FormatError
from ampglow_plugin.model.codec import from_dict, to_dict
from ampglow_plugin.model.frame import Frame, Source
from ampglow_plugin.model.manifest import InputFile, MasterFile, OutputFile, RunManifest
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Group, Integrate, Master, Plan

text = st.text(max_size=12)
number = st.floats(allow_nan=False, allow_infinity=False)
maybe_id = st.none() | text
steps = st.one_of(
    st.builds(Calibrate, dark=maybe_id, flat=maybe_id, bias_level_adu=st.none() | number, equalize_cfa=st.booleans()),
    st.builds(CosmeticCorrect, dark=maybe_id, hot_sigma=st.none() | number, cfa=st.booleans()),
    st.builds(Debayer, pattern=maybe_id),
    st.builds(Align, drizzle=st.booleans()),
    st.builds(Integrate, low_sigma=number, output_normalized=st.booleans()),
)
scalars = st.none() | text | st.integers() | number | st.booleans()
plans = st.builds(
    Plan,
    tool=text,
    masters=st.lists(
        st.builds(
            Master,
            id=text,
            role=st.sampled_from(["dark", "flat", "flatdark", "bias"]),
            file=maybe_id,
            steps=st.lists(steps, max_size=3).map(tuple),
            holds_bias=st.none() | st.booleans(),
            settings=st.dictionaries(text, scalars, max_size=3),
        ),
        max_size=3,
    ).map(tuple),
    groups=st.lists(
        st.builds(
            Group, id=text, frames=st.lists(text, max_size=3).map(tuple), steps=st.lists(steps, max_size=4).map(tuple)
        ),
        max_size=2,
    ).map(tuple),
)


@given(plans)
def test_a_plan_survives_the_way_to_plain_data_and_back(plan):
    assert from_dict(Plan, to_dict(plan)) == plan


def test_a_frame_keeps_its_sources():
    frame = Frame(path="a.fit", gain=120.0, sources={"gain": Source(keyword="GAIN", how="read")})
    assert from_dict(Frame, to_dict(frame)) == frame


def test_a_manifest_survives():
    light = InputFile(path="l.fit", size=3, sha256="ab")
    manifest = RunManifest(
        tool="t",
        plan_sha256="00",
        host="siril",
        host_version="1.4",
        script="s.ssf",
        commands=("requires", "calibrate"),
        masters=(MasterFile(id="d", role="dark", path="d.fit", built=True, inputs=(light,)),),
        outputs=(OutputFile(path="o.fit", group="g", light=light, dark="d"),),
    )
    assert from_dict(RunManifest, to_dict(manifest)) == manifest


def test_every_wrong_place_is_named_at_once():
    data = to_dict(Plan(tool="t", groups=(Group(id="g", frames=("a",), steps=(Calibrate(dark="d"), Debayer())),)))
    data["groups"][0]["steps"][0]["dark"] = 5
    data["groups"][0]["steps"][0]["dark_scaling"] = "a bit"
    data["groups"][0]["steps"][1]["step"] = "develop"
    data["groups"][0]["colour"] = True
    del data["tool"]
    with pytest.raises(FormatError) as caught:
        from_dict(Plan, data, where="plan.yaml")
    assert {p.place for p in caught.value.problems} == {
        "tool",
        "groups[0].colour",
        "groups[0].steps[0].dark",
        "groups[0].steps[0].dark_scaling",
        "groups[0].steps[1].step",
    }
    assert str(caught.value).startswith("plan.yaml: ")


@pytest.mark.parametrize(
    ("value", "what"),
    [(True, "a whole number"), ("3", "a whole number"), (None, "a whole number"), (3.5, "a whole number")],
)
def test_a_whole_number_is_neither_text_nor_truth(value, what):
    with pytest.raises(FormatError, match=what):
        from_dict(InputFile, {"path": "p", "size": value, "sha256": "x"})


def test_a_number_that_is_no_number_becomes_null():
    assert to_dict(Frame(path="x", gain=float("nan")))["gain"] is None


def test_the_version_of_a_plan_is_not_mistaken_for_true():
    with pytest.raises(FormatError, match="plan"):
        from_dict(Plan, {"plan": True, "tool": "t"})
