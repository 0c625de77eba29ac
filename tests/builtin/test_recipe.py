"""What the engine has no way to do is refused with its place, before anything is written."""

from __future__ import annotations

import pytest

from ampglow_plugin.errors import HostRefused
from ampglow_plugin.hosts import BUILTIN
from ampglow_plugin.hosts.builtin.emitter import render
from ampglow_plugin.hosts.builtin.inspect import exposure_of, inspect
from ampglow_plugin.hosts.builtin.recipe import work_of
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.plan import Align, Calibrate, CosmeticCorrect, Debayer, Group, Integrate, Master, Plan
from ampglow_plugin.rules.check_plan import check_plan

DARK = Master(id="dark", role="dark", file="/d.fit", holds_bias=True)


def plan(*steps, masters=(DARK,), **group):
    values = {"id": "light", "frames": ("/a.fit",), "steps": steps, **group}
    return Plan(tool="test", masters=masters, groups=(Group(**values),))


@pytest.mark.parametrize(
    ("refused", "place", "words"),
    [
        (plan(Calibrate(dark="none")), "groups[0].steps[0]", "no master 'none'"),
        (plan(Calibrate(dark="dark", dark_scaling="optimize")), "groups[0].steps[0]", "does not search for a factor"),
        (plan(Calibrate(dark_scaling="exposure")), "groups[0].steps[0]", "no dark to scale"),
        (plan(Calibrate(bias="dark", bias_level_adu=100.0)), "groups[0].steps[0]", "at once"),
        (plan(CosmeticCorrect(method="auto", dark="dark")), "groups[0].steps[0]", "in a master dark only"),
        (plan(CosmeticCorrect(dark=None)), "groups[0].steps[0]", "in a master dark only"),
        (plan(Calibrate(dark="dark"), Debayer(method="vng")), "groups[0].steps[1]", "bilinear, not vng"),
        (plan(Align(drizzle=True)), "groups[0].steps[0]", "does not drizzle"),
        (plan(Debayer(), Calibrate(dark="dark")), "groups[0].steps[1]", "cannot stand here"),
        (plan(Calibrate(dark="dark"), Calibrate(dark="dark")), "groups[0].steps[1]", "cannot stand here"),
        (plan(Integrate(), Align()), "groups[0].steps[1]", "cannot stand here"),
        (plan(Align(), cfa=True), "groups[0]", "would mix its colours"),
        (plan(Integrate(combination="sum", rejection="none")), "groups[0].steps[0]", "no combination 'sum'"),
        (plan(Integrate(rejection="gesdt")), "groups[0].steps[0]", "no rejection 'gesdt'"),
        (plan(Integrate(normalization="multiplicative_scaling")), "groups[0].steps[0]", "no normalization"),
        (plan(Integrate(combination="median")), "groups[0].steps[0]", "rejected in a mean only"),
        (plan(Align(), frames=()), "groups[0]", "no frames"),
        (
            plan(Align(), masters=(Master(id="m", role="dark", frames=("/1.fit", "/2.fit"), steps=()),)),
            "masters[0]",
            "is not integrated",
        ),
        (
            plan(Align(), masters=(Master(id="m", role="dark", frames=("/1.fit",), steps=(Debayer(),)),)),
            "masters[0]",
            "nothing else",
        ),
        (
            plan(
                Calibrate(dark="one"),
                masters=tuple(
                    Master(id=a, role="dark", frames=("/1.fit",), steps=(Calibrate(dark=b), Integrate()))
                    for a, b in (("one", "two"), ("two", "one"))
                ),
            ),
            "masters",
            "circle",
        ),
    ],
)
def test_what_it_cannot_do_is_refused_with_its_place(refused, place, words):
    with pytest.raises(HostRefused, match=words) as error:
        work_of(refused)
    assert error.value.where == place
    assert error.value.fix


def put_master(put_frame, tmp_path, **cards):
    return Master(id="dark", role="dark", file=str(put_frame(tmp_path / "dark.fits", **cards)), holds_bias=True)


@pytest.mark.parametrize(
    ("step", "cards", "words"),
    [
        (Debayer(), {"BAYERPAT": None}, "names no Bayer pattern"),
        (Debayer(), {"planes": 3, "BAYERPAT": None}, "three planes and is no mosaic"),
        (Debayer(), {"BAYERPAT": None, "XTRANPAT": "GGRGGB" * 6}, "2 x 2 patterns only"),
        (CosmeticCorrect(dark="dark"), {"planes": 3}, "one plane only"),
        (Calibrate(dark="dark"), {"size": (8, 4)}, "the master dark is 8 x 6, the frames are 8 x 4"),
        (Calibrate(dark="dark", dark_scaling="exposure"), {"EXPTIME": None}, "says no exposure"),
    ],
)
def test_frames_that_a_step_cannot_take_are_named(tmp_path, put_frame, step, cards, words):
    dark = put_master(put_frame, tmp_path, planes=cards.get("planes", 1))
    light = str(put_frame(tmp_path / "light.fits", **cards))
    work = plan(step, masters=(dark,), frames=(light,))
    with pytest.raises(HostRefused, match=words):
        inspect(work, work_of(work), read=lambda: None)


def test_exposure_must_be_above_zero():
    with pytest.raises(HostRefused, match="says no exposure"):
        exposure_of(Frame(path="a.fit", exposure_s=0.0))


def test_the_work_reads_as_it_is_done():
    steps = (Calibrate(dark="dark"), CosmeticCorrect(dark="dark", cfa=True), Debayer(), Align(), Integrate())
    text = render(plan(*steps, cfa=True, bayer_pattern="RGGB"))
    words = (
        "subtract the dark dark, unscaled",
        "replace pixels",
        "debayer, bilinear",
        "align on the stars",
        "mean, rej",
    )
    places = [text.index(word) for word in words]
    assert places == sorted(places)
    assert "-> results/light.fit" in text


def test_an_unknown_version_is_refused(tmp_path):
    with pytest.raises(HostRefused, match="version 1, not 2"):
        BUILTIN.emit(check_plan(plan(Calibrate(dark="dark"))), "2", tmp_path / "out")
