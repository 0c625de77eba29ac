"""Were dark and light taken under the same conditions? By the same rules as before the night was processed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ampglow_plugin.matching import match
from ampglow_plugin.model.evidence import Conditions
from ampglow_plugin.model.frame import Frame

#: fields that must be known before anyone can say that dark and light agree
VITAL = ("exposure_s", "temperature_c", "gain", "readout_mode")


def compare(light: Frame, darks: Sequence[Frame]) -> Conditions:
    """Conditions of one light and of the frames its dark was made from (or of the master alone).

    Every frame of the dark must agree: one of another exposure spoils a master.
    """
    differs: list[str] = []
    unknown: list[str] = []
    statuses = set()
    for dark in darks:
        (found,) = match([light], [dark])
        statuses.add(found.status)
        _add(differs, (r.field for r in found.rejections))
        silent = [f for f in (*found.unknown, *found.not_recorded) if f in VITAL]
        _add(unknown, silent if found.status == "unknown" else ())
    agree = None if not statuses or "unknown" in statuses else True
    if "none" in statuses:
        agree = False
    return Conditions(agree=agree, differs=tuple(differs), unknown=tuple(unknown), exposure_ratio=_ratio(light, darks))


def _add(names: list[str], more: Iterable[str]) -> None:
    names += [name for name in dict.fromkeys(more) if name not in names]


def _ratio(light: Frame, darks: Sequence[Frame]) -> float | None:
    exposures = {d.exposure_s for d in darks}
    if len(exposures) != 1 or not light.exposure_s:
        return None
    dark = exposures.pop()
    return None if dark is None else dark / light.exposure_s
