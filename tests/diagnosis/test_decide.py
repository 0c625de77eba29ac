"""From numbers to what is told; the fit and the figures themselves; a small sample of scenes, the same every time."""

import functools
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from ampglow_plugin.diagnosis.dark import DarkShare
from ampglow_plugin.diagnosis.decide import TOLD, TOLD_BY_DARK, decide, likelihood
from ampglow_plugin.diagnosis.signs.base import Signs
from ampglow_plugin.diagnosis.signs.glow import signs as signs_of_glow
from ampglow_plugin.knowledge import table
from ampglow_plugin.knowledge.diagnosis import Weights, weights_of
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.held import HeldRegion, Share
from tests.diagnosis import stats
from tests.diagnosis.fit import fitted
from tests.diagnosis.numbers import numbers_of
from tests.diagnosis.scenes import CAUSES

SHARE = {"share_sigma": 12.0, "one_or_none": 12.0}


def glow(numbers, situation="dark"):
    return Signs(cause="amp_glow", situation=situation, numbers=numbers, signs=(), where="right", peak_adu=80.0)


def lens(value=None):
    numbers = {} if value is None else {"corner_sigma": value, "corner": value, "brighter": 0.0, "lopsided": 0.0}
    return Signs(cause="vignetting", situation="one", numbers=numbers, signs=())


def test_several_may_be_there_the_likeliest_first():
    causes, likelihoods = decide([lens(3.0), glow(SHARE)], "dark")
    assert {c.cause for c in causes} == {"amp_glow", "vignetting"}
    assert [c.confidence for c in causes] == sorted((c.confidence for c in causes), reverse=True)
    assert [one.cause for one in likelihoods] == ["vignetting", "amp_glow"]
    assert next(c for c in causes if c.cause == "amp_glow").where == "right"


def test_none_is_told_only_where_all_are_excluded_and_one_that_is_open_leaves_it_undecided():
    nothing = glow({"share_sigma": -0.3, "one_or_none": -12.0})
    causes, likelihoods = decide([nothing, lens(-3.0)], "dark")
    assert [c.cause for c in causes] == ["none"]
    assert causes[0].confidence == pytest.approx(np.prod([1 - one.probability for one in likelihoods]), abs=1e-4)
    causes, _ = decide([nothing, lens()], "dark")
    assert [(c.cause, c.confidence) for c in causes] == [("undecided", 0.5)]


def test_what_may_be_hidden_is_not_excluded():
    unlikely = lens(-3.0)
    assert likelihood(unlikely, "dark").decided is False
    assert likelihood(replace(unlikely, hidden=True), "dark").decided is None
    assert likelihood(replace(lens(6.0), hidden=True), "dark").decided is True


def test_what_frames_cannot_show_at_all_is_left_out():
    twilight = Signs(cause="twilight_gradient", situation="single", numbers={}, signs=(), counts=False)
    causes, likelihoods = decide([glow({"share_sigma": -0.3, "one_or_none": -12.0}), twilight], "dark")
    assert [c.cause for c in causes] == ["none"]
    assert [one.cause for one in likelihoods] == ["amp_glow"]


def test_a_dark_decides_with_stricter_limits_and_one_view_with_stricter_ones_than_several():
    assert TOLD_BY_DARK[0] > TOLD["one"][0] > TOLD["views"][0] > 0.5
    assert TOLD_BY_DARK[1] < TOLD["dark"][1] < 0.5
    assert TOLD["views"][1] <= 0.1
    # between the limits of several views and of one
    weights = weights_of("vignetting", "one")
    at = next(v for v in np.linspace(-3, 6, 400) if 0.77 < weights.probability(lens(v).numbers) < 0.88)
    assert likelihood(lens(at), "views").decided is True
    assert likelihood(lens(at), "one").decided is None


def test_more_of_the_dark_is_more_likely_glow():
    chances = [weights_of("amp_glow", "dark_calibrated").probability({"share_sigma": s}) for s in (-5, 0, 3, 6, 12)]
    assert chances == sorted(chances)
    assert chances[0] < 0.03
    assert chances[-1] > 0.97


@pytest.mark.parametrize(
    ("shares", "raw", "hidden", "missing"),
    [
        (((0.01, 0.02),), False, False, "more frames"),
        (((-0.2, 0.1),), False, False, "more frames"),
        (((0.06, 0.25),), False, True, "more frames"),
        (((-0.6, 0.02),), False, True, "ampglow verify"),
        (((-0.6, 0.02),), True, False, "more frames"),  # nothing was subtracted from raw frames
        (((-0.6, 0.02), (-0.7, 0.3)), False, True, "ampglow verify"),
    ],
)
def test_glow_is_not_excluded_where_half_may_be_there_nor_where_too_much_was_subtracted(shares, raw, hidden, missing):
    held = [Share(value=value, sigma=sigma) for value, sigma in shares]
    regions = [HeldRegion(where="right", peak_adu=80.0, certain=True, share=share) for share in held]
    measured = SimpleNamespace(
        basis="dark",
        raw=raw,
        shares=[DarkShare(region=r, x=310.0, y=100.0, share=r.share, views=()) for r in regions],
        dark=SimpleNamespace(glow=SimpleNamespace(regions=())),
        first=Frame(path="l.fits"),
        distinct=[SimpleNamespace(view=SimpleNamespace(tiles=SimpleNamespace(shape=(240, 320))))],
    )
    found = signs_of_glow(measured)
    assert found.hidden is hidden
    assert (likelihood(found, "dark").decided is False) is not hidden
    assert missing in found.missing[0]


def test_the_table_says_how_it_was_made_and_holds_every_situation():
    data = table("diagnosis.yaml")
    assert data["made"]["scenes"] >= 500
    assert set(data["defects"]) == set(CAUSES)
    assert set(data["defects"]["amp_glow"]) == {"dark", "dark_calibrated", "dark_without_glow", "one", "views"}
    for situations in data["defects"].values():
        for row in situations.values():
            assert 0 <= row["with_defect"] <= row["scenes"]


def test_a_probability_is_no_number_too_large():
    weights = Weights(constant=0.0, weights={"x": 1e6}, scenes=1, with_defect=1)
    assert weights.probability({"x": 1.0}) == pytest.approx(1.0)
    assert weights.probability({"x": -1.0}) == pytest.approx(0.0)
    assert weights.probability({"x": 0.0}) == 0.5


def test_the_fit_recovers_weights_that_made_the_truth():
    rng = np.random.default_rng(4)
    values = rng.normal([2.0, -1.0], [3.0, 0.5], (6000, 2))
    chance = 1 / (1 + np.exp(-(0.5 + 0.8 * values[:, 0] - 1.5 * values[:, 1])))
    constant, weights = fitted(values, (rng.random(6000) < chance).astype(float))
    assert constant == pytest.approx(0.5, abs=0.25)
    assert weights == pytest.approx([0.8, -1.5], abs=0.2)


def test_what_was_never_seen_is_not_impossible():
    constant, weights = fitted(np.zeros((50, 1)), np.zeros(50))
    assert 0.002 < 1 / (1 + np.exp(-constant)) < 0.03
    assert weights == pytest.approx([0.0])


@functools.cache
def sample():
    return [stats.case(numbers_of((seed, 1))) for seed in range(100_000, 100_016)]


def test_a_sample_of_scenes_is_told_rightly():
    """Sixteen scenes of the family of the figures; the figures themselves take an hour (make diagnose-stats)."""
    cases = sample()
    assert stats.wrong_on_glow(c for c in cases if c.basis == "dark") == 0
    assert stats.twilight_called_glow(cases) == 0
    told = [(verdict in c.truth) for c in cases if c.decided for verdict in c.told]
    assert len(told) >= 10
    assert np.mean(told) >= 0.9
    assert {c.basis for c in cases} == {"dark", "views", "one"}


def test_scores_and_reliability_count_what_they_say():
    cases = sample()
    scores = stats.scores(cases)
    decided = [c for c in cases if c.decided]
    assert sum(s.right + s.wrong for s in scores.values()) == sum(len(c.told) for c in decided)
    assert sum(s.right + s.missed for s in scores.values()) == sum(len(c.truth) for c in decided)
    assert sum(count for _, count, _, _ in stats.verdict_reliability(cases)) == sum(len(c.told) for c in decided)
    assert stats.undecided(cases) == pytest.approx(1 - len(decided) / len(cases))


def test_the_docs_show_figures_of_this_version():
    import ampglow_plugin

    text = stats.DOCS.read_text(encoding="utf-8")
    assert f"ampglow {ampglow_plugin.__version__}, 20" in text
    assert int(re.search(r": (\d+) scenes, fitted on", text)[1]) >= 2000
    wrong = re.search(r"Twilight called glow: 0; wrong on glow with a dark: (\d+)\.", text)[1]
    # a figure that misses its aim is said in words as well
    assert (wrong == "0") is ("verdict on glow was wrong" not in text)


def test_the_docs_name_the_limits_that_decide():
    text = stats.DOCS.read_text(encoding="utf-8")
    named = {
        "amp glow with a dark": TOLD_BY_DARK,
        "any other, with a dark (of one view or of several)": TOLD["dark"],
        "several views": TOLD["views"],
        "one view": TOLD["one"],
    }
    for words, (there, absent) in named.items():
        assert f"| {words} | {there:g} | {absent:g} |" in text


def test_figures_are_tables_with_every_basis_and_fail_where_a_goal_is_missed():
    cases = sample()
    text, _ = stats.figures(cases)
    assert all(f"| `{basis}` |" in text for basis in ("dark", "views", "one"))
    wrong = [stats.Case(frozenset({"none"}), c.basis, c.setup, c.seed, c.causes, c.likelihoods) for c in cases]
    assert stats.figures(wrong)[1] is False
