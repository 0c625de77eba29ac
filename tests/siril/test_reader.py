"""Scripts read back: our own to the same steps and masters, and the forms others use."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ampglow_plugin.errors import HostRefused, InputError
from ampglow_plugin.hosts import SIRIL
from ampglow_plugin.hosts.entries import set_names
from ampglow_plugin.hosts.siril.dialects import DIALECTS, dialect
from ampglow_plugin.hosts.siril.grammar import lines, read_text
from ampglow_plugin.hosts.siril.reader import read, read_script
from ampglow_plugin.hosts.siril.writer import FRAMES, MASTERS, write_script
from ampglow_plugin.model.plan import (
    Align,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    Master,
    RemoveGradient,
)
from tests.siril.plans import PLANS


def normal(plan):
    """What a script can say of a plan: link folders for files, no settings, nothing said twice."""
    names = set_names(plan)

    def step(s):
        match s:
            case CosmeticCorrect(dark=None):
                raise AssertionError("name the dark")
            case Debayer():
                return Debayer()
            case Integrate() if s.rejection == "none" or s.combination != "mean":
                return replace(s, rejection="none", low_sigma=3.0, high_sigma=3.0)
            case RemoveGradient():
                return replace(s, evidence=())
        return s

    def steps(entry):
        kept = [s for s in entry.steps if not (isinstance(s, Integrate) and len(entry.frames) == 1)]
        return tuple(step(s) for s in kept)

    masters = []
    for m in plan.masters:
        name = names["master", m.id]
        where = {"file": f"{MASTERS}/{name}"} if m.file else {"frames": (f"{FRAMES}/{name}",)}
        masters.append(Master(id=m.id, role=m.role, steps=steps(m), **where))
    calibrates = any(isinstance(s, Calibrate) for entry in (*plan.masters, *plan.groups) for s in entry.steps)
    if not calibrates:  # whoever reads the script alone cannot know that they are lights
        return {m.id: m for m in masters}, []
    groups = [Group(id=g.id, frames=(f"{FRAMES}/{names['group', g.id]}",), steps=steps(g)) for g in plan.groups]
    return {m.id: m for m in masters}, groups


@pytest.mark.parametrize("series", DIALECTS)
@pytest.mark.parametrize("name", PLANS)
def test_round_trip(name, series):
    try:
        text = write_script(PLANS[name], dialect(series)).text
    except HostRefused:
        pytest.skip("cannot be said in this dialect")
    reading = read_script(text, "x.ssf")
    masters, groups = normal(PLANS[name])
    assert {m.id: m for m in reading.plan.masters} == masters
    assert [replace(g, cfa=None) for g in reading.plan.groups] == groups
    assert reading.host_version == dialect(series).requires


def test_round_trip_refuses_nothing_but_what_is_expected():
    """So that the skips above cannot grow unseen."""
    refused = set()
    for series in DIALECTS:
        for name, plan in PLANS.items():
            try:
                write_script(plan, dialect(series))
            except HostRefused:
                refused.add((series, name))
    assert refused == {
        ("1.0", "sigmas"),
        ("1.0", "scaled-by-exposure"),
        ("1.0", "drizzle"),
        ("1.2", "scaled-by-exposure"),
        ("1.2", "drizzle"),
        ("1.0", "gradient"),
        ("1.0", "gradient-last"),
    }


OFFICIAL = """\
requires 1.2.0
cd biases
convert bias -out=../process
cd ../process
stack bias rej 3 3 -nonorm -out=../masters/bias_stacked
cd ..
cd flats
convert flat -out=../process
cd ../process
calibrate flat -bias=../masters/bias_stacked
stack pp_flat rej 3 3 -norm=mul -out=../masters/pp_flat_stacked
cd ..
cd darks
convert dark -out=../process
cd ../process
stack dark rej 3 3 -nonorm -out=../masters/dark_stacked
cd ..
cd lights
convert light -out=../process
cd ../process
calibrate light -dark=../masters/dark_stacked -flat=../masters/pp_flat_stacked -cc=dark -cfa -equalize_cfa -debayer
register pp_light
stack r_pp_light rej 3 3 -norm=addscale -output_norm -rgb_equal -out=result
load result
mirrorx -bottomup
save ../result_$LIVETIME:%d$s
cd ..
close
"""


def test_layout_of_the_scripts_that_come_with_siril():
    plan = read_script(OFFICIAL, "x.ssf").plan
    assert [(m.id, m.role, m.frames) for m in plan.masters] == [
        ("bias_stacked", "bias", ("biases",)),
        ("pp_flat_stacked", "flat", ("flats",)),
        ("dark_stacked", "dark", ("darks",)),
    ]
    assert plan.masters[1].steps == (Calibrate(bias="bias_stacked"), Integrate(normalization="multiplicative"))
    (group,) = plan.groups
    assert group.frames == ("lights",)
    assert group.steps == (
        Calibrate(dark="dark_stacked", flat="pp_flat_stacked", equalize_cfa=True),
        CosmeticCorrect(dark="dark_stacked", cfa=True),
        Debayer(),
        Align(),
        Integrate(normalization="additive_scaling", output_normalized=True),
    )


def test_places_point_at_the_option_that_says_it():
    reading = read_script(OFFICIAL, "x.ssf")
    number = next(i for i, text in enumerate(OFFICIAL.splitlines(), 1) if text.startswith("calibrate light"))
    text = OFFICIAL.splitlines()[number - 1]
    for place, word in (
        ("groups[0].steps[0]", "calibrate"),
        ("groups[0].steps[0].dark", "-dark="),
        ("groups[0].steps[0].flat", "-flat="),
        ("groups[0].steps[1]", "-cc="),
        ("groups[0].steps[2]", "-debayer"),
    ):
        where = reading.places[place]
        assert (where.line, where.column) == (number, text.index(word) + 1), place


def calibration(line, requires="1.4.0"):
    plan = read_script(f"requires {requires}\ncd lights\nlink light -out=../process\ncd ../process\n{line}\n", "x").plan
    return plan, plan.groups[0].steps


def test_names_of_sequences_in_every_form():
    for form in ("light", "light_", "light_.seq"):
        plan, steps = calibration(f"calibrate {form} -dark=../masters/dark")
        assert plan.groups[0].frames == ("lights",), form
        assert steps == (Calibrate(dark="dark"),)


def test_the_last_dark_counts_and_case_matters():
    assert calibration("calibrate light -dark=a -dark=b -DARK=c")[1] == (Calibrate(dark="b"),)
    assert calibration("CALIBRATE light -DARK=c")[1] == (Calibrate(),)


def test_scaling_by_version():
    assert calibration("calibrate light -dark=d -opt=exp")[1][0].dark_scaling == "exposure"
    assert calibration("calibrate light -dark=d -opt")[1][0].dark_scaling == "optimize"
    assert calibration("preprocess light -dark=d -opt=exp", "1.0.0")[1][0].dark_scaling == "none"


def test_a_dark_given_to_1_0_corrects_hot_pixels():
    assert calibration("preprocess light -dark=d", "0.99.4")[1] == (Calibrate(dark="d"), CosmeticCorrect(dark="d"))
    assert calibration("preprocess light -dark=d", "1.2.0")[1] == (Calibrate(dark="d"),)


def test_synthetic_bias():
    for form in ('-bias="=500"', "-bias==500", '"-bias==500"', "'-bias==500'"):
        assert calibration(f"calibrate light {form} -dark=d")[1][0].bias_level_adu == 500.0, form
    step = calibration('calibrate light -bias="=64*$OFFSET" -dark=d')[1][0]
    assert step.bias is not None
    assert step.bias_level_adu is None


def test_a_dark_as_bias_is_a_dark():
    assert calibration("calibrate light -bias=../masters/dark_stacked")[1] == (Calibrate(dark="dark_stacked"),)
    assert calibration("calibrate light -bias=../masters/bias_stacked")[1] == (Calibrate(bias="bias_stacked"),)


def test_quoted_paths_are_one_word():
    plan, steps = calibration('calibrate light "-dark=../my masters/dark" -cc=dark 2 4.5')
    assert plan.masters[0].file == "my masters/dark"
    assert steps[1] == CosmeticCorrect(dark="dark", cold_sigma=2.0, hot_sigma=4.5)


def test_debayer_before_the_dark_is_seen_as_such():
    plan = read_script("requires 1.2.0\nconvert light -debayer\ncalibrate light -dark=d\n", "x").plan
    assert plan.groups[0].steps == (Debayer(), Calibrate(dark="d"))


def test_calibrated_twice_is_two_steps():
    plan = read_script("requires 1.2.0\nlink light\ncalibrate light -dark=d\ncalibrate pp_light -dark=d\n", "x").plan
    assert plan.groups[0].steps == (Calibrate(dark="d"), Calibrate(dark="d"))


def test_commands_in_between_that_are_not_followed_keep_the_steps():
    text = "requires 1.2.0\nlink light\ncalibrate light -dark=d\nseqresample pp_light 0.5\nregister scaled_pp_light\n"
    plan = read_script(text, "x").plan
    assert [g.steps for g in plan.groups] == [(Calibrate(dark="d"), Align())]


def test_a_background_that_is_subtracted_is_a_step_where_it_stands():
    text = "requires 1.2.0\nlink light\ncalibrate light -dark=d\nseqsubsky pp_light -rbf -tolerance=2\nregister bkg_pp_light\n"
    (group,) = read_script(text, "x").plan.groups
    assert group.steps == (Calibrate(dark="d"), RemoveGradient(samples=20, tolerance=2.0, smoothing=0.5), Align())


def test_a_background_subtracted_before_the_dark_is_found(tmp_path):
    script = tmp_path / "x.ssf"
    script.write_text("requires 1.2.0\nlink light\nseqsubsky light 1\ncalibrate bkg_light -dark=master_dark\n")
    (found,) = [f for f in SIRIL.lint(script, None) if f.rule == "AG319"]
    assert (found.outcome, found.where.line) == ("failed", 3)
    script.write_text("requires 1.2.0\nlink light\ncalibrate light -dark=master_dark\nseqsubsky pp_light 1\n")
    assert [f.outcome for f in SIRIL.lint(script, None) if f.rule == "AG319"] == ["passed"]


def test_two_pass_registration_aligns_once():
    text = "requires 1.2.0\nlink light\ncalibrate light -dark=d\nregister pp_light -2pass\nseqapplyreg pp_light\n"
    assert read_script(text, "x").plan.groups[0].steps == (Calibrate(dark="d"), Align())


def test_what_follows_exit_does_not_happen():
    assert not read_script("requires 1.2.0\nexit\nlink light\ncalibrate light\n", "x").plan.groups


def test_a_script_that_does_not_calibrate_is_none_of_ours():
    plan = read_script("requires 1.2.0\nlink light\nregister light\nstack r_light rej 3 3 -norm=addscale\n", "x").plan
    assert plan.groups == ()
    assert plan.masters == ()


def test_lights_left_out_of_a_script_that_calibrates_flats():
    text = (
        "requires 1.2.0\nlink flat\ncalibrate flat -bias=bias\nstack pp_flat rej 3 3 -norm=mul -out=mflat\n"
        "link light\nregister light\nstack r_light rej 3 3 -norm=addscale\n"
    )
    plan = read_script(text, "x").plan
    assert [(m.id, m.role) for m in plan.masters] == [("bias", "bias"), ("mflat", "flat")]
    assert [g.steps for g in plan.groups] == [(Align(), Integrate(normalization="additive_scaling"))]


def test_stack_words():
    def stacked(words, requires="1.4.0"):
        text = f"requires {requires}\nlink light\ncalibrate light -dark=d\nstack pp_light {words}\n"
        return read_script(text, "x").plan.groups[0].steps[-1]

    assert stacked("rej 3 4") == Integrate(low_sigma=3.0, high_sigma=4.0)
    assert stacked("rej l 5 5 -nonorm") == Integrate(rejection="linear_fit", low_sigma=5.0, high_sigma=5.0)
    assert stacked("mean 0 0 -norm=add") == Integrate(rejection="none", normalization="additive")
    assert stacked("rej n -norm=mulscale") == Integrate(rejection="none", normalization="multiplicative_scaling")
    assert stacked("rej none -norm=ADDSCALE") == Integrate(rejection="none")
    assert stacked("med -nonorm") == Integrate(combination="median", rejection="none")
    assert stacked("") == Integrate(combination="sum", rejection="none")


def test_comments_words_and_lines():
    text = "requires 1.2.0\r\n#cd a\n  # x\n\tcd\t'a b' c\r\nstack"
    found = [(line.number, [(w.text, w.column) for w in line.words]) for line in lines(text)]
    assert found == [
        (1, [("requires", 1), ("1.2.0", 10)]),
        (3, [("#", 3), ("x", 5)]),
        (4, [("cd", 2), ("a b", 5), ("c", 11)]),
        (5, [("stack", 1)]),
    ]


@pytest.mark.parametrize(("data", "says"), [(b"\xef\xbb\xbfrequires 1.2.0\n", "byte order"), (b"x\n#\xe9\n", "line 2")])
def test_bytes_at_which_siril_stops_silently(tmp_path, data, says):
    path = tmp_path / "x.ssf"
    path.write_bytes(data)
    with pytest.raises(InputError, match=says):
        read_text(path)
    with pytest.raises(InputError):
        read(path)
