"""The verdict over darks that were offered: which one was subtracted, and in what it does not fit the light."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ampglow_plugin.model.evidence import DarkFit, DoneVerdict, Evidence
from ampglow_plugin.model.match import Deviation
from ampglow_plugin.rules.verdict_left import glow_left

#: a dark that explains the output less well than the best one by so many standard deviations was not subtracted
SURE_SIGMA: Final = 5.0
#: how many of those that explain it as well are named
_MOST_NAMED: Final = 4
_NAMES: Final = {
    "exposure_s": "exposure",
    "temperature_c": "temperature",
    "setpoint_c": "set point",
    "readout_mode": "readout mode",
    "kind": "type",
}


def subtracted(darks: Sequence[DarkFit]) -> DarkFit | None:
    """The dark that was subtracted beyond doubt: the only one whose own noise is in the output, or that leaves nothing.

    None where there is no such file among those that explain the output best.
    """
    sure = [d for d in _as_good(darks) if d.path is not None and (d.own_noise or d.exact)]
    return sure[0] if len(sure) == 1 else None


def _as_good(darks: Sequence[DarkFit]) -> list[DarkFit]:
    """Those that explain the output as well as the best one."""
    return [d for d in darks if d.behind_sigma < SURE_SIGMA]


def by_dark(evidence: Evidence, measured: DoneVerdict | None, reasons: list[str]) -> DoneVerdict | None:
    """What was done, where another dark than the expected one is known to have been subtracted."""
    found = subtracted(evidence.darks)
    if found is None:
        return measured
    if found.expected:
        reasons.append(f"darks: the noise of {found.name} is in the output, and that of no other that was offered")
        return measured
    proof = "nothing else explains the output" if found.exact else "its own noise is in the output"
    reasons.append(f"darks: {_taken(found)}; {proof}")
    if found.kind == "bias":
        return measured
    fits = not found.differs and (measured == "applied" or (measured is None and not _left(evidence)))
    return measured if fits else "wrong_dark"


def _left(evidence: Evidence) -> bool:
    return evidence.pixels is not None and glow_left(evidence.pixels) in ("residual", "oversubtracted")


def offered_texts(darks: Sequence[DarkFit]) -> list[str]:
    """What may have been subtracted, the best explanation first; nothing where no darks were offered."""
    if not darks:
        return []
    found = subtracted(darks)
    if found is not None:
        return [_taken(found)]
    as_good = _as_good(darks)
    texts = [_taken(d) for d in as_good[:_MOST_NAMED]]
    if len(as_good) > _MOST_NAMED:
        texts.append(f"{len(as_good) - _MOST_NAMED} more of the darks offered explain it as well")
    if len(as_good) == 1 and len(darks) > 1:
        texts[0] += f", which explains the output better than {darks[1].name} by {darks[1].behind_sigma:.0f} sigma"
    return texts


def _taken(dark: DarkFit) -> str:
    if dark.path is None:
        return "no dark was subtracted" if not dark.expected else f"{dark.name} was subtracted, or a dark not offered"
    found = dark.own_noise or dark.exact
    if dark.kind == "bias":
        return f"{dark.name}{'' if found else ', or one like it,'} was subtracted, a bias, and no dark"
    text = f"{dark.name} was subtracted" if found else f"{dark.name}, or a dark like it, was subtracted"
    told = "; ".join(_difference(d) for d in dark.differs)
    return f"{text} ({told})" if told else text


def _difference(deviation: Deviation) -> str:
    """``exposure 60 s, the light has 180 s``."""
    name = _NAMES.get(deviation.field, deviation.field)
    unit = {"exposure_s": " s", "temperature_c": " C", "setpoint_c": " C"}.get(deviation.field, "")
    return f"{name} {_value(deviation.dark)}{unit}, the light has {_value(deviation.light)}{unit}"


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else "none" if value is None else str(value)
