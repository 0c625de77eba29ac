"""What people read: golden texts of diagnoses with advice, and that text of headers is shown as data."""

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from ampglow_plugin.diagnosis.advice import advise
from ampglow_plugin.model.diagnosis import Action, Cause, CauseFound, Diagnosis, Host, Likelihood, Sign, Speaks, View
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.report.diagnosis import ACTIONS, BASES, HOSTS, NAMES, SPEAKS, show_advice, show_diagnosis

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "diagnosis"
LIGHT = Frame(path="l.fits", kind="light", exposure_s=300.0, gain=100.0, setpoint_c=-10.0)
SHARE = Sign(
    cause="amp_glow",
    name="share_of_dark",
    speaks="for",
    what="the dark's glow of 120 ADU at the right is 0.99 +- 0.02 times in the frames",
    value=0.99,
    sigma=0.02,
    limit=0.1,
    unit="of the dark's glow",
    source="tests",
)
CORNERS = Sign(
    cause="vignetting",
    name="corners",
    speaks="against",
    what="the corners are 0.4 +- 0.5 % darker",
    value=-0.004,
    limit=0.03,
    unit="of the light",
)
DISC = Sign(
    cause="internal_reflection",
    name="disc",
    speaks="for",
    what="an even ring of 108 pixels radius around a bright star",
    value=13.4,
    limit=10.0,
    unit="sigma",
)
SUN = Sign(cause="twilight_gradient", name="sun_altitude", speaks="open", what="the header has no site", unit="deg")

CASES = {
    "glow-with-dark": Diagnosis(
        paths=("l.fits", "m.fits"),
        basis="dark",
        causes=(CauseFound(cause="amp_glow", confidence=0.998, where="right", peak_adu=118.8),),
        likelihoods=(
            Likelihood(cause="amp_glow", probability=0.998, decided=True),
            Likelihood(cause="vignetting", probability=0.02, decided=False),
        ),
        evidence=(SHARE, CORNERS),
        views=(View(frames=("l.fits", "m.fits"), object="M 31"),),
        dark="dark.fits",
    ),
    "undecided": Diagnosis(
        paths=("l.fits",),
        basis="one",
        causes=(CauseFound(cause="undecided", confidence=0.41),),
        likelihoods=(
            Likelihood(cause="amp_glow", probability=0.41, decided=None),
            Likelihood(cause="vignetting", probability=0.02, decided=False),
        ),
        evidence=(SHARE, CORNERS),
        missing=("a dark of the same settings, or one of 5 minutes; or frames of a second target",),
        notes=("a note",),
        views=(View(frames=("l.fits",)),),
    ),
    "not-excluded": Diagnosis(
        paths=("l.fits",),
        basis="views",
        causes=(CauseFound(cause="undecided", confidence=0.17),),
        likelihoods=(
            Likelihood(cause="amp_glow", probability=0.001, decided=False),
            Likelihood(cause="internal_reflection", probability=0.17, decided=None),
            Likelihood(cause="twilight_gradient", probability=0.001, decided=False),
        ),
        evidence=(
            replace(SHARE, speaks="open", value=0.02),
            replace(SHARE, name="no_colour", speaks="against", what="no more than noise", value=1.5),
            DISC,
            SUN,
        ),
        missing=("frames of another field",),
        views=(View(frames=("l.fits",)),),
    ),
    "none": Diagnosis(
        paths=("l.fits",),
        basis="views",
        causes=(CauseFound(cause="none", confidence=0.95),),
        likelihoods=(Likelihood(cause="vignetting", probability=0.02, decided=False),),
        evidence=(CORNERS, SUN),
        views=(View(frames=("l.fits",)),),
    ),
    "gradient": Diagnosis(
        paths=("l.fits",),
        basis="views",
        causes=(CauseFound(cause="light_pollution_gradient", confidence=0.91, where="bottom-left", peak_adu=61.0),),
        likelihoods=(Likelihood(cause="light_pollution_gradient", probability=0.91, decided=True),),
        evidence=(
            Sign(
                cause="light_pollution_gradient",
                name="turns_with_the_sky",
                speaks="for",
                what="it turns",
                value=0.2,
                limit=0.01,
                unit="of the sky",
            ),
        ),
        views=(View(frames=("l.fits",)),),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_text_is_the_golden_one(name, capsys, monkeypatch, update_golden):
    monkeypatch.setenv("COLUMNS", "100")
    show_diagnosis(CASES[name])
    show_advice(advise(diagnosis=CASES[name], frame=LIGHT))
    text = "\n".join(line.rstrip() for line in capsys.readouterr().out.splitlines()) + "\n"
    path = GOLDEN / f"{name}.txt"
    if update_golden:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_word_of_the_model_has_words_for_people():
    assert set(ACTIONS) == set(get_args(Action))
    assert set(NAMES) == set(get_args(Cause))
    assert set(HOSTS) == set(get_args(Host))
    assert set(SPEAKS) == set(get_args(Speaks))
    assert set(BASES) == {"dark", "views", "one"}


def test_escapes_of_a_header_do_not_reach_the_terminal(capsys):
    bad = Diagnosis(
        paths=("l.fits",),
        basis="one",
        causes=(CauseFound(cause="none", confidence=0.9),),
        notes=("\x1b[2Jgone",),
        missing=("[red]no markup",),
    )
    show_diagnosis(bad)
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "[red]no markup" in out


def test_no_advice_is_no_heading(capsys):
    show_advice(())
    assert capsys.readouterr().out == ""
