"""A plan as YAML: the exact inverse, readable, and every mistake named with its place."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ampglow_plugin.errors import FormatError
from ampglow_plugin.model.plan import (
    Align,
    Allowance,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    Master,
    Plan,
    Step,
)
from ampglow_plugin.planning import from_yaml, plan_sha256, to_yaml
from tests.planning.builders import full_night

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
#: words that other readers of YAML take for something else, and text that breaks careless writers
WORDS = st.sampled_from(
    [
        "no",
        "yes",
        "on",
        "null",
        "~",
        "1e3",
        "0x1f",
        "1:30",
        "2026-01-31",
        "-",
        "a: b",
        "# x",
        "'",
        '"',
        "a\nb",
        " x ",
        "!!str",
        "&a",
        "*a",
        "ä 星 \U0001f30c",
        "\u2028",
        "\x85",
        "\x07",
        "C:\\d",
        "",
        "true",
        ".5",
        "-0",
        "1_000",
        "<<",
        "=",
        "\udce9",
    ]
)
TEXT = st.one_of(WORDS, st.text(max_size=12))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), NUMBERS, TEXT)
IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)


def steps_using(ids: list[str]) -> st.SearchStrategy[Step]:
    use = st.one_of(st.none(), st.sampled_from(ids))
    sigma = st.one_of(st.none(), NUMBERS)
    return st.one_of(
        st.builds(
            Calibrate,
            dark=use,
            bias=use,
            flat=use,
            bias_level_adu=sigma,
            dark_scaling=st.sampled_from(["none", "optimize", "exposure"]),
            equalize_cfa=st.booleans(),
        ),
        st.builds(
            CosmeticCorrect,
            method=st.sampled_from(["dark", "map", "auto"]),
            dark=use,
            hot_sigma=sigma,
            cold_sigma=sigma,
            cfa=st.booleans(),
        ),
        st.builds(Debayer, pattern=st.one_of(st.none(), TEXT), method=st.one_of(st.none(), TEXT)),
        st.builds(Align, drizzle=st.booleans()),
        st.builds(
            Integrate,
            rejection=st.sampled_from(["none", "percentile", "winsorized"]),
            low_sigma=NUMBERS,
            normalization=st.sampled_from(["none", "additive"]),
        ),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    ids = draw(st.lists(IDS, min_size=1, max_size=4, unique=True))
    steps = st.lists(steps_using(ids), max_size=4).map(tuple)
    texts = st.lists(TEXT, max_size=3).map(tuple)
    values = st.dictionaries(TEXT, SCALARS, max_size=4)
    claim = st.one_of(st.none(), st.booleans())
    masters = [
        Master(
            id=name,
            role=draw(st.sampled_from(["dark", "flatdark", "flat", "bias"])),
            file=draw(st.one_of(st.none(), TEXT)),
            frames=draw(texts),
            steps=draw(steps),
            holds_bias=draw(claim),
            settings=draw(values),
        )
        for name in ids
    ]
    groups = draw(
        st.lists(
            st.builds(
                Group,
                id=IDS,
                frames=texts,
                steps=steps,
                settings=values,
                cfa=claim,
                bayer_pattern=st.one_of(st.none(), TEXT),
                width=st.one_of(st.none(), st.integers()),
                height=st.none(),
            ),
            max_size=3,
        )
    )
    allowed = draw(st.lists(st.builds(Allowance, rule=TEXT, reason=TEXT, where=st.one_of(st.none(), TEXT)), max_size=2))
    return Plan(tool=draw(TEXT), masters=tuple(masters), groups=tuple(groups), allowed=tuple(allowed))


@given(plans())
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_back_to_an_equal_plan(plan: Plan) -> None:
    text = to_yaml(plan)
    again = from_yaml(text)
    assert again == plan
    assert plan_sha256(again) == plan_sha256(plan)
    assert to_yaml(again) == text


@given(plans(), plans())
@settings(max_examples=30, deadline=None)
def test_the_hash_tells_plans_apart(one: Plan, other: Plan) -> None:
    assert (plan_sha256(one) == plan_sha256(other)) is (one == other)


@given(plans())
@settings(max_examples=50, deadline=None)
def test_the_hash_does_not_depend_on_how_a_number_is_written(plan: Plan) -> None:
    def written(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: written(v) for k, v in value.items()}
        if isinstance(value, tuple):
            return tuple(map(written, value))
        if dataclasses.is_dataclass(value):
            values = {f.name: written(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return dataclasses.replace(value, **values)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53:
            return float(value)
        return value

    other = written(plan)
    assert other == plan
    assert plan_sha256(other) == plan_sha256(plan)


def test_a_plan_written_with_whole_numbers_by_hand_is_the_same_plan() -> None:
    plan = full_night().plan()
    by_hand = to_yaml(plan).replace("hot_sigma: 3.0", "hot_sigma: 3").replace("gain: 120.0", "gain: 120")
    assert by_hand.count(": 120\n") > 1
    assert plan_sha256(from_yaml(by_hand)) == plan_sha256(plan)
    assert plan_sha256(from_yaml(by_hand.replace("hot_sigma: 3", "hot_sigma: 4"))) != plan_sha256(plan)


def test_the_hash_is_the_same_on_every_machine() -> None:
    plan = Plan(
        tool="ampglow 0.1.0",
        groups=(Group(id="lights", frames=("ä.fit",), steps=(Calibrate(),), settings={"gain": 120.0}),),
    )
    assert plan_sha256(plan) == "18f7ed6290a51e8b44e226030299685c1cb5d423e3d437b1ba350a61737ada8b"


def test_a_plan_reads_like_a_recipe() -> None:
    text = to_yaml(full_night().plan())
    assert text.startswith("# A calibration plan of ampglow")
    assert "ampglow run" in text
    body = text.partition("\nplan: 1\n")[2]
    assert body.index("masters:") < body.index("groups:")
    assert "dark_scaling: none" in body
    assert "null" not in body
    assert "&" not in body


GOOD = """\
plan: 1
tool: by hand
masters:
  - {id: dark, role: dark, file: dark.fit, holds_bias: true}
groups:
  - id: lights
    frames: [a.fit]
    steps:
      - {step: calibrate, dark: dark}
"""


def problems(text: str) -> dict[str, str]:
    with pytest.raises(FormatError) as error:
        from_yaml(text, "plan.yaml")
    assert error.value.where == "plan.yaml"
    return {p.place: p.what for p in error.value.problems}


def test_the_good_plan_is_good() -> None:
    assert from_yaml(GOOD).groups[0].steps == (Calibrate(dark="dark"),)


@pytest.mark.parametrize(
    ("old", "new", "place", "what"),
    [
        ("dark: dark}", "dark: drak}", "groups[0].steps[0].dark", "there is no master 'drak' (line 9)"),
        ("role: dark", "role: darc", "masters[0].role", "must be one of"),
        ("id: lights", "id: ../lights", "groups[0].id", "must be letters"),
        ("id: lights", "id: -rf", "groups[0].id", "must be letters"),
        ("id: lights", "id: lights\n    id: other", "groups[0].id", "is given twice, again in line 7"),
        ("step: calibrate", "step: calibrat", "groups[0].steps[0].step", "must be one of"),
        ("step: calibrate, ", "", "groups[0].steps[0].step", "must be one of"),
        ("dark: dark}", "dark: dark, optimise: true}", "groups[0].steps[0].optimise", "is not a known key (line 9)"),
        ("holds_bias: true", "holds_bias: yes", "masters[0].holds_bias", "must be true or false, not 'yes' (line 4)"),
        ("frames: [a.fit]", "frames: a.fit", "groups[0].frames", "must be a list"),
        ("frames: [a.fit]", "frames: [3]", "groups[0].frames[0]", "must be text"),
        ("plan: 1", "plan: 2", "plan", "must be one of 1, not 2"),
        ("tool: by hand\n", "", "tool", "is missing"),
        ("dark: dark}", "dark: dark, bias_level_adu: .inf}", "groups[0].steps[0].bias_level_adu", "cannot be used"),
        ("dark: dark}", "dark: dark, bias_level_adu: .nan}", "groups[0].steps[0].bias_level_adu", "cannot be used"),
        ("tool: by hand", "tool: !!python/name:os.system x", "tool", "cannot be used"),
        ("tool: by hand", "tool: &a x\nallowed: *a", "allowed", "is an alias"),
        ("groups:", "groups: [", "line 6, column 3", "is not YAML"),
    ],
)
def test_each_mistake_is_named_with_its_place(old: str, new: str, place: str, what: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new, 1))
    assert what in found[place], found


def test_all_mistakes_at_once() -> None:
    text = (
        GOOD.replace("dark: dark}", "dark: drak, flat: flot}")
        .replace("role: dark", "role: x")
        .replace("plan: 1", "plan: 1\nplan: 1")
    )
    assert set(problems(text)) == {"plan", "masters[0].role", "groups[0].steps[0].dark", "groups[0].steps[0].flat"}


@pytest.mark.parametrize("text", ["", "# nothing\n", "[]", "plan", "3", "- a\n- b"])
def test_what_is_no_plan(text: str) -> None:
    assert problems(text)


def test_hostile_depth_is_refused() -> None:
    assert "is not YAML" in problems("plan: " + "[" * 100_000)[""]


def test_many_aliases_do_not_grow() -> None:
    bomb = "a: &a [x,x,x,x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{','.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(8)
    )
    assert any("alias" in what for what in problems(bomb).values())


def test_values_that_would_be_lost_keep_their_null() -> None:
    plan = from_yaml(GOOD)
    step = CosmeticCorrect(dark="dark", hot_sigma=None)
    changed = dataclasses.replace(plan, groups=(dataclasses.replace(plan.groups[0], steps=(step,)),))
    assert "hot_sigma: null" in to_yaml(changed)
    assert from_yaml(to_yaml(changed)) == changed


def test_numbers_as_people_write_them() -> None:
    def level(written: str) -> Any:
        return (
            from_yaml(GOOD.replace("dark: dark}", f"dark: dark, bias_level_adu: {written}}}"))
            .groups[0]
            .steps[0]
            .bias_level_adu
        )  # type: ignore[union-attr]

    assert [level(w) for w in ("500", "5e2", "+500.", ".5e3", "null", "~")] == [500, 500, 500, 500, None, None]


def test_names_are_written_as_they_are(tmp_path) -> None:
    """So that people can read and search their own file names."""
    night = full_night()
    lights = night.shoot("light", 2, "Nébuleuse 北")
    night.matches[0] = dataclasses.replace(night.matches[0], lights=lights)
    night.matches = night.matches[:1]
    assert "/night/Nébuleuse 北_0001.fit" in to_yaml(night.plan())
