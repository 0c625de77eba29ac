"""The dark holds the glow that the lights hold.

What it checks
    The pixels of a few lights against those of their dark: how many times the glow of the dark, region by region, is
    in the lights. 1 is right. It is an error where the factor lies clearly (by 5 of its own errors) more than 0.1 away
    from 1, a warning by 3, where only little light (3 ADU) would be left, or where the hot pixels of a mono camera
    speak for the dark: a nebula may lie on the glow. What may be structure of the readout or a light leak is not
    judged: a bias has it, too. Where the dark shows no glow, or the sky hides it, hot pixels decide together with the
    sensor table: a dark that lacks half of the lights' hot pixels is a warning, one that has them passes for sensors
    that do not glow. Skipped where neither can tell.

Why it matters
    Headers agree, and the dark is wrong all the same: another readout mode or USB speed that no header names, glow that
    a program has taken off already, a mislabelled file. What the dark holds too little stays in every frame; what it
    holds too much is dug out as a hole.

How to fix it
    Shoot darks with the program, driver and mode of the lights. Do not subtract anything from darks, and no dark from
    lights before this. Where the lights were calibrated by the device, process them without a dark.

Source
    Measured on synthetic nights: under 700 ADU of sky with nebulae, factors are within 0.1 for glow from 20 ADU on, and
    two of their errors hold the truth on 94 of 100 nights. A mono sensor of half a megapixel has no colours to tell: 25
    dithered lights tell glow of 20 ADU with an error of 0.12, 80 with one of 0.08, and two of its errors hold
    the truth on 91 of 100 nights.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ampglow_plugin.knowledge.sensors import Sensor, sensor_of
from ampglow_plugin.model.finding import Finding, Severity, Where
from ampglow_plugin.model.frame import Frame
from ampglow_plugin.model.held import HeldGlow, HeldRegion, Share
from ampglow_plugin.model.match import Match
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.words import label, recipe

#: distance from 1 that may be the method's own
LIMIT = 0.1
#: errors by which a factor must lie beyond the limit: a warning, an error
WARN_SIGMA = 3.0
ERROR_SIGMA = 5.0
#: light left or dug out (ADU) below which it is no more than a warning
LITTLE_ADU = 3.0
#: a factor is told where twice its error still keeps it nearer to 1 than this: 1/2 and 2 are excluded
TOLD_WITHIN = 0.4
#: share of the lights' hot pixels that a dark of their conditions cannot lack: 6 degrees halve them
LEAST_HOT = 0.5


def check(context: Context) -> Iterator[Finding]:
    """One finding a group of lights with a dark."""
    matches = {m.id: m for m in context.matches or ()}
    for held in context.held or ():
        match = matches.get(held.group)
        if match is not None:
            yield _judge(held, match, context.frames.get(match.lights[0]))


def _judge(held: HeldGlow, match: Match, light: Frame | None) -> Finding:
    where = Where(group=match.id, path=match.dark, field="glow")
    if held.built:
        return _judge_built(held, where)
    if held.why is not None:
        return finding(RULE, "skipped", f"{label(match)}: not compared with their dark: {held.why}", where=where)
    regions = [r for r in held.regions if r.certain]
    worst = max(regions, key=_excess, default=None)
    if worst is not None and _excess(worst) >= WARN_SIGMA:
        return _fails(held, match, worst, where, light)
    told = [r for r in regions if abs(r.share.value - 1) + 2 * r.share.sigma < TOLD_WITHIN]
    if told:
        best = max(told, key=lambda r: r.peak_adu / r.share.sigma)
        text = f"{label(match)}: {_said(best, held)}"
        return _finding("passed", text, where, best)
    return _by_hot_pixels(held, match, sensor_of(light.camera if light else None), where)


def _judge_built(held: HeldGlow, where: Where) -> Finding:
    """A master against the darks it was built from."""
    name = PurePath(held.lights[0]).name
    worst = max((r for r in held.regions if r.certain), key=_excess, default=None)
    if worst is None:
        return finding(RULE, "skipped", f"{name}: {held.why or 'its frames show no glow'}", where=where)
    peak = f"{worst.peak_adu:.0f} ADU at the {worst.where}"
    text = f"{name} holds {_factor(worst.share)} times the glow of the frames it was built from ({peak})"
    if _excess(worst) < ERROR_SIGMA or abs(worst.share.value - 1) * worst.peak_adu < LITTLE_ADU:
        return _finding("passed", text, where, worst)
    fix = "look at the steps that build it: nothing may be subtracted from darks, and they are not normalised"
    return _finding("failed", text, where, worst, fix=fix)


def _excess(region: HeldRegion) -> float:
    """By how many errors the factor lies beyond the limit."""
    return (abs(region.share.value - 1) - LIMIT) / max(region.share.sigma, 1e-9)


def _fails(held: HeldGlow, match: Match, worst: HeldRegion, where: Where, light: Frame | None) -> Finding:
    left = (worst.share.value - 1) * worst.peak_adu
    clear = _excess(worst) >= ERROR_SIGMA and abs(left) >= LITTLE_ADU
    # without colours a nebula that lies on the glow looks like more of it, and the hot pixels know better
    witness = (light is not None and light.cfa is True) or not _hot_as_told(held)
    severity: Severity = "error" if clear and witness else "warning"
    what = f"about {left:.0f} ADU would stay" if left > 0 else f"about {-left:.0f} ADU too much would be taken off"
    text = f"{label(match)}: {_said(worst, held)}: {what}"
    if worst.share.value < LEAST_HOT and held.hot_in_lights is not None and held.hot_in_lights.value < LEAST_HOT:
        fix = "use the raw lights: a dark seems to have been subtracted from these already"
    else:
        fix = f"use raw darks with the program, driver and mode of the lights, or {recipe(match)}"
    return _finding("failed", text, where, worst, severity=severity, fix=fix)


def _by_hot_pixels(held: HeldGlow, match: Match, sensor: Sensor | None, where: Where) -> Finding:
    missing = held.hot_in_dark
    if missing is not None and missing.value + WARN_SIGMA * missing.sigma < LEAST_HOT:
        text = (
            f"{label(match)}: their dark shows no glow, and only {missing.value:.2f} times their hot "
            "pixels: it is shorter, colder, or something was subtracted from it"
        )
        fix = f"use raw darks of the lights' conditions: {recipe(match)}"
        return finding(
            RULE,
            "failed",
            text,
            severity="warning",
            where=where,
            measured=round(missing.value, 3),
            limit=LEAST_HOT,
            unit="of the lights' hot pixels",
            fix=fix,
        )
    weak = "their dark shows no glow"
    if any(r.certain for r in held.regions):
        weak = "the glow of their dark cannot be told from the sky"
    hot = f"; the lights hold {_factor(held.hot_in_lights)} times its hot pixels" if held.hot_in_lights else ""
    if _hot_as_told(held) and sensor is not None and sensor.little_glow:
        doubt = "" if sensor.glow_verified else " (not verified)"
        text = f"{label(match)}: {weak}, and {sensor.id} has little or none{doubt}{hot}"
        return finding(RULE, "passed", text, where=where)
    agree = ", which speaks for it" if _hot_as_told(held) else ""
    text = f"{label(match)}: {weak}, so none can be compared{hot}{agree}"
    return finding(RULE, "skipped", text, where=where)


def _hot_as_told(held: HeldGlow) -> bool:
    """Whether the hot pixels say that dark and lights are of the same conditions."""
    hot = held.hot_in_lights
    return hot is not None and abs(hot.value - 1) + 2 * hot.sigma < TOLD_WITHIN


def _finding(  # noqa: PLR0913
    outcome: str,
    text: str,
    where: Where,
    region: HeldRegion,
    *,
    severity: Severity | None = None,
    fix: str | None = None,
) -> Finding:
    return finding(
        RULE,
        "failed" if outcome == "failed" else "passed",
        text,
        severity=severity,
        where=where,
        measured=round(region.share.value, 3),
        limit=LIMIT,
        unit="away from 1",
        fix=fix,
    )


def _said(region: HeldRegion, held: HeldGlow) -> str:
    peak = f"{region.peak_adu:.0f} ADU at the {region.where}"
    hot = f", {_factor(held.hot_in_lights)} times its hot pixels" if held.hot_in_lights else ""
    return f"they hold {_factor(region.share)} times the glow of their dark ({peak}){hot}"


def _factor(share: Share) -> str:
    return f"{share.value:.2f} +- {max(share.sigma, 0.01):.2f}"


RULE = Rule(code="AG216", name="dark-holds-glow", severity="error", needs=("matches", "held"), check=check)
