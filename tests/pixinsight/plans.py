"""Plans of the demo night, by hand: colour and mono, with and without a bias, masters to be built and at hand."""

from __future__ import annotations

from ampglow_plugin.model.plan import (
    Align,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    Master,
    Plan,
)
from ampglow_plugin.rules.check_plan import check_plan
from ampglow_plugin.rules.checked import CheckedPlan

NIGHT = "/data/night"


def frames(kind: str, count: int) -> tuple[str, ...]:
    return tuple(f"{NIGHT}/{kind}/{kind}_{n:03d}.fits" for n in range(1, count + 1))


def night(*, colour: bool, bias: bool) -> Plan:
    """Masters from singles. With a bias the master dark is at hand and free of bias."""
    settings = {"exposure_s": 120.0, "bayer_pattern": "RGGB" if colour else "none"}
    dark = (
        Master(id="dark-120s", role="dark", file="/data/library/dark-120s.xisf", holds_bias=False)
        if bias
        else Master(id="dark-120s", role="dark", frames=frames("dark", 12), steps=(Integrate(),), holds_bias=True)
    )
    level = (
        Master(id="bias", role="bias", frames=frames("bias", 20), steps=(Integrate(combination="mean"),))
        if bias
        else Master(id="flatdark-3s", role="flatdark", frames=frames("flatdark", 5), steps=(percentile(),))
    )
    subtract = Calibrate(bias="bias") if bias else Calibrate(dark="flatdark-3s")
    flat = Master(
        id="flat",
        role="flat",
        frames=frames("flat", 5),
        steps=(subtract, percentile("multiplicative")),
        settings=settings,
    )
    calibrate = Calibrate(dark="dark-120s", bias="bias" if bias else None, flat="flat", equalize_cfa=colour)
    steps = (
        calibrate,
        CosmeticCorrect(dark="dark-120s", cfa=colour),
        *((Debayer(),) if colour else ()),
        Align(),
        percentile("additive_scaling"),
    )
    group = Group(
        id="light-120s",
        frames=frames("light", 6),
        steps=steps,
        settings=settings,
        cfa=colour,
        bayer_pattern="RGGB" if colour else "none",
    )
    return Plan(tool="ampglow test", masters=(level, dark, flat), groups=(group,))


def percentile(normalization: str = "none") -> Integrate:
    return Integrate(rejection="percentile", low_sigma=0.3, high_sigma=0.3, normalization=normalization)  # type: ignore[arg-type]


def checked(plan: Plan) -> CheckedPlan:
    return check_plan(plan)


NIGHTS = {
    f"{'osc' if colour else 'mono'}-{'bias' if bias else 'nobias'}": night(colour=colour, bias=bias)
    for colour in (True, False)
    for bias in (True, False)
}
