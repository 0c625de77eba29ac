"""What a master lost, from the single frames beside it that it was made from."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ampglow_plugin.knowledge.tolerances import limit
from ampglow_plugin.model.frame import Frame, Source

#: settings that a master shares with its frames, if they all have the same
SHARED = (
    "exposure_s",
    "setpoint_c",
    "gain",
    "egain_e_per_adu",
    "offset",
    "readout_mode",
    "readout_options",
    "conversion_gain",
    "filter",
)
_SIZE = ("kind", "width", "height", "xbinning", "ybinning")


def recover_from_siblings(frames: Iterable[Frame]) -> list[Frame]:
    """``frames`` in order, with open fields of masters filled, marked as recovered.

    A master is taken to be made from the single frames of its kind and size in its own folder where the
    number it says were combined is their number, and no card of it contradicts them. Only what they all
    agree in is taken; of temperatures that lie within the limit of equality, the median. A card, or a file
    name, is never overridden.
    """
    found = list(frames)
    beside: dict[Path, list[Frame]] = {}
    for frame in found:
        if not frame.master:
            beside.setdefault(Path(frame.path).parent, []).append(frame)
    return [_filled(f, beside.get(Path(f.path).parent, ())) if f.master else f for f in found]


def _filled(master: Frame, beside: Sequence[Frame]) -> Frame:
    sources = [f for f in beside if all(getattr(f, name) == getattr(master, name) for name in _SIZE)]
    if not sources or len(sources) != master.stack_count:
        return master
    common = _common(sources)
    if any(getattr(master, name) not in (None, value) for name, value in common.items() if name != "temperature_c"):
        return master  # one card says that these are other frames
    lost = {name: value for name, value in common.items() if value is not None and getattr(master, name) is None}
    told = Source(keyword=f"{len(sources)} frames beside it", how="recovered")
    return replace(master, **lost, sources={**master.sources, **dict.fromkeys(lost, told)})


def _common(frames: Sequence[Frame]) -> dict[str, Any]:
    shared = {name: getattr(frames[0], name) for name in SHARED if len({repr(getattr(f, name)) for f in frames}) == 1}
    measured = [f.temperature_c for f in frames if f.temperature_c is not None]
    span = limit("temperature_c", "cooled").exact
    if len(measured) == len(frames) and max(measured) - min(measured) <= span:
        shared["temperature_c"] = statistics.median(measured)
    return shared
