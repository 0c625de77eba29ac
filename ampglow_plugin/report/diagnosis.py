"""A diagnosis for people: the causes with their confidence, why, what is missing, then what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

from ampglow_plugin.model.diagnosis import Action, Advice, Cause, Defect, Diagnosis, Likelihood, Sign, Speaks
from ampglow_plugin.report.console import clean, console

NAMES: Final[dict[Cause, str]] = {
    "amp_glow": "amp glow",
    "light_pollution_gradient": "gradient of the sky (light pollution or Moon)",
    "vignetting": "vignetting, or a flat that does not fit",
    "internal_reflection": "internal reflection",
    "twilight_gradient": "twilight",
    "none": "nothing that stands out",
    "undecided": "undecided",
}
BASES: Final = {
    "dark": "a dark was given: its glow was looked for in the frames",
    "views": "several targets or orientations: what stays on the sensor was told from what turns with the sky",
    "one": "one view of the sky: nothing shows what would stay on the sensor",
}
HOSTS: Final = {
    "siril": "Siril",
    "pixinsight": "PixInsight",
    "graxpert": "GraXpert",
    "camera": "Camera",
    "ampglow": "ampglow",
    "any": "Any program",
}
ACTIONS: Final[dict[Action, str]] = {
    "rebuild_darks": "Build the master dark anew",
    "shoot_darks": "Shoot darks that fit",
    "stop_scaling": "Stop scaling the dark",
    "calibrate_before_debayering": "Calibrate before debayering",
    "match_readout_mode": "Set the readout mode of the lights",
    "let_it_cool": "Let the sensor cool",
    "check_applied": "Check what was applied",
    "calibrate_again": "Calibrate the raw frames with the right dark",
    "replace_flat": "Replace the flat",
    "use_flat": "Use a flat",
    "drop_twilight_frames": "Leave the frames of twilight out",
    "avoid_reflection": "Keep the bright star out",
    "take_more_views": "Give more to go on",
    "remove_gradient": "Remove the gradient",
    "no_gradient_removal": "Do not remove it as a gradient",
    "synthetic_background": "Last resort: paint a background over it",
    "nothing": "Nothing to do",
}
SPEAKS: Final[dict[Speaks, str]] = {"for": "+", "against": "-", "open": "?"}
_NEARLY: Final = 0.99
_UNLIKELY: Final = 0.25
_STYLE: Final = {"none": "green", "undecided": "yellow"}


def show_diagnosis(diagnosis: Diagnosis) -> None:
    """On stdout: the answer, the evidence of what is told or open, why the rest is excluded, and what is missing."""
    from rich.padding import Padding

    out = console()
    for line, style in headline(diagnosis):
        out.print(line, style=style)
    count, views = len(diagnosis.paths), len(diagnosis.views)
    given = f"{count} frame{'s' if count != 1 else ''} of {views} view{'s' if views != 1 else ''}"
    out.print(Padding(f"{given}; {BASES[diagnosis.basis]}", (0, 0, 0, 2)))
    for title, signs in _parts(diagnosis):
        out.print(f"\n{title}")
        for sign in signs:
            out.print(Padding(f"{SPEAKS[sign.speaks]} {clean(sign.what)}{_limit(sign)}", (0, 0, 0, 2)))
    excluded = [one for one in diagnosis.likelihoods if one.decided is False]
    if excluded:
        out.print("\nExcluded")
    for one in excluded:
        why = _why_not(diagnosis, one.cause)
        shown = f": {clean(why.what)}{_limit(why)}" if why else ""
        out.print(Padding(f"- {NAMES[one.cause]} ({percent(one.probability)}){shown}", (0, 0, 0, 2)))
    for text in diagnosis.missing:
        out.print(Padding(f"missing: {clean(text)}", (0, 0, 0, 0)))
    for note in diagnosis.notes:
        out.print(Padding(f"note: {clean(note)}", (0, 0, 0, 0)))


def _why_not(diagnosis: Diagnosis, cause: Defect) -> Sign | None:
    """The first sign that speaks against a cause, or else the first that was measured."""
    signs = [sign for sign in diagnosis.evidence if sign.cause == cause]
    against = [sign for sign in signs if sign.speaks == "against"]
    return next(iter(against or [sign for sign in signs if sign.value is not None]), None)


def percent(probability: float) -> str:
    """In percent; nothing is certain."""
    if probability > _NEARLY:
        return f"over {100 * _NEARLY:.0f} %"
    return f"{100 * probability:.0f} %" if probability > 1 - _NEARLY else f"under {100 * (1 - _NEARLY):.0f} %"


def headline(diagnosis: Diagnosis) -> list[tuple[str, str]]:
    """One line a cause, with its style."""
    lines = []
    for found in diagnosis.causes:
        at = f", brightest at the {'middle' if found.where == 'interior' else found.where}" if found.where else ""
        peak = f", up to {found.peak_adu:.0f} ADU" if found.peak_adu is not None else ""
        if found.cause == "undecided":
            words = f"Undecided; {likeliest(diagnosis)}"
        else:
            name = NAMES[found.cause]
            words = f"{name[0].upper()}{name[1:]}{at}{peak} (confidence {percent(found.confidence)})"
        lines.append((words, _STYLE.get(found.cause, "bold")))
    return lines


def likeliest(diagnosis: Diagnosis) -> str:
    """Of what is open: ``the likeliest is twilight (60 %)``; of what is hardly there ``twilight is not excluded``."""
    still = [one for one in diagnosis.likelihoods if one.decided is None]
    best = max(still, key=lambda one: one.probability, default=None)
    if best is None:
        return "nothing could be measured"
    if best.probability < _UNLIKELY:
        return f"{NAMES[best.cause]} is unlikely ({percent(best.probability)}) and not excluded"
    return f"the likeliest is {NAMES[best.cause]} ({percent(best.probability)})"


def _parts(diagnosis: Diagnosis) -> Iterable[tuple[str, list[Sign]]]:
    """Evidence by defect: those told first, then those open."""
    state: dict[Defect, Likelihood] = {one.cause: one for one in diagnosis.likelihoods}
    by_cause = {c: list(signs) for c, signs in groupby(diagnosis.evidence, key=lambda s: s.cause)}
    for decided, word in ((True, ""), (None, ", open")):
        for cause, signs in by_cause.items():
            one = state.get(cause)
            if one is not None and one.decided is decided:
                name = NAMES[cause]
                yield f"{name[0].upper()}{name[1:]}{word} ({percent(one.probability)})", signs


def _limit(sign: Sign) -> str:
    if sign.value is None or sign.limit is None:
        return ""
    return f" [{sign.value:.3g} {sign.unit}, limit {sign.limit:.3g}]"


def show_advice(advice: Sequence[Advice]) -> None:
    """On stdout: what to do, in order, with how to do it in each program."""
    from rich.padding import Padding

    if not advice:
        return
    out = console()
    out.print("\nWhat to do", style="bold")
    for order, group in groupby(advice, key=lambda a: a.order):
        ways = list(group)
        first = ways[0]
        optional = " (optional)" if first.optional else ""
        rule = f" [{first.rule}]" if first.rule else ""
        out.print(Padding(f"{order}. {ACTIONS[first.action]}{optional}: {clean(first.reason)}{rule}", (0, 0, 0, 2)))
        for way in ways:
            out.print(Padding(f"{HOSTS[way.host]}: {clean(way.command)}", (0, 0, 0, 5)))
        for warning in dict.fromkeys(way.warning for way in ways if way.warning):
            out.print(Padding(f"warning: {clean(warning)}", (0, 0, 0, 5)))
