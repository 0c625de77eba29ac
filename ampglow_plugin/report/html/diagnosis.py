"""The diagnosis: what makes these frames bright where they should not be, what speaks for it, and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import PurePath
from typing import Final

from ampglow_plugin.knowledge import table
from ampglow_plugin.model.diagnosis import Advice, Cause, CauseFound, Diagnosis, Sign, Speaks
from ampglow_plugin.report.diagnosis import ACTIONS, BASES, HOSTS, NAMES, likeliest, percent
from ampglow_plugin.report.html.view import Action, Advised, CausePart, DiagnosisPart, Tone

_TONES: Final[Mapping[Cause, Tone]] = {"none": "good", "undecided": "open"}
_SPEAKS: Final[Mapping[Speaks, str]] = {"for": "for it", "against": "against it", "open": "open"}
#: its section on the page
ANCHOR: Final = "diagnosis"
#: names of frames in a title, before they are only counted
_NAMED: Final = 2


def parts(diagnoses: Iterable[Diagnosis]) -> tuple[DiagnosisPart, ...]:
    """One part for each diagnosis."""
    return tuple(_part(d) for d in diagnoses)


def told(diagnosis: Diagnosis) -> tuple[str, str, Tone]:
    """A word, a sentence, and its tone: for the stages."""
    names = [NAMES[c.cause] for c in diagnosis.causes]
    word = {"none": "NOTHING", "undecided": "UNDECIDED"}.get(diagnosis.causes[0].cause, "FOUND")
    tone = _TONES.get(diagnosis.causes[0].cause, "plain")
    if word == "UNDECIDED":  # the probability is that of a cause, not of being undecided
        best = likeliest(diagnosis)
        return word, f"{best[:1].upper()}{best[1:]}.", tone
    sure = " and ".join(f"{n} ({percent(c.confidence)})" for n, c in zip(names, diagnosis.causes, strict=True))
    return word, f"{sure[:1].upper()}{sure[1:]}.", tone


def advised(advice: Iterable[Advice]) -> Iterator[Advised]:
    """Each action once, with how to do it in several programs; that there is nothing to do needs no entry.

    A night and its run each have a list of their own: here they are one, in the order of the table.
    """
    order = list(table("advice.yaml")["actions"])
    ordered = sorted((a for a in advice if a.action != "nothing"), key=lambda a: order.index(a.action))
    for _, group in groupby(ordered, key=lambda a: a.action):
        ways = list(group)
        yield Advised(
            text=ACTIONS[ways[0].action],
            reason=ways[0].reason,
            optional=ways[0].optional,
            tone="plain" if ways[0].optional else "mind",
            rule=ways[0].rule or "",
            ways=tuple(dict.fromkeys((HOSTS[way.host], way.command) for way in ways if way.command)),
            warnings=tuple(dict.fromkeys(way.warning for way in ways if way.warning)),
        )


def joined(advice: Iterable[Advised], actions: Iterable[Action]) -> tuple[tuple[Action, ...], tuple[Advised, ...]]:
    """What findings ask for, and the advice: where both say the same, it stands once, in the words of the findings."""
    left = list(actions)
    told: list[Advised] = []
    for one in advice:
        same = next((a for a in left if one.rule in {r.rule for r in a.reasons}), None)
        if same is not None:
            left.remove(same)
            one = replace(one, text=same.text, reasons=same.reasons, tone=same.tone)  # noqa: PLW2901 - the same advice
        told.append(one)
    return tuple(left), tuple(told)


def _part(diagnosis: Diagnosis) -> DiagnosisPart:
    names = [PurePath(path).name for path in diagnosis.paths]
    title = ", ".join(names) if len(names) <= _NAMED else f"{len(names)} frames, {names[0]} among them"
    return DiagnosisPart(
        title=title,
        basis=f"{BASES[diagnosis.basis][:1].upper()}{BASES[diagnosis.basis][1:]}.",
        causes=tuple(_cause(found, diagnosis) for found in diagnosis.causes),
        likelihoods=tuple(
            (NAMES[one.cause], percent(one.probability), {True: "shown", False: "excluded", None: "open"}[one.decided])
            for one in diagnosis.likelihoods
        ),
        evidence=tuple(_sign(sign) for sign in diagnosis.evidence),
        missing=diagnosis.missing,
        notes=diagnosis.notes,
    )


def _cause(found: CauseFound, diagnosis: Diagnosis) -> CausePart:
    if found.cause == "undecided":
        return CausePart(name="Undecided", confidence="", detail=likeliest(diagnosis), tone="open")
    where = f"brightest at the {'middle' if found.where == 'interior' else found.where}" if found.where else ""
    peak = f"up to {found.peak_adu:.0f} ADU" if found.peak_adu is not None else ""
    return CausePart(
        name=NAMES[found.cause][:1].upper() + NAMES[found.cause][1:],
        confidence=percent(found.confidence),
        detail=", ".join(text for text in (where, peak) if text),
        tone=_TONES.get(found.cause, "mind"),
    )


def _sign(sign: Sign) -> tuple[str, str, str, str, str, str]:
    """Row: what, about which cause, how it speaks, measured, limit, source."""
    unit = f" {sign.unit}" if sign.unit else ""
    sigma = "" if sign.sigma is None else f" \u00b1 {sign.sigma:.3g}"
    value = "" if sign.value is None else f"{sign.value:.3g}{sigma}{unit}"
    limit = "" if sign.limit is None else f"{sign.limit:.3g}{unit}"
    return sign.what, NAMES[sign.cause], _SPEAKS[sign.speaks], value, limit, sign.source
