"""Plans that the Siril tests share, as real ones look; frames are names only and need not exist."""

from __future__ import annotations

from dataclasses import replace

from ampglow_plugin.model.plan import (
    Align,
    Allowance,
    Calibrate,
    CosmeticCorrect,
    Debayer,
    Group,
    Integrate,
    LeftGlow,
    Master,
    Plan,
    RemoveGradient,
)

PLAIN = Integrate()
FLAT_STACK = Integrate(normalization="multiplicative")


def names(kind, count):
    return tuple(f"/night/{kind}/{kind}_{i:04d}.fits" for i in range(1, count + 1))


DARK = Master(id="dark-180s-m10C-g120", role="dark", frames=names("darks", 20), steps=(PLAIN,), holds_bias=True)
FLATDARK = Master(
    id="flatdark-2s-g120",
    role="flatdark",
    frames=names("flatdarks", 5),
    steps=(Integrate(rejection="percentile", low_sigma=0.3, high_sigma=0.3),),
    holds_bias=True,
)
FLAT = Master(
    id="flat-2s-g120",
    role="flat",
    frames=names("flats", 20),
    steps=(Calibrate(dark=FLATDARK.id), FLAT_STACK),
)
BIAS = Master(id="bias-g120", role="bias", frames=names("bias", 50), steps=(PLAIN,))
COSMETIC = CosmeticCorrect(dark=DARK.id, cfa=True)


def light(steps, count=6, id="light-180s-m10C-g120", **extra):
    return Group(id=id, frames=names(id, count), steps=steps, **extra)


OSC = Plan(
    tool="test",
    masters=(DARK, FLATDARK, FLAT),
    groups=(
        light(
            (
                Calibrate(dark=DARK.id, flat=FLAT.id, equalize_cfa=True),
                COSMETIC,
                Debayer(pattern="RGGB"),
                Align(),
                Integrate(normalization="additive_scaling", output_normalized=True),
            ),
            cfa=True,
            bayer_pattern="RGGB",
            settings={"exposure_s": 180.0, "gain": 120.0, "filter": None},
        ),
    ),
)

MONO = Plan(
    tool="test",
    masters=(DARK, FLATDARK, FLAT),
    groups=(
        light(
            (Calibrate(dark=DARK.id, flat=FLAT.id), CosmeticCorrect(dark=DARK.id), Align(), Integrate()),
            cfa=False,
        ),
    ),
)

#: two exposures, the short ones with a dark from elsewhere and no flat; no stack
GROUPS = Plan(
    tool="test",
    masters=(
        DARK,
        Master(id="dark-60s", role="dark", file='/library/dark 60s "best".fits', holds_bias=True),
        FLATDARK,
        FLAT,
    ),
    groups=(
        light((Calibrate(dark=DARK.id, flat=FLAT.id), CosmeticCorrect(dark=DARK.id))),
        light((Calibrate(dark="dark-60s"), CosmeticCorrect(dark="dark-60s")), id="light-60s", count=2),
    ),
    allowed=(
        Allowance(rule="AG204", reason="shed fire,\nno newer darks\nrequires 9.9.9", where="light-60s"),
        Allowance(rule="AG210", reason="caf\u00e9 \u2014 \x1b[31mred"),
    ),
)

#: flats calibrated with bias frames in place of flat-darks
BIAS_FOR_FLATS = Plan(
    tool="test",
    masters=(
        DARK,
        BIAS,
        replace(FLAT, steps=(Calibrate(bias=BIAS.id), FLAT_STACK)),
    ),
    groups=(light((Calibrate(dark=DARK.id, flat=FLAT.id), CosmeticCorrect(dark=DARK.id))),),
)

#: single frames everywhere, masters defined after those that need them
SINGLES = Plan(
    tool="test",
    masters=(
        replace(FLAT, frames=names("flats", 1)),
        replace(DARK, frames=names("darks", 1), steps=(Integrate(rejection="none"),)),
        replace(FLATDARK, frames=names("flatdarks", 1), steps=()),
    ),
    groups=(light((Calibrate(dark=DARK.id, flat=FLAT.id), COSMETIC, Debayer()), count=1),),
)

NO_COSMETIC = Plan(tool="test", masters=(DARK,), groups=(light((Calibrate(dark=DARK.id), Align())),))

SIGMAS = Plan(
    tool="test",
    masters=(DARK,),
    groups=(light((Calibrate(dark=DARK.id), CosmeticCorrect(dark=DARK.id, hot_sigma=5.5, cold_sigma=4.0))),),
)

DIVIDED = Master(
    id="dark-divided", role="dark", frames=names("darks", 9), steps=(Calibrate(bias=BIAS.id), PLAIN), holds_bias=False
)
SCALED = Plan(
    tool="test",
    masters=(BIAS, DIVIDED),
    groups=(
        light(
            (
                Calibrate(bias=BIAS.id, dark=DIVIDED.id, dark_scaling="exposure"),
                CosmeticCorrect(dark=DIVIDED.id),
            )
        ),
    ),
)

DRIZZLE = Plan(
    tool="test",
    masters=(DARK,),
    groups=(light((Calibrate(dark=DARK.id), COSMETIC, Align(drizzle=True), PLAIN), cfa=True),),
)

LEVEL = Plan(
    tool="test",
    masters=(replace(FLAT, steps=(Calibrate(bias_level_adu=500.0), FLAT_STACK)),),
    groups=(light((Calibrate(bias_level_adu=500.0, flat=FLAT.id),)),),
)

LEFT = LeftGlow(
    output="/run/process/pp_light_00001.fit",
    dark="/run/masters/dark.fit",
    done="applied",
    factor=0.98,
    residual_glow=0.02,
    residual_glow_adu=2.4,
    places=1,
    where="right",
)
#: a stack, and aligned frames, of which the rest of a glow is taken away
GRADIENT = Plan(
    tool="test",
    groups=(
        light((RemoveGradient(evidence=(LEFT,)),), count=1, id="stack", cfa=False),
        light((RemoveGradient(samples=30, tolerance=1.0, smoothing=0.25, evidence=(LEFT,)),), id="aligned", cfa=False),
    ),
)

#: the same behind a whole calibration
GRADIENT_LAST = Plan(
    tool="test",
    masters=(DARK,),
    groups=(light((Calibrate(dark=DARK.id), Debayer(), Align(), RemoveGradient(evidence=(LEFT,))), cfa=True),),
)

PLANS = {
    "osc": OSC,
    "mono": MONO,
    "groups": GROUPS,
    "bias-for-flats": BIAS_FOR_FLATS,
    "singles": SINGLES,
    "no-cosmetic": NO_COSMETIC,
    "sigmas": SIGMAS,
    "scaled-by-exposure": SCALED,
    "drizzle": DRIZZLE,
    "bias-level": LEVEL,
    "gradient": GRADIENT,
    "gradient-last": GRADIENT_LAST,
}
