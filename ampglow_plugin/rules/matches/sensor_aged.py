"""The sensor is as it was when the old dark was taken.

What it checks
    Two darks or masters of equal settings: how much of the glow of the old one is in the new one (10 percent), hot
    pixels that came or went (20 percent), the height of those that stayed (20 percent), the level (half of the noise
    of a pixel), and the noise (15 percent; of single frames, or masters of equally many). A quantity has changed where
    it lies beyond its limit by 3 of its errors, and has not where 2 errors keep it within; between, nothing is said.
    Where the settings differ, only what they do not touch is judged. Two bodies are not compared.

Why it matters
    Glow, hot pixels and level drift with the years, with a repair, and with each update of driver or firmware. An old
    master that no longer fits leaves spots and a rest of glow in every light.

How to fix it
    Shoot a new set and put the old one aside. Where only the level has changed, look for an update of driver or
    firmware, or another offset.

Source
    The limits of single darks: what a dark may differ from the others of its set and still belong to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType
from typing import Literal

from ampglow_plugin.knowledge.tolerances import dark_limit
from ampglow_plugin.model.aged import Comparison, FieldPair, Quantity
from ampglow_plugin.model.body import Share
from ampglow_plugin.model.finding import Finding, Outcome, Where
from ampglow_plugin.rules.base import Context, Rule, finding
from ampglow_plugin.rules.matches.same_body import placed, told
from ampglow_plugin.rules.matches.words import called, value

Answer = Literal["changed", "unchanged", "open"]

OUTCOMES: Mapping[Answer, Outcome] = MappingProxyType({"changed": "failed", "unchanged": "passed", "open": "skipped"})
#: errors beyond the limit that make a change, and within it that exclude one
CHANGED_SIGMA = 3.0
UNCHANGED_SIGMA = 2.0
#: range of the smooth structure (ADU) below which there is no glow that could change
LITTLE_GLOW_ADU = 3.0
QUANTITIES: Mapping[Quantity, str] = MappingProxyType(
    {
        "glow": "glow",
        "hot_pixels": "places of hot pixels",
        "hot_ratio": "height of hot pixels",
        "level": "level",
        "noise": "noise",
    }
)
_ALL = frozenset(QUANTITIES)
#: what a setting touches; others (serial, row order) are told by the hot pixels themselves
TOUCHES: Mapping[str, frozenset[Quantity]] = MappingProxyType(
    {
        "camera": _ALL,
        "exposure_s": _ALL,
        "gain": _ALL,
        "conversion_gain": _ALL,
        "readout_mode": _ALL,
        "temperature_c": frozenset[Quantity](("hot_pixels", "hot_ratio", "level", "noise")),
        "offset": frozenset[Quantity](("level",)),
    }
)


def settle(measured: float, sigma: float, limit: float) -> Answer:
    """Whether a change of ``measured`` is one, is none, or cannot be told from its limit."""
    if abs(measured) - CHANGED_SIGMA * sigma > limit:
        return "changed"
    return "unchanged" if abs(measured) + UNCHANGED_SIGMA * sigma <= limit else "open"


def check(context: Context) -> Iterator[Finding]:
    """One finding a quantity of each pair; one alone where the two cannot be compared."""
    for pair in context.compared or ():
        yield from judged(pair)


def judged(pair: Comparison) -> Iterator[Finding]:
    """The findings about one pair."""
    where = Where(path=pair.new)
    body = pair.body
    if pair.why is not None:
        yield finding(RULE, "skipped", f"not compared: {pair.why}", where=where)
    elif body is not None and body.verdict == "other":
        text = f"{name(pair.new)} and {name(pair.old)} are of two bodies: {told(body)}"
        yield finding(RULE, "skipped", text, where=where, fix="compare darks of one body")
    elif body is not None and body.verdict == "same" and not body.in_place:
        text = f"{name(pair.new)} lies on other pixels than {name(pair.old)}: {placed(body)}"
        yield finding(RULE, "skipped", text, where=where, fix="compare darks of one subframe and row order")
    elif all(_touching(pair, quantity) for quantity in QUANTITIES):
        text = f"not comparable, since the settings differ: {_settings(_touching(pair, 'noise'))}"
        yield finding(RULE, "skipped", text, where=where, fix="compare darks of equal settings")
    else:
        for quantity in QUANTITIES:
            yield _quantity(pair, quantity)


def _touching(pair: Comparison, quantity: Quantity) -> list[FieldPair]:
    """Settings that differ and touch a quantity."""
    return [p for p in pair.differing if quantity in TOUCHES.get(p.field, ())]


def _settings(pairs: Sequence[FieldPair]) -> str:
    return ", ".join(f"{called([p.field])} {value(p.field, p.old)} and {value(p.field, p.new)}" for p in pairs)


def _quantity(pair: Comparison, quantity: Quantity) -> Finding:
    where = Where(path=pair.new, field=quantity)
    word = QUANTITIES[quantity]
    differs = _touching(pair, quantity)
    if differs:
        text = f"{word}: cannot be told, since the settings differ: {_settings(differs)}"
        return finding(RULE, "skipped", text, where=where, fix="compare darks of equal settings")
    measured = change_of(pair, quantity)
    if measured is None:
        return finding(RULE, "skipped", f"{word}: {_why_not(pair, quantity)}", where=where)
    row = dark_limit("glow_ratio" if quantity == "glow" else quantity)
    answer = settle(measured.value, measured.sigma, row.limit)
    silent = [field for field in pair.unknown if quantity in TOUCHES.get(field, ())]
    text = f"{word}: {_said(pair, quantity)}"
    if answer == "open":
        text += f", too uncertain to be told from the limit of {row.limit:g}"
    elif answer == "changed" and silent:
        text += f", which may come from settings that are not recorded: {called(silent)}"
        answer = "open"
    outcome = OUTCOMES[answer]
    return finding(
        RULE,
        outcome,
        text,
        where=where,
        measured=round(measured.value, 4),
        limit=row.limit,
        unit=row.unit,
        source=row.source,
        fix="shoot a new set, and put the old one aside" if outcome == "failed" else None,
    )


def change_of(pair: Comparison, quantity: Quantity) -> Share | None:
    """The change in the unit of its limit, with its error; None where it was not measured."""
    match quantity:
        case "glow":
            return _less_one(pair.glow_ratio)
        case "hot_ratio":
            return _less_one(pair.hot_ratio)
        case "hot_pixels":
            return _turnover(pair)
        case "level":
            if pair.level_new_adu is None or pair.level_old_adu is None or not pair.noise_old_adu:
                return None
            sigma = (pair.level_sigma_adu or 0.0) / pair.noise_old_adu
            return Share(value=(pair.level_new_adu - pair.level_old_adu) / pair.noise_old_adu, sigma=sigma)
        case "noise":
            if not pair.same_noise or pair.noise_new_adu is None or not pair.noise_old_adu:
                return None
            return Share(value=pair.noise_new_adu / pair.noise_old_adu - 1, sigma=0.0)


def _less_one(share: Share | None) -> Share | None:
    return None if share is None else Share(value=share.value - 1, sigma=share.sigma)


def _turnover(pair: Comparison) -> Share | None:
    """The larger of the shares of hot pixels that came and that went."""
    old, new, came, went = pair.hot_old, pair.hot_new, pair.came, pair.went
    if old is None or new is None or came is None or went is None or min(old, new) == 0:
        return None
    count, of = max((came, new), (went, old), key=lambda each: each[0] / each[1])
    return Share(value=count / of, sigma=math.sqrt(max(count, 1)) / of)


def _why_not(pair: Comparison, quantity: Quantity) -> str:
    if quantity == "noise":
        return "cannot be compared between a single frame and a master, or masters of other or unknown counts"
    if quantity == "glow":
        return "there is no clear glow to compare"
    return pair.body.why if pair.body is not None and pair.body.why else "too few hot pixels"


def _said(pair: Comparison, quantity: Quantity) -> str:
    change = change_of(pair, quantity)
    error = f" +- {change.sigma:.2f}" if change else ""
    match quantity:
        case "glow":
            times = pair.glow_ratio.value if pair.glow_ratio else 0.0
            return f"the new one holds {times:.2f}{error} times that of the old one ({pair.glow_adu:.0f} ADU)"
        case "hot_ratio":
            times = pair.hot_ratio.value if pair.hot_ratio else 0.0
            return f"those of both stand {times:.2f}{error} times as high"
        case "hot_pixels":
            text = f"{pair.hot_old} before and {pair.hot_new} now above {pair.hot_above_adu:.0f} ADU"
            rays = ", cosmic rays among them" if pair.single else ""
            return f"{text}; {pair.came} came and {pair.went} went{rays}"
        case "level":
            by = (pair.level_new_adu or 0.0) - (pair.level_old_adu or 0.0)
            return f"{pair.level_old_adu:.1f} before and {pair.level_new_adu:.1f} ADU now ({by:+.1f} ADU)"
        case "noise":
            return f"{pair.noise_old_adu:.2f} before and {pair.noise_new_adu:.2f} ADU now"


def verdict(pair: Comparison) -> Literal["aged", "unchanged", "undecided", "not comparable"]:
    """In a word. ``unchanged`` takes glow (or certainty that there is none) and hot pixels, measured and settled."""
    found = {f.where.field: f.outcome for f in judged(pair)}
    if not set(QUANTITIES) & set(found):
        return "not comparable"
    if "failed" in found.values():
        return "aged"
    measured = [q for q in ("glow", "hot_pixels", "hot_ratio", "level") if q != "glow" or not _without_glow(pair)]
    return "unchanged" if all(found[q] == "passed" for q in measured) else "undecided"


def _without_glow(pair: Comparison) -> bool:
    """Whether both are as flat as a sensor without glow."""
    return pair.glow_ratio is None and pair.glow_adu is not None and pair.glow_adu < LITTLE_GLOW_ADU


def name(path: str) -> str:
    """The file's name without its folders."""
    return PurePath(path).name


RULE = Rule(code="AG230", name="sensor-aged", severity="warning", needs=("compared",), check=check)
