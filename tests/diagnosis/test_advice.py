"""Advice: one ordered list; gradient removal only for a proven, marginal rest; every word of the table holds."""

import re
from dataclasses import replace
from typing import get_args

import pytest

from ampglow_plugin.diagnosis.advice import advise
from ampglow_plugin.knowledge import table
from ampglow_plugin.model.diagnosis import Action, CauseFound, Diagnosis, Host, Likelihood, Sign
from ampglow_plugin.model.finding import Finding, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules import RULES
from ampglow_plugin.rules.frames.device_subtracted import NOT_AGAIN
from tests.rules.test_output_cases import proof_of

ROWS = table("advice.yaml")["actions"]
LIGHT = Frame(
    path="l.fits", kind="light", exposure_s=180.0, gain=120.0, offset=30.0, setpoint_c=-10.0, readout_mode="HCG"
)
MARGINAL = {
    "success": "residual",
    "pixels": {
        "factor": 0.98,
        "residual_glow": 0.03,
        "residual_glow_sigma": 0.005,
        "residual_glow_adu": 3.6,
        "glow_peak_adu": 120.0,
    },
}


def told(*causes, where="right", missing=(), regions=1):
    signs = [Sign(cause="amp_glow", name="share_of_dark", speaks="for", what="the dark's glow is left")] * regions
    signs += [
        Sign(cause=c, name="x", speaks="for", what=f"seen: {c}") for c in causes if c not in ("none", "undecided")
    ]
    found = tuple(CauseFound(cause=c, confidence=0.98, where=where if c == "amp_glow" else None) for c in causes)
    return Diagnosis(paths=("l.fits",), basis="dark", causes=found, evidence=tuple(signs), missing=tuple(missing))


def failed(code, **fields):
    rule = next(r for r in RULES if r.code == code)
    return Finding(
        rule=code, name=rule.name, outcome="failed", severity=rule.severity, message=f"because of {code}", **fields
    )


def actions(advice):
    return list(dict.fromkeys(a.action for a in advice))


def test_the_table_knows_every_action_host_and_only_rules_that_exist():
    assert set(ROWS) == set(get_args(Action))
    assert {host for row in ROWS.values() for host in row["how"]} <= set(get_args(Host))
    codes = [code for row in ROWS.values() for code in row.get("rules", ())]
    assert len(codes) == len(set(codes))
    assert set(codes) <= {rule.code for rule in RULES}


def test_every_error_about_frames_plans_and_outputs_asks_for_an_action():
    asked = {code for row in ROWS.values() for code in row.get("rules", ())}
    errors = [rule.code for rule in RULES if rule.severity == "error" and rule.code < "AG500"]
    assert [code for code in errors if code not in asked] == []


@pytest.mark.parametrize(("code", "fine"), [("AG111", False), ("AG505", False), ("AG112", True)])
def test_there_is_not_nothing_to_do_where_something_stands_out_that_has_no_action(code, fine):
    assert actions(advise(findings=[failed(code)], diagnosis=told("none", regions=0))) == (["nothing"] if fine else [])


def test_every_action_on_pixels_has_words_for_siril_and_pixinsight():
    by_hand = {"let_it_cool", "match_readout_mode", "shoot_darks", "check_applied", "take_more_views", "nothing"}
    for action, row in ROWS.items():
        if action not in by_hand | {"no_gradient_removal"}:
            assert {"siril", "pixinsight"} <= set(row["how"]), action


def test_settings_are_those_of_the_light_and_nothing_is_left_to_fill_in():
    every = [failed(code) for row in ROWS.values() for code in row.get("rules", ())]
    advice = advise(findings=every, diagnosis=told("light_pollution_gradient", missing=["a dark"]), frame=LIGHT)
    assert not [a.command for a in advice if re.search(r"[{}]", a.command)]
    (darks,) = [a for a in advice if a.action == "shoot_darks" and a.host == "camera"]
    assert darks.command.endswith(": 180 s at -10 C, gain 120, offset 30, readout mode HCG")
    (unknown,) = [a for a in advise(findings=[failed("AG209")]) if a.host == "camera"]
    assert "the lights' exposure" in unknown.command


def group_of(name, exposure_s, **more):
    group = {"exposure_s": exposure_s, "gain": 120.0, "setpoint_c": -10.0, **more}
    return Match(id=name, role="dark", group=group, lights=(f"{name}.fits",), dark=None, darks=(), status="none")


def camera_of(advice):
    (command,) = [a.command for a in advice if a.action == "shoot_darks" and a.host == "camera"]
    return command.partition(": ")[2]


def test_settings_are_those_of_the_groups_that_lack_darks_and_of_no_others():
    """The first light of the night has its darks; 20 darks of its settings would be shot for nothing."""
    groups = (group_of("a", 180.0), group_of("b", 60.0), group_of("c", 30.0, setpoint_c=None, temperature_c=25.6))
    lacking = [failed("AG209", where=Where(group=name)) for name in ("b", "c")]
    told_ = camera_of(advise(findings=lacking[:1], frame=LIGHT, matches=groups))
    assert told_ == "60 s at -10 C, gain 120"
    told_ = camera_of(advise(findings=lacking, frame=LIGHT, matches=groups))
    assert told_ == "60 s at -10 C, gain 120; and 30 s at a sensor temperature of about 26 C, gain 120"
    everywhere = camera_of(advise(findings=[failed("AG209")], frame=LIGHT, matches=groups[:2]))
    assert everywhere == "180 s at -10 C, gain 120; and 60 s at -10 C, gain 120"


def test_no_darks_are_asked_for_where_the_device_has_subtracted_its_own():
    groups = (group_of("a", 10.0), group_of("b", 20.0))
    lacking = [failed("AG209", where=Where(group=name)) for name in ("a", "b")]
    own = failed("AG111", where=Where(path="b.fits"), fix=NOT_AGAIN)
    assert camera_of(advise(findings=[*lacking, own], matches=groups)) == "10 s at -10 C, gain 120"
    assert "shoot_darks" not in actions(advise(findings=[lacking[1], own], matches=groups))
    low = replace(own, fix="raise the offset")
    assert camera_of(advise(findings=[lacking[1], low], matches=groups)) == "20 s at -10 C, gain 120"


def test_the_order_is_that_of_the_table_and_each_action_comes_once():
    advice = advise(findings=[failed("AG303"), failed("AG402"), failed("AG209"), failed("AG107")], frame=LIGHT)
    assert actions(advice) == ["let_it_cool", "shoot_darks", "stop_scaling"]
    assert [a.order for a in advice] == sorted(a.order for a in advice)
    assert {a.order for a in advice} == {1, 2, 3}
    assert {a.reason for a in advice if a.action == "stop_scaling"} == {"because of AG303"}
    assert {a.rule for a in advice if a.action == "shoot_darks"} == {"AG209"}


def test_findings_that_the_user_set_aside_or_that_passed_ask_for_nothing():
    aside = failed("AG303", ignored="I know")
    passed = Finding(rule="AG209", name="no-dark", outcome="passed", severity="error", message="there is one")
    assert actions(advise(findings=[aside, passed])) == ["nothing"]
    assert advise() == ()


def test_a_proven_marginal_rest_may_go_as_a_gradient():
    advice = advise(proofs=[proof_of(MARGINAL)], diagnosis=told("amp_glow"), frame=LIGHT)
    assert actions(advice) == ["remove_gradient"]
    assert {a.host for a in advice} == {"ampglow", "siril", "graxpert", "pixinsight"}
    assert all(a.optional and "nebula" in a.warning and a.rule == "AG412" for a in advice)
    (siril,) = [a for a in advice if a.host == "siril"]
    assert "-rbf" in siril.command
    assert "linear" in siril.command


def test_what_several_clean_frames_show_together_may_go_as_well():
    clean = {**MARGINAL["pixels"], "factor": 1.0, "residual_glow": 0.2, "residual_glow_sigma": 0.2}
    proof = proof_of({"success": "clean", "pixels": {**clean, "residual_glow_adu": 24.0}})
    seen = Sign(
        cause="amp_glow", name="share_of_dark", speaks="open", what="seen", value=0.07, sigma=0.01, where="top-left"
    )
    assert actions(advise(proofs=[proof], diagnosis=replace(told("amp_glow"), evidence=(seen,)))) == ["remove_gradient"]
    more = replace(told("amp_glow"), evidence=(replace(seen, value=0.15),))  # 18 of 120 ADU
    assert "remove_gradient" not in actions(advise(proofs=[proof], diagnosis=more))


@pytest.mark.parametrize(
    ("proofs", "diagnosis"),
    [
        ([], told("amp_glow")),  # nothing proved
        ([proof_of({**MARGINAL, "done": "scaled"})], told("amp_glow")),
        ([proof_of({**MARGINAL, "done": "undecided", "decided_by": None})], told("amp_glow")),
        ([proof_of({**MARGINAL, "pixels": {**MARGINAL["pixels"], "factor": 0.9}})], told("amp_glow")),
        (
            [
                proof_of(
                    {**MARGINAL, "pixels": {**MARGINAL["pixels"], "residual_glow": 0.12, "residual_glow_adu": 14.0}}
                )
            ],
            told("amp_glow"),
        ),
        ([proof_of(MARGINAL)], told("amp_glow", regions=2)),
        ([proof_of(MARGINAL)], told("amp_glow", where="interior")),
        ([proof_of(MARGINAL), proof_of({"done": "not_applied", "success": "residual"})], told("amp_glow")),
    ],
)
def test_otherwise_gradient_removal_is_refused_by_a_rule(proofs, diagnosis):
    advice = advise(proofs=proofs, diagnosis=diagnosis, frame=LIGHT)
    assert "remove_gradient" not in actions(advice)
    assert "calibrate_again" in actions(advice)
    assert {a.rule for a in advice if a.action == "no_gradient_removal"} == {"AG412"}


def test_a_gradient_of_the_sky_may_be_removed_but_not_beside_glow():
    assert actions(advise(diagnosis=told("light_pollution_gradient", regions=0))) == ["remove_gradient"]
    beside = actions(advise(diagnosis=told("amp_glow", "light_pollution_gradient")))
    assert "remove_gradient" not in beside
    assert "no_gradient_removal" in beside


def test_where_no_dark_was_applied_not_even_a_gradient_of_the_sky_is_removed():
    undone = proof_of({"done": "not_applied", "success": "residual"})
    advice = advise(proofs=[undone], diagnosis=told("light_pollution_gradient", regions=0), frame=LIGHT)
    assert "remove_gradient" not in actions(advice)
    assert "no_gradient_removal" in actions(advice)


def test_the_last_resort_is_for_stacks_and_warns():
    stack = Frame(path="s.fits", stack_count=40, exposure_s=180.0)
    advice = advise(diagnosis=told("amp_glow"), frame=stack)
    last = [a for a in advice if a.action == "synthetic_background"]
    assert last[0].order == max(a.order for a in advice)
    assert all(a.optional and "lost" in a.warning for a in last)
    assert "check_applied" in actions(advice)
    assert "synthetic_background" not in actions(advise(diagnosis=told("amp_glow"), frame=LIGHT))


@pytest.mark.parametrize(
    ("cause", "frame", "action"),
    [
        ("vignetting", LIGHT, "use_flat"),
        ("vignetting", Frame(path="c.fits", calibrated=True), "replace_flat"),
        ("twilight_gradient", LIGHT, "drop_twilight_frames"),
        ("internal_reflection", LIGHT, "avoid_reflection"),
        ("none", LIGHT, "nothing"),
    ],
)
def test_each_cause_has_its_action(cause, frame, action):
    advice = advise(diagnosis=told(cause, regions=0), frame=frame)
    assert actions(advice) == [action]
    if cause != "none":
        assert all(a.reason == f"seen: {cause}" for a in advice)


def test_a_dark_is_asked_for_where_amp_glow_is_open_and_only_there():
    asked = told("undecided", regions=0, missing=["frames of another field"])
    for decided, words in ((None, "ampglow diagnose FILES --dark MASTER"), (False, "ampglow diagnose FILES")):
        likelihoods = (
            Likelihood(cause="amp_glow", probability=0.1, decided=decided),
            Likelihood(cause="internal_reflection", probability=0.6, decided=None),
        )
        advice = advise(diagnosis=replace(asked, likelihoods=likelihoods))
        assert [a.command for a in advice if a.host == "ampglow"] == [words]


def test_what_is_open_asks_for_what_is_missing():
    advice = advise(diagnosis=told("undecided", regions=0, missing=["a 5 minute dark", "a second target"]))
    assert actions(advice) == ["take_more_views"]
    assert any("a 5 minute dark; a second target" in a.command for a in advice)
